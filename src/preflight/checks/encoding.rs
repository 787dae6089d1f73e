//! `encoding`: the database's encoding, and whether its collation is still the library's.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check =
    Check { id: "encoding", summary: "the database is UTF-8, and its collation is that of the server's library", run };

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.collation,
        |_, subject, collation| {
            let name = &collation.name;
            if collation.encoding != "UTF8" {
                return Said::warn(subject, format!("the encoding is {}, not UTF8", collation.encoding));
            }
            match (&collation.recorded, &collation.actual) {
                (Some(was), Some(is)) if was != is => Said::warn(
                    subject,
                    format!("collation {name} was made with version {was}, and the server's library has {is}"),
                )
                .advice(
                    "indexes on text may be wrong: REINDEX DATABASE, then ALTER DATABASE ... REFRESH COLLATION VERSION",
                ),
                _ => Said::pass(subject, format!("UTF8, collation {name}")),
            }
        },
    )
}
