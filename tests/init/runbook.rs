//! Runbooks as printed, executed by bash: pg_dump, pg_restore and psql between two real servers, `helm` as real `helm template`
//! of what an upgrade would apply. Only the cluster is played: what `kubectl` would run in a pod runs here.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use plimsoll::init::runbook::{PROGRAMS, quote, scripts};

use super::cluster::ControlPlane;
use super::postgres::{Certificates, Chain, Cluster, PASSWORD};
use super::support::{Answer, copy_folder, count_line};
use super::{libpq, plimsoll, root, support, text};

/// `kubectl` of a cluster whose embedded server and whose client pod are on this machine.
const KUBECTL: &str = r#"#!/bin/bash
set -euo pipefail
printf 'kubectl' >> "$LOG"; printf ' %q' "$@" >> "$LOG"; echo >> "$LOG"
verb=$1; shift
case "$verb" in
exec)
  input=/dev/null
  while [ "$1" != -- ]; do
    case "$1" in
      -n|-c) shift 2 ;;
      -i) input=/dev/stdin; shift ;;
      *) target=$1; shift ;;
    esac
  done
  shift
  program=$1; shift
  case "$target" in
    statefulset/*) export PGHOST=$EMBEDDED_SOCKETS PGPORT=$EMBEDDED_PORT ;;
    *) export PGSERVICEFILE=$WORK/pod.conf ;;
  esac
  exec "$CLIENTS/$program" "$@" < "$input" ;;
get)
  case "$1" in
    pods) [ -z "${COMES_BACK:-}" ] || echo pod/back ;;
    pvc) echo "$2" ;;
    secret) cat "$WORK/secret-url" ;;
  esac ;;
create)
  # The pod has the CA where the chart mounts it.
  last=${!#}
  sed "s#/etc/workqueue/ca/ca.crt#$WORK/certificates/root.pem#" "${last##*pg_service.conf=}" > "$WORK/pod.conf" ;;
apply) while [ "$1" != -f ]; do shift; done; [ -s "$2" ] ;;
esac
"#;

/// `helm`, whose release has the values of all upgrades so far.
const HELM: &str = r#"#!/bin/bash
set -euo pipefail
printf 'helm' >> "$LOG"; printf ' %q' "$@" >> "$LOG"; echo >> "$LOG"
[ "$1" = upgrade ] || exit 0
release=$2 chart=$3; shift 3
reuse=no
while [ $# -gt 0 ]; do
  case "$1" in
    -f) cat "$2" > "$WORK/values-$(ls "$WORK" | grep -c ^values-).yaml"; shift 2 ;;
    -n) namespace=$2; shift 2 ;;
    --reuse-values) reuse=yes; shift ;;
    *) shift ;;
  esac
done
[ $reuse = yes ]
files=()
for file in $(ls "$WORK" | grep ^values- | sort -V); do files+=(-f "$WORK/$file"); done
"$REAL_HELM" template "$release" "$chart" -n "$namespace" "${files[@]}" > "$WORK/applied-$(ls "$WORK" | grep -c ^applied-).yaml"
"#;

/// `kubectl` of a real API server that has no node: nothing can be executed in its pods, and they never become ready.
const REAL_KUBECTL: &str = r#"
case "$verb" in
exec) ;;
wait) case "$*" in *condition=Ready*) exit 0 ;; *) exec "$CLUSTER/kubectl" wait "$@" ;; esac ;;
create) ;;
*) exec "$CLUSTER/kubectl" "$verb" "$@" ;;
esac
"#;

/// Real Helm, which does not wait for pods that have no node.
const REAL_HELM: &str = r#"#!/bin/bash
printf 'helm' >> "$LOG"; printf ' %q' "$@" >> "$LOG"; echo >> "$LOG"
[ "$1" != test ] || exit 0
args=()
for arg in "$@"; do
  case "$arg $*" in --wait*raise-replicas.yaml*) ;; *) args+=("$arg") ;; esac
done
exec "$REAL_HELM" "${args[@]}"
"#;

/// psql, pg_dump and pg_restore of the major that the chart embeds.
fn programs() -> PathBuf {
    let path = libpq::cache().join("programs-16-1/pgserver/pginstall/bin");
    assert!(path.is_dir(), "{} is missing: run scripts/oracles", path.display());
    path
}

/// Two servers and a folder for the operator.
struct Bed {
    work: PathBuf,
    embedded: Cluster,
    external: Cluster,
    _folder: tempfile::TempDir,
}

impl Bed {
    fn new(external: u8) -> Bed {
        let folder = tempfile::tempdir().unwrap();
        // The servers run as somebody else.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let work = folder.path().to_path_buf();
        let certificates = Certificates::make(&work.join("certificates"));
        let start = |major: u8, chain, name: &str| {
            Cluster::start(&libpq::build(major), major, chain, &certificates, &work.join(name))
        };
        let bed = Bed {
            embedded: start(16, None, "embedded"),
            external: start(external, Some(Chain::Direct), "external"),
            work: work.clone(),
            _folder: folder,
        };
        for (name, script) in [("kubectl", KUBECTL), ("helm", HELM)] {
            let path = work.join("bin").join(name);
            fs::create_dir_all(work.join("bin")).unwrap();
            fs::write(&path, script).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_plimsoll"), work.join("bin/plimsoll")).unwrap();
        bed.sql(
            &bed.embedded,
            "postgres",
            "postgres",
            "CREATE ROLE workqueue LOGIN; CREATE DATABASE workqueue OWNER workqueue",
        );
        bed.sql(
            &bed.external,
            "postgres",
            "scram",
            "GRANT CREATE ON SCHEMA public TO app; GRANT CREATE ON DATABASE scram TO app",
        );
        bed
    }

    /// What psql prints, through the server's socket.
    fn sql(&self, server: &Cluster, user: &str, database: &str, sql: &str) -> String {
        let mut psql = Command::new(programs().join("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h"]).arg(&server.sockets);
        psql.args(["-p", &server.port.to_string(), "-U", user, "-d", database]);
        let answer = support::run(psql, sql.as_bytes());
        assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
        text(&answer.stdout)
    }

    /// The chart's own schema with thousands of rows, and names that want quotes.
    fn fill(&self, server: &Cluster, user: &str, database: &str, tasks: u32) {
        let schema = fs::read_to_string(root().join("chart/files/sql/schema.sql")).unwrap();
        self.sql(server, user, database, &schema);
        self.sql(server, user, database, &format!(
            "INSERT INTO tasks (id, signature) SELECT n, md5(n::text) FROM generate_series(1, {tasks}) n;
             UPDATE tasks SET stage = 'drafted' WHERE id % 3 = 0;
             CREATE SCHEMA \"od'd\"; CREATE TABLE \"od'd\".\"Ta ble\\:x\" (a text); CREATE SEQUENCE \"od'd\".s;
             INSERT INTO \"od'd\".\"Ta ble\\:x\" SELECT repeat(E'\\n', n) FROM generate_series(1, 50) n; SELECT nextval('\"od''d\".s')"
        ));
    }

    fn counts(&self, server: &Cluster, user: &str, database: &str) -> String {
        self.sql(server, user, database,
            "SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM events), (SELECT count(*) FROM \"od'd\".\"Ta ble\\:x\"),
             (SELECT last_value FROM \"od'd\".s), (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM tasks t)")
    }

    fn url(&self, more: &str) -> String {
        format!(
            "postgresql://app:{PASSWORD}@{}:{}/scram?hostaddr=127.0.0.1{more}",
            super::postgres::NAME,
            self.external.port
        )
    }

    /// Replaces a program that plays the cluster.
    fn program(&self, name: &str, script: &str) {
        fs::write(self.work.join("bin").join(name), script).unwrap();
    }

    /// Prints a runbook in the operator's folder.
    fn runbook(&self, chart: &Path, args: &[&str]) -> Answer {
        let mut command = plimsoll(&self.work);
        command.args(["init", "runbook"]).arg(chart).args(["--release", "queue"]).args(args);
        if !args.contains(&"-n") {
            command.args(["-n", "prod"]);
        }
        support::run(command, b"")
    }

    /// Executes all of its blocks, one after the other.
    fn execute(&self, markdown: &str, variables: &[(&str, &str)]) -> Answer {
        let script = format!("set -euo pipefail\n{}", scripts(markdown).concat());
        let mut check = support::command(Path::new("bash"), &self.work, &self.work);
        check.arg("-n");
        let checked = support::run(check, script.as_bytes());
        assert_eq!(checked.exit, Some(0), "bash -n: {}", text(&checked.stderr));
        let mut bash = support::command(Path::new("bash"), &self.work, &self.work);
        let path = format!("{}:{}", self.work.join("bin").display(), std::env::var("PATH").unwrap());
        bash.env("PATH", path).env("WORK", &self.work).env("LOG", self.work.join("log"));
        bash.env("EMBEDDED_SOCKETS", &self.embedded.sockets).env("EMBEDDED_PORT", self.embedded.port.to_string());
        bash.env("CLIENTS", programs()).env("REAL_HELM", support::helm(support::DEFAULT));
        bash.envs(variables.iter().copied());
        support::run(bash, script.as_bytes())
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.work.join(name)).unwrap_or_default()
    }

    fn log(&self) -> String {
        self.file("log")
    }
}

fn replicas(rendered: &str) -> Vec<&str> {
    rendered.lines().filter_map(|line| line.strip_prefix("  replicas: ")).collect()
}

#[test]
fn to_external_moves_real_data_from_16_to_17() {
    let bed = Bed::new(17);
    bed.fill(&bed.embedded, "workqueue", "workqueue", 5_000);
    let chart = bed.work.join("ch'art $(touch broken) \"q\"");
    copy_folder(&root().join("chart"), &chart).unwrap();
    let target = "tar'get `touch broken`.yaml";
    fs::write(bed.work.join("stored.yaml"), "worker: {replicas: 3}\n").unwrap();
    let values = "postgres:\n  mode: external\n  external:\n    existingSecret: queue-db\n    tlsAlreadyEncodedInSecret: true\n  tls:\n    enabled: true\n    caBundleSecret: db-ca\n";
    fs::write(bed.work.join(target), values).unwrap();
    fs::write(bed.work.join("secret-url"), bed.url("&sslmode=verify-full&sslrootcert=/etc/workqueue/ca/ca.crt"))
        .unwrap();
    let args = ["--from", "embedded", "--to", "external", "-f", "stored.yaml", "--to-values", target];

    // What nobody can see is undecided, until somebody answers for it.
    let answer = bed.runbook(&chart, &args);
    assert_eq!((answer.exit, text(&answer.stdout)), (Some(3), String::new()));
    assert!(
        text(&answer.stderr).contains("plaintext-remote") && text(&answer.stderr).contains("--allow"),
        "{}",
        text(&answer.stderr)
    );

    let answer = bed.runbook(&chart, &[&args[..], &["--allow", "plaintext-remote"]].concat());
    let (markdown, said) = (text(&answer.stdout), text(&answer.stderr));
    assert_eq!(answer.exit, Some(0), "{said}");
    assert!(said.contains("three states linted and rendered"), "{said}");
    assert!(
        markdown.contains("| data that stays behind | persistentvolumeclaim/data-queue-workqueue-postgres-0 |"),
        "{markdown}"
    );
    assert!(markdown.contains("| accepted by you | plaintext-remote |") && !markdown.contains(PASSWORD));

    // A pod that comes back stops it before the dump.
    let done = bed.execute(&markdown, &[("COMES_BACK", "1")]);
    assert!(
        done.exit != Some(0) && !bed.work.join("data.dump").exists() && !bed.log().contains("helm"),
        "{}",
        bed.log()
    );

    let before = bed.counts(&bed.embedded, "workqueue", "workqueue");
    assert!(before.starts_with("5000|6666|50|1|"), "{before}");
    fs::remove_file(bed.work.join("external.conf")).unwrap();
    fs::remove_file(bed.work.join("log")).unwrap();
    let done = bed.execute(&markdown, &[]);
    assert_eq!(done.exit, Some(0), "{}\n{}\n{markdown}", text(&done.stderr), bed.log());
    assert_eq!(bed.counts(&bed.external, "app", "scram"), before);
    let counted = bed.file("counts-before.txt");
    assert_eq!(counted, bed.file("counts-after.txt"));
    assert!(
        counted.contains("public.tasks|5000\n")
            && counted.contains("od'd.Ta ble\\:x|50\n")
            && counted.contains("od'd.s|1|t\n"),
        "{counted}"
    );
    // The first upgrade has no server and no application, the second has them all again.
    let (swap, raise) = (bed.file("applied-0.yaml"), bed.file("applied-1.yaml"));
    assert!(!swap.contains("kind: StatefulSet") && !swap.is_empty());
    assert_eq!((replicas(&swap), replicas(&raise)), (vec!["0"; 3], vec!["1", "1", "3"]));
    assert!(!bed.work.join("broken").exists(), "a name was executed");
    assert!(!bed.work.join("external.conf").exists() && !bed.log().contains(PASSWORD));
    in_order(
        &bed.log(),
        &[
            "scale deployment/queue-workqueue-",
            "wait --for=delete",
            "scale",
            "wait --for=delete",
            "scale",
            "wait --for=delete",
            "get pods",
            "get pods",
            "get pods",
            "pg_dump",
            "psql",
            "pg_restore",
            "helm upgrade",
            "get pods",
            "get pvc",
            "psql",
            "helm upgrade",
            "helm test",
        ],
    );

    // What is in the way in the external database stops it before anything is swapped.
    fs::remove_file(bed.work.join("log")).unwrap();
    let again = bed.execute(&markdown, &[]);
    assert!(again.exit != Some(0) && !bed.log().contains("helm upgrade"), "{}", bed.log());
    assert_eq!(bed.counts(&bed.external, "app", "scram"), before);
    count_line(&format!("init runbook: to external, 16 to 17, counts {}", before.trim()));
}

/// The same on a real API server: what scales, waits, asks, upgrades and cleans up is real `kubectl` and real Helm.
#[test]
fn the_steps_hold_on_a_real_api_server() {
    let (bed, plane) = (Bed::new(17), ControlPlane::start());
    bed.fill(&bed.embedded, "workqueue", "workqueue", 2_000);
    let namespace = plane.namespace();
    let chart = root().join("chart");
    let kubectl = KUBECTL
        .replace("case \"$verb\" in\nexec)\n", &format!("{}case \"$verb\" in\nexec)\n", REAL_KUBECTL.trim_start()));
    // The Secret is made for real too.
    let kubectl = kubectl
        .replace("> \"$WORK/pod.conf\" ;;", "> \"$WORK/pod.conf\"\n  exec \"$CLUSTER/kubectl\" create \"$@\" ;;");
    bed.program("kubectl", &kubectl);
    bed.program("helm", REAL_HELM);
    let values = "postgres:\n  mode: external\n  external:\n    existingSecret: queue-db\n    tlsAlreadyEncodedInSecret: true\n  tls:\n    enabled: true\n    caBundleSecret: db-ca\n";
    fs::write(bed.work.join("target.yaml"), values).unwrap();
    fs::write(bed.work.join("stored.yaml"), "worker: {replicas: 3}\n").unwrap();
    let url = bed.url("&sslmode=verify-full&sslrootcert=/etc/workqueue/ca/ca.crt");
    fs::write(bed.work.join("url"), url).unwrap();
    let from = format!("--from-file=connectionString={}", bed.work.join("url").display());
    plane.must(&["create", "secret", "generic", "queue-db", "-n", &namespace, &from], "");
    let mut install = plane.command(&support::helm(support::DEFAULT));
    install.args(["install", "queue", "-n", &namespace, "-f"]).arg(bed.work.join("stored.yaml")).arg(&chart);
    let installed = support::run(install, b"");
    assert_eq!(installed.exit, Some(0), "{}", text(&installed.stderr));
    plane.must(
        &["wait", "--for=create", "pod", "-l", "app.kubernetes.io/component=worker", "-n", &namespace, "--timeout=60s"],
        "",
    );

    let args =
        ["--from", "embedded", "--to", "external", "-f", "stored.yaml", "--to-values", "target.yaml", "-n", &namespace];
    let answer = bed.runbook(&chart, &[&args[..], &["--allow", "plaintext-remote"]].concat());
    assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
    let before = bed.counts(&bed.embedded, "workqueue", "workqueue");
    let (kubeconfig, cluster) = (plane.kubeconfig(), plane.folder().to_path_buf());
    let variables = [("KUBECONFIG", kubeconfig.to_str().unwrap()), ("CLUSTER", cluster.to_str().unwrap())];
    let done = bed.execute(&text(&answer.stdout), &variables);
    assert_eq!(done.exit, Some(0), "{}\n{}\n{}", text(&done.stdout), text(&done.stderr), bed.log());
    assert_eq!(bed.counts(&bed.external, "app", "scram"), before);

    let ask = |what: &[&str]| plane.must(&[what, &["-n", &namespace]].concat(), "");
    let replicas =
        ask(&["get", "deployments", "-o", "jsonpath={range .items[*]}{.metadata.name}={.spec.replicas} {end}"]);
    assert_eq!(replicas, "queue-workqueue-orchestrator=1 queue-workqueue-store=1 queue-workqueue-worker=3 ");
    assert_eq!(ask(&["get", "statefulsets", "-o", "name"]), "");
    assert_eq!(ask(&["get", "pvc", "-o", "name"]), "persistentvolumeclaim/data-queue-workqueue-postgres-0\n");
    let left = ask(&["get", "pods,secrets", "-o", "name"]);
    assert!(!left.contains("plimsoll-client") && left.contains("secret/queue-db"), "{left}");
    count_line(&format!("init runbook: on a real API server, counts {}", before.trim()));
}

/// Whether these stand in a text one after the other.
fn in_order(text: &str, pieces: &[&str]) {
    let mut rest = text;
    for piece in pieces {
        let at = rest.find(piece).unwrap_or_else(|| panic!("{piece} is not where it should be:\n{text}"));
        rest = &rest[at + piece.len()..];
    }
}

#[test]
fn back_to_embedded_replaces_what_the_volume_kept() {
    let bed = Bed::new(16);
    bed.fill(&bed.external, "app", "scram", 3_000);
    bed.fill(&bed.embedded, "workqueue", "workqueue", 10);
    let values = format!(
        "postgres:\n  mode: external\n  embedded: {{password: first-start, readonlyPassword: other-start}}\n  external:\n    connectionString: {}\n  tls:\n    enabled: true\n    caBundleSecret: db-ca\n",
        bed.url("")
    );
    fs::write(bed.work.join("stored.yaml"), values).unwrap();
    let chart = root().join("chart");
    let answer = bed.runbook(&chart, &["--from", "external", "--to", "embedded", "-f", "stored.yaml"]);
    let markdown = text(&answer.stdout);
    assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
    assert!(!markdown.contains(PASSWORD) && !markdown.contains("first-start"));
    let before = bed.counts(&bed.external, "app", "scram");
    let stored = bed.work.join("values-0.yaml");
    fs::copy(bed.work.join("stored.yaml"), stored).unwrap();
    let done = bed.execute(&markdown, &[]);
    assert_eq!(done.exit, Some(0), "{}\n{}\n{markdown}", text(&done.stderr), bed.log());
    assert_eq!(bed.counts(&bed.embedded, "workqueue", "workqueue"), before);
    assert_eq!(bed.file("counts-before.txt"), bed.file("counts-after.txt"));
    assert!(fs::metadata(bed.work.join("replaced.dump")).unwrap().len() > 1000);
    let (swap, raise) = (bed.file("applied-0.yaml"), bed.file("applied-1.yaml"));
    assert!(
        swap.contains("kind: StatefulSet") && !swap.contains(super::postgres::NAME) && !swap.contains("sslmode=verify")
    );
    // The StatefulSet's own replica comes last, or first, as Helm orders kinds.
    let sorted = |rendered: &str| {
        let mut found: Vec<String> = replicas(rendered).into_iter().map(str::to_string).collect();
        found.sort();
        found
    };
    assert_eq!(
        (sorted(&swap), sorted(&raise)),
        (["0", "0", "0", "1"].map(String::from).to_vec(), ["1", "1", "1", "2"].map(String::from).to_vec())
    );
    count_line(&format!("init runbook: to embedded, 16 to 16, counts {}", before.trim()));
}

#[test]
fn a_newer_server_has_no_way_back_and_says_so_before_anything_stops() {
    let bed = Bed::new(17);
    let values = format!(
        "postgres:\n  mode: external\n  external:\n    connectionString: {}\n  tls:\n    enabled: true\n    caBundleSecret: db-ca\n",
        bed.url("")
    );
    fs::write(bed.work.join("stored.yaml"), values).unwrap();
    let answer = bed.runbook(&root().join("chart"), &["--from", "external", "--to", "embedded", "-f", "stored.yaml"]);
    assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
    let done = bed.execute(&text(&answer.stdout), &[]);
    assert!(done.exit != Some(0) && text(&done.stderr).contains("server version mismatch"), "{}", text(&done.stderr));
    assert!(!bed.log().contains("scale"), "{}", bed.log());
}

#[test]
fn what_is_not_fit_to_be_deployed_gets_no_runbook() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path();
    let external = "postgres: {mode: external, external: {connectionString: 'postgresql://u:geheim1@db.example.com/d'}, tls: {enabled: true, caBundleSecret: ca}}\n";
    fs::write(work.join("external.yaml"), external).unwrap();
    fs::write(work.join("lease.yaml"), "orchestrator: {leaseMode: {enabled: true}}\n").unwrap();
    fs::write(work.join("no-source.yaml"), "postgres: {mode: external}\n").unwrap();
    fs::write(work.join("two.yaml"), "store: {replicas: 2}\n").unwrap();
    let chart = root().join("chart").to_string_lossy().into_owned();
    let forward = ["--from", "embedded", "--to", "external", "--release", "q"];
    for (args, exit, told) in [
        ([&forward[..], &["--to-values", "no-source.yaml"]].concat(), 1, "no runbook: the swap cannot be deployed"),
        ([&forward[..], &["-f", "lease.yaml", "--to-values", "external.yaml"]].concat(), 1, "leaseMode"),
        (
            [&forward[..], &["-f", "two.yaml", "--to-values", "external.yaml"]].concat(),
            1,
            "no runbook: the present state cannot be deployed",
        ),
        (
            [&forward[..], &["-f", "external.yaml", "--to-values", "external.yaml"]].concat(),
            3,
            "the embedded side has no Postgres server",
        ),
        (forward.to_vec(), 3, "the external side still has the server"),
        ([&forward[..], &["--to-values", "nowhere.yaml"]].concat(), 2, "nowhere.yaml"),
        ([&forward[..], &["--to-values", "a\nb"]].concat(), 2, "--to-values: "),
        ([&forward[..], &["--set", "a=b"]].concat(), 2, "--set and the like: "),
        ([&forward[..], &["--allow", "plaintext-remot"]].concat(), 2, "--allow: "),
        ([&forward[..], &["-n", "A"]].concat(), 2, "--namespace: "),
        (vec!["--from", "embedded", "--to", "embedded", "--release", "q"], 2, "--from and --to: "),
        (vec!["--from", "embedded", "--to", "external"], 2, "--release: is missing"),
        (vec!["--to", "external", "--release", "q"], 2, "--from: is missing"),
        (vec!["--from", "embedded", "--to", "external", "--release", "Q"], 2, "--release: "),
    ] {
        let answer = super::init(work, &[&["runbook", &chart][..], &args].concat());
        let said = text(&answer.stderr);
        assert_eq!((answer.exit, text(&answer.stdout)), (Some(exit), String::new()), "{args:?}: {said}");
        assert!(said.contains(told) && !said.contains("geheim1"), "{args:?}: {said}");
    }
}

/// Every flag that a runbook may use is one that the real program says it has.
#[test]
fn the_programs_have_the_flags_that_runbooks_use() {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = 0;
    for program in PROGRAMS {
        let words: Vec<&str> = program.name.split(' ').collect();
        let path = match words[0] {
            "helm" => support::helm(support::DEFAULT),
            "plimsoll" => PathBuf::from(env!("CARGO_BIN_EXE_plimsoll")),
            "psql" | "pg_dump" | "pg_restore" => programs().join(words[0]),
            // kubectl is tried on a real API server; the shell's own are POSIX.
            _ => continue,
        };
        let mut command = support::command(&path, folder.path(), folder.path());
        command.args(&words[1..]).arg("--help");
        let help = text(&support::run(command, b"").stdout);
        for flag in program.with_value.iter().chain(program.without) {
            let at =
                help.split(|c: char| c.is_whitespace() || c == ',' || c == '=' || c == '[').any(|word| word == *flag);
            assert!(at, "{}: {flag} is not in\n{help}", program.name);
            flags += 1;
        }
    }
    assert!(flags > 25, "only {flags} flags were looked at");
}

#[test]
fn quoted_words_arrive_in_bash_as_they_are() {
    let mut rng = fastrand::Rng::with_seed(3);
    let pieces = [
        "a", " ", "'", "\"", "$", "`", "\\", "$(id)", "!", "*", "~", "#", ";", "&", "\u{fc}", "{{", "-", "=", "\n",
        "\t",
    ];
    let words: Vec<String> =
        (0..500).map(|_| (0..rng.usize(0..6)).map(|_| pieces[rng.usize(..pieces.len())]).collect()).collect();
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "sh"] {
        let command = support::command(Path::new(shell), folder.path(), folder.path());
        let answer = support::run(command, format!("printf '%s\\0' {}", quoted.join(" ")).as_bytes());
        let got: Vec<String> = text(&answer.stdout).split('\0').map(str::to_string).collect();
        assert_eq!(got[..words.len()], words[..], "{shell}: {}", text(&answer.stderr));
    }
    count_line(&format!("init quoting: {} hostile words through bash and sh", words.len()));
}

#[test]
fn a_service_file_connects_where_the_url_would() {
    let bed = Bed::new(16);
    let url =
        bed.url(&format!("&sslmode=verify-full&sslrootcert={}", bed.work.join("certificates/root.pem").display()));
    let mut command = plimsoll(&bed.work);
    command.args(["init", "service", "--name", "there", "-o", "there.conf"]);
    let answer = support::run(command, format!("{url}\n").as_bytes());
    assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
    assert_eq!(fs::metadata(bed.work.join("there.conf")).unwrap().permissions().mode() & 0o777, 0o600);
    let mut psql = Command::new(programs().join("psql"));
    let asked = "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    psql.args(["-X", "-A", "-t", "-d", "service=there", "-c", asked]);
    psql.env("PGSERVICEFILE", bed.work.join("there.conf"));
    let answer = support::run(psql, b"");
    assert_eq!(text(&answer.stdout), "app|t\n", "{}", text(&answer.stderr));
    let mut command = plimsoll(&bed.work);
    command.args(["init", "service"]);
    let answer = support::run(command, b"host=h password='geheim");
    assert!(answer.exit == Some(2) && !text(&answer.stderr).contains("geheim"), "{}", text(&answer.stderr));
}
