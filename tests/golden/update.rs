//! `--update`: what it keeps, what it never keeps, and what an interruption leaves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::support::files_under;
use super::{edit, plimsoll, run, two_cases, write, write_case, write_chart};

#[test]
fn values_of_the_charts_own_are_unproven_until_they_are_kept() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path());
    write(&work.path().join("small/ci/three-values.yaml"), "replicas: 3\n");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(3), "{text}");
    assert!(text.contains("undecided[golden-unproven]: three") && text.contains("plimsoll test --update"), "{text}");
    let (exit, text, _) = run(work.path(), &["small", "--update"]);
    assert_eq!(exit, Some(0), "{text}");
    assert!(text.contains("updated golden/small/three: "), "{text}");
    let case = work.path().join("golden/small/three");
    let written = fs::read_to_string(case.join("case.yaml")).unwrap();
    assert!(
        written.contains("oracle: plimsoll 4.3.1\n") && written.contains("chart/ci/three-values.yaml"),
        "{written}"
    );
    assert!(fs::read_to_string(case.join("stdout.yaml")).unwrap().contains("replicas: 3"));
    assert_eq!(fs::read_to_string(case.join("notes.txt")).unwrap(), "3 replicas run.\n");
    assert_eq!(run(work.path(), &["small"]).0, Some(0));
    // Nothing of it is in the chart, whose templates would see it.
    assert!(!work.path().join("small/golden").exists());
    // And it fails when the values change.
    write(&work.path().join("small/ci/three-values.yaml"), "replicas: 4\n");
    assert_eq!(run(work.path(), &["small"]).0, Some(1));
}

#[test]
fn a_case_without_an_answer_is_unproven_until_it_is_kept() {
    let work = two_cases();
    let case = work.path().join("golden/small/begun");
    write(&case.join("values.yaml"), "replicas: 5\n");
    write(&case.join("case.yaml"), "why: somebody has begun it\nabsent: [x=none]\nargs: [\"--set\", \"x=none\"]\n");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(3), "{text}");
    assert!(text.contains("undecided[golden-unproven]: begun"), "{text}");
    assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
    let written = fs::read_to_string(case.join("case.yaml")).unwrap();
    assert!(written.starts_with("why: somebody has begun it\n") && written.ends_with("oracle: plimsoll 4.3.1\n"));
    assert_eq!(fs::read_to_string(case.join("values.yaml")).unwrap(), "replicas: 5\n");
    assert_eq!(run(work.path(), &["small"]).0, Some(0));
}

#[test]
fn a_chart_without_any_case_is_unproven_by_its_defaults() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path());
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(3));
    assert!(text.contains("undecided[golden-unproven]: default"), "{text}");
    assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
    assert_eq!(run(work.path(), &["small"]).0, Some(0));
}

#[test]
fn a_changed_answer_is_kept_with_whose_it_is() {
    let work = two_cases();
    let case = work.path().join("golden/small/plain");
    edit(&work.path().join("small/templates/deployment.yaml"), "app: web", "app: shop");
    assert_eq!(run(work.path(), &["small"]).0, Some(1));
    let other = fs::read(work.path().join("golden/small/refused/case.yaml")).unwrap();
    assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
    assert!(fs::read_to_string(case.join("case.yaml")).unwrap().contains("oracle: plimsoll 4.3.1\n"));
    assert!(fs::read_to_string(case.join("stdout.yaml")).unwrap().contains("app: shop"));
    assert_eq!(run(work.path(), &["small"]).0, Some(0));
    // What has not changed keeps its oracle.
    assert_eq!(fs::read(work.path().join("golden/small/refused/case.yaml")).unwrap(), other);
}

/// Runs `--update`, which must end with a code and leave everything as it was.
fn keeps_nothing(work: &Path, args: &[&str], code: i32, part: &str) {
    let before = files_under(&work.join("golden"));
    let all: Vec<&str> = ["small", "--update"].iter().chain(args).copied().collect();
    let (exit, text, _) = run(work, &all);
    assert_eq!(exit, Some(code), "{text}");
    assert!(text.contains(part), "{part:?}: {text}");
    assert_eq!(files_under(&work.join("golden")), before, "{part}");
}

#[test]
fn what_is_refused_undecided_or_must_be_absent_is_not_kept() {
    let work = two_cases();
    let hook = work.path().join("small/templates/hook.yaml");
    edit(&hook, "gt (int .Values.replicas) 9", "gt (int .Values.replicas) 1");
    keeps_nothing(work.path(), &[], 1, "exit code is 1");
    edit(&hook, "gt (int .Values.replicas) 1", "gt (int .Values.replicas) 99");
    keeps_nothing(work.path(), &["--filter", "refused"], 1, "exit code is 0");
    edit(&work.path().join("small/templates/deployment.yaml"), "app: web", "app: shop");
    keeps_nothing(work.path(), &["--limit", "fuel=10"], 3, "undecided[limit]");
    edit(&work.path().join("golden/small/plain/case.yaml"), "exit: 0", "absent: [\"app: shop\"]");
    keeps_nothing(work.path(), &["--filter", "plain"], 1, "must be absent");
    // A case that nobody has kept yet is not begun with a refusal.
    write(&work.path().join("small/ci/many-values.yaml"), "replicas: 1000\n");
    keeps_nothing(work.path(), &["--filter", "many"], 1, "exit code is 1");
}

#[test]
fn a_torn_golden_file_is_made_whole() {
    let work = two_cases();
    let file = work.path().join("golden/small/plain/stdout.yaml");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, "<<<<<<< HEAD\na: [\n").unwrap();
    assert_eq!(run(work.path(), &["small"]).0, Some(2));
    assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
    assert_eq!(fs::read(&file).unwrap(), whole);
}

/// An update is killed again and again: every file of every case is what it was or what it becomes, and the next update
/// finishes the work.
#[test]
fn an_interrupted_update_leaves_no_half_written_file() {
    const CASES: usize = 12;
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path());
    for n in 0..CASES {
        let label: String = format!("{n}").repeat(20_000);
        write_case(work.path(), &format!("case-{n}"), &format!("replicas: 2\nimage: \"{label}\"\n"), "");
    }
    let golden = work.path().join("golden");
    let visible = || -> BTreeMap<String, Vec<u8>> {
        files_under(&golden).into_iter().filter(|(name, _)| !name.contains("/.") && !name.starts_with('.')).collect()
    };
    let before = visible();
    edit(&work.path().join("small/templates/deployment.yaml"), "app: web", "app: shop");
    let saved = tempfile::tempdir().unwrap();
    super::support::copy_folder(&golden, &saved.path().join("golden")).unwrap();
    assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
    let after = visible();
    let mut interrupted = 0;
    for n in 0..25 {
        fs::remove_dir_all(&golden).unwrap();
        super::support::copy_folder(&saved.path().join("golden"), &golden).unwrap();
        let mut child = plimsoll(work.path(), &["test", "small", "--update", "--report", "json=/dev/null"])
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(4 * n));
        child.kill().expect("it can be killed");
        interrupted += usize::from(!child.wait().expect("it ends").success());
        for (name, text) in visible() {
            let known = [before.get(&name), after.get(&name)].into_iter().flatten().any(|known| *known == text);
            assert!(known, "{name} is neither old nor new: {} bytes", text.len());
        }
        assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
        assert_eq!(visible(), after);
    }
    assert!(interrupted > 0, "no update was interrupted");
    super::support::count_line(&format!("golden-interrupted: {interrupted} updates killed, 0 files torn"));
}
