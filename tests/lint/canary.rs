//! A canary secret goes in by every way that there is. It comes out of no command, in no format, on neither stream.

use super::*;

/// Long enough to be looked for, and with characters that every format writes in its own way.
const CANARY: &str = "kanarie\"<&>'%vogel+7";
/// What of it would be recognised, whatever a format makes of the rest.
const PARTS: [&str; 2] = ["kanarie", "vogel"];

const FORMATS: [&str; 5] = ["text", "json", "sarif", "junit", "github"];

/// Puts a secret everywhere that charts put secrets, and some where they should not.
const LEAKY: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: db}
data:
  password: {{ .Values.auth.password | b64enc }}
  uri: {{ printf \"postgres://app:%s@db/x\" .Values.auth.password | b64enc }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
  annotations: {note: {{ .Values.auth.password | quote }}}
data:
  app.conf: {{ printf \"url = postgres://app:%s@db.example.com/x\" (.Values.auth.password | urlquery) | quote }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: store}
spec:
  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers:
      - name: store
        image: postgres:16-alpine
        command: [psql, {{ printf \"postgres://app:%s@db.example.com/x?sslmode=prefer\" .Values.auth.password | quote }}]
        env:
        - {name: PGPASSWORD, value: {{ .Values.auth.password | quote }}}
        - {name: PGPASSWORD, value: {{ .Values.auth.password | quote }}}
        - {name: DATABASE_URL, value: {{ .Values.databaseUrl | quote }}}
";

fn silent(what: &str, answer: &(Option<i32>, String, String)) {
    for part in PARTS {
        for (stream, text) in [("stdout", &answer.1), ("stderr", &answer.2)] {
            assert!(!text.contains(part), "{what}: {part} on {stream}:\n{text}");
        }
    }
    let base64 = "a2FuYXJpZ";
    assert!(!answer.1.contains(base64) && !answer.2.contains(base64), "{what}: encoded");
}

/// The canary as a single-quoted scalar of YAML.
fn quoted() -> String {
    format!("'{}'", CANARY.replace('\'', "''"))
}

fn every_command(work: &Path, what: &str, args: &[&str]) {
    for format in FORMATS {
        let mut all = vec!["lint", "--no-config", "--report", format];
        all.extend(args);
        silent(&format!("{what}, lint {format}"), &run(work, &all));
    }
    for command in [
        &["values"][..],
        &["values", "--origin"],
        &["explain", "--topology"],
        &["explain", "--line", "45"],
        &["explain", "--path", "auth.password"],
        &["explain", "--dsn", "/"],
    ] {
        let mut all = command.to_vec();
        all.extend(args);
        silent(&format!("{what}, {command:?}"), &run(work, &all));
    }
}

#[test]
fn a_canary_given_by_any_way_comes_out_nowhere() {
    let work = tempfile::tempdir().unwrap();
    let url = format!("postgres://app:{CANARY}@db.example.com/x");
    write_chart(work.path(), LEAKY, "auth: {password: x}\ndatabaseUrl: ''\n");
    let file = format!("auth:\n  password: {}\ndatabaseUrl: '{}'\n", quoted(), url.replace('\'', "''"));
    fs::write(work.path().join("values.yaml"), &file).unwrap();
    fs::write(work.path().join("secret.txt"), CANARY).unwrap();
    let set = format!("auth.password={CANARY}");
    let set_url = format!("databaseUrl={url}");
    let json = format!("auth.password={}", serde_json::to_string(CANARY).unwrap());
    let set_file = "auth.password=secret.txt";
    every_command(work.path(), "a values file", &["chart", "-f", "values.yaml"]);
    every_command(work.path(), "--set", &["chart", "--set", &set]);
    every_command(work.path(), "--set-string", &["chart", "--set-string", &set_url]);
    every_command(work.path(), "--set-literal", &["chart", "--set-literal", &set]);
    every_command(work.path(), "--set-json", &["chart", "--set-json", &json]);
    every_command(work.path(), "--set-file", &["chart", "--set-file", set_file]);
    write_chart(work.path(), LEAKY, &file);
    every_command(work.path(), "the chart's defaults", &["chart"]);
}

#[test]
fn a_canary_in_what_does_not_parse_comes_out_nowhere() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), LEAKY, "auth: {password: x}\ndatabaseUrl: ''\n");
    for broken in [
        format!("auth:\n  password: {}\n  - broken\n", quoted()),
        format!("auth:\n  password: \"{CANARY}\n"),
        format!("password: {CANARY}: x: [\n"),
    ] {
        fs::write(work.path().join("values.yaml"), broken).unwrap();
        every_command(work.path(), "a broken values file", &["chart", "-f", "values.yaml"]);
    }
    let set = format!("auth.password={CANARY},b[=");
    every_command(work.path(), "a broken --set", &["chart", "--set", &set]);
    let json = format!("auth.password=\"{CANARY}");
    every_command(work.path(), "a broken --set-json", &["chart", "--set-json", &json]);
}

#[test]
fn a_canary_that_the_schema_or_a_template_refuses_comes_out_nowhere() {
    let work = tempfile::tempdir().unwrap();
    let chart = reference();
    let chart = chart.to_str().unwrap();
    for (key, value) in [
        ("postgres.external.connectionString", CANARY.to_string()),
        ("postgres.external.connectionString", format!("postgresql://app:{CANARY}@db/x?sslmode=prefer")),
        ("secrets.taskSigningKey", format!("{{{CANARY}}}")),
    ] {
        let set = format!("{key}={value}");
        every_command(work.path(), key, &[chart, "--set-literal", &set, "--set", "postgres.mode=external"]);
    }
    write_chart(
        work.path(),
        "{{ fail (printf \"the password is %s\" .Values.auth.password) }}",
        "auth: {password: x}\n",
    );
    let set = format!("auth.password={CANARY}");
    every_command(work.path(), "fail", &["chart", "--set-literal", &set]);
    write_chart(work.path(), "a: {{ .Values.auth.password }}\n", "auth: {password: x}\n");
    every_command(work.path(), "a document that is none", &["chart", "--set-literal", &set]);
}
