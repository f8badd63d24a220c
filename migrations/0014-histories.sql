--liquibase formatted sql

--changeset chat:tenant-histories
-- What differs from an ordinary history, which begins with seq 1 and was not imported. A message with
-- a seq below first_seq is deleted, or will be. The last imported message has the seq imported_seq;
-- an import goes on only if it is the head. Without retention_set the configured retention applies;
-- with it retention_days does, and null keeps all messages.
CREATE TABLE tenant_histories (
  tenant_id      uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  first_seq      bigint NOT NULL DEFAULT 1 CHECK (first_seq > 0),
  imported_seq   bigint NOT NULL DEFAULT 0 CHECK (imported_seq >= 0),
  retention_set  boolean NOT NULL DEFAULT FALSE,
  retention_days integer CHECK (retention_days > 0)
);
--rollback DROP TABLE tenant_histories;
