//! Package time: instants with a zone, layouts, durations.
//!
//! Nothing here reads the clock, and only [`Location`] reads the system (its zone files): `world` decides what "now"
//! and "local" are.

mod calendar;
mod duration;
mod format;
mod parse;
mod posix_tz;
mod zone;

pub use calendar::{Date, Month, Weekday};
pub use duration::Duration;
pub use parse::{ParseError, parse, parse_in_location};
pub use zone::Location;

use calendar::DAY;
use std::cmp::Ordering;

/// Seconds from the year 1, where Go counts from, to the Unix epoch.
const UNIX_EPOCH: i64 = 719_162 * DAY;
/// Wall seconds that can stand beside a monotonic reading: from 1885 on, 33 bits.
const MONOTONIC_EPOCH: i64 = 688_112 * DAY;
const MONOTONIC_SPAN: i64 = 1 << 33;

/// `time.Time`: an instant to the nanosecond, and the zone that it is shown in.
#[derive(Debug, Clone)]
pub struct Time {
    /// Since January 1 of the year 1, UTC; wraps and saturates where Go's does.
    seconds: i64,
    nanos: u32,
    location: Location,
    /// Nanoseconds since the process began, as `now` has them and `String` shows them.
    monotonic: Option<i64>,
}

impl Time {
    /// `time.Unix`, shown in `location`; nanoseconds may be any number.
    pub fn unix(seconds: i64, nanos: i64, location: Location) -> Time {
        let seconds = seconds.wrapping_add(nanos.div_euclid(1_000_000_000)).wrapping_add(UNIX_EPOCH);
        Time { seconds, nanos: nanos.rem_euclid(1_000_000_000) as u32, location, monotonic: None }
    }

    /// The zero time: year 1, UTC.
    pub fn zero() -> Time {
        Time { seconds: 0, nanos: 0, location: Location::utc(), monotonic: None }
    }

    /// `time.Date`: fields outside their range carry over; local fields are looked up in the zone.
    pub fn date_in(date: Date, hour: i64, minute: i64, second: i64, nanos: i64, location: Location) -> Time {
        let carry = |high: i64, low: i64, base: i64| (high.wrapping_add(low.div_euclid(base)), low.rem_euclid(base));
        let (second, nanos) = carry(second, nanos, 1_000_000_000);
        let (minute, second) = carry(minute, second, 60);
        let (hour, minute) = carry(hour, minute, 60);
        let (days, hour) = carry(0, hour, 24);
        let days = date.days().wrapping_add(days);
        let mut unix = days.wrapping_mul(DAY).wrapping_add(hour * 3600 + minute * 60 + second);
        let guess = location.lookup(unix);
        if guess.offset != 0 {
            // Near a transition the zone at the local time is not the one at the instant.
            let utc = unix.wrapping_sub(guess.offset);
            let inside = guess.start <= utc && utc < guess.end;
            let offset = if inside { guess.offset } else { location.lookup(utc).offset };
            unix = unix.wrapping_sub(offset);
        }
        Time::unix(unix, nanos, location)
    }

    /// The same time with a monotonic reading, as `time.Now` has one.
    pub fn with_monotonic(self, nanoseconds: i64) -> Time {
        Time { monotonic: Some(nanoseconds), ..self }
    }

    /// `In`: the same instant in another zone, without monotonic reading.
    pub fn in_location(&self, location: Location) -> Time {
        Time { location, monotonic: None, ..*self }
    }

    /// Go's `==`: the instant, its monotonic reading and the very zone.
    pub fn is_same(&self, other: &Time) -> bool {
        self.seconds == other.seconds
            && self.nanos == other.nanos
            && self.monotonic == other.monotonic
            && self.location.is_same(&other.location)
    }

    pub fn location(&self) -> &Location {
        &self.location
    }

    /// `Unix`.
    pub fn unix_seconds(&self) -> i64 {
        self.seconds.wrapping_sub(UNIX_EPOCH)
    }

    /// `UnixNano`, which wraps outside the years 1678 to 2262.
    pub fn unix_nanos(&self) -> i64 {
        self.unix_seconds().wrapping_mul(1_000_000_000).wrapping_add(i64::from(self.nanos))
    }

    /// `UnixMilli`.
    pub fn unix_millis(&self) -> i64 {
        self.unix_seconds().wrapping_mul(1000).wrapping_add(i64::from(self.nanos / 1_000_000))
    }

    /// `UnixMicro`.
    pub fn unix_micros(&self) -> i64 {
        self.unix_seconds().wrapping_mul(1_000_000).wrapping_add(i64::from(self.nanos / 1000))
    }

    /// `Nanosecond`: within the second.
    pub fn nanosecond(&self) -> u32 {
        self.nanos
    }

    /// `IsZero`.
    pub fn is_zero(&self) -> bool {
        self.seconds == 0 && self.nanos == 0
    }

    /// `Add`.
    pub fn add(&self, duration: Duration) -> Time {
        let nanos = i64::from(self.nanos) + duration.0 % 1_000_000_000;
        let seconds = duration.0 / 1_000_000_000 + nanos.div_euclid(1_000_000_000);
        let nanos = nanos.rem_euclid(1_000_000_000) as u32;
        let wall = self.seconds.wrapping_sub(MONOTONIC_EPOCH).checked_add(seconds);
        let monotonic = self.monotonic.and_then(|m| m.checked_add(duration.0));
        let monotonic = monotonic.filter(|_| wall.is_some_and(|wall| (0..MONOTONIC_SPAN).contains(&wall)));
        let seconds = match self.seconds.checked_add(seconds) {
            Some(sum) => sum,
            None if seconds > 0 => i64::MAX,
            None => -i64::MAX,
        };
        Time { seconds, nanos, location: self.location.clone(), monotonic }
    }

    /// `Sub`, which saturates.
    pub fn sub(&self, other: &Time) -> Duration {
        if let (Some(a), Some(b)) = (self.monotonic, other.monotonic) {
            return Duration(a.saturating_sub(b));
        }
        let exact = (i128::from(self.seconds) - i128::from(other.seconds)) * 1_000_000_000
            + (i128::from(self.nanos) - i128::from(other.nanos));
        Duration(exact.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// `AddDate`: the result is normalised, so that October 31 and one month is December 1.
    pub fn add_date(&self, years: i64, months: i64, days: i64) -> Time {
        let date = self.date();
        let (hour, minute, second) = self.clock();
        let (year, month) = (date.year.wrapping_add(years), i64::from(date.month).wrapping_add(months));
        let date = Date::normalised(year, month, i64::from(date.day).wrapping_add(days));
        let clock = [hour, minute, second].map(i64::from);
        Time::date_in(date, clock[0], clock[1], clock[2], i64::from(self.nanos), self.location.clone())
    }

    /// `Truncate`: to a multiple of the duration since the zero time, without monotonic reading.
    pub fn truncate(&self, to: Duration) -> Time {
        let bare = Time { monotonic: None, ..self.clone() };
        if to.0 <= 0 { bare } else { bare.add(Duration(-bare.remainder(to))) }
    }

    /// `Round`: like `truncate`, to the nearest multiple, half upwards.
    pub fn round(&self, to: Duration) -> Time {
        let bare = Time { monotonic: None, ..self.clone() };
        if to.0 <= 0 {
            return bare;
        }
        let rest = bare.remainder(to);
        bare.add(Duration(if (rest as u64) * 2 < to.0 as u64 { -rest } else { to.0 - rest }))
    }

    /// `Compare`: with both monotonic readings these decide.
    pub fn compare(&self, other: &Time) -> Ordering {
        match (self.monotonic, other.monotonic) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => (self.seconds, self.nanos).cmp(&(other.seconds, other.nanos)),
        }
    }

    /// `Zone`: the abbreviation in force (bytes of the zone file or of a parsed text) and its offset in seconds.
    pub fn zone(&self) -> (Vec<u8>, i64) {
        let zone = self.location.lookup(self.unix_seconds());
        (zone.name, zone.offset)
    }

    /// `IsDST`.
    pub fn is_dst(&self) -> bool {
        self.location.lookup(self.unix_seconds()).is_dst
    }

    /// `Date` in the time's zone.
    pub fn date(&self) -> Date {
        Date::from_days(self.local().0)
    }

    /// `Clock`: hour, minute, second in the time's zone.
    pub fn clock(&self) -> (u32, u32, u32) {
        let second = self.local().1;
        (second / 3600, second / 60 % 60, second % 60)
    }

    /// `Weekday`.
    pub fn weekday(&self) -> Weekday {
        Weekday::from_days(self.local().0)
    }

    /// `YearDay`: from 1.
    pub fn year_day(&self) -> u32 {
        self.date().year_day()
    }

    /// `ISOWeek`: the year that the week belongs to, and its number.
    pub fn iso_week(&self) -> (i64, u32) {
        let days = self.local().0;
        // The week belongs to the year of its Thursday.
        let monday_based = (i64::from(Weekday::from_days(days).0) + 6) % 7;
        let thursday = Date::from_days(days + 3 - monday_based);
        (thursday.year, (thursday.year_day() - 1) / 7 + 1)
    }

    /// Days since the Unix epoch and seconds of the day, both in the time's zone.
    fn local(&self) -> (i64, u32) {
        let unix = self.unix_seconds();
        calendar::split(unix.wrapping_add(self.location.lookup(unix).offset))
    }

    /// Nanoseconds since the last multiple of the duration.
    fn remainder(&self, of: Duration) -> i64 {
        let since_zero = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos);
        since_zero.rem_euclid(i128::from(of.0)) as i64
    }
}
