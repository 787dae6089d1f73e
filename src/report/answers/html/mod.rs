//! A page for a browser, whole in one file: no script, nothing that is fetched, and a policy that lets a browser run or fetch
//! nothing else either. MiniJinja escapes every text for HTML; what no text should hold (control characters) is made visible before.
//!
//! | file | owns |
//! |---|---|
//! | `timeline` | the steps of a run as bars |
//! | `plot` | what a client's writes took, over time |
//! | `scale` | times as places and as words |

mod plot;
mod scale;
mod timeline;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use sha2::{Digest, Sha256};

use super::{Answer, Answers, Asked, Outcome};
use crate::diagnostic::Plain;
use crate::go::encode::base64_encode;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// # Errors
/// In words: the page could not be made.
pub fn write(answers: &Answers) -> Result<String, String> {
    let mut sorted: Vec<_> = answers.answers.iter().collect();
    sorted.sort_by_key(|answer| std::cmp::Reverse(answer.outcome));
    let rows: Vec<_> = sorted.iter().map(|answer| row(answer)).collect();
    let told = Outcome::ALL.iter().rev().filter(|o| **o != Outcome::Note || answers.count(**o) > 0);
    let tally = told.map(|o| context! { class => class(*o), count => answers.count(*o) }).collect::<Vec<_>>();
    let (verdict, verdict_class) = match answers.exit_code() {
        0 => ("passed", "pass"),
        1 => ("failed", "fail"),
        _ => ("undecided", "unknown"),
    };
    let smoke = answers.asked == Asked::Smoke;
    let course = answers.course.as_ref();
    let timeline = course.map(|course| timeline::write(answers, course)).transpose()?;
    let plots = course.iter().flat_map(|course| &course.writes).enumerate();
    let plots = plots.map(|(n, writes)| plot::write(n, writes, answers)).collect::<Result<Vec<_>, _>>()?;
    let page = context! {
        // The style is ours; it and no other is let in.
        style => Value::from_safe_string(STYLE.into()), style_hash => base64_encode(&Sha256::digest(STYLE)),
        asked => answers.asked.name(), tool => env!("CARGO_PKG_VERSION"), smoke, verdict, verdict_class, tally, answers => rows,
        release => plain(&answers.release), chart => plain(&answers.chart), namespace => plain(&answers.namespace),
        vantage => plain(&answers.vantage), took => course.map(|course| scale::spoken(course.took)), timeline, plots,
    };
    filled(PAGE, page)
}

fn row(answer: &Answer) -> Value {
    context! {
        class => class(answer.outcome), outcome => answer.outcome.name(), check => answer.check, subject => plain(&answer.subject),
        reason => plain(&answer.reason), advice => answer.advice.as_deref().map(plain), took => answer.took().map(scale::spoken),
    }
}

/// The class of the style, and the word of the tally.
fn class(outcome: Outcome) -> String {
    outcome.name().to_lowercase()
}

fn plain(text: &str) -> String {
    Plain(text).to_string()
}

/// A template with its texts, escaped.
fn filled(template: &str, texts: Value) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.render_str(template, texts).map_err(|e| format!("the page cannot be made: {e}"))
}

/// A part of the page, which is not escaped once more.
fn part(template: &str, texts: Value) -> Result<Value, String> {
    filled(template, texts).map(Value::from_safe_string)
}
