//! The program, charts to run it on, and what it said.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::cluster::ControlPlane;

/// In every Secret here: it must never be told.
pub const CANARY: &str = "kanarienvogel-4711";

/// A Deployment that reads a Secret of somebody else, and a StatefulSet with a claim and a Secret of its own.
pub const CHART: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: probe\nversion: 0.1.0\n"),
    ("values.yaml", "existingSecret: outside\nclass: ''\npassword: one\napp: probe\ncpu: 10m\nstateful: true\n"),
    (
        "templates/all.yaml",
        r#"apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {matchLabels: {app: {{ .Values.app }}}}
  template:
    metadata: {labels: {app: {{ .Values.app }}}}
    spec:
      containers:
        - name: probe
          image: postgres:18-alpine
          command: [sh, /queue/run.sh]
          resources: {requests: {cpu: {{ .Values.cpu }}, memory: 10Mi}, limits: {cpu: {{ .Values.cpu }}, memory: 10Mi}}
          env:
            - name: STORE_URL
              valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: url}}
{{- if .Values.stateful }}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-db}
stringData: {POSTGRES_PASSWORD: {{ .Values.password }}-secret-password}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ .Release.Name }}-db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
        - name: postgres
          image: postgres:18-alpine
          resources: {requests: {cpu: 10m, memory: 10Mi}, limits: {cpu: 10m, memory: 10Mi}}
          envFrom: [{secretRef: {name: {{ .Release.Name }}-db}}]
          volumeMounts: [{name: data, mountPath: /var/lib/postgresql}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .Values.class }}
        storageClassName: {{ . }}
        {{- end }}
        resources: {requests: {storage: 1Gi}}
{{- end }}
"#,
    ),
];

/// Writes a chart; its folder.
pub fn write(dir: &Path, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let chart = dir.join(name);
    for (file, text) in files {
        let path = chart.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    chart
}

/// Real Helm.
pub fn helm(version: &str) -> PathBuf {
    let cache = std::env::var_os("PLIMSOLL_CACHE").filter(|c| !c.is_empty()).map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/plimsoll"));
    let path = cache.join(format!("oracles/helm-{version}/helm"));
    assert!(path.is_file(), "{} is missing: run scripts/oracles", path.display());
    path
}

/// Runs the program with the bed as its cluster; nothing it writes may hold the canary.
pub fn run(plane: &ControlPlane, args: &[&str]) -> Output {
    let output = plane.command(Path::new(env!("CARGO_BIN_EXE_plimsoll"))).args(args).output().unwrap();
    for bytes in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(CANARY), "the canary was told: {text}");
    }
    output
}

/// What `preflight` said.
pub struct Told {
    pub exit: i32,
    pub answers: Vec<Value>,
    pub worst: BTreeMap<String, String>,
    pub text: String,
}

impl Told {
    pub fn of(&self, check: &str) -> &str {
        self.worst.get(check).map_or("", String::as_str)
    }

    /// The outcomes of a check by subject.
    pub fn about(&self, check: &str, subject: &str) -> &str {
        let found =
            self.answers.iter().find(|a| a["check"] == check && a["subject"].as_str().unwrap().starts_with(subject));
        found.map_or("", |a| a["outcome"].as_str().unwrap())
    }
}

/// `preflight shop CHART`, in a namespace.
pub fn preflight(plane: &ControlPlane, chart: &Path, namespace: &str, args: &[&str]) -> Told {
    let chart = chart.to_str().unwrap();
    let head = ["preflight", "shop", chart, "-n", namespace, "--report", "json", "--timeout", "5"];
    let output = run(plane, &[&head[..], args].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {text}"));
    let answers = report["answers"].as_array().unwrap().clone();
    let rank = |o: &str| ["PASS", "WARN", "UNKNOWN", "FAIL"].iter().position(|x| *x == o).unwrap();
    let mut worst: BTreeMap<String, String> = BTreeMap::new();
    for answer in &answers {
        let (check, outcome) = (answer["check"].as_str().unwrap(), answer["outcome"].as_str().unwrap());
        let known = worst.entry(check.to_string()).or_insert_with(|| outcome.to_string());
        if rank(outcome) > rank(known) {
            *known = outcome.to_string();
        }
    }
    Told { exit: output.status.code().unwrap(), answers, worst, text }
}
