//! JUnit's XML, as continuous integration reads it: a suite for each chart, a test for each finding, and one that passed
//! for a chart without any.

use std::fmt::Write;

use super::{ChartReport, Entry, Report};

pub fn write(report: &Report) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let suites: Vec<String> = report.charts.iter().map(|c| suite(c, report)).collect();
    // A String takes all that is written to it.
    let _ = writeln!(out, "<testsuites name=\"plimsoll\">");
    suites.iter().for_each(|s| out.push_str(s));
    out.push_str("</testsuites>\n");
    out
}

fn suite(chart: &ChartReport, report: &Report) -> String {
    let mut cases = Vec::new();
    let (mut failures, mut skipped) = (0, 0);
    for entry in &chart.findings {
        let fails = report.fail_on.fails(entry.severity);
        failures += usize::from(fails);
        cases.push(finding(chart, entry, fails));
    }
    for unsure in &chart.undecided {
        // Not told is not passed: a test that could not be made is an error of JUnit's.
        skipped += 1;
        cases.push(format!(
            "    <testcase classname=\"{}\" name=\"{}\">\n      <error type=\"undecided\" message=\"{}\"/>\n    </testcase>\n",
            escape(&chart.chart),
            escape(&format!("{}: {}", unsure.rule, unsure.subject)),
            escape(&unsure.why)
        ));
    }
    if cases.is_empty() {
        cases.push(format!("    <testcase classname=\"{}\" name=\"rules\"/>\n", escape(&chart.chart)));
    }
    format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{skipped}\">\n{}  </testsuite>\n",
        escape(&chart.chart),
        cases.len(),
        cases.concat()
    )
}

fn finding(chart: &ChartReport, entry: &Entry, fails: bool) -> String {
    let mut text = String::new();
    if let Some(place) = &entry.place {
        let _ = writeln!(text, "{place}");
    }
    for (path, place) in &entry.values {
        let _ = writeln!(text, "values: {path} {}", place.as_ref().map(ToString::to_string).unwrap_or_default());
    }
    entry.help.iter().for_each(|help| text.push_str(&format!("help: {help}\n")));
    entry.fix.iter().for_each(|fix| text.push_str(&format!("fix: {fix}\n")));
    let _ = writeln!(text, "cases: {}", entry.cases.join(", "));
    let name = escape(&format!("{}: {}", entry.rule, entry.subject));
    let mut attributes = format!("classname=\"{}\" name=\"{name}\"", escape(&chart.chart));
    if let Some(place) = entry.place.as_ref().filter(|p| super::is_file(p)) {
        let _ = write!(attributes, " file=\"{}\"", escape(&place.file));
        if place.line > 0 {
            let _ = write!(attributes, " line=\"{}\"", place.line);
        }
    }
    let (message, text) = (escape(&entry.message), escape(&text));
    let body = if fails {
        format!("<failure type=\"{}\" message=\"{message}\">{text}</failure>", entry.severity.name())
    } else {
        format!("<system-out>{}: {message}\n{text}</system-out>", entry.severity.name())
    };
    format!("    <testcase {attributes}>\n      {body}\n    </testcase>\n")
}

/// Text for XML 1.0: markup escaped, and what XML has no way to say replaced.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
