//! What is allowed although a rule refuses it: by the configuration, by a flag, by a comment beside it.
//!
//! A comment allows the line that it stands on, or the next one with content, with all that is indented below:
//! `# plimsoll: allow <id> -- <reason> (until 2027-01-31)`, in values and in templates, there also as `{{/* ... */}}`.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::config::{Allow, Date, is_id};
use crate::diagnostic::{Place, Severity, nearest};
use crate::go::glob::Glob;
use crate::report::{Allowed, ChartReport, Entry, Notice, Unsure};
use crate::rules::RULES;

const MARK: &str = "plimsoll: allow";

/// One permission.
#[derive(Debug)]
pub struct Permission {
    rule: String,
    scope: Scope,
    reason: String,
    until: Option<Date>,
    /// Who gave it: `.plimsoll.yaml`, `--allow`, the file of a comment.
    by: String,
    place: Option<Place>,
    hits: AtomicUsize,
}

#[derive(Debug)]
enum Scope {
    Everywhere,
    /// A pattern of chart, file, subject or values path.
    Pattern(String, Option<Glob>),
    /// Lines of a file, from 1, the last one included.
    Lines(String, u32, u32),
}

impl Permission {
    /// One entry of the configuration. Its text has been checked.
    pub fn configured(allow: &Allow, file: &str) -> Self {
        let scope = match &allow.place {
            None => Scope::Everywhere,
            Some(pattern) => Scope::Pattern(pattern.clone(), Glob::new(pattern.as_bytes()).ok()),
        };
        Permission {
            rule: allow.rule.clone(),
            scope,
            reason: allow.reason.clone(),
            until: allow.until.as_deref().and_then(Date::parse),
            by: file.to_string(),
            place: Some(Place::file(file)),
            hits: AtomicUsize::new(0),
        }
    }

    /// `--allow ID`.
    pub fn flag(rule: &str) -> Self {
        Permission {
            rule: rule.to_string(),
            scope: Scope::Everywhere,
            reason: "--allow".into(),
            until: None,
            by: "--allow".into(),
            place: None,
            hits: AtomicUsize::new(0),
        }
    }

    fn expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    fn covers(&self, entry: &Entry, chart: &str) -> bool {
        if self.rule != entry.rule {
            return false;
        }
        match &self.scope {
            Scope::Everywhere => true,
            Scope::Pattern(text, glob) => {
                let is = |s: &str| s == text || glob.as_ref().is_some_and(|g| g.matches(s.as_bytes()).unwrap_or(false));
                let place = |p: &Place| is(&p.file) || p.path.as_deref().is_some_and(is);
                is(chart)
                    || is(&entry.subject)
                    || entry.place.as_ref().is_some_and(place)
                    || entry.values.iter().any(|(path, at)| is(path) || at.as_ref().is_some_and(place))
            }
            Scope::Lines(file, first, last) => {
                // Where only the file is known, a comment anywhere in it counts.
                let inside = |p: &Place| *p.file == **file && (p.line == 0 || (*first..=*last).contains(&p.line));
                let values = entry.values.iter().filter_map(|(_, at)| at.as_ref());
                entry.place.iter().chain(values).any(inside)
            }
        }
    }

    /// Takes what it covers out of a report's findings and undecided subjects, unless its day has passed. Counts it either
    /// way.
    pub fn apply(&self, chart: &str, today: Date, report: &mut ChartReport) {
        let expired = self.expired(today);
        let mut hits = 0;
        let mut taken = Vec::new();
        let mut take = |entry: Entry| {
            let (reason, by) = (self.reason.clone(), self.by.clone());
            taken.push(Allowed { entry, reason, by });
        };
        report.findings.retain(|entry| {
            let covered = self.covers(entry, chart);
            hits += usize::from(covered);
            if covered && !expired {
                take(entry.clone());
            }
            !covered || expired
        });
        report.undecided.retain(|unsure| {
            let entry = as_entry(unsure);
            let covered = self.covers(&entry, chart);
            hits += usize::from(covered);
            if covered && !expired {
                take(entry);
            }
            !covered || expired
        });
        report.allowed.extend(taken);
        self.hits.fetch_add(hits, Ordering::Relaxed);
    }

    /// What there is to say about it once everything has been judged.
    pub fn notice(&self, today: Date) -> Option<Notice> {
        let place = self.place.clone();
        let hits = self.hits.load(Ordering::Relaxed);
        if hits == 0 {
            let message = format!("{} allows {}, and nothing of the kind was found: take it out", self.by, self.rule);
            return Some(Notice { id: "allow-unused", message, place });
        }
        let until = self.until.filter(|_| self.expired(today))?;
        let day = format!("{:04}-{:02}-{:02}", until.year, until.month, until.day);
        let message = format!("{} allowed {} until {day}; that day has passed", self.by, self.rule);
        Some(Notice { id: "allow-expired", message, place })
    }
}

/// What could not be told, as a finding that somebody may accept.
fn as_entry(unsure: &Unsure) -> Entry {
    Entry {
        rule: unsure.rule.clone(),
        summary: String::new(),
        severity: Severity::Info,
        message: format!("undecided: {}", unsure.why),
        subject: unsure.subject.clone(),
        place: unsure.place.clone(),
        source: None,
        output_line: None,
        values: Vec::new(),
        also: Vec::new(),
        help: None,
        fix: Vec::new(),
        cases: unsure.cases.clone(),
    }
}

/// The permissions that comments of a file give. `file` is its name as findings have it. What looks like one and is none
/// is told.
pub fn comments(file: &str, text: &str, notices: &mut Vec<Notice>) -> Vec<Permission> {
    if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let Some((before, rest)) = line.split_once(MARK) else { continue };
        let place = Place::at(file, n as u32 + 1, 1);
        let before = before.trim_end();
        let Some(content) = before.strip_suffix('#').or_else(|| before.strip_suffix("/*")) else { continue };
        match parse(rest) {
            Err(message) => notices.push(Notice { id: "allow-invalid", message, place: Some(place) }),
            Ok((rule, reason, until)) => {
                let content = content.trim().trim_start_matches("{{-").trim_start_matches("{{").trim();
                let target = if content.is_empty() { next_with_content(&lines, n + 1) } else { n };
                let last = end_of_block(&lines, target);
                let scope = Scope::Lines(file.to_string(), target as u32 + 1, last as u32 + 1);
                let (by, place, hits) = (file.to_string(), Some(place), AtomicUsize::new(0));
                found.push(Permission { rule, scope, reason, until, by, place, hits });
            }
        }
    }
    found
}

/// ` <id> -- <reason> (until 2027-01-31)`
fn parse(text: &str) -> Result<(String, String, Option<Date>), String> {
    let text = text.trim_end().trim_end_matches("}}").trim_end_matches('-').trim_end_matches("*/").trim();
    let (rule, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if !is_id(rule) {
        let near = nearest(rule, RULES.iter().map(|r| r.id)).map(|n| format!("; is {n} meant?")).unwrap_or_default();
        return Err(format!("this comment allows {rule:?}, and no rule is called so{near}"));
    }
    let reason = rest.trim().trim_start_matches('-').trim();
    let (reason, until) = match reason.rsplit_once("(until ") {
        None => (reason, None),
        Some((reason, day)) => {
            let day = day.trim_end().trim_end_matches(')');
            let Some(date) = Date::parse(day) else { return Err(format!("{day:?} is not a day like 2027-01-31")) };
            (reason.trim(), Some(date))
        }
    };
    if reason.is_empty() {
        return Err(format!("this comment allows {rule} without a reason: write `{MARK} {rule} -- why`"));
    }
    Ok((rule.to_string(), reason.to_string(), until))
}

fn next_with_content(lines: &[&str], from: usize) -> usize {
    let bare = |line: &str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.starts_with("{{") && line.ends_with("}}")
    };
    (from..lines.len()).find(|n| lines.get(*n).is_some_and(|line| !bare(line))).unwrap_or(from)
}

/// The last line that is indented below a line. Items of a list may stand as far left as their key.
fn end_of_block(lines: &[&str], start: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(head) = lines.get(start) else { return start };
    let (own, is_item) = (indent(head), head.trim_start().starts_with('-'));
    let below = |line: &&str| {
        let text = line.trim_start();
        text.is_empty() || indent(line) > own || !is_item && indent(line) == own && text.starts_with("- ")
    };
    start + lines.iter().skip(start + 1).take_while(|line| below(line)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "recreate-with-rolling-update";

    fn entry(file: &str, line: u32) -> Entry {
        Entry {
            rule: RULE.into(),
            summary: String::new(),
            severity: Severity::Error,
            message: String::new(),
            subject: "Deployment store".into(),
            place: Some(Place::at(file, line, 1)),
            source: None,
            output_line: None,
            values: Vec::new(),
            also: Vec::new(),
            help: None,
            fix: Vec::new(),
            cases: Vec::new(),
        }
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn left(permission: &Permission, entry: Entry, today: &str) -> usize {
        let mut report = ChartReport { findings: vec![entry], ..ChartReport::default() };
        permission.apply("chart", day(today), &mut report);
        report.findings.len()
    }

    #[test]
    fn a_comment_allows_the_block_below_it_and_no_more() {
        let text = format!(
            "a:\n  # {MARK} {RULE} -- known (until 2027-01-31)\n  b:\n    c: 1\n  d: 2\ne: 3 # {MARK} {RULE} -- here\n"
        );
        let mut notices = Vec::new();
        let found = comments("f", &text, &mut notices);
        assert_eq!((found.len(), notices.len()), (2, 0));
        let lines = |p: &Permission| (1..=6).filter(|n| left(p, entry("f", *n), "2027-01-31") == 0).collect::<Vec<_>>();
        assert_eq!(lines(&found[0]), [3, 4]);
        assert_eq!(lines(&found[1]), [6]);
        assert_eq!(left(&found[0], entry("g", 3), "2026-01-01"), 1, "another file");
        assert_eq!(left(&found[0], entry("f", 3), "2027-02-01"), 1, "the day has passed");
        assert_eq!(found[0].notice(day("2027-02-01")).unwrap().id, "allow-expired");
        assert_eq!(found[0].notice(day("2027-01-31")), None);
    }

    #[test]
    fn comments_that_say_too_little_are_told_and_count_for_nothing() {
        let text = format!(
            "# {MARK} {RULE}\n# {MARK} recreate-with-roling -- x\n{{{{/* {MARK} {RULE} -- x (until soon) */}}}}\n# about {MARK} x\n"
        );
        let mut notices = Vec::new();
        assert!(comments("f", &text, &mut notices).is_empty());
        let told: Vec<_> = notices.iter().map(|n| n.message.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("without a reason") && told[1].contains("no rule") && told[2].contains("soon"));
    }

    #[test]
    fn a_pattern_names_chart_file_or_subject() {
        let allow = |place: &str| {
            let allow = Allow { rule: RULE.into(), place: Some(place.into()), reason: "x".into(), until: None };
            Permission::configured(&allow, ".plimsoll.yaml")
        };
        for pattern in ["Deployment store", "Deployment *", "f", "chart"] {
            assert_eq!(left(&allow(pattern), entry("f", 1), "2026-01-01"), 0, "{pattern}");
        }
        let other = allow("Deployment other");
        assert_eq!(left(&other, entry("f", 1), "2026-01-01"), 1);
        assert_eq!(other.notice(day("2026-01-01")).unwrap().id, "allow-unused");
    }
}
