//! What must hold in the reference chart's manifests whatever the values: read from the expected output of golden/chart, which
//! real Helm wrote, so that a case added there is held to it too.

#[path = "common/process.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use plimsoll::go::encode::{base64_decode, base64_encode};
use serde::Deserialize;
use serde_json::Value;
use support::DEFAULT;

const KEYS: [&str; 3] = ["STORE_URL", "READONLY_STORE_URL", "CONTROL_PLANE_STORE_URL"];

/// One accepted case: its values and the objects of its manifests.
struct Case {
    name: String,
    values: Value,
    objects: Vec<Value>,
}

impl Case {
    fn external(&self) -> bool {
        at(&self.values, "/postgres/mode") == "external"
    }

    fn dedicated(&self) -> bool {
        !at(&self.values, "/postgres/external/existingSecret").is_empty()
    }

    fn names_a_ca(&self) -> bool {
        self.values.pointer("/postgres/tls/enabled") == Some(&Value::Bool(true))
            && !at(&self.values, "/postgres/tls/caBundleSecret").is_empty()
    }

    /// The connection strings of the chart's own Secret, by key.
    fn urls(&self) -> Vec<(&'static str, String)> {
        let secret = self.objects.iter().find(|object| label(object) == "Secret/rel-workqueue");
        let keys = KEYS.into_iter().filter_map(|key| Some((key, secret?["data"].get(key)?.as_str()?)));
        let decoded = |text: &str| base64_decode(text.as_bytes()).expect("base64");
        keys.map(|(key, text)| (key, String::from_utf8(decoded(text)).expect("UTF-8"))).collect()
    }

    /// Every container of every pod, with what it is called for a message.
    fn containers(&self) -> Vec<(String, &Value)> {
        self.pods()
            .into_iter()
            .flat_map(|(object, pod)| {
                ["initContainers", "containers"].into_iter().flat_map(move |list| {
                    array(pod, list).iter().map(move |container| {
                        (format!("{}: {} {}", self.name, label(object), at(container, "/name")), container)
                    })
                })
            })
            .collect()
    }

    fn pods(&self) -> Vec<(&Value, &Value)> {
        self.objects
            .iter()
            .filter_map(|object| match at(object, "/kind") {
                "Pod" => Some((object, &object["spec"])),
                "Deployment" | "StatefulSet" | "Job" => Some((object, &object["spec"]["template"]["spec"])),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn a02_an_inline_string_reaches_all_three_keys_as_it_is() {
    let case = case("external-inline");
    let given = at(&case.values, "/postgres/external/connectionString");
    assert_eq!(case.urls(), KEYS.map(|key| (key, given.to_owned())));
}

#[test]
fn a03_every_reader_takes_the_secret_by_its_key() {
    let case = case("external-secret");
    assert_eq!(case.urls(), []);
    let containers = case.containers();
    let entries = containers.iter().flat_map(|(_, c)| array(c, "env")).filter(|e| KEYS.contains(&at(e, "/name")));
    let sources: Vec<&Value> = entries.map(|entry| &entry["valueFrom"]["secretKeyRef"]).collect();
    assert!(sources.len() >= 3, "{sources:?}");
    assert!(sources.iter().all(|source| **source == serde_json::json!({"name": "db", "key": "uri"})), "{sources:?}");
}

#[test]
fn a12_a_string_that_loses_is_nowhere() {
    let case = case("external-shadowed");
    assert_eq!(case.urls(), []);
    let lost = at(&case.values, "/postgres/external/connectionString");
    let (host, encoded) = ("db.example.com", base64_encode(lost.as_bytes()));
    for object in &case.objects {
        let text = object.to_string();
        assert!(!text.contains(host) && !text.contains(&encoded), "{}: {text}", label(object));
    }
}

#[test]
fn a16_require_with_a_ca_names_it_on_all_three_keys() {
    let case = case("tls-require-ca");
    let given = at(&case.values, "/postgres/external/connectionString");
    let want = format!("{given}?sslmode=require&sslrootcert=/etc/workqueue/ca/ca.crt");
    assert_eq!(case.urls(), KEYS.map(|key| (key, want.clone())));
}

#[test]
fn a25_a_proxy_is_a_sidecar_of_each_reader_and_nothing_is_appended() {
    let case = case("proxy-loopback");
    let given = at(&case.values, "/postgres/external/connectionString");
    assert_eq!(case.urls(), KEYS.map(|key| (key, given.to_owned())));
    let image = at(&case.values, "/postgres/external/proxy/image");
    let mut readers = 0;
    for (object, pod) in case.pods() {
        let all: Vec<&Value> = array(pod, "initContainers").iter().chain(array(pod, "containers")).collect();
        let names = |c: &Value| array(c, "env").iter().any(|entry| KEYS.contains(&at(entry, "/name")));
        let reads = all.iter().any(|container| !array(container, "envFrom").is_empty() || names(container));
        assert_eq!(all.iter().any(|container| at(container, "/image") == image), reads, "{}", label(object));
        readers += usize::from(reads);
    }
    assert!(readers >= 3, "{readers} pods read the connection string");
}

#[test]
fn b01_with_a_secret_for_the_whole_chart_the_chart_makes_none() {
    for name in ["external-whole-secret", "embedded-whole-secret"] {
        let case = case(name);
        assert!(case.objects.iter().all(|object| at(object, "/kind") != "Secret"), "{name}");
        let text = case.objects.iter().map(Value::to_string).collect::<String>();
        assert!(text.contains(r#""secretRef":{"name":"everything"}"#), "{name}");
        assert!(!text.contains(r#""secretRef":{"name":"rel-workqueue"}"#), "{name}");
    }
}

/// Of a name that a container has twice the last one counts, without a word.
#[test]
fn d04_each_variable_of_an_attachment_stands_once_in_its_worker() {
    let case = case("d08-attachments-more");
    let containers = case.containers();
    let worker = containers.iter().find(|(_, container)| at(container, "/name") == "worker").expect("a worker").1;
    let names: Vec<&str> = array(worker, "env").iter().map(|entry| at(entry, "/name")).collect();
    for prefix in ["MY_DB", "DATABASE", "DATABASE_USERS", "DATABASE_BILLING"] {
        for part in ["URL", "HOST", "PORT", "USER", "DATABASE"] {
            let name = format!("{prefix}_{part}");
            assert_eq!(names.iter().filter(|n| **n == name).count(), 1, "{name} in {names:?}");
        }
    }
}

#[test]
fn every_pod_keeps_to_the_restricted_profile() {
    for case in cases() {
        for (object, pod) in case.pods() {
            let context = format!("{}: {}", case.name, label(object));
            assert_eq!(pod["automountServiceAccountToken"], false, "{context}");
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{context}");
            assert!(pod["securityContext"]["fsGroup"].is_number(), "{context}");
            assert_eq!(at(pod, "/securityContext/seccompProfile/type"), "RuntimeDefault", "{context}");
        }
        for (context, container) in case.containers() {
            let security = &container["securityContext"];
            assert_eq!(security["allowPrivilegeEscalation"], false, "{context}");
            assert_eq!(security["readOnlyRootFilesystem"], true, "{context}");
            assert_eq!(security["capabilities"]["drop"], serde_json::json!(["ALL"]), "{context}");
            assert!(container["resources"]["limits"]["memory"].is_string(), "{context}");
            let names: Vec<&str> = array(container, "env").iter().map(|entry| at(entry, "/name")).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{context}: {names:?}");
        }
    }
}

#[test]
fn a19_an_external_store_gets_an_empty_readonly_password() {
    for case in cases() {
        let containers = case.containers();
        let store = containers.iter().find(|(_, container)| at(container, "/name") == "store").expect("a store").1;
        let entries: Vec<&Value> =
            array(store, "env").iter().filter(|entry| at(entry, "/name") == "READONLY_PASSWORD").collect();
        match case.external() {
            true => {
                assert_eq!(entries, [&serde_json::json!({"name": "READONLY_PASSWORD", "value": ""})], "{}", case.name)
            }
            false => assert!(entries.is_empty(), "{}: it would beat the Secret", case.name),
        }
    }
}

#[test]
fn a26_the_ca_is_mounted_wherever_a_connection_string_is_read_and_nowhere_else() {
    let mut seen = 0;
    for case in cases() {
        for (context, container) in case.containers() {
            let reads = !array(container, "envFrom").is_empty()
                || array(container, "env").iter().any(|entry| KEYS.contains(&at(entry, "/name")));
            let mounts =
                array(container, "volumeMounts").iter().any(|mount| at(mount, "/mountPath") == "/etc/workqueue/ca");
            assert_eq!(mounts, reads && case.names_a_ca(), "{context}");
            seen += usize::from(mounts);
        }
    }
    assert!(seen >= 4 * 5, "only {seen} mounts were looked at");
}

#[test]
fn b03_a_connection_string_comes_from_one_source_and_stands_in_secrets_only() {
    for case in cases() {
        for object in &case.objects {
            // Those of the catalogue are filled in the cluster.
            if at(object, "/kind") == "Secret" && object.get("data").is_some() {
                let keys: Vec<&str> = KEYS.into_iter().filter(|key| object["data"].get(key).is_some()).collect();
                let want: &[&str] = if case.dedicated() { &[] } else { &KEYS };
                assert_eq!(keys, want, "{}", case.name);
            }
        }
        for (context, container) in case.containers() {
            for text in container.to_string().split("postgres").filter(|t| t.starts_with("ql:") || t.starts_with("://"))
            {
                let password = text.split_once("//").and_then(|(_, rest)| rest.split_once(':')).map_or("", |(_, p)| p);
                assert!(password.starts_with("$("), "{context}: a connection string that is no reference: {text}");
            }
            for entry in array(container, "env").iter().filter(|entry| KEYS.contains(&at(entry, "/name"))) {
                let source = &entry["valueFrom"]["secretKeyRef"];
                assert!(array(container, "envFrom").is_empty(), "{context}: {entry} beside envFrom");
                if case.dedicated() {
                    assert_eq!(at(source, "/name"), at(&case.values, "/postgres/external/existingSecret"), "{context}");
                }
            }
        }
    }
}

/// Neither a selector nor a claim may ever change, and a pod's labels should not for a new version of the chart.
#[test]
fn what_is_immutable_carries_no_version() {
    for case in cases() {
        for object in &case.objects {
            for pointer in ["/spec/selector", "/spec/template/metadata/labels", "/spec/volumeClaimTemplates"] {
                let text = object.pointer(pointer).map(Value::to_string).unwrap_or_default();
                assert!(!text.contains("version") && !text.contains("helm.sh/chart"), "{}: {text}", case.name);
            }
        }
    }
}

#[test]
fn a20_a_change_to_external_touches_what_it_must_and_nothing_else() {
    let cases = cases();
    let find = |name: &str| cases.iter().find(|case| case.name == name).expect("the case is there");
    let (embedded, external) = (find("embedded-default"), find("tls-verify-full"));
    let by_name = |case: &Case| -> BTreeMap<String, Value> {
        case.objects.iter().map(|object| (label(object), object.clone())).collect()
    };
    let (before, after) = (by_name(embedded), by_name(external));
    assert_eq!(after.keys().find(|name| !before.contains_key(*name)), None, "an object is new");
    let gone: Vec<&String> = before.keys().filter(|name| !after.contains_key(*name)).collect();
    assert_eq!(
        gone,
        [
            "ConfigMap/rel-workqueue-postgres-initdb",
            "NetworkPolicy/rel-workqueue-postgres",
            "Pod/rel-workqueue-test-postgres",
            "Service/rel-workqueue-postgres",
            "Service/rel-workqueue-postgres-headless",
            "StatefulSet/rel-workqueue-postgres",
        ]
    );
    for (name, after) in &after {
        for path in changed("", &before[name], after) {
            let of_the_secret =
                name == "Secret/rel-workqueue" && path.starts_with("/data/") && path != "/data/TASK_SIGNING_KEY";
            let of_the_store = name == "Deployment/rel-workqueue-store"
                && (path.ends_with("/initContainers") || path.contains("/containers/0/env"));
            let of_all = path.ends_with("/annotations/checksum~1secret")
                || path.ends_with("/volumes/2")
                || path.ends_with("/volumeMounts/2");
            assert!(of_the_secret || of_the_store || of_all, "{name}: {path}");
        }
    }
}

/// A pod is replaced for what it reads: the database not for a token of the workers.
#[test]
fn a_new_signing_key_restarts_workers_and_not_postgres() {
    let checksums = |key: &str| -> BTreeMap<String, Value> {
        let out = helm(DEFAULT, &["template", "rel"], &["--set", &format!("secrets.taskSigningKey={key}")]);
        documents(&out)
            .iter()
            .filter(|object| matches!(at(object, "/kind"), "Deployment" | "StatefulSet"))
            .map(|object| (label(object), object.clone()))
            .collect()
    };
    let (one, other) = (checksums("one"), checksums("other"));
    let rolled: Vec<&String> = one.keys().filter(|name| one[*name] != other[*name]).collect();
    assert_eq!(rolled, ["Deployment/rel-workqueue-orchestrator", "Deployment/rel-workqueue-worker"]);
}

#[test]
fn notes_speak_of_the_mode_and_show_no_secret() {
    // Helm 3 asks for a cluster here, Helm 4 does not.
    let notes = |args: &[&str]| {
        let out = helm(DEFAULT, &["install", "rel", "--dry-run=client"], args);
        out.split_once("NOTES:").unwrap_or_else(|| panic!("no NOTES: {out}")).1.to_owned()
    };
    let embedded = notes(&["--set", "postgres.embedded.password=geheim"]);
    assert!(embedded.contains("rel-workqueue-postgres"), "{embedded}");
    assert!(!embedded.contains("geheim") && !embedded.contains("PUBLIC DEFAULT"), "{embedded}");
    assert!(notes(&[]).contains("PUBLIC DEFAULT"));

    let inline = "postgres.external.connectionString=postgresql://app:geheim@db.example.com/queue";
    let external = notes(&["--set", "postgres.mode=external", "--set", inline]);
    let shadowed = notes(&["--set", "postgres.mode=external,postgres.external.existingSecret=db", "--set", inline]);
    assert!(shadowed.contains("Secret db wins"), "{shadowed}");
    for notes in [external, shadowed] {
        for absent in ["rel-workqueue-postgres", "statefulset", "geheim", "db.example.com"] {
            assert!(!notes.contains(absent), "{absent} in {notes}");
        }
    }
}

/// What a render may not depend on: randomness, the clock, the cluster.
#[test]
fn templates_call_nothing_that_changes_by_itself() {
    const CHANGING: &str = "lookup now ago uuidv4 randAlphaNum randAlpha randNumeric randAscii randBytes randInt shuffle \
                            genCA genCAWithKey genPrivateKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert \
                            genSignedCertWithKey htpasswd bcrypt encryptAES getHostByName";
    let changing: BTreeSet<&str> = CHANGING.split_whitespace().collect();
    let templates = support::files_under(&chart().join("templates"));
    assert!(templates.len() > 15, "{} templates", templates.len());
    for (name, bytes) in templates {
        let text = String::from_utf8(bytes).expect("a template is text");
        // Comments may speak of them.
        let code: String =
            text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).filter(|c| !c.contains("/*")).collect();
        for word in code.split(|c: char| !c.is_ascii_alphanumeric()) {
            assert!(!changing.contains(word), "{name}: {word}");
        }
    }
}

fn chart() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("chart")
}

/// One of them.
fn case(name: &str) -> Case {
    cases().into_iter().find(|case| case.name == name).unwrap_or_else(|| panic!("there is no case {name}"))
}

/// The accepted cases of golden/chart.
fn cases() -> Vec<Case> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart");
    let mut cases: Vec<Case> = fs::read_dir(suite)
        .expect("the suite is there")
        .flatten()
        .filter_map(|entry| {
            let folder = entry.path();
            let manifests = fs::read_to_string(folder.join("stdout.yaml")).ok()?;
            let values = fs::read_to_string(folder.join("values.yaml")).expect("a case has values");
            Some(Case {
                name: entry.file_name().to_string_lossy().into_owned(),
                values: serde_yaml::from_str(&values).expect("values are YAML"),
                objects: documents(&manifests),
            })
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() >= 30, "{} accepted cases", cases.len());
    cases
}

fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).expect("a manifest is YAML"))
        .filter(|object| !object.is_null())
        .collect()
}

/// Real Helm's stdout on the chart; it has to accept.
fn helm(version: &str, command: &[&str], args: &[&str]) -> String {
    let home = tempfile::tempdir().expect("a temporary folder");
    let program = support::helm(version);
    assert!(program.is_file(), "Helm {version} is not installed: run scripts/oracles");
    let mut call = support::command(&program, home.path(), home.path());
    call.args(command).arg(chart()).args(args);
    let answer = support::run(call, b"");
    assert_eq!(answer.exit, Some(0), "{command:?} {args:?}: {}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout).expect("manifests are text")
}

/// The paths at which two values differ, a removed or added member as one path.
fn changed(path: &str, before: &Value, after: &Value) -> Vec<String> {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => a
            .keys()
            .chain(b.keys().filter(|key| !a.contains_key(*key)))
            .flat_map(|key| {
                let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
                member(path, a.get(key), b.get(key))
            })
            .collect(),
        (Value::Array(a), Value::Array(b)) => (0..a.len().max(b.len()))
            .flat_map(|index| member(format!("{path}/{index}"), a.get(index), b.get(index)))
            .collect(),
        _ if before == after => Vec::new(),
        _ => vec![path.to_owned()],
    }
}

fn member(path: String, before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    match (before, after) {
        (Some(before), Some(after)) => changed(&path, before, after),
        _ => vec![path],
    }
}

/// `Kind/name`.
fn label(object: &Value) -> String {
    format!("{}/{}", at(object, "/kind"), at(object, "/metadata/name"))
}

/// The text at a JSON pointer; empty where there is none.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The list under a key; empty where there is none.
fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
