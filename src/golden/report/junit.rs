//! JUnit's XML: a suite for each chart, a test for each case.

use std::fmt::Write;

use super::{failures, unsure};
use crate::golden::check::Failure;
use crate::golden::run::{ChartTested, Tally, Tested, Tests};
use crate::report::xml_escape;

pub fn write(tests: &Tests) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"plimsoll test\">\n");
    tests.charts.iter().for_each(|chart| suite(chart, &mut out));
    if !tests.unreadable.is_empty() {
        let count = tests.unreadable.len();
        // A String takes all that is written to it.
        let _ = writeln!(out, "  <testsuite name=\"unreadable\" tests=\"{count}\" failures=\"0\" errors=\"{count}\">");
        for refusal in &tests.unreadable {
            let place = refusal.place.as_ref().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(
                out,
                "    <testcase classname=\"unreadable\" name=\"{}\">\n      <error type=\"{}\" message=\"{}\"/>\n    </testcase>",
                xml_escape(&place),
                refusal.kind.id(),
                xml_escape(&refusal.message)
            );
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(chart: &ChartTested, out: &mut String) {
    let Tally { failed, undecided, .. } = chart.tally();
    let name = xml_escape(&chart.chart);
    let tests = chart.cases.len();
    let _ =
        writeln!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{undecided}\">");
    chart.cases.iter().for_each(|case| test(case, &name, out));
    out.push_str("  </testsuite>\n");
}

fn test(case: &Tested, chart: &str, out: &mut String) {
    let head = format!("    <testcase classname=\"{chart}\" name=\"{}\"", xml_escape(&case.name));
    let failures = failures(case);
    let body = match (failures.first(), unsure(case)) {
        (Some(first), _) => {
            let text: String = failures.iter().map(told).collect();
            let message = format!("{} {}", first.difference.subject, first.difference.message);
            let id = first.difference.what.id();
            format!("<failure type=\"{id}\" message=\"{}\">{}</failure>", xml_escape(&message), xml_escape(&text))
        }
        // Not told is not passed: a test that could not be made is an error of JUnit's.
        (None, Some(unsure)) => format!("<error type=\"{}\" message=\"{}\"/>", unsure.id, xml_escape(&unsure.why)),
        (None, None) => {
            let _ = writeln!(out, "{head}/>");
            return;
        }
    };
    let _ = writeln!(out, "{head}>\n      {body}\n    </testcase>");
}

fn told(failure: &Failure) -> String {
    let d = &failure.difference;
    let mut text = format!("{}: {} {} (Helm {})\n{}\n", d.what.id(), d.subject, d.message, failure.helm, d.place);
    d.diff.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    text
}
