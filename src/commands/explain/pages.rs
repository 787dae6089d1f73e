//! The page of every id that a report can name.

use crate::diagnostic::{Kind, nearest};
use crate::rules::{self, RULES};

/// The page of an id: a rule's, or that of a refusal.
pub fn page(id: &str) -> Option<&'static str> {
    if id == crate::drift::ID {
        return Some(include_str!("../../../docs/drift.md"));
    }
    rules::find(id).map(|rule| rule.docs).or_else(|| Kind::ALL.into_iter().find(|k| k.id() == id).map(of_kind))
}

fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Usage => include_str!("../../../docs/refusals/usage.md"),
        Kind::Unreadable => include_str!("../../../docs/refusals/unreadable.md"),
        Kind::Chart => include_str!("../../../docs/refusals/chart-invalid.md"),
        Kind::Values => include_str!("../../../docs/refusals/values-invalid.md"),
        Kind::Schema => include_str!("../../../docs/refusals/schema.md"),
        Kind::Parse => include_str!("../../../docs/refusals/template-parse.md"),
        Kind::Exec => include_str!("../../../docs/refusals/template-exec.md"),
        Kind::Manifest => include_str!("../../../docs/refusals/manifest-invalid.md"),
        Kind::NeedsCluster => include_str!("../../../docs/deviations/needs-cluster.md"),
        Kind::Limit => include_str!("../../../docs/deviations/limit.md"),
        Kind::ChartEscapes => include_str!("../../../docs/deviations/chart-escapes.md"),
        Kind::Undecided => include_str!("../../../docs/deviations/undecided.md"),
        Kind::HelmCrashes => include_str!("../../../docs/deviations/helm-crashes.md"),
    }
}

/// The id that is nearest to a word that is none.
pub fn near(word: &str) -> Option<&'static str> {
    nearest(word, RULES.iter().map(|r| r.id).chain(Kind::ALL.iter().map(|k| k.id())))
}

/// All ids with what each means, a line each.
pub fn list() -> String {
    let rules = RULES.iter().map(|r| (r.id, r.severity.name(), r.summary));
    let width = RULES.iter().map(|r| r.id.len()).max().unwrap_or(0);
    rules.map(|(id, severity, summary)| format!("{id:width$}  {severity:7}  {summary}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_a_page_that_opens_with_it() {
        let ids = RULES.iter().map(|r| r.id).chain(Kind::ALL.iter().map(|k| k.id()));
        for id in ids {
            assert!(page(id).is_some_and(|p| p.starts_with(&format!("# {id}\n"))), "{id}");
        }
        assert_eq!(near("shcema"), Some("schema"));
    }
}
