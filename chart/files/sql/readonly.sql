-- Gives the read-only role its password and the right to read what the store made. Only where the chart runs the server.
\getenv password READONLY_PASSWORD
BEGIN;
ALTER ROLE workqueue_readonly LOGIN PASSWORD :'password';
SELECT format('GRANT USAGE ON SCHEMA %I TO workqueue_readonly', current_schema()) \gexec
GRANT SELECT ON schema_version, tasks, events, leases TO workqueue_readonly;
COMMIT;
