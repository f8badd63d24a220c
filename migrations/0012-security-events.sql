--liquibase formatted sql

--changeset chat:security-events
-- A row is a task or a security event. An event is inserted with its outcome, and never changes; at
-- and ended_at are the times of its first and its last occurrence.
ALTER TABLE audit
  ALTER COLUMN task DROP NOT NULL,
  ALTER COLUMN parameters DROP NOT NULL,
  ADD COLUMN event text,
  ADD COLUMN occurrences bigint,
  ADD COLUMN actor_id uuid,
  ADD COLUMN address text,
  ADD COLUMN tenant_id uuid,
  ADD COLUMN user_id uuid,
  ADD CONSTRAINT audit_is_a_task_or_an_event CHECK (
    (task IS NULL) = (event IS NOT NULL)
    AND (parameters IS NULL) = (event IS NOT NULL)
    AND (occurrences IS NULL) = (event IS NULL)
    AND (event IS NULL OR outcome IS NOT NULL)
  );
--rollback DROP TRIGGER audit_is_append_only ON audit;
--rollback DELETE FROM audit WHERE event IS NOT NULL;
--rollback ALTER TABLE audit DROP CONSTRAINT audit_is_a_task_or_an_event, DROP COLUMN event, DROP COLUMN occurrences, DROP COLUMN actor_id, DROP COLUMN address, DROP COLUMN tenant_id, DROP COLUMN user_id, ALTER COLUMN task SET NOT NULL, ALTER COLUMN parameters SET NOT NULL;
--rollback CREATE TRIGGER audit_is_append_only BEFORE DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
