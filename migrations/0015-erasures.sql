--liquibase formatted sql

--changeset chat:erasures
-- Contents of a sender's messages that are erased: those with a seq up to head_seq, and those that
-- were accepted until requested_at, which may be stored later. A row stays for these. Epochs are
-- those of tenants, so that each node reads the rows that are new.
CREATE TABLE erasures (
  erasure_id          uuid PRIMARY KEY,
  tenant_id           uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  sender_id           uuid NOT NULL,
  requested_at        timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  head_seq            bigint NOT NULL,
  examined_seq        bigint NOT NULL DEFAULT 0,
  erased_messages     bigint NOT NULL DEFAULT 0,
  erased_dead_letters bigint NOT NULL DEFAULT 0,
  completed_at        timestamptz,
  epoch               bigint NOT NULL
);
CREATE INDEX erasures_by_tenant ON erasures (tenant_id);
CREATE INDEX erasures_by_epoch ON erasures (epoch);
CREATE INDEX erasures_pending ON erasures (requested_at) WHERE completed_at IS NULL;
--rollback DROP TABLE erasures;
