# A worker: moves tasks on, one stage at a time. Workers never wait for each other (FOR UPDATE SKIP LOCKED), and a
# worker that dies gives its tasks back, because moving them is one transaction.
. "$SCRIPTS/lib.sh"

connection STORE_URL || exit 1

while :; do
  if moved=$(sql STORE_URL --set=batch="$BATCH" --set=worker="$POD_NAME" < "$SQL/advance.sql"); then
    ready
    [ -z "$moved" ] || say "$moved"
  else
    not_ready
    say "cannot move tasks; the log of the store says what is wrong with the database"
  fi
  pause "$INTERVAL"
done
