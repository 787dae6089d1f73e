//! `schema-state`: whether the database is empty, or at a version that the application knows.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;
use crate::database::Table;

pub static CHECK: Check =
    Check { id: "schema-state", summary: "the database is empty, or at a schema_version that is known", run };

fn run(look: &Look) -> Vec<Said> {
    let known = &look.ask.schema_versions;
    let expected = !known.is_empty();
    let said = each(
        look,
        |_, facts| &facts.state,
        |_, subject, state| {
            let relations = state.relations;
            match &state.version {
                Table::Absent if relations == 0 => Said::pass(subject, "the database is empty"),
                Table::Absent if expected => Said::fail(
                    subject,
                    format!("the database holds {relations} relations and no schema_version that this role sees"),
                )
                .advice("is it another application's? give this one a database of its own"),
                Table::Absent => Said::pass(
                    subject,
                    format!("the database holds {relations} relations; no version is expected of it"),
                ),
                Table::Empty => {
                    Said::fail(subject, "schema_version is there and holds no version: a migration broke off")
                }
                Table::Unreadable(why) => Said::unknown(subject, format!("schema_version cannot be read: {why}")),
                Table::Version(version) if known.contains(version) => {
                    Said::pass(subject, format!("schema_version {version}"))
                }
                Table::Version(version) if expected => {
                    Said::fail(subject, format!("schema_version {version}, and known are {}", known.join(", ")))
                        .advice("deploy the version of the application that knows it, or restore the database")
                }
                Table::Version(version) => {
                    Said::unknown(subject, format!("schema_version {version}, and it was not said which are known"))
                        .advice("say it: --schema-version VERSION")
                }
            }
        },
    );
    // A role that only reads may see less than there is; the others tell.
    said
}
