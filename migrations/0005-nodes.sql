--liquibase formatted sql

--changeset chat:nodes
-- Who is there: each node renews its row every second. An instance is one life of a process; able
-- is one that can consume.
CREATE TABLE nodes (
  node_id    text PRIMARY KEY,
  instance   uuid NOT NULL,
  able       boolean NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
--rollback DROP TABLE nodes;

--changeset chat:orders
-- What an operator wants of all nodes, about some tenants or, where none are named, all of them; and
-- what each node did.
CREATE TABLE orders (
  epoch    bigint PRIMARY KEY,
  task     text NOT NULL,
  tenants  uuid[] NOT NULL,
  given_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE receipts (
  epoch      bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
  node_id    text NOT NULL,
  succeeded  boolean NOT NULL,
  report     text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (epoch, node_id)
);
--rollback DROP TABLE receipts;
--rollback DROP TABLE orders;
