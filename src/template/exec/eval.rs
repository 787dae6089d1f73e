//! Pipelines, commands and operands to values.

use bstr::BStr;

use super::{Held, Result, Run, Trace};
use crate::template::ast::{Chain, Command, Expr, ExprKind, Ideal, Number, Pipe, Variable};
use crate::template::text::At;
use crate::value::{Ty, Value};

impl<'h, T: Trace<'h>> Run<'_, 'h, T> {
    pub(super) fn pipeline(&mut self, dot: Held<'h>, pipe: &'h Pipe<'h>) -> Result<Held<'h>> {
        self.at(At::Pipe(pipe));
        let mut last = None;
        for command in pipe.commands {
            // The previous value is this one's final argument.
            last = Some(self.command(dot, command, last)?.opened());
        }
        let value = last.unwrap_or(Held::concrete(Value::Invalid));
        for target in pipe.targets {
            self.set_target(pipe, target, value)?;
        }
        Ok(value)
    }

    fn command(&mut self, dot: Held<'h>, command: &'h Command<'h>, last: Option<Held<'h>>) -> Result<Held<'h>> {
        let args = command.args;
        let [first, ..] = args else { return Ok(Held::concrete(Value::Invalid)) };
        match first.kind {
            ExprKind::Field(names) => {
                self.at(At::Expr(first));
                return self.fields(dot, dot, first, names, args, last);
            }
            ExprKind::Chain(chain) => return self.chain(dot, first, chain, args, last),
            ExprKind::Function(function) => {
                self.at(At::Expr(first));
                return self.function(dot, function, At::Command(command), args, last);
            }
            ExprKind::Variable(variable) => return self.variable(dot, first, variable, args, last),
            ExprKind::Pipe(pipe) => {
                self.not_a_function(args, last)?;
                return self.pipeline(dot, pipe);
            }
            ExprKind::Dot | ExprKind::Nil | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => {}
        }
        self.at(At::Expr(first));
        self.not_a_function(args, last)?;
        match first.kind {
            ExprKind::Dot => Ok(dot),
            ExprKind::Bool(b) => Ok(Held::concrete(Value::Bool(b))),
            ExprKind::Number(number) => self.ideal(number).map(Held::concrete),
            ExprKind::String(literal) => Ok(Held::concrete(Value::Str(literal.text))),
            _ => Err(self.failure("nil is not a command")),
        }
    }

    fn not_a_function(&self, args: &'h [Expr<'h>], last: Option<Held<'h>>) -> Result<()> {
        match args {
            [first, rest @ ..] if !rest.is_empty() || last.is_some() => {
                let text = At::Expr(first).text();
                Err(self.failure(format!("can't give argument to non-function {text}")))
            }
            _ => Ok(()),
        }
    }

    fn ideal(&self, number: &'h Number<'h>) -> Result<Value<'h>> {
        match number.ideal {
            Some(Ideal::Int(n)) => Ok(Value::int(n)),
            Some(Ideal::Float(f)) => Ok(Value::Float(f)),
            Some(Ideal::Complex(re, im)) => Ok(Value::Complex(re, im)),
            None => Err(self.failure(format!("{} overflows int", number.text))),
        }
    }

    fn chain(
        &mut self,
        dot: Held<'h>,
        node: &'h Expr<'h>,
        chain: &'h Chain<'h>,
        args: &'h [Expr<'h>],
        last: Option<Held<'h>>,
    ) -> Result<Held<'h>> {
        self.at(At::Expr(node));
        let inner = &chain.node;
        self.at(At::Expr(inner));
        let receiver = match inner.kind {
            ExprKind::Pipe(pipe) => self.pipeline(dot, pipe)?,
            ExprKind::Function(function) => self.function(dot, function, At::Expr(inner), &[], None)?,
            ExprKind::Chain(chain) => self.chain(dot, inner, chain, &[], None)?,
            // The parser makes no others.
            _ => Held::concrete(Value::Invalid),
        };
        self.fields(dot, receiver, node, chain.fields, args, last)
    }

    fn variable(
        &mut self,
        dot: Held<'h>,
        node: &'h Expr<'h>,
        variable: &'h Variable<'h>,
        args: &'h [Expr<'h>],
        last: Option<Held<'h>>,
    ) -> Result<Held<'h>> {
        self.at(At::Expr(node));
        let Some(value) = self.defined(variable.slots).and_then(|slot| self.slot(slot)) else {
            return Err(self.failure(format!("undefined variable: {}", variable.name)));
        };
        if variable.fields.is_empty() {
            self.not_a_function(args, last)?;
            return Ok(value);
        }
        self.fields(dot, value, node, variable.fields, args, last)
    }

    /// `.X.Y.Z`, whose last may be a method with arguments. `receiver` is walked, `dot` is for the arguments.
    fn fields(
        &mut self,
        dot: Held<'h>,
        mut receiver: Held<'h>,
        node: &'h Expr<'h>,
        names: &'h [&'h BStr],
        args: &'h [Expr<'h>],
        last: Option<Held<'h>>,
    ) -> Result<Held<'h>> {
        let [inner @ .., name] = names else { return Ok(receiver) };
        for name in inner {
            receiver = self.member(dot, receiver, node, name, &[], None)?;
        }
        self.member(dot, receiver, node, name, args, last)
    }

    /// One argument, as the parameter's type asks for it.
    pub(super) fn argument(&mut self, dot: Held<'h>, ty: Ty, arg: &'h Expr<'h>) -> Result<Value<'h>> {
        self.at(At::Expr(arg));
        let value = match arg.kind {
            ExprKind::Dot => dot,
            ExprKind::Field(names) => self.fields(dot, dot, arg, names, std::slice::from_ref(arg), None)?,
            ExprKind::Variable(variable) => self.variable(dot, arg, variable, &[], None)?,
            ExprKind::Pipe(pipe) => self.pipeline(dot, pipe)?,
            ExprKind::Function(function) => self.function(dot, function, At::Expr(arg), &[], None)?,
            ExprKind::Chain(chain) => self.chain(dot, arg, chain, &[], None)?,
            ExprKind::Nil => return self.nil(ty),
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => return self.constant(ty, arg),
        };
        self.validate(value, ty)
    }

    fn nil(&self, ty: Ty) -> Result<Value<'h>> {
        match ty {
            Ty::Reflect => Ok(Value::Invalid),
            _ if can_be_nil(ty) => Ok(Value::Nil),
            _ => Err(self.failure(format!("cannot assign nil to {}", ty_name(ty)))),
        }
    }

    /// A literal takes the parameter's type, when it can.
    fn constant(&self, ty: Ty, arg: &'h Expr<'h>) -> Result<Value<'h>> {
        let expected = match (ty, &arg.kind) {
            (Ty::Any | Ty::Reflect | Ty::Bool, ExprKind::Bool(b)) => return Ok(Value::Bool(*b)),
            (Ty::Any | Ty::Reflect | Ty::Str, ExprKind::String(literal)) => return Ok(Value::Str(literal.text)),
            (Ty::Any | Ty::Reflect, ExprKind::Number(number)) => return self.ideal(number),
            (_, ExprKind::Number(number)) => match (number_as(ty, number), ty) {
                (Some(value), _) => return Ok(value),
                (None, ty) => kind_word(ty),
            },
            (ty, _) => kind_word(ty),
        };
        let text = At::Expr(arg).text();
        Err(self.failure(match expected {
            Some(word) => format!("expected {word}; found {text}"),
            None => format!("can't handle {text} for arg of type {}", ty_name(ty)),
        }))
    }

    /// Guarantees that a value can be passed as the type (`validateType`).
    pub(super) fn validate(&self, held: Held<'h>, ty: Ty) -> Result<Value<'h>> {
        let value = held.value;
        match value {
            // The usual cases first.
            Value::Str(_) | Value::Map(_) | Value::List(_) | Value::Bool(_) if matches!(ty, Ty::Any | Ty::Reflect) => {
                Ok(value)
            }
            Value::Str(_) if ty == Ty::Str => Ok(value),
            Value::Invalid if ty == Ty::Reflect => Ok(Value::Invalid),
            Value::Invalid if can_be_nil(ty) => Ok(Value::Nil),
            Value::Invalid => Err(self.failure(format!("invalid value; expected {}", ty_name(ty)))),
            Value::Object(object) if ty == Ty::Any => Ok(object.copied(self.heap).unwrap_or(value)),
            _ if super::call::assignable(value, ty, self.heap) => Ok(value),
            _ => {
                let got = match value {
                    Value::Nil => "interface {}".to_string(),
                    value => value.type_name(self.heap),
                };
                Err(self.failure(format!("wrong type for value; expected {}; got {got}", ty_name(ty))))
            }
        }
    }
}

fn number_as<'h>(ty: Ty, number: &Number<'h>) -> Option<Value<'h>> {
    use crate::value::{IntType, UintType};
    match ty {
        Ty::Int => number.int.map(Value::int),
        Ty::Int64 => number.int.map(Value::int64),
        Ty::Duration => number.int.map(|n| Value::Int(IntType::Duration, n)),
        Ty::Uint8 => number.uint.map(|n| Value::Uint(UintType::Uint8, n & 0xff)),
        Ty::Uint32 => number.uint.map(|n| Value::Uint(UintType::Uint32, n & 0xffff_ffff)),
        Ty::Float64 => number.float.map(Value::Float),
        _ => None,
    }
}

/// What a literal of another kind is told, for types that have literals.
fn kind_word(ty: Ty) -> Option<&'static str> {
    Some(match ty {
        Ty::Bool => "bool",
        Ty::Int | Ty::Int64 | Ty::Duration => "integer",
        Ty::Uint8 | Ty::Uint32 => "unsigned integer",
        Ty::Float64 => "float",
        Ty::Str => "string",
        _ => return None,
    })
}

fn can_be_nil(ty: Ty) -> bool {
    match ty {
        Ty::Any | Ty::MapAny | Ty::MapStr | Ty::ListAny | Ty::ListStr | Ty::Bytes | Ty::Reflect => true,
        Ty::Object(name) => name.starts_with('*') || name == "io.Writer",
        Ty::Bool | Ty::Int | Ty::Int64 | Ty::Uint8 | Ty::Uint32 | Ty::Float64 | Ty::Str | Ty::Duration => false,
    }
}

/// As `reflect.Type` prints it.
fn ty_name(ty: Ty) -> &'static str {
    match ty {
        Ty::Any => "interface {}",
        Ty::Bool => "bool",
        Ty::Int => "int",
        Ty::Int64 => "int64",
        Ty::Uint8 => "uint8",
        Ty::Uint32 => "uint32",
        Ty::Float64 => "float64",
        Ty::Str => "string",
        Ty::MapAny => "map[string]interface {}",
        Ty::MapStr => "map[string]string",
        Ty::ListAny => "[]interface {}",
        Ty::ListStr => "[]string",
        Ty::Bytes => "[]uint8",
        Ty::Reflect => "reflect.Value",
        Ty::Duration => "time.Duration",
        Ty::Object(name) => name,
    }
}
