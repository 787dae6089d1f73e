//! Whether a text is a timestamp to goyaml (yaml/v2 `resolve.go`, `parseTimestamp`): a string that is one gets quotes.

/// Four layouts, read as Go's `time.Parse` reads them.
pub(super) fn is_timestamp(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits != 4 || text.get(4) != Some(&b'-') {
        return false;
    }
    date(text).is_some_and(|rest| match rest {
        [] => true,
        [b'T' | b't', rest @ ..] => clock(rest).is_some_and(zone),
        [b' ', ..] => {
            let rest = rest.trim_ascii_start_spaces();
            clock(rest).is_some_and(<[u8]>::is_empty)
        }
        _ => false,
    })
}

trait Spaces {
    fn trim_ascii_start_spaces(&self) -> &Self;
}

impl Spaces for [u8] {
    /// Go skips any number of spaces where a layout has one.
    fn trim_ascii_start_spaces(&self) -> &[u8] {
        let spaces = self.iter().take_while(|&&byte| byte == b' ').count();
        self.get(spaces..).unwrap_or_default()
    }
}

/// `2006-1-2`: gives what follows.
fn date(text: &[u8]) -> Option<&[u8]> {
    let year = text.get(..4)?.iter().fold(0u32, |year, &digit| year * 10 + u32::from(digit - b'0'));
    let (month, rest) = number(text.get(5..)?)?;
    let (day, rest) = number(rest.strip_prefix(b"-")?)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// `15:4:5.999999999`: gives what follows.
fn clock(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?)?;
    let (second, rest) = number(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest {
        [b'.' | b',', digit, ..] if digit.is_ascii_digit() => {
            let fraction = rest.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
            rest.get(1 + fraction..)
        }
        _ => Some(rest),
    }
}

/// `Z07:00`, and nothing after it.
fn zone(text: &[u8]) -> bool {
    match text {
        b"Z" => true,
        &[b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |a: u8, b: u8| {
                (a.is_ascii_digit() && b.is_ascii_digit()).then(|| u32::from(a - b'0') * 10 + u32::from(b - b'0'))
            };
            two(h1, h2).is_some_and(|hours| hours <= 24) && two(m1, m2).is_some_and(|minutes| minutes <= 60)
        }
        _ => false,
    }
}

/// One or two digits.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digit = |at: usize| text.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'));
    let first = digit(0)?;
    match digit(1) {
        Some(second) => Some((first * 10 + second, text.get(2..)?)),
        None => Some((first, text.get(1..)?)),
    }
}
