--liquibase formatted sql

--changeset chat:identities
-- The issuer whose tokens are those of a tenant's members. A version is never used twice: nodes
-- compare it with that of what they have cached. The keys are those that the owner has registered,
-- or the last ones that a node has fetched from the URL.
CREATE TABLE tenant_identities (
  tenant_id       uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  version         bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  issuer          text NOT NULL,
  audience        text,
  jwks_url        text,
  keys            text NOT NULL DEFAULT '[]',
  keys_fetched_at timestamptz
);

-- The members who have come with a token of that issuer. Messages have their id as sender_id; a
-- column of messages would be added to each tenant's partition, in one transaction.
CREATE TABLE external_members (
  tenant_id     uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id       uuid NOT NULL,
  sub           text NOT NULL,
  name          text,
  first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, user_id)
);

-- Of an external member: what must not change for the ticket to be valid.
ALTER TABLE stream_tickets ADD COLUMN identity_version bigint, ADD COLUMN key_hash text;
--rollback ALTER TABLE stream_tickets DROP COLUMN identity_version, DROP COLUMN key_hash;
--rollback DROP TABLE external_members;
--rollback DROP TABLE tenant_identities;

--changeset chat:external-members-context
-- As for messages: the rows of a tenant are visible only to a statement that sets chat.tenant.
CREATE POLICY tenant_context ON external_members
  USING (tenant_id = NULLIF(current_setting('chat.tenant', TRUE), '')::uuid);
ALTER TABLE external_members ENABLE ROW LEVEL SECURITY;
--rollback ALTER TABLE external_members DISABLE ROW LEVEL SECURITY;
--rollback DROP POLICY tenant_context ON external_members;
