//! The lines that differ between two texts, in hunks as `diff -u` shows them.

use std::borrow::Cow;
use std::time::Duration;

use similar::{Algorithm, ChangeTag, TextDiff};

/// Lines around a change.
const CONTEXT: usize = 3;
/// Lines of one diff that are shown.
const MANY: usize = 60;
/// After so long a diff need not be the smallest any more.
const PATIENCE: Duration = Duration::from_millis(500);
/// Characters of a line that are shown.
const WIDE: usize = 400;

/// The lines of a diff without their ends: `@@ -12,7 +12,7 @@`, ` same`, `-old`, `+new`. The old text begins at line
/// `first` of its file. Empty when nothing differs.
pub fn unified(old: &[u8], new: &[u8], first: u32) -> Vec<String> {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let (old, new) = (marked(&old), marked(&new));
    let diff =
        TextDiff::configure().algorithm(Algorithm::Myers).timeout(PATIENCE).diff_lines(old.as_ref(), new.as_ref());
    let mut lines = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(head), Some(tail)) = (group.first(), group.last()) else { continue };
        let (was, now) = (head.old_range().start..tail.old_range().end, head.new_range().start..tail.new_range().end);
        let start = |at: usize| at + first as usize;
        lines.push(format!("@@ -{},{} +{},{} @@", start(was.start), was.len(), start(now.start), now.len()));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let text = change.value();
            let text = text.strip_suffix('\n').unwrap_or(text);
            let shown: String = text.chars().take(WIDE).collect();
            lines.push(format!("{sign}{shown}"));
        }
    }
    if lines.len() > MANY {
        let more = lines.len() - MANY;
        lines.truncate(MANY);
        lines.push(format!("... and {more} lines more"));
    }
    lines
}

/// The line of the old text, from 1, at which the first difference stands.
pub fn first_difference(old: &[u8], new: &[u8]) -> u32 {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let before = old.get(..same).unwrap_or_default();
    1 + u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX - 1)
}

/// A text whose last line has no end says so, or a lost line end could not be seen.
fn marked(text: &str) -> Cow<'_, str> {
    if text.is_empty() || text.ends_with('\n') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{text}\u{23ce}\u{2717}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stands_in_its_surroundings_with_its_line() {
        let old: String = (1..=9).map(|n| format!("{n}\n")).collect();
        let lines = unified(old.as_bytes(), old.replace('5', "five").as_bytes(), 11);
        assert_eq!(lines, ["@@ -12,7 +12,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"]);
        assert_eq!(first_difference(old.as_bytes(), old.replace('5', "five").as_bytes()), 5);
    }

    #[test]
    fn a_lost_line_end_is_seen_and_nothing_is_too_long() {
        assert_eq!(unified(b"a\n", b"a", 1), ["@@ -1,1 +1,1 @@", "-a", "+a\u{23ce}\u{2717}"]);
        assert!(unified(b"a\n", b"a\n", 1).is_empty());
        let many: String = (0..500).map(|n| format!("{n}\n")).collect();
        assert_eq!(unified(b"", many.as_bytes(), 1).len(), MANY + 1);
    }
}
