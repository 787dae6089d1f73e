# Waits until the server takes writes: one that accepts connections may still be in recovery.
. "$SCRIPTS/lib.sh"

connection STORE_URL || exit 1

while :; do
  answer=$(sql STORE_URL < "$SQL/writable.sql") && [ "$answer" = t ] && exit 0
  say "the server is not ready for writes"
  pause 2
done
