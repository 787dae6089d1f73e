//! The second opinion: the jsonschema crate on values that the first judge accepts.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use jsonschema::PatternOptions;
use serde_json::{Map, Number, Value};

use crate::diagnostic::{Kind, Place, Refusal};
use crate::value::Tree;

/// Opinions that are being formed.
#[must_use = "nothing may be shown before the opinion is heard"]
#[derive(Debug)]
pub struct SecondOpinion {
    pending: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    place: Place,
    /// Nothing comes where the crate has panicked.
    judge: Receiver<Judgement>,
}

#[derive(Debug)]
enum Judgement {
    Agrees,
    /// The schema cannot be used: the crate's words, and what Helm's library would say of it.
    Unusable(String, Option<String>),
    /// The values are refused: the crate's words.
    Refuses(String),
}

/// Bytes for a crate that recurses over values and schema, of which the first judge has bounded the depth.
const STACK: usize = 64 << 20;

/// The first judge has counted its steps; this is for schemas that only the crate finds hard.
const PATIENCE: Duration = Duration::from_secs(10);

impl SecondOpinion {
    /// Nobody to ask, as under `--skip-schema-validation`.
    pub fn none() -> Self {
        SecondOpinion { pending: Vec::new() }
    }

    pub(super) fn ask(&mut self, schema: Value, values: Tree<'_>, place: Place) {
        let values = json(values);
        let (told, heard) = channel();
        let thread = std::thread::Builder::new().stack_size(STACK);
        // A thread that cannot be had is an opinion that is never heard.
        let _ = thread.spawn(move || judge(&schema, &values, &told));
        self.pending.push(Pending { place, judge: heard });
    }

    /// Waits for all opinions; a disagreement is undecided.
    pub fn confirm(self) -> Result<(), Refusal> {
        for Pending { place, judge } in self.pending {
            let words = match judge.recv_timeout(PATIENCE) {
                Ok(Judgement::Agrees) => continue,
                Ok(Judgement::Unusable(_, Some(helm))) => {
                    let chart = place.file.rsplit('/').nth(1).unwrap_or_default().to_string();
                    return Err(Refusal::new(
                        Kind::Schema,
                        format!(
                            "values don't meet the specifications of the schema(s) in the following chart(s):\n{chart}:\n{helm}"
                        ),
                    ));
                }
                Ok(Judgement::Unusable(words, None)) => format!("the schema may not be valid: {words}"),
                Ok(Judgement::Refuses(words)) => format!("the schema may refuse these values: {words}"),
                Err(_) => "the schema could not be checked twice".to_string(),
            };
            return Err(Refusal::new(Kind::Undecided, words)
                .at(place)
                .help("make the schema say it more plainly, or skip it by --skip-schema-validation"));
        }
        Ok(())
    }
}

/// Says what the crate thinks, before anything of it is cleared away.
fn judge(schema: &Value, values: &Value, told: &Sender<Judgement>) {
    let options = jsonschema::options().offline().with_pattern_options(PatternOptions::regex());
    let built = options.build(schema);
    let judgement = match &built {
        Err(error) => {
            let helm = super::invalid_schema(schema).ok().flatten();
            Judgement::Unusable(error.to_string(), helm)
        }
        Ok(validator) => match validator.validate(values) {
            Ok(()) => Judgement::Agrees,
            // The crate's own text would repeat the value; the place is enough, and never a secret.
            Err(error) => Judgement::Refuses(format!("at '{}'", error.instance_path())),
        },
    };
    // Nobody may listen any more.
    let _ = told.send(judgement);
}

/// Values as JSON. Go has one kind of number here: 1.0 is an integer.
fn json(tree: Tree<'_>) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(b) => Value::Bool(b),
        Tree::Int(n) => Value::Number(n.into()),
        Tree::Float(f) if f.fract() == 0.0 && f.abs() < 9e15 => Value::Number((f as i64).into()),
        Tree::Float(f) => Number::from_f64(f).map_or(Value::Null, Value::Number),
        Tree::Str(s) => Value::String(String::from_utf8_lossy(s).into_owned()),
        Tree::List(list) => Value::Array(list.items().iter().map(|(i, _)| json(*i)).collect()),
        Tree::Map(map) => {
            let entries = map.entries().iter().map(|e| (String::from_utf8_lossy(e.key).into_owned(), json(e.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}
