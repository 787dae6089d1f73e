//! Nodes back to text, as text/template's `Node.String` writes them: the `<...>` of an error message. Only errors pay.

use super::ast::{Branch, Command, Expr, ExprKind, List, Node, NodeKind, Pipe};
use crate::go::strconv;

/// Any node that an error can point at.
#[derive(Clone, Copy)]
pub enum At<'c> {
    Node(&'c Node<'c>),
    Pipe(&'c Pipe<'c>),
    Command(&'c Command<'c>),
    Expr(&'c Expr<'c>),
}

impl At<'_> {
    /// Byte offset in the source.
    pub fn pos(self) -> u32 {
        match self {
            At::Node(n) => n.pos,
            At::Pipe(p) => p.pos,
            At::Command(c) => c.pos,
            At::Expr(e) => e.pos,
        }
    }

    pub fn text(self) -> String {
        let mut out = Vec::new();
        match self {
            At::Node(n) => node(&mut out, n),
            At::Pipe(p) => pipe(&mut out, p),
            At::Command(c) => command(&mut out, c),
            At::Expr(e) => expr(&mut out, e),
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

fn list(out: &mut Vec<u8>, nodes: List<'_>) {
    for n in nodes {
        node(out, n);
    }
}

fn node(out: &mut Vec<u8>, n: &Node<'_>) {
    match n.kind {
        NodeKind::Text(text) => out.extend(text),
        NodeKind::Action(p) => {
            out.extend(b"{{");
            pipe(out, p);
            out.extend(b"}}");
        }
        NodeKind::If(b) => branch(out, "if", b),
        NodeKind::With(b) => branch(out, "with", b),
        NodeKind::Range(b) => branch(out, "range", b),
        NodeKind::Template(t) => {
            out.extend(b"{{template ");
            out.extend(strconv::quote(t.name).bytes());
            if let Some(p) = t.pipe {
                out.push(b' ');
                pipe(out, p);
            }
            out.extend(b"}}");
        }
        NodeKind::Break => out.extend(b"{{break}}"),
        NodeKind::Continue => out.extend(b"{{continue}}"),
        NodeKind::Forget(_) => {}
    }
}

fn branch(out: &mut Vec<u8>, keyword: &str, b: &Branch<'_>) {
    out.extend(b"{{");
    out.extend(keyword.bytes());
    out.push(b' ');
    pipe(out, b.pipe);
    out.extend(b"}}");
    list(out, b.list);
    if let Some(otherwise) = b.otherwise {
        out.extend(b"{{else}}");
        list(out, otherwise);
    }
    out.extend(b"{{end}}");
}

fn pipe(out: &mut Vec<u8>, p: &Pipe<'_>) {
    for (i, target) in p.targets.iter().enumerate() {
        if i > 0 {
            out.extend(b", ");
        }
        out.extend(target.name.iter());
    }
    if !p.targets.is_empty() {
        out.extend(if p.assigns { b" = ".as_slice() } else { b" := " });
    }
    for (i, c) in p.commands.iter().enumerate() {
        if i > 0 {
            out.extend(b" | ");
        }
        command(out, c);
    }
}

fn command(out: &mut Vec<u8>, c: &Command<'_>) {
    for (i, arg) in c.args.iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        parenthesized(out, arg);
    }
}

/// A pipeline is in parentheses where it is an operand.
fn parenthesized(out: &mut Vec<u8>, e: &Expr<'_>) {
    if let ExprKind::Pipe(p) = e.kind {
        out.push(b'(');
        pipe(out, p);
        out.push(b')');
    } else {
        expr(out, e);
    }
}

fn expr(out: &mut Vec<u8>, e: &Expr<'_>) {
    match e.kind {
        ExprKind::Dot => out.push(b'.'),
        ExprKind::Nil => out.extend(b"nil"),
        ExprKind::Bool(b) => out.extend(if b { b"true".as_slice() } else { b"false" }),
        ExprKind::Number(n) => out.extend(n.text.iter()),
        ExprKind::String(s) => out.extend(s.quoted.iter()),
        ExprKind::Field(names) => fields(out, names),
        ExprKind::Variable(v) => {
            out.extend(v.name.iter());
            fields(out, v.fields);
        }
        ExprKind::Function(f) => out.extend(f.name.iter()),
        ExprKind::Pipe(p) => pipe(out, p),
        ExprKind::Chain(c) => {
            parenthesized(out, &c.node);
            fields(out, c.fields);
        }
    }
}

fn fields(out: &mut Vec<u8>, names: &[&bstr::BStr]) {
    for name in names {
        out.push(b'.');
        out.extend(name.iter());
    }
}
