//! `--oracle helm`: the expected answers against a real Helm of the version that the case names.

use std::fs;

use super::support::{DEFAULT, OTHER, helm};
use super::{edit, run, two_cases, write};

fn pattern() -> String {
    let path = helm(DEFAULT);
    format!("helm={}", path.to_str().expect("UTF-8").replace(DEFAULT, "{version}"))
}

#[test]
fn real_helm_confirms_what_it_answered() {
    let work = two_cases();
    let oracle = pattern();
    let (exit, text, _) = run(work.path(), &["small", "--oracle", &oracle]);
    assert_eq!(exit, Some(0), "{text}");
    // With NOTES, which only `helm install` tells.
    fs::write(work.path().join("golden/small/plain/notes.txt"), "2 replicas run.\n").unwrap();
    let (exit, text, _) = run(work.path(), &["small", "--oracle", &oracle]);
    assert_eq!(exit, Some(0), "{text}");
}

#[test]
fn real_helm_contradicts_a_golden_file_that_is_wrong() {
    let work = two_cases();
    edit(&work.path().join("golden/small/plain/stdout.yaml"), "app: web", "app: shop");
    let (exit, text, _) = run(work.path(), &["small", "--oracle", &pattern()]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("failed[golden-changed]: Deployment rel"), "{text}");
}

#[test]
fn a_helm_of_another_version_and_none_at_all_confirm_nothing() {
    let work = two_cases();
    let other = format!("helm={}", helm(OTHER).display());
    let (exit, text, _) = run(work.path(), &["small", "--oracle", &other]);
    assert_eq!(exit, Some(3));
    assert!(text.contains(&format!("the case names Helm {DEFAULT}")) && text.contains(OTHER), "{text}");
    let (exit, text, _) = run(work.path(), &["small", "--oracle", "helm=/nowhere/helm"]);
    assert_eq!(exit, Some(3));
    assert!(text.contains("undecided[golden-oracle]") && text.contains("/nowhere/helm"), "{text}");
    let (exit, text, _) = run(work.path(), &["small", "--oracle", "helm=/bin/true"]);
    assert_eq!(exit, Some(3));
    assert!(text.contains("does not say which Helm it is"), "{text}");
}

#[test]
fn what_is_random_is_undecided_and_not_passed() {
    let work = two_cases();
    for (name, text) in [("random", "{{ randAlphaNum 20 }}"), ("clock", "{{ now | unixEpoch | quote }}")] {
        let file = work.path().join("small/templates/random.yaml");
        write(&file, &format!("kind: ConfigMap\napiVersion: v1\nmetadata: {{name: r}}\ndata:\n  x: {text}\n"));
        assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
        let (exit, text, _) = run(work.path(), &["small", "--oracle", &pattern()]);
        assert_eq!(exit, Some(3), "{name}: {text}");
        assert!(text.contains("real Helm cannot repeat it"), "{text}");
        let (exit, _, _) = run(work.path(), &["small", "--update", "--oracle", &pattern()]);
        assert_eq!(exit, Some(3), "{name}");
    }
}

#[test]
fn real_helms_of_two_versions_write_a_case() {
    let work = two_cases();
    let case = work.path().join("golden/small/plain");
    let oracles = format!("oracle: [\"helm {DEFAULT}\", \"helm {OTHER}\"]\n");
    fs::write(case.join("case.yaml"), format!("why: x\n{oracles}")).unwrap();
    edit(&work.path().join("small/templates/deployment.yaml"), "app: web", "app: shop");
    let (exit, text, _) = run(work.path(), &["small", "--update", "--oracle", &pattern(), "--filter", "plain"]);
    assert_eq!(exit, Some(0), "{text}");
    assert_eq!(fs::read_to_string(case.join("case.yaml")).unwrap(), format!("why: x\n{oracles}"));
    assert_eq!(fs::read_to_string(case.join("notes.txt")).unwrap(), "2 replicas run.\n");
    let (exit, text, _) = run(work.path(), &["small", "--oracle", &pattern(), "--filter", "plain"]);
    assert_eq!(exit, Some(0), "{text}");
}
