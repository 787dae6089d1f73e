//! A subject, and what is true of it: it holds, it is broken, or it could not be told, and why.

use std::borrow::Cow;
use std::fmt;

use super::finding::{Finding, Spot};

/// What a rule answers for: `Deployment/store`, `postgres.tls.mode`. Stable from run to run, for baselines refer to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// `Deployment`, `values`, `container`
    pub kind: String,
    pub name: String,
}

impl Subject {
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Subject { kind: kind.into(), name: name.into() }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// One subject's verdict.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub subject: Subject,
    pub verdict: Verdict,
}

#[derive(Clone, Debug)]
pub enum Verdict {
    Holds(Evidence),
    Broken(Box<Finding>),
    Undecided(Reason),
}

/// Why a subject is fine, in few words: `replicas is 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence(pub Cow<'static, str>);

/// Why it could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A sentence without a full stop: `the Secret "db" is not part of this render`.
    pub why: String,
    pub at: Spot,
}

impl Reason {
    pub fn new(why: impl Into<String>) -> Self {
        Reason { why: why.into(), at: Spot::Chart }
    }

    pub fn at(mut self, at: Spot) -> Self {
        self.at = at;
        self
    }
}

impl From<String> for Reason {
    fn from(why: String) -> Self {
        Reason::new(why)
    }
}

impl From<&str> for Reason {
    fn from(why: &str) -> Self {
        Reason::new(why)
    }
}

impl Judgement {
    pub fn holds(subject: Subject, evidence: impl Into<Cow<'static, str>>) -> Self {
        Judgement { subject, verdict: Verdict::Holds(Evidence(evidence.into())) }
    }

    pub fn broken(subject: Subject, finding: Finding) -> Self {
        Judgement { subject, verdict: Verdict::Broken(Box::new(finding)) }
    }

    pub fn undecided(subject: Subject, reason: impl Into<Reason>) -> Self {
        Judgement { subject, verdict: Verdict::Undecided(reason.into()) }
    }
}
