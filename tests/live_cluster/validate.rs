//! What Helm asks a cluster before an install: the same standard output, standard error and exit code as both real Helms.

use std::path::Path;

use crate::cluster::ControlPlane;
use crate::program::{helm, run, write};
use crate::rights::account;

const VERSIONS: [&str; 2] = ["4.3.1", "3.22.0"];

/// `helm template` and `render` beside it.
struct Pair<'a> {
    plane: &'a ControlPlane,
    chart: &'a Path,
    namespace: &'a str,
    compared: usize,
}

impl Pair<'_> {
    /// Both say the same; the exit code and what is on standard error.
    fn same(&mut self, what: &str, version: &str, args: &[&str]) -> (i32, String) {
        let args = [&["shop", self.chart.to_str().unwrap(), "-n", self.namespace][..], args].concat();
        let theirs = self.plane.command(&helm(version)).arg("template").args(&args).output().unwrap();
        let ours = run(self.plane, &[&["render", "--helm-version", version][..], &args].concat());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&ours.stderr), text(&theirs.stderr), "{what} {version}: standard error");
        assert_eq!(text(&ours.stdout), text(&theirs.stdout), "{what} {version}: standard output");
        assert_eq!(ours.status.code(), theirs.status.code(), "{what} {version}: exit code");
        self.compared += 1;
        (theirs.status.code().unwrap(), text(&theirs.stderr))
    }

    /// As [`same`](Self::same), with the flags by which each Helm asks for it.
    fn judged(&mut self, what: &str, args: &[&str], exit: i32, words: &str) {
        let ways = [("4.3.1", "--validate"), ("4.3.1", "--dry-run=server"), ("3.22.0", "--validate")];
        for (version, way) in ways {
            let (code, said) = self.same(what, version, &[args, &[way]].concat());
            assert_eq!(code, exit, "{what} {version} {way}: {said}");
            assert!(said.contains(words), "{what} {version} {way}: {said}");
        }
    }
}

/// A chart of one template, whose text is a value.
const CHART: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: thing\nversion: 0.1.0\n"),
    ("values.yaml", "which: good\n"),
    (
        "templates/all.yaml",
        r#"
{{- if eq .Values.which "good" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: fine}
data: {version: {{ .Capabilities.KubeVersion.Version | quote }}}
{{- else if eq .Values.which "unknown" }}
apiVersion: example.org/v1
kind: Nothing
metadata: {name: one, namespace: there}
---
apiVersion: apps/v1
kind: Deploymnt
metadata: {name: two}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: fine}
---
apiVersion: example.org/v1
kind: Nothing
metadata: {name: one, namespace: there}
{{- else if eq .Values.which "one" }}
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: old}
{{- else if eq .Values.which "list" }}
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: fine}}
  - {apiVersion: v1, kind: Service, metadata: {name: x}}
{{- else if eq .Values.which "nested" }}
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Nothing, metadata: {name: fine}}
  - {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Service, metadata: {name: x}}]}
---
apiVersion: v1
kind: Nothing
metadata: {name: other}
{{- else if eq .Values.which "badlist" }}
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: fine}}
  - {apiVersion: v1, kind: Nothing, metadata: {name: a}}
  - {apiVersion: x/v1, kind: Other, metadata: {name: b}}
{{- else if eq .Values.which "field" }}
apiVersion: apps/v1
kind: Deployment
metadata: {name: odd}
spec: {replicsa: 3, replicas: many, selector: 7}
{{- else if eq .Values.which "elsewhere" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: fine, namespace: not-there}
{{- else if eq .Values.which "cluster" }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: view}
{{- else if eq .Values.which "hook" }}
apiVersion: example.org/v1
kind: Nothing
metadata: {name: one, annotations: {helm.sh/hook: pre-install}}
{{- else if eq .Values.which "generated" }}
apiVersion: batch/v1
kind: Job
metadata: {generateName: run-}
{{- else if eq .Values.which "both" }}
apiVersion: batch/v1
kind: Job
metadata: {generateName: run-, name: run}
{{- else if eq .Values.which "taken" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: taken}
---
apiVersion: v1
kind: Service
metadata: {name: taken}
{{- else if eq .Values.which "empty" }}
# nothing
{{- else if eq .Values.which "labels" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: fine, labels: {a: 1}}
{{- else if eq .Values.which "review" }}
apiVersion: authorization.k8s.io/v1
kind: SubjectAccessReview
metadata: {name: fine}
{{- end }}
"#,
    ),
];

#[test]
fn an_install_is_judged_as_helm_judges_it() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "thing", CHART);
    let namespace = plane.namespace();
    let mut pair = Pair { plane, chart: &chart, namespace: &namespace, compared: 0 };
    let cases = [
        ("good", 0, ""),
        ("unknown", 1, "no matches for kind \"Nothing\" in version \"example.org/v1\""),
        ("one", 1, "ensure CRDs are installed first"),
        ("list", 0, ""),
        ("nested", 1, "is not a list"),
        ("badlist", 1, "unable to recognize"),
        ("field", 0, ""),
        ("elsewhere", 0, ""),
        ("cluster", 1, "exists and cannot be imported into the current release"),
        ("hook", 0, ""),
        ("empty", 0, ""),
    ];
    for (which, exit, words) in cases {
        pair.judged(which, &["--set", &format!("which={which}")], exit, words);
    }
    for which in ["generated", "both"] {
        for version in VERSIONS {
            pair.same(which, version, &["--validate", "--set", &format!("which={which}")]);
        }
    }
    // What is there already, and whose it is.
    let taken = ["--set", "which=taken"];
    pair.judged("nothing is there", &taken, 0, "");
    let mut missing = Pair { namespace: "not-there", ..pair };
    missing.judged("a namespace that is not there", &taken, 0, "");
    let mut pair = Pair { namespace: &namespace, ..missing };
    plane.must(&["create", "service", "clusterip", "taken", "-n", &namespace, "--tcp=80"], "");
    pair.judged("somebody's", &taken, 1, "missing key \"app.kubernetes.io/managed-by\"");
    pair.judged("taken over", &[&taken[..], &["--take-ownership"]].concat(), 0, "");
    pair.judged("an upgrade", &[&taken[..], &["--is-upgrade"]].concat(), 0, "");
    plane.must(&["label", "service", "taken", "-n", &namespace, "app.kubernetes.io/managed-by=Helm"], "");
    plane.must(&["annotate", "service", "taken", "-n", &namespace, "meta.helm.sh/release-name=other"], "");
    pair.judged("another release's", &taken, 1, "current value is \"other\"");
    let mine = ["meta.helm.sh/release-name=shop", &format!("meta.helm.sh/release-namespace={namespace}")];
    plane.must(&[&["annotate", "--overwrite", "service", "taken", "-n", &namespace][..], &mine].concat(), "");
    pair.judged("the release's own", &taken, 0, "");
    let none = account(plane, &namespace, "nobody", dir.path());
    pair.judged("no rights", &[&taken[..], &["--kubeconfig", &none]].concat(), 1, "is forbidden");
    // What the cluster says of itself is not for flags to change.
    for version in VERSIONS {
        pair.same("a version by flag", version, &["--validate", "--kube-version", "1.20.0", "-a", "x/v1"]);
        pair.same("not wanted", version, &["--validate=false"]);
        pair.same("lookups alone", version, &["--dry-run=server", "--kube-version", "1.20.0"]);
        pair.same("twice", version, &["--validate", "--dry-run=server"]);
    }
    println!("oracle install: {} runs as Helm's", pair.compared);
}

#[test]
fn crds_of_a_chart_are_said_to_be_missing() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.org}\n---\n---\n\
               apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: others.example.org}\n";
    let chart = write(dir.path(), "thing", &[CHART, &[("crds/thing.yaml", crd)]].concat());
    let namespace = plane.namespace();
    let mut pair = Pair { plane, chart: &chart, namespace: &namespace, compared: 0 };
    pair.judged("with CRDs", &[], 0, "");
    pair.judged("without a word", &["--skip-crds"], 0, "");
    pair.judged("printed", &["--include-crds"], 0, "");
    pair.judged("an object of a kind that is not there yet", &["--set", "which=unknown"], 1, "no matches for kind");
    println!("oracle install: {} runs with CRDs as Helm's", pair.compared);
}

/// Where Helm looks at what this does not look at, it is said, and never taken for fine.
#[test]
fn what_is_not_looked_at_is_not_fine() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "thing", CHART);
    let namespace = plane.namespace();
    for which in ["labels", "review"] {
        let args = ["render", "shop", chart.to_str().unwrap(), "-n", &namespace, "--validate"];
        let ours = run(plane, &[&args[..], &["--set", &format!("which={which}")]].concat());
        let said = String::from_utf8_lossy(&ours.stderr);
        assert_eq!((ours.status.code(), ours.stdout.len()), (Some(2), 0), "{which}: {said}");
        assert!(said.contains("not known here") || said.contains("is not done here"), "{which}: {said}");
    }
    println!("oracle install: 2 refusals of our own");
}

/// What flags and variables say of the cluster counts, for ours as for Helm: a token of nobody's, another user, a server that is none.
#[test]
fn flags_beside_the_kubeconfig_count() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "thing", CHART);
    let namespace = plane.namespace();
    let config: serde_json::Value =
        serde_json::from_str(&plane.must(&["config", "view", "--raw", "-o", "json"], "")).unwrap();
    let server = config["clusters"][0]["cluster"]["server"].as_str().unwrap();
    let ca = dir.path().join("ca.crt");
    let data = config["clusters"][0]["cluster"]["certificate-authority-data"].as_str();
    match data {
        Some(data) => std::fs::write(&ca, plimsoll::go::encode::base64_decode(data.as_bytes()).unwrap()).unwrap(),
        None => drop(
            std::fs::copy(config["clusters"][0]["cluster"]["certificate-authority"].as_str().unwrap(), &ca).unwrap(),
        ),
    }
    plane.must(&["create", "serviceaccount", "reader", "-n", &namespace], "");
    plane.must(
        &[
            "create",
            "rolebinding",
            "reader",
            "-n",
            &namespace,
            "--clusterrole=view",
            &format!("--serviceaccount={namespace}:reader"),
        ],
        "",
    );
    let token = plane.must(&["create", "token", "reader", "-n", &namespace], "").trim().to_string();
    let nowhere = dir.path().join("no-kubeconfig").display().to_string();
    std::fs::write(&nowhere, "apiVersion: v1\nkind: Config\n").unwrap();
    let mut pair = Pair { plane, chart: &chart, namespace: &namespace, compared: 0 };
    let nobody = ["--kube-as-user", "nobody-at-all"];
    pair.judged("as somebody else", &nobody, 1, "nobody-at-all");
    let group = ["--kube-as-user", "nobody-at-all", "--kube-as-group", "system:masters"];
    pair.judged("as a member of a group", &group, 0, "");
    let ca = ca.display().to_string();
    let all = ["--kubeconfig", &nowhere, "--kube-apiserver", server, "--kube-token", &token, "--kube-ca-file", &ca];
    pair.judged("without a kubeconfig's help", &all, 0, "");
    // Where no answer comes, Helm ends with 1 and ours with 2; neither goes on as if there were one.
    for wrong in [&["--kube-apiserver", "https://127.0.0.1:1"][..], &["--kube-tls-server-name", "another.invalid"]] {
        for (version, way) in [("4.3.1", "--dry-run=server"), ("3.22.0", "--validate")] {
            let args = [&["shop", chart.to_str().unwrap(), "-n", &namespace, way][..], wrong].concat();
            let theirs = plane.command(&helm(version)).arg("template").args(&args).output().unwrap();
            let ours = run(plane, &[&["render", "--helm-version", version][..], &args].concat());
            assert_eq!((theirs.status.code(), ours.status.code()), (Some(1), Some(2)), "{wrong:?} {version}");
            assert!(theirs.stdout.is_empty() && ours.stdout.is_empty(), "{wrong:?} {version}");
        }
    }
    println!("oracle install: {} runs with flags beside the kubeconfig as Helm's", pair.compared);
}
