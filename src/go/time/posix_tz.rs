//! The rule at the end of a zone file, `CET-1CEST,M3.5.0,M10.5.0/3`: what is in force after its last transition.
//! Source: zoneinfo.go `tzset`.

use super::calendar::{DAY, Date, days_before, days_in, is_leap, split};
use super::zone::{InForce, OMEGA};

const DEFAULT_RULES: &[u8] = b",M3.2.0,M11.1.0";

/// What the rule says about an instant (Unix seconds); `None` when the rule is malformed.
pub(super) fn lookup(text: &[u8], last_transition: i64, at: i64) -> Option<InForce> {
    let mut rest = text;
    let mut standard = (name(&mut rest)?, -offset(&mut rest)?, false);
    if matches!(rest.first(), None | Some(b',')) {
        let (name, offset, is_dst) = standard;
        return Some(InForce { name, offset, start: last_transition, end: OMEGA, is_dst });
    }
    let summer_name = name(&mut rest)?;
    let summer_offset = match rest.first() {
        None | Some(b',') => standard.1 + 3600,
        Some(_) => -offset(&mut rest)?,
    };
    let mut summer = (summer_name, summer_offset, true);
    if rest.is_empty() {
        rest = DEFAULT_RULES;
    }
    let (b',' | b';', after) = rest.split_first()? else { return None };
    rest = after;
    let begin = rule(&mut rest)?;
    rest = rest.strip_prefix(b",")?;
    let finish = rule(&mut rest)?;
    if !rest.is_empty() {
        return None;
    }

    let (days, _) = split(at);
    let date = Date::from_days(days);
    let of_year = i64::from(date.year_day() - 1) * DAY + at % DAY;
    let year_start = at.wrapping_sub(of_year);
    // Near the end of all time Go's sums wrap.
    let there = |seconds: i64| year_start.wrapping_add(seconds);
    let mut start = begin.seconds(date.year, standard.1);
    let mut end = finish.seconds(date.year, summer.1);
    // In the south, summer spans the turn of the year: the names swap.
    if end < start {
        std::mem::swap(&mut start, &mut end);
        std::mem::swap(&mut standard, &mut summer);
    }
    let ((name, offset, is_dst), start, end) = if of_year < start {
        (standard, year_start, there(start))
    } else if of_year >= end {
        (standard, there(end), there(365 * DAY))
    } else {
        (summer, there(start), there(end))
    };
    Some(InForce { name, offset, start, end, is_dst })
}

enum Day {
    /// From 1, February 29 is never counted.
    Julian(i64),
    /// From 0.
    OfYear(i64),
    /// Month, week (5 is the last), weekday.
    Weekday(i64, i64, i64),
}

struct Rule {
    day: Day,
    /// Seconds of that day, in local time.
    time: i64,
}

impl Rule {
    /// Seconds since the start of the year, in UTC as `offset` has it.
    fn seconds(&self, year: i64, offset: i64) -> i64 {
        let days = match self.day {
            Day::Julian(day) => day - 1 + i64::from(is_leap(year) && day >= 60),
            Day::OfYear(day) => day,
            Day::Weekday(month, week, weekday) => {
                let first = Date { year, month: month as u32, day: 1 };
                let first = i64::from(super::Weekday::from_days(first.days()).0);
                let mut day = (weekday - first).rem_euclid(7);
                for _ in 1..week {
                    if day + 7 >= days_in(month, year) {
                        break;
                    }
                    day += 7;
                }
                day + days_before(month) + i64::from(is_leap(year) && month > 2)
            }
        };
        days * DAY + self.time - offset
    }
}

fn rule(rest: &mut &[u8]) -> Option<Rule> {
    let day = match rest.split_first()? {
        (b'J', after) => {
            *rest = after;
            Day::Julian(number(rest, 1, 365)?)
        }
        (b'M', after) => {
            *rest = after;
            let month = number(rest, 1, 12)?;
            *rest = rest.strip_prefix(b".")?;
            let week = number(rest, 1, 5)?;
            *rest = rest.strip_prefix(b".")?;
            Day::Weekday(month, week, number(rest, 0, 6)?)
        }
        _ => Day::OfYear(number(rest, 0, 365)?),
    };
    let time = match rest.strip_prefix(b"/") {
        None => 2 * 3600,
        Some(after) => {
            *rest = after;
            offset(rest)?
        }
    };
    Some(Rule { day, time })
}

/// A name: in angle brackets, or up to a digit, sign or comma, and then of three bytes at least.
fn name(rest: &mut &[u8]) -> Option<Vec<u8>> {
    if let Some(inner) = rest.strip_prefix(b"<") {
        let end = inner.iter().position(|&b| b == b'>')?;
        *rest = &inner[end + 1..];
        return Some(inner[..end].to_vec());
    }
    let end = rest.iter().position(|b| matches!(b, b'0'..=b'9' | b',' | b'-' | b'+')).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after;
    (name.len() >= 3).then(|| name.to_vec())
}

/// `[+-]hh[:mm[:ss]]` in seconds.
fn offset(rest: &mut &[u8]) -> Option<i64> {
    let negative = rest.starts_with(b"-");
    if let Some((b'+' | b'-', after)) = rest.split_first() {
        *rest = after;
    }
    let mut seconds = number(rest, 0, 24 * 7)? * 3600;
    for unit in [60, 1] {
        let Some(after) = rest.strip_prefix(b":") else { break };
        *rest = after;
        seconds += number(rest, 0, 59)? * unit;
    }
    Some(if negative { -seconds } else { seconds })
}

fn number(rest: &mut &[u8], min: i64, max: i64) -> Option<i64> {
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, after) = rest.split_at(digits);
    let value = std::str::from_utf8(number).ok()?.parse().ok()?;
    *rest = after;
    (min..=max).contains(&value).then_some(value)
}
