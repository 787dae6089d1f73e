# Run once, when a server makes its volume: lets a follower in. `all` in pg_hba.conf does not speak of replication.
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
