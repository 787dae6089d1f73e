//! Go's text forms of values (`src/go`: strconv, fmt, json, toml), held to Go by generated cases: one file a family.
//!
//! The seed is fixed; `PLIMSOLL_CASES` sets how many cases each family runs (20,000 when it is not set).

#[path = "../golibs_oracle/generate.rs"]
#[allow(dead_code)]
mod generate;
#[path = "../common/oracle.rs"]
mod oracle;
#[path = "../common/transport.rs"]
mod transport;

mod fmt;
mod hostile;
mod json;
mod strconv;
mod toml;
mod values;

use std::sync::LazyLock;

use plimsoll::dialect::{DIALECTS, Dialect};
use plimsoll::limits::Limits;
use plimsoll::value::Heap;

/// How many cases a family runs.
static CASES: LazyLock<usize> = LazyLock::new(|| oracle::cases(20_000));

/// Runs `work` with a heap of its own.
fn with_heap<T>(work: impl for<'h> FnOnce(&Heap<'h>) -> T) -> T {
    let arena = bumpalo::Bump::new();
    let dialect: &'static Dialect = DIALECTS[0];
    work(&Heap::new(&arena, &Limits::default(), dialect))
}
