//! Each format is what its own schema says, on findings of every kind and on a hostile chart.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::*;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let mut schema: Value =
        serde_json::from_str(&fs::read_to_string(path).expect("the schema is there")).expect("JSON");
    // The standard's pattern for languages has a bracket too many, which not every engine takes.
    for place in ["run", "toolComponent"] {
        if let Some(language) = schema.pointer_mut(&format!("/definitions/{place}/properties/language")) {
            language.as_object_mut().expect("a schema").remove("pattern").expect("the pattern is still there");
        }
    }
    schema
}

fn assert_valid(schema: &Value, text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let validator = jsonschema::options().should_validate_formats(true).build(schema).expect("a schema");
    let wrong: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
    value
}

/// Runs with very different answers: clean, findings, undecided, allowed, refused by the schema, unrenderable, hostile.
fn runs(work: &Path) -> Vec<Vec<String>> {
    let reference = reference().to_string_lossy().into_owned();
    write_chart(work, BROKEN, "a: 1\n");
    let hostile = work.join("hostile");
    fs::create_dir_all(hostile.join("templates")).expect("a folder");
    fs::write(hostile.join("Chart.yaml"), "apiVersion: v2\nname: hostile\nversion: 1.0.0\n").expect("a file");
    let name = "x\\e[31m\\r\\n::error::y\\\"><script>]]>%\\u202e";
    let manifest = BROKEN.replace("{name: store}", &format!("{{name: \"{name}\"}}"));
    fs::write(hostile.join("templates/a.yaml"), format!("{manifest}---\nkind: [\n---\nkind: \"{name}\"\n---\na: 1\n"))
        .expect("a file");
    let fails = work.join("fails");
    fs::create_dir_all(fails.join("templates")).expect("a folder");
    fs::write(fails.join("Chart.yaml"), "apiVersion: v2\nname: fails\nversion: 1.0.0\n").expect("a file");
    fs::write(fails.join("templates/a.yaml"), "{{ fail \"no\\nway ::error::\" }}").expect("a file");
    let runs: [&[&str]; 6] = [
        &[&reference],
        &[&reference, "--set", "postgres.mode=external", "--set", "postgres.tls.enable=true"],
        &["chart", "--allow", "schema"],
        &["chart", "--allow", RULE, "--strict"],
        &["hostile", "fails", "chart"],
        &["chart", &reference, "--helm-version", "3.22.0", "--is-upgrade"],
    ];
    runs.into_iter().map(|args| args.iter().map(|a| a.to_string()).collect()).collect()
}

fn each(work: &Path, format: &str, mut check: impl FnMut(&str)) {
    for args in runs(work) {
        let mut all: Vec<&str> = vec!["lint", "--no-config", "--report", format];
        all.extend(args.iter().map(String::as_str));
        let (exit, stdout, stderr) = run(work, &all);
        assert!(matches!(exit, Some(0 | 1 | 3)), "{args:?}: {exit:?} {stderr}");
        check(&stdout);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let work = tempfile::tempdir().unwrap();
    let schema = schema("report.schema.json");
    let mut findings = 0;
    each(work.path(), "json", |text| {
        let value = assert_valid(&schema, text);
        let charts = value["charts"].as_array().unwrap();
        findings += charts.iter().map(|c| c["findings"].as_array().unwrap().len()).sum::<usize>();
    });
    assert!(findings >= 6, "only {findings} findings were there to be looked at");
}

#[test]
fn sarif_is_what_the_standard_says() {
    let work = tempfile::tempdir().unwrap();
    let schema = schema("third-party/sarif-2.1.0.json");
    let mut results = 0;
    each(work.path(), "sarif", |text| {
        let value = assert_valid(&schema, text);
        let run = &value["runs"][0];
        for result in run["results"].as_array().unwrap() {
            results += 1;
            let Some(index) = result.get("ruleIndex").and_then(Value::as_u64) else { continue };
            assert_eq!(run["tool"]["driver"]["rules"][index as usize]["id"], result["ruleId"]);
        }
    });
    assert!(results >= 6, "only {results} results were there to be looked at");
    // A test that cannot fail is none.
    let broken = jsonschema::options().build(&schema).unwrap();
    assert!(!broken.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{"tool": {}}]})));
}

#[test]
fn junit_is_xml() {
    let work = tempfile::tempdir().unwrap();
    let script = "import sys, xml.dom.minidom as m; d = m.parse(sys.stdin.buffer); \
                  assert d.documentElement.tagName == 'testsuites'; print(len(d.getElementsByTagName('testcase')))";
    each(work.path(), "junit", |text| {
        let mut python = Command::new("python3");
        python.args(["-c", script]).stdin(Stdio::piped());
        let answer = support::run(python, text.as_bytes());
        assert_eq!(answer.exit, Some(0), "{}\n{text}", String::from_utf8_lossy(&answer.stderr));
        assert_ne!(answer.stdout, b"0\n", "no test in it");
    });
}

#[test]
fn a_chart_writes_no_workflow_command_and_steers_no_terminal() {
    let work = tempfile::tempdir().unwrap();
    let mut commands = 0;
    each(work.path(), "github", |text| {
        assert!(text.lines().all(|l| l.starts_with("::")), "{text}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        commands += text.lines().count();
    });
    assert!(commands >= 6);
    each(work.path(), "text", |text| {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n') && !text.contains('\u{202e}'), "{text:?}");
        assert!(!text.lines().any(|l| l.trim_start().starts_with("::")), "{text}");
    });
}

#[test]
fn several_reports_go_several_ways() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    let args = ["lint", "chart", "--report", "sarif=out.sarif", "--report", "json=out.json", "--report", "text"];
    let (exit, stdout, _) = run(work.path(), &args);
    assert_eq!(exit, Some(1));
    assert!(stdout.contains(&format!("error[{RULE}]")), "{stdout}");
    assert_valid(&schema("report.schema.json"), &fs::read_to_string(work.path().join("out.json")).unwrap());
    assert_valid(&schema("third-party/sarif-2.1.0.json"), &fs::read_to_string(work.path().join("out.sarif")).unwrap());
    for (format, words) in
        [("html", "told as text, json, sarif, junit, github"), ("pdf", "known: text, json, sarif, junit, github")]
    {
        let (exit, _, stderr) = run(work.path(), &["lint", "chart", "--report", format]);
        assert_eq!(exit, Some(2), "{format}");
        assert!(stderr.contains(words), "{stderr}");
    }
}

#[test]
fn the_other_schemas_fit_what_they_describe() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    run(work.path(), &["lint", "chart", "--write-baseline", "base.json"]);
    assert_valid(&schema("baseline.schema.json"), &fs::read_to_string(work.path().join("base.json")).unwrap());
    let config = schema("config.schema.json");
    let validator = jsonschema::options().build(&config).unwrap();
    for (text, fits) in super::permissions::CONFIGURATIONS {
        let value: Value = serde_yaml::from_str(text).unwrap();
        assert_eq!(validator.is_valid(&value), *fits, "{text}");
    }
}
