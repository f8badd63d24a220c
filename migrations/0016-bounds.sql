--liquibase formatted sql

--changeset chat:limit-of-external-members
ALTER TABLE tenant_limits ADD COLUMN external_members bigint CHECK (external_members > 0);
--rollback ALTER TABLE tenant_limits DROP COLUMN external_members;

--changeset chat:recent-rows-of-the-audit splitStatements:false
-- Rows may be deleted when they are old, by whoever may delete at all. The service's role may not,
-- except by the function below.
CREATE FUNCTION refuse_recent_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at > clock_timestamp() - interval '30 days' THEN
    RAISE EXCEPTION '% is append-only, and keeps its rows for 30 days or longer', TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END
$$;

DROP TRIGGER audit_is_append_only ON audit;
CREATE TRIGGER audit_is_append_only
  BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_keeps_recent_rows
  BEFORE DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION refuse_recent_deletion();
--rollback DROP TRIGGER audit_keeps_recent_rows ON audit;
--rollback DROP FUNCTION refuse_recent_deletion;
--rollback DROP TRIGGER audit_is_append_only ON audit;
--rollback CREATE TRIGGER audit_is_append_only BEFORE DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

--changeset chat:retention-of-the-audit splitStatements:false
-- Deletes the rows beyond an age among the first ones, whose number is limited, and returns how many.
-- The ids ascend almost as the times do, so that no index on times is needed.
CREATE FUNCTION delete_old_audit(age interval, first_rows integer) RETURNS bigint
  SECURITY DEFINER
BEGIN ATOMIC
  WITH deleted AS (
    DELETE FROM audit
    WHERE audit_id IN (SELECT audit_id FROM audit ORDER BY audit_id LIMIT first_rows)
      AND at <= clock_timestamp() - greatest(age, interval '30 days')
    RETURNING audit_id
  )
  SELECT count(*) FROM deleted;
END;
--rollback DROP FUNCTION delete_old_audit;

--changeset chat:no-deletion-for-everybody
REVOKE EXECUTE ON FUNCTION delete_old_audit FROM PUBLIC;
--rollback GRANT EXECUTE ON FUNCTION delete_old_audit TO PUBLIC;
