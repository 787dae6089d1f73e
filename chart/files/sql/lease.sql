-- Takes or renews the orchestrator's lease for :seconds, and prints who holds it.
WITH taken AS (
  INSERT INTO leases (name, holder, until)
  VALUES ('orchestrator', :'holder', clock_timestamp() + make_interval(secs => :seconds))
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE leases.holder = excluded.holder OR leases.until < clock_timestamp()
  RETURNING holder
)
SELECT holder FROM taken;
