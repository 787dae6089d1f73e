-- Brings an empty database to version 1 and leaves one at version 1 as it is. Any other version is not ours to touch.
\set version 1
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(hashtext('workqueue schema')) \g /dev/null

SELECT to_regclass('schema_version') IS NULL AS empty \gset
\if :empty
CREATE TABLE schema_version (
  version    integer PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tasks (
  id        bigint PRIMARY KEY,
  signature text   NOT NULL,
  stage     text   NOT NULL DEFAULT 'queued' CHECK (stage IN ('queued', 'drafted', 'executed', 'evaluated', 'integrated')),
  moved_by  text
);
CREATE INDEX tasks_open ON tasks (id) WHERE stage <> 'integrated';

-- Append-only: seq numbers every change of a task.
CREATE TABLE events (
  seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id bigint NOT NULL REFERENCES tasks,
  stage   text   NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  by      text
);

CREATE TABLE leases (
  name   text PRIMARY KEY,
  holder text NOT NULL,
  until  timestamptz NOT NULL
);

CREATE FUNCTION task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (task_id, stage, by) VALUES (NEW.id, NEW.stage, NEW.moved_by);
  RETURN NULL;
END $$;
CREATE TRIGGER task_changed AFTER INSERT OR UPDATE OF stage ON tasks FOR EACH ROW EXECUTE FUNCTION task_changed();

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION append_only();

INSERT INTO schema_version (version) VALUES (:version);
\endif

SELECT set_config('workqueue.version', :'version', true) \g /dev/null
DO $$
DECLARE
  found integer := (SELECT max(version) FROM schema_version);
BEGIN
  IF found IS DISTINCT FROM current_setting('workqueue.version')::integer THEN
    RAISE EXCEPTION 'schema_version is %, this store knows only %', coalesce(found::text, 'empty'), current_setting('workqueue.version');
  END IF;
END $$;
COMMIT;
