//! The light bed as a place for failures: a real API server without nodes, a real Postgres beside it, and a chart whose workload
//! has no replicas, so that every step is reached.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::api::{Api, Identity};
use crate::bed::write;
use crate::cluster::{ControlPlane, Said, said};
use crate::foreign::foreign;
use crate::libpq;
use crate::postgres::{Certificates, Cluster, Extra, PASSWORD};
use crate::scenarios::{commit, edit};
use crate::stage::{Site, Stage};

/// What a ClusterRole has here, Helm alone removes: it goes with no namespace.
const CHART: &[(&str, &str)] = &[
    ("chart/Chart.yaml", "apiVersion: v2\nname: small\nversion: 0.1.0\n"),
    ("chart/values.yaml", "dsn: ''\n"),
    (
        "chart/templates/all.yaml",
        r#"apiVersion: v1
kind: Secret
metadata: {name: small}
stringData:
  STORE_URL: {{ .Values.dsn | quote }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: small}
data: {rolled: once}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "small-{{ .Release.Namespace }}"}
rules: []
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: small}
spec:
  replicas: 0
  selector: {matchLabels: {app: small}}
  template:
    metadata: {labels: {app: small}}
    spec:
      containers:
        - name: small
          image: postgres:16-alpine
          command: [psql]
          env:
            - name: STORE_URL
              valueFrom: {secretKeyRef: {name: small, key: STORE_URL}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: small-test
  annotations: {helm.sh/hook: test}
"#,
    ),
    (
        "chart/ci/smoke.yaml",
        r#"apiVersion: plimsoll/smoke/v1
connection: STORE_URL
counts: {kept: SELECT count(*) FROM kept}
kept: {kept: SELECT id FROM kept}
# It goes on by itself.
lastStage: SELECT extract(epoch FROM clock_timestamp())::bigint
install: {done: SELECT true}
# Not before the writer has been at work.
upgrade: {done: "SELECT count(*) > 30 FROM plimsoll_smoke.writes"}
managed: {uri: "postgresql://${USER}:${PASSWORD}@${HOST}:${PORT}/${DATABASE}"}
"#,
    ),
];

const HBA: &str = "local all all trust\nhost all app 127.0.0.1/32 scram-sha-256\n";

/// The bed.
pub struct Light {
    pub plane: ControlPlane,
    api: Api,
    server: Cluster,
    /// With the baseline's chart in its last commit, and another one in the work tree.
    repository: tempfile::TempDir,
}

impl Light {
    pub fn start() -> Light {
        let repository = tempfile::tempdir().unwrap();
        let chart = repository.path().join("chart");
        write(repository.path(), CHART);
        commit(repository.path());
        edit(&chart, "templates/all.yaml", "rolled: once", "rolled: twice");
        let plane = ControlPlane::start();
        let api = Api::start(plane.command(&plane.folder().join("kubectl")), repository.path());
        let folder = repository.path().join("server");
        let certificates = Certificates::make(&repository.path().join("certificates"));
        let extra = Extra { hba: Some(HBA), conf: "max_connections = 60\n", ..Extra::default() };
        let server = Cluster::start_with(&libpq::build(16), 16, None, &certificates, &folder, extra);
        Light { plane, api, server, repository }
    }

    /// The administrator's kubeconfig with the certificate of somebody else.
    fn kubeconfig_of(&self, stage: &Stage<'_>, user: &str, days: &str) -> String {
        let pki = self.plane.folder().join("pki");
        let (key, request, made) = (stage.folder.join("u.key"), stage.folder.join("u.csr"), stage.folder.join("u.crt"));
        let extension = stage.write("u.ext", "extendedKeyUsage=clientAuth\n");
        let script = r#"set -e
            openssl ecparam -name prime256v1 -genkey -noout -out "$2"
            openssl req -new -key "$2" -subj "/CN=$1" -out "$3"
            openssl x509 -req -in "$3" -CA "$5/ca.crt" -CAkey "$5/ca.key" -set_serial 77 -days "$6" -out "$4" \
                -extfile "$7""#;
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh", user]).args([&key, &request, &made, &pki]).arg(days).arg(extension);
        let signed = said(shell, "");
        assert!(signed.ok, "{}", signed.err);
        let mut config: Value =
            serde_yaml::from_str(&std::fs::read_to_string(self.plane.kubeconfig()).unwrap()).unwrap();
        config["users"][0]["user"] = json!({"client-certificate": made, "client-key": key});
        config.to_string()
    }

    fn psql(&self, database: &str, sql: &str) -> Said {
        let mut psql = Command::new("psql");
        let socket = self.server.sockets.to_str().unwrap();
        let port = self.server.port.to_string();
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", socket, "-p", &port, "-U", "postgres", "-d", database]);
        // Whatever a database begins transactions with.
        psql.env("PGOPTIONS", "-c default_transaction_read_only=off");
        said(psql, sql)
    }
}

impl Site for Light {
    fn program(&self, path: &Path) -> Command {
        let mut command = self.plane.command(path);
        // git needs no identity to look, and must find no settings of somebody's.
        command.env_remove("KUBECONFIG").env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    fn kubeconfig(&self) -> Option<PathBuf> {
        Some(self.plane.kubeconfig())
    }

    fn everything(&self) -> BTreeSet<Identity> {
        self.api.everything()
    }

    fn foreign(&self, stage: &Stage<'_>) {
        foreign(&self.api, stage);
    }

    fn api(&self) -> &Api {
        &self.api
    }

    fn kubectl(&self, stage: &Stage<'_>) -> Command {
        let mut command = self.plane.command(&self.plane.folder().join("kubectl"));
        command.args(["--namespace", &stage.namespace()]);
        command
    }

    fn database(&self) -> u16 {
        self.server.port
    }

    fn prepare(&self, stage: &Stage<'_>) -> Vec<String> {
        let id = &stage.id;
        let made = self.psql("postgres", &format!("CREATE DATABASE {id} OWNER app;"));
        assert!(made.ok, "{}", made.err);
        let kept = "SET ROLE app; CREATE TABLE kept AS SELECT generate_series(1, 100) AS id;";
        self.sql(stage, kept);
        // This machine, by a way of writing it that is no address: a loopback would be the pod itself.
        let dsn = format!("postgresql://app:{PASSWORD}@127.0.1:{}/{id}?sslmode=disable", stage.database.port);
        let values = stage.write("values.yaml", &format!("dsn: {dsn}\n"));
        let chart = self.repository.path().join("chart");
        let (values, kubeconfig) = (values.to_str().unwrap(), stage.kubeconfig.to_str().unwrap());
        let mut args = vec![chart.to_str().unwrap().to_owned()];
        args.extend(["--provider", "existing", "--kubeconfig", kubeconfig, "--values", values].map(str::to_owned));
        if stage.scenario == "upgrade" {
            args.extend(["--baseline", "HEAD"].map(str::to_owned));
        }
        args
    }

    fn sql(&self, stage: &Stage<'_>, sql: &str) {
        let done = self.psql(&stage.id, sql);
        assert!(done.ok, "{sql}: {}", done.err);
    }

    fn become_user(&self, stage: &Stage<'_>, days: &str, verbs: &str) {
        let user = format!("user-{}", stage.id);
        let kind = |kind: &str, more: Value| {
            let mut object =
                json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": user}});
            object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            object
        };
        let verbs: Vec<&str> = verbs.split_whitespace().collect();
        let rules = json!({"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": verbs}]});
        let group = "rbac.authorization.k8s.io";
        let binding = json!({"roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": user},
            "subjects": [{"apiGroup": group, "kind": "User", "name": user}]});
        let of = format!("/apis/{group}/v1");
        if !verbs.is_empty() {
            self.api.must("POST", &format!("{of}/clusterroles"), Some(&kind("ClusterRole", rules)));
            self.api.must("POST", &format!("{of}/clusterrolebindings"), Some(&kind("ClusterRoleBinding", binding)));
        }
        let (path, admin) = (stage.kubeconfig.clone(), std::fs::read_to_string(self.plane.kubeconfig()).unwrap());
        std::fs::write(&path, self.kubeconfig_of(stage, &user, days)).unwrap();
        let kubectl = self.plane.folder().join("kubectl");
        let mut remove = self.plane.command(&kubectl);
        remove.args(["delete", "--ignore-not-found", "clusterrole,clusterrolebinding", &user]);
        stage.heal(move || {
            std::fs::write(path, admin).unwrap();
            let removed = said(remove, "");
            assert!(removed.ok, "{}", removed.err);
        });
    }

    fn secret(&self) -> &str {
        PASSWORD
    }
}
