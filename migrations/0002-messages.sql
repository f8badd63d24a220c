--liquibase formatted sql

--changeset chat:messages
-- Each tenant's partition has a unique index on seq as well. An index that is created here for
-- queries into payload is created on every partition, and on those of later tenants.
CREATE TABLE messages (
  tenant_id  uuid NOT NULL,
  message_id uuid NOT NULL,
  seq        bigint NOT NULL,
  sender_id  uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  payload    jsonb NOT NULL,
  PRIMARY KEY (tenant_id, message_id)
) PARTITION BY LIST (tenant_id);
--rollback DROP TABLE messages;

--changeset chat:tenant-heads
-- The highest seq of each tenant; locking the row is what orders a tenant's commits.
CREATE TABLE tenant_heads (
  tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  head_seq  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
--rollback DROP TABLE tenant_heads;
