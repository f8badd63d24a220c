--liquibase formatted sql

--changeset chat:token-versions splitStatements:false
-- A token is valid as long as it has the version of its user. The version grows with every change of
-- a user that must end older tokens, changes by SQL included.
ALTER TABLE users ADD COLUMN token_version integer NOT NULL DEFAULT 0;
-- Set with a stronger hash of the same password, which ends no tokens.
ALTER TABLE users ADD COLUMN rehashed_at timestamptz;
ALTER TABLE stream_tickets ADD COLUMN token_version integer NOT NULL DEFAULT 0;

CREATE FUNCTION end_older_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.token_version := OLD.token_version + 1;
  RETURN NEW;
END
$$;

CREATE TRIGGER users_end_older_tokens
  BEFORE UPDATE ON users
  FOR EACH ROW
  WHEN (OLD.role <> NEW.role
    OR OLD.disabled <> NEW.disabled
    OR OLD.tenant_id IS DISTINCT FROM NEW.tenant_id
    OR OLD.password <> NEW.password AND OLD.rehashed_at IS NOT DISTINCT FROM NEW.rehashed_at)
  EXECUTE FUNCTION end_older_tokens();
--rollback DROP TRIGGER users_end_older_tokens ON users;
--rollback DROP FUNCTION end_older_tokens;
--rollback ALTER TABLE stream_tickets DROP COLUMN token_version;
--rollback ALTER TABLE users DROP COLUMN rehashed_at, DROP COLUMN token_version;
