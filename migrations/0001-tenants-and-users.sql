--liquibase formatted sql

--changeset chat:tenants
-- A tenant that is deleted, or not there yet, has deleted_at: it is kept for a while, so that every
-- node learns of it, and until its queues and its schema are gone. A row that is inserted by SQL with
-- an id, a name and an owner becomes a tenant within seconds: a node creates what it lacks.
CREATE SEQUENCE tenant_epoch;

CREATE TABLE tenants (
  tenant_id   uuid PRIMARY KEY,
  tenant_name text NOT NULL,
  user_id     uuid,
  workers     integer NOT NULL DEFAULT 3 CHECK (workers BETWEEN 1 AND 64),
  consumer    text NOT NULL DEFAULT 'running' CHECK (consumer IN ('running', 'stopped')),
  epoch       bigint NOT NULL DEFAULT nextval('tenant_epoch'),
  created_at  timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  deleted_at  timestamptz,
  CONSTRAINT tenants_have_owners CHECK (user_id IS NOT NULL OR deleted_at IS NOT NULL)
);
CREATE INDEX tenants_by_owner ON tenants (user_id);
CREATE INDEX tenants_by_epoch ON tenants (epoch);
CREATE INDEX tenants_deleted ON tenants (deleted_at) WHERE deleted_at IS NOT NULL;
--rollback DROP TABLE tenants;
--rollback DROP SEQUENCE tenant_epoch;

--changeset chat:users
CREATE TABLE users (
  user_id       uuid PRIMARY KEY,
  name          text NOT NULL,
  email         text NOT NULL,
  password      text NOT NULL,
  role          text NOT NULL CHECK (role IN ('admin', 'user')),
  tenant_id     uuid REFERENCES tenants ON DELETE SET NULL,
  disabled      boolean NOT NULL DEFAULT FALSE,
  created_at    timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now())
);
-- The service stores e-mail addresses in lower case and NFC; those put in by SQL are compared as if
-- they were. Letters of ASCII do not depend on the locale, others are lowered by the database's.
CREATE UNIQUE INDEX users_by_email
  ON users (lower(lower(normalize(email, NFC) COLLATE "C") COLLATE "default"));
CREATE INDEX users_by_tenant ON users (tenant_id);
-- Deleting a user who owns a tenant violates tenants_have_owners, unless the tenant is deleted.
ALTER TABLE tenants
  ADD CONSTRAINT tenants_owner FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL;
--rollback ALTER TABLE tenants DROP CONSTRAINT tenants_owner;
--rollback DROP TABLE users;
