//! Watching a render: which place of which template wrote which bytes. A render that nobody watches pays nothing: the
//! executor is compiled for [`NoTrace`] without any of the calls.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::template::ast::{Source, Template};

/// A place in a template, or in a text that `tpl` was given (`gotpl`).
#[derive(Clone, Copy)]
pub struct Site<'h> {
    pub source: &'h Source<'h>,
    /// Byte offset.
    pub pos: u32,
}

/// What the executor tells. Buffers nest: a file, in it the texts of `include` and `tpl`. Who watches says what it listens to.
pub trait Trace<'h> {
    const ON: bool;

    /// A buffer begins.
    fn open(&mut self) {}

    /// The buffer ends, and holds this.
    fn close(&mut self, _: &[u8]) {}

    /// `{{template}}` begins to write into the buffer at hand, and ends.
    fn enter(&mut self, _: Site<'h>) {}
    fn leave(&mut self) {}

    /// An action has printed a text into the buffer at hand, from an offset on.
    fn printed(&mut self, _: usize, _: &[u8], _: Site<'h>) {}

    /// The same for text that stands in the template as it is.
    fn copied(&mut self, _: usize, _: &[u8], _: Site<'h>) {}

    /// A template begins.
    fn begun(&mut self, _: &'h Template<'h>) {}

    /// A branch went one way. It is known by the place of its pipeline, `and` and `or` by that of their name.
    fn went(&mut self, _: Site<'h>, _: Way) {}
}

/// Where a branch went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// Into what follows `if`, `with` or `range`; once for each round.
    Body,
    /// Into `else`, or past what has none.
    Else,
    /// `and`, `or`: decided before the last argument.
    Short,
    /// `and`, `or`: to the last argument.
    Whole,
}

/// Whoever watches may be lent.
impl<'h, T: Trace<'h>> Trace<'h> for &mut T {
    const ON: bool = T::ON;

    fn open(&mut self) {
        T::open(self);
    }
    fn close(&mut self, text: &[u8]) {
        T::close(self, text);
    }
    fn enter(&mut self, call: Site<'h>) {
        T::enter(self, call);
    }
    fn leave(&mut self) {
        T::leave(self);
    }
    fn printed(&mut self, from: usize, text: &[u8], by: Site<'h>) {
        T::printed(self, from, text, by);
    }
    fn copied(&mut self, from: usize, text: &[u8], by: Site<'h>) {
        T::copied(self, from, text, by);
    }
    fn begun(&mut self, template: &'h Template<'h>) {
        T::begun(self, template);
    }
    fn went(&mut self, at: Site<'h>, way: Way) {
        T::went(self, at, way);
    }
}

/// Nobody watches.
pub struct NoTrace;

impl<'h> Trace<'h> for NoTrace {
    const ON: bool = false;
}

/// Bytes of a file, and who wrote them.
#[derive(Clone, Copy)]
pub struct Span<'h> {
    pub from: usize,
    pub to: usize,
    /// In the file's own template: the action that prints, or that calls what does.
    pub outer: Site<'h>,
    /// In the template that holds the text. Functions between the two (`nindent`, `trim`) move lines about: a line is known
    /// again by what stands on it. Where it is not, this is `outer`.
    pub inner: Site<'h>,
}

/// Remembers who wrote what.
#[derive(Default)]
pub struct Recorder<'h> {
    buffers: Vec<Buffer<'h>>,
    finished: Vec<Span<'h>>,
}

#[derive(Default)]
struct Buffer<'h> {
    spans: Vec<Span<'h>>,
    /// Calls of `{{template}}` that are under way.
    calls: Vec<Site<'h>>,
    /// Lines of texts that were included and not written yet: a hash of what stands on them, and who wrote it.
    included: Vec<(u64, Site<'h>)>,
}

/// How many included lines may have been left out before the next one that is known again.
const AHEAD: usize = 256;

/// Included lines that are remembered at most.
const MAX_LINES: usize = 1 << 16;

impl<'h> Recorder<'h> {
    /// The spans of the file that was rendered last, in order.
    pub fn take(&mut self) -> Vec<Span<'h>> {
        self.buffers.clear();
        std::mem::take(&mut self.finished)
    }
}

impl<'h> Trace<'h> for Recorder<'h> {
    const ON: bool = true;

    fn open(&mut self) {
        self.buffers.push(Buffer::default());
    }

    fn close(&mut self, text: &[u8]) {
        let Some(buffer) = self.buffers.pop() else { return };
        let Some(outer) = self.buffers.last_mut() else {
            self.finished = erased(buffer.spans, text);
            return;
        };
        let mut spans = buffer.spans.iter().peekable();
        for (start, line) in lines(text) {
            let Some(at) = first_visible(line).map(|column| start + column) else { continue };
            while spans.next_if(|span| span.to <= at).is_some() {}
            let Some(span) = spans.peek() else { break };
            if outer.included.len() < MAX_LINES {
                outer.included.push((print(line), span.inner));
            }
        }
    }

    fn enter(&mut self, call: Site<'h>) {
        if let Some(buffer) = self.buffers.last_mut() {
            buffer.calls.push(call);
        }
    }

    fn leave(&mut self) {
        if let Some(buffer) = self.buffers.last_mut() {
            buffer.calls.pop();
        }
    }

    fn printed(&mut self, from: usize, text: &[u8], by: Site<'h>) {
        let Some(buffer) = self.buffers.last_mut() else { return };
        let outer = buffer.calls.first().copied().unwrap_or(by);
        // What was included is printed now or not at all.
        let included = std::mem::take(&mut buffer.included);
        let mut next = 0;
        for (start, line) in lines(text) {
            let mut inner = by;
            if !included.is_empty() && first_visible(line).is_some() {
                let wanted = print(line);
                let mut ahead = included.iter().skip(next).take(AHEAD);
                if let Some(skipped) = ahead.position(|(known, _)| *known == wanted) {
                    inner = included.get(next + skipped).map_or(by, |(_, site)| *site);
                    next += skipped + 1;
                }
            }
            buffer.spans.push(Span { from: from + start, to: from + start + line.len(), outer, inner });
        }
    }

    fn copied(&mut self, from: usize, text: &[u8], by: Site<'h>) {
        let Some(buffer) = self.buffers.last_mut() else { return };
        for (start, line) in lines(text) {
            let inner = Site { pos: by.pos.saturating_add(u32::try_from(start).unwrap_or(u32::MAX)), ..by };
            let outer = buffer.calls.first().copied().unwrap_or(inner);
            buffer.spans.push(Span { from: from + start, to: from + start + line.len(), outer, inner });
        }
    }
}

/// Lines with their ends, and where they begin.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    text.split_inclusive(|b| *b == b'\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line)
    })
}

fn first_visible(line: &[u8]) -> Option<usize> {
    line.iter().position(|b| !b.is_ascii_whitespace())
}

/// The spans of a file as Helm leaves it: without what Go prints for a missing value.
fn erased<'h>(mut spans: Vec<Span<'h>>, text: &[u8]) -> Vec<Span<'h>> {
    let mut holes = memchr::memmem::find_iter(text, super::NO_VALUE).peekable();
    if holes.peek().is_none() {
        return spans;
    }
    let ends: Vec<usize> = holes.map(|at| at + super::NO_VALUE.len()).collect();
    let moved = |offset: usize| offset - super::NO_VALUE.len() * ends.partition_point(|end| *end <= offset);
    for span in &mut spans {
        (span.from, span.to) = (moved(span.from), moved(span.to));
    }
    spans
}

/// What stands on a line, whatever stands around it.
fn print(line: &[u8]) -> u64 {
    let mut hash = DefaultHasher::new();
    line.trim_ascii().hash(&mut hash);
    hash.finish()
}
