//! Connections that are told twice: a string and its parts, a variable and the argument that repeats it.

use super::edge::{Edge, Form, text_of};
use super::reach::Reach;
use super::source::{Link, Source, Why};
use super::value::Value;
use super::words::Part;
use crate::postgres::dsn::Keyword;

/// It stands in `command` or `args`, where it is mostly a variable said again.
fn is_argument(edge: &Edge<'_>) -> bool {
    is_argument_of(&edge.source)
}

/// Its source is an argument.
pub(super) fn is_argument_of(source: &Source<'_>) -> bool {
    matches!(source.links.first(), Some(Link::Argument { .. }))
}

/// It stands in a configuration file.
fn is_setting(edge: &Edge<'_>) -> bool {
    edge.source.links.iter().any(|l| matches!(l, Link::Setting { .. }))
}
/// The same connection told twice (a string and its parts) is one.
pub(super) fn dedupe(edges: Vec<Edge<'_>>) -> Vec<Edge<'_>> {
    let known: Vec<String> = edges.iter().filter(|e| e.is_decided()).map(|e| e.role.to_ascii_lowercase()).collect();
    let mut out: Vec<Edge<'_>> = Vec::new();
    for edge in edges {
        // `if os.getenv("X"): X = os.getenv("X") else: X = ...`: the branch that is not taken.
        let is_branch = matches!(edge.unknown.as_slice(), [(Part::Url, Why::NoVariable(_) | Why::Computed)]);
        // In a script: a variable that the image sets, while the container is told of a connection plainly.
        let by_shell = matches!(edge.reach, Reach::Undecided(Why::NoVariable(_) | Why::Computed))
            && matches!(edge.source.links.first(), Some(Link::Argument { .. }));
        if (is_branch && !edge.is_decided() && known.contains(&edge.role.to_ascii_lowercase()))
            || (by_shell && !known.is_empty())
        {
            continue;
        }
        let key = |e: &Edge<'_>| {
            (text_of(e, Keyword::Host), e.port(), text_of(e, Keyword::DbName), text_of(e, Keyword::User))
        };
        let mine = key(&edge);
        // Two strings of different names are two connections, even to one database.
        let twice = |other: &Edge<'_>| {
            !matches!((other.form, edge.form), (Form::Url(_), Form::Url(_)))
                || other.role.eq_ignore_ascii_case(&edge.role)
                || is_argument(other)
                || is_argument(&edge)
                || (is_setting(other)
                    && is_setting(&edge)
                    && other.text.as_ref().map(Value::filled) == edge.text.as_ref().map(Value::filled))
        };
        // Runs of client programs differ in what they ask, not in whom.
        let runs = |other: &Edge<'_>| {
            let both = matches!((other.form, edge.form), (Form::Options(_), Form::Options(_) | Form::Variables));
            both && text_of(other, Keyword::Host) == mine.0 && other.port() == mine.1
        };
        let same = |other: &&mut Edge<'_>| {
            mine.0.is_some() && ((key(other) == mine && other.form != Form::Unknown && twice(other)) || runs(other))
        };
        let again = |other: &&mut Edge<'_>| {
            let both = other.form == Form::Unknown && edge.form == Form::Unknown;
            both && edge.source.links.len() > 1 && other.source.links.last() == edge.source.links.last()
        };
        if let Some(other) = out.iter_mut().take(64).find(again) {
            other.parts.push((Part::Url, edge.source));
            continue;
        }
        match out.iter_mut().take(64).find(same) {
            Some(other) => {
                other.bulk &= edge.bulk;
                other.parts.push((Part::Host, edge.source));
            }
            None => out.push(edge),
        }
    }
    out
}
