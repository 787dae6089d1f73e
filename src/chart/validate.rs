//! `Metadata.Validate`: strings are made printable, and what no chart may lack is asked for.

use bstr::{BStr, ByteSlice};
use bumpalo::Bump;

use super::decode::Unchecked;
use super::{Dependency, Metadata};
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::Dialect;
use crate::go::{filepath, semver, strconv, unicode, utf8};

/// Cleans the strings and refuses what Helm refuses, in its words and its order.
pub(super) fn metadata<'c>(
    unchecked: Unchecked<'c>,
    dialect: &Dialect,
    arena: &'c Bump,
) -> Result<Metadata<'c>, Refusal> {
    let mut md = unchecked.metadata;
    for text in [
        &mut md.name,
        &mut md.description,
        &mut md.home,
        &mut md.icon,
        &mut md.condition,
        &mut md.tags,
        &mut md.app_version,
        &mut md.kube_version,
    ] {
        *text = sanitize(text, arena);
    }
    md.sources = md.sources.map(|all| sanitize_all(all, arena));
    md.keywords = md.keywords.map(|all| sanitize_all(all, arena));
    if md.api_version.is_empty() {
        return invalid("chart.metadata.apiVersion is required");
    }
    if md.name.is_empty() {
        return invalid("chart.metadata.name is required");
    }
    let quoted = strconv::quote(md.name);
    if dialect.refuses_dot_names && (md.name == "." || md.name == "..") {
        return invalid(format!("chart.metadata.name {quoted} is not allowed"));
    }
    if md.name.as_bytes() != filepath::base(md.name) {
        return invalid(format!("chart.metadata.name {quoted} is invalid"));
    }
    if md.version.is_empty() {
        return invalid("chart.metadata.version is required");
    }
    if semver::Version::parse(md.version, dialect.semver).is_err() {
        return invalid(format!("chart.metadata.version {} is invalid", strconv::quote(md.version)));
    }
    if !["", "application", "library"].iter().any(|kind| md.kind == *kind) {
        return invalid("chart.metadata.type must be application or library");
    }
    if unchecked.null_maintainer {
        return invalid("maintainers must not contain empty or null nodes");
    }
    maintainers(&mut md, arena);
    if unchecked.null_dependency {
        return invalid("dependencies must not contain empty or null nodes");
    }
    dependencies(&mut md, arena)?;
    Ok(md)
}

fn maintainers<'c>(md: &mut Metadata<'c>, arena: &'c Bump) {
    let Some(all) = md.maintainers else { return };
    let mut cleaned = Vec::with_capacity(all.len());
    for one in all {
        let mut one = *one;
        one.name = sanitize(one.name, arena);
        one.email = sanitize(one.email, arena);
        one.url = sanitize(one.url, arena);
        cleaned.push(one);
    }
    md.maintainers = Some(arena.alloc_slice_copy(&cleaned));
}

fn dependencies<'c>(md: &mut Metadata<'c>, arena: &'c Bump) -> Result<(), Refusal> {
    let Some(all) = md.dependencies else { return Ok(()) };
    let mut cleaned: Vec<Dependency<'c>> = Vec::with_capacity(all.len());
    let mut keys = std::collections::HashSet::new();
    for one in all {
        let mut one = *one;
        for text in [&mut one.name, &mut one.version, &mut one.repository, &mut one.condition] {
            *text = sanitize(text, arena);
        }
        one.tags = one.tags.map(|all| sanitize_all(all, arena));
        let fits = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !one.alias.iter().all(fits) {
            let quoted = strconv::quote(one.name);
            return invalid(format!("dependency {quoted} has disallowed characters in the alias"));
        }
        let key = if one.alias.is_empty() { one.name } else { one.alias };
        if !keys.insert(key) {
            return invalid(format!("more than one dependency with name or alias {}", strconv::quote(key)));
        }
        cleaned.push(one);
    }
    md.dependencies = Some(arena.alloc_slice_copy(&cleaned));
    Ok(())
}

fn invalid<T>(text: impl AsRef<str>) -> Result<T, Refusal> {
    Err(Refusal::new(Kind::Chart, format!("validation: {}", text.as_ref())))
}

fn sanitize_all<'c>(all: &[&'c BStr], arena: &'c Bump) -> &'c [&'c BStr] {
    let cleaned: Vec<_> = all.iter().map(|text| sanitize(text, arena)).collect();
    arena.alloc_slice_copy(&cleaned)
}

/// `sanitizeString`: every kind of space is a space, and what does not print is dropped.
fn sanitize<'c>(text: &'c BStr, arena: &'c Bump) -> &'c BStr {
    if text.iter().all(|b| matches!(b, b' '..=b'~')) {
        return text;
    }
    let mut out = Vec::with_capacity(text.len());
    for (_, rune) in utf8::runes(text) {
        if unicode::is_space(rune.char) {
            out.push(b' ');
        } else if unicode::is_print(rune.char) {
            utf8::push(&mut out, rune.char);
        }
    }
    BStr::new(arena.alloc_slice_copy(&out))
}
