//! `privileges`: what the role may do in the database and in its schemas.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check =
    Check { id: "privileges", summary: "the role has the privileges that an application needs", run };

fn run(look: &Look) -> Vec<Said> {
    let mut all = each(
        look,
        |_, facts| &facts.privileges,
        |_, subject, has| {
            let shown = |has: bool, name: &'static str| has.then_some(name);
            let list: Vec<&str> =
                [shown(has.connect, "CONNECT"), shown(has.create, "CREATE"), shown(has.temporary, "TEMP")]
                    .into_iter()
                    .flatten()
                    .collect();
            match has.connect {
                true => Said::pass(subject, format!("in the database: {}", list.join(", "))),
                false => Said::fail(subject, "no CONNECT in the database"),
            }
        },
    );
    all.extend(each(look, |_, facts| &facts.path, |connection, subject, path| {
        let Some(first) = path.first() else {
            return Said::fail(format!("{subject}, schema"), "no schema of the search path exists, or the role may use none")
                .advice("create the schema, or set search_path for the role");
        };
        let (schema, subject) = (&first.schema, format!("{subject}, schema {}", first.schema));
        match (first.usage, first.create) {
            (false, _) => Said::fail(subject, format!("no USAGE in {schema}, the first of the search path")),
            (true, true) => Said::pass(subject, format!("CREATE in {schema}, the first of the search path")),
            (true, false) if connection.read_only => Said::pass(subject, format!("USAGE in {schema}, and no CREATE")),
            (true, false) => Said::warn(subject, format!("no CREATE in {schema}: the role cannot make or change tables"))
                .advice("from 15 on nobody may create in public by default: GRANT CREATE ON SCHEMA, or give the role a schema of its own"),
        }
    }));
    all
}
