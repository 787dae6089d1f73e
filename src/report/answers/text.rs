//! For people: a line for each answer with the worst last, where the eye rests, and a line for all.

use super::{Answer, Answers, Outcome};
use crate::diagnostic::Plain;

pub fn write(answers: &Answers, colour: bool) -> String {
    let paint = |outcome: Outcome, text: &str| {
        let code = match outcome {
            Outcome::Pass => "32",
            Outcome::Note => "1;36",
            Outcome::Warn => "1;33",
            Outcome::Unknown => "1;35",
            Outcome::Fail => "1;31",
        };
        if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    };
    let mut out = format!(
        "{} of chart {} in namespace {}, looked at from {}\n\n",
        Plain(&answers.release),
        Plain(&answers.chart),
        Plain(&answers.namespace),
        Plain(&answers.vantage)
    );
    let mut sorted: Vec<&Answer> = answers.answers.iter().collect();
    sorted.sort_by_key(|a| a.outcome);
    for answer in sorted {
        let name = paint(answer.outcome, &format!("{:<7}", answer.outcome.name()));
        let (subject, reason) = (Plain(&answer.subject), Plain(&answer.reason));
        let took = answer.took().map(|took| format!(" ({:.1} s)", took.as_secs_f64())).unwrap_or_default();
        out.push_str(&format!("{name} {}: {subject}{took}\n        {reason}\n", answer.check));
        if let Some(advice) = &answer.advice {
            out.push_str(&format!("        = help: {}\n", Plain(advice)));
        }
    }
    let told = Outcome::ALL.iter().filter(|o| **o != Outcome::Note || answers.count(**o) > 0);
    let tally: Vec<String> = told.map(|o| format!("{} {}", answers.count(*o), o.name().to_lowercase())).collect();
    out.push_str(&format!("\n{} answers: {}\n", answers.answers.len(), tally.join(", ")));
    out
}
