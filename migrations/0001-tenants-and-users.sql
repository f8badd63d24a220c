--liquibase formatted sql

--changeset chat:tenants
CREATE SEQUENCE tenant_epoch;

CREATE TABLE tenants (
  tenant_id   uuid PRIMARY KEY,
  tenant_name text NOT NULL,
  user_id     uuid NOT NULL,
  workers     integer NOT NULL CHECK (workers BETWEEN 1 AND 64),
  consumer    text NOT NULL DEFAULT 'running' CHECK (consumer IN ('running', 'stopped')),
  epoch       bigint NOT NULL DEFAULT nextval('tenant_epoch'),
  created_at  timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  deleted_at  timestamptz
);
CREATE INDEX tenants_by_owner ON tenants (user_id);
CREATE INDEX tenants_by_epoch ON tenants (epoch);
--rollback DROP TABLE tenants;
--rollback DROP SEQUENCE tenant_epoch;

--changeset chat:users
CREATE TABLE users (
  user_id       uuid PRIMARY KEY,
  name          text NOT NULL,
  email         text NOT NULL,
  password_hash text NOT NULL,
  role          text NOT NULL CHECK (role IN ('admin', 'user')),
  tenant_id     uuid REFERENCES tenants ON DELETE SET NULL,
  disabled      boolean NOT NULL DEFAULT FALSE,
  created_at    timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now())
);
CREATE UNIQUE INDEX users_by_email ON users (lower(email));
CREATE INDEX users_by_tenant ON users (tenant_id);
ALTER TABLE tenants ADD CONSTRAINT tenants_owner FOREIGN KEY (user_id) REFERENCES users;
--rollback ALTER TABLE tenants DROP CONSTRAINT tenants_owner;
--rollback DROP TABLE users;
