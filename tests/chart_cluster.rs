//! A real API server accepts what the reference chart renders: every golden case that renders at all, by both ways of applying.
//!
//! What is applied is Helm's own answer, as the suite keeps it. A dry run goes through defaults, validation and admission, and
//! leaves nothing.

#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/process.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cluster::ControlPlane;
use serde::Deserialize;
use serde_yaml::Value;

#[test]
fn every_golden_render_is_accepted() {
    let bed = ControlPlane::shared();
    let cases = cases();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    prepare(bed, &cases);
    let refused: Vec<String> = support::parallel(&cases, |(name, text)| refusals(bed, name, text)).concat();
    let (count, differ) = (cases.len(), refused.len());
    support::count_line(&format!("chart-on-api-server: {count} cases, {} runs, {differ} refused", 2 * count));
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// The bed would have refused: a case with one wrong field is not accepted.
#[test]
fn a_render_with_a_wrong_field_is_refused() {
    let bed = ControlPlane::shared();
    let cases = cases();
    prepare(bed, &cases);
    let (_, text) = cases.iter().find(|(name, _)| name == "embedded-default").expect("the default case");
    let broken = text.replace("type: Recreate", "type: Recreated");
    assert_ne!(&broken, text);
    assert_eq!(refusals(bed, "broken", &broken).len(), 2);
}

/// What the server said against a render, by each way of applying.
fn refusals(bed: &ControlPlane, name: &str, text: &str) -> Vec<String> {
    let documents = documents(text);
    [&["--server-side"][..], &[]]
        .iter()
        .filter_map(|method| {
            let said = bed.kubectl(&[&["apply", "--dry-run=server", "-o", "name", "-f", "-"], *method].concat(), text);
            // An answer for each object: what was not looked at was not accepted.
            let whole = said.out.lines().collect::<BTreeSet<_>>().len() == documents.len();
            let insecure = said.err.contains("would violate PodSecurity");
            (!said.ok || !whole || insecure).then(|| format!("{name} {method:?}: {}{}", said.out, said.err))
        })
        .collect()
}

/// A dry run leaves no account behind for the pods that come after it in the same render, so accounts and namespaces are made first.
/// The namespaces refuse and warn of whatever is not allowed under the strictest of the Pod Security standards.
fn prepare(bed: &ControlPlane, cases: &[(String, String)]) {
    let mut accounts = BTreeSet::new();
    for document in cases.iter().flat_map(|(_, text)| documents(text)) {
        let meta = document.metadata;
        let namespace = meta.namespace.unwrap_or_else(|| "default".to_owned());
        accounts.insert((namespace, (document.kind == "ServiceAccount").then_some(meta.name)));
    }
    let mut objects = String::new();
    for (namespace, account) in accounts {
        objects += &match account {
            Some(name) => format!(
                "---\n{{apiVersion: v1, kind: ServiceAccount, metadata: {{name: {name}, namespace: {namespace}}}}}\n"
            ),
            None => format!(
                "---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: {namespace}, labels: {{pod-security.kubernetes.io/warn: restricted}}}}}}\n"
            ),
        };
    }
    bed.must(&["apply", "--server-side", "-f", "-"], &objects);
}

#[derive(Deserialize)]
struct Document {
    kind: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    namespace: Option<String>,
}

fn documents(text: &str) -> Vec<Document> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).expect("YAML"))
        .filter(|document| !document.is_null())
        .map(|document| serde_yaml::from_value(document).expect("an object with a kind and a name"))
        .collect()
}

/// The cases that render: their names with Helm's answer.
fn cases() -> Vec<(String, String)> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart");
    let mut cases: Vec<(String, String)> = fs::read_dir(suite)
        .expect("the suite is there")
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|folder| {
            let text = fs::read_to_string(folder.join("stdout.yaml")).ok()?;
            let name = folder.file_name()?.to_string_lossy().into_owned();
            (!text.is_empty()).then_some((name, text))
        })
        .collect();
    cases.sort();
    cases
}
