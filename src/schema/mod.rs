//! values.schema.json: what Helm would say of the values, and a second opinion before we agree.
//!
//! Two judges. The first (`walk`) answers exactly as the schema library of Helm does, words included. The second
//! (`second`: the jsonschema crate) is asked about what the first accepts, on a thread of its own while templates render;
//! when the two disagree, the values are *undecided* and nothing is printed. A schema of everyday keywords alone (`plain`)
//! is decided by the first judge, who is held to Helm's library by an oracle: asking costs more than the whole render.
//! Helm up to 3.18.4 has another library: `xeipuuv` judges for those, alone. `clauses` tells which clause refuses what. `people` tells the first judge's refusals in words that somebody can act on.

mod clauses;
mod compiled;
mod document;
mod draft;
mod failure;
mod format;
mod member;
mod metacheck;
mod metaschema;
mod number;
mod path;
mod people;
mod plain;
mod pointer;
mod reach;
mod second;
mod text;
mod walk;
mod xeipuuv;

pub use clauses::{clauses, refusing};
pub use people::{Violation, violations};
pub use second::{Judgement, SecondOpinion};

use crate::chart::Log;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::{Dialect, LogPlace, SchemaLibrary};
use crate::limits::{Exhausted, Stack};
use crate::value::{MapNode, Tree, to_json};
use crate::values::Enabled;
use compiled::{Compiled, Judge, URL, Unusable};
use second::Accepted;
use text::Unreadable;

/// `ValidateAgainstSchema`: the chart's schema, then those of its subcharts, in Helm's words all together.
///
/// What is accepted comes back with the second opinion still to be heard: [`SecondOpinion::confirm`] before anything is
/// shown. Warnings of Helm's go to `log`.
pub fn check(root: &Enabled<'_>, dialect: &Dialect, stack: Stack, log: &mut Log) -> Result<SecondOpinion, Refusal> {
    let mut opinion = SecondOpinion::none();
    let words = check_chart(root, root.values, dialect, stack, log, &mut opinion)?;
    if words.is_empty() { Ok(opinion) } else { Err(refused(&words)) }
}

/// Bytes of all schemas that [`check`] would ask.
pub fn size(root: &Enabled<'_>) -> usize {
    root.chart.schema.map_or(0, <[u8]>::len) + root.dependencies.iter().map(size).sum::<usize>()
}

fn refused(words: &str) -> Refusal {
    Refusal::new(
        Kind::Schema,
        format!("values don't meet the specifications of the schema(s) in the following chart(s):\n{words}"),
    )
}

fn check_chart(
    chart: &Enabled<'_>,
    values: &MapNode<'_>,
    dialect: &Dialect,
    stack: Stack,
    log: &mut Log,
    opinion: &mut SecondOpinion,
) -> Result<String, Refusal> {
    let mut words = String::new();
    if let Some(schema) = chart.chart.schema {
        let place = || Place::file(format!("{}/values.schema.json", chart.path));
        let refusal = match dialect.schema_library {
            // Nobody else means the same by a schema: this judge is held to Helm's library by an oracle of its own.
            SchemaLibrary::Xeipuuv => xeipuuv::judge(schema, Tree::Map(values), stack).map(|told| told.map(|()| None)),
            _ => first(schema, Tree::Map(values), Judge::of(dialect), stack).map(|First { refusal, urns }| {
                urns.iter().for_each(|urn| warn(urn, log));
                refusal.map(Some)
            }),
        };
        match refusal.map_err(|e| e.refusal().at(place()))? {
            Err(wrong) => words.push_str(&format!("{}:\n{wrong}", chart.metadata.name)),
            Ok(None) => {}
            Ok(Some(accepted)) if accepted.plain => opinion.spare(accepted),
            Ok(Some(accepted)) => {
                let values = to_json(Tree::Map(values));
                opinion.ask(accepted, values, &chart.metadata.name.to_string(), place());
            }
        }
    }
    for sub in chart.dependencies {
        let name = sub.metadata.name;
        match values.get(name).map(|e| e.value) {
            Some(Tree::Map(values)) => words.push_str(&check_chart(sub, values, dialect, stack, log, opinion)?),
            None | Some(Tree::Null) if !dialect.crashes_without_subchart_values => {}
            other if dialect.crashes_without_subchart_values => {
                let got = other.map_or("nil", |tree| if tree == Tree::Null { "nil" } else { go_type(tree) });
                let words =
                    format!("panic: interface conversion: interface {{}} is {got}, not map[string]interface {{}}");
                return Err(Refusal::new(Kind::HelmCrashes, words).help(format!("give {name} a table of values")));
            }
            None => {}
            Some(other) => words.push_str(&format!(
                "{name}:\ninvalid type for values: expected object (map), got {}\n",
                go_type(other)
            )),
        }
    }
    Ok(words)
}

fn warn(urn: &str, log: &mut Log) {
    const WARNING: &str = "unresolved URN reference ignored; using permissive schema";
    log.say(LogPlace::UrnUnresolved, &format!("WARNING: {WARNING}: {urn}"), "WARN", WARNING, &[("urn", urn)]);
}

/// `ValidateAgainstSingleSchema`, both opinions at once: the library's words for a refusal, its last newline included.
pub fn verdict(schema: &[u8], values: Tree<'_>, stack: Stack) -> Result<Result<Judgement, String>, Refusal> {
    let First { refusal, .. } = first(schema, values, Judge::NEWEST, stack).map_err(|e| e.refusal())?;
    let plain = refusal.as_ref().is_ok_and(|accepted| accepted.plain);
    let asked = refusal.map(|accepted| second::judge(accepted, &to_json(values), stack, |judgement| judgement));
    Ok(match asked {
        Ok(Judgement::NoSchema(words) | Judgement::Disagrees(words)) if plain => {
            Ok(Judgement::Disagrees(format!("a plain schema: {words}")))
        }
        Ok(Judgement::NoSchema(words)) => Err(words),
        other => other,
    })
}

/// As [`verdict`], by the library of Helm up to 3.18.4. Nobody is asked twice.
pub fn older_verdict(schema: &[u8], values: Tree<'_>, stack: Stack) -> Result<Result<(), String>, Refusal> {
    xeipuuv::judge(schema, values, stack).map_err(NoJudgement::refusal)
}

/// What the first judge says.
struct First {
    refusal: Result<Accepted, String>,
    /// `urn:` references that Helm warns about.
    urns: Vec<String>,
}

/// Why there is no judgement. Helm would have given one.
enum NoJudgement {
    Outside(String),
    Vocabularies(String),
    /// What the library of older Helms makes of this is not known here.
    Unsure(String),
    Exhausted(Exhausted),
}

impl NoJudgement {
    fn refusal(self) -> Refusal {
        match self {
            NoJudgement::Outside(url) => Refusal::new(Kind::ChartEscapes, format!("the schema refers to {url}")).help(
                "copy what it refers to into the schema's own $defs, or leave it out by --skip-schema-validation",
            ),
            NoJudgement::Vocabularies(url) => {
                Refusal::new(Kind::Undecided, format!("the schema is written in the vocabularies of {url}"))
                    .help("name the draft itself as $schema")
            }
            NoJudgement::Unsure(of) => {
                let words = format!("what Helm up to 3.18.4 says of the schema is not known: {of}");
                Refusal::new(Kind::Undecided, words)
                    .help("render with --helm-version 3.18.6, or leave the schema out by --skip-schema-validation")
            }
            NoJudgement::Exhausted(exhausted) => {
                let words = format!("the schema cannot be checked: {}", exhausted.message());
                Refusal::new(Kind::Limit, words)
                    .help("ask less of the schema, or leave it out by --skip-schema-validation")
            }
        }
    }
}

impl From<Exhausted> for NoJudgement {
    fn from(exhausted: Exhausted) -> Self {
        NoJudgement::Exhausted(exhausted)
    }
}

/// The library's words about a schema that it cannot use.
fn unusable_words(unusable: Unusable) -> Result<String, NoJudgement> {
    match unusable {
        Unusable::Outside(url) => Err(NoJudgement::Outside(url)),
        Unusable::Vocabularies(url) => Err(NoJudgement::Vocabularies(url)),
        Unusable::Broken(words) => Ok(words),
        Unusable::TooHard => Err(NoJudgement::Exhausted(Exhausted::Bytes)),
    }
}

fn first(text: &[u8], values: Tree<'_>, judge: Judge, stack: Stack) -> Result<First, NoJudgement> {
    let schema = match text::parse(text) {
        Ok(schema) => schema,
        Err(Unreadable::Words(words)) => return Ok(First { refusal: Err(words), urns: Vec::new() }),
        Err(Unreadable::Exhausted(exhausted)) => return Err(exhausted.into()),
    };
    let mut compiled = Compiled::new(false, judge);
    let root = match compiled.add(URL, &schema) {
        Ok(root) => root,
        Err(why) => return Ok(First { refusal: Err(unusable_words(why)?), urns: compiled.urns }),
    };
    let wrong = match compiled.compile(root) {
        Err(why) => Some(unusable_words(why)),
        Ok(()) => match walk::validate(&compiled, root, values, None, stack)? {
            Ok(()) => None,
            Err(failure) => Some(Ok(failure.lines()? + "\n")),
        },
    };
    let plain = wrong.is_none() && plain::is_plain(&schema, |pattern| compiled.pattern(pattern).is_some());
    let Compiled { urns, fresh, .. } = compiled;
    let refusal = match wrong {
        None => Ok(Accepted { fresh, schema, plain }),
        // The library looks at the schema itself before it looks at anything else.
        Some(wrong) => match metacheck::refusal(&schema, &fresh, stack)? {
            Some(words) => Err(words),
            None => Err(wrong?),
        },
    };
    Ok(First { refusal, urns })
}

fn go_type(tree: Tree<'_>) -> &'static str {
    match tree {
        Tree::Null => "<nil>",
        Tree::Bool(_) => "bool",
        Tree::Int(_) => "int64",
        Tree::Float(_) => "float64",
        Tree::Str(_) => "string",
        Tree::List(_) => "[]interface {}",
        Tree::Map(_) => "map[string]interface {}",
    }
}
