-- Fails where there is no schema, and where the chart's own read-only role could write.
BEGIN TRANSACTION READ ONLY;
SELECT 'schema_version ' || max(version) FROM schema_version;
SELECT 'stage ' || stage || ' ' || count(*) FROM tasks GROUP BY stage ORDER BY stage;
SELECT 'events ' || count(*) || ', the last ' || coalesce(max(seq), 0) FROM events;
SELECT current_user = 'workqueue_readonly' AND has_table_privilege('tasks', 'INSERT, UPDATE, DELETE, TRUNCATE') AS writer \gset
\if :writer
DO $$ BEGIN RAISE EXCEPTION 'the read-only role can write'; END $$;
\endif
COMMIT;
