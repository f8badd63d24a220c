--liquibase formatted sql

--changeset chat:reports-of-nodes
-- What each node reports of itself with its heartbeat: version, consumers, and totals of its metrics.
-- Null for nodes of earlier releases.
ALTER TABLE nodes ADD COLUMN report jsonb;
--rollback ALTER TABLE nodes DROP COLUMN report;
