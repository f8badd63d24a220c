--liquibase formatted sql

--changeset chat:audit splitStatements:false
CREATE TABLE audit (
  audit_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  node_id    text NOT NULL,
  task       text NOT NULL,
  parameters text NOT NULL,
  reason     text,
  outcome    text NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER audit_is_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--rollback DROP TABLE audit;
--rollback DROP FUNCTION refuse_change;
