//! What values.schema.json refuses, through `lint`: the id, the key, the place. That the verdict is Helm's is held elsewhere.

use std::collections::BTreeSet;

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

/// Cases that Helm accepts and a rule does not, because the requirements say so: rule, cases.
const FLAGGED: [(&str, &[&str]); 3] = [
    (
        "plaintext-remote",
        &[
            "external-inline",
            "external-inline-query",
            "external-ipv6",
            "external-multi-host",
            "external-upgrade-to",
            "tls-off-ca-named",
        ],
    ),
    ("dsn-shadowed", &["external-shadowed", "tls-shadowed-acknowledged"]),
    ("database-ephemeral", &["all-at-once", "c04-not-persistent-acknowledged"]),
];

/// Every golden case of the reference chart: what Helm refuses is refused, and what it accepts is clean under `--strict`, with nothing
/// allowed away, but for what is named above. What is undecided is so for a Secret of somebody else. No password of
/// any of them is repeated.
#[test]
fn the_cases_of_the_reference_chart_are_judged_as_helm_judges_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart");
    let cases: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.join("case.yaml").exists()).collect();
    assert!(cases.len() > 50);
    let wrong: Vec<String> = support::parallel(&cases, |case| {
        let text = fs::read_to_string(case.join("case.yaml")).unwrap();
        let refused = text.lines().any(|l| l == "exit: 1");
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let flagged: BTreeSet<String> = FLAGGED
            .iter()
            .filter(|(_, cases)| cases.contains(&name.as_str()))
            .map(|(rule, _)| rule.to_string())
            .collect();
        let foreign = fs::read_to_string(case.join("values.yaml")).unwrap().contains("existingSecret");
        let chart = reference();
        let args = ["lint", chart.to_str().unwrap(), "--no-config", "--strict", "-f", "values.yaml"];
        let (exit, stdout, stderr) = run(case, &args);
        let found = |severity: &str| -> BTreeSet<String> {
            let heads = stdout.lines().filter_map(|line| line.strip_prefix(severity)?.strip_prefix('['));
            heads.filter_map(|rest| Some(rest.split_once(']')?.0.to_owned())).collect()
        };
        let all: BTreeSet<String> = ["error", "warning", "info"].iter().flat_map(|s| found(s)).collect();
        let fits = match (refused, flagged.is_empty()) {
            (true, _) => exit == Some(1) && !found("error").is_empty(),
            (_, false) => exit == Some(1) && all == flagged,
            (_, true) if foreign => matches!(exit, Some(0 | 3)) && all.is_empty(),
            (_, true) => exit == Some(0),
        };
        let leaks = ["geheim", "Z2VoZWlt"].iter().any(|s| stdout.contains(s) || stderr.contains(s));
        (!fits || leaks).then(|| format!("{}: {exit:?}\n{stdout}{stderr}", case.display()))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A clause of the schema may name a rule, whose id the finding then carries.
#[test]
fn a_clause_names_its_rule() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), "", "mode: b\n");
    let schema = format!(
        "{{\"allOf\": [{{\"$comment\": \"[{RULE}] because of this\", \"if\": true, \"then\": {{\"properties\": {{\"mode\": \
         {{\"const\": \"a\"}}}}}}}}, {{\"$comment\": \"[no-such-rule] x y\", \"if\": true, \"then\": {{\"required\": [\"x\"]}}}}]}}"
    );
    fs::write(work.path().join("chart/values.schema.json"), schema).unwrap();
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(1));
    assert!(stdout.contains(&format!("error[{RULE}]: mode must be \"a\", and is \"b\"")), "{stdout}");
    assert!(stdout.contains("help: because of this") && stdout.contains("error[schema]: x is missing"), "{stdout}");
}
