--liquibase formatted sql

--changeset chat:tenant-limits
-- What a tenant may use in place of the configured limits; null is the configured one. Epochs are
-- those of tenants, so that each node reads the rows that changed since its last read.
CREATE TABLE tenant_limits (
  tenant_id                uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  messages_per_second      bigint CHECK (messages_per_second > 0),
  bytes_per_second         bigint CHECK (bytes_per_second > 0),
  user_messages_per_second bigint CHECK (user_messages_per_second > 0),
  user_bytes_per_second    bigint CHECK (user_bytes_per_second > 0),
  members                  bigint CHECK (members > 0),
  streams                  bigint CHECK (streams > 0),
  user_streams             bigint CHECK (user_streams > 0),
  user_tickets             bigint CHECK (user_tickets > 0),
  epoch                    bigint NOT NULL
);
CREATE INDEX tenant_limits_by_epoch ON tenant_limits (epoch);
--rollback DROP TABLE tenant_limits;
