-- Run once, when the embedded server makes its volume: the read-only role, without a password (the store gives it one), and
-- a database that only its owner and this role may enter.
CREATE ROLE workqueue_readonly NOLOGIN;
ALTER ROLE workqueue_readonly SET default_transaction_read_only = on;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO workqueue_readonly', current_database()) \gexec
