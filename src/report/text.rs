//! For people: each finding with its source line, then a line for each chart and one for all.

use std::fmt::Write;

use super::{ChartReport, Counts, Entry, Notice, Report, Unsure};
use crate::diagnostic::{Place, Plain, Severity};

/// How many sources of one finding are listed.
const MANY: usize = 6;

pub fn write(report: &Report, colour: bool) -> String {
    let mut out = Out { text: String::new(), colour };
    for chart in &report.charts {
        let mut findings: Vec<&Entry> = chart.findings.iter().collect();
        findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
        findings.iter().for_each(|f| out.finding(f, chart));
        chart.undecided.iter().for_each(|u| out.unsure(u, chart));
    }
    report.notices.iter().for_each(|n| out.notice(n));
    report.charts.iter().for_each(|c| out.chart(c));
    if report.charts.len() > 1 {
        let failed = report.charts.iter().filter(|c| c.counts().errors > 0).count();
        out.line(&format!("{} charts, {failed} with errors: {}", report.charts.len(), tally(report.counts())));
    }
    out.text
}

struct Out {
    text: String,
    colour: bool,
}

const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const BLUE: &str = "1;34";
const BOLD: &str = "1";

impl Out {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }

    fn finding(&mut self, entry: &Entry, chart: &ChartReport) {
        let code = match entry.severity {
            Severity::Error => RED,
            Severity::Warning => YELLOW,
            Severity::Info => BLUE,
        };
        let head = self.painted(code, &format!("{}[{}]", entry.severity.name(), Plain(&entry.rule)));
        let message = self.painted(BOLD, &format!(": {}", Plain(&entry.message)));
        self.line(&format!("{head}{message}"));
        let width = entry.place.as_ref().map_or(1, |p| p.line.to_string().len());
        let margin = " ".repeat(width);
        self.place(entry.place.as_ref(), &entry.subject, &margin);
        if let (Some(source), Some(place)) = (&entry.source, &entry.place) {
            self.source(source, place, &margin, code);
        }
        let mut note = |label: &str, text: &str| {
            let line = format!("{margin} {} {label}: {}", self.painted(BLUE, "="), Plain(text));
            self.line(&line);
        };
        let at = |p: &Place| (p.file.clone(), p.line);
        let here = entry.place.as_ref().map(at);
        // What the arrow points at already needs no second line.
        let elsewhere = |v: &&(String, Option<Place>)| here.is_none() || v.1.as_ref().map(at) != here;
        for (path, place) in entry.values.iter().filter(elsewhere).take(MANY) {
            let from = place.as_ref().map_or_else(String::new, |p| format!("  ({p})"));
            note("values", &format!("{path}{from}"));
        }
        for (place, label) in entry.also.iter().take(MANY) {
            note("also", &format!("{place}: {label}"));
        }
        if let Some(help) = &entry.help {
            note("help", help);
        }
        entry.fix.iter().take(MANY).for_each(|step| note("fix", step));
        if chart.cases.len() > entry.cases.len() {
            note("in", &listed(&entry.cases));
        }
        note("see", &format!("plimsoll explain {}", entry.rule));
        self.text.push('\n');
    }

    fn place(&mut self, place: Option<&Place>, subject: &str, margin: &str) {
        let arrow = self.painted(BLUE, "-->");
        let text = match place {
            Some(Place { path: Some(path), .. }) if path.contains(subject) || subject.ends_with(path.as_str()) => {
                place.map(ToString::to_string)
            }
            Some(place) => Some(format!("{place}  ({subject})")),
            None => Some(subject.to_string()),
        };
        self.line(&format!("{margin}{arrow} {}", Plain(&text.unwrap_or_default())));
    }

    fn source(&mut self, source: &str, place: &Place, margin: &str, code: &str) {
        const LONGEST: usize = 160;
        let bar = self.painted(BLUE, "|");
        let cut: String = source.chars().take(LONGEST).collect();
        let number = self.painted(BLUE, &place.line.to_string());
        self.line(&format!("{margin} {bar}"));
        self.line(&format!("{number} {bar} {}", Plain(&cut)));
        let indent = cut.len() - cut.trim_start().len();
        let start = (place.column as usize).saturating_sub(1).max(indent);
        let rest: String = cut.chars().skip(start).collect();
        let marked = rest.split([':', '#']).next().unwrap_or_default().trim_end().chars().count();
        if marked > 0 && place.column > 0 {
            let carets = self.painted(code, &"^".repeat(marked));
            self.line(&format!("{margin} {bar} {}{carets}", " ".repeat(start)));
        }
    }

    fn unsure(&mut self, unsure: &Unsure, chart: &ChartReport) {
        let head = self.painted(YELLOW, &format!("undecided[{}]", Plain(&unsure.rule)));
        self.line(&format!("{head}: {}", Plain(&unsure.why)));
        self.place(unsure.place.as_ref(), &unsure.subject, " ");
        if chart.cases.len() > unsure.cases.len() {
            let line = format!("  {} in: {}", self.painted(BLUE, "="), Plain(&listed(&unsure.cases)));
            self.line(&line);
        }
        self.text.push('\n');
    }

    fn notice(&mut self, notice: &Notice) {
        let head = self.painted(YELLOW, &format!("warning[{}]", notice.id));
        self.line(&format!("{head}: {}", Plain(&notice.message)));
        if let Some(place) = &notice.place {
            let arrow = self.painted(BLUE, "-->");
            self.line(&format!(" {arrow} {}", Plain(&place.to_string())));
        }
        self.text.push('\n');
    }

    /// `chart (workqueue 0.1.0): clean; 3 containers use Postgres; 2 cases`
    fn chart(&mut self, chart: &ChartReport) {
        let mut line = Plain(&chart.chart).to_string();
        if !chart.name.is_empty() {
            // A String takes all that is written to it.
            let _ = write!(line, " ({})", Plain(format!("{} {}", chart.name, chart.version).trim_end()));
        }
        let consumers = match (chart.consumers(), chart.cases.iter().any(|c| c.documents.is_some())) {
            (_, false) => "nothing rendered".to_string(),
            (0, true) => "no container was seen to use Postgres".to_string(),
            (1, true) => "1 container uses Postgres".to_string(),
            (n, true) => format!("{n} containers use Postgres"),
        };
        let cases = if chart.cases.len() == 1 { "1 case".into() } else { format!("{} cases", chart.cases.len()) };
        self.line(&format!("{line}: {}; {consumers}; {cases}", tally(chart.counts())));
    }
}

fn listed(cases: &[String]) -> String {
    let shown: Vec<&str> = cases.iter().take(MANY).map(String::as_str).collect();
    let more = cases.len().saturating_sub(MANY);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

fn tally(counts: Counts) -> String {
    let Counts { errors, warnings, infos, undecided, allowed } = counts;
    let count = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let parts: Vec<String> = [
        count(errors, "error", "errors"),
        count(warnings, "warning", "warnings"),
        count(infos, "remark", "remarks"),
        count(undecided, "undecided", "undecided"),
        count(allowed, "allowed", "allowed"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let clean = errors + warnings + infos + undecided == 0;
    match (clean, parts.is_empty()) {
        (true, true) => "clean".into(),
        (true, false) => format!("clean, {}", parts.join(", ")),
        _ => parts.join(", "),
    }
}
