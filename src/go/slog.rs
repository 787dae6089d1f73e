//! A line of Go's `log/slog` text handler, as Helm 4 writes its warnings: `level=WARN msg="..." key=value`.

use std::fmt::Write as _;

use super::{strconv, unicode};

/// One line without its newline. Helm leaves the time out.
pub fn line(level: &str, message: &str, attributes: &[(&str, &str)]) -> String {
    let mut out = format!("level={level} msg={}", text(message));
    for (key, value) in attributes {
        // Writing to a String cannot fail.
        let _ = write!(out, " {key}={}", text(value));
    }
    out
}

/// A value, quoted where slog quotes it: empty, or with spaces, `=`, quotes or anything that does not print.
pub fn text(value: &str) -> String {
    let quote = value.is_empty()
        || value.chars().any(|c| match c {
            '\\' => false,
            ' ' | '=' | '"' => true,
            c if c.is_ascii() => c < ' ',
            c => c == char::REPLACEMENT_CHARACTER || unicode::is_space(c) || !unicode::is_print(c),
        });
    if quote { strconv::quote(value.as_bytes()) } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected: helm 4.3.1's stderr.
    #[test]
    fn quotes_as_slog_does() {
        assert_eq!(
            line("INFO", "skipping unknown hooks", &[("hookTypes", "pre-foo")]),
            "level=INFO msg=\"skipping unknown hooks\" hookTypes=pre-foo"
        );
        assert_eq!(text("a=b"), "\"a=b\"");
        assert_eq!(text(""), "\"\"");
        assert_eq!(text(r"a\b"), r"a\b");
    }
}
