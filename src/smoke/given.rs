//! The Postgres of scenario `managed`: a server that the chart did not make, in a namespace of its own, with TLS by certificates
//! of the run. It lets nobody in over the network without TLS, and writes every statement into its log.

use std::time::Instant;

use num_bigint::BigUint;
use serde_json::{Value, json};

use super::bench::{Bench, Over};
use super::place::NoPlace;
use super::rollout::settled;
use crate::cluster::wait::{Seen, until};
use crate::go::crypto::{Issuer, Kind, PrivateKey, Random, Template, Use, create, encode};

/// The Service's name and that of every object.
const NAME: &str = "db";
const IMAGE: &str = "postgres:16-alpine";
const USER: &str = "app";
const DATABASE: &str = "app";
/// A day, and an hour for clocks that are behind, in seconds.
const VALID: (i64, i64) = (3600, 86_400);

/// What clients have to know.
pub struct Given {
    pub namespace: String,
    pub host: String,
    pub password: String,
    pub ca: String,
    /// The UID of its pod: with another one the log begins anew, and the data too.
    pod: String,
}

impl Given {
    /// Its parts by the names that a smoke file uses.
    pub fn parts<'g>(&'g self, secret: &'g str) -> Vec<(&'g str, &'g str)> {
        vec![
            ("HOST", &self.host),
            ("PORT", "5432"),
            ("USER", USER),
            ("PASSWORD", &self.password),
            ("DATABASE", DATABASE),
            ("SECRET", secret),
            ("CA", &self.ca),
        ]
    }
}

/// Lets the network in with TLS alone.
const HBA: &str = "local all all trust\nhostssl all all all scram-sha-256\n";
/// The application's role is no superuser and owns its database. What is said here is not logged: it holds a password.
const INIT: &str = r#"psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --quiet <<'SQL'
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
\getenv password APP_PASSWORD
CREATE ROLE app LOGIN PASSWORD :'password';
CREATE DATABASE app OWNER app;
SQL
"#;

impl Bench<'_> {
    /// Makes it, and waits until it serves.
    ///
    /// # Errors
    /// [`Over`], with the answer `managed-server`.
    pub async fn given(&self) -> Result<Given, Over> {
        let since = Instant::now();
        self.progress.begin(&format!("{}: a Postgres that the chart did not make", self.scenario.name()));
        let done = self.serve().await;
        self.need(
            "managed-server",
            since,
            done.map(|given| {
                let words = format!("{IMAGE} at {} with certificates of the run", given.host);
                (given, words)
            }),
        )
    }

    async fn serve(&self) -> Result<Given, String> {
        let namespace = self.namespace("database").await.map_err(|(NoPlace::Usage(why) | NoPlace::Failed(why))| why)?;
        let host = format!("{NAME}.{namespace}.svc");
        let (password, admin) = (chance(16)?, chance(16)?);
        let certificates = Certificates::make(&host, self.ask.now)?;
        let mut given = Given { host, password, ca: certificates.ca.clone(), namespace, pod: String::new() };
        let mut known = crate::redact::Secrets::new();
        [&given.password, &admin, &certificates.key].into_iter().for_each(|text| known.add(text));
        self.hide(&known);
        for object in objects(&given, &admin, &certificates) {
            let made = self.place.cluster.create(&object, &given.namespace).await;
            made.map_err(|refused| format!("{} {NAME}: {refused}", object["kind"].as_str().unwrap_or_default()))?;
        }
        let look = async || match self.place.cluster.object("apps/v1", "Deployment", &given.namespace, NAME).await {
            Ok(live) => settled(&live),
            Err(refused) => Seen::Not(refused.to_string()),
        };
        until("the managed Postgres", self.ask.deadline, |why| self.progress.detail(why), look).await?;
        given.pod = uid_of(&self.server_pod(&given).await?);
        Ok(given)
    }

    async fn server_pod(&self, given: &Given) -> Result<Value, String> {
        let mut pods = self.place.cluster.list("v1", "Pod", &given.namespace).await.map_err(|r| r.to_string())?;
        match (pods.pop(), pods.len()) {
            (Some(pod), 0) => Ok(pod),
            (_, more) => Err(format!("the server has not one pod, but {}", if more == 0 { 0 } else { more + 1 })),
        }
    }

    /// The log of that server.
    ///
    /// # Errors
    /// In words.
    pub async fn server_log(&self, given: &Given) -> Result<String, String> {
        let pod = self.server_pod(given).await?;
        if uid_of(&pod) != given.pod {
            return Err("the server's pod is another one, and its first log is gone".into());
        }
        let restarts = pod.pointer("/status/containerStatuses/0/restartCount").and_then(Value::as_u64);
        if restarts != Some(0) {
            return Err("the server was restarted, and its first log is gone".into());
        }
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        let path = format!("/api/v1/namespaces/{}/pods/{name}/log?container=postgres", given.namespace);
        self.place.cluster.text(&path).await.map_err(|refused| refused.to_string())
    }
}

fn uid_of(pod: &Value) -> String {
    pod["metadata"]["uid"].as_str().unwrap_or_default().to_string()
}

/// Twice as many letters and digits, which nobody can guess.
///
/// # Errors
/// In words.
pub fn chance(bytes: usize) -> Result<String, String> {
    let mut bytes = vec![0; bytes];
    getrandom::fill(&mut bytes).map_err(|e| format!("the system gives no random bytes: {e}"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// All PEM.
struct Certificates {
    ca: String,
    certificate: String,
    key: String,
}

impl Certificates {
    fn make(host: &str, now: i64) -> Result<Certificates, String> {
        let mut failed = None;
        let mut fill = |out: &mut [u8]| {
            if let Err(e) = getrandom::fill(out) {
                failed = Some(e.to_string());
            }
        };
        let mut random = Random(&mut fill);
        let mut key = || PrivateKey::generate(Kind::Ecdsa, &mut random).ok_or("no key could be made");
        let (authority, own) = (key()?, key()?);
        let template = |name: &'static [u8], dns_names, serial: u8, purpose| Template {
            common_name: name,
            ips: Vec::new(),
            dns_names,
            not_before: now - VALID.0,
            not_after: now + VALID.1,
            serial: BigUint::from(serial),
            purpose,
        };
        let root = create(&template(b"plimsoll smoke", Vec::new(), 1, Use::Authority), &authority, None, &authority)?;
        let issuer = Issuer::of_certificate(&root)?;
        let long = format!("{host}.cluster.local");
        let names = vec![host.as_bytes(), long.as_bytes()];
        let leaf = create(&template(b"", names, 2, Use::Leaf), &own, Some(&issuer), &authority)?;
        if let Some(why) = failed {
            return Err(format!("the system gives no random bytes: {why}"));
        }
        Ok(Certificates {
            ca: encode("CERTIFICATE", &root),
            certificate: encode("CERTIFICATE", &leaf),
            key: own.to_pem(),
        })
    }
}

fn objects(given: &Given, admin: &str, certificates: &Certificates) -> Vec<Value> {
    let labels = json!({"app": NAME});
    let settings = [
        "ssl=on",
        "ssl_cert_file=/etc/smoke/tls/tls.crt",
        "ssl_key_file=/etc/smoke/tls/tls.key",
        "hba_file=/etc/smoke/conf/pg_hba.conf",
        "log_statement=all",
        "log_connections=on",
        "log_line_prefix=%m [%p] %q%u@%d ",
    ];
    let args: Vec<&str> = ["postgres"].into_iter().chain(settings.iter().flat_map(|s| ["-c", *s])).collect();
    let env = |name: &str, key: &str| json!({"name": name, "valueFrom": {"secretKeyRef": {"name": NAME, "key": key}}});
    let container = json!({
        "name": "postgres", "image": IMAGE, "imagePullPolicy": "IfNotPresent", "args": args,
        "env": [
            {"name": "POSTGRES_USER", "value": "postgres"}, env("POSTGRES_PASSWORD", "admin"), env("APP_PASSWORD", "app"),
            {"name": "PGDATA", "value": "/var/lib/postgresql/data/pgdata"},
        ],
        "ports": [{"name": "postgres", "containerPort": 5432}],
        "readinessProbe": {"exec": {"command": ["pg_isready", "--host=127.0.0.1", "--username=app"]}, "periodSeconds": 2},
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [
            {"name": "data", "mountPath": "/var/lib/postgresql/data"},
            {"name": "run", "mountPath": "/var/run/postgresql"},
            {"name": "tls", "mountPath": "/etc/smoke/tls", "readOnly": true},
            {"name": "conf", "mountPath": "/etc/smoke/conf", "readOnly": true},
            {"name": "init", "mountPath": "/docker-entrypoint-initdb.d", "readOnly": true},
        ],
    });
    // A key that its group may read has to belong to root: so it is in a volume of a Secret.
    let tls = json!({"secretName": NAME, "defaultMode": 0o440, "items": [
        {"key": "tls.crt", "path": "tls.crt"}, {"key": "tls.key", "path": "tls.key"}]});
    let pod = json!({
        "automountServiceAccountToken": false, "enableServiceLinks": false, "terminationGracePeriodSeconds": 5,
        "securityContext": {"runAsNonRoot": true, "runAsUser": 70, "runAsGroup": 70, "fsGroup": 70,
            "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
        "volumes": [
            {"name": "data", "emptyDir": {}}, {"name": "run", "emptyDir": {}}, {"name": "tls", "secret": tls},
            {"name": "conf", "configMap": {"name": NAME, "items": [{"key": "pg_hba.conf", "path": "pg_hba.conf"}]}},
            {"name": "init", "configMap": {"name": NAME, "items": [{"key": "init.sh", "path": "init.sh"}]}},
        ],
    });
    let metadata = json!({"name": NAME, "labels": labels});
    vec![
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {
            "admin": admin, "app": given.password, "tls.crt": certificates.certificate, "tls.key": certificates.key}}),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"pg_hba.conf": HBA, "init.sh": INIT}}),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {
            "selector": labels, "ports": [{"name": "postgres", "port": 5432, "targetPort": "postgres"}]}}),
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
            "replicas": 1, "strategy": {"type": "Recreate"}, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod}}}),
    ]
}
