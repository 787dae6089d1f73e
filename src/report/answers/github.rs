//! Workflow commands of GitHub: an annotation for everything that did not pass.

use super::{Answers, Outcome};
use crate::report::github::command;

pub fn write(answers: &Answers) -> String {
    let mut out = String::new();
    for answer in answers.answers.iter().filter(|a| a.outcome != Outcome::Pass) {
        let level = match answer.outcome {
            outcome if answers.fails(outcome) => "error",
            Outcome::Note => "notice",
            _ => "warning",
        };
        let mut message = format!("{} {}: {}", answer.outcome.name(), answer.subject, answer.reason);
        answer.advice.iter().for_each(|advice| message.push_str(&format!("\nhelp: {advice}")));
        out.push_str(&command(level, None, answer.check, &message));
    }
    out
}
