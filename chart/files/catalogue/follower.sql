-- What a follower needs on its primary: a role that reads (READER, READER_PASSWORD) and one that replicates
-- (REPLICATION_PASSWORD). Roles reach the follower with the data. Doing it again changes nothing.
\getenv owner OWNER
\getenv database DATABASE
\getenv reader READER
\getenv password READER_PASSWORD
\getenv replication REPLICATION_PASSWORD
SET log_statement = none;
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[:'reader', 'replicator']) AS name WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L', :'reader', :'password') \gexec
SELECT format('ALTER ROLE %I SET default_transaction_read_only = on', :'reader') \gexec
ALTER ROLE replicator LOGIN NOSUPERUSER REPLICATION PASSWORD :'replication';
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', :'database', :'reader') \gexec

\connect :"database"
SELECT format('GRANT USAGE ON SCHEMA public TO %I', :'reader') \gexec
SELECT format('GRANT SELECT ON ALL TABLES IN SCHEMA public TO %I', :'reader') \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT ON TABLES TO %I', :'owner', :'reader') \gexec
