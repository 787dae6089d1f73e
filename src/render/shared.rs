//! The stages of a render shared between two processors: the schema is judged while templates are parsed and run, and of many
//! templates one half is parsed on each.

use std::panic::resume_unwind;
use std::thread;

use bumpalo::Bump;

use super::{Bound, Settings, Stopped, link};
use crate::chart::{Chart, Log};
use crate::diagnostic::Refusal;
use crate::limits::{Stack, beside};
use crate::schema::{self, SecondOpinion};
use crate::template::{Ahead, Library, SourceFile};
use crate::value::MapNode;
use crate::values;

/// Where chart and templates are read to on two threads: `spare` is for templates that the other thread parses.
pub struct Arenas<'c> {
    pub chart: &'c Bump,
    pub spare: &'c mut Bump,
}

/// So many bytes of schemas, or of templates, are worth a thread: less is done before one has begun.
const SCHEMA_WORTH_A_THREAD: usize = 8 << 10;
const TEMPLATES_WORTH_A_THREAD: usize = 96 << 10;

/// [`super::bind`], `render` and [`Bound::confirm`]: the schema is judged while templates are parsed and run. What is told is what
/// the three would have told one after the other.
pub fn bind_and_render<'c, R>(
    chart: &'c Chart<'c>,
    user: &'c MapNode<'c>,
    settings: Settings,
    arenas: Arenas<'c>,
    stack: Stack,
    log: &mut Log,
    render: impl FnOnce(&Bound<'c>) -> Result<R, Stopped>,
) -> Result<(Bound<'c>, R), Stopped> {
    let Arenas { chart: arena, spare } = arenas;
    let dialect = settings.dialect;
    let root = values::prepare(chart, user, dialect, arena, &settings.limits, log)?.root;
    let size = if settings.skip_schema_validation { 0 } else { schema::size(&root) };
    thread::scope(|scope| {
        let judge = move |stack: Stack| {
            let mut log = Log::new(dialect);
            (schema::check(&root, dialect, stack, &mut log), log.lines)
        };
        let judge = if size < SCHEMA_WORTH_A_THREAD { None } else { beside(scope, settings.limits.stack, judge).ok() };
        let mut opinion = SecondOpinion::none();
        if judge.is_none() && !settings.skip_schema_validation {
            opinion = schema::check(&root, dialect, stack, log)?;
        }
        let library = Library::new(arena, dialect);
        let rendered = link(root, settings, library, arena, Some(spare), stack).and_then(|bound| {
            let rendered = render(&bound)?;
            Ok((bound, rendered))
        });
        // What the schema says comes first.
        if let Some(judge) = judge {
            let (judged, lines) = judge.join().unwrap_or_else(|panic| resume_unwind(panic));
            log.lines.extend(lines);
            opinion = judged?;
        }
        let (bound, rendered) = rendered?;
        let mut bound = Bound { opinion, ..bound };
        bound.confirm()?;
        Ok((bound, rendered))
    })
}

/// Parses the first half of the files here and the second on another thread, which need not succeed in it.
pub(super) fn parse_on_two<'c>(
    library: &mut Library<'c>,
    files: &[SourceFile<'c>],
    settings: &Settings,
    spare: &'c mut Bump,
    stack: Stack,
) -> Result<(), Refusal> {
    /// Templates nest no deeper than this in charts that are meant well.
    const STACK: usize = 8 << 20;
    let total: usize = files.iter().map(|file| file.text.len()).sum();
    if total < TEMPLATES_WORTH_A_THREAD {
        return Ok(());
    }
    let mut passed = 0;
    let is_behind = |file: &SourceFile<'_>| {
        passed += file.text.len();
        passed > total / 2
    };
    let (mine, others) = files.split_at(files.iter().position(is_behind).unwrap_or(files.len()));
    let (dialect, max_bytes) = (settings.dialect, settings.limits.bytes / 8);
    thread::scope(|scope| {
        let worker = beside(scope, STACK, move |stack| Ahead::parse(others, spare, max_bytes, dialect, stack));
        let parsed = library.parse(mine, stack);
        if let Ok(Ok(ahead)) = worker.map(thread::ScopedJoinHandle::join) {
            library.take(ahead);
        }
        parsed
    })
}
