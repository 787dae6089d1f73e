//! What the catalogue of the reference chart does to a server: the programs and variables that real Helm rendered, run against
//! real Postgres.
//!
//! The servers are this machine's; only host and port of a manifest are replaced.

#[path = "common/postgres.rs"]
mod postgres;
#[path = "common/process.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

/// The oldest major that psql and pg_basebackup of this machine are sure to speak to.
const MAJOR: &str = "15.18.0";
const ADMIN: &str = "administrator";

/// Variables of a container by name.
type Variables = BTreeMap<String, String>;

#[test]
fn d07_on_a_shared_server_each_database_has_one_owner_and_nobody_else_connects() {
    let case = Case::read("d07-two-on-shared");
    let server = Server::start(&case, "shared");
    for job in ["dbsetup-audit", "dbsetup-billing-eu"] {
        server.must(&case.program("provision.sh"), &case.variables(job));
    }
    let worker = case.variables("worker");
    let owner = "SELECT current_user || ' owns ' || current_database(); CREATE TABLE t AS SELECT 1 AS a";
    let [audit, billing] = ["DATABASE", "DATABASE_BILLING_EU"].map(|prefix| server.attached(&worker, prefix));
    assert_eq!(server.sql(&audit, owner), Ok("audit owns audit".to_owned()));
    assert_eq!(server.sql(&billing, owner), Ok("billing_eu owns billing_eu".to_owned()));
    // Nor into the databases that every server has.
    for other in ["billing_eu", "postgres", "template1"] {
        let intruder = format!("{}/{other}", audit.trim_end_matches("/audit"));
        let refused = server.sql(&intruder, "SELECT 1").expect_err(other);
        assert!(refused.contains("permission denied for database"), "{refused}");
    }
    assert_eq!(server.sql(&audit, "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = current_user"), Ok("f".to_owned()));
    server.logs_no_password();
}

#[test]
fn d07_a_second_run_changes_nothing_and_another_owner_is_refused() {
    let case = Case::read("d07-two-on-shared");
    let server = Server::start(&case, "again");
    let mut variables = case.variables("dbsetup-audit");
    let program = case.program("provision.sh");
    server.must(&program, &variables);
    let state = "SELECT string_agg(concat(datname, datdba, datacl), ' ' ORDER BY datname) FROM pg_database";
    let before = server.sql(&server.admin(), state);
    server.must(&program, &variables);
    assert_eq!(server.sql(&server.admin(), state), before);
    assert!(before.is_ok(), "{before:?}");
    variables.insert("OWNER".to_owned(), "somebody".to_owned());
    let said = server.run(&program, &variables).expect_err("another owner");
    assert!(said.contains("belongs to another role"), "{said}");
    // What is in the password is data, not SQL.
    let mut odd = case.variables("dbsetup-billing-eu");
    odd.insert("OWNER_PASSWORD".to_owned(), "a'b\\c\"; DROP ROLE audit; --".to_owned());
    server.must(&program, &odd);
    assert_eq!(
        server.sql(&server.admin(), "SELECT count(*) FROM pg_roles WHERE rolname = 'audit'"),
        Ok("1".to_owned())
    );
}

#[test]
fn d09_a_follower_is_a_standby_that_its_reader_cannot_write() {
    let case = Case::read("d09-follower");
    let server = Server::start(&case, "primary");
    let setup = case.variables("dbsetup-orders");
    server.must(&case.program("provision.sh"), &setup);
    server.must(&case.program("provision.sh"), &setup);
    let worker = case.variables("worker");
    let (owner, reader) = (server.attached(&worker, "DATABASE"), server.attached(&worker, "ORDERS_READ"));
    // Also what is made after the reader was.
    assert_eq!(server.sql(&owner, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)"), Ok(String::new()));

    let data = server.dir.join("follower");
    let mut clone = case.variables("clone");
    clone.insert("PGDATA".to_owned(), data.display().to_string());
    server.must(&case.program("clone.sh"), &clone);
    server.must(&case.program("clone.sh"), &clone);
    let follower = Server::serve(&server.dir, &data);
    assert_eq!(server.sql(&owner, "INSERT INTO t VALUES (2)"), Ok(String::new()));
    let reader = reader.replace(&format!(":{}/", server.port), &format!(":{}/", follower.port));
    let deadline = Instant::now() + Duration::from_secs(30);
    while follower.sql(&reader, "SELECT sum(a) FROM t") != Ok("3".to_owned()) {
        assert!(Instant::now() < deadline, "the follower does not follow");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(follower.sql(&reader, "SHOW default_transaction_read_only"), Ok("on".to_owned()));
    assert_eq!(follower.sql(&reader, "SELECT pg_is_in_recovery()"), Ok("t".to_owned()));
    // On the primary nothing but the role itself holds it back: neither the setting, when it is turned off, nor rights.
    let on_primary = reader.replace(&format!(":{}/", follower.port), &format!(":{}/", server.port));
    let bare = on_primary.split('?').next().expect("a URL").to_owned();
    assert_eq!(server.sql(&bare, "SHOW default_transaction_read_only"), Ok("on".to_owned()));
    let refused = server.sql(&bare, "INSERT INTO t VALUES (3)").expect_err("a read-only role");
    assert!(refused.contains("read-only transaction"), "{refused}");
    let refused = server.sql(&bare, "BEGIN READ WRITE; INSERT INTO t VALUES (3)").expect_err("a role without rights");
    assert!(refused.contains("permission denied for table"), "{refused}");
    // A server in recovery takes connections and is not ready: the program goes on waiting.
    let mut waiting = follower.command(&case.program("provision.sh"), &setup);
    let mut child = waiting.spawn().expect("sh starts");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(child.try_wait().expect("it can be asked"), None, "it did not wait");
    child.kill().expect("it can be stopped");
    drop(child.wait());
    server.logs_no_password();
}

/// What real Helm rendered for one case, with the programs as files.
struct Case {
    objects: Vec<Value>,
    programs: tempfile::TempDir,
}

impl Case {
    fn read(name: &str) -> Case {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart").join(name).join("stdout.yaml");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let objects: Vec<Value> = serde_yaml::Deserializer::from_str(&text)
            .map(|document| Value::deserialize(document).expect("a manifest is YAML"))
            .collect();
        let programs = tempfile::tempdir().expect("a temporary folder");
        let is_ours = |o: &&Value| o["kind"] == "ConfigMap" && o["data"].get("provision.sh").is_some();
        let map = objects.iter().find(is_ours).expect("the catalogue's programs");
        for (name, text) in map["data"].as_object().expect("a map") {
            fs::write(programs.path().join(name), text.as_str().expect("a program")).expect("it can be written");
        }
        Case { objects, programs }
    }

    fn program(&self, name: &str) -> PathBuf {
        self.programs.path().join(name)
    }

    /// The variables of the container of this name, or of the one container of the object that has it in its own.
    fn variables(&self, name: &str) -> Variables {
        let of = |o: &Value| {
            let pod = &o["spec"]["template"]["spec"];
            let lists = ["initContainers", "containers"].map(|l| pod[l].as_array().cloned().unwrap_or_default());
            let named = o["metadata"]["name"].as_str().is_some_and(|n| n.contains(name)) && o["kind"] == "Job";
            lists.concat().into_iter().find(|c| c["name"] == name || named)
        };
        let container = self.objects.iter().find_map(of).unwrap_or_else(|| panic!("no container {name}"));
        let mut variables = Variables::new();
        for entry in container["env"].as_array().expect("variables") {
            let from = &entry["valueFrom"]["secretKeyRef"];
            let value = match entry["value"].as_str() {
                Some(text) => expand(text, &variables),
                None => password(from["name"].as_str().unwrap_or_default(), from["key"].as_str().unwrap_or_default()),
            };
            variables.insert(entry["name"].as_str().expect("a name").to_owned(), value);
        }
        variables
    }
}

/// What the test says is in a Secret, another text for each.
fn password(secret: &str, key: &str) -> String {
    match secret.contains("dbadmin") {
        true => ADMIN.to_owned(),
        false => format!("kanarie-{secret}-{key}"),
    }
}

/// `$(NAME)`, as the kubelet replaces it.
fn expand(text: &str, variables: &Variables) -> String {
    variables.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("$({name})"), value))
}

/// A server in a folder of its own, stopped when it is dropped.
struct Server {
    child: Child,
    port: u16,
    dir: PathBuf,
    log: PathBuf,
    _temp: Option<tempfile::TempDir>,
}

impl Server {
    /// Makes a server as the image's entrypoint does: with the administrator's password, and the programs for an empty volume.
    fn start(case: &Case, name: &str) -> Server {
        let temp = tempfile::Builder::new().prefix("plimsoll-pg-").tempdir().expect("a temporary folder");
        let (data, secret) = (temp.path().join(name), temp.path().join("password"));
        fs::write(&secret, ADMIN).expect("the password can be written");
        let made = postgres::unprivileged(&build().join("bin/initdb"))
            .args(["-U", "postgres", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--no-locale", "-D"])
            .arg(&data)
            .arg(format!("--pwfile={}", secret.display()))
            .output()
            .expect("initdb starts");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let said = Command::new("sh").arg(case.program("replication.sh")).env("PGDATA", &data).status();
        assert!(said.expect("sh starts").success());
        let mut server = Server::serve(temp.path(), &data);
        server._temp = Some(temp);
        server
    }

    /// Serves a data folder, and logs every statement.
    fn serve(dir: &Path, data: &Path) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = dir.join(format!("{port}.log"));
        let child = postgres::unprivileged(&build().join("bin/postgres"))
            .arg("-D")
            .arg(data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-c", "log_statement=all", "-c", "fsync=off", "-k"])
            .arg(dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .expect("postgres starts");
        let server = Server { child, port, dir: dir.to_path_buf(), log, _temp: None };
        let deadline = Instant::now() + Duration::from_secs(60);
        while server.sql(&server.admin(), "SELECT 1").is_err() {
            assert!(Instant::now() < deadline, "Postgres does not start: {}", server.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn admin(&self) -> String {
        format!("postgresql://postgres:{ADMIN}@127.0.0.1:{}/postgres", self.port)
    }

    /// The URL of an attachment, with this server in the place of the Service.
    fn attached(&self, variables: &Variables, prefix: &str) -> String {
        let part =
            |part: &str| variables.get(&format!("{prefix}_{part}")).unwrap_or_else(|| panic!("no {prefix}_{part}"));
        let (url, place) = (part("URL"), format!("@{}:{}/{}", part("HOST"), part("PORT"), part("DATABASE")));
        assert!(
            url.contains(&place) && url.contains(&format!("//{}:", part("USER"))),
            "{prefix}: the parts say otherwise"
        );
        url.replace(&place, &format!("@127.0.0.1:{}/{}", self.port, part("DATABASE")))
    }

    /// What psql prints, or says against it.
    fn sql(&self, url: &str, statements: &str) -> Result<String, String> {
        let answer = Command::new("psql")
            .args([
                "--no-psqlrc",
                "--no-password",
                "--quiet",
                "--no-align",
                "--tuples-only",
                "--set=ON_ERROR_STOP=1",
                url,
                "-c",
                statements,
            ])
            .env("PGCONNECT_TIMEOUT", "10")
            .output()
            .expect("psql starts: scripts/oracles installs it");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if answer.status.success() { Ok(text(&answer.stdout)) } else { Err(text(&answer.stderr)) }
    }

    fn command(&self, program: &Path, variables: &Variables) -> Command {
        let programs = program.parent().expect("a folder");
        let mut command = postgres::unprivileged(Path::new("sh"));
        command.arg(program).env_clear().envs(variables).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port.to_string())
            .env("PROGRAMS", programs)
            .env("PAUSE", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn run(&self, program: &Path, variables: &Variables) -> Result<(), String> {
        let answer = support::run(self.command(program, variables), b"");
        if answer.exit == Some(0) { Ok(()) } else { Err(String::from_utf8_lossy(&answer.stderr).into_owned()) }
    }

    #[track_caller]
    fn must(&self, program: &Path, variables: &Variables) {
        self.run(program, variables).unwrap_or_else(|said| panic!("{}: {said}", program.display()));
    }

    /// The server logged every statement, and no password of the case.
    fn logs_no_password(&self) {
        let log = self.said();
        assert!(log.contains("current_setting('transaction_read_only')"), "the log holds no statements: {log}");
        assert!(!log.contains("kanarie"), "a password is in the server's log");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status());
        drop(self.child.wait());
    }
}

/// Where `scripts/oracles` keeps that Postgres.
fn build() -> PathBuf {
    let helm = support::helm(support::DEFAULT);
    let oracles = helm.parent().and_then(Path::parent).expect("a folder of oracles");
    let build = oracles.join(format!("postgres-{MAJOR}"));
    assert!(build.join("bin/postgres").is_file(), "Postgres {MAJOR} is not installed: run scripts/oracles");
    build
}
