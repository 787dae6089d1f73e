//! What values.schema.json refuses, through `lint`: the id, the key, the place. That the verdict is Helm's is held elsewhere.

use super::*;

/// Lints the reference chart with values; the lines that open findings, and the lines with their places.
fn findings(values: &str, more: &[&str]) -> (Option<i32>, Vec<String>, Vec<String>) {
    let work = tempfile::tempdir().unwrap();
    fs::write(work.path().join("values.yaml"), values).unwrap();
    let chart = reference();
    let mut args = vec!["lint", chart.to_str().unwrap(), "-f", "values.yaml", "--no-config"];
    args.extend(more);
    let (exit, stdout, stderr) = run(work.path(), &args);
    assert!(stderr.is_empty(), "{stderr}");
    assert!(!stdout.contains("geheim"), "a secret: {stdout}");
    let lines =
        |test: &dyn Fn(&str) -> bool| stdout.lines().filter(|l| test(l)).map(str::to_string).collect::<Vec<_>>();
    (exit, lines(&|l| l.starts_with("error[")), lines(&|l| l.trim_start().starts_with("-->")))
}

#[test]
fn two_violations_are_two_findings_at_their_lines() {
    let values = "postgres:\n  tls:\n    enable: true\n    mode: prefer\n";
    let (exit, heads, places) = findings(values, &[]);
    assert_eq!(exit, Some(1));
    assert_eq!(heads.len(), 2, "{heads:?}");
    assert!(heads.iter().any(|h| h.contains("postgres.tls.enable is not known to the chart")), "{heads:?}");
    assert!(heads.iter().any(|h| h.contains("one of \"require\", \"verify-ca\", \"verify-full\", and is \"prefer\"")));
    assert!(places.iter().any(|p| p.contains("values.yaml:3:5")), "{places:?}");
    assert!(places.iter().any(|p| p.contains("values.yaml:4:5")), "{places:?}");
}

#[test]
fn a_secret_is_refused_without_being_repeated() {
    for url in ["geheim-geheim", "postgresql://app:geheim/geheim@db/x", "host=db password=geheimgeheim"] {
        let values = format!("postgres: {{mode: external, external: {{connectionString: '{url}'}}}}\n");
        let (exit, heads, _) = findings(&values, &[]);
        assert_eq!(exit, Some(1), "{url}");
        assert!(heads.iter().any(|h| h.contains("postgres.external.connectionString must be a URL")), "{heads:?}");
    }
}

#[test]
fn a_missing_key_is_placed_where_it_is_missing() {
    let (exit, heads, places) = findings("postgres: {tls: {mode: null}}\n", &[]);
    assert_eq!(exit, Some(1));
    assert!(heads.iter().any(|h| h.contains("postgres.tls.mode is missing")), "{heads:?}");
    assert_eq!(places.len(), 1);
    assert!(places[0].contains("values.yaml"), "{places:?}");
}

#[test]
fn what_is_accepted_has_no_finding() {
    let values = "postgres:\n  mode: external\n  external: {connectionString: 'postgresql://app:geheim@db.example.com/q'}\n  \
                  tls: {enabled: true, mode: verify-full, caBundleSecret: ca}\n";
    let (exit, heads, _) = findings(values, &[]);
    assert!(matches!(exit, Some(0 | 3)), "{heads:?}");
    assert!(!heads.iter().any(|h| h.contains("[schema]")), "{heads:?}");
}
