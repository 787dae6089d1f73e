# The orchestrator: enqueues tasks 1 to $TOTAL, once, a batch at a time; in lease mode only while it holds the lease.
. "$SCRIPTS/lib.sh"

connection STORE_URL || exit 1
if [ "$LEASE_MODE" = true ]; then
  connection CONTROL_PLANE_STORE_URL || exit 1
fi

# in_charge: true without lease mode, or while this replica holds the lease. Its name is the pod's.
in_charge() {
  [ "$LEASE_MODE" = true ] || return 0
  holder=$(sql CONTROL_PLANE_STORE_URL --set=holder="$POD_NAME" --set=seconds="$LEASE_SECONDS" < "$SQL/lease.sql") || return 2
  [ "$holder" = "$POD_NAME" ]
}

while :; do
  in_charge
  case $? in
    0)
      if left=$(sql STORE_URL --set=total="$TOTAL" --set=batch="$BATCH" < "$SQL/enqueue.sql"); then
        ready
        [ "${left:-0}" -eq 0 ] || say "$left of $TOTAL tasks are still to be enqueued"
      else
        not_ready
        say "cannot enqueue; the log of the store says what is wrong with the database"
      fi
      ;;
    1) ready ;;
    *) not_ready; say "cannot ask for the lease" ;;
  esac
  pause "$INTERVAL"
done
