//! Section A: embedded and external Postgres in one chart.

use super::*;

const DSN: &str = "postgresql://app:kanarienvogel@db.example.com/queue";

fn external(more: &str) -> String {
    format!("postgres: {{mode: external, external: {{connectionString: '{DSN}'{more}}}}}")
}

/// A pod that runs psql with this environment (a flow sequence).
fn client(env: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: client}}\nspec:\n  containers:\n  - name: app\n    image: postgres:16-alpine\n    \
         command: [sh, -c, 'psql \"$STORE_URL\" -c \"select 1\"']\n    env: {env}\n"
    )
}

#[test]
fn a02_an_inline_string_without_tls_to_a_remote_host() {
    let said = reference(&external(""));
    assert_eq!(said.exit, Some(0), "a warning does not fail: {:#?}", said.found());
    assert!(said.finds("plaintext-remote").iter().all(|m| m.contains("db.example.com")));
    for host in ["127.0.0.1:5432", "localhost"] {
        reference(&format!(
            "postgres: {{mode: external, external: {{transport: proxy, connectionString: 'postgresql://app:x@{host}/queue'}}}}"
        ))
        .accepts("plaintext-remote");
    }
    reference("").is_clean();
}

#[test]
fn a09_a_key_that_no_source_gives() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData: {OTHER: x}\n---\n";
    let env = "[{name: STORE_URL, valueFrom: {secretKeyRef: {name: app, key: STORE_URL}}}]";
    let said = manifests(&(secret.to_string() + &client(env)));
    assert_eq!(said.exit, Some(1));
    said.finds("dsn-missing");
    let given = secret
        .replace("OTHER: x", "STORE_URL: 'postgresql://app:x@db.example.com/q?sslmode=verify-full&sslrootcert=system'");
    manifests(&(given + &client(env))).accepts("dsn-missing");
}

#[test]
fn a10_a_string_against_the_tls_asked_for() {
    let env = |query: &str| {
        format!(
            "[{{name: STORE_URL, value: 'postgresql://app@db.example.com/q{query}'}}, {{name: PGSSLMODE, value: verify-full}}]"
        )
    };
    let said = manifests(&client(&env("?sslmode=disable")));
    assert_eq!(said.exit, Some(1));
    said.finds("dsn-contradicts-tls");
    manifests(&client(&env("?sslmode=verify-full"))).accepts("dsn-contradicts-tls");
    manifests(&client(
        "[{name: STORE_URL, value: 'postgresql://app@db.example.com/q?sslmode=require&sslmode=disable'}]",
    ))
    .finds("dsn-contradicts-tls");
}

#[test]
fn a11_a_string_that_is_read_otherwise_than_it_looks() {
    for (url, rule) in [
        ("postgresql://app@db.example.com/q?&sslmode=require", "dsn-malformed"),
        ("postgresql://app@db.example.com/q?connect_timeout=3?sslmode=require", "dsn-malformed"),
        ("postgresql://app:a@b/c@db.example.com/q", "dsn-unencoded-password"),
    ] {
        let said = manifests(&client(&format!("[{{name: STORE_URL, value: '{url}'}}]")));
        assert_eq!(said.exit, Some(1), "{url}: {:#?}", said.found());
        said.finds(rule);
    }
    let built = "[{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}, \
                 {name: STORE_URL, value: 'postgresql://app:$(PASSWORD)@db.example.com/q?sslmode=require'}]";
    manifests(&client(built)).finds("dsn-unencoded-password");
}

#[test]
fn a12_a_string_that_loses() {
    let said = reference(&external(", existingSecret: db"));
    assert!(said.finds("dsn-shadowed").iter().all(|m| m.contains("db")), "{:#?}", said.found());
    assert!(!said.text.contains("kanarienvogel"));
    reference("postgres: {mode: external, external: {existingSecret: db}}").accepts("dsn-shadowed");
}

#[test]
fn a16_require_with_a_ca() {
    let tls = "postgres: {mode: external, external: {connectionString: '@'}, tls: {enabled: true, mode: require, caBundleSecret: ca}}";
    let said = reference(&tls.replace('@', DSN));
    said.accepts("tls-weaker-than-it-looks");
    said.accepts("tls-ca-not-mounted");
    said.accepts("plaintext-remote");
}

#[test]
fn a18_a_name_given_twice() {
    let said = manifests(&client(
        "[{name: STORE_URL, value: 'postgresql:///a'}, {name: STORE_URL, value: 'postgresql:///b'}]",
    ));
    said.finds("env-duplicate");
    manifests(&client("[{name: STORE_URL, value: 'postgresql:///a'}]")).accepts("env-duplicate");
}

#[test]
fn a19_role_ddl_on_an_external_server() {
    let job = |password: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: setup}}\nspec:\n  activeDeadlineSeconds: 60\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: setup\n        image: postgres:16-alpine\n        \
             command: [sh, -c, 'if [ -n \"$READONLY_PASSWORD\" ]; then psql \"$STORE_URL\" -c \"CREATE ROLE ro LOGIN\"; fi; psql \"$STORE_URL\" -c \"select 1\"']\n        \
             env: [{{name: STORE_URL, value: 'postgresql://app@db.example.com/q?sslmode=verify-full&sslrootcert=system'}}, {password}]\n"
        )
    };
    let secret = "{name: READONLY_PASSWORD, valueFrom: {secretKeyRef: {name: ro, key: password}}}";
    manifests(&job(secret)).finds("role-ddl-on-external");
    manifests(&job("{name: READONLY_PASSWORD, value: ''}")).accepts("role-ddl-on-external");
    reference(&external("")).accepts("role-ddl-on-external");
}

#[test]
fn a20_nothing_embedded_is_left() {
    reference(&external("")).accepts("embedded-leftover");
    let server = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: db\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec:\n      containers:\n      - {name: postgres, image: 'postgres:16-alpine'}\n---\n";
    let env = "[{name: STORE_URL, value: 'postgresql://app@db.example.com/q?sslmode=verify-full&sslrootcert=system'}]";
    manifests(&(server.to_string() + &client(env))).finds("embedded-leftover");
}

#[test]
fn a21_a_store_with_replicas() {
    let store = |replicas: u32| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: store, labels: {{app.kubernetes.io/component: store}}}}\nspec:\n  replicas: {replicas}\n  strategy: {{type: Recreate, rollingUpdate: null}}\n  selector: {{matchLabels: {{app: store}}}}\n  template:\n    metadata: {{labels: {{app: store, app.kubernetes.io/component: store}}}}\n    \
             spec:\n      containers:\n      - name: store\n        image: postgres:16-alpine\n        command: [sh, -c, 'psql \"$STORE_URL\" -c \"CREATE TABLE IF NOT EXISTS schema_version (v int)\"; sleep 9']\n        \
             env: [{{name: STORE_URL, value: 'postgresql://app@db.example.com/q?sslmode=verify-full&sslrootcert=system'}}]\n"
        )
    };
    manifests(&store(2)).finds("many-stores");
    manifests(&store(1)).accepts("many-stores");
}

#[test]
fn a22_recreate_with_a_rolling_update() {
    let said = reference("");
    said.accepts("recreate-with-rolling-update");
    assert!(said.list("cases").iter().any(|c| c.get("held").and_then(Value::as_u64) > Some(0)));
}

#[test]
fn a23_a_string_among_the_arguments() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec:\n  containers:\n  - name: app\n    image: postgres:16-alpine\n    command: [psql, 'postgresql://app:kanarienvogel@db.example.com/q?sslmode=require']\n";
    let said = manifests(pod);
    said.finds("dsn-in-argv");
    assert!(!said.text.contains("kanarienvogel"));
    reference("").accepts("dsn-in-argv");
}

#[test]
fn a24_how_a_server_stops_starts_and_rolls() {
    let said = reference("");
    for rule in
        ["no-grace-period", "probe-kills-recovery", "checksum-too-wide", "shm-too-small", "pgdata-at-mount-root"]
    {
        said.accepts(rule);
    }
}
