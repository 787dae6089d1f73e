//! Which cases are judged, and what the exit code says.

use super::*;

#[test]
fn exit_codes_are_those_of_the_manual() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    let exit = |args: &[&str]| run(work.path(), args).0;
    assert_eq!(exit(&["lint", &reference().to_string_lossy()]), Some(0), "the reference chart is clean");
    assert_eq!(exit(&["lint", "chart"]), Some(1));
    assert_eq!(exit(&["lint", "chart", "--fail-on", "nothing"]), Some(0));
    assert_eq!(exit(&["lint", "nowhere"]), Some(2));
    assert_eq!(exit(&["lint", "chart", "nowhere"]), Some(2), "a chart that is not there is never passed over");
    assert_eq!(exit(&["lint"]), Some(2));
    assert_eq!(exit(&["lint", "chart", "--helm-version", "2.0"]), Some(2));
    assert_eq!(exit(&["lint", "chart", "-f", "gone.yaml"]), Some(2));
    let warning = BROKEN.replace("    rollingUpdate: {maxSurge: 1}\n", "");
    write_chart(work.path(), &warning, "");
    assert_eq!(exit(&["lint", "chart"]), Some(0), "a warning");
    assert_eq!(exit(&["lint", "chart", "--strict"]), Some(1));
    assert_eq!(exit(&["lint", "chart", "--fail-on", "warning"]), Some(1));
}

#[test]
fn a_chart_without_postgres_is_passed_quietly() {
    let work = tempfile::tempdir().unwrap();
    let web = BROKEN.replace("postgres:16-alpine", "nginx:1").replace("command: [psql]", "command: [nginx]");
    let web: String = web.lines().filter(|l| !l.contains("PGHOST")).map(|l| format!("{l}\n")).collect();
    write_chart(work.path(), &web, "");
    let (exit, stdout, stderr) = run(work.path(), &["lint", "chart"]);
    assert_eq!((exit, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "chart (small 1.2.3): clean; no container was seen to use Postgres; 1 case\n");
}

#[test]
fn ci_values_are_cases_and_one_finding_names_those_that_have_it() {
    let work = tempfile::tempdir().unwrap();
    let manifests = BROKEN.replace("type: Recreate", "type: {{ .Values.strategy }}");
    write_chart(work.path(), &manifests, "strategy: RollingUpdate\n");
    let ci = work.path().join("chart/ci");
    fs::create_dir(&ci).unwrap();
    for (name, text) in [("a", "{}"), ("b", "strategy: Recreate\n"), ("c", "strategy: Recreate\nx: 1\n")] {
        fs::write(ci.join(format!("{name}-values.yaml")), text).unwrap();
    }
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(1));
    assert_eq!(stdout.matches(&format!("error[{RULE}]")).count(), 1, "{stdout}");
    assert!(stdout.contains("in: ci/b-values.yaml, ci/c-values.yaml"), "{stdout}");
    assert!(stdout.contains("; 4 cases"), "{stdout}");
    // Given values stand alone.
    assert_eq!(run(work.path(), &["lint", "chart", "--set", "x=1"]).0, Some(0));
}

#[test]
fn defaults_that_ask_for_values_are_a_remark_where_cases_answer() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), "{{ required \"say who\" .Values.who }}\n", "");
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(1), "helm lint would let it pass");
    assert!(stdout.contains("error[template-exec]") && stdout.contains("say who"), "{stdout}");
    fs::create_dir(work.path().join("chart/ci")).unwrap();
    fs::write(work.path().join("chart/ci/x-values.yaml"), "who: '#'\n").unwrap();
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(0), "{stdout}");
    assert!(stdout.contains("info[template-exec]"), "{stdout}");
}

#[test]
fn a_configuration_multiplies_cases_by_versions() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    let text = "apiVersion: plimsoll/v1\nhelmVersions: [4.3.1, 3.22.0]\nkubernetesVersions: ['1.30', '1.37']\n";
    fs::write(work.path().join(".plimsoll.yaml"), text).unwrap();
    let (_, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert!(stdout.contains("; 4 cases") && stdout.matches("error[").count() == 1, "{stdout}");
    let (_, stdout, _) = run(work.path(), &["lint", "chart", "--kube-version", "1.35", "--helm-version", "3.22.0"]);
    assert!(stdout.contains("; 1 case"), "{stdout}");
}

#[test]
fn many_charts_are_told_in_their_order() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    let names: Vec<String> = (0..40).map(|n| format!("c{n:02}")).collect();
    for name in &names {
        support::copy_folder(&work.path().join("chart"), &work.path().join(name)).unwrap();
    }
    let mut args = vec!["lint", "--allow", RULE];
    args.extend(names.iter().map(String::as_str));
    let (exit, stdout, stderr) = run(work.path(), &args);
    assert_eq!((exit, stderr.as_str()), (Some(0), ""), "no progress where nobody watches");
    let told: Vec<&str> = stdout.lines().filter_map(|l| l.split(" (small").next()).take(40).collect();
    assert_eq!(told, names.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(stdout.ends_with("40 charts, 0 with errors: clean, 40 allowed\n"), "{stdout}");
}

#[test]
fn a_document_that_is_none_is_a_finding_and_hides_no_other() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), &format!("{BROKEN}---\na: b: c\n---\nspec: 1\n"), "");
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(1));
    assert!(stdout.matches("error[manifest-invalid]").count() >= 2, "{stdout}");
    assert!(stdout.contains(&format!("error[{RULE}]")), "{stdout}");
}

#[test]
fn explain_and_values_say_what_they_are_asked() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "a: {b: 1, password: geheimnis}\n");
    let (exit, stdout, _) = run(work.path(), &["explain", RULE]);
    assert_eq!(exit, Some(0));
    assert!(stdout.starts_with(&format!("# {RULE}\n")), "{stdout}");
    assert!(run(work.path(), &["explain"]).1.contains(RULE));
    let (exit, _, stderr) = run(work.path(), &["explain", "shcema"]);
    assert_eq!(exit, Some(2));
    assert!(stderr.contains("is schema meant?"), "{stderr}");
    let (exit, stdout, _) = run(work.path(), &["explain", "chart", "--topology"]);
    assert_eq!(exit, Some(0));
    assert!(stdout.contains("consumer") && stdout.contains("db.example.com"), "{stdout}");
    let (_, rendered, _) = run(work.path(), &["render", "rel", "chart"]);
    let line = rendered.lines().position(|l| l.contains("maxSurge")).unwrap() + 1;
    let (_, stdout, _) = run(work.path(), &["explain", "chart", "--line", &line.to_string()]);
    assert!(stdout.contains("rollingUpdate") && stdout.contains("small/templates/all.yaml"), "{stdout}");
    let (_, stdout, _) = run(work.path(), &["explain", "chart", "--path", "a.b"]);
    assert!(stdout.starts_with("a.b  (small/values.yaml:1:5)\n  nothing that is rendered changes"), "{stdout}");
    let (_, stdout, _) = run(work.path(), &["values", "chart", "--origin", "--set", "a.b=2"]);
    assert!(stdout.lines().any(|l| l.starts_with("a.b: 2 ") && l.ends_with("# --set")), "{stdout}");
    assert!(stdout.contains("a.password: \"[redacted]\""), "{stdout}");
    let (_, stdout, _) = run(work.path(), &["values", "chart"]);
    assert_eq!(stdout, "a:\n  b: 1\n  password: '[redacted]'\n");
}

/// Every part of a connection with the way back to its value; of the password, the way alone.
#[test]
fn explain_leads_every_part_of_a_connection_to_its_source() {
    let work = tempfile::tempdir().unwrap();
    let manifests = "\
apiVersion: v1
kind: Secret
metadata: {name: store}
stringData:
  url: \"postgresql://app:{{ .Values.db.password }}@{{ .Values.db.host }}:5433/orders?sslmode=require\"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: store}
spec:
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers:
      - name: app
        image: postgres:16-alpine
        command: [psql]
        env:
        - name: STORE_URL
          valueFrom: {secretKeyRef: {name: store, key: url}}
";
    write_chart(work.path(), manifests, "db:\n  host: db.example.com\n  password: geheimnis\n");
    let (exit, stdout, stderr) = run(work.path(), &["explain", "chart", "--dsn", "Deployment/store"]);
    assert_eq!(exit, Some(0), "{stderr}");
    for wanted in [
        "Deployment/store/app STORE_URL\n  read by libpq",
        "told by env STORE_URL <- Secret store key url",
        "host: db.example.com",
        "port: 5433",
        "user: app",
        "dbname: orders",
        "sslmode: require",
        "from key url of Secret store\n      small/templates/all.yaml:5:",
        "value db.host  (small/values.yaml:2:",
        "leads to db.example.com, outside of the cluster",
        "TLS EncryptedUnverified",
    ] {
        assert!(stdout.contains(wanted), "{wanted}: {stdout}");
    }
    assert!(!stdout.contains("geheimnis") && stdout.contains("password: "), "{stdout}");
    let (_, stdout, _) = run(work.path(), &["explain", "chart", "--dsn", "Deployment/other"]);
    assert!(stdout.contains("no connection is called so; there are\n  Deployment/store/app STORE_URL"), "{stdout}");
}

/// Notes that send people to the pod of a server that is not rendered. A document cannot be changed to mend that.
#[test]
fn notes_of_a_server_that_is_gone_are_found() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), &BROKEN.replace("    rollingUpdate: {maxSurge: 1}\n", ""), "");
    let notes = work.path().join("chart/templates/NOTES.txt");
    fs::write(&notes, "kubectl exec -it {{ .Release.Name }}-postgres-0 -- psql\n").unwrap();
    let (_, stdout, _) = run(work.path(), &["lint", "chart"]);
    let words = "the notes (line 1) send people to release-name-postgres-0, which is not rendered";
    assert!(stdout.contains("[embedded-leftover]") && stdout.contains(words), "{stdout}");
    fs::write(&notes, "kubectl exec -it deploy/store -- psql\n").unwrap();
    assert!(!run(work.path(), &["lint", "chart"]).1.contains("embedded-leftover"));
}

/// The README's picture is what the program prints.
#[test]
fn the_picture_is_current() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/picture");
    let mut python = std::process::Command::new("python3");
    python.arg(script).arg("--check").env("PLIMSOLL_BIN", env!("CARGO_BIN_EXE_plimsoll"));
    let answer = support::run(python, b"");
    assert_eq!(answer.exit, Some(0), "{}", String::from_utf8_lossy(&answer.stderr));
}

/// A finding stands at the line of the template, and names the value behind the field.
#[test]
fn a_finding_leads_to_template_and_value() {
    let work = tempfile::tempdir().unwrap();
    write_chart(
        work.path(),
        &BROKEN.replace("maxSurge: 1", "maxSurge: {{ .Values.store.surge }}"),
        "store:\n  surge: 1\n",
    );
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(1));
    let line = BROKEN.lines().position(|l| l.contains("maxSurge")).unwrap() + 1;
    assert!(stdout.contains(&format!("--> chart/templates/all.yaml:{line}:")), "{stdout}");
    assert!(stdout.contains("= values: store.surge  (chart/values.yaml:2:3)"), "{stdout}");
    let (_, stdout, _) = run(work.path(), &["explain", "chart", "--path", "store.surge"]);
    assert!(stdout.contains("changes spec.strategy.rollingUpdate.maxSurge of Deployment store"), "{stdout}");
}
