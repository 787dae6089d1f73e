//! A day of the calendar.

/// A day, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl Date {
    /// `2027-01-31`; nothing else is a day.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            let fits = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| part.parse::<u32>().ok()).flatten()
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let date = Date { year: i32::try_from(year).ok()?, month, day };
        // A day that the calendar has comes back from its number.
        (parts.next().is_none() && Date::of_days(date.days()) == date).then_some(date)
    }

    /// The day, in UTC, of a moment in seconds since 1970.
    pub fn of_seconds(seconds: i64) -> Date {
        Date::of_days(seconds.div_euclid(86_400))
    }

    /// Days since 1970 (Howard Hinnant's `days_from_civil`): years that begin in March, so that the leap day is the last.
    fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((i64::from(self.month) + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    fn of_days(days: i64) -> Date {
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march = (5 * of_year + 2) / 153;
        let (day, month) = (of_year - (153 * march + 2) / 5 + 1, (march + 2) % 12 + 1);
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Date { year: i32::try_from(year).unwrap_or(i32::MAX), month: month as u32, day: day as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let date = |y, m, d| Date { year: y, month: m, day: d };
        assert_eq!(Date::parse("2027-01-31"), Some(date(2027, 1, 31)));
        assert_eq!(Date::parse("2028-02-29"), Some(date(2028, 2, 29)));
        for bad in ["2027-02-29", "2027-13-01", "2027-00-10", "2027-1-1", "tomorrow", "2027-01-01-01", "+027-01-01"] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
        assert_eq!(Date::of_seconds(0), date(1970, 1, 1));
        assert_eq!(Date::of_seconds(951_782_400), date(2000, 2, 29));
        assert_eq!(Date::of_seconds(-1), date(1969, 12, 31));
        assert!(date(2026, 12, 31) < date(2027, 1, 1));
    }
}
