--liquibase formatted sql

--changeset chat:stream-tickets
-- Unlogged: a crash may empty it, and clients ask for a new ticket.
CREATE UNLOGGED TABLE stream_tickets (
  ticket_hash      bytea PRIMARY KEY,
  user_id          uuid NOT NULL,
  tenant_id        uuid NOT NULL,
  token_expires_at timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL
);
CREATE INDEX stream_tickets_by_expiry ON stream_tickets (expires_at);
--rollback DROP TABLE stream_tickets;
