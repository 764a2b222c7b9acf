-- Two roles share the database. Whoever runs the migrations owns the tables
-- (the migrator); the program works as a login role that is a member of the
-- group role brevstemme_app. docs/operations.md says how production makes them.
-- Tables made by later migrations give brevstemme_app the four ordinary rights;
-- the journal's own migration takes UPDATE and DELETE away again.

-- +goose Up
-- +goose StatementBegin
DO $$
BEGIN
  IF current_setting('server_version_num')::int < 150000 THEN
    RAISE EXCEPTION 'PostgreSQL 15 or newer is needed; this server is %', current_setting('server_version');
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'brevstemme_app') THEN
    BEGIN
      CREATE ROLE brevstemme_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN
        NULL; -- a migration of another database on this server was faster
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the group role brevstemme_app does not exist and % may not create it', current_user
          USING HINT = 'Run once as an administrator of the server: CREATE ROLE brevstemme_app NOLOGIN;';
    END;
  END IF;
END
$$;
-- +goose StatementEnd

-- Exclusion constraints on ranges (no double booking) need it. It is a trusted
-- extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO brevstemme_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO brevstemme_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO brevstemme_app;

-- The program reads the schema's version at start and never writes it. The
-- table was made before the default privileges above, so it is named here.
GRANT SELECT ON goose_db_version TO brevstemme_app;
