//! Answers of live checks: each with its subject, an outcome, the reason, and what to do. The formats are those of other
//! reports, but here what passed is told too: it says what was seen, and from where.
//!
//! | file | owns |
//! |---|---|
//! | `text` | for people |
//! | `html` | a page for a browser |
//! | `json` | the versioned formats, `schemas/preflight.schema.json` and `schemas/smoke.schema.json` |
//! | `junit` | one test case for each answer |
//! | `github` | annotations of GitHub's workflow commands |
//! | `course` | when it was, and what was written meanwhile |

mod course;
mod github;
mod html;
mod json;
mod junit;
#[cfg(test)]
mod tests;
mod text;

pub use course::{Acknowledged, Course, Sample, When, Writes};

use std::time::Duration;

use super::Format;
use crate::redact::Secrets;

/// What a check came to. Ordered from the best to the worst of one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Pass,
    /// Worth saying, and no reason to fail, however strict: something could not be shown for a reason that is no fault.
    Note,
    Warn,
    /// It could not be told: never as good as a pass.
    Unknown,
    Fail,
}

impl Outcome {
    pub const ALL: [Outcome; 5] = [Outcome::Pass, Outcome::Note, Outcome::Warn, Outcome::Unknown, Outcome::Fail];

    /// `PASS`, `NOTE`, `WARN`, `UNKNOWN`, `FAIL`.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Pass => "PASS",
            Outcome::Note => "NOTE",
            Outcome::Warn => "WARN",
            Outcome::Unknown => "UNKNOWN",
            Outcome::Fail => "FAIL",
        }
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The check's id.
    pub check: &'static str,
    /// What it is about: `STORE_URL at db.example:5432`, `Secret work/store`.
    pub subject: String,
    pub outcome: Outcome,
    /// What was seen, or why it could not be.
    pub reason: String,
    /// What to do next.
    pub advice: Option<String>,
    /// When it was given, in a run that takes its time.
    pub when: Option<When>,
}

impl Answer {
    /// How long it took to find out, where that is of interest.
    pub fn took(&self) -> Option<Duration> {
        self.when.and_then(|when| when.took)
    }
}

/// Which command asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Asked {
    #[default]
    Preflight,
    Smoke,
}

impl Asked {
    pub fn name(self) -> &'static str {
        match self {
            Asked::Preflight => "preflight",
            Asked::Smoke => "smoke",
        }
    }
}

/// All answers of a run.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    pub asked: Asked,
    pub chart: String,
    pub release: String,
    pub namespace: String,
    /// From where it was looked, in words.
    pub vantage: String,
    pub answers: Vec<Answer>,
    /// A warning fails the run.
    pub strict: bool,
    /// Of a run that takes its time.
    pub course: Option<Course>,
}

impl Answers {
    pub fn count(&self, outcome: Outcome) -> usize {
        self.answers.iter().filter(|a| a.outcome == outcome).count()
    }

    fn fails(&self, outcome: Outcome) -> bool {
        outcome == Outcome::Fail || (self.strict && outcome == Outcome::Warn)
    }

    /// 0 all passed (notes and warnings aside), 1 something fails, 3 nothing fails but something is unknown, or nothing was looked at.
    pub fn exit_code(&self) -> u8 {
        if self.answers.iter().any(|a| self.fails(a.outcome)) {
            return 1;
        }
        let unknown = self.answers.is_empty() || self.count(Outcome::Unknown) > 0;
        if unknown { 3 } else { 0 }
    }

    /// In a format; SARIF has no place for what is no finding in a file. Nothing leaves with a known secret in it.
    ///
    /// # Errors
    /// In words: the format is not to be had.
    pub fn write(&self, format: Format, colour: bool, secrets: &Secrets) -> Result<Vec<u8>, String> {
        let hidden = self.without_secrets(secrets);
        let written = match format {
            Format::Text => text::write(&hidden, colour),
            Format::Json => json::write(&hidden),
            Format::Junit => junit::write(&hidden),
            Format::Github => github::write(&hidden),
            Format::Html => html::write(&hidden)?,
            Format::Sarif => {
                return Err(
                    "SARIF tells of places in files, and a live check has none: text, json, junit, github or html"
                        .into(),
                );
            }
        };
        Ok(secrets.hide_bytes(written.as_bytes()).into_owned())
    }

    fn without_secrets(&self, secrets: &Secrets) -> Answers {
        let mut hidden = self.clone();
        for answer in &mut hidden.answers {
            let texts = [&mut answer.subject, &mut answer.reason].into_iter().chain(&mut answer.advice);
            for text in texts {
                *text = secrets.hide(text).into_owned();
            }
        }
        hidden
    }
}
