//! Charts that are large, or mean harm: an answer in time, placed, and never a crash.

use std::time::{Duration, Instant};

use super::*;

/// Generous: unoptimised builds on busy machines. What is quadratic takes minutes.
const IN_TIME: Duration = Duration::from_secs(40);

/// Lints the chart with all formats at once; the exit code, standard output.
fn lint_in_time(work: &Path) -> (Option<i32>, String) {
    let start = Instant::now();
    let (exit, stdout, stderr) = run(work, &["lint", "chart", "--report", "json=out.json", "--report", "text"]);
    assert!(start.elapsed() < IN_TIME, "it took {:?}", start.elapsed());
    assert!(matches!(exit, Some(0 | 1 | 3)), "{exit:?} {stderr}");
    (exit, stdout)
}

#[test]
fn ten_thousand_documents() {
    let work = tempfile::tempdir().unwrap();
    let each = BROKEN.replace("{name: store}", "{name: 'store-{{ $i }}'}");
    write_chart(work.path(), &format!("{{{{ range $i := until 2000 }}}}---\n{each}{{{{ end }}}}"), "");
    let (exit, stdout) = lint_in_time(work.path());
    assert_eq!(exit, Some(1));
    assert_eq!(stdout.matches(&format!("error[{RULE}]")).count(), 2_000);
    let services =
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: 's-{{ $i }}'}\nspec: {selector: {app: store}}\n";
    write_chart(work.path(), &format!("{{{{ range $i := until 10000 }}}}{services}{{{{ end }}}}---\n{BROKEN}"), "");
    assert_eq!(lint_in_time(work.path()).0, Some(1));
}

#[test]
fn a_config_map_of_megabytes_and_a_secret_of_many_keys() {
    let work = tempfile::tempdir().unwrap();
    let map =
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata: {big: '{{ repeat 4000000 \"ab\" }}'}\n";
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData:\n  {{- range $i := until 20000 }}\n  \
                  password{{ $i }}: 'aaaaaaaaaaaaaaaaaaaaaaaa{{ $i }}'\n  {{- end }}\n";
    write_chart(work.path(), &format!("{map}{secret}---\n{BROKEN}"), "");
    assert_eq!(lint_in_time(work.path()).0, Some(1));
}

#[test]
fn variables_that_go_round_in_circles() {
    let work = tempfile::tempdir().unwrap();
    let circle = BROKEN.replace(
        "env: [",
        "env: [{name: A, value: '$(B)$(B)'}, {name: B, value: '$(A)$(A)'}, {name: PGPASSWORD, value: '$(A)$(PGPASSWORD)'}, ",
    );
    write_chart(work.path(), &circle, "");
    assert_eq!(lint_in_time(work.path()).0, Some(1));
    let doubling: String = (1..60).map(|n| format!("{{name: V{n}, value: '$(V{0})$(V{0})'}}, ", n - 1)).collect();
    write_chart(work.path(), &BROKEN.replace("env: [", &format!("env: [{{name: V0, value: xx}}, {doubling}")), "");
    lint_in_time(work.path());
}
