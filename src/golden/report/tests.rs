//! Hostile texts in every format, and secrets in none.

use super::*;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::golden::case::Program;
use crate::golden::compare::{Difference, Field, What};

const HOSTILE: &str = "a\x1b[31m\r\n::error::x,y:z%<b a='\"'>&]]>\u{202e}\0 geheimnis";

fn tests() -> Tests {
    let difference = Difference {
        what: What::Changed,
        subject: HOSTILE.into(),
        message: HOSTILE.into(),
        place: Place::at(HOSTILE, 3, 1),
        fields: vec![Field { path: HOSTILE.into(), was: Some(HOSTILE.into()), now: None }],
        more_fields: 2,
        diff: vec![format!("-{HOSTILE}"), format!("+{HOSTILE}")],
    };
    let unsure =
        Unsure { id: "golden-unproven", why: HOSTILE.into(), place: Place::file(HOSTILE), help: Some(HOSTILE.into()) };
    let case = |name: &str, verdict| Tested {
        name: format!("{name} {HOSTILE}"),
        why: HOSTILE.into(),
        folder: HOSTILE.into(),
        verdict,
        updated: vec![HOSTILE.into()],
    };
    let fails =
        || Verdict::Fails(vec![Failure { helm: "4.3.1".into(), by: Program::Helm, difference: difference.clone() }]);
    let cases =
        vec![case("a", fails()), case("b", fails()), case("c", Verdict::Undecided(unsure)), case("d", Verdict::Passes)];
    let chart = ChartTested { chart: HOSTILE.into(), folder: HOSTILE.into(), cases, coverage: None };
    let refusal = Refusal::new(Kind::Usage, HOSTILE).at(Place::file(HOSTILE)).help(HOSTILE);
    Tests { charts: vec![chart], unreadable: vec![refusal], ..Tests::default() }
}

#[test]
fn no_format_lets_a_case_steer_anything() {
    for format in FORMATS {
        let text = String::from_utf8(write(&tests(), format, false).unwrap()).unwrap();
        let odd = |c: char| c.is_control() && c != '\n';
        assert!(!text.chars().any(odd), "{format:?} steers the terminal: {text:?}");
        match format {
            Format::Github => {
                assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
                assert_eq!(text.lines().count(), 3, "a difference of two cases is one: {text}");
            }
            Format::Junit => {
                assert!(!text.contains("<b a="), "{text}");
                assert_eq!(text.matches("<testcase").count(), 5, "{text}");
            }
            Format::Json => {
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                assert_eq!(value["counts"], serde_json::json!({"passed": 1, "failed": 2, "undecided": 1}));
            }
            _ => {
                assert!(!text.contains('\u{202e}') && !text.lines().any(|line| line.starts_with("::")), "{text}");
                assert_eq!(text.matches("failed[golden-changed]").count(), 1, "{text}");
            }
        }
    }
    assert!(write(&tests(), Format::Sarif, false).is_none());
}

#[test]
fn a_known_secret_leaves_in_no_format() {
    let mut tests = tests();
    tests.secrets.add("geheimnis");
    for format in FORMATS {
        let text = String::from_utf8(write(&tests, format, false).unwrap()).unwrap();
        assert!(!text.contains("geheimnis") && text.contains("redacted"), "{format:?}: {text}");
    }
}

#[test]
fn exit_codes_say_what_came_of_it() {
    let of = |verdicts: &[fn(&Tests) -> Verdict], unreadable| {
        let all = tests();
        let cases = verdicts.iter().map(|verdict| Tested { verdict: verdict(&all), ..all.charts[0].cases[3].clone() });
        let chart = ChartTested { cases: cases.collect(), ..ChartTested::default() };
        let unreadable = if unreadable { all.unreadable.clone() } else { Vec::new() };
        Tests { charts: vec![chart], unreadable, ..Tests::default() }.exit_code()
    };
    let passes: fn(&Tests) -> Verdict = |_| Verdict::Passes;
    let fails: fn(&Tests) -> Verdict = |tests| tests.charts[0].cases[0].verdict.clone();
    let unsure: fn(&Tests) -> Verdict = |tests| tests.charts[0].cases[2].verdict.clone();
    assert_eq!(of(&[passes], false), 0);
    assert_eq!(of(&[passes, unsure], false), 3);
    assert_eq!(of(&[passes, unsure, fails], false), 1);
    assert_eq!(of(&[passes, fails], true), 2);
    assert_eq!(of(&[], false), 3, "nothing tested is not clean");
}
