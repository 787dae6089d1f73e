//! PgBouncer in front of a server: recognised, in each of its modes, and never taken for the server itself.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::bed::{Bed, CANARY, Psql, admin, detour};
use crate::libpq::build;
use crate::postgres::{Cluster, Extra, NAME, unprivileged};

/// A running pooler.
struct Bouncer {
    port: u16,
    child: Child,
}

impl Bouncer {
    fn start(bed: &Bed, cluster: &Cluster, mode: &str) -> Bouncer {
        let dir = bed.dir.path().join(format!("bouncer-{mode}"));
        fs::create_dir_all(&dir).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let users = dir.join("users.txt");
        fs::write(&users, format!("\"app\" \"{CANARY}\"\n")).unwrap();
        let ini = format!(
            "[databases]\npostgres = host=127.0.0.1 port={} dbname=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = {mode}\n\
             default_pool_size = 3\nmin_pool_size = 3\nserver_round_robin = 1\nlogfile = {}\n",
            cluster.port,
            users.display(),
            dir.join("log").display()
        );
        fs::write(dir.join("bouncer.ini"), ini).unwrap();
        let program =
            ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().map(std::path::Path::new).find(|p| p.exists());
        let program = program.expect("pgbouncer is missing: scripts/oracles installs it");
        let child = unprivileged(program)
            .arg(dir.join("bouncer.ini"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "PgBouncer does not start: {:?}", fs::read_to_string(dir.join("log")));
            std::thread::sleep(Duration::from_millis(20));
        }
        Bouncer { port, child }
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_pooler_is_recognised_in_every_mode() {
    let bed = Bed::new();
    let dir = bed.dir.path().join("server");
    let hba = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    let extra = Extra { hba: Some(hba), ..Extra::default() };
    let cluster = Cluster::start_with(&build(17), 17, None, &bed.certificates, &dir, extra);
    admin(&cluster, "postgres", &format!("alter role app password '{CANARY}'"));
    for (mode, outcome, words) in [
        ("session", "WARN", "a pooler answers"),
        ("transaction", "WARN", "a pooler answers"),
        ("statement", "WARN", "a pooler answers"),
    ] {
        let bouncer = Bouncer::start(&bed, &cluster, mode);
        let oracle = Psql {
            url: format!("postgresql://app:{CANARY}@127.0.0.1:{}/postgres", bouncer.port),
            home: bed.dir.path(),
        };
        assert_eq!(oracle.ask("select 1"), Ok("1".into()), "{mode}");
        let url = format!("postgresql://app:{CANARY}@{NAME}:{}/postgres?sslmode=prefer", bouncer.port);
        let told = bed.preflight(&json!({"url": url}), &["--connect-to", &detour(bouncer.port)]);
        assert_eq!((told.of("database-reachable"), told.of("pooler")), ("PASS", outcome), "{mode}: {}", told.text);
        assert!(told.reasons("pooler").contains(words), "{mode}: {}", told.text);
        // A transaction that is one message passes every mode, also that in which PgBouncer refuses to keep one open.
        assert_eq!(told.of("role"), "PASS", "{mode}: {}", told.text);
        let open = oracle.ask("begin; select 1; select 2; commit");
        assert!(open.is_ok(), "{mode}: {open:?}");
        // A name that the pooler does not have.
        let url = format!("postgresql://app:{CANARY}@{NAME}:{}/nowhere?sslmode=prefer", bouncer.port);
        let told = bed.preflight(&json!({"url": url}), &["--connect-to", &detour(bouncer.port)]);
        assert_eq!((told.exit, told.of("database-reachable")), (1, "FAIL"), "{mode}: {}", told.text);
    }
    // Nothing is left behind in the servers' sessions that a pooler hands on.
    let left = "select count(*) from pg_settings where name = 'statement_timeout' and setting <> '0'";
    assert_eq!(admin(&cluster, "postgres", left), "0");
    println!("preflight: 6 cases of poolers");
}
