--liquibase formatted sql

--changeset chat:epochs splitStatements:false
-- A new epoch begins where stored messages did not survive. The server is the history of PostgreSQL
-- in which the head was advanced last; null until the first message. A constant default rewrites no row.
ALTER TABLE tenant_heads
  ADD COLUMN epoch integer NOT NULL DEFAULT 1,
  ADD COLUMN server text;
CREATE OR REPLACE FUNCTION tenant_heads_of(tenants uuid[]) RETURNS SETOF tenant_heads
  STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT tenant_id, head_seq, epoch, server FROM tenant_heads WHERE tenant_id = ANY (tenants);
END;
--rollback DROP FUNCTION tenant_heads_of;
--rollback ALTER TABLE tenant_heads DROP COLUMN epoch, DROP COLUMN server;
--rollback CREATE FUNCTION tenant_heads_of(tenants uuid[]) RETURNS SETOF tenant_heads LANGUAGE sql STABLE SECURITY DEFINER BEGIN ATOMIC SELECT tenant_id, head_seq FROM tenant_heads WHERE tenant_id = ANY (tenants); END;
--rollback REVOKE EXECUTE ON FUNCTION tenant_heads_of FROM PUBLIC;
