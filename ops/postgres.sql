-- The roles and the database of a deployment, as docker-compose.yml uses them; for a superuser, once.

-- Owns the tables, migrates them, and creates and drops the schemas of tenants.
CREATE ROLE chat_owner LOGIN PASSWORD 'chat';

-- The service's role: owns nothing. db migrate grants it what it needs.
CREATE ROLE chat_service LOGIN PASSWORD 'chat';

CREATE DATABASE chat OWNER chat_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE chat FROM PUBLIC;
GRANT CONNECT ON DATABASE chat TO chat_service;
