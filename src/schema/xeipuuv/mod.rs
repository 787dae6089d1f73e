//! Helm 3.16 to 3.18.4 judge values by another library: what it takes for a schema, what it refuses, in its words.
//!
//! Source: xeipuuv/gojsonschema 1.2.0. It knows drafts 4, 6 and 7, and a hybrid of the three for every other `$schema`;
//! what is newer it overlooks. Where Go ranges over a map its order is random, and ours is that of the text. What cannot
//! be told exactly is undecided, never guessed.

mod canonical;
mod format;
mod number;
mod parse;
mod pool;
mod walk;

use serde_json::Value;

use super::{NoJudgement, text};
use crate::limits::{Exhausted, Stack};
use crate::value::{Tree, to_json};

/// Why there is no schema, or no judgement.
#[derive(Debug)]
enum Stop {
    /// In the library's words.
    Words(String),
    /// It refers to something outside of the chart: the URL.
    Outside(String),
    /// What the library would say is not known here: of what.
    Unsure(String),
    Exhausted(Exhausted),
}

impl From<Exhausted> for Stop {
    fn from(exhausted: Exhausted) -> Self {
        Stop::Exhausted(exhausted)
    }
}

/// The drafts. `Hybrid` is for schemas that name none, or one that the library does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Draft {
    V4,
    V6,
    V7,
    Hybrid,
}

/// `ValidateAgainstSingleSchema` of those versions: the words of a refusal, as Helm puts them together. A schema that is
/// none has no newline at its end.
pub(super) fn judge(schema: &[u8], values: Tree<'_>, stack: Stack) -> Result<Result<(), String>, NoJudgement> {
    match told(schema, values, stack) {
        Ok(errors) if errors.is_empty() => Ok(Ok(())),
        Ok(errors) => Ok(Err(errors.iter().map(|error| format!("- {error}\n")).collect())),
        Err(Stop::Words(words)) => Ok(Err(words)),
        Err(Stop::Outside(url)) => Err(NoJudgement::Outside(url)),
        Err(Stop::Unsure(of)) => Err(NoJudgement::Unsure(of)),
        Err(Stop::Exhausted(exhausted)) => Err(NoJudgement::Exhausted(exhausted)),
    }
}

fn told(schema: &[u8], values: Tree<'_>, stack: Stack) -> Result<Vec<String>, Stop> {
    let schema: Value = match text::parse_first(schema) {
        Ok((schema, _)) => schema,
        Err(text::Unreadable::Words(words)) => return Err(Stop::Words(words)),
        Err(text::Unreadable::Exhausted(exhausted)) => return Err(exhausted.into()),
    };
    let parsed = parse::parse(&schema, stack)?;
    walk::validate(&parsed, &to_json(values), stack)
}
