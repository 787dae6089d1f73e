//! From a line of the output to the lines of templates that wrote it: a second render, watched.

use std::collections::HashMap;

use bumpalo::Bump;

use super::variant::{Provenance, Stop};
use crate::diagnostic::Place;
use crate::manifest::Document;
use crate::render::RenderedFile;
use crate::template::exec::{Site, Span};

/// Who wrote a line: the one that wrote what it begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineOrigin {
    /// In the document's own template: the line itself, or the action that prints or includes it.
    pub outer: Place,
    /// In the template that holds the text, through `include`; the same as `outer` where there is none or it cannot be told.
    pub inner: Place,
}

/// The origins of all lines of a render.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    by_file: HashMap<String, Vec<Option<LineOrigin>>>,
}

impl Lines {
    /// Who wrote a line of the output that belongs to a document. `None` for lines of `crds/`, which no template wrote.
    pub fn of(&self, document: &Document<'_>, output_line: u32) -> Option<&LineOrigin> {
        self.in_file(document.template, document.line_in_file(output_line))
    }

    /// Who wrote a line, from 1, of what a template wrote.
    pub fn in_file(&self, template: &str, line: u32) -> Option<&LineOrigin> {
        self.by_file.get(template)?.get((line as usize).checked_sub(1)?)?.as_ref()
    }
}

impl Provenance<'_> {
    /// Renders once more, watched, and tells the origin of every line.
    ///
    /// # Errors
    /// See [`Stop`]; a chart that rendered once renders again, unless its world is a live one.
    pub fn lines(&self) -> Result<Lines, Stop> {
        let arena = Bump::new();
        let mut lines = Lines::default();
        let mut places = Places::default();
        let look = |file: &RenderedFile, spans: &[Span<'_>]| {
            lines.by_file.insert(file.path.clone(), origins(file, spans, &mut places));
        };
        let done = self.bound.render_traced(&self.world, &arena, self.stack, look);
        done.map_err(|stopped| Stop::Refused(stopped.refusal))?;
        Ok(lines)
    }
}

fn origins(file: &RenderedFile, spans: &[Span<'_>], places: &mut Places) -> Vec<Option<LineOrigin>> {
    let mut spans = spans.iter().peekable();
    let mut start = 0;
    let mut found = Vec::new();
    for line in file.content.split_inclusive(|b| *b == b'\n') {
        let at = start + line.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
        start += line.len();
        while spans.next_if(|span| span.to <= at).is_some() {}
        found.push(spans.peek().map(|span| {
            let outer = places.of(span.outer);
            // A text that `tpl` was given is no file.
            let inner = if span.inner.source.name == "gotpl" { outer.clone() } else { places.of(span.inner) };
            LineOrigin { outer, inner }
        }));
    }
    found
}

/// Line ends of the sources met, so that each is counted once.
#[derive(Default)]
struct Places {
    ends: HashMap<(usize, usize), Vec<usize>>,
}

impl Places {
    fn of(&mut self, site: Site<'_>) -> Place {
        let text = site.source.text;
        let ends = self
            .ends
            .entry((text.as_ptr() as usize, text.len()))
            .or_insert_with(|| memchr::memchr_iter(b'\n', text).collect());
        let pos = site.pos as usize;
        let line = ends.partition_point(|end| *end < pos);
        let begin = line.checked_sub(1).and_then(|n| ends.get(n)).map_or(0, |end| end + 1);
        let column = pos.saturating_sub(begin) + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place::at(site.source.name.to_string(), number(line + 1), number(column))
    }
}
