//! The functions that templates call: one file a family, each with its own table of [`Func`]s.
//!
//! A function is a row: name, Go signature, body. The executor checks and converts arguments by the signature, in Go's
//! words, before the body runs; a body therefore only meets values of the types that it declared.
//! What needs the executor itself (`include`, `tpl`, `and`, `or`, ...) is not here but in `template::exec`.
//!
//! Sources: sprig 3.3.0 `functions.go` and the files that it names; Helm `pkg/engine/funcs.go`.

mod args;
mod cast;
mod certificates;
mod conversion;
mod crypto;
mod dates;
mod decimal;
mod deep_copy;
mod deep_equal;
mod defaults;
mod dicts;
mod durations;
mod encoding;
mod lists;
mod math;
mod merge;
mod panics;
mod paths;
mod random;
mod reflection;
mod regexps;
mod semver;
mod sequences;
mod strings;
mod urls;
mod yaml_json_toml;

pub use regexps::Memo;

use crate::dialect::Dialect;
use crate::value::{CallError, Heap, Signature, Ty, Value};
use crate::world::{Site, Visit};

/// What a function body may reach.
pub struct Call<'a, 'h> {
    pub heap: &'a Heap<'h>,
    pub visit: &'a Visit<'a>,
    /// Where in the template the call stands: seeds its randomness.
    pub site: Site,
    pub memo: &'a Memo,
}

/// A function's body. Arguments have been checked: their number and types are those of the signature. An untyped nil
/// for a parameter that can be nil arrives as one of the two nils.
pub type Body = for<'a, 'h> fn(&Call<'a, 'h>, &[Value<'h>]) -> Result<Value<'h>, CallError>;

/// One function that templates can call.
pub struct Func {
    pub name: &'static str,
    pub signature: Signature,
    pub body: Body,
    /// Which dialects have it.
    pub exists: fn(&Dialect) -> bool,
}

impl Func {
    /// A row: a function that every dialect has.
    const fn new(name: &'static str, params: &'static [Ty], body: Body) -> Func {
        Func { name, signature: Signature { params, variadic: None }, body, exists: |_| true }
    }

    /// The same with any number of further arguments.
    const fn variadic(self, ty: Ty) -> Func {
        Func { signature: Signature { params: self.signature.params, variadic: Some(ty) }, ..self }
    }

    /// The same, in some dialects only.
    const fn only(self, exists: fn(&Dialect) -> bool) -> Func {
        Func { exists, ..self }
    }
}

/// The function of a name, when the dialect has it. Looked up before Go's builtins: Sprig's `slice` hides Go's.
pub fn find(name: &str, dialect: &Dialect) -> Option<&'static Func> {
    let first = usize::from(*name.as_bytes().first()?);
    let rows = TABLE.get(usize::from(*STARTS.get(first)?)..usize::from(*STARTS.get(first + 1)?))?;
    let at = rows.binary_search_by(|f| f.name.cmp(name)).ok()?;
    rows.get(at).copied().filter(|f| (f.exists)(dialect))
}

/// The names of a dialect's functions, sorted.
pub fn names(dialect: &Dialect) -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|f| (f.exists)(dialect)).map(|f| f.name)
}

const FAMILIES: &[&[Func]] = &[
    certificates::FUNCS,
    conversion::FUNCS,
    crypto::FUNCS,
    dates::FUNCS,
    defaults::FUNCS,
    dicts::FUNCS,
    durations::FUNCS,
    encoding::FUNCS,
    lists::FUNCS,
    math::FUNCS,
    paths::FUNCS,
    random::FUNCS,
    reflection::FUNCS,
    regexps::FUNCS,
    semver::FUNCS,
    sequences::FUNCS,
    strings::FUNCS,
    urls::FUNCS,
    yaml_json_toml::FUNCS,
];

/// All rows by name, sorted while compiling: looking one up costs nothing at start-up.
static TABLE: [&Func; count()] = sorted();

/// Where the names that begin with a byte of ASCII, or with a greater one, begin in [`TABLE`].
static STARTS: [u16; 129] = starts();

const fn starts() -> [u16; 129] {
    let mut starts = [0; 129];
    let (mut byte, mut at) = (0, 0);
    while byte < starts.len() {
        while at < TABLE.len() && (TABLE[at].name.as_bytes()[0] as usize) < byte {
            at += 1;
        }
        starts[byte] = at as u16;
        byte += 1;
    }
    starts
}

const fn count() -> usize {
    let (mut n, mut family) = (0, 0);
    while family < FAMILIES.len() {
        n += FAMILIES[family].len();
        family += 1;
    }
    n
}

const fn sorted() -> [&'static Func; count()] {
    let mut table = [&FAMILIES[0][0]; count()];
    let (mut filled, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut row = 0;
        while row < FAMILIES[family].len() {
            let func = &FAMILIES[family][row];
            let mut at = filled;
            while at > 0 && before(func.name, table[at - 1].name) {
                table[at] = table[at - 1];
                at -= 1;
            }
            table[at] = func;
            filled += 1;
            row += 1;
        }
        family += 1;
    }
    table
}

/// `a < b`, for const evaluation.
const fn before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    a.len() < b.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::DIALECTS;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(TABLE.windows(2).all(|w| w[0].name < w[1].name));
    }

    #[test]
    fn every_name_is_found() {
        for dialect in DIALECTS {
            assert!(names(dialect).all(|n| find(n, dialect).is_some_and(|f| f.name == n)));
            assert!(find("env", dialect).is_none() && find("", dialect).is_none());
        }
    }
}
