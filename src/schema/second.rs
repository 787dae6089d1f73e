//! The second opinion on values that the first judge accepts: the schema's own metaschema, as Helm's library has it, and
//! the jsonschema crate, which knows nothing of Helm.
//!
//! The crate is asked only what it can answer. Formats, content keywords and the dialect of patterns are where libraries
//! differ by choice, and the first judge is held to Helm's by its own oracle: so the crate is told to leave formats and
//! content alone, gets patterns as the automata that Go's would be, and takes a `urn:` for what Helm takes it.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, Retrieve, Uri};
use serde_json::Value;

use super::metacheck;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::go::regexp;
use crate::limits::Stack;

/// Reserved for the crate, whose recursion is as deep as chains of references are long.
const STACK: usize = 64 << 20;

/// The first judge has counted its steps; this is for schemas that only the crate finds hard.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opinions that are being formed.
#[must_use = "nothing may be shown before the opinion is heard"]
#[derive(Debug)]
pub struct SecondOpinion {
    pending: Vec<Pending>,
    /// Schemas that need none. To take them apart takes time, and who asks may be about to end.
    plain: Vec<Accepted>,
}

#[derive(Debug)]
struct Pending {
    chart: String,
    place: Place,
    /// Nothing comes where the crate has panicked.
    judge: Receiver<Judgement>,
}

/// What values were accepted by: a schema, and the places in it that only references make schemas.
#[derive(Debug)]
pub(super) struct Accepted {
    pub schema: Value,
    pub fresh: Vec<String>,
    /// Nobody else need be asked.
    pub plain: bool,
}

/// What comes of asking again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    Agrees,
    /// The schema is none, in the words of Helm's library.
    NoSchema(String),
    /// The crate cannot use the schema, or refuses the values: its words.
    Disagrees(String),
}

impl SecondOpinion {
    /// Nobody to ask, as under `--skip-schema-validation`.
    pub fn none() -> Self {
        SecondOpinion { pending: Vec::new(), plain: Vec::new() }
    }

    pub(super) fn ask(&mut self, accepted: Accepted, values: Value, chart: &str, place: Place) {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let (told, heard) = channel();
        // Nobody may listen any more, and a thread that cannot be had is an opinion that is never heard.
        let _ = thread
            .spawn(move || judge(accepted, &values, Stack::of_size(STACK), |judgement| drop(told.send(judgement))));
        self.pending.push(Pending { chart: chart.into(), place, judge: heard });
    }

    pub(super) fn spare(&mut self, accepted: Accepted) {
        self.plain.push(accepted);
    }

    /// Waits for all opinions; a disagreement is undecided. What has been confirmed is not asked again.
    pub fn confirm(&mut self) -> Result<(), Refusal> {
        for Pending { chart, place, judge } in self.pending.drain(..) {
            let words = match judge.recv_timeout(PATIENCE) {
                Ok(Judgement::Agrees) => continue,
                Ok(Judgement::NoSchema(words)) => {
                    return Err(super::refused(&format!("{chart}:\n{words}")));
                }
                Ok(Judgement::Disagrees(words)) => words,
                Err(_) => "the schema could not be checked twice".to_string(),
            };
            return Err(Refusal::new(Kind::Undecided, words)
                .at(place)
                .help("make the schema say it more plainly, or skip it by --skip-schema-validation"));
        }
        Ok(())
    }
}

/// Tells the judgement before anything that led to it is cleared away.
pub(super) fn judge<T>(accepted: Accepted, values: &Value, stack: Stack, tell: impl FnOnce(Judgement) -> T) -> T {
    let Accepted { mut schema, fresh, .. } = accepted;
    match metacheck::refusal(&schema, &fresh, stack) {
        Ok(None) => {}
        Ok(Some(words)) => return tell(Judgement::NoSchema(words)),
        Err(exhausted) => {
            return tell(Judgement::Disagrees(format!("the schema cannot be checked: {}", exhausted.message())));
        }
    }
    portable_patterns(&mut schema);
    let options = jsonschema::options()
        .with_retriever(Nowhere)
        .with_base_uri(super::URL)
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(false)
        .without_content_encoding_support("base64")
        .without_content_media_type_support("application/json");
    let built = options.build(&schema);
    tell(match &built {
        Err(error) if is_our_business(error.kind()) => Judgement::Agrees,
        Err(error) => Judgement::Disagrees(format!("the schema may not be valid: {error}")),
        Ok(validator) => match validator.validate(values) {
            Ok(()) => Judgement::Agrees,
            // The crate's own text would repeat the value; the place is enough, and never a secret.
            Err(error) => {
                Judgement::Disagrees(format!("the schema may refuse these values: at '{}'", error.instance_path()))
            }
        },
    })
}

/// The metaschema and every reference that counts have been heard: left are a pattern of Go's that the crate does not
/// read, and a place that it does not find because nothing leads there, or because it is in another draft.
fn is_our_business(kind: &ValidationErrorKind) -> bool {
    match kind {
        ValidationErrorKind::Format { .. } | ValidationErrorKind::Referencing(_) => true,
        ValidationErrorKind::PropertyNames { error } => is_our_business(error.kind()),
        _ => false,
    }
}

/// Loads nothing. What values can come to has been resolved by the first judge, who refuses what is outside; left are
/// `urn:`s, which accept everything, and places that nothing leads to, where the crate looks all the same.
struct Nowhere;

impl Retrieve for Nowhere {
    fn retrieve(&self, _: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Value::Bool(true))
    }
}

/// Writes Go's patterns so that the crate means the same by them. What only looks like a keyword is left alone.
fn portable_patterns(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(portable_patterns),
        Value::Object(members) => {
            for (keyword, value) in members.iter_mut() {
                match (keyword.as_str(), value) {
                    ("enum" | "const" | "default" | "examples", _) => {}
                    ("pattern", Value::String(pattern)) => *pattern = portable(pattern),
                    ("patternProperties", Value::Object(patterns)) => {
                        let rewritten = std::mem::take(patterns).into_iter().map(|(pattern, mut schema)| {
                            portable_patterns(&mut schema);
                            (portable(&pattern), schema)
                        });
                        *patterns = rewritten.collect();
                    }
                    (_, value) => portable_patterns(value),
                }
            }
        }
        _ => {}
    }
}

fn portable(pattern: &str) -> String {
    regexp::portable(pattern.as_bytes()).unwrap_or_else(|| pattern.into())
}
