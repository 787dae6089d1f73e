//! Parsed once, linked per set of enabled charts: which template a name means.

use std::collections::HashMap;

use bstr::BStr;
use bumpalo::Bump;
use foldhash::fast::RandomState;

use super::ast::{Source, Template};
use super::error::parse_refusal;
use super::parse::{Definitions, parse};
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::limits::{Stack, used_bytes};

/// A template file of an enabled chart.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'c> {
    /// `mychart/charts/sub/templates/a.yaml`
    pub name: &'c BStr,
    pub text: &'c [u8],
}

/// Files that have been parsed, whichever program they are linked into.
#[derive(Clone)]
pub struct Library<'c> {
    arena: &'c Bump,
    /// What the arena may grow to.
    max_bytes: usize,
    dialect: &'static Dialect,
    parsed: HashMap<Key<'c>, Definitions<'c>, RandomState>,
}

/// A file by its name, and by where its text lies and how long it is: texts in arenas stay.
type Key<'c> = (&'c BStr, usize, usize);

fn key<'c>(file: SourceFile<'c>) -> Key<'c> {
    (file.name, file.text.as_ptr() as usize, file.text.len())
}

/// Files that were parsed beside a [`Library`], on another thread and into an arena of its own.
pub struct Ahead<'c>(Vec<(Key<'c>, Definitions<'c>)>);

impl<'c> Ahead<'c> {
    /// Parses files, up to one that does not parse, or until the arena has grown beyond `max_bytes`: the library finds
    /// out again, and tells.
    pub fn parse(
        files: &[SourceFile<'c>],
        arena: &'c Bump,
        max_bytes: usize,
        dialect: &'static Dialect,
        stack: Stack,
    ) -> Self {
        let parsed = files.iter().map_while(|file| {
            let source = arena.alloc(Source::file(file.name, file.text));
            Some((key(*file), parse(source, arena, max_bytes, dialect, stack).ok()?))
        });
        Ahead(parsed.collect())
    }
}

/// What a [`Library`] has parsed: a thread with an arena of its own can go on with it.
pub struct Parsed<'l, 'c> {
    dialect: &'static Dialect,
    parsed: &'l HashMap<Key<'c>, Definitions<'c>, RandomState>,
}

impl<'c> Parsed<'_, 'c> {
    pub fn library<'p>(&self, arena: &'p Bump) -> Library<'p>
    where
        'c: 'p,
    {
        Library { arena, max_bytes: usize::MAX, dialect: self.dialect, parsed: self.parsed.clone() }
    }
}

impl<'c> Library<'c> {
    pub fn new(arena: &'c Bump, dialect: &'static Dialect) -> Self {
        Library { arena, max_bytes: usize::MAX, dialect, parsed: HashMap::default() }
    }

    pub fn parsed(&self) -> Parsed<'_, 'c> {
        Parsed { dialect: self.dialect, parsed: &self.parsed }
    }

    /// The same files for programs that live in another arena, which new ones are parsed into.
    pub fn moved<'p>(&self, arena: &'p Bump) -> Library<'p>
    where
        'c: 'p,
    {
        self.parsed().library(arena)
    }

    /// Lets the arena grow by so many bytes, and no more.
    pub fn bounded(self, bytes: usize) -> Self {
        Library { max_bytes: used_bytes(self.arena).saturating_add(bytes), ..self }
    }

    /// Links files, which stand in the order that [`helm_order`] gives. A file is parsed when it is first asked for.
    ///
    /// # Errors
    /// The first file that does not parse, as Helm prints it.
    pub fn link(
        &mut self,
        files: impl IntoIterator<Item = SourceFile<'c>>,
        stack: Stack,
    ) -> Result<Program<'c>, Refusal> {
        let mut program = Program { dialect: self.dialect, templates: HashMap::default() };
        for file in files {
            program.define(self.definitions(file, stack)?);
        }
        Ok(program)
    }

    /// Parses files, to be linked later.
    ///
    /// # Errors
    /// As [`Library::link`].
    pub fn parse(&mut self, files: &[SourceFile<'c>], stack: Stack) -> Result<(), Refusal> {
        files.iter().try_for_each(|file| self.definitions(*file, stack).map(|_| ()))
    }

    /// Takes over what was parsed elsewhere.
    pub fn take(&mut self, ahead: Ahead<'c>) {
        self.parsed.extend(ahead.0);
    }

    fn definitions(&mut self, file: SourceFile<'c>, stack: Stack) -> Result<Definitions<'c>, Refusal> {
        let key = key(file);
        if let Some(known) = self.parsed.get(&key) {
            return Ok(known);
        }
        let source = self.arena.alloc(Source::file(file.name, file.text));
        let parsed =
            parse(source, self.arena, self.max_bytes, self.dialect, stack).map_err(|e| parse_refusal(file.name, &e))?;
        self.parsed.insert(key, parsed);
        Ok(parsed)
    }
}

/// What is rendered: every template by its name.
#[derive(Clone)]
pub struct Program<'c> {
    dialect: &'static Dialect,
    templates: HashMap<&'c BStr, &'c Template<'c>, RandomState>,
}

impl<'c> Program<'c> {
    /// The template of a name: the last that said something, else the last.
    pub fn template(&self, name: &[u8]) -> Option<&'c Template<'c>> {
        self.templates.get(BStr::new(name)).copied()
    }

    /// All templates, each under the name that it has won, in no order.
    pub fn templates(&self) -> impl Iterator<Item = &'c Template<'c>> {
        self.templates.values().copied()
    }

    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Later definitions replace earlier ones, unless they are empty (`Template.associate`).
    fn define(&mut self, definitions: Definitions<'c>) {
        for template in definitions {
            if !(template.empty && self.templates.contains_key(template.name)) {
                self.templates.insert(template.name, template);
            }
        }
    }
}

/// Helm's order of templates, for parsing and for rendering (pkg/engine `sortTemplates`): the deepest path first, among
/// equals the last name first.
pub fn helm_order(a: &BStr, b: &BStr) -> std::cmp::Ordering {
    let depth = |name: &BStr| memchr::memchr_iter(b'/', name).count();
    depth(b).cmp(&depth(a)).then_with(|| b.cmp(a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::V4_3;

    const STACK: usize = 1 << 20;

    fn file<'c>(name: &'c str, text: &'c str) -> SourceFile<'c> {
        SourceFile { name: BStr::new(name), text: text.as_bytes() }
    }

    #[test]
    fn the_deepest_come_first_then_the_last() {
        let mut names = ["a/x", "a/b/c", "b/x", "a/b/d"].map(BStr::new);
        names.sort_by(|a, b| helm_order(a, b));
        assert_eq!(names.map(|n| n.to_string()), ["a/b/d", "a/b/c", "b/x", "a/x"]);
    }

    #[test]
    fn an_empty_definition_replaces_nothing() {
        let arena = Bump::new();
        let mut library = Library::new(&arena, &V4_3);
        let full = file("a", "{{define \"x\"}}1{{end}}");
        let empty = file("b", "{{define \"x\"}} {{/* c */}} {{end}}");
        let other = file("c", "{{define \"x\"}}2{{end}}");
        let stack = Stack::of_size(STACK);
        let source = |p: &Program<'_>| p.template(b"x").map(|t| t.source.name.to_string());
        assert_eq!(source(&library.link([full, empty], stack).unwrap()), Some("a".into()));
        assert_eq!(source(&library.link([empty, full], stack).unwrap()), Some("a".into()));
        assert_eq!(source(&library.link([full, other], stack).unwrap()), Some("c".into()));
    }

    #[test]
    fn a_parse_error_is_told_as_helm_tells_it() {
        let arena = Bump::new();
        let mut library = Library::new(&arena, &V4_3);
        let bad = file("mychart/templates/a.yaml", "\n\n{{ foo }}");
        let refusal = library.link([bad], Stack::of_size(STACK)).err().unwrap();
        assert_eq!(refusal.message, "parse error at (mychart/templates/a.yaml:3): function \"foo\" not defined");
        let twice = file("b", "{{define \"x\"}}1{{end}}{{define \"x\"}}2{{end}}");
        let refusal = library.link([twice], Stack::of_size(STACK)).err().unwrap();
        assert_eq!(refusal.message, "parse error at (b:1): multiple definition of template \"x\"");
    }
}
