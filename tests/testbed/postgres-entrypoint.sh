#!/bin/sh
# Starts the image's server as the documentation of the official image promises it: makes the volume at the first start, from
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA (each also as NAME_FILE
# where it may be secret) and the files in /docker-entrypoint-initdb.d, and steps down from root.
set -eu

case ${1:-postgres} in
  postgres) ;;
  -*) set -- postgres "$@" ;;
  *) exec "$@" ;;
esac

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid 70 --regid 70 --clear-groups "$0" "$@"
fi

from_file() { # variable
  eval "file=\${$1_FILE-}"
  [ -z "$file" ] || eval "$1=\$(cat \"\$file\")"
}
from_file POSTGRES_USER
from_file POSTGRES_PASSWORD
from_file POSTGRES_DB
from_file POSTGRES_INITDB_ARGS

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres} method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  database=${POSTGRES_DB:-$user}
  if [ -z "${POSTGRES_PASSWORD-}" ] && [ "$method" != trust ]; then
    echo "Error: Database is uninitialized and superuser password is not specified." >&2
    exit 1
  fi
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA" 2>/dev/null || true
  password=/tmp/password.$$
  (umask 077 && printf '%s\n' "${POSTGRES_PASSWORD-}" >"$password")
  # shellcheck disable=SC2086 # arguments, as the official image takes them
  initdb --username="$user" --pwfile="$password" ${POSTGRES_INITDB_ARGS-} >/dev/null
  rm "$password"
  printf 'host all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  # No port is open while the volume is made.
  pg_ctl --wait --silent start -o "-c listen_addresses='' -p ${PGPORT:-5432}" -l /dev/stderr
  export PGPASSWORD="${POSTGRES_PASSWORD-}"
  [ "$database" = postgres ] ||
    printf 'CREATE DATABASE :"database";\n' | psql -v ON_ERROR_STOP=1 -v database="$database" --username "$user" --dbname postgres --quiet
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$user" --dbname "$database" --quiet <"$file" ;;
      *.sql.gz) gunzip -c "$file" | psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$user" --dbname "$database" --quiet ;;
    esac
  done
  unset PGPASSWORD
  pg_ctl --wait --silent --mode fast stop
fi

exec "$@"
