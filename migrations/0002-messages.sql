--liquibase formatted sql

--changeset chat:messages
-- Content is json, not jsonb: it comes back as it was sent, with numbers of any size.
-- There is no index here: each tenant's partition has its own, without the tenant in them.
CREATE TABLE messages (
  tenant_id  uuid NOT NULL,
  seq        bigint NOT NULL,
  message_id uuid NOT NULL,
  sender_id  uuid,
  created_at timestamptz NOT NULL,
  content    json NOT NULL
) PARTITION BY LIST (tenant_id);
--rollback DROP TABLE messages;

--changeset chat:tenant-heads
-- The highest seq of each tenant; locking the row is what orders a tenant's commits.
CREATE TABLE tenant_heads (
  tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  head_seq  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
--rollback DROP TABLE tenant_heads;
