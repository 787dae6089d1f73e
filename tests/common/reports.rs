//! The reports of one live command agree: each format tells every answer of the report in JSON.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What Python's XML parser reads in a JUnit file: counts, and of each case its name, what it came to, its message and its time.
const JUNIT: &str = r#"
import json, sys, xml.etree.ElementTree as tree
suite, = tree.fromstring(sys.stdin.buffer.read()).findall("testsuite")
cases = [[c.get("name"), c[0].tag, c[0].get("message"), c[0].text, c.get("time") is not None] for c in suite.findall("testcase")]
print(json.dumps([[int(suite.get(k)) for k in ("tests", "failures", "errors")], cases]))
"#;

fn junit(text: &[u8]) -> Value {
    let mut parser = Command::new("python3")
        .args(["-c", JUNIT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs: scripts/oracles installs it");
    parser.stdin.take().unwrap().write_all(text).unwrap();
    let read = parser.wait_with_output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(text));
    serde_json::from_slice(&read.stdout).unwrap()
}

/// The same run in text, JUnit and GitHub's annotations.
pub fn agree(report: &Value, text: &[u8], junit_xml: &[u8], github: &[u8]) {
    let answers = report["answers"].as_array().unwrap();
    let of = |answer: &Value, key: &str| answer[key].as_str().unwrap_or_default().to_string();
    let plain = |text: &str| plimsoll::diagnostic::Plain(text).to_string();
    let count = |outcome: &str| answers.iter().filter(|a| a["outcome"] == outcome).count();

    let text = String::from_utf8(text.to_vec()).unwrap();
    for answer in answers {
        let head = format!("{:<7} {}: {}", of(answer, "outcome"), of(answer, "check"), plain(&of(answer, "subject")));
        let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with(&head)).collect();
        assert!(lines.len() > 1, "{head}:\n{text}");
        assert!(text.contains(&format!("\n        {}\n", plain(&of(answer, "reason")))), "{head}:\n{text}");
    }
    assert!(text.contains(&format!("\n{} answers: ", answers.len())), "{text}");

    let read = junit(junit_xml);
    assert_eq!(read[0], json!([answers.len(), count("FAIL"), count("UNKNOWN")]));
    for (case, answer) in read[1].as_array().unwrap().iter().zip(answers) {
        let want = match of(answer, "outcome").as_str() {
            "FAIL" => "failure",
            "UNKNOWN" => "error",
            _ => "system-out",
        };
        assert_eq!(case[0], format!("{}: {}", of(answer, "check"), of(answer, "subject")));
        assert_eq!(case[1], want, "{answer}");
        assert!(case[3].as_str().unwrap().contains(&of(answer, "reason")), "{answer}: {case}");
        assert_eq!(case[4], answer["seconds"].is_number(), "{answer}: {case}");
    }

    let github = String::from_utf8(github.to_vec()).unwrap();
    let level = |name: &str| github.lines().filter(|line| line.starts_with(&format!("::{name}"))).count();
    let want = [count("FAIL"), count("WARN") + count("UNKNOWN"), count("NOTE")];
    assert_eq!(["error", "warning", "notice"].map(level), want, "{github}");
    assert_eq!(github.lines().count(), want.iter().sum::<usize>(), "{github}");
}
