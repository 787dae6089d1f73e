//! What was found, as data that owns itself, and the formats in which it is told.
//!
//! Every text in a report may come from a hostile chart: each writer escapes for its own format. Before that, and once more
//! over the bytes, known secrets are taken out ([`Report::without_secrets`], [`write()`]).
//!
//! | file | owns |
//! |---|---|
//! | `text` | for people: annotated source, colours only where they are wanted |
//! | `json` | the versioned format, `schemas/report.schema.json` |
//! | `sarif` | SARIF 2.1.0 |
//! | `junit` | one test case for each chart and case |
//! | `github` | annotations of GitHub's workflow commands |
//! | `answers` | answers of live checks, in the same formats |
//! | `format` | the names of formats, and `--report FORMAT[=PATH]` |

mod answers;
mod format;
mod github;
mod json;
mod junit;
mod sarif;
mod text;

pub use answers::{Acknowledged, Answer, Answers, Asked, Course, Outcome, Sample, When, Writes};
pub use format::{Format, Target, write};
pub use github::command as github_command;
pub use junit::escape as xml_escape;

use std::collections::BTreeMap;

use crate::diagnostic::{Place, Severity};
use crate::redact::Secrets;

/// All that one run has to tell.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// In the order in which they were named.
    pub charts: Vec<ChartReport>,
    /// About what was asked, not about a chart: an allow that matches nothing, an entry of a baseline that is gone.
    pub notices: Vec<Notice>,
    pub fail_on: FailOn,
}

/// From which findings on a run has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    /// Never because of a finding.
    Nothing,
}

/// One chart in all its cases.
#[derive(Clone, Debug, Default)]
pub struct ChartReport {
    /// As the user named it.
    pub chart: String,
    /// From Chart.yaml; empty when it did not load.
    pub name: String,
    pub version: String,
    pub cases: Vec<CaseReport>,
    pub findings: Vec<Entry>,
    pub undecided: Vec<Unsure>,
    /// Findings that somebody has allowed.
    pub allowed: Vec<Allowed>,
}

/// One set of values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseReport {
    /// `default`, `ci/tls-values.yaml`, `given`; with versions where there are several.
    pub name: String,
    pub helm: String,
    pub kubernetes: String,
    /// Objects rendered; `None` when it did not come so far.
    pub documents: Option<usize>,
    /// Containers that connect to a Postgres.
    pub consumers: usize,
    /// Judgements that a rule has made.
    pub judged: usize,
    /// Of these, those that hold.
    pub held: usize,
}

/// A finding with all of its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub rule: String,
    /// Of the rule.
    pub summary: String,
    pub severity: Severity,
    pub message: String,
    /// `Deployment store`
    pub subject: String,
    /// The file to open first, with the values path or the field.
    pub place: Option<Place>,
    /// The line there, without its end.
    pub source: Option<String>,
    /// The line of `plimsoll render`'s output.
    pub output_line: Option<u32>,
    /// Where it can be changed: a values path, and where that is written.
    pub values: Vec<(String, Option<Place>)>,
    pub also: Vec<(Place, String)>,
    pub help: Option<String>,
    /// Steps, in words.
    pub fix: Vec<String>,
    /// The names of the cases in which it was found.
    pub cases: Vec<String>,
}

/// What could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsure {
    pub rule: String,
    pub subject: String,
    pub why: String,
    pub place: Option<Place>,
    pub cases: Vec<String>,
}

/// A finding that counts no more, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    pub entry: Entry,
    pub reason: String,
    /// `.plimsoll.yaml`, the file of the comment, the baseline.
    pub by: String,
}

/// Something about the way in which the tool was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `allow-unused`, `allow-expired`, ...
    pub id: &'static str,
    pub message: String,
    pub place: Option<Place>,
}

/// How many there are of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    pub undecided: usize,
    pub allowed: usize,
}

/// Whether a place is in a file that a reader can open, and not in a flag or on standard input.
fn is_file(place: &Place) -> bool {
    !place.file.starts_with('-') && !place.file.is_empty()
}

impl FailOn {
    /// Whether a finding of this severity fails the run.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => true,
            FailOn::Nothing => false,
        }
    }
}

impl ChartReport {
    pub fn counts(&self) -> Counts {
        let of = |severity| self.findings.iter().filter(|f| f.severity == severity).count();
        Counts {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            undecided: self.undecided.len(),
            allowed: self.allowed.len(),
        }
    }

    /// Containers that connect, in the case that has most.
    pub fn consumers(&self) -> usize {
        self.cases.iter().map(|c| c.consumers).max().unwrap_or(0)
    }
}

impl Report {
    pub fn counts(&self) -> Counts {
        self.charts.iter().map(ChartReport::counts).fold(Counts::default(), |a, b| Counts {
            errors: a.errors + b.errors,
            warnings: a.warnings + b.warnings,
            infos: a.infos + b.infos,
            undecided: a.undecided + b.undecided,
            allowed: a.allowed + b.allowed,
        })
    }

    /// 0 clean, 1 findings that fail the run, 3 none but something undecided. Never 0 where nothing was judged.
    pub fn exit_code(&self) -> u8 {
        let mut findings = self.charts.iter().flat_map(|c| &c.findings);
        if findings.any(|f| self.fail_on.fails(f.severity)) {
            return 1;
        }
        let nothing_judged = self.charts.is_empty() || self.charts.iter().any(|c| c.cases.is_empty());
        if self.counts().undecided > 0 || nothing_judged { 3 } else { 0 }
    }

    /// The rules that findings and undecided subjects name, with their summaries.
    fn rules(&self) -> BTreeMap<&str, &str> {
        let mut rules = BTreeMap::new();
        for chart in &self.charts {
            rules.extend(chart.undecided.iter().map(|u| (u.rule.as_str(), "")));
            rules.extend(chart.findings.iter().map(|f| (f.rule.as_str(), f.summary.as_str())));
        }
        rules
    }

    /// Takes known secrets out of every text that came from a chart.
    pub fn without_secrets(&mut self, secrets: &Secrets) {
        if secrets.is_empty() {
            return;
        }
        let hide = |text: &mut String| {
            if let std::borrow::Cow::Owned(hidden) = secrets.hide(text) {
                *text = hidden;
            }
        };
        let hide_place = |place: &mut Place| {
            if let std::borrow::Cow::Owned(hidden) = secrets.hide(&place.file) {
                place.file = hidden.into();
            }
            place.path.iter_mut().for_each(hide);
        };
        let hide_entry = |entry: &mut Entry| {
            for text in [&mut entry.message, &mut entry.subject] {
                hide(text);
            }
            entry.source.iter_mut().chain(&mut entry.help).chain(&mut entry.fix).for_each(hide);
            entry.place.iter_mut().for_each(hide_place);
            for (path, place) in &mut entry.values {
                hide(path);
                place.iter_mut().for_each(hide_place);
            }
            for (place, label) in &mut entry.also {
                hide(label);
                hide_place(place);
            }
        };
        for chart in &mut self.charts {
            [&mut chart.chart, &mut chart.name, &mut chart.version].into_iter().for_each(hide);
            chart.findings.iter_mut().for_each(hide_entry);
            for allowed in &mut chart.allowed {
                hide(&mut allowed.reason);
                hide_entry(&mut allowed.entry);
            }
            for unsure in &mut chart.undecided {
                hide(&mut unsure.subject);
                hide(&mut unsure.why);
                unsure.place.iter_mut().for_each(hide_place);
            }
        }
        for notice in &mut self.notices {
            hide(&mut notice.message);
        }
    }
}

#[cfg(test)]
mod tests;
