# helm test: what is in the queue, read through READONLY_STORE_URL in a read-only transaction.
. "$SCRIPTS/lib.sh"

connection READONLY_STORE_URL || exit 1
trap - TERM INT

sql READONLY_STORE_URL < "$SQL/report.sql"
