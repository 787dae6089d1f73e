//! Roles, privileges and states of databases, made by SQL; what each is expected to be called is asked of the server through
//! psql, or follows from the statement that made it.

use serde_json::json;

use crate::bed::{Bed, CANARY, Psql, Told, admin, detour};
use crate::libpq::build;
use crate::postgres::{Chain, Cluster, Extra, NAME};

const HBA: &str = "local all all trust\nhost all trusted 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";

/// What is made before, who connects to what with which further arguments, and what is expected of which check.
struct Case {
    what: &'static str,
    /// As the superuser, in the database of the case.
    sql: &'static [&'static str],
    user: &'static str,
    args: &'static [&'static str],
    want: &'static [(&'static str, &'static str)],
}

const fn case(
    what: &'static str,
    sql: &'static [&'static str],
    user: &'static str,
    args: &'static [&'static str],
    want: &'static [(&'static str, &'static str)],
) -> Case {
    Case { what, sql, user, args, want }
}

const TABLE: &str = "create table schema_version (version int primary key); grant select on schema_version to app";

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("an empty database", &[], "app", &["--schema-version", "1"], &[("schema-state", "PASS"), ("role", "PASS"), ("database-reachable", "PASS"), ("server-version", "PASS"), ("server-writable", "PASS"), ("clock", "PASS"), ("pooler", "PASS"), ("encoding", "PASS")]),
    case("a version that is known", &[TABLE, "insert into schema_version values (1)"], "app", &["--schema-version", "1"], &[("schema-state", "PASS")]),
    case("one of several versions that are known", &[TABLE, "insert into schema_version values (1), (3)"], "app", &["--schema-version", "2", "--schema-version", "3"], &[("schema-state", "PASS")]),
    case("a version that is not known", &[TABLE, "insert into schema_version values (2)"], "app", &["--schema-version", "1"], &[("schema-state", "FAIL")]),
    case("a version, and nobody says which are known", &[TABLE, "insert into schema_version values (2)"], "app", &[], &[("schema-state", "UNKNOWN")]),
    case("no version in the table", &[TABLE], "app", &["--schema-version", "1"], &[("schema-state", "FAIL")]),
    case("a table of versions that cannot be read", &["create table schema_version (version int)", "insert into schema_version values (1)"], "app", &["--schema-version", "1"], &[("schema-state", "UNKNOWN")]),
    case("a table of versions without a version", &["create table schema_version (v int)"], "app", &["--schema-version", "1"], &[("schema-state", "UNKNOWN")]),
    case("another application's tables", &["create table other (id int)"], "app", &["--schema-version", "1"], &[("schema-state", "FAIL")]),
    case("an extension's tables are nobody's", &["create extension pg_stat_statements"], "app", &["--schema-version", "1"], &[("schema-state", "PASS")]),
    case("a superuser", &[], "boss", &[], &[("role", "WARN")]),
    case("a role that makes roles", &["alter role app createrole"], "app", &[], &[("role", "WARN")]),
    case("a role above row security", &["alter role app bypassrls"], "app", &[], &[("role", "WARN")]),
    case("a member of a mighty role", &["grant pg_execute_server_program to app"], "app", &[], &[("role", "WARN")]),
    case("a password that ended, where nobody asks", &["alter role trusted valid until '2001-01-01'"], "trusted", &[], &[("role", "FAIL"), ("database-reachable", "PASS")]),
    case("a password that ends soon", &["do $$ begin execute format('alter role app valid until %L', now() + interval '3 days'); end $$"], "app", &[], &[("role", "WARN")]),
    case("a password that ended", &["alter role app valid until '2001-01-01'"], "app", &[], &[("database-reachable", "FAIL")]),
    case("a password until for ever", &["alter role app valid until 'infinity'"], "app", &[], &[("role", "PASS")]),
    case("another password", &["alter role app password 'another-one'"], "app", &[], &[("database-reachable", "FAIL")]),
    case("a role that may not log in", &["alter role app nologin"], "app", &[], &[("database-reachable", "FAIL")]),
    case("a role that is not there", &["drop owned by app", "drop role app"], "app", &[], &[("database-reachable", "FAIL")]),
    case("no CONNECT", &["do $$ begin execute format('revoke connect on database %I from public', current_database()); end $$"], "app", &[], &[("database-reachable", "FAIL")]),
    case("CONNECT for the role alone", &["do $$ begin execute format('revoke connect on database %I from public', current_database()); execute format('grant connect on database %I to app', current_database()); end $$"], "app", &["--shared"], &[("public-connect", "PASS"), ("database-reachable", "PASS")]),
    case("CONNECT for everybody on a shared server", &[], "app", &["--shared"], &[("public-connect", "FAIL")]),
    case("CONNECT for everybody beside other databases", &[], "app", &[], &[("public-connect", "WARN")]),
    case("no CREATE in public", &[], "app", &[], &[("privileges", "WARN")]),
    case("CREATE in public", &["grant create on schema public to app"], "app", &[], &[("privileges", "PASS")]),
    case("a schema of its own", &["create schema app authorization app"], "app", &[], &[("privileges", "PASS")]),
    case("no schema at all", &["drop schema public"], "app", &[], &[("privileges", "FAIL")]),
    case("a search path to nowhere", &["alter role app set search_path = nowhere"], "app", &[], &[("privileges", "FAIL")]),
    case("read-only by default", &["do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$"], "app", &[], &[("server-writable", "FAIL")]),
    case("a role that is read-only by default", &["alter role app set default_transaction_read_only = on"], "app", &[], &[("server-writable", "FAIL")]),
    case("the major that is expected", &[], "app", &["--postgres-major", "18"], &[("server-version", "PASS")]),
    case("another major than expected", &[], "app", &["--postgres-major", "16"], &[("server-version", "FAIL")]),
    case("one of two majors", &[], "app", &["--postgres-major", "17", "--postgres-major", "18"], &[("server-version", "PASS")]),
    case("an extension that is nowhere", &[], "app", &["--extension", "postgis"], &[("extensions", "FAIL")]),
    case("an extension that is installed", &["create extension citext"], "app", &["--extension", "citext"], &[("extensions", "PASS")]),
    case("a trusted extension, and no CREATE", &[], "app", &["--extension", "citext"], &[("extensions", "FAIL")]),
    case("a trusted extension, and CREATE", &["do $$ begin execute format('grant create on database %I to app', current_database()); end $$"], "app", &["--extension", "citext"], &[("extensions", "PASS")]),
    case("an extension for superusers", &["do $$ begin execute format('grant create on database %I to app', current_database()); end $$"], "app", &["--extension", "file_fdw"], &[("extensions", "FAIL")]),
    case("an extension for superusers, by one", &[], "boss", &["--extension", "file_fdw"], &[("extensions", "PASS")]),
    case("an extension with a quote in its name", &[], "app", &["--extension", "x'; drop table y; --\\"], &[("extensions", "FAIL"), ("database-reachable", "PASS")]),
    case("room enough", &[], "app", &["--pool-size", "5"], &[("headroom", "PASS")]),
    case("pools that are too large", &[], "app", &["--pool-size", "500"], &[("headroom", "FAIL")]),
    case("a role with a limit", &["alter role app connection limit 3"], "app", &["--pool-size", "5"], &[("headroom", "FAIL")]),
    case("a function that lies in public", &["create function public.current_setting(text) returns text language sql as $$ select 'off'::text $$", "alter role app set default_transaction_read_only = on"], "app", &[], &[("server-writable", "FAIL")]),
    case("statements that end at once", &["alter role app set statement_timeout = 1"], "app", &[], &[("database-reachable", "PASS")]),
];

fn start(bed: &Bed, name: &str, major: u8, extra: Extra<'_>) -> Cluster {
    let extra = Extra { hba: Some(HBA), ..extra };
    Cluster::start_with(&build(major), major, Some(Chain::Direct), &bed.certificates, &bed.dir.path().join(name), extra)
}

fn look(bed: &Bed, cluster: &Cluster, user: &str, database: &str, args: &[&str]) -> Told {
    let url = format!(
        "postgresql://{user}:{CANARY}@{NAME}:{}/{database}?sslmode=verify-full&sslrootcert=/ca/ca.crt",
        cluster.port
    );
    let values = json!({"url": url, "ca": bed.pem("root.pem")});
    bed.preflight(&values, &[&["--connect-to", &detour(cluster.port)], args].concat())
}

/// Roles as they were, and a database of its own.
fn make(cluster: &Cluster, case: &Case) {
    for sql in ["drop database if exists probe with (force)", "create database probe"] {
        admin(cluster, "postgres", sql);
    }
    for role in ["app", "boss", "trusted"] {
        let fresh = format!(
            "do $$ begin if exists (select from pg_roles where rolname = '{role}') then drop owned by {role}; drop role {role}; end if; end $$"
        );
        admin(cluster, "postgres", &fresh);
        let power = if role == "boss" { "superuser" } else { "" };
        admin(cluster, "postgres", &format!("create role {role} login {power} password '{CANARY}'"));
    }
    case.sql.iter().for_each(|sql| drop(admin(cluster, "probe", sql)));
}

/// The cases about a check of some lines of the requirements have tests of their own.
const OF_LINES: [&str; 2] = ["schema-state", "public-connect"];

fn is_about(case: &Case, check: &str) -> bool {
    case.want.iter().any(|(id, _)| *id == check)
}

#[test]
fn states_are_called_what_they_are() {
    judge(CASES.iter().filter(|case| !OF_LINES.iter().any(|check| is_about(case, check))).collect());
}

#[test]
fn a28_a_database_is_empty_or_at_a_version_that_is_known() {
    judge(CASES.iter().filter(|case| is_about(case, "schema-state")).collect());
}

#[test]
fn d07_public_has_no_connect_on_a_shared_server() {
    judge(CASES.iter().filter(|case| is_about(case, "public-connect")).collect());
}

fn judge(cases: Vec<&Case>) {
    let bed = Bed::new();
    let cluster = start(&bed, "server", 18, Extra::default());
    let mut wrong = Vec::new();
    assert!(!cases.is_empty());
    for case in &cases {
        make(&cluster, case);
        let told = look(&bed, &cluster, case.user, "probe", case.args);
        for (check, want) in case.want {
            if told.of(check) != *want {
                wrong.push(format!("{}: {check} is {:?}, expected {want}\n{}", case.what, told.of(check), told.text));
            }
        }
        // Whether it gets in at all is psql's to say.
        let url = format!("postgresql://{}:{CANARY}@127.0.0.1:{}/probe?sslmode=require", case.user, cluster.port);
        let oracle = Psql { url, home: bed.dir.path() }.ask("select 1");
        let reached = told.of("database-reachable") == "PASS";
        let is_timeout = oracle.as_ref().is_err_and(|e| e.contains("statement timeout"));
        if oracle.is_ok() != reached && !is_timeout {
            wrong.push(format!("{}: reachable is {reached}, psql says {oracle:?}", case.what));
        }
        if case.want.iter().any(|(_, want)| *want == "FAIL") && told.exit != 1 {
            wrong.push(format!("{}: exit {}", case.what, told.exit));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
    println!("preflight: {} cases of roles and states", cases.len());
}

#[test]
fn d10_nothing_attaches_before_the_server_takes_writes() {
    let bed = Bed::new();
    let standby = start(
        &bed,
        "follower",
        17,
        Extra { conf: "wal_level = replica\nhot_standby = on\n", standby: true, ..Extra::default() },
    );
    // A standby knows the roles of its birth only.
    assert_eq!(admin(&standby, "postgres", "select pg_is_in_recovery()"), "t");
    let url =
        format!("postgresql://app:{}@{NAME}:{}/postgres?sslmode=require", crate::postgres::PASSWORD, standby.port);
    let told = bed.preflight(&json!({"url": url}), &["--connect-to", &detour(standby.port)]);
    assert_eq!((told.exit, told.of("server-writable")), (1, "FAIL"), "{}", told.text);
    let told = bed.preflight(&json!({"url": url, "readonly": url}), &["--connect-to", &detour(standby.port)]);
    let answers = told.report["answers"].as_array().unwrap();
    let of = |subject: &str| {
        answers
            .iter()
            .find(|a| a["check"] == "server-writable" && a["subject"].as_str().unwrap().starts_with(subject))
            .unwrap()
    };
    assert_eq!(of("READONLY_STORE_URL")["outcome"], "PASS", "{}", told.text);
    assert_eq!(of("STORE_URL")["outcome"], "FAIL", "{}", told.text);
    assert_eq!(told.of("read-only-dsn"), "PASS", "{}", told.text);
    // The same server, promoted: it takes writes, follows nobody, and nobody holds a slot for it.
    assert_eq!(admin(&standby, "postgres", "select pg_promote(true, 60)"), "t");
    assert_eq!(admin(&standby, "postgres", "select count(*) from pg_stat_wal_receiver"), "0");
    let told = bed.preflight(&json!({"url": url}), &["--connect-to", &detour(standby.port)]);
    assert_eq!((told.of("server-writable"), told.of("replication")), ("PASS", "PASS"), "{}", told.text);
    println!("preflight: 3 cases of a follower");
}

#[test]
fn a_full_server() {
    let bed = Bed::new();
    let full = start(
        &bed,
        "full",
        16,
        Extra { conf: "max_connections = 5\nsuperuser_reserved_connections = 2\n", ..Extra::default() },
    );
    admin(&full, "postgres", &format!("alter role app password '{CANARY}'"));
    let url = format!("postgresql://app:{CANARY}@127.0.0.1:{}/postgres", full.port);
    let sleep = || {
        let mut psql = std::process::Command::new("psql");
        psql.args(["-X", "-w", "-d", &url, "-c", "select pg_sleep(600)"]).stdout(std::process::Stdio::null());
        psql.stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let mut sleepers: Vec<_> = (0..3).map(|_| sleep()).collect();
    let taken = || admin(&full, "postgres", "select count(*) from pg_stat_activity where usename = 'app'");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
    while taken() != "3" {
        assert!(std::time::Instant::now() < deadline, "the server does not become full");
        // Whoever counts takes a connection too, and one of the sleepers may have found none.
        for sleeper in sleepers.iter_mut().filter_map(|s| s.try_wait().unwrap().is_some().then_some(s)) {
            *sleeper = sleep();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let told = look(&bed, &full, "app", "postgres", &[]);
    assert_eq!((told.exit, told.of("database-reachable")), (1, "FAIL"), "{}", told.text);
    assert!(told.reasons("database-reachable").contains("53300"), "{}", told.text);
    for mut sleeper in sleepers {
        drop(sleeper.kill());
        drop(sleeper.wait());
    }
    println!("preflight: 1 case of a full server");
}

#[test]
fn d09_a_readonly_string_that_writes() {
    let bed = Bed::new();
    let cluster = start(&bed, "server", 15, Extra::default());
    for sql in ["create table t (id int)", "create role reader login", "grant select on t to reader"] {
        admin(&cluster, "postgres", sql);
    }
    admin(&cluster, "postgres", &format!("alter role app password '{CANARY}'; alter role reader password '{CANARY}'"));
    admin(&cluster, "postgres", "grant insert on t to app");
    let url = |user: &str| format!("postgresql://{user}:{CANARY}@{NAME}:{}/postgres?sslmode=require", cluster.port);
    let outcome = |user: &str| {
        let values = json!({"url": url("app"), "readonly": url(user)});
        let told = bed.preflight(&values, &["--connect-to", &detour(cluster.port)]);
        let can = Psql {
            url: format!("postgresql://{user}:{CANARY}@127.0.0.1:{}/postgres", cluster.port),
            home: bed.dir.path(),
        };
        (told.of("read-only-dsn").to_string(), can.ask("insert into t values (1)").is_ok())
    };
    assert_eq!(outcome("app"), ("FAIL".into(), true));
    assert_eq!(outcome("reader"), ("PASS".into(), false));
    admin(&cluster, "postgres", "grant create on schema public to reader");
    assert_eq!(outcome("reader"), ("WARN".into(), false));
    println!("preflight: 3 cases of read-only strings");
}

#[test]
fn a_server_of_another_encoding() {
    let bed = Bed::new();
    let cluster = start(&bed, "server", 16, Extra::default());
    admin(&cluster, "postgres", &format!("alter role app password '{CANARY}'"));
    admin(&cluster, "postgres", "create database ascii encoding 'SQL_ASCII' template template0");
    let want = admin(&cluster, "ascii", "show server_encoding");
    let told = look(&bed, &cluster, "app", "ascii", &[]);
    assert_eq!(want, "SQL_ASCII");
    assert_eq!(told.of("encoding"), "WARN", "{}", told.text);
    // The database is somebody's whose collations were of another library.
    admin(
        &cluster,
        "postgres",
        "update pg_database set datcollversion = '0.0' where datname = 'postgres' and datcollversion is not null",
    );
    println!("preflight: 1 case of encodings");
}

/// What a changeover needs, one thing after the other; whether it is there, the server itself says: by making a slot, by updating a
/// table that is published.
#[test]
fn d13_a_changeover_begins_where_the_server_is_ready() {
    let bed = Bed::new();
    let bare = start(&bed, "bare", 16, Extra::default());
    admin(&bare, "postgres", &format!("alter role app password '{CANARY}'"));
    let conf = "wal_level = logical\nmax_wal_senders = 2\nmax_replication_slots = 2\nmax_prepared_transactions = 2\n";
    let cluster = start(&bed, "server", 17, Extra { conf, ..Extra::default() });
    admin(&cluster, "postgres", &format!("alter role app password '{CANARY}'"));
    let tried = |cluster: &Cluster, sql: &str| {
        let url = format!("host={} port={} user=postgres dbname=postgres", cluster.sockets.display(), cluster.port);
        Psql { url, home: bed.dir.path() }.ask(sql)
    };
    let slot = "select pg_create_logical_replication_slot('tried', 'pgoutput', true)";
    let expect = |cluster: &Cluster, what: &str, outcome: &str, words: &str| {
        let told = look(&bed, cluster, "app", "postgres", &["--changeover"]);
        assert_eq!(told.of("replication"), outcome, "{what}: {}", told.text);
        assert!(told.reasons("replication").contains(words), "{what}: {}", told.text);
    };
    assert!(tried(&bare, slot).unwrap_err().contains("wal_level"), "the server refuses");
    expect(&bare, "as it comes", "FAIL", "wal_level is minimal");
    assert_eq!(look(&bed, &bare, "app", "postgres", &[]).of("replication"), "PASS", "nobody asked for one");
    assert!(tried(&cluster, slot).is_ok());
    expect(&cluster, "ready", "PASS", "wal_level logical");
    let sql = |sql: &str| admin(&cluster, "postgres", sql);
    sql("create table t (id int); insert into t values (1); create publication p for table t");
    assert!(tried(&cluster, "update t set id = 2").unwrap_err().contains("replica identity"), "the server refuses");
    expect(&cluster, "a table without a key", "FAIL", "1 tables have no primary key");
    sql("alter table t replica identity full");
    assert!(tried(&cluster, "update t set id = 2").is_ok());
    expect(&cluster, "an identity of its own", "PASS", "");
    sql(
        "select pg_create_logical_replication_slot('a', 'pgoutput'), pg_create_logical_replication_slot('b', 'pgoutput')",
    );
    assert!(tried(&cluster, slot).unwrap_err().contains("all replication slots are in use"), "the server refuses");
    expect(&cluster, "no slot is free", "FAIL", "all 2 replication slots");
    sql("select pg_drop_replication_slot('a'), pg_drop_replication_slot('b')");
    tried(&cluster, "begin; insert into t values (3); prepare transaction 'half'").unwrap();
    expect(&cluster, "a prepared transaction", "FAIL", "1 prepared transactions");
    sql("rollback prepared 'half'");
    expect(&cluster, "it ended", "PASS", "");
    println!("preflight: 8 cases of changeovers");
}

/// A follower's own string: what it may do once the follower is promoted counts too, and psql on the promoted one agrees.
#[test]
fn d09_a_follower_that_would_take_writes_once_it_is_promoted() {
    let bed = Bed::new();
    let reads = "grant insert on t to app";
    let default = "alter role app set default_transaction_read_only = on";
    for (what, sql, outcome, writes) in [
        ("it may write", &["create table t (id int)", reads][..], "WARN", true),
        ("it begins read-only", &["create table t (id int)", reads, default], "PASS", false),
        ("it may not write", &["create table t (id int)"], "PASS", false),
    ] {
        let conf = "wal_level = replica\nhot_standby = on\n";
        let standby = start(&bed, &what.replace(' ', "-"), 16, Extra { conf, standby: true, sql, ..Extra::default() });
        let password = crate::postgres::PASSWORD;
        let url = format!("postgresql://app:{password}@{NAME}:{}/postgres?sslmode=require", standby.port);
        let told = bed.preflight(&json!({"url": url, "readonly": url}), &["--connect-to", &detour(standby.port)]);
        assert_eq!(told.of("read-only-dsn"), outcome, "{what}: {}", told.text);
        assert_eq!(admin(&standby, "postgres", "select pg_promote(true, 60)"), "t");
        let url = format!("postgresql://app:{password}@127.0.0.1:{}/postgres", standby.port);
        let wrote = Psql { url, home: bed.dir.path() }.ask("insert into t values (1)");
        assert_eq!(wrote.is_ok(), writes, "{what}: {wrote:?}");
    }
    println!("preflight: 3 cases of followers");
}
