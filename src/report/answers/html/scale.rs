//! Times as places and as words. Places are percents of a box, so that a picture has any width and its texts keep their size.

use std::time::Duration;

use minijinja::{Value, context};

/// Between two marks of an axis, in milliseconds.
const STEPS: [u64; 17] =
    [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000];
/// Marks of an axis at most: their words have room in a narrow window too.
const MARKS: u128 = 6;

/// An axis of time.
pub struct Scale {
    from: Duration,
    to: Duration,
}

impl Scale {
    pub fn new(from: Duration, to: Duration) -> Scale {
        Scale { from, to: to.max(from + Duration::from_millis(1)) }
    }

    /// From 0 to 100.
    pub fn place(&self, at: Duration) -> f64 {
        let (at, span) = (at.saturating_sub(self.from).as_secs_f64(), (self.to - self.from).as_secs_f64());
        (100.0 * at / span).clamp(0.0, 100.0)
    }

    /// A bar that can be seen: its place, and its width.
    pub fn bar(&self, from: Duration, to: Duration) -> (String, String) {
        let (x, end) = (self.place(from), self.place(to));
        let width = (end - x).max(0.3);
        (percent(x.min(100.0 - width)), percent(width))
    }

    /// Where lines and words stand.
    pub fn marks(&self) -> Vec<Value> {
        let (from, to) = (self.from.as_millis(), self.to.as_millis());
        let fits = |step: &u64| (to - from) / u128::from(*step) <= MARKS;
        let hours = (to - from) / MARKS / 3_600_000 + 1;
        let step = STEPS.iter().copied().find(fits).map_or(hours * 3_600_000, u128::from);
        let first = from.div_ceil(step);
        let marks = (first..=to / step).map(|n| n * step);
        let mark = |at: u128| {
            let words = match (step, at) {
                (_, 0) => "0".to_string(),
                (3_600_000.., _) => format!("{} h", at / 3_600_000),
                (60_000.., _) => format!("{} min", at / 60_000),
                (1000.., _) => format!("{} s", at / 1000),
                _ => format!("{} s", (at as f64) / 1000.0),
            };
            let x = self.place(Duration::from_millis(u64::try_from(at).unwrap_or(u64::MAX)));
            // What stands at an end does not stick out.
            let anchor = if x < 5.0 {
                "start"
            } else if x > 92.0 {
                "end"
            } else {
                "middle"
            };
            context! { x => percent(x), words, anchor }
        };
        marks.map(mark).collect()
    }
}

/// An axis of what writes took, by powers of ten.
pub struct Powers {
    low: i32,
    high: i32,
}

impl Powers {
    /// From the least to the most that there is, in whole powers.
    pub fn new(least: Duration, most: Duration) -> Powers {
        let low = tenths(least).floor() as i32;
        Powers { low, high: (tenths(most).ceil() as i32).max(low + 1) }
    }

    /// From 0 at the top to 100.
    pub fn place(&self, took: Duration) -> String {
        let share = (tenths(took) - f64::from(self.low)) / f64::from(self.high - self.low);
        percent((100.0 - 100.0 * share).clamp(0.0, 100.0))
    }

    pub fn marks(&self) -> Vec<Value> {
        let mark = |power: i32| {
            let took = Duration::from_secs_f64(10f64.powi(power));
            let words = match power {
                0.. => format!("{} s", took.as_secs()),
                -3.. => format!("{} ms", took.as_millis()),
                _ => format!("{} µs", took.as_micros()),
            };
            context! { y => self.place(took), words }
        };
        (self.low..=self.high).map(mark).collect()
    }
}

/// The logarithm of seconds; nothing is less than ten microseconds.
fn tenths(took: Duration) -> f64 {
    // A power that is meant is met, whatever the last bit of a logarithm says.
    (took.as_secs_f64().max(1e-5).log10() * 1e9).round() / 1e9
}

/// A number for an attribute.
pub fn percent(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A time for people.
pub fn spoken(took: Duration) -> String {
    let tenths = (took.as_millis() + 50) / 100;
    match tenths {
        0..600 => format!("{}.{} s", tenths / 10, tenths % 10),
        600..36_000 => format!("{} min {} s", tenths / 600, tenths % 600 / 10),
        _ => format!("{} h {} min", tenths / 36_000, tenths % 36_000 / 600),
    }
}

/// A short time for people.
pub fn short(took: Duration) -> String {
    let micros = took.as_micros();
    match micros {
        0..10_000 => format!("{:.1} ms", (micros as f64) / 1000.0),
        10_000..1_000_000 => format!("{} ms", micros / 1000),
        _ => spoken(took),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(n: f64) -> Duration {
        Duration::from_secs_f64(n)
    }

    #[test]
    fn words() {
        let told: Vec<_> = [0.0, 0.04, 9.96, 59.97, 61.0, 3599.0, 7265.0].map(|n| spoken(s(n))).into();
        assert_eq!(told, ["0.0 s", "0.0 s", "10.0 s", "1 min 0 s", "1 min 1 s", "59 min 59 s", "2 h 1 min"]);
        let told: Vec<_> = [0.0, 0.00194, 0.0123, 3.0].map(|n| short(s(n))).into();
        assert_eq!(told, ["0.0 ms", "1.9 ms", "12 ms", "3.0 s"]);
    }

    #[test]
    fn marks_are_few_and_stand_in_the_box() {
        for (from, to) in [(0.0, 0.0), (0.0, 0.3), (12.3, 55.0), (0.0, 185.0), (100.0, 7300.0), (0.0, 90_000.0)] {
            let scale = Scale::new(s(from), s(to));
            let marks = scale.marks();
            let xs: Vec<f64> = marks.iter().map(|m| m.get_attr("x").unwrap().to_string().parse().unwrap()).collect();
            assert!(xs.len() <= 7 && xs.iter().all(|x| (0.0..=100.0).contains(x)), "{from} {to}: {xs:?}");
            assert!(xs.is_sorted_by(|a, b| a < b) && (xs.len() > 2 || to < 1.0), "{from} {to}: {xs:?}");
        }
        let words: Vec<_> = Scale::new(s(0.0), s(215.0)).marks();
        let words: Vec<_> = words.iter().map(|m| m.get_attr("words").unwrap().to_string()).collect();
        assert_eq!(words, ["0", "1 min", "2 min", "3 min"]);
    }

    #[test]
    fn a_bar_is_seen_and_stays_in_the_box() {
        let scale = Scale::new(s(0.0), s(100.0));
        assert_eq!(scale.bar(s(10.0), s(35.0)), ("10".into(), "25".into()));
        assert_eq!(scale.bar(s(100.0), s(100.0)), ("99.7".into(), "0.3".into()));
        assert_eq!(scale.bar(s(50.0), s(900.0)), ("50".into(), "50".into()));
    }

    #[test]
    fn powers_of_ten() {
        let powers = Powers::new(s(0.0012), s(0.25));
        let marks: Vec<_> = powers
            .marks()
            .iter()
            .map(|m| (m.get_attr("words").unwrap().to_string(), m.get_attr("y").unwrap().to_string()))
            .collect();
        let want = [("1 ms", "100"), ("10 ms", "66.67"), ("100 ms", "33.33"), ("1 s", "0")];
        assert_eq!(marks, want.map(|(a, b)| (a.to_string(), b.to_string())));
        assert_eq!(Powers::new(s(0.001), s(0.001)).marks().len(), 2, "an axis has two ends");
        assert_eq!(Powers::new(s(0.0), s(0.0)).place(s(0.0)), "100");
    }
}
