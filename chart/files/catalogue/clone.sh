# Copies the primary into $PGDATA as its standby, once; where the copy is there, this does nothing. PGPASSWORD goes into the
# standby's own settings, as PostgreSQL keeps it.
set -eu
[ ! -s "$PGDATA/PG_VERSION" ] || exit 0
part=$PGDATA.part

while :; do
  # A copy that was cut off is no copy.
  rm -rf "$part"
  if pg_basebackup --no-password --pgdata="$part" --wal-method=stream --write-recovery-conf --checkpoint=fast; then
    mv "$part" "$PGDATA"
    exit 0
  fi
  echo "$PGHOST cannot be copied yet" >&2
  sleep "${PAUSE:-5}"
done
