//! A short text against the expression itself, part by part and step by step back. That is no way to search much, but
//! most patterns meet one short value or two, and to build a program for those takes a hundred times as long.

use std::cell::Cell;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// A longer text is worth a program.
const LONGEST: usize = 256;
/// Steps until the walk gives up: going back may take any number.
const STEPS: u32 = 4_000;
/// Parts inside of each other, and repetitions of what is more than a character: each costs stack.
const DEPTH: u32 = 128;

/// Whether the expression matches somewhere in the text; `None` where that takes long, or is not asked of ASCII.
pub(super) fn is_match(hir: &Hir, text: &[u8]) -> Option<bool> {
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let walk = Walk { text, steps: Cell::new(STEPS), gave_up: Cell::new(false) };
    let starts = if hir.properties().look_set_prefix().contains(Look::Start) { 0 } else { text.len() };
    let found = (0..=starts).any(|at| walk.part(hir, at, 0, &|_, _| true));
    (!walk.gave_up.get()).then_some(found)
}

/// What comes after a part, from a place on: whether the rest matches. Told the depth as well.
type Then<'t> = &'t dyn Fn(usize, u32) -> bool;

struct Walk<'t> {
    text: &'t [u8],
    steps: Cell<u32>,
    /// Once this is said, answers mean nothing: all of them are yes, so that nothing more is tried.
    gave_up: Cell<bool>,
}

impl Walk<'_> {
    /// Whether the part, and then what comes after it, matches from `at` on.
    fn part(&self, hir: &Hir, at: usize, depth: u32, then: Then<'_>) -> bool {
        let steps = self.steps.get();
        if steps == 0 || depth > DEPTH {
            return self.give_up();
        }
        self.steps.set(steps - 1);
        match hir.kind() {
            HirKind::Empty => then(at, depth),
            HirKind::Literal(literal) => {
                let rest = self.text.get(at..).unwrap_or_default();
                rest.starts_with(&literal.0) && then(at + literal.0.len(), depth)
            }
            HirKind::Class(class) => self.text.get(at).is_some_and(|b| holds(class, *b)) && then(at + 1, depth),
            HirKind::Look(look) => match self.look(*look, at) {
                Some(holds) => holds && then(at, depth),
                None => self.give_up(),
            },
            HirKind::Capture(capture) => self.part(&capture.sub, at, depth + 1, then),
            HirKind::Concat(parts) => self.sequence(parts, at, depth, then),
            HirKind::Alternation(parts) => parts.iter().any(|part| self.part(part, at, depth + 1, then)),
            HirKind::Repetition(repetition) => match repetition.sub.kind() {
                HirKind::Class(class) => self.run(repetition, class, at, depth, then),
                _ => self.repeated(repetition, 0, at, depth + 1, then),
            },
        }
    }

    fn give_up(&self) -> bool {
        self.gave_up.set(true);
        true
    }

    fn sequence(&self, parts: &[Hir], at: usize, depth: u32, then: Then<'_>) -> bool {
        match parts {
            [] => then(at, depth),
            [last] => self.part(last, at, depth, then),
            [first, rest @ ..] => self.part(first, at, depth + 1, &|at, depth| self.sequence(rest, at, depth, then)),
        }
    }

    /// Characters of one class, as many as there are and then fewer.
    fn run(&self, repetition: &Repetition, class: &Class, at: usize, depth: u32, then: Then<'_>) -> bool {
        let most = repetition.max.map_or(usize::MAX, |max| max as usize);
        let rest = self.text.get(at..).unwrap_or_default();
        let run = rest.iter().take(most).take_while(|b| holds(class, **b)).count();
        let least = repetition.min as usize;
        let spent = u32::try_from(run / 8).unwrap_or(u32::MAX);
        self.steps.set(self.steps.get().saturating_sub(spent));
        run >= least && (least..=run).rev().any(|length| then(at + length, depth + 1))
    }

    /// The rest of a repetition of which `done` are behind.
    fn repeated(&self, repetition: &Repetition, done: u32, at: usize, depth: u32, then: Then<'_>) -> bool {
        let again = |end: usize, depth: u32| {
            // What was nothing once may be nothing as often as is asked.
            if end == at {
                then(at, depth)
            } else {
                self.repeated(repetition, done.saturating_add(1), end, depth + 1, then)
            }
        };
        let may_go_on = repetition.max.is_none_or(|max| done < max);
        may_go_on && self.part(&repetition.sub, at, depth, &again) || done >= repetition.min && then(at, depth)
    }

    /// Whether an assertion holds at a place; `None` for those that Go does not have.
    fn look(&self, look: Look, at: usize) -> Option<bool> {
        let before = at.checked_sub(1).and_then(|i| self.text.get(i)).copied();
        let after = self.text.get(at).copied();
        let is_word = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        Some(match look {
            Look::Start => before.is_none(),
            Look::End => after.is_none(),
            Look::StartLF => matches!(before, None | Some(b'\n')),
            Look::EndLF => matches!(after, None | Some(b'\n')),
            Look::WordAscii => is_word(before) != is_word(after),
            Look::WordAsciiNegate => is_word(before) == is_word(after),
            _ => return None,
        })
    }
}

fn holds(class: &Class, byte: u8) -> bool {
    match class {
        Class::Unicode(class) => {
            let c = char::from(byte);
            class.ranges().iter().take_while(|range| range.start() <= c).any(|range| c <= range.end())
        }
        Class::Bytes(class) => class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go::regexp::syntax;

    fn walked(pattern: &str, text: &str) -> Option<bool> {
        let parsed = syntax::parse(pattern.as_bytes()).unwrap_or_else(|e| panic!("{pattern}: {e:?}"));
        is_match(&parsed.hir, text.as_bytes())
    }

    #[test]
    fn what_would_take_long_is_left_to_a_program() {
        assert_eq!(walked("(a|aa)+$", &format!("{}b", "a".repeat(60))), None);
        assert_eq!(walked("(ab)*$", &"ab".repeat(120)), None);
        assert_eq!(walked("a", &"b".repeat(LONGEST + 1)), None);
        assert_eq!(walked("é", "é"), None);
    }

    #[test]
    fn a_repetition_of_nothing_ends() {
        for pattern in ["(a*)*b", "(a*)+b", "(|a)*b", "(^)*b", "(a*){2,}b", "(a?){3}b"] {
            assert_eq!((pattern, walked(pattern, "aab")), (pattern, Some(true)));
            assert_eq!((pattern, walked(pattern, "aa")), (pattern, Some(false)));
        }
        assert_eq!(walked("^(a*){3}$", ""), Some(true));
        assert_eq!(walked("^(a){3}$", "aa"), Some(false));
        assert_eq!(walked("^(a|bc){2,3}$", "abca"), Some(true));
        assert_eq!(walked("^(a|bc){2,3}$", "abcaa"), Some(false));
    }
}
