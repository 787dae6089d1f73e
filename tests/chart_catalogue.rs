//! What the reference chart's catalogue and nodes render: read from the expected output of golden/chart, which real Helm wrote.

#[path = "common/process.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use support::{DEFAULT, OTHER};

const PARTS: [&str; 5] = ["URL", "HOST", "PORT", "USER", "DATABASE"];

/// The manifests of one case.
struct Case(Vec<Value>);

impl Case {
    fn read(name: &str) -> Case {
        Case(documents(&text(name, "stdout.yaml")))
    }

    fn of<'c>(&'c self, kind: &str) -> impl Iterator<Item = &'c Value> + use<'c> {
        let kind = kind.to_owned();
        self.0.iter().filter(move |o| o["kind"] == kind.as_str())
    }

    #[track_caller]
    fn get(&self, kind: &str, name: &str) -> &Value {
        let found = self.of(kind).find(|o| at(o, "/metadata/name") == name);
        found.unwrap_or_else(|| panic!("no {kind} {name}, but {:?}", self.names(kind)))
    }

    fn names(&self, kind: &str) -> BTreeSet<&str> {
        self.0.iter().filter(|o| o["kind"] == kind).map(|o| at(o, "/metadata/name")).collect()
    }

    /// Objects of a kind that the catalogue makes, by the label that all of them bear.
    fn catalogue(&self, kind: &str) -> BTreeSet<&str> {
        let ours = self
            .0
            .iter()
            .filter(|o| o["kind"] == kind && !at(o, "/metadata/labels/databases.workqueue~1locality").is_empty());
        ours.map(|o| at(o, "/metadata/name")).collect()
    }

    /// Variables of the workers, `value` or `secret/key`.
    fn worker(&self) -> BTreeMap<&str, String> {
        let env = self.get("Deployment", "rel-workqueue-worker")["spec"]["template"]["spec"]["containers"][0]["env"]
            .as_array();
        let value = |e: &Value| match e["value"].as_str() {
            Some(text) => text.to_owned(),
            None => format!("{}/{}", at(e, "/valueFrom/secretKeyRef/name"), at(e, "/valueFrom/secretKeyRef/key")),
        };
        env.expect("variables").iter().map(|e| (at(e, "/name"), value(e))).collect()
    }

    /// The prefixes under which all five variables are there.
    fn prefixes(&self) -> BTreeSet<String> {
        let worker = self.worker();
        let urls = worker.keys().filter_map(|name| name.strip_suffix("_URL")).filter(|p| *p != "STORE");
        urls.filter(|p| PARTS.iter().all(|part| worker.contains_key(format!("{p}_{part}").as_str())))
            .map(str::to_owned)
            .collect()
    }

    fn credentials(&self) -> &Value {
        let is_it = |o: &&Value| at(o, "/metadata/name").contains("-credentials-");
        self.of("Job").find(is_it).expect("the Job that makes passwords")
    }
}

#[test]
fn c01_a_server_of_the_catalogue_is_the_template_and_private() {
    let mut servers = 0;
    for name in cases() {
        let case = Case::read(&name);
        for set in case.of("StatefulSet") {
            let container = &set["spec"]["template"]["spec"]["containers"][0];
            assert!(at(container, "/image").ends_with("postgres:16-alpine"), "{name}");
            assert_eq!(container["ports"][0]["containerPort"], 5432, "{name}");
            servers += 1;
        }
        for service in case.of("Service") {
            let spec = &service["spec"];
            assert_eq!((&spec["type"], &spec["ports"][0]["port"]), (&"ClusterIP".into(), &5432.into()), "{name}");
            assert!(spec.get("externalIPs").is_none() && spec["ports"][0].get("nodePort").is_none(), "{name}");
        }
        assert!(case.of("Ingress").next().is_none(), "{name}");
    }
    assert!(servers > 20, "{servers} servers");
}

/// Install, upgrade and a sync that sees no cluster are one render: there is nothing in it that a password could come from.
#[test]
fn c02_credentials_are_made_in_the_cluster_and_in_no_render() {
    for file in ["stdout.yaml", "stdout-3.22.0.yaml"] {
        assert_eq!(text("c02-credentials-install", file), text("c02-credentials-upgrade", file));
    }
    let (case, mut secrets) = (Case::read("c03-credentials-of-every-kind"), 0);
    for secret in case.of("Secret").filter(|s| at(s, "/metadata/name") != "rel-workqueue") {
        assert!(secret.get("data").is_none() && secret.get("stringData").is_none(), "{secret}");
        secrets += 1;
    }
    let role = case.get("Role", "rel-workqueue-credentials");
    let named: BTreeSet<&str> =
        role["rules"][0]["resourceNames"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
    assert_eq!((named.len(), &named), (secrets, &case.catalogue("Secret")));
    assert_eq!(role["rules"].as_array().map(Vec::len), Some(1));
    assert_eq!(role["rules"][0]["verbs"], serde_json::json!(["get", "patch"]));
    // The token is in that container alone.
    for name in cases() {
        for job in Case::read(&name).of("Job") {
            let mounts = job["spec"]["template"]["spec"]["containers"][0]["volumeMounts"].to_string();
            let title = at(job, "/metadata/name");
            let may = title.contains("-credentials-") || title.contains("-init-spock-");
            assert_eq!(mounts.contains("serviceaccount"), may, "{name}: {title}");
        }
    }
}

#[test]
fn c07_what_is_not_deployed_has_credentials_and_no_pod() {
    let (declared, deployed) = (Case::read("c07-declared"), Case::read("c07-declared-deployed"));
    let replicas = |case: &Case| case.get("StatefulSet", "rel-workqueue-db-later")["spec"]["replicas"].as_i64();
    assert_eq!((replicas(&declared), replicas(&deployed)), (Some(0), Some(1)));
    let setups = |case: &Case| case.names("Job").iter().filter(|n| n.contains("dbsetup")).count();
    assert_eq!((setups(&declared), setups(&deployed)), (0, 1));
    // The same Secrets, the same Job that filled them: the password stays.
    assert_eq!(declared.catalogue("Secret"), deployed.catalogue("Secret"));
    assert_eq!(declared.credentials(), deployed.credentials());
    let shared = Case::read("c07-declared-on-shared");
    assert_eq!(shared.get("StatefulSet", "rel-workqueue-dbshared")["spec"]["replicas"], 0);
}

#[test]
fn c08_notes_show_the_connection_and_no_password() {
    let values = suite().join("all-at-once/values.yaml");
    let notes = helm(DEFAULT, &["install", "rel", "--dry-run=client"], &["-f", &values.display().to_string()]);
    let notes = notes.split_once("NOTES:").expect("notes").1.to_owned();
    for wanted in [
        "Database orders is OnCluster, plan medium (10Gi):",
        "Database audit is OnCluster, plan shared (10Gi):",
        "Database legacy is Remote:",
        "declared and not deployed",
        "GONE WITH ITS POD",
        "host      rel-workqueue-db-orders.default:5432",
        "database  billing_eu, user billing_eu",
        "get secret rel-workqueue-db-orders -o jsonpath='{.data.POSTGRES_PASSWORD}' | base64 -d",
        "get secret legacy-db -o jsonpath='{.data.POSTGRES_PASSWORD}' | base64 -d",
    ] {
        assert!(notes.contains(wanted), "{wanted:?} is not in {notes}");
    }
    assert!(!notes.contains("postgresql://"), "{notes}");
}

#[test]
fn d02_dedicated_instances_share_no_object() {
    let case = Case::read("d02-two-dedicated");
    for kind in ["StatefulSet", "Service", "Secret", "ConfigMap"] {
        let names = case.catalogue(kind);
        let of = |db: &str| names.iter().filter(|n| n.contains(db)).count();
        assert_eq!((of("orders"), of("orders") + of("users")), (of("users"), names.len()), "{kind}: {names:?}");
        assert!(of("orders") > 0, "{kind}");
    }
    for service in case.of("Service").filter(|s| at(s, "/metadata/name").contains("-db-")) {
        let name = at(service, "/metadata/name").trim_end_matches("-headless");
        let labels = &case.get("StatefulSet", name)["spec"]["template"]["metadata"]["labels"];
        assert_eq!(&service["spec"]["selector"], labels, "{name} leads elsewhere");
    }
}

#[test]
fn d05_a_plan_is_its_storage_and_is_shown() {
    for (plan, storage, server) in [
        ("small", "1Gi", "db-orders"),
        ("medium", "10Gi", "db-orders"),
        ("large", "50Gi", "db-orders"),
        ("shared", "10Gi", "dbshared"),
    ] {
        let case = Case::read(&format!("d05-plan-{plan}"));
        let set = case.get("StatefulSet", &format!("rel-workqueue-{server}"));
        assert_eq!(at(set, "/spec/volumeClaimTemplates/0/spec/resources/requests/storage"), storage);
        assert_eq!(case.catalogue("StatefulSet").len(), 1);
        let record = case.get("ConfigMap", "rel-workqueue-db-orders");
        assert_eq!((at(record, "/data/plan"), at(record, "/data/storage")), (plan, storage));
        assert_eq!(at(record, "/metadata/labels/databases.workqueue~1plan"), plan);
    }
}

#[test]
fn d06_the_locality_is_labelled_and_what_is_remote_runs_nothing() {
    let (here, there) = (Case::read("d06-locality-on-cluster"), Case::read("d06-locality-remote"));
    for (case, locality) in [(&here, "OnCluster"), (&there, "Remote")] {
        let record = case.get("ConfigMap", "rel-workqueue-db-legacy");
        assert_eq!(at(record, "/metadata/labels/databases.workqueue~1locality"), locality);
        assert_eq!(at(record, "/data/locality"), locality);
    }
    let own = |case: &Case| ["StatefulSet", "Service", "Secret"].map(|kind| case.catalogue(kind).len());
    assert_eq!((own(&here), own(&there)), ([1, 2, 2], [0, 0, 0]));
    assert!(there.of("Job").next().is_none());
    let worker = there.worker();
    let wanted = ["URI", "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_USER", "POSTGRES_DB"];
    for (part, key) in PARTS.into_iter().zip(wanted) {
        assert_eq!(worker.get(format!("DATABASE_{part}").as_str()), Some(&format!("legacy-db/{key}")));
    }
}

#[test]
fn d08_an_attachment_is_five_variables_under_a_stable_prefix() {
    let (one, more) = (Case::read("d08-attachments"), Case::read("d08-attachments-more"));
    let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(one.prefixes(), names(&["DATABASE", "DATABASE_USERS", "MY_DB"]));
    assert_eq!(more.prefixes(), names(&["DATABASE", "DATABASE_USERS", "MY_DB", "DATABASE_BILLING"]));
    let (before, after) = (one.worker(), more.worker());
    for prefix in one.prefixes() {
        for part in PARTS {
            let name = format!("{prefix}_{part}");
            assert_eq!(before.get(name.as_str()), after.get(name.as_str()), "{name} changed");
        }
    }
    let value = |name: &str| before.get(name).map_or("", String::as_str);
    assert_eq!(
        ["MY_DB_HOST", "MY_DB_PORT", "MY_DB_USER", "MY_DB_DATABASE", "MY_DB_URL"].map(value),
        [
            "rel-workqueue-dbshared",
            "5432",
            "audit",
            "audit",
            "postgresql://audit:$(MY_DB_PASSWORD_URLSAFE)@rel-workqueue-dbshared:5432/audit"
        ]
    );
    assert_eq!(value("MY_DB_PASSWORD_URLSAFE"), "rel-workqueue-db-audit/POSTGRES_PASSWORD");
}

#[test]
fn e01_the_deadline_and_what_the_process_is_told_are_one_number() {
    for (name, seconds) in [("e01-timeout", 31), ("e01-timeout-default", 7200)] {
        let case = Case::read(name);
        let job = case.of("Job").next().expect("a job");
        assert_eq!(job["spec"]["activeDeadlineSeconds"], seconds);
        let env = job["spec"]["template"]["spec"]["containers"][0]["env"].to_string();
        assert!(env.contains(&format!(r#"{{"name":"INIT_SPOCK_TIMEOUT","value":"{seconds}"}}"#)), "{env}");
    }
}

#[test]
fn e03_other_nodes_are_another_job_and_the_same_nodes_the_same() {
    let names = |case: &str| Case::read(case).names("Job").iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
    assert_ne!(names("e03-bootstrap"), names("e01-timeout-default"));
    let case = Case::read("e03-bootstrap");
    let nodes: Value =
        serde_yaml::from_str(at(case.get("ConfigMap", "rel-workqueue-nodes"), "/data/nodes")).expect("a list");
    assert_eq!(nodes[1]["bootstrap"], serde_json::json!({"mode": "spock", "sourceNode": "n1"}));
    // Without nodes there is none of it, as there is nothing of the catalogue without databases.
    let plain = Case::read("embedded-default");
    assert!(plain.of("Job").next().is_none() && plain.of("Role").next().is_none());
}

fn suite() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart")
}

fn text(case: &str, file: &str) -> String {
    let path = suite().join(case).join(file);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Accepted cases.
fn cases() -> Vec<String> {
    let folders = fs::read_dir(suite()).expect("the suite is there").flatten();
    folders
        .filter(|f| f.path().join("stdout.yaml").is_file())
        .map(|f| f.file_name().to_string_lossy().into_owned())
        .collect()
}

fn documents(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.map(|d| Value::deserialize(d).expect("a manifest is YAML")).filter(|o| !o.is_null()).collect()
}

/// Real Helm's stdout on the chart; it has to accept.
fn helm(version: &str, command: &[&str], args: &[&str]) -> String {
    assert!([DEFAULT, OTHER].contains(&version));
    let home = tempfile::tempdir().expect("a temporary folder");
    let program = support::helm(version);
    assert!(program.is_file(), "Helm {version} is not installed: run scripts/oracles");
    let mut call = support::command(&program, home.path(), home.path());
    call.args(command).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("chart")).args(args);
    let answer = support::run(call, b"");
    assert_eq!(answer.exit, Some(0), "{command:?} {args:?}: {}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout).expect("manifests are text")
}

/// The text at a JSON pointer; empty where there is none.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
