//! The branches that a template has, and its lines: `if`, `with`, `range`, and what `and` and `or` may leave out.

use std::collections::BTreeMap;

use super::counter::Counter;
use super::{Branch, File, Spot};
use crate::template::ast::{self, Command, ExprKind, List, Node, NodeKind, Pipe, Template};
use crate::template::exec::Way;

/// What kind of a branch it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    If,
    With,
    Range,
    /// `and`, `or`: a condition rather than a branch.
    And,
    Or,
}

impl Kind {
    pub fn is_condition(self) -> bool {
        matches!(self, Kind::And | Kind::Or)
    }

    fn ways(self) -> [Way; 2] {
        if self.is_condition() { [Way::Short, Way::Whole] } else { [Way::Body, Way::Else] }
    }
}

/// Something that is still to be walked.
enum Open<'c> {
    List(List<'c>, u64),
    Pipe(&'c Pipe<'c>),
    Expr(&'c ast::Expr<'c>),
}

/// Counts what a render reached of a template into its file. Without recursion: how deep a template is nested is for its
/// parser to say.
pub fn count<'c>(template: &'c Template<'c>, counter: &Counter, file: &mut File) {
    let lines = Lines::of(template.source.text);
    let hits = counter.begun(template);
    let first = template.root.first().map_or(1, |node| lines.line(node.pos));
    let spot = file.templates.entry(template.name.to_string()).or_default();
    *spot = Spot { line: first, hits: spot.hits + hits };
    let mut walk = Walk { lines: &lines, counter, source: template.source.id, file, open: Vec::new() };
    walk.open.push(Open::List(template.root, hits));
    while let Some(open) = walk.open.pop() {
        match open {
            Open::List(list, hits) => list.iter().for_each(|node| walk.node(node, hits)),
            Open::Pipe(pipe) => pipe.commands.iter().for_each(|command| walk.command(command)),
            Open::Expr(expr) => walk.expr(expr),
        }
    }
}

struct Walk<'w, 'c> {
    lines: &'w Lines<'c>,
    counter: &'w Counter,
    source: u64,
    file: &'w mut File,
    open: Vec<Open<'c>>,
}

impl<'c> Walk<'_, 'c> {
    fn node(&mut self, node: &'c Node<'c>, hits: u64) {
        match node.kind {
            NodeKind::Text(text) => {
                // Where text is nothing but the way to the next line, no line of it does anything.
                for (n, line) in text.split(|b| *b == b'\n').enumerate() {
                    if !line.iter().all(u8::is_ascii_whitespace) {
                        let first = self.lines.line(node.pos);
                        self.line(first + u32::try_from(n).unwrap_or(0), hits);
                    }
                }
                return;
            }
            NodeKind::Forget(_) => return,
            NodeKind::Action(pipe) => self.open.push(Open::Pipe(pipe)),
            NodeKind::If(branch) => self.branch(Kind::If, branch),
            NodeKind::With(branch) => self.branch(Kind::With, branch),
            NodeKind::Range(branch) => self.branch(Kind::Range, branch),
            NodeKind::Template(invocation) => self.open.extend(invocation.pipe.map(Open::Pipe)),
            NodeKind::Break | NodeKind::Continue => {}
        }
        self.line(self.lines.line(node.pos), hits);
    }

    fn line(&mut self, line: u32, hits: u64) {
        let known = self.file.lines.entry(line).or_default();
        *known = hits.max(*known);
    }

    fn branch(&mut self, kind: Kind, branch: &'c ast::Branch<'c>) {
        let [body, otherwise] = self.went(kind, branch.pipe.pos);
        self.open.push(Open::Pipe(branch.pipe));
        self.open.push(Open::List(branch.list, body));
        self.open.extend(branch.otherwise.map(|list| Open::List(list, otherwise)));
    }

    /// Notes a branch; the result is how often it went each way.
    fn went(&mut self, kind: Kind, pos: u32) -> [u64; 2] {
        let ways = kind.ways().map(|way| self.counter.ways(self.source, pos, way));
        let line = self.lines.line(pos);
        let one_way = self.lines.says(line, ONE_WAY);
        self.file.branches.insert((pos, kind.is_condition()), Branch { kind, line, ways, one_way });
        ways
    }

    fn command(&mut self, command: &'c Command<'c>) {
        if let Some(first) = command.args.first()
            && let ExprKind::Function(function) = &first.kind
        {
            match &**function.name {
                b"and" => drop(self.went(Kind::And, first.pos)),
                b"or" => drop(self.went(Kind::Or, first.pos)),
                _ => {}
            }
        }
        self.open.extend(command.args.iter().map(Open::Expr));
    }

    fn expr(&mut self, expr: &'c ast::Expr<'c>) {
        match &expr.kind {
            ExprKind::Pipe(pipe) => self.open.push(Open::Pipe(pipe)),
            ExprKind::Chain(chain) => self.open.push(Open::Expr(&chain.node)),
            _ => {}
        }
    }
}

/// What a comment says beside a branch that can go one way alone; a reason follows.
const ONE_WAY: &str = "plimsoll: one way --";

/// A text, and where its lines begin.
struct Lines<'c> {
    text: &'c [u8],
    starts: BTreeMap<usize, u32>,
}

impl<'c> Lines<'c> {
    fn of(text: &'c [u8]) -> Self {
        let ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        Lines { text, starts: std::iter::once(0).chain(ends).zip(1..).collect() }
    }

    /// Whether a text stands on a line.
    fn says(&self, line: u32, wanted: &str) -> bool {
        let text = self.text.split(|b| *b == b'\n').nth(line.saturating_sub(1) as usize).unwrap_or_default();
        memchr::memmem::find(text, wanted.as_bytes()).is_some()
    }

    /// The line, from 1, of a byte.
    fn line(&self, pos: u32) -> u32 {
        self.starts.range(..=pos as usize).next_back().map_or(1, |(_, line)| *line)
    }
}
