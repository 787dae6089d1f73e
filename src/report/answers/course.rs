//! The course of a run: when each answer was given, and what a client saw that wrote meanwhile. Whatever is told of it is bounded,
//! however long the run was.

use std::time::Duration;

/// Marks for one client's writes: no report has more.
const SAMPLES: usize = 300;
/// So long without an acknowledged write is a gap.
const GAP: Duration = Duration::from_millis(500);
/// Gaps that are told: the longest.
const GAPS: usize = 50;

/// When an answer was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// None: it is about the run itself.
    pub scenario: Option<&'static str>,
    /// Since the run began.
    pub at: Duration,
    /// How long it took to find out, where that is of interest.
    pub took: Option<Duration>,
}

impl When {
    /// When it began to be looked for.
    pub fn began(&self) -> Duration {
        self.at.saturating_sub(self.took.unwrap_or_default())
    }
}

/// A whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    pub took: Duration,
    /// One for each client that wrote.
    pub writes: Vec<Writes>,
}

/// A write that the server acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// When the answer came, since the run began.
    pub at: Duration,
    pub took: Duration,
}

/// What came of one client's writes. All times are since the run began, and in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writes {
    pub scenario: &'static str,
    pub began: Duration,
    pub ended: Duration,
    pub acknowledged: Vec<Acknowledged>,
    /// When the client gave up on a write.
    pub unanswered: Vec<Duration>,
    /// Connections after the first.
    pub reconnects: u64,
}

/// What is told of some writes that lie side by side: of one, or of all in a slot of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub at: Duration,
    pub acknowledged: usize,
    pub unanswered: usize,
    /// Least, median and most of what the acknowledged ones took.
    pub latency: Option<[Duration; 3]>,
}

impl Writes {
    /// What so many of a hundred acknowledged writes took at most.
    pub fn latency(&self, percent: usize) -> Duration {
        let mut sorted: Vec<_> = self.acknowledged.iter().map(|write| write.took).collect();
        sorted.sort_unstable();
        at_percent(&sorted, percent)
    }

    /// Between two acknowledged writes, and before the first and after the last: from, to.
    fn pauses(&self) -> impl Iterator<Item = (Duration, Duration)> {
        let ends = self.acknowledged.iter().map(|write| write.at).chain([self.ended.max(self.began)]);
        let begins = [self.began].into_iter().chain(self.acknowledged.iter().map(|write| write.at));
        begins.zip(ends)
    }

    /// The longest time without an acknowledged write.
    pub fn longest_gap(&self) -> Duration {
        self.pauses().map(|(from, to)| to.saturating_sub(from)).max().unwrap_or_default()
    }

    /// The longest of the times without an acknowledged write that are worth telling, in their order: from, to.
    pub fn gaps(&self) -> Vec<(Duration, Duration)> {
        let mut gaps: Vec<_> = self.pauses().filter(|(from, to)| to.saturating_sub(*from) >= GAP).collect();
        gaps.sort_by_key(|(from, to)| std::cmp::Reverse(to.saturating_sub(*from)));
        gaps.truncate(GAPS);
        gaps.sort();
        gaps
    }

    /// All writes where they are few, else what there was in each of many slots of time.
    pub fn samples(&self) -> Vec<Sample> {
        let acknowledged = self.acknowledged.iter().map(|write| (write.at, Some(write.took)));
        let mut events: Vec<_> = acknowledged.chain(self.unanswered.iter().map(|at| (*at, None))).collect();
        events.sort_by_key(|(at, _)| *at);
        let (Some((first, _)), Some((last, _))) = (events.first(), events.last()) else { return Vec::new() };
        if events.len() <= SAMPLES {
            return events.iter().map(|event| sample(event.0, std::slice::from_ref(event))).collect();
        }
        let (first, width) = (*first, (last.saturating_sub(*first)).as_nanos() / SAMPLES as u128 + 1);
        let slot = |at: Duration| at.saturating_sub(first).as_nanos() / width;
        let of_slot = |events: &[(Duration, Option<Duration>)]| {
            let at = slot(events.first().map_or(first, |event| event.0)) * width + width / 2;
            sample(first + Duration::from_nanos(u64::try_from(at).unwrap_or(u64::MAX)), events)
        };
        events.chunk_by(|a, b| slot(a.0) == slot(b.0)).map(of_slot).collect()
    }
}

fn sample(at: Duration, events: &[(Duration, Option<Duration>)]) -> Sample {
    let mut sorted: Vec<Duration> = events.iter().filter_map(|event| event.1).collect();
    sorted.sort_unstable();
    let latency = (!sorted.is_empty()).then(|| [0, 50, 100].map(|percent| at_percent(&sorted, percent)));
    Sample { at, acknowledged: sorted.len(), unanswered: events.len() - sorted.len(), latency }
}

fn at_percent(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get(sorted.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn writes(at: impl Iterator<Item = u64>) -> Writes {
        let acknowledged = at.map(|n| Acknowledged { at: ms(n), took: ms(n % 7) }).collect::<Vec<_>>();
        let ended = acknowledged.last().map_or(ms(100), |last| last.at);
        Writes { scenario: "upgrade", began: ms(100), ended, acknowledged, ..Writes::default() }
    }

    #[test]
    fn a_gap_may_stand_at_either_end() {
        let some = Writes { ended: ms(9000), ..writes([800, 850, 2000].into_iter()) };
        assert_eq!(some.gaps(), [(ms(100), ms(800)), (ms(850), ms(2000)), (ms(2000), ms(9000))]);
        assert_eq!(some.longest_gap(), ms(7000));
        let none = Writes { ended: ms(700), ..writes([].into_iter()) };
        assert_eq!(none.gaps(), [(ms(100), ms(700))], "nothing was acknowledged at all");
        let many = writes((0..200).map(|n| 1000 * n + n));
        assert_eq!(many.gaps().len(), GAPS);
        assert_eq!(many.gaps().last(), Some(&(ms(49_049), ms(50_050))));
    }

    #[test]
    fn few_writes_are_told_one_by_one() {
        let some = Writes { unanswered: vec![ms(825)], ..writes([800, 850].into_iter()) };
        let told: Vec<_> = some.samples().iter().map(|s| (s.at, s.acknowledged, s.unanswered, s.latency)).collect();
        assert_eq!(told, [(ms(800), 1, 0, Some([ms(2); 3])), (ms(825), 0, 1, None), (ms(850), 1, 0, Some([ms(3); 3]))]);
        assert!(writes([].into_iter()).samples().is_empty());
    }

    #[test]
    fn many_writes_are_told_in_slots_that_lose_none() {
        // Two hours of a write each 50 ms, with a minute without.
        let hours = writes((0..144_000).map(|n| 100 + 50 * n).filter(|at| !(600_000..660_000).contains(at)));
        let samples = hours.samples();
        assert!(samples.len() <= SAMPLES && samples.len() > SAMPLES - 5, "{}", samples.len());
        assert_eq!(samples.iter().map(|s| s.acknowledged).sum::<usize>(), hours.acknowledged.len());
        assert!(samples.is_sorted_by(|a, b| a.at < b.at));
        let of = |n: usize| samples.iter().filter_map(|s| s.latency).map(|l| l[n]).collect::<Vec<_>>();
        assert_eq!((of(0).into_iter().min(), of(2).into_iter().max()), (Some(ms(0)), Some(ms(6))));
        assert!(of(1).into_iter().all(|median| median == ms(3)));
        assert_eq!(hours.gaps(), [(ms(599_950), ms(660_000))]);
        // All at one moment.
        let burst = writes((0..1000).map(|_| 500));
        assert_eq!(burst.samples().len(), 1);
    }

    #[test]
    fn latencies_by_rank() {
        let some = writes((0..100).map(|n| 7 * n + n % 7));
        assert_eq!((some.latency(50), some.latency(100)), (ms(3), ms(6)));
        assert_eq!(writes([].into_iter()).latency(99), Duration::ZERO);
    }
}
