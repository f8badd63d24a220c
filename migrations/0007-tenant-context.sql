--liquibase formatted sql

--changeset chat:tenant-context
-- The rows of a tenant are visible only to a statement that sets chat.tenant to its id, unless the
-- role owns the tables. After a transaction that has set it, it is empty and not null. Each tenant's
-- partition has a policy of its own: that of its parent is for statements on the parent.
CREATE POLICY tenant_context ON messages
  USING (tenant_id = NULLIF(current_setting('chat.tenant', TRUE), '')::uuid);
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_context ON tenant_heads
  USING (tenant_id = NULLIF(current_setting('chat.tenant', TRUE), '')::uuid);
ALTER TABLE tenant_heads ENABLE ROW LEVEL SECURITY;
--rollback ALTER TABLE tenant_heads DISABLE ROW LEVEL SECURITY;
--rollback DROP POLICY tenant_context ON tenant_heads;
--rollback ALTER TABLE messages DISABLE ROW LEVEL SECURITY;
--rollback DROP POLICY tenant_context ON messages;

--changeset chat:heads-of-many-tenants splitStatements:false
-- For streams, which read the heads of many tenants at once; a head is a number of messages.
CREATE FUNCTION tenant_heads_of(tenants uuid[]) RETURNS SETOF tenant_heads
  STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT tenant_id, head_seq FROM tenant_heads WHERE tenant_id = ANY (tenants);
END;
--rollback DROP FUNCTION tenant_heads_of;

--changeset chat:completion-of-the-audit splitStatements:false
-- The only change of a row that a role may make without owning the table.
CREATE FUNCTION complete_audit(row_id bigint, result text) RETURNS void
  SECURITY DEFINER
BEGIN ATOMIC
  UPDATE audit SET outcome = result, ended_at = clock_timestamp() WHERE audit_id = row_id;
END;
--rollback DROP FUNCTION complete_audit;

--changeset chat:no-functions-for-everybody
REVOKE EXECUTE ON FUNCTION tenant_heads_of FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION complete_audit FROM PUBLIC;
--rollback GRANT EXECUTE ON FUNCTION tenant_heads_of TO PUBLIC;
--rollback GRANT EXECUTE ON FUNCTION complete_audit TO PUBLIC;
