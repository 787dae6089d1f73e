//! What a name in a template calls: a row of `funcs`, or a function that needs the executor.

use super::funcs::{self, Func};
use crate::dialect::Dialect;
use crate::value::{Signature, Ty};

#[derive(Clone, Copy)]
pub enum Callee {
    Func(&'static Func),
    Builtin(Builtin),
}

/// Functions of text/template itself, and those of Helm that render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    And,
    Call,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Js,
    Le,
    Len,
    Lt,
    Ne,
    Not,
    Or,
    Print,
    Printf,
    Println,
    Urlquery,
    Include,
    Tpl,
    Required,
    Fail,
    Lookup,
    GetHostByName,
}

impl Callee {
    /// Functions that were given to the template come before Go's own (`findFunction`); Helm's before Sprig's.
    pub fn find(name: &[u8], dialect: &Dialect) -> Option<Callee> {
        let name = std::str::from_utf8(name).ok()?;
        if let Some(late) = Builtin::late_bound(name) {
            return Some(Callee::Builtin(late));
        }
        funcs::find(name, dialect).map(Callee::Func).or_else(|| Builtin::of_go(name).map(Callee::Builtin))
    }

    pub fn signature(&self) -> &'static Signature {
        match self {
            Callee::Func(func) => &func.signature,
            Callee::Builtin(builtin) => builtin.signature(),
        }
    }
}

impl Builtin {
    /// Functions that Helm binds when it renders (pkg/engine `initFunMap`).
    fn late_bound(name: &str) -> Option<Builtin> {
        Some(match name {
            "include" => Builtin::Include,
            "tpl" => Builtin::Tpl,
            "required" => Builtin::Required,
            "fail" => Builtin::Fail,
            "lookup" => Builtin::Lookup,
            "getHostByName" => Builtin::GetHostByName,
            _ => return None,
        })
    }

    fn of_go(name: &str) -> Option<Builtin> {
        Some(match name {
            "and" => Builtin::And,
            "call" => Builtin::Call,
            "eq" => Builtin::Eq,
            "ge" => Builtin::Ge,
            "gt" => Builtin::Gt,
            "html" => Builtin::Html,
            "index" => Builtin::Index,
            "js" => Builtin::Js,
            "le" => Builtin::Le,
            "len" => Builtin::Len,
            "lt" => Builtin::Lt,
            "ne" => Builtin::Ne,
            "not" => Builtin::Not,
            "or" => Builtin::Or,
            "print" => Builtin::Print,
            "printf" => Builtin::Printf,
            "println" => Builtin::Println,
            "urlquery" => Builtin::Urlquery,
            _ => return None,
        })
    }

    fn signature(self) -> &'static Signature {
        static ANYTHING: Signature = Signature { params: &[], variadic: Some(Ty::Any) };
        static FORMAT: Signature = Signature { params: &[Ty::Str], variadic: Some(Ty::Any) };
        static ONE: Signature = Signature { params: &[Ty::Reflect], variadic: None };
        static TWO: Signature = Signature { params: &[Ty::Reflect, Ty::Reflect], variadic: None };
        static SOME: Signature = Signature { params: &[Ty::Reflect], variadic: Some(Ty::Reflect) };
        static TEXT: Signature = Signature { params: &[Ty::Str], variadic: None };
        static TEXT_AND_DATA: Signature = Signature { params: &[Ty::Str, Ty::Any], variadic: None };
        static OBJECT: Signature = Signature { params: &[Ty::Str, Ty::Str, Ty::Str, Ty::Str], variadic: None };
        match self {
            Builtin::Html | Builtin::Js | Builtin::Urlquery | Builtin::Print | Builtin::Println => &ANYTHING,
            Builtin::Printf => &FORMAT,
            Builtin::Len | Builtin::Not => &ONE,
            Builtin::Ne | Builtin::Lt | Builtin::Le | Builtin::Gt | Builtin::Ge => &TWO,
            Builtin::And | Builtin::Or | Builtin::Call | Builtin::Index | Builtin::Eq => &SOME,
            Builtin::Fail | Builtin::GetHostByName => &TEXT,
            Builtin::Include | Builtin::Tpl | Builtin::Required => &TEXT_AND_DATA,
            Builtin::Lookup => &OBJECT,
        }
    }
}
