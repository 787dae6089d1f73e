//! Pipelines, commands and operands.

use bstr::{BStr, ByteSlice};

use super::number::number;
use super::{Parser, Result, Scoped};
use crate::go::strconv;
use crate::template::ast::{Chain, Command, Expr, ExprKind, Function, Literal, Pipe, Slots, Target, Variable};
use crate::template::callee::Callee;
use crate::template::lex::{Kind, Token};

/// parse.maxStackDepth
const MAX_PARENS: u32 = 10_000;

impl<'c> Parser<'c> {
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<&'c Pipe<'c>> {
        let pos = self.peek_non_space().pos;
        let (declared, assigns) = self.declarations(context)?;
        let base = self.commands.len();
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.backup();
                    let command = self.command()?;
                    self.commands.push(command);
                }
                _ => return self.unexpected(&token, context),
            }
        }
        self.check(self.commands.get(base..).unwrap_or_default(), context)?;
        // Only now do the variables exist: `$x := $x` reads the outer one.
        let mut targets = Vec::with_capacity(declared.len());
        for name in declared {
            let slots = if assigns { self.resolve(name) } else { self.declare(name, end == Kind::RightParen) };
            targets.push(Target { name: BStr::new(name), slots });
        }
        Ok(self.arena.alloc(Pipe {
            pos,
            assigns,
            targets: self.arena.alloc_slice_fill_iter(targets),
            commands: self.arena.alloc_slice_fill_iter(self.commands.drain(base..)),
        }))
    }

    /// `$x :=`, `$x =`, and in a range `$i, $x :=`.
    fn declarations(&mut self, context: &str) -> Result<(Vec<&'c [u8]>, bool)> {
        let mut declared: Vec<&'c [u8]> = Vec::new();
        loop {
            self.skip_spaces();
            if self.peek_kind() != Kind::Variable {
                return Ok((declared, false));
            }
            let variable = self.next();
            // A space is a token: in `$x foo` three tokens are read before it is clear that nothing is declared.
            let after = self.peek();
            let next = self.peek_non_space();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.next_non_space();
                    declared.push(variable.text);
                    self.tree.names.push(variable.text);
                    return Ok((declared, next.kind == Kind::Assign));
                }
                Kind::Char if next.text == b"," => {
                    self.next_non_space();
                    declared.push(variable.text);
                    self.tree.names.push(variable.text);
                    if context != "range" || declared.len() >= 2 {
                        return self.fail(format!("too many declarations in {context}"));
                    }
                    if !matches!(self.peek_non_space().kind, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                        return self.fail("range can only initialize variables");
                    }
                }
                _ => {
                    if after.kind == Kind::Space {
                        self.backup3(variable, after);
                    } else {
                        self.backup2(variable);
                    }
                    return Ok((declared, false));
                }
            }
        }
    }

    fn declare(&mut self, name: &'c [u8], uncertain: bool) -> Slots<'c> {
        let slot = self.tree.scope.len() as u32;
        self.tree.scope.push(Scoped { name, uncertain });
        self.tree.slots = self.tree.slots.max(self.tree.scope.len());
        if uncertain {
            self.tree.forget.push(slot);
        }
        self.arena.alloc_slice_copy(&[slot])
    }

    /// The slots that a name may mean here, the innermost first, up to one that is certainly defined.
    fn resolve(&mut self, name: &[u8]) -> Slots<'c> {
        // Nearly always there is one.
        if let Some(last) = self.tree.scope.iter().rposition(|scoped| scoped.name == name)
            && !self.tree.scope[last].uncertain
        {
            return self.arena.alloc_slice_copy(&[last as u32]);
        }
        let mut slots = Vec::new();
        for (slot, scoped) in self.tree.scope.iter().enumerate().rev() {
            if scoped.name == name {
                slots.push(slot as u32);
                if !scoped.uncertain {
                    break;
                }
            }
        }
        self.arena.alloc_slice_copy(&slots)
    }

    fn check(&self, commands: &[Command<'c>], context: &str) -> Result<()> {
        if commands.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (i, command) in commands.iter().enumerate().skip(1) {
            let constant = match command.args[0].kind {
                ExprKind::Bool(_) | ExprKind::Dot | ExprKind::Nil | ExprKind::Number(_) | ExprKind::String(_) => true,
                ExprKind::Field(_)
                | ExprKind::Variable(_)
                | ExprKind::Function(_)
                | ExprKind::Pipe(_)
                | ExprKind::Chain(_) => false,
            };
            if constant {
                return self.fail(format!("non executable command in pipeline stage {}", i + 1));
            }
        }
        Ok(())
    }

    /// Operands up to a pipe, which it reads, or the end of the pipeline, which it leaves.
    fn command(&mut self) -> Result<Command<'c>> {
        let pos = self.peek_non_space().pos;
        let base = self.args.len();
        loop {
            self.skip_spaces();
            if let Some(operand) = self.operand()? {
                self.args.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::RightDelim | Kind::RightParen => {
                    self.backup();
                    break;
                }
                Kind::Pipe => break,
                _ => return self.unexpected(&token, "operand"),
            }
        }
        if self.args.len() == base {
            return self.fail("empty command");
        }
        Ok(Command { pos, args: self.arena.alloc_slice_fill_iter(self.args.drain(base..)) })
    }

    /// A term with the fields that follow it.
    fn operand(&mut self) -> Result<Option<Expr<'c>>> {
        let Some(term) = self.term()? else { return Ok(None) };
        if self.peek_kind() != Kind::Field {
            return Ok(Some(term));
        }
        // The place of a chain is its first dot, also when the term was a field itself.
        let pos = self.peek().pos;
        self.fields.clear();
        if let ExprKind::Field(fields) = term.kind {
            self.fields.extend_from_slice(fields);
        }
        while self.peek_kind() == Kind::Field {
            let field = field_name(self.next());
            self.fields.push(field);
        }
        let fields = &*self.arena.alloc_slice_copy(&self.fields);
        let kind = match term.kind {
            ExprKind::Field(_) => ExprKind::Field(fields),
            ExprKind::Variable(v) => {
                ExprKind::Variable(self.arena.alloc(Variable { name: v.name, slots: v.slots, fields }))
            }
            ExprKind::Bool(_) | ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Nil | ExprKind::Dot => {
                let text = crate::template::text::At::Expr(&term).text();
                return self.fail(format!("unexpected . after term {}", strconv::quote(text.as_bytes())));
            }
            ExprKind::Function(_) | ExprKind::Pipe(_) | ExprKind::Chain(_) => {
                ExprKind::Chain(self.arena.alloc(Chain { node: term, fields }))
            }
        };
        Ok(Some(Expr { pos, kind }))
    }

    fn term(&mut self) -> Result<Option<Expr<'c>>> {
        let token = self.next_non_space();
        let kind = match token.kind {
            Kind::Identifier => {
                let Some(callee) = Callee::find(token.text, self.dialect) else {
                    return self.fail(format!("function {} not defined", strconv::quote(token.text)));
                };
                ExprKind::Function(self.arena.alloc(Function { name: BStr::new(token.text), callee }))
            }
            Kind::Dot => ExprKind::Dot,
            Kind::Nil => ExprKind::Nil,
            Kind::Variable => {
                if !self.tree.names.contains(&token.text) {
                    return self.fail(format!("undefined variable {}", strconv::quote(token.text)));
                }
                let slots = self.resolve(token.text);
                ExprKind::Variable(self.arena.alloc(Variable { name: BStr::new(token.text), slots, fields: &[] }))
            }
            Kind::Field => ExprKind::Field(self.arena.alloc_slice_copy(&[field_name(token)])),
            Kind::Bool => ExprKind::Bool(token.text == b"true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => match number(token.kind, token.text) {
                Ok(number) => ExprKind::Number(self.arena.alloc(number)),
                Err(message) => return self.fail(message),
            },
            Kind::LeftParen => ExprKind::Pipe(self.parenthesized()?),
            Kind::String | Kind::RawString => {
                let text = self.unquote(token)?;
                ExprKind::String(self.arena.alloc(Literal { quoted: BStr::new(token.text), text }))
            }
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        // A pipeline's own place is behind the parenthesis.
        let pos = if let ExprKind::Pipe(pipe) = kind { pipe.pos } else { token.pos };
        Ok(Some(Expr { pos, kind }))
    }

    fn parenthesized(&mut self) -> Result<&'c Pipe<'c>> {
        if self.tree.paren_depth >= MAX_PARENS {
            return self.fail("max expression depth exceeded");
        }
        self.stack.check()?;
        self.tree.paren_depth += 1;
        let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
        self.tree.paren_depth -= 1;
        Ok(pipe)
    }
}

/// A field without its dot.
fn field_name(token: Token<'_>) -> &BStr {
    token.text.strip_prefix(b".").unwrap_or(token.text).as_bstr()
}
