//! Workflow commands of GitHub: `::error file=...,line=...,title=...::message`.
//!
//! Source: actions/toolkit `packages/core/src/command.ts` (`escapeData`, `escapeProperty`).

use super::{Entry, Report};
use crate::diagnostic::{Place, Severity};

pub fn write(report: &Report) -> String {
    let mut out = String::new();
    for chart in &report.charts {
        chart.findings.iter().for_each(|f| out.push_str(&finding(f)));
        for unsure in &chart.undecided {
            let message = format!("{}: {}", unsure.subject, unsure.why);
            out.push_str(&command("warning", unsure.place.as_ref(), &format!("undecided: {}", unsure.rule), &message));
        }
    }
    for notice in &report.notices {
        out.push_str(&command("warning", notice.place.as_ref(), notice.id, &notice.message));
    }
    out
}

fn finding(entry: &Entry) -> String {
    let level = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut message = format!("{} ({})", entry.message, entry.subject);
    for (path, _) in &entry.values {
        message.push_str(&format!("\nvalues: {path}"));
    }
    entry.help.iter().for_each(|help| message.push_str(&format!("\nhelp: {help}")));
    entry.fix.iter().for_each(|fix| message.push_str(&format!("\nfix: {fix}")));
    command(level, entry.place.as_ref(), &entry.rule, &message)
}

/// One workflow command, with its line end. `level` is `error`, `warning` or `notice`.
pub fn command(level: &str, place: Option<&Place>, title: &str, message: &str) -> String {
    let mut properties = Vec::new();
    if let Some(place) = place.filter(|p| super::is_file(p)) {
        properties.push(format!("file={}", property(&place.file)));
        if place.line > 0 {
            properties.push(format!("line={}", place.line));
        }
        if place.column > 0 {
            properties.push(format!("col={}", place.column));
        }
    }
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            // A log is a terminal too.
            c if c.is_control() => out.push_str(&c.escape_default().to_string()),
            c => out.push(c),
        }
    }
    out
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
