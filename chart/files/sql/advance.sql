-- Moves up to :batch tasks to their next stage and prints them. Tasks that another worker holds are passed over.
\getenv key TASK_SIGNING_KEY
\if :{?key}
\else
\set key ''
\endif
WITH next AS (
  SELECT id
  FROM tasks
  WHERE stage <> 'integrated' AND signature = encode(sha256(convert_to(:'key' || ':' || id, 'UTF8')), 'hex')
  ORDER BY id
  LIMIT :batch
  FOR UPDATE SKIP LOCKED
)
UPDATE tasks
SET moved_by = :'worker',
    stage = CASE stage WHEN 'queued' THEN 'drafted' WHEN 'drafted' THEN 'executed' WHEN 'executed' THEN 'evaluated' ELSE 'integrated' END
FROM next
WHERE tasks.id = next.id
RETURNING format('task %s is %s', tasks.id, stage);
