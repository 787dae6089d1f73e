//! A chart that connects, the program, and psql as the oracle.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::postgres::{Certificates, Cluster, NAME};

/// The password of every role here: it must never be told.
pub const CANARY: &str = "kanarienvogel-4711";

/// Texts of connection strings and certificates by value, a container that is told of them.
const CHART: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: probe\nversion: 0.1.0\n"),
    ("values.yaml", "url: ''\nreadonly: ''\nca: ''\nreplicas: 1\nnodes: []\n"),
    (
        "templates/all.yaml",
        r#"apiVersion: v1
kind: Secret
metadata: {name: probe}
stringData:
  STORE_URL: {{ .Values.url | quote }}
{{- with .Values.readonly }}
  READONLY_STORE_URL: {{ . | quote }}
{{- end }}
{{- with .Values.ca }}
  ca.crt: {{ . | quote }}
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: probe}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: probe}}
  template:
    metadata: {labels: {app: probe}}
    spec:
      containers:
        - name: probe
          image: postgres:18-alpine
          command: [sh, /queue/run.sh]
          env:
            - name: STORE_URL
              valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret | default "probe" }}, key: STORE_URL}}
{{- if .Values.readonly }}
            - name: READONLY_STORE_URL
              valueFrom: {secretKeyRef: {name: probe, key: READONLY_STORE_URL}}
{{- end }}
          volumeMounts: [{name: ca, mountPath: /ca}]
      volumes: [{name: ca, secret: {secretName: probe}}]
{{- with .Values.nodes }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: nodes}
data:
  nodes: {{ toYaml . | quote }}
{{- end }}
"#,
    ),
];

/// A folder for one suite.
pub struct Bed {
    pub dir: tempfile::TempDir,
    pub certificates: Certificates,
    runs: AtomicUsize,
}

/// What the program said.
pub struct Told {
    pub exit: i32,
    pub report: Value,
    /// The outcomes by check; the worst of several.
    pub outcomes: BTreeMap<String, String>,
    pub text: String,
}

impl Told {
    /// The outcome of a check; empty where it has nothing to say.
    pub fn of(&self, check: &str) -> &str {
        self.outcomes.get(check).map_or("", String::as_str)
    }

    /// All reasons of a check.
    pub fn reasons(&self, check: &str) -> String {
        let answers = self.report["answers"].as_array().unwrap().iter();
        let of = answers.filter(|a| a["check"] == check).filter_map(|a| a["reason"].as_str());
        of.collect::<Vec<_>>().join(" | ")
    }
}

impl Bed {
    pub fn new() -> Bed {
        let dir = tempfile::Builder::new().prefix("preflight").tempdir().unwrap();
        let certificates = Certificates::make(&dir.path().join("certificates"));
        for (name, text) in CHART {
            let path = dir.path().join("chart").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Bed { dir, certificates, runs: AtomicUsize::new(0) }
    }

    pub fn chart(&self) -> PathBuf {
        self.dir.path().join("chart")
    }

    pub fn pem(&self, name: &str) -> String {
        fs::read_to_string(self.certificates.path(name)).unwrap()
    }

    /// Runs the program with values and further arguments; the exit code and the report.
    pub fn preflight(&self, values: &Value, args: &[&str]) -> Told {
        let n = self.runs.fetch_add(1, Ordering::Relaxed);
        let file = self.dir.path().join(format!("values-{n}.json"));
        fs::write(&file, values.to_string()).unwrap();
        let output = self.run(&[&["-f", file.to_str().unwrap(), "--report", "json"], args].concat(), None);
        let text = String::from_utf8(output.stdout).unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let exit = output.status.code().unwrap();
        let report: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}{said}"));
        assert_eq!(report["exitCode"], exit, "{text}");
        let mut outcomes: BTreeMap<String, String> = BTreeMap::new();
        let rank = |o: &str| ["PASS", "WARN", "UNKNOWN", "FAIL"].iter().position(|x| *x == o).unwrap();
        for answer in report["answers"].as_array().unwrap() {
            let (check, outcome) = (answer["check"].as_str().unwrap(), answer["outcome"].as_str().unwrap());
            let worst = outcomes.entry(check.to_string()).or_insert_with(|| outcome.to_string());
            if rank(outcome) > rank(worst) {
                *worst = outcome.to_string();
            }
        }
        Told { exit, report, outcomes, text: text + &said }
    }

    /// The program as it is called; nothing it writes may hold the canary.
    pub fn run(&self, args: &[&str], stdin: Option<&str>) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(["preflight", "shop"])
            .arg(self.chart())
            .arg("--no-cluster")
            .args(args)
            .env("HOME", self.dir.path())
            .env_remove("KUBECONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin.unwrap_or_default().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains(CANARY), "the canary was told: {text}");
        }
        output
    }
}

/// How psql is let in.
pub struct Psql<'a> {
    pub url: String,
    pub home: &'a Path,
}

impl Psql<'_> {
    /// What one statement answers, or psql's words.
    pub fn ask(&self, sql: &str) -> Result<String, String> {
        let output = Command::new("psql")
            .args(["-X", "-A", "-t", "-w", "-d", &self.url, "-c", sql])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.home)
            .env("PGCONNECT_TIMEOUT", "10")
            .output()
            .expect("psql runs: scripts/oracles installs it");
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout).unwrap().trim().to_string()),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().to_string()),
        }
    }
}

/// A statement as the superuser, by the socket.
pub fn admin(cluster: &Cluster, database: &str, sql: &str) -> String {
    let url = format!("host={} port={} user=postgres dbname={database}", cluster.sockets.display(), cluster.port);
    Psql { url, home: &cluster.sockets }.ask(sql).unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// The flag that leads from the name in the certificates to the server.
pub fn detour(port: u16) -> String {
    format!("{NAME}=127.0.0.1:{port}")
}
