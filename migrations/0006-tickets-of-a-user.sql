--liquibase formatted sql

--changeset chat:tickets-of-a-user
-- For counting a user's tickets.
CREATE INDEX stream_tickets_by_user ON stream_tickets (user_id);
--rollback DROP INDEX stream_tickets_by_user;
