//! JUnit's XML: one suite, a test for each answer. What could not be told is an error, not a pass and no failure.

use super::{Answers, Outcome};
use crate::report::junit::escape;

pub fn write(answers: &Answers) -> String {
    let mut cases = String::new();
    let (mut failures, mut errors) = (0, 0);
    for answer in &answers.answers {
        let text = format!(
            "{}{}",
            escape(&answer.reason),
            answer.advice.as_ref().map(|a| format!("&#10;help: {}", escape(a))).unwrap_or_default()
        );
        let body = match answer.outcome {
            outcome if answers.fails(outcome) => {
                failures += 1;
                format!("<failure type=\"{}\" message=\"{}\">{text}</failure>", outcome.name(), escape(&answer.reason))
            }
            Outcome::Unknown => {
                errors += 1;
                format!("<error type=\"unknown\" message=\"{}\">{text}</error>", escape(&answer.reason))
            }
            outcome => format!("<system-out>{}: {text}</system-out>", outcome.name()),
        };
        let name = escape(&format!("{}: {}", answer.check, answer.subject));
        let class = escape(&answers.chart);
        let time = answer.took().map(|took| format!(" time=\"{:.3}\"", took.as_secs_f64())).unwrap_or_default();
        cases.push_str(&format!(
            "    <testcase classname=\"{class}\" name=\"{name}\"{time}>\n      {body}\n    </testcase>\n"
        ));
    }
    let (name, count) = (escape(&format!("{} {}", answers.asked.name(), answers.release)), answers.answers.len());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"plimsoll\">\n  <testsuite name=\"{name}\" \
         tests=\"{count}\" failures=\"{failures}\" errors=\"{errors}\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}
