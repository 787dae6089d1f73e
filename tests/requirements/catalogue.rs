//! Section C: databases that a chart manages.

use super::*;

/// A server with a claim, as it should be.
const SERVER: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 120
      containers:
      - name: postgres
        image: postgres:16-alpine
        ports: [{containerPort: 5432}]
        env:
        - {name: PGDATA, value: /var/lib/postgresql/data/pgdata}
        - {name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: POSTGRES_PASSWORD}}}
        volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}, {name: shm, mountPath: /dev/shm}]
      volumes: [{name: shm, emptyDir: {medium: Memory}}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
";

fn service(kind: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{type: {kind}, selector: {{app: db}}, ports: [{{port: 5432}}]}}\n---\n"
    )
}

fn secret(uri: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData:\n  POSTGRES_USER: app\n  POSTGRES_PASSWORD: kanarienvogel\n  {more}\n  URI: '{uri}'\n---\n"
    )
}

const URI: &str = "postgresql://app:kanarienvogel@db:5432/app";

fn whole(kind: &str, uri: &str) -> String {
    SERVER.to_string() + &service(kind) + &secret(uri, "POSTGRES_DB: app")
}

#[test]
fn c01_a_private_database() {
    for kind in ["LoadBalancer", "NodePort"] {
        let said = manifests(&whole(kind, URI));
        assert_eq!(said.exit, Some(1));
        said.finds("database-exposed");
    }
    manifests(&whole("ClusterIP", URI)).accepts("database-exposed");
    reference("").accepts("database-exposed");
}

#[test]
fn c02_credentials_that_rotate() {
    let random = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {POSTGRES_PASSWORD: '{{ randAlphaNum 20 }}'}\n---\n";
    let said = manifests(&(SERVER.to_string() + &service("ClusterIP") + random));
    assert_eq!(said.exit, Some(1));
    said.finds("secret-unstable");
    manifests(&whole("ClusterIP", URI)).accepts("secret-unstable");
    reference("").accepts("secret-unstable");
}

#[test]
fn c03_a_uri_that_says_something_else() {
    for uri in [
        "postgresql://app:kanarienvogel@other:5432/app",
        "postgresql://app:another@db:5432/app",
        "postgresql://app:kanarienvogel@db:5432/other",
    ] {
        let said = manifests(&whole("ClusterIP", uri));
        said.finds("secret-uri-mismatch");
        assert!(!said.text.contains("kanarienvogel"));
    }
    manifests(&whole("ClusterIP", URI)).accepts("secret-uri-mismatch");
}

#[test]
fn c04_data_that_does_not_persist() {
    let text = whole("ClusterIP", URI).replace(
        "      volumes: [{name: shm, emptyDir: {medium: Memory}}]\n  volumeClaimTemplates:\n  - metadata: {name: data}\n    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n",
        "      volumes: [{name: shm, emptyDir: {medium: Memory}}, {name: data, emptyDir: {}}]\n",
    );
    assert!(text.contains("name: data, emptyDir"));
    manifests(&text).finds("database-ephemeral");
    manifests(&whole("ClusterIP", URI)).accepts("database-ephemeral");
}

#[test]
fn c05_a_credential_in_plain_sight() {
    let work = tempfile::tempdir().expect("a folder");
    let chart = work.path().join("small");
    fs::create_dir_all(chart.join("templates")).expect("a folder");
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.2.3\n").expect("a file");
    fs::write(chart.join("values.yaml"), "auth: {password: kanarienvogel}\n").expect("a file");
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {POSTGRES_PASSWORD: {{ .Values.auth.password | quote }}}\n---\n";
    let good = SERVER.to_string() + &service("ClusterIP") + secret;
    fs::write(chart.join("templates/all.yaml"), &good).expect("a file");
    lint(work.path(), &["small"]).accepts("secret-in-plain-sight");
    let plain = "valueFrom: {secretKeyRef: {name: db, key: POSTGRES_PASSWORD}}";
    let bad = good.replace(plain, "value: {{ .Values.auth.password | quote }}");
    assert_ne!(good, bad);
    fs::write(chart.join("templates/all.yaml"), &bad).expect("a file");
    let said = lint(work.path(), &["small"]);
    said.finds("secret-in-plain-sight");
    assert!(!said.text.contains("kanarienvogel"));
}

#[test]
fn c06_no_credential_in_a_report() {
    let said = manifests(&(whole("LoadBalancer", URI).replace("@db:", "@elsewhere:")));
    assert!(said.found().len() > 1);
    assert!(!said.text.contains("kanarienvogel"), "{}", said.text);
}

/// The reference chart with all of its catalogue, but for what it calls lost: nothing is found, and nothing is undecided.
#[test]
fn c02_the_catalogue_of_the_reference_chart() {
    let said = reference(
        "catalogue:\n  databases:\n    orders: {plan: medium, follower: true}\n    users: {plan: small}\n    audit: {plan: shared}\n    \
         billing: {plan: shared}\n    later: {plan: small, replicas: 0}\n  attachments:\n  - {database: orders}\n  - {database: users}\n  \
         - {database: audit, name: audit-log}\n  - {database: orders, name: read, follower: true}\n\
         pgEdge:\n  nodes:\n  - {name: n1, hostname: a}\n  - {name: n2, hostname: b, bootstrap: {mode: spock, sourceNode: n1}}\n",
    );
    said.is_clean();
    for rule in [
        "secret-unstable",
        "database-exposed",
        "instances-share",
        "attachment-overridden",
        "bootstrap-deadline",
        "names-collide",
    ] {
        said.accepts(rule);
    }
}

#[test]
fn c04_what_the_reference_chart_calls_lost_is_flagged() {
    let scratch = "catalogue: {databases: {scratch: {plan: small, persistent: false, acknowledgeDataLoss: true}}}";
    reference(scratch).finds("database-ephemeral");
    reference("catalogue: {databases: {kept: {plan: small}}}").accepts("database-ephemeral");
}
