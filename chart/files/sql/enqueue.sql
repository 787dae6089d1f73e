-- Enqueues the next batch of tasks 1 to :total and prints how many are left. A task that is there already is not made again.
\getenv key TASK_SIGNING_KEY
\if :{?key}
\else
\set key ''
\endif
INSERT INTO tasks (id, signature, moved_by)
SELECT n, encode(sha256(convert_to(:'key' || ':' || n, 'UTF8')), 'hex'), 'orchestrator'
FROM generate_series(1::bigint, :total) AS n
WHERE NOT EXISTS (SELECT FROM tasks WHERE id = n)
ORDER BY n
LIMIT :batch
ON CONFLICT DO NOTHING;
SELECT greatest(:total - count(*), 0) FROM tasks;
