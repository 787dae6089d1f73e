//! What a parsed template is: nodes in an arena, with variables resolved to slots, functions to their rows and constants
//! made. Plain shared data; text is borrowed from the source. Node names and positions are text/template/parse's own,
//! because its error texts show them.

use bstr::BStr;

use super::callee::Callee;

/// A file (or a text given to `tpl`) that templates were parsed from.
#[derive(Clone, Copy)]
pub struct Source<'c> {
    /// `mychart/templates/a.yaml`; `gotpl` for the text of a `tpl`.
    pub name: &'c BStr,
    pub text: &'c [u8],
    /// Tells sources apart: part of the seed of random functions.
    pub id: u64,
}

impl<'c> Source<'c> {
    /// A file: known by its name, whatever it says.
    pub fn file(name: &'c BStr, text: &'c [u8]) -> Self {
        Source { name, text, id: fnv(name) }
    }

    /// A text for `tpl`: known by what it says. Its templates are called after Helm's root template.
    pub fn text(text: &'c [u8]) -> Self {
        Source { name: BStr::new("gotpl"), text, id: fnv(text) }
    }
}

/// FNV-1a: the same in every run.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3))
}

/// One template: a file's own, or one that it defines.
pub struct Template<'c> {
    pub name: &'c BStr,
    pub source: &'c Source<'c>,
    pub root: List<'c>,
    /// How many variables its frame holds; the first is `$`.
    pub slots: u32,
    /// Nothing but space and comments: such a template replaces no other (parse.IsEmptyTree).
    pub empty: bool,
}

pub type List<'c> = &'c [Node<'c>];

/// Something that is walked.
pub struct Node<'c> {
    pub pos: u32,
    pub kind: NodeKind<'c>,
}

pub enum NodeKind<'c> {
    Text(&'c [u8]),
    Action(&'c Pipe<'c>),
    If(&'c Branch<'c>),
    With(&'c Branch<'c>),
    Range(&'c Branch<'c>),
    Template(&'c Invocation<'c>),
    Break,
    Continue,
    /// Stands before an action that may or may not declare these variables: until it does, they are undefined.
    Forget(&'c [u32]),
}

/// `if`, `with`, `range`.
pub struct Branch<'c> {
    pub pipe: &'c Pipe<'c>,
    pub list: List<'c>,
    pub otherwise: Option<List<'c>>,
}

/// `{{template "name" pipe}}`
pub struct Invocation<'c> {
    pub name: &'c BStr,
    pub pipe: Option<&'c Pipe<'c>>,
}

/// `$a, $b := command | command`
pub struct Pipe<'c> {
    pub pos: u32,
    /// `=` rather than `:=`.
    pub assigns: bool,
    pub targets: &'c [Target<'c>],
    pub commands: &'c [Command<'c>],
}

/// A variable that a pipeline declares or assigns.
pub struct Target<'c> {
    pub name: &'c BStr,
    pub slots: Slots<'c>,
}

/// Where a variable is: the first of these slots of its frame that is defined. Nearly always there is one; there are
/// more when a declaration inside parentheses may have been skipped, and none when Go finds out only as it runs.
pub type Slots<'c> = &'c [u32];

pub struct Command<'c> {
    pub pos: u32,
    /// Never empty.
    pub args: &'c [Expr<'c>],
}

/// An operand.
pub struct Expr<'c> {
    pub pos: u32,
    pub kind: ExprKind<'c>,
}

pub enum ExprKind<'c> {
    Dot,
    Nil,
    Bool(bool),
    Number(&'c Number<'c>),
    String(&'c Literal<'c>),
    Field(&'c [&'c BStr]),
    Variable(&'c Variable<'c>),
    Function(&'c Function<'c>),
    Pipe(&'c Pipe<'c>),
    Chain(&'c Chain<'c>),
}

/// A number, under all the types that can represent it (parse.NumberNode).
pub struct Number<'c> {
    pub text: &'c BStr,
    pub int: Option<i64>,
    pub uint: Option<u64>,
    pub float: Option<f64>,
    /// Its value where no type is asked for; `None` when it overflows `int`.
    pub ideal: Option<Ideal>,
}

/// Go's ideal constants.
#[derive(Clone, Copy)]
pub enum Ideal {
    Int(i64),
    Float(f64),
    Complex(f64, f64),
}

/// A quoted string and what it says.
pub struct Literal<'c> {
    pub quoted: &'c BStr,
    pub text: &'c BStr,
}

/// `$name.field.field`
pub struct Variable<'c> {
    /// With the dollar sign.
    pub name: &'c BStr,
    pub slots: Slots<'c>,
    pub fields: &'c [&'c BStr],
}

pub struct Function<'c> {
    pub name: &'c BStr,
    pub callee: Callee,
}

/// `(pipeline).field.field`
pub struct Chain<'c> {
    pub node: Expr<'c>,
    pub fields: &'c [&'c BStr],
}
