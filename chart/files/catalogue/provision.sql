-- Role and database of one declaration: OWNER, OWNER_PASSWORD, DATABASE. Doing it again changes nothing.
\getenv owner OWNER
\getenv password OWNER_PASSWORD
\getenv database DATABASE
-- Passwords stay out of the server's log, whatever it logs.
SET log_statement = none;
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;
-- Other databases of a shared server may be made at the same moment.
SELECT pg_advisory_lock(hashtext('workqueue catalogue')) \g /dev/null

SELECT format('CREATE ROLE %I', :'owner') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L', :'owner', :'password') \gexec

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT pg_get_userbyid(datdba) = :'owner' AS own FROM pg_database WHERE datname = :'database' \gset
\if :own
\else
DO $$ BEGIN RAISE EXCEPTION 'the database is there and belongs to another role'; END $$;
\endif

-- Who is not the owner, or named, does not come in: neither here nor into the databases that every server has.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name) FROM unnest(ARRAY[:'database', 'postgres', 'template1']) AS name \gexec
