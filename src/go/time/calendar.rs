//! The proleptic Gregorian calendar over Go's whole range of years.

/// Seconds.
pub(super) const DAY: i64 = 86_400;

/// From Go's absolute zero (March 1 of the year -292277022399) to the Unix epoch, in days: dates of instants far
/// before it wrap around, as Go's unsigned arithmetic has it.
const ABSOLUTE_DAYS: i64 = 292_277_022_400 / 400 * 146_097 + 306 + 719_162;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// `time.Month`, from 1; shown by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(pub i64);

/// `time.Weekday`, Sunday is 0; shown by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekday(pub u8);

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    /// From 1.
    pub month: u32,
    /// From 1.
    pub day: u32,
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match usize::try_from(self.0 - 1).ok().and_then(|i| MONTHS.get(i)) {
            Some(name) => f.write_str(name),
            None => write!(f, "%!Month({})", self.0 as u64),
        }
    }
}

impl std::fmt::Display for Weekday {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match WEEKDAYS.get(usize::from(self.0)) {
            Some(name) => f.write_str(name),
            None => write!(f, "%!Weekday({})", self.0),
        }
    }
}

impl Weekday {
    pub(super) fn from_days(days: i64) -> Weekday {
        // The Unix epoch was a Thursday.
        Weekday((days + 4).rem_euclid(7) as u8)
    }
}

impl Date {
    /// The date with a month and day out of range carried over.
    pub fn normalised(year: i64, month: i64, day: i64) -> Date {
        let year = year.wrapping_add(month.wrapping_sub(1).div_euclid(12));
        let month = month.wrapping_sub(1).rem_euclid(12) as u32 + 1;
        let first = Date { year, month, day: 1 }.days();
        Date::from_days(first.wrapping_add(day).wrapping_sub(1))
    }

    /// Days since the Unix epoch.
    pub(super) fn days(self) -> i64 {
        // Years that begin in March have the leap day last.
        let year = self.year.wrapping_sub(i64::from(self.month <= 2));
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = i64::from((153 * ((self.month + 9) % 12) + 2) / 5 + self.day) - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        era.wrapping_mul(146_097).wrapping_add(days).wrapping_sub(719_468)
    }

    pub(super) fn from_days(days: i64) -> Date {
        let days = days.wrapping_add(719_468);
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let march_based = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * march_based + 2) / 5 + 1) as u32;
        let month = if march_based < 10 { march_based + 3 } else { march_based - 9 } as u32;
        Date { year: year + era.wrapping_mul(400) + i64::from(month <= 2), month, day }
    }

    /// From 1.
    pub(super) fn year_day(self) -> u32 {
        (self.days() - Date { month: 1, day: 1, ..self }.days()) as u32 + 1
    }
}

/// Days since the epoch and seconds of the day, of seconds since the epoch.
pub(super) fn split(seconds: i64) -> (i64, u32) {
    let absolute = (seconds as u64).wrapping_add((ABSOLUTE_DAYS as u64).wrapping_mul(DAY as u64));
    ((absolute / DAY as u64) as i64 - ABSOLUTE_DAYS, (absolute % DAY as u64) as u32)
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days before the month in a year that is no leap year; the month may be 13.
pub(super) fn days_before(month: i64) -> i64 {
    (1..month).map(|month| days_in(month, 1)).sum()
}
