# Fills each Secret of $CREDENTIALS that holds nothing yet: all its keys in one write, or none. A Secret that is filled is left as
# it is, so that a password is made once, however often this runs. Lines: Secret, user, database, host, kind.
set -euo pipefail
umask 077
RUN=${RUN:-/run/catalogue}
export HOME=$RUN

# 192 bits of the kernel's generator, in characters that mean themselves in every part of a URL.
password() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }

# patch VERSION USER DATABASE HOST KIND: what is written. The version makes the API server refuse if somebody was faster.
patch() {
  local secret options=''
  secret=$(password)
  [ "$5" != follower ] || options='?options=-c%20default_transaction_read_only%3Don'
  printf '{"metadata":{"resourceVersion":"%s"},"stringData":{' "$1"
  [ "$5" != follower ] || printf '"REPLICATION_PASSWORD":"%s",' "$(password)"
  printf '"POSTGRES_USER":"%s","POSTGRES_PASSWORD":"%s","POSTGRES_DB":"%s","POSTGRES_HOST":"%s","POSTGRES_PORT":"5432",' "$2" "$secret" "$3" "$4"
  printf '"URI":"postgresql://%s:%s@%s:5432/%s%s"}}' "$2" "$secret" "$4" "$3" "$options"
}

cluster() { kubectl --namespace="$NAMESPACE" --cache-dir="$RUN/cache" "$@"; }

failed=0
while read -r name user database host kind; do
  [ -n "$name" ] || continue
  wanted='POSTGRES_DB POSTGRES_HOST POSTGRES_PASSWORD POSTGRES_PORT POSTGRES_USER'
  [ "$kind" != follower ] || wanted="$wanted REPLICATION_PASSWORD"
  wanted="$wanted URI"
  # Names of keys only: what is in them is nobody's business here.
  found=$(cluster get secret "$name" --output='go-template={{.metadata.resourceVersion}}{{range $key, $_ := .data}} {{$key}}{{end}}')
  keys=''
  case $found in *' '*) keys=${found#* } ;; esac
  if [ -z "$keys" ]; then
    patch "$found" "$user" "$database" "$host" "$kind" > "$RUN/patch"
    cluster patch secret "$name" --type=merge --patch-file="$RUN/patch" > /dev/null
    rm -f "$RUN/patch"
    echo "$name: credentials made" >&2
  else
    for key in $wanted; do
      case " $keys " in
        *" $key "*) ;;
        *)
          echo "$name: holds $keys and no $key. Credentials are all or nothing: complete it by hand, or empty it for a database without data" >&2
          failed=1
          ;;
      esac
    done
    echo "$name: left as it is" >&2
  fi
done <<< "$CREDENTIALS"
exit "$failed"
