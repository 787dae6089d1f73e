# The store: brings the schema to the version that it knows, then watches that it stays so.
. "$SCRIPTS/lib.sh"

connection STORE_URL || exit 1
unset READONLY_STORE_URL CONTROL_PLANE_STORE_URL

# The read-only role is the chart's business only where the chart runs the server: elsewhere the password is empty.
ensure() {
  sql STORE_URL < "$SQL/schema.sql" || return 1
  [ -e "$RUN/ready" ] || [ -z "${READONLY_PASSWORD:-}" ] || sql STORE_URL < "$SQL/readonly.sql"
}

failures=0
while :; do
  if ensure; then
    [ -e "$RUN/ready" ] || say "the schema is in place"
    failures=0
    ready
    pause "${INTERVAL:-30}"
  else
    not_ready
    failures=$((failures + 1))
    if [ "$failures" -ge "${ATTEMPTS:-24}" ]; then
      say "giving up after $failures attempts. ${CONNECT_HELP:-}"
      exit 1
    fi
    pause 5
  fi
done
