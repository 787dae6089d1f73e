# Makes what a database of the catalogue needs on its server, once that takes writes. Who to connect as is in libpq's variables.
set -eu
PROGRAMS=${PROGRAMS:-/opt/catalogue}
export PGCONNECT_TIMEOUT=10 PGAPPNAME=provision

sql() { psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

# Accepting connections is not enough: a server in recovery, or one that is read-only, is not ready.
until [ "$(sql --command="SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'")" = t ]; do
  echo "$PGHOST is not ready for writes" >&2
  sleep "${PAUSE:-2}"
done

sql --file="$PROGRAMS/provision.sql"
if [ "${FOLLOWER:-false}" = true ]; then
  sql --file="$PROGRAMS/follower.sql"
fi
echo "$DATABASE is ready on $PGHOST" >&2
