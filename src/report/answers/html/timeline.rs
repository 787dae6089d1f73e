//! The steps of a run as bars: one lane for the run as a whole, with a bar for each scenario, and one for each scenario, on a clock of
//! its own. What was told in passing and is well stands in the table alone.

use std::time::Duration;

use minijinja::{Value, context};

use super::scale::{Scale, percent, spoken};
use super::{class, part, plain};
use crate::diagnostic::excerpt;
use crate::report::{Answer, Answers, Course, Outcome, When};

const TIMELINE: &str = include_str!("timeline.html");
/// Bars of a lane: what goes beyond is in the table.
const BARS: usize = 100;
/// Characters of what a step is about: the table has all of it.
const SUBJECT: usize = 60;

/// One bar, or one point where it took no time.
struct Step {
    name: String,
    subject: String,
    outcome: Outcome,
    began: Duration,
    ended: Duration,
    point: bool,
}

/// # Errors
/// In words: it could not be made.
pub fn write(answers: &Answers, course: &Course) -> Result<Value, String> {
    let timed: Vec<(&Answer, When)> = answers.answers.iter().filter_map(|a| Some((a, a.when?))).collect();
    let mut scenarios: Vec<&str> = Vec::new();
    for scenario in timed.iter().filter_map(|(_, when)| when.scenario) {
        if !scenarios.contains(&scenario) {
            scenarios.push(scenario);
        }
    }
    let of = |scenario: Option<&str>| timed.iter().filter(|(_, when)| when.scenario == scenario).collect::<Vec<_>>();
    let mut run: Vec<Step> = of(None).into_iter().filter_map(step).collect();
    let mut lanes = Vec::new();
    let cut = timed.iter().find(|(answer, _)| answer.check == "interrupted");
    for scenario in scenarios.iter().copied() {
        // What was cut off has not come to its end, whatever it had shown until then.
        let cut = cut.filter(|_| Some(&scenario) == scenarios.last());
        let all: Vec<_> = of(Some(scenario)).into_iter().chain(cut).collect();
        let ends = (all.iter().map(|(_, w)| w.began()).min(), all.iter().map(|(_, w)| w.at).max());
        let (Some(began), Some(ended)) = ends else { continue };
        let mut worst = all.iter().map(|(a, _)| a.outcome).max().unwrap_or(Outcome::Unknown);
        if worst == Outcome::Note {
            worst = Outcome::Pass;
        }
        let (name, subject) = (format!("scenario {scenario}"), String::new());
        run.push(Step { name, subject, outcome: worst, began, ended, point: false });
        lanes.push(lane(scenario, all.into_iter().filter_map(step).collect(), Scale::new(began, ended)));
    }
    let end = timed.iter().map(|(_, when)| when.at).chain([course.took]).max().unwrap_or_default();
    lanes.insert(0, lane("the run", run, Scale::new(Duration::ZERO, end)));
    part(TIMELINE, context! { lanes })
}

fn step((answer, when): &(&Answer, When)) -> Option<Step> {
    let point = when.took.is_none();
    if point && answer.outcome == Outcome::Pass {
        return None;
    }
    // The lane's name need not stand in it once more.
    let lane = when.scenario.unwrap_or("the run");
    let subject = answer.subject.strip_prefix(lane).unwrap_or(&answer.subject);
    let subject = plain(&excerpt(subject.strip_prefix(": ").unwrap_or(subject), SUBJECT));
    Some(Step {
        name: answer.check.into(),
        subject,
        outcome: answer.outcome,
        began: when.began(),
        ended: when.at,
        point,
    })
}

fn lane(name: &str, mut steps: Vec<Step>, scale: Scale) -> Value {
    steps.sort_by_key(|step| (step.began, step.ended));
    // The worst are not those that are left out.
    let more = steps.len().saturating_sub(BARS);
    for outcome in Outcome::ALL {
        let mut out = steps.len().saturating_sub(BARS);
        steps.retain(|step| {
            let leave = out > 0 && step.outcome == outcome;
            out -= usize::from(leave);
            !leave
        });
    }
    let bars = steps.into_iter().map(|step| {
        let (x, width) = scale.bar(step.began, step.ended);
        let (from, to) = (spoken(step.began), spoken(step.ended));
        let took = if step.point { String::new() } else { spoken(step.ended.saturating_sub(step.began)) };
        let when = if step.point { format!("at {from}") } else { format!("from {from} to {to}") };
        context! {
            name => step.name, subject => step.subject, class => class(step.outcome), outcome => step.outcome.name(),
            point => step.point, middle => percent(scale.place(step.began)), x, width, took, when,
        }
    });
    context! { name, bars => bars.collect::<Vec<_>>(), more, marks => scale.marks() }
}
