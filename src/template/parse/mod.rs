//! Tokens into templates (text/template/parse/parse.go): what a file defines, and the errors that Go would give.
//!
//! A file's own text and each of its defines is a [`Tree`] with a look-ahead of its own, as in Go: the line of an error is
//! the line of the last token that this tree has read.

mod number;
mod pipeline;

use std::collections::HashMap;

use bstr::BStr;
use bumpalo::Bump;
use foldhash::fast::RandomState;

use super::ast::{Branch, Command, Expr, Invocation, List, Node, NodeKind, Source, Template};
use super::lex::{Kind, Lexer, Token};
use crate::dialect::Dialect;
use crate::go::strconv;
use crate::limits::{Exhausted, Stack, used_bytes};

/// Why a text did not become templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    Syntax {
        /// Go's words, without the place.
        message: String,
        line: u32,
    },
    Exhausted(Exhausted),
}

impl From<Exhausted> for Box<ParseError> {
    fn from(e: Exhausted) -> Self {
        Box::new(ParseError::Exhausted(e))
    }
}

type Result<T> = std::result::Result<T, Box<ParseError>>;

/// Everything that a text defines, the template of its own name included, each name once.
pub type Definitions<'c> = &'c [&'c Template<'c>];

/// Parses a text. Recurses as deep as the text is nested; gives up when the arena holds more than `max_bytes`.
pub fn parse<'c>(
    source: &'c Source<'c>,
    arena: &'c Bump,
    max_bytes: usize,
    dialect: &'static Dialect,
    stack: Stack,
) -> Result<Definitions<'c>> {
    let mut parser = Parser {
        lexer: Lexer::new(source.text),
        source,
        arena,
        max_bytes,
        dialect,
        stack,
        tree: Tree::new(),
        definitions: Vec::new(),
        commands: Vec::new(),
        args: Vec::new(),
        fields: Vec::new(),
        known: HashMap::default(),
    };
    parser.file()?;
    Ok(arena.alloc_slice_copy(&parser.definitions))
}

struct Parser<'c> {
    lexer: Lexer<'c>,
    source: &'c Source<'c>,
    arena: &'c Bump,
    max_bytes: usize,
    dialect: &'static Dialect,
    stack: Stack,
    tree: Tree<'c>,
    definitions: Vec<&'c Template<'c>>,
    /// Commands and operands of all pipelines under way. An error ends the parser, and leaves them.
    commands: Vec<Command<'c>>,
    args: Vec<Expr<'c>>,
    /// The fields of the operand at hand; kept to be used again.
    fields: Vec<&'c BStr>,
    /// Where each name stands among the definitions.
    known: HashMap<&'c BStr, usize, RandomState>,
}

/// The state of one template being parsed.
struct Tree<'c> {
    tokens: [Token<'c>; 3],
    peeked: usize,
    /// Names that Go's parser takes for defined, in its own generous way.
    names: Vec<&'c [u8]>,
    /// Variables that will be defined as the template runs; the index is the slot.
    scope: Vec<Scoped<'c>>,
    slots: usize,
    /// Slots that the action being parsed may or may not declare.
    forget: Vec<u32>,
    action_line: u32,
    range_depth: u32,
    paren_depth: u32,
}

#[derive(Clone, Copy)]
struct Scoped<'c> {
    name: &'c [u8],
    /// Declared inside parentheses, which `and` and `or` may skip.
    uncertain: bool,
}

impl Tree<'_> {
    fn new() -> Self {
        Tree {
            tokens: [Token::NONE; 3],
            peeked: 0,
            names: vec![b"$"],
            scope: vec![Scoped { name: b"$", uncertain: false }],
            slots: 1,
            forget: Vec::new(),
            action_line: 0,
            range_depth: 0,
            paren_depth: 0,
        }
    }
}

/// What stands between two delimiters.
enum Item<'c> {
    Node(Node<'c>),
    End,
    Else,
}

impl Item<'_> {
    fn text(&self) -> &'static str {
        if matches!(self, Item::Else) { "{{else}}" } else { "{{end}}" }
    }
}

impl<'c> Parser<'c> {
    fn next(&mut self) -> Token<'c> {
        let tree = &mut self.tree;
        if tree.peeked > 0 {
            tree.peeked -= 1;
        } else {
            tree.tokens[0] = self.lexer.next_token();
        }
        tree.tokens[tree.peeked]
    }

    fn backup(&mut self) {
        self.tree.peeked += 1;
    }

    /// Gives back one token more than the last.
    fn backup2(&mut self, first: Token<'c>) {
        self.tree.tokens[1] = first;
        self.tree.peeked = 2;
    }

    fn backup3(&mut self, first: Token<'c>, second: Token<'c>) {
        self.tree.tokens[1] = second;
        self.tree.tokens[2] = first;
        self.tree.peeked = 3;
    }

    fn peek(&mut self) -> Token<'c> {
        let token = self.next();
        self.backup();
        token
    }

    fn peek_kind(&mut self) -> Kind {
        let tree = &mut self.tree;
        if tree.peeked == 0 {
            tree.tokens[0] = self.lexer.next_token();
            tree.peeked = 1;
        }
        tree.tokens[tree.peeked - 1].kind
    }

    fn skip_spaces(&mut self) {
        while self.peek_kind() == Kind::Space {
            self.tree.peeked -= 1;
        }
    }

    fn next_non_space(&mut self) -> Token<'c> {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Token<'c> {
        let token = self.next_non_space();
        self.backup();
        token
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(Box::new(ParseError::Syntax { message: message.into(), line: self.tree.tokens[0].line }))
    }

    fn expect(&mut self, kinds: &[Kind], context: &str) -> Result<Token<'c>> {
        let token = self.next_non_space();
        if kinds.contains(&token.kind) { Ok(token) } else { self.unexpected(&token, context) }
    }

    fn unexpected<T>(&self, token: &Token<'c>, context: &str) -> Result<T> {
        let shown = self.lexer.show(token);
        if token.kind != Kind::Error {
            return self.fail(format!("unexpected {shown} in {context}"));
        }
        let started = self.tree.action_line;
        if started == 0 || started == token.line {
            return self.fail(shown);
        }
        // "unclosed action in action" would be odd.
        let joint = if shown.ends_with(" action") { "" } else { " in action" };
        self.fail(format!("{shown}{joint} started at {}:{started}", self.source.name))
    }

    /// The whole text: like a list, but it may define.
    fn file(&mut self) -> Result<()> {
        let mut nodes = Vec::new();
        while self.peek_kind() != Kind::Eof {
            if self.peek_kind() == Kind::LeftDelim {
                let delim = self.next();
                if self.next_non_space().kind == Kind::Define {
                    let outer = std::mem::replace(&mut self.tree, Tree::new());
                    self.definition()?;
                    self.tree = outer;
                    continue;
                }
                self.backup2(delim);
            }
            match self.text_or_action()? {
                Item::Node(node) => self.push(&mut nodes, node),
                other => return self.fail(format!("unexpected {}", other.text())),
            }
        }
        self.add(self.source.name, nodes)
    }

    fn definition(&mut self) -> Result<()> {
        let context = "define clause";
        let token = self.expect(&[Kind::String, Kind::RawString], context)?;
        let name = self.unquote(token)?;
        self.expect(&[Kind::RightDelim], context)?;
        let (nodes, end) = self.item_list()?;
        self.body_ends(&end, context)?;
        self.add(name, nodes)
    }

    fn body_ends(&self, end: &Item<'c>, context: &str) -> Result<()> {
        if matches!(end, Item::End) {
            return Ok(());
        }
        self.fail(format!("unexpected {} in {context}", end.text()))
    }

    /// Adds the current tree under its name. An empty definition is replaced by what comes; two that say something clash.
    fn add(&mut self, name: &'c BStr, nodes: Vec<Node<'c>>) -> Result<()> {
        let empty = nodes.iter().all(|n| matches!(n.kind, NodeKind::Text(text) if is_blank(text)));
        let known = self.known.get(name).copied();
        let template = Template {
            name,
            source: self.source,
            root: self.arena.alloc_slice_fill_iter(nodes),
            slots: self.tree.slots as u32,
            empty,
        };
        match known {
            None => {
                self.known.insert(name, self.definitions.len());
                self.definitions.push(self.arena.alloc(template));
            }
            Some(at) if self.definitions[at].empty => self.definitions[at] = self.arena.alloc(template),
            Some(_) if empty => {}
            Some(_) => {
                return self.fail(format!("template: multiple definition of template {}", strconv::quote(name)));
            }
        }
        Ok(())
    }

    /// Up to the `end` or `else` that closes it.
    fn item_list(&mut self) -> Result<(Vec<Node<'c>>, Item<'c>)> {
        self.stack.check()?;
        let mut nodes = Vec::new();
        while self.peek_non_space().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => self.push(&mut nodes, node),
                end => return Ok((nodes, end)),
            }
        }
        self.fail("unexpected EOF")
    }

    fn push(&mut self, nodes: &mut Vec<Node<'c>>, node: Node<'c>) {
        if !self.tree.forget.is_empty() {
            let slots = self.arena.alloc_slice_copy(&self.tree.forget);
            self.tree.forget.clear();
            nodes.push(Node { pos: node.pos, kind: NodeKind::Forget(slots) });
        }
        nodes.push(node);
    }

    fn text_or_action(&mut self) -> Result<Item<'c>> {
        if used_bytes(self.arena) > self.max_bytes {
            return Err(Exhausted::Bytes.into());
        }
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node { pos: token.pos, kind: NodeKind::Text(token.text) })),
            Kind::LeftDelim => {
                self.tree.action_line = token.line;
                let item = self.action();
                self.tree.action_line = 0;
                item
            }
            _ => self.unexpected(&token, "input"),
        }
    }

    fn action(&mut self) -> Result<Item<'c>> {
        let token = self.next_non_space();
        let node = match token.kind {
            Kind::Block => self.block()?,
            Kind::Break => self.leave_loop(token, "{{break}}", NodeKind::Break)?,
            Kind::Continue => self.leave_loop(token, "{{continue}}", NodeKind::Continue)?,
            Kind::Else => {
                // `else if` and `else with` are left for the control structure to read on.
                let chains = match self.peek_non_space().kind {
                    Kind::If => true,
                    Kind::With => self.dialect.has_else_with,
                    _ => false,
                };
                if !chains {
                    self.expect(&[Kind::RightDelim], "else")?;
                }
                return Ok(Item::Else);
            }
            Kind::End => {
                self.expect(&[Kind::RightDelim], "end")?;
                return Ok(Item::End);
            }
            Kind::If => self.control("if", NodeKind::If)?,
            Kind::Range => self.control("range", NodeKind::Range)?,
            Kind::With => self.control("with", NodeKind::With)?,
            Kind::Template => self.invocation()?,
            _ => {
                self.backup();
                let pos = self.peek().pos;
                Node { pos, kind: NodeKind::Action(self.pipeline("command", Kind::RightDelim)?) }
            }
        };
        Ok(Item::Node(node))
    }

    fn leave_loop(&mut self, token: Token<'c>, text: &str, kind: NodeKind<'c>) -> Result<Node<'c>> {
        self.expect(&[Kind::RightDelim], text)?;
        if self.tree.range_depth == 0 {
            return self.fail(format!("{text} outside {{{{range}}}}"));
        }
        Ok(Node { pos: token.pos, kind })
    }

    fn control(&mut self, context: &str, kind: fn(&'c Branch<'c>) -> NodeKind<'c>) -> Result<Node<'c>> {
        self.stack.check()?;
        let outer_names = self.tree.names.len();
        let outer_scope = self.tree.scope.len();
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let forget = std::mem::take(&mut self.tree.forget);
        let inner_scope = self.tree.scope.len();

        let loops = u32::from(context == "range");
        self.tree.range_depth += loops;
        let (nodes, end) = self.item_list()?;
        self.tree.range_depth -= loops;
        let list = self.arena.alloc_slice_fill_iter(nodes);

        // What the body declared, Go's parser still knows in the else branch; but there it will not be defined.
        self.tree.scope.truncate(inner_scope);
        let otherwise = if matches!(end, Item::Else) { Some(self.otherwise(context)?) } else { None };
        self.tree.scope.truncate(outer_scope);
        self.tree.names.truncate(outer_names);
        self.tree.forget = forget;
        Ok(Node { pos: pipe.pos, kind: kind(self.arena.alloc(Branch { pipe, list, otherwise })) })
    }

    fn otherwise(&mut self, context: &str) -> Result<List<'c>> {
        // `{{else if}}` is `{{else}}{{if}}` whose own end is left out.
        let chained = match (context, self.peek().kind) {
            ("if", Kind::If) => Some(NodeKind::If as fn(_) -> _),
            ("with", Kind::With) => Some(NodeKind::With as fn(_) -> _),
            _ => None,
        };
        let mut nodes = Vec::new();
        if let Some(kind) = chained {
            self.next();
            let node = self.control(context, kind)?;
            self.push(&mut nodes, node);
        } else {
            let end;
            (nodes, end) = self.item_list()?;
            if !matches!(end, Item::End) {
                return self.fail(format!("expected end; found {}", end.text()));
            }
        }
        Ok(self.arena.alloc_slice_fill_iter(nodes))
    }

    /// `{{block "name" pipeline}}`: a definition, and a call of it.
    fn block(&mut self) -> Result<Node<'c>> {
        let context = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(token, context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let outer = std::mem::replace(&mut self.tree, Tree::new());
        let (nodes, end) = self.item_list()?;
        if !matches!(end, Item::End) {
            // This complaint is the outer tree's.
            self.tree = outer;
            return self.fail(format!("unexpected {} in {context}", end.text()));
        }
        self.add(name, nodes)?;
        self.tree = outer;
        Ok(self.call_of(token, name, Some(pipe)))
    }

    fn invocation(&mut self) -> Result<Node<'c>> {
        let context = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(token, context)?;
        if self.next_non_space().kind == Kind::RightDelim {
            return Ok(self.call_of(token, name, None));
        }
        self.backup();
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        Ok(self.call_of(token, name, Some(pipe)))
    }

    fn call_of(&self, token: Token<'c>, name: &'c BStr, pipe: Option<&'c super::ast::Pipe<'c>>) -> Node<'c> {
        Node { pos: token.pos, kind: NodeKind::Template(self.arena.alloc(Invocation { name, pipe })) }
    }

    fn template_name(&mut self, token: Token<'c>, context: &str) -> Result<&'c BStr> {
        match token.kind {
            Kind::String | Kind::RawString => self.unquote(token),
            _ => self.unexpected(&token, context),
        }
    }

    /// What a quoted string says; borrowed from the source when nothing is escaped.
    fn unquote(&self, token: Token<'c>) -> Result<&'c BStr> {
        if let [b'"', body @ .., b'"'] = token.text
            && body.iter().all(|b| matches!(b, b' '..=b'~') && *b != b'\\')
        {
            return Ok(BStr::new(body));
        }
        match strconv::unquote(token.text) {
            Ok(text) => Ok(BStr::new(self.arena.alloc_slice_copy(&text))),
            Err(e) => self.fail(e.to_string()),
        }
    }
}

/// bytes.TrimSpace leaves nothing.
fn is_blank(text: &[u8]) -> bool {
    crate::go::utf8::runes(text).all(|(_, rune)| crate::go::unicode::is_space(rune.char))
}
