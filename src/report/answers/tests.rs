//! Formats of hostile answers, and exit codes.

use super::*;

fn answers(outcomes: &[Outcome]) -> Answers {
    let answer = |(n, outcome): (usize, &Outcome)| Answer {
        check: "server-version",
        subject: format!("URL{n} at <db>&\"x\""),
        outcome: *outcome,
        reason: "a\nb\x1b[2J geheim-geheim %".into(),
        advice: Some("::error::x".into()),
        when: None,
    };
    let answers = outcomes.iter().enumerate().map(answer).collect();
    Answers {
        asked: Asked::Preflight,
        chart: "c".into(),
        release: "r".into(),
        namespace: "n".into(),
        vantage: "here".into(),
        answers,
        strict: false,
        course: None,
    }
}

#[test]
fn unknown_is_never_clean() {
    use Outcome::{Fail, Note, Pass, Unknown, Warn};
    assert_eq!(answers(&[]).exit_code(), 3, "nothing was looked at");
    assert_eq!(answers(&[Pass, Warn, Note]).exit_code(), 0);
    assert_eq!(answers(&[Pass, Unknown, Warn]).exit_code(), 3);
    assert_eq!(answers(&[Unknown, Fail]).exit_code(), 1);
    assert_eq!(Answers { strict: true, ..answers(&[Pass, Warn]) }.exit_code(), 1);
    assert_eq!(Answers { strict: true, ..answers(&[Pass, Note]) }.exit_code(), 0, "a note is no warning");
}

#[test]
fn every_format_escapes_and_hides() {
    let mut secrets = Secrets::new();
    secrets.add("geheim-geheim");
    let all = answers(&Outcome::ALL);
    for format in [Format::Text, Format::Json, Format::Junit, Format::Github, Format::Html] {
        let text = String::from_utf8(all.write(format, false, &secrets).unwrap()).unwrap();
        assert!(!text.contains("geheim") && text.contains("server-version"), "{text}");
        assert!(!text.contains('\x1b') && !text.contains("\n::error::x"), "{text}");
    }
    assert!(all.write(Format::Sarif, false, &secrets).is_err());
    let text = String::from_utf8(all.write(Format::Junit, false, &secrets).unwrap()).unwrap();
    assert!(text.contains("tests=\"5\" failures=\"1\" errors=\"1\"") && !text.contains("<db>"), "{text}");
}
