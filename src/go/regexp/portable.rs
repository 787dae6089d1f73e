//! Go's patterns in the syntax of the regex crates, for those who run them elsewhere.

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition, print::Printer};

use super::syntax;

/// A pattern that means the same to regex-syntax, without groups that capture. `None` for what is no pattern.
pub fn portable(pattern: &[u8]) -> Option<String> {
    let hir = without_groups(&syntax::parse(pattern).ok()?.hir);
    let mut out = String::new();
    Printer::new().print(&hir, &mut out).ok()?;
    Some(with_plain_ends(&out))
}

/// `^` and `$` for `\A` and `\z`: the same without flags, and read everywhere.
fn with_plain_ends(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, (c == '\\').then(|| chars.next()).flatten()) {
            (_, Some('A')) => out.push('^'),
            (_, Some('z')) => out.push('$'),
            (c, escaped) => {
                out.push(c);
                out.extend(escaped);
            }
        }
    }
    out
}

/// Nesting is what the parser allows, 1000.
fn without_groups(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Capture(Capture { sub, .. }) => without_groups(sub),
        HirKind::Repetition(repetition) => {
            let sub = Box::new(without_groups(&repetition.sub));
            Hir::repetition(Repetition { sub, ..*repetition })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(without_groups).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(without_groups).collect()),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => hir.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gos_own_is_spelt_out() {
        assert_eq!(portable(b"^ab$").as_deref(), Some("(?:^(?:ab)$)"));
        assert!(!portable(br"(?P<x>a)\Q.\E").unwrap().contains("?P"));
        assert_eq!(portable(b"["), None);
        assert_eq!(with_plain_ends(r"\\A\A\."), r"\\A^\.");
    }
}
