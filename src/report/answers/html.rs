//! A page for a browser, whole in one file: no script, nothing that is fetched. MiniJinja escapes every text for HTML; what no
//! text should hold (control characters) is made visible before.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::{Answers, Outcome};
use crate::diagnostic::Plain;

const PAGE: &str = include_str!("page.html");

/// # Errors
/// In words: the page could not be made.
pub fn write(answers: &Answers) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let plain = |text: &str| Plain(text).to_string();
    let mut sorted: Vec<_> = answers.answers.iter().collect();
    sorted.sort_by_key(|answer| std::cmp::Reverse(answer.outcome));
    let rows: Vec<_> = sorted
        .iter()
        .map(|a| {
            context! {
                class => a.outcome.name().to_lowercase(), outcome => a.outcome.name(), check => a.check,
                subject => plain(&a.subject), reason => plain(&a.reason), advice => a.advice.as_deref().map(plain),
            }
        })
        .collect();
    let tally: Vec<_> = Outcome::ALL
        .iter()
        .rev()
        .filter(|o| **o != Outcome::Note || answers.count(**o) > 0)
        .map(|o| context! { class => o.name().to_lowercase(), name => o.name().to_lowercase(), count => answers.count(*o) })
        .collect();
    let verdict = match answers.exit_code() {
        0 => "passed",
        1 => "failed",
        _ => "undecided",
    };
    let page = context! {
        release => plain(&answers.release), chart => plain(&answers.chart), namespace => plain(&answers.namespace),
        vantage => plain(&answers.vantage), asked => answers.asked.name(), tool => env!("CARGO_PKG_VERSION"), verdict, tally, answers => rows,
    };
    environment.render_str(PAGE, page).map_err(|e| format!("the page cannot be made: {e}"))
}
