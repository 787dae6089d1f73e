//! Nodes of a multi-node cluster: real servers with real logical slots and subscriptions. Spock itself is played by a schema of that
//! name with the public columns of its tables; what is expected follows from the rows, slots and subscriptions that were made.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bed::{Bed, CANARY, Psql, Told, admin};
use crate::libpq::build;
use crate::postgres::{Cluster, Extra};

/// The tables that are read, with the columns that every release of Spock has.
const SPOCK: &str = "create schema spock;
create table spock.node (node_id oid primary key, node_name name unique not null);
create table spock.node_interface (if_id oid primary key, if_name name not null, if_nodeid oid references spock.node, if_dsn text not null);
create table spock.local_node (node_id oid primary key references spock.node, node_local_interface oid not null);
create table spock.subscription (sub_id oid primary key, sub_name name unique not null, sub_origin oid not null references spock.node,
  sub_target oid not null references spock.node, sub_origin_if oid not null, sub_target_if oid not null,
  sub_enabled boolean not null default true, sub_slot_name name not null);
create table spock.local_sync_status (sync_kind \"char\" not null, sync_subid oid not null references spock.subscription,
  sync_nspname name, sync_relname name, sync_status \"char\" not null, sync_statuslsn pg_lsn not null default '0/0');
grant usage on schema spock to app; grant select on all tables in schema spock to app;";

/// Three servers, which know nothing of each other.
struct Three {
    bed: Bed,
    clusters: Vec<Cluster>,
}

/// The server of a node.
fn server(three: &Three, n: usize) -> &Cluster {
    &three.clusters[n - 1]
}

impl Three {
    fn start() -> Three {
        let bed = Bed::new();
        let conf = "wal_level = logical\nmax_wal_senders = 8\nmax_replication_slots = 8\nmax_connections = 60\n";
        let extra = Extra {
            conf,
            hba: Some("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"),
            ..Extra::default()
        };
        let start = |n: usize| {
            let folder = bed.dir.path().join(format!("n{n}"));
            Cluster::start_with(&build(17), 17, None, &bed.certificates, &folder, extra)
        };
        let clusters: Vec<Cluster> = (1..=3).map(start).collect();
        for (n, cluster) in clusters.iter().enumerate() {
            admin(cluster, "postgres", &format!("alter role app password '{CANARY}'"));
            let url = format!("postgresql://app:{CANARY}@127.0.0.1:{}/app?sslmode=disable\n", cluster.port);
            fs::write(bed.dir.path().join(format!("dsn-{}", n + 1)), url).unwrap();
        }
        let three = Three { bed, clusters };
        three.fresh();
        three
    }

    /// Databases without anything, servers without slots.
    fn fresh(&self) {
        for cluster in &self.clusters {
            let subscriptions = "select coalesce(string_agg(d.datname || ' ' || s.subname, ','), '') from pg_subscription s \
                                 join pg_database d on d.oid = s.subdbid";
            for pair in admin(cluster, "postgres", subscriptions).split(',').filter(|pair| !pair.is_empty()) {
                let (database, name) = pair.split_once(' ').unwrap();
                for sql in [
                    format!("alter subscription {name} disable"),
                    format!("alter subscription {name} set (slot_name = none)"),
                    format!("drop subscription {name}"),
                ] {
                    admin(cluster, database, &sql);
                }
            }
        }
        for cluster in &self.clusters {
            let deadline = Instant::now() + Duration::from_secs(30);
            while admin(cluster, "postgres", "select count(*) from pg_replication_slots where active") != "0" {
                assert!(Instant::now() < deadline, "a reader stays");
                std::thread::sleep(Duration::from_millis(50));
            }
            admin(cluster, "postgres", "select pg_drop_replication_slot(slot_name) from pg_replication_slots");
            admin(cluster, "postgres", "drop database if exists app with (force)");
            admin(cluster, "postgres", "create database app");
        }
    }

    fn sql(&self, n: usize, sql: &str) -> String {
        admin(server(self, n), "app", sql)
    }

    /// Makes a server the node of that number, which knows others.
    fn node(&self, n: usize, knows: &[usize]) {
        self.sql(n, SPOCK);
        for other in knows.iter().chain([&n]) {
            self.sql(n, &format!("insert into spock.node values ({other}, 'n{other}')"));
        }
        self.sql(n, &format!("insert into spock.local_node values ({n}, {n})"));
    }

    /// A row that says that `to` reads from `from`, and its state.
    fn row(&self, to: usize, from: usize, enabled: bool, state: char) {
        let slot = format!("spk_app_n{from}_sub_n{from}_n{to}");
        self.sql(to, &format!(
            "insert into spock.subscription values ({from}, 'sub_n{from}_n{to}', {from}, {to}, {from}, {to}, {enabled}, '{slot}')"
        ));
        self.sql(to, &format!(
            "insert into spock.local_sync_status (sync_kind, sync_subid, sync_status) values ('f', {from}, '{state}')"
        ));
    }

    /// A slot that nobody reads.
    fn slot(&self, from: usize, to: usize) {
        self.sql(
            from,
            &format!("select pg_create_logical_replication_slot('spk_app_n{from}_sub_n{from}_n{to}', 'pgoutput')"),
        );
    }

    /// A real subscription of Postgres's own, whose slot bears the name that Spock's would.
    fn reads(&self, to: usize, from: usize) {
        // Of no table: rows of one node's catalogue are none of the other's.
        if self.sql(from, "select count(*) from pg_publication") == "0" {
            self.sql(from, "create publication nothing");
        }
        let provider = server(self, from);
        self.slot(from, to);
        self.sql(to, &format!(
            "create subscription real_{from} connection 'host={} port={} user=postgres dbname=app' publication nothing \
             with (create_slot = false, copy_data = false, slot_name = 'spk_app_n{from}_sub_n{from}_n{to}')",
            provider.sockets.display(), provider.port
        ));
        let deadline = Instant::now() + Duration::from_secs(30);
        let active =
            format!("select active from pg_replication_slots where slot_name = 'spk_app_n{from}_sub_n{from}_n{to}'");
        while self.sql(from, &active) != "t" {
            assert!(Instant::now() < deadline, "nobody reads the slot");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Both read from each other, in sync.
    fn pair(&self, a: usize, b: usize) {
        self.reads(a, b);
        self.reads(b, a);
        self.row(a, b, true, 'r');
        self.row(b, a, true, 'r');
    }

    /// Nodes by number; the new ones are made from n1.
    fn look(&self, nodes: &[usize], new: &[usize], told_of: &[usize]) -> Told {
        let all = nodes.iter().map(|n| {
            let mut node = json!({"name": format!("n{n}"), "hostname": format!("pgedge-n{n}-rw")});
            if new.contains(n) {
                node["bootstrap"] = json!({"mode": "spock", "sourceNode": "n1"});
            }
            node
        });
        let dsns: Vec<String> = told_of
            .iter()
            .map(|n| format!("n{n}={}", self.bed.dir.path().join(format!("dsn-{n}")).display()))
            .collect();
        let args: Vec<&str> = dsns.iter().flat_map(|dsn| ["--node-dsn", dsn]).collect();
        self.bed.preflight(&json!({"nodes": all.collect::<Vec<Value>>()}), &args)
    }
}

/// The outcome of a check for one node.
fn of<'t>(told: &'t Told, check: &str, node: usize) -> (&'t str, &'t str) {
    let answers = told.report["answers"].as_array().unwrap();
    let subject = format!("node n{node}");
    let found = answers.iter().find(|a| a["check"] == check && a["subject"] == subject.as_str());
    found.map_or(("", ""), |a| (a["outcome"].as_str().unwrap(), a["reason"].as_str().unwrap()))
}

#[test]
fn e03_a_node_is_bootstrapped_once_and_its_block_goes_when_sync_is_shown() {
    let three = Three::start();
    let mut cases = 0;
    let mut expect = |what: &str, told: &Told, node: usize, outcome: &str, words: &str| {
        let (is, why) = of(told, "node-bootstrap", node);
        assert!(is == outcome && why.contains(words), "{what}, n{node}: {is} {why}\n{}", told.text);
        assert_ne!(told.exit, 0, "{what}: {}", told.text);
        cases += 1;
    };
    let told = three.look(&[1, 2], &[], &[1, 2]);
    expect("nothing is made yet", &told, 1, "PASS", "made together");
    three.node(1, &[2]);
    three.node(2, &[1]);
    three.pair(1, 2);
    let told = three.look(&[1, 2], &[], &[1, 2]);
    expect("both are in sync", &told, 1, "PASS", "in sync");
    expect("both are in sync", &told, 2, "PASS", "in sync");
    let told = three.look(&[1, 2], &[2], &[1, 2]);
    expect("a node that is in sync would be bootstrapped again", &told, 2, "FAIL", "bootstrapped already");
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("a third that is new", &told, 3, "PASS", "no node of anything");
    expect("its peers are in sync", &told, 1, "PASS", "in sync");
    let told = three.look(&[1, 2, 3], &[], &[1, 2, 3]);
    expect("a third without a block", &told, 3, "FAIL", "nothing says how");
    three.node(3, &[1, 2]);
    three.row(3, 1, true, 'u');
    three.row(3, 2, false, 'i');
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("a bootstrap that is half done", &told, 3, "FAIL", "subscription sub_n2_n3 is disabled");
    let told = three.look(&[1, 2, 3], &[], &[1, 2, 3]);
    expect("the block went too early", &told, 3, "FAIL", "subscription sub_n1_n3 is not in sync (state u)");
    three.sql(
        3,
        "update spock.local_sync_status set sync_status = 'y'; update spock.subscription set sub_enabled = true",
    );
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("sync is shown, and the block is there", &told, 3, "FAIL", "bootstrapped already");
    let told = three.look(&[1, 2, 3], &[], &[1, 2, 3]);
    expect("sync is shown, and the block is gone", &told, 3, "PASS", "in sync");
    three.sql(3, "update spock.node set node_name = 'n9' where node_id = 3");
    let told = three.look(&[1, 2, 3], &[], &[1, 2, 3]);
    expect("another node answers", &told, 3, "FAIL", "the node n9 already");
    println!("preflight: {cases} cases of bootstraps");
}

#[test]
fn e04_what_an_earlier_attempt_left_behind_keeps_a_node_from_being_added() {
    let three = Three::start();
    let mut cases = 0;
    let mut expect = |what: &str, told: &Told, node: usize, outcome: &str, words: &str| {
        let (is, why) = of(told, "node-leftovers", node);
        assert!(is == outcome && why.contains(words), "{what}, n{node}: {is} {why}\n{}", told.text);
        assert_ne!(told.exit, 0, "{what}: {}", told.text);
        cases += 1;
    };
    three.node(1, &[2]);
    three.node(2, &[1]);
    three.pair(1, 2);
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    for node in [1, 2, 3] {
        expect("nothing is left", &told, node, "PASS", "nothing is left");
    }
    three.slot(1, 3);
    let confirmed =
        three.sql(1, "select confirmed_flush_lsn is not null from pg_replication_slots where slot_name like '%_n3'");
    assert_eq!(confirmed, "t", "Postgres sets it where a slot is made");
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("a slot that nobody advanced", &told, 1, "FAIL", "slot spk_app_n1_sub_n1_n3, which nobody reads");
    expect("the other peer has none", &told, 2, "PASS", "");
    let told = three.look(&[1, 2], &[], &[1, 2]);
    expect("without a new node, WAL is kept for nobody", &told, 1, "FAIL", "what nobody reads");
    three.sql(1, "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active");
    three.sql(2, "insert into spock.node values (3, 'n3')");
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("the slot is gone", &told, 1, "PASS", "");
    expect("a row of the node", &told, 2, "FAIL", "the row of node n3");
    three.row(2, 3, false, 'i');
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("a disabled subscription", &told, 2, "FAIL", "subscription sub_n3_n2, which is disabled");
    three.sql(2, "delete from spock.local_sync_status where sync_subid = 3; delete from spock.subscription where sub_id = 3; delete from spock.node where node_id = 3");
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("it is cleaned up", &told, 2, "PASS", "nothing is left");
    three.slot(3, 1);
    let told = three.look(&[1, 2, 3], &[3], &[1, 2, 3]);
    expect("a slot on the new node itself", &told, 3, "FAIL", "slot spk_app_n3_sub_n3_n1");
    three.sql(1, "update spock.subscription set sub_enabled = false");
    let told = three.look(&[1, 2], &[], &[1, 2]);
    expect("a disabled subscription between nodes that stay", &told, 1, "FAIL", "subscription sub_n2_n1 is disabled");
    println!("preflight: {cases} cases of leftovers");
}

#[test]
fn e05_no_connection_is_undecided() {
    let three = Three::start();
    three.node(1, &[]);
    three.sql(1, "revoke select on spock.subscription from app");
    let check = |told: &Told, node: usize, words: &str| {
        for check in ["node-bootstrap", "node-leftovers"] {
            let (outcome, why) = of(told, check, node);
            assert!(outcome == "UNKNOWN" && why.contains(words), "{check} n{node}: {outcome} {why}\n{}", told.text);
        }
        assert_eq!(told.exit, 3, "{}", told.text);
    };
    let told = three.look(&[1, 2], &[2], &[1]);
    check(&told, 1, "permission denied");
    check(&told, 2, "--node-dsn n2=FILE");
    let denied = Psql {
        url: format!("postgresql://app:{CANARY}@127.0.0.1:{}/app", server(&three, 1).port),
        home: three.bed.dir.path(),
    };
    assert!(denied.ask("select * from spock.subscription").unwrap_err().contains("permission denied"));
    for (text, words) in [
        ("postgresql://app@127.0.0.1:1/app?sslmode=disable", "nothing accepts"),
        ("postgresql://app:wrong-word-here@127.0.0.1:PORT/app?sslmode=disable", "28P01"),
        ("postgresql://app@db.invalid/app", "no address"),
        ("host='", "cannot be read"),
        ("\u{0}\u{1}", ""),
        ("", ""),
    ] {
        fs::write(three.bed.dir.path().join("dsn-2"), text.replace("PORT", &server(&three, 2).port.to_string()))
            .unwrap();
        check(&three.look(&[1, 2], &[2], &[1, 2]), 2, words);
    }
    println!("preflight: 8 cases of nodes that cannot be asked");
}
