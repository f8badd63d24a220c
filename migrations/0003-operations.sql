--liquibase formatted sql

--changeset chat:audit splitStatements:false
-- A row is written before a task acts, and completed once with its outcome.
CREATE TABLE audit (
  audit_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  node_id    text NOT NULL,
  task       text NOT NULL,
  parameters text NOT NULL,
  reason     text,
  outcome    text,
  ended_at   timestamptz,
  CONSTRAINT audit_ends_with_an_outcome CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
CREATE INDEX audit_not_ended ON audit (audit_id) WHERE outcome IS NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE FUNCTION permit_completion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.outcome IS NOT NULL OR NEW.outcome IS NULL
    OR to_jsonb(NEW) - 'outcome' - 'ended_at' <> to_jsonb(OLD) - 'outcome' - 'ended_at'
  THEN
    RAISE EXCEPTION '% is append-only, and a row is completed once', TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER audit_is_append_only
  BEFORE DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_completed_once
  BEFORE UPDATE ON audit
  FOR EACH ROW EXECUTE FUNCTION permit_completion();
--rollback DROP TABLE audit;
--rollback DROP FUNCTION permit_completion;
--rollback DROP FUNCTION refuse_change;
