//! What a client's writes took, over time: a point for each write or each slot of time, with a line from the least to the most;
//! shaded where none was acknowledged, and while the release was upgraded.

use std::time::Duration;

use minijinja::{Value, context};

use super::part;
use super::scale::{Powers, Scale, percent, short, spoken};
use crate::report::{Answers, Sample, Writes};

const PLOT: &str = include_str!("plot.html");

/// # Errors
/// In words: it could not be made.
pub fn write(n: usize, writes: &Writes, answers: &Answers) -> Result<Value, String> {
    let (scale, samples) = (Scale::new(writes.began, writes.ended), writes.samples());
    let latencies = || samples.iter().filter_map(|sample| sample.latency);
    let (least, most) = (latencies().map(|l| l[0]).min(), latencies().map(|l| l[2]).max());
    let powers = Powers::new(least.unwrap_or_default(), most.unwrap_or_default());
    let (gaps, longest) = (writes.gaps(), writes.longest_gap());
    let shaded = |from: Duration, to: Duration| {
        let (x, width) = scale.bar(from, to);
        context! { x, width, from => spoken(from), to => spoken(to) }
    };
    let texts = context! {
        id => format!("writes-{n}"), scenario => writes.scenario, slots => samples.iter().any(|s| s.acknowledged + s.unanswered > 1),
        acknowledged => writes.acknowledged.len(), unanswered => writes.unanswered.len(), reconnects => writes.reconnects,
        longest => spoken(longest), median => short(writes.latency(50)), p99 => short(writes.latency(99)), max => short(writes.latency(100)),
        from => spoken(writes.began), to => spoken(writes.ended), x_marks => scale.marks(), y_marks => powers.marks(),
        gaps => gaps.iter().map(|(from, to)| shaded(*from, *to)).collect::<Vec<_>>(),
        upgrade => during(answers, writes, "helm-upgrade").map(|(from, to)| shaded(from, to)),
        rollout => during(answers, writes, "rollout").map(|(from, to)| shaded(from, to)),
        samples => samples.iter().map(|sample| mark(sample, &scale, &powers)).collect::<Vec<_>>(),
    };
    part(PLOT, texts)
}

/// When something was done while the client wrote.
fn during(answers: &Answers, writes: &Writes, check: &str) -> Option<(Duration, Duration)> {
    let of = answers.answers.iter().filter(|a| a.check == check).filter_map(|a| a.when);
    let mut of = of.filter(|w| w.scenario == Some(writes.scenario) && w.at > writes.began && w.began() < writes.ended);
    of.find(|when| when.took.is_some() && when.began() >= writes.began).map(|when| (when.began(), when.at))
}

fn mark(sample: &Sample, scale: &Scale, powers: &Powers) -> Value {
    let mut words = spoken(sample.at);
    match (sample.acknowledged, sample.latency) {
        (1, Some([_, median, _])) => words.push_str(&format!(": {}", short(median))),
        (n, Some(of)) => {
            let [least, median, most] = of.map(short);
            words.push_str(&format!(": {n} writes, {least} to {most}, median {median}"));
        }
        _ => {}
    }
    match sample.unanswered {
        0 => {}
        1 => words.push_str(": one write without an answer"),
        n => words.push_str(&format!(": {n} writes without an answer")),
    }
    let y = sample.latency.map(|of| of.map(|latency| powers.place(latency)));
    let range = y.as_ref().is_some_and(|y| y[0] != y[2]);
    context! { x => percent(scale.place(sample.at)), y, range, lost => sample.unanswered > 0, words }
}
