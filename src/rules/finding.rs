//! What is wrong with a subject: in words, with its place, and with the place where somebody can change it.

use super::fix::Fix;
use crate::diagnostic::{Place, Severity};
use crate::manifest::{DocId, Path};

/// Something that must not be deployed as it is. Texts may quote the chart; they are escaped where they are shown.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is wrong here and what comes of it, one sentence without a full stop.
    pub message: String,
    pub at: Spot,
    /// Other places that belong to it, each with its part: `the value that loses`.
    pub also: Vec<(Spot, String)>,
    /// The values by which it can be changed. Empty: found from the place by looking which values it depends on.
    pub values: Vec<Path>,
    /// What to do, in a sentence.
    pub help: Option<String>,
    pub fix: Option<Fix>,
    /// Where it is graver or less grave than its rule says.
    pub severity: Option<Severity>,
}

/// Where something stands in what a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Spot {
    /// The chart as a whole.
    #[default]
    Chart,
    /// A field of a rendered document. It may be absent: then the line is that of what should hold it.
    Field {
        doc: DocId,
        path: Path,
        /// In the output, from 1; the column too.
        line: u32,
        column: u32,
    },
    /// A key of the root chart's values; where it is not written, the nearest one above it.
    Values(Path),
    /// A file, by its name inside of the chart (`mychart/templates/a.yaml`).
    File(Place),
}

impl Finding {
    /// A finding about the chart as a whole; [`Finding::at`] says more.
    pub fn new(message: impl Into<String>) -> Self {
        Finding {
            message: message.into(),
            at: Spot::Chart,
            also: Vec::new(),
            values: Vec::new(),
            help: None,
            fix: None,
            severity: None,
        }
    }

    pub fn at(mut self, at: Spot) -> Self {
        self.at = at;
        self
    }

    /// Another place, and what it has to do with it.
    pub fn also(mut self, at: Spot, label: impl Into<String>) -> Self {
        self.also.push((at, label.into()));
        self
    }

    /// A values path by which it can be changed, as `manifest::Path` writes it. A text that is none is left out.
    pub fn values(mut self, path: &str) -> Self {
        self.values.extend(Path::parse(path));
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}
