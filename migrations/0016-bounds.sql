--liquibase formatted sql

--changeset chat:limit-of-external-members
ALTER TABLE tenant_limits ADD COLUMN external_members bigint CHECK (external_members > 0);
--rollback ALTER TABLE tenant_limits DROP COLUMN external_members;
