//! Who makes the passwords of the catalogue: the program and the rights that the reference chart renders, on a real API server, with
//! real Helm on both sides of it.

#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/process.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use cluster::{ControlPlane, Said, said};
use plimsoll::postgres::dsn::{self, Keyword};
use serde_json::Value;
use support::{DEFAULT, OTHER};

const VALUES: &str = "\
catalogue:
  databases:
    orders: {plan: small, follower: true}
    audit: {plan: shared}
    later: {plan: small, replicas: 0}
  attachments:
    - {database: orders}
";

const PARTS: [(&str, Keyword); 5] = [
    ("POSTGRES_USER", Keyword::User),
    ("POSTGRES_PASSWORD", Keyword::Password),
    ("POSTGRES_DB", Keyword::DbName),
    ("POSTGRES_HOST", Keyword::Host),
    ("POSTGRES_PORT", Keyword::Port),
];

/// The contents of a Secret.
type Data = BTreeMap<String, String>;

#[test]
fn c02_a_password_is_made_once_and_outlives_every_upgrade_and_sync() {
    for version in [DEFAULT, OTHER] {
        let release = Release::new(version);
        release.helm("install", &[]);
        assert!(release.secrets().values().all(BTreeMap::is_empty), "a render holds a password");
        release.fill().must();
        let made = release.secrets();
        assert_eq!(made.len(), 7, "{:?}", made.keys());
        let passwords: BTreeSet<&String> = made.values().filter_map(|data| data.get("POSTGRES_PASSWORD")).collect();
        assert_eq!(passwords.len(), made.len(), "two Secrets share a password");
        assert!(passwords.iter().all(|p| p.len() == 32), "a password is short");
        // Again; an upgrade with the same values, and one that deploys what was declared; syncs that see no cluster.
        release.fill().must();
        release.helm("upgrade", &[]);
        release.helm("upgrade", &["--set", "catalogue.databases.later.replicas=1"]);
        let render = release.helm("template", &[]);
        let method = ["--server-side", "--force-conflicts", "--field-manager=sync"];
        release.bed.must(&[&["apply", "-n", &release.namespace, "-f", "-"], &method[..]].concat(), &render);
        release.bed.must(&["apply", "-n", &release.namespace, "-f", "-"], &render);
        release.fill().must();
        assert_eq!(release.secrets(), made, "Helm {version}");
        // The volumes stay when the release goes, and so do the passwords that their servers know.
        release.helm("uninstall", &[]);
        assert_eq!(release.secrets(), made, "Helm {version}");
    }
}

#[test]
fn c03_a_secret_is_filled_whole_and_says_one_thing() {
    let release = Release::new(DEFAULT);
    release.helm("install", &[]);
    release.fill().must();
    for (name, data) in release.secrets() {
        let wanted: BTreeSet<&str> = PARTS.iter().map(|(key, _)| *key).chain(["URI"]).collect();
        let keys: BTreeSet<&str> = data.keys().map(String::as_str).filter(|k| *k != "REPLICATION_PASSWORD").collect();
        assert_eq!(keys, wanted, "{name}");
        assert_eq!(data.contains_key("REPLICATION_PASSWORD"), name.contains("dbfollower"), "{name}");
        let url = dsn::parse(&data["URI"]).unwrap_or_else(|_| panic!("{name}: the URI is none"));
        for (key, keyword) in PARTS {
            let part = url.get(keyword).and_then(|p| p.value.text()).map(|text| text.to_string());
            assert!(part.as_ref() == data.get(key), "{name}: {key} and the URI differ");
        }
        release.bed.must(&["get", "service", &data["POSTGRES_HOST"], "-n", &release.namespace], "");
    }
    // Half a credential is nobody's to complete: it is named, and left as it is.
    let half = r#"{"data":{"URI":null,"POSTGRES_DB":null}}"#;
    release.bed.must(
        &["patch", "secret", "rel-workqueue-db-orders", "-n", &release.namespace, "--type=merge", "-p", half],
        "",
    );
    let before = release.secrets();
    let answer = release.fill();
    assert!(
        !answer.ok && answer.err.contains("rel-workqueue-db-orders: holds") && answer.err.contains("no URI"),
        "{}",
        answer.err
    );
    assert_eq!(release.secrets(), before);
    for data in before.values() {
        let shown = data
            .iter()
            .filter(|(k, _)| k.contains("PASSWORD"))
            .any(|(_, p)| (answer.out.clone() + &answer.err).contains(p));
        assert!(!shown, "a password is shown");
    }
}

#[test]
fn c02_the_account_may_read_and_fill_its_own_secrets_and_nothing_else() {
    let release = Release::new(DEFAULT);
    release.helm("install", &[]);
    let may = |args: &[&str]| {
        let mut command = release.command(Path::new("kubectl"));
        command.args(["auth", "can-i", "-n", &release.namespace]).args(args);
        said(command, "").out.trim() == "yes"
    };
    for verb in ["get", "patch"] {
        assert!(may(&[verb, "secret/rel-workqueue-db-orders"]), "{verb}");
        assert!(!may(&[verb, "secret/rel-workqueue"]), "{verb}");
    }
    for verb in ["list", "watch", "create", "update", "delete"] {
        assert!(!may(&[verb, "secrets"]) && !may(&[verb, "secret/rel-workqueue-db-orders"]), "{verb}");
    }
    for what in ["pods", "configmaps", "roles", "rolebindings"] {
        assert!(!may(&["get", what]) && !may(&["create", what]), "{what}");
    }
}

/// The chart in a namespace of its own, by one Helm.
struct Release {
    bed: &'static ControlPlane,
    namespace: String,
    version: &'static str,
    work: tempfile::TempDir,
}

impl Release {
    fn new(version: &'static str) -> Release {
        let bed = ControlPlane::shared();
        let work = tempfile::tempdir().expect("a temporary folder");
        fs::write(work.path().join("values.yaml"), VALUES).expect("it can be written");
        Release { bed, namespace: bed.namespace(), version, work }
    }

    fn chart() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("chart")
    }

    #[track_caller]
    fn helm(&self, verb: &str, args: &[&str]) -> String {
        let program = support::helm(self.version);
        assert!(program.is_file(), "Helm {} is not installed: run scripts/oracles", self.version);
        let mut command = self.bed.command(&program);
        command.args([verb, "rel", "--namespace", &self.namespace]);
        if verb != "uninstall" {
            command.arg(Release::chart()).arg("-f").arg(self.work.path().join("values.yaml"));
        }
        command.args(args);
        let answer = said(command, "");
        assert!(answer.ok, "helm {} {verb}: {}{}", self.version, answer.out, answer.err);
        answer.out
    }

    /// Runs the Job's program with the Job's variables and the Job's rights.
    fn fill(&self) -> Said {
        let render = self.helm("template", &[]);
        let is_it = |o: &Value| {
            o["kind"] == "Job" && o["metadata"]["name"].as_str().is_some_and(|n| n.contains("-credentials-"))
        };
        let job = serde_yaml::Deserializer::from_str(&render)
            .map(|d| <Value as serde::Deserialize>::deserialize(d).expect("a manifest is YAML"))
            .find(is_it)
            .expect("the Job that makes passwords");
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        let mut command = self.command(Path::new("bash"));
        command.arg(Release::chart().join("files/catalogue/credentials.sh")).env("RUN", self.work.path());
        for entry in container["env"].as_array().expect("variables") {
            command.env(entry["name"].as_str().expect("a name"), entry["value"].as_str().expect("a plain value"));
        }
        said(command, "")
    }

    /// A program as the Job's ServiceAccount.
    fn command(&self, program: &Path) -> Command {
        let account = "rel-workqueue-credentials";
        let token = self.bed.must(&["create", "token", account, "-n", &self.namespace], "");
        let config = self.bed.must(&["config", "view", "--raw", "-o", "json"], "");
        let mut config: Value = serde_json::from_str(&config).expect("a kubeconfig");
        let user = config["users"][0]["name"].clone();
        config["users"] = serde_json::json!([{"name": user, "user": {"token": token.trim()}}]);
        let file = self.work.path().join("kubeconfig");
        fs::write(&file, config.to_string()).expect("it can be written");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [self.bed.folder().to_path_buf()].into_iter().chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).expect("folders");
        let program =
            if program == Path::new("kubectl") { self.bed.folder().join("kubectl") } else { program.to_path_buf() };
        let mut command = self.bed.command(&program);
        command.env("KUBECONFIG", file).env("PATH", path);
        command
    }

    /// What is in the Secrets that the Job fills.
    fn secrets(&self) -> BTreeMap<String, Data> {
        let label = "--selector=databases.workqueue/locality";
        let list = self.bed.must(&["get", "secrets", "-n", &self.namespace, label, "-o", "json"], "");
        let list: Value = serde_json::from_str(&list).expect("a list");
        let decode = |text: &Value| {
            let bytes = plimsoll::go::encode::base64_decode(text.as_str().expect("a text").as_bytes())
                .unwrap_or_else(|_| panic!("no base64"));
            String::from_utf8(bytes).expect("text")
        };
        let data = |s: &Value| {
            let entries = s["data"].as_object().cloned().unwrap_or_default();
            entries.into_iter().map(|(key, text)| (key, decode(&text))).collect()
        };
        let items = list["items"].as_array().expect("items").iter();
        items.map(|s| (s["metadata"]["name"].as_str().expect("a name").to_owned(), data(s))).collect()
    }
}

trait Must {
    fn must(&self);
}

impl Must for Said {
    #[track_caller]
    fn must(&self) {
        assert!(self.ok, "{}{}", self.out, self.err);
    }
}
