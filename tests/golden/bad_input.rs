//! Cases that are none: each a placed message and exit code 2, two of them two messages; nothing panics.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{run, two_cases, write, write_case};

/// Asserts exit code 2 and every part.
fn refused(work: &Path, args: &[&str], parts: &[&str]) {
    let (exit, text, errors) = run(work, args);
    assert_eq!(exit, Some(2), "{text}{errors}");
    for part in parts {
        assert!(text.contains(part) || errors.contains(part), "{part:?} is not in\n{text}{errors}");
    }
}

#[test]
fn two_broken_cases_are_two_messages_with_their_lines() {
    let work = two_cases();
    fs::write(work.path().join("golden/small/plain/case.yaml"), "why: x\nabsnt: [y]\n").unwrap();
    fs::write(work.path().join("golden/small/refused/case.yaml"), "why: [\n").unwrap();
    let parts = [
        "unknown key `absnt`; is `absent` meant?",
        "golden/small/plain/case.yaml:2:1",
        "golden/small/refused/case.yaml:",
    ];
    refused(work.path(), &["small"], &parts);
}

#[test]
fn golden_files_that_are_not_yaml_are_placed() {
    let work = two_cases();
    let file = work.path().join("golden/small/plain/stdout.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("kind: Service", "<<<<<<< HEAD\nkind: Service")).unwrap();
    refused(work.path(), &["small"], &["is not YAML", "golden/small/plain/stdout.yaml:"]);
}

#[test]
fn a_chart_that_is_missing_is_named() {
    let work = two_cases();
    write_case(work.path(), "lost", "replicas: 2\n", "chart: ../../../larger\n");
    refused(
        work.path(),
        &["small"],
        &["`chart` is ../../../larger, and there is no chart", "golden/small/lost/case.yaml"],
    );
    refused(work.path(), &["./nowhere"], &["nowhere"]);
}

#[test]
fn two_cases_of_one_name_are_refused() {
    let work = two_cases();
    write_case(work.path(), "Plain", "replicas: 2\n", "");
    refused(work.path(), &["small"], &["has the name of another case, Plain", "golden/small/plain"]);
    fs::remove_dir_all(work.path().join("golden/small/Plain")).unwrap();
    // Two values files whose cases would be one.
    write(&work.path().join("small/ci/tls-values.yaml"), "replicas: 3\n");
    write(&work.path().join("small/more/tls-values.yaml"), "replicas: 3\n");
    let config = "apiVersion: plimsoll/v1\ncases: ['ci/*-values.yaml', 'more/*.yaml']\n";
    write(&work.path().join(".plimsoll.yaml"), config);
    refused(work.path(), &["small"], &["its case would be called tls, and so is that of ci/tls-values.yaml"]);
}

#[test]
fn links_that_lead_elsewhere_are_refused() {
    let work = two_cases();
    let elsewhere = tempfile::tempdir().unwrap();
    let golden = work.path().join("golden");
    let case = golden.join("small/plain");
    // A file, a case, the folder of all.
    fs::rename(case.join("stdout.yaml"), elsewhere.path().join("stdout.yaml")).unwrap();
    symlink(elsewhere.path().join("stdout.yaml"), case.join("stdout.yaml")).unwrap();
    refused(work.path(), &["small"], &["is not a file", "golden/small/plain/stdout.yaml"]);
    let before = fs::read(elsewhere.path().join("stdout.yaml")).unwrap();
    refused(work.path(), &["small", "--update"], &["is not a file"]);
    assert_eq!(fs::read(elsewhere.path().join("stdout.yaml")).unwrap(), before);
    fs::rename(&case, elsewhere.path().join("plain")).unwrap();
    symlink(elsewhere.path().join("plain"), &case).unwrap();
    refused(work.path(), &["small"], &["is a symbolic link", "golden/small/plain"]);
    fs::remove_file(&case).unwrap();
    fs::rename(golden.join("small"), elsewhere.path().join("small")).unwrap();
    symlink(elsewhere.path().join("small"), golden.join("small")).unwrap();
    refused(work.path(), &["small"], &["leads out of the folder of the chart", "golden/small", "--golden DIR"]);
    fs::remove_file(golden.join("small")).unwrap();
    symlink("/dev/zero", golden.join("small")).unwrap();
    refused(work.path(), &["small"], &["golden/small"]);
}

#[test]
fn what_a_case_has_no_use_for_is_refused() {
    let work = two_cases();
    let case = work.path().join("golden/small/plain/case.yaml");
    for (args, part) in [
        ("[\"--output-dir\", \"x\"]", "--output-dir is not for cases"),
        ("[\"--post-renderer\", \"x\"]", "--post-renderer is not for cases"),
        ("[\"--no-such-flag\"]", "no-such-flag"),
        ("[\"-f\", \"../other/values.yaml\"]", "is no file of the case or of its chart"),
        ("[\"-f\", \"/etc/passwd\"]", "is no file of the case or of its chart"),
        ("[\"-f\", \"-\"]", "is no file of the case or of its chart"),
        ("[\"-f\", \"chart/../../x.yaml\"]", "is no file of the case or of its chart"),
        ("[\"--set-file\", \"a=/etc/passwd\"]", "is no file of the case or of its chart"),
        ("[\"one\", \"too many\"]", "NAME and CHART"),
    ] {
        fs::write(&case, format!("why: x\nargs: {args}\n")).unwrap();
        refused(work.path(), &["small"], &[part, "golden/small/plain/case.yaml"]);
    }
    fs::write(&case, "why: x\ncommand: [rel, elsewhere]\n").unwrap();
    refused(work.path(), &["small"], &["is called \"chart\""]);
    refused(work.path(), &["small", "--filter", "no such case"], &["--filter"]);
    refused(work.path(), &["small", "--report", "sarif"], &["tests are told as text, json, junit, github"]);
    refused(work.path(), &["small", "--golden", "nowhere"], &["nowhere"]);
    refused(work.path(), &[], &["no chart was named"]);
}

#[test]
fn a_folder_without_a_case_is_not_passed_over() {
    let work = two_cases();
    fs::create_dir(work.path().join("golden/small/empty")).unwrap();
    refused(work.path(), &["small"], &["is no case: it has no case.yaml", "golden/small/empty"]);
}

/// Whatever stands in a case.yaml or a golden file, the program ends in order.
#[test]
fn hostile_cases_end_in_order() {
    let work = two_cases();
    let case = work.path().join("golden/small/plain");
    let deep = "[".repeat(60_000);
    let bomb = format!(
        "why: x\na: &a [1,1,1,1,1,1,1,1,1]\n{}",
        (0..12)
            .map(|n| format!(
                "{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n",
                char::from(b'b' + n),
                char::from(b'a' + n)
            ))
            .collect::<String>()
    );
    let texts: [Vec<u8>; 13] = [
        deep.into_bytes(),
        bomb.into_bytes(),
        vec![0; 1000],
        vec![0xff; 1000],
        b"why: \"\\0\"\n".to_vec(),
        b"- a\n".to_vec(),
        Vec::new(),
        vec![b'a'; 100_000],
        b"why: x\nexit: 99999999999999999999\n".to_vec(),
        b"why: x\nchart: /dev/zero\n".to_vec(),
        b"why: x\nargs: [\"\", \"--\", \"-\"]\n".to_vec(),
        b"why: x\nabsent: [\"\\U0010ffff\"]\nargs: [\"--set\", \"a[99999999].b=1\"]\n".to_vec(),
        b"why: {a: b}\n---\nwhy: x\n".to_vec(),
    ];
    let whole = fs::read(case.join("case.yaml")).unwrap();
    let mut count = 0;
    for file in ["case.yaml", "stdout.yaml", "stderr.txt", "notes.txt"] {
        for text in &texts {
            fs::write(case.join("case.yaml"), &whole).unwrap();
            fs::write(case.join(file), text).unwrap();
            let (exit, out, errors) = run(work.path(), &["small"]);
            assert!(matches!(exit, Some(0..=3)), "{file} {:?}: {exit:?} {out}{errors}", String::from_utf8_lossy(text));
            assert!(!errors.contains("panicked"), "{errors}");
            assert!(
                file != "stdout.yaml" || exit != Some(0),
                "{:?} is no answer of Helm's",
                String::from_utf8_lossy(text)
            );
            count += 1;
        }
        if file != "case.yaml" {
            let _ = fs::remove_file(case.join(file));
        }
    }
    super::support::count_line(&format!("golden-hostile: {count} cases, 0 panics"));
}
