//! Reports for programs, and the schemas of what is read and written.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{edit, run, two_cases, write};

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn reports_of_every_verdict_are_what_their_schema_says() {
    let work = two_cases();
    edit(&work.path().join("small/templates/deployment.yaml"), "app: web", "app: shop");
    write(&work.path().join("small/ci/three-values.yaml"), "replicas: 3\n");
    let (exit, text, _) = run(work.path(), &["small", "--report", "json", "--report", "junit=junit.xml"]);
    assert_eq!(exit, Some(1));
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(errors(&schema("test.schema.json"), &report), Vec::<String>::new());
    assert_eq!(report["counts"], serde_json::json!({"passed": 1, "failed": 1, "undecided": 1}));
    assert_eq!(report["exitCode"], 1);
    let changed = &report["charts"][0]["cases"][0]["differences"][0];
    assert_eq!((changed["id"].as_str(), changed["subject"].as_str()), (Some("golden-changed"), Some("Deployment rel")));
    let junit = fs::read_to_string(work.path().join("junit.xml")).unwrap();
    assert!(junit.contains("tests=\"3\" failures=\"1\" errors=\"1\""), "{junit}");
    assert_eq!(junit.matches("<testcase").count(), 3, "one test a case: {junit}");
    let (_, github, _) = run(work.path(), &["small", "--report", "github"]);
    assert!(github.contains("::error file=golden/small/plain/stdout.yaml,line="), "{github}");
    assert!(github.contains("::warning ") && github.contains("golden-unproven"), "{github}");

    fs::write(work.path().join("golden/small/plain/case.yaml"), "why: [").unwrap();
    let (exit, text, _) = run(work.path(), &["small", "--report", "json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(errors(&schema("test.schema.json"), &report), Vec::<String>::new());
    assert_eq!((exit, report["unreadable"].as_array().map(Vec::len)), (Some(2), Some(1)));
}

/// The schema of a case and the program that reads it say the same: of every case of the repository, and of wrong ones.
#[test]
fn cases_are_what_their_schema_says() {
    let schema = schema("case.schema.json");
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart");
    let mut count = 0;
    for entry in fs::read_dir(chart).unwrap() {
        let Ok(text) = fs::read_to_string(entry.unwrap().path().join("case.yaml")) else { continue };
        let value: Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(errors(&schema, &value), Vec::<String>::new(), "{text}");
        count += 1;
    }
    assert!(count > 30, "{count} cases");
    let work = two_cases();
    for (text, is_right) in [
        ("why: x\n", true),
        (
            "why: x\nrow: A1\nargs: [\"--is-upgrade\", \"--set\", \"x=none\"]\nabsent: [x=none]\noracle: helm 4.3.1\nexit: 0\nexit-3.22.0: 0\n",
            true,
        ),
        ("why: ''\n", false),
        ("exit: 1\n", false),
        ("why: x\nexit: 2\n", false),
        ("why: x\nexit-3.22.0: 7\n", false),
        ("why: x\nabsent: ['']\n", false),
        ("why: x\nargs: text\n", false),
        ("why: x\noracle: kustomize 5\n", false),
        ("why: x\nother: 1\n", false),
    ] {
        fs::write(work.path().join("golden/small/plain/case.yaml"), text).unwrap();
        let value: Value = serde_yaml::from_str(text).unwrap();
        assert_eq!(errors(&schema, &value).is_empty(), is_right, "the schema of {text:?}");
        let (exit, out, _) = run(work.path(), &["small", "--filter", "plain"]);
        assert_eq!(exit == Some(0), is_right, "the program of {text:?}: {out}");
    }
}
