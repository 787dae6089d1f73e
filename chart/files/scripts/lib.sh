# What every component shares: a connection string taken apart for libpq, psql behind it, sleep that a signal ends.
# A connection string never stands in an argument list, where every process of the node may read it: all of it but the
# password goes to a libpq service file of this container, the password to psql's environment.

RUN=${RUN:-/run/workqueue}
LF='
'
mkdir -p "$RUN"
rm -f "$RUN/ready"
trap 'exit 0' TERM INT

say() { printf '%s: %s\n' "${COMPONENT:-workqueue}" "$*" >&2; }

# pause SECONDS: sleeps so that SIGTERM is answered at once (a plain child would be waited for).
pause() { sleep "$1" & wait $!; }

ready() { : > "$RUN/ready"; }
not_ready() { rm -f "$RUN/ready"; }

# decode TEXT: percent-decodes into $decoded; false where libpq would refuse the text.
decode() {
  decoded='' rest=$1
  while :; do
    case $rest in
      *%*) ;;
      *) decoded=$decoded$rest; return 0 ;;
    esac
    decoded=$decoded${rest%%\%*}
    rest=${rest#*%}
    hex=${rest%"${rest#??}"}
    case $hex in
      00) return 1 ;;
      [0-9A-Fa-f][0-9A-Fa-f]) ;;
      *) return 1 ;;
    esac
    # The sentinel keeps a decoded line feed, which $() would cut.
    # shellcheck disable=SC2059 # the format is three octal digits
    byte=$(printf "\\$(printf %03o "0x$hex")"; printf x)
    decoded=$decoded${byte%x}
    rest=${rest#??}
  done
}

# option KEYWORD TEXT: one line of the service file, where the first of two equal keywords wins. False for what such a line
# cannot hold: a line feed, white space at the end.
option() {
  decode "$2" || return 1
  case $1 in
    password)
      password=${password-$decoded}
      return 0
      ;;
    ssl)
      [ "$decoded" = true ] || return 1
      set -- sslmode
      decoded=require
      ;;
  esac
  case $decoded in
    *"$LF"* | *[[:space:]]) return 1 ;;
  esac
  lines=$lines$1=$decoded$LF
}

# hosts LIST: `host:port` joined by commas into $host and $port, still encoded, as libpq splits them.
hosts() {
  host='' port='' comma='' list=$1,
  while [ -n "$list" ]; do
    one=${list%%,*} list=${list#*,}
    case $one in
      \[*) h=${one#\[}; p=${h#*\]}; h=${h%%\]*}; p=${p#:} ;;
      *:*) h=${one%%:*} p=${one#*:} ;;
      *) h=$one p='' ;;
    esac
    host=$host$comma$h port=$port$comma$p comma=,
  done
  # Empty entries alone mean the default port.
  case $port in *[!,]*) ;; *) port='' ;; esac
}

# connection NAME: reads the URL in the variable NAME and writes service NAME; the variable is gone afterwards.
connection() {
  eval "url=\${$1-}"
  unset "$1" password
  if parse "$url"; then
    (umask 077; printf '[%s]\n%s' "$1" "$lines" > "$RUN/$1.conf")
    eval "$1_PASSWORD=\${password-}"
  else
    say "$1 is not a well-formed URL: postgresql://USER:PASSWORD@HOST:5432/DATABASE"
    return 1
  fi
  unset url password user query path pairs pair rest decoded lines byte
}

# parse URL: into $lines and $password, each part where libpq finds it.
parse() {
  lines='' query='' path='' user='' pairs=''
  case $1 in
    postgresql://* | postgres://*) url=${1#*://} ;;
    *) return 1 ;;
  esac
  case $url in *\?*) query=${url#*\?} url=${url%%\?*} ;; esac
  case $url in */*) path=${url#*/} url=${url%%/*} ;; esac
  case $url in *@*) user=${url%%@*} url=${url#*@} ;; esac
  # In libpq the query beats what stands before it, and its last word the earlier ones: so it comes first, and backwards.
  while [ -n "$query" ]; do
    pairs="${query%%&*}${pairs:+&}$pairs"
    case $query in *\&*) query=${query#*&} ;; *) query='' ;; esac
  done
  while [ -n "$pairs" ]; do
    pair=${pairs%%&*}
    case $pairs in *\&*) pairs=${pairs#*&} ;; *) pairs='' ;; esac
    case $pair in
      [a-z]*=*=*) return 1 ;;
      [a-z]*=*) option "${pair%%=*}" "${pair#*=}" || return 1 ;;
      *) return 1 ;;
    esac
  done
  case $user in *:*) option password "${user#*:}" || return 1; user=${user%%:*} ;; esac
  hosts "$url"
  [ -z "$user" ] || option user "$user" || return 1
  [ -z "$host" ] || option host "$host" || return 1
  [ -z "$port" ] || option port "$port" || return 1
  [ -z "$path" ] || option dbname "$path"
}

# sql NAME ARGUMENT...: psql on service NAME, its statements from standard input.
sql() {
  service=$1
  shift
  eval "secret=\$${service}_PASSWORD"
  # shellcheck disable=SC2154 # set by eval
  PGSERVICEFILE=$RUN/$service.conf PGSERVICE=$service PGPASSWORD=$secret PGAPPNAME=${COMPONENT:-workqueue} PGCONNECT_TIMEOUT=10 \
    psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"
}
