//! Hostile texts in every format, and what a report says of itself.

use super::*;
use crate::report::format::write;

const HOSTILE: &str = "a\x1b[31m\r\n::error::x,y:z%<b a='\"'>&]]>\u{202e}\0 geheimnis";

fn entry(severity: Severity) -> Entry {
    Entry {
        rule: "some-rule".into(),
        summary: "something is wrong".into(),
        severity,
        message: HOSTILE.into(),
        subject: format!("Deployment {HOSTILE}"),
        place: Some(Place { path: Some(HOSTILE.into()), ..Place::at(HOSTILE, 3, 5) }),
        source: Some(format!("    {HOSTILE}")),
        output_line: Some(7),
        values: vec![(HOSTILE.into(), Some(Place::at(HOSTILE, 1, 1)))],
        also: vec![(Place::file(HOSTILE), HOSTILE.into())],
        help: Some(HOSTILE.into()),
        fix: vec![HOSTILE.into()],
        cases: vec!["default".into()],
    }
}

fn report(severities: &[Severity], undecided: usize) -> Report {
    let unsure = Unsure {
        rule: "other-rule".into(),
        subject: HOSTILE.into(),
        why: HOSTILE.into(),
        place: Some(Place::file(HOSTILE)),
        cases: vec!["default".into()],
    };
    let chart = ChartReport {
        chart: HOSTILE.into(),
        name: HOSTILE.into(),
        version: "1.2.3".into(),
        cases: vec![CaseReport { name: "default".into(), documents: Some(3), ..CaseReport::default() }],
        findings: severities.iter().map(|s| entry(*s)).collect(),
        undecided: vec![unsure; undecided],
        allowed: vec![Allowed { entry: entry(Severity::Error), reason: HOSTILE.into(), by: ".plimsoll.yaml".into() }],
    };
    let notices = vec![Notice { id: "allow-unused", message: HOSTILE.into(), place: None }];
    Report { charts: vec![chart], notices, fail_on: FailOn::Error }
}

fn all(report: &Report, secrets: &Secrets) -> Vec<(Format, String)> {
    let text = |f| (f, String::from_utf8(write(report, f, false, secrets).unwrap()).unwrap());
    Format::OF_FINDINGS.map(text).to_vec()
}

#[test]
fn no_format_lets_a_chart_steer_anything() {
    for (format, text) in all(&report(&[Severity::Error, Severity::Warning, Severity::Info], 2), &Secrets::new()) {
        let odd = |c: char| c.is_control() && c != '\n';
        assert!(!text.chars().any(odd), "{format:?} steers the terminal: {text:?}");
        if format == Format::Github {
            assert_eq!(text.matches("\n::").count() + 1, 6, "one command a finding: {text}");
            assert!(text.lines().all(|l| l.starts_with("::")), "{text}");
        }
        if format == Format::Junit {
            assert!(!text.contains("<b a="), "{text}");
        }
        if matches!(format, Format::Json | Format::Sarif) {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
        if format == Format::Text {
            assert!(!text.contains('\u{202e}') && !text.lines().any(|l| l.starts_with("::")), "{text}");
        }
    }
}

#[test]
fn a_known_secret_leaves_in_no_format() {
    let mut secrets = Secrets::new();
    secrets.add("geheimnis");
    let mut report = report(&[Severity::Error], 1);
    // Without the first pass the second alone must do, and the other way round.
    for (format, text) in all(&report, &secrets) {
        assert!(!text.contains("geheimnis"), "{format:?}");
    }
    report.without_secrets(&secrets);
    for (format, text) in all(&report, &Secrets::new()) {
        assert!(!text.contains("geheimnis"), "{format:?}");
    }
}

#[test]
fn exit_codes_say_what_was_found() {
    let clean = Report {
        charts: vec![ChartReport { cases: vec![CaseReport::default()], ..ChartReport::default() }],
        ..Report::default()
    };
    assert_eq!(clean.exit_code(), 0);
    assert_eq!(report(&[Severity::Warning], 0).exit_code(), 0);
    assert_eq!(Report { fail_on: FailOn::Warning, ..report(&[Severity::Warning], 0) }.exit_code(), 1);
    assert_eq!(report(&[Severity::Error], 1).exit_code(), 1);
    assert_eq!(report(&[Severity::Warning], 1).exit_code(), 3);
    assert_eq!(Report { fail_on: FailOn::Nothing, ..report(&[Severity::Error], 0) }.exit_code(), 0);
    assert_eq!(Report::default().exit_code(), 3, "nothing judged is not clean");
}

#[test]
fn colours_come_only_when_asked_for() {
    let text = |colour| {
        String::from_utf8(write(&report(&[Severity::Error], 0), Format::Text, colour, &Secrets::new()).unwrap())
            .unwrap()
    };
    assert!(text(true).contains("\x1b[1;31merror[some-rule]\x1b[0m") && !text(false).contains('\x1b'));
}

#[test]
fn targets_are_read() {
    let read = |t: &str| t.parse::<Target>();
    assert_eq!(read("json"), Ok(Target { format: Format::Json, path: None }));
    assert_eq!(read("sarif=a=b"), Ok(Target { format: Format::Sarif, path: Some("a=b".into()) }));
    assert!(read("sarif=").is_err() && read("pdf").unwrap_err().contains("known: text, json"));
    let page = write(&report(&[Severity::Error], 0), Format::Html, false, &Secrets::new());
    assert!(page.unwrap_err().contains("live checks"), "findings have no page");
}
