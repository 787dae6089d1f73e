//! `public-connect`: whether everybody may connect to the database, on a server that others use too.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check = Check { id: "public-connect", summary: "PUBLIC has no CONNECT on a shared server", run };

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.public,
        |_, subject, (public, others)| {
            let advice = "REVOKE CONNECT ON DATABASE ... FROM PUBLIC, and grant it to the role alone";
            match (public, others.as_slice()) {
                (false, _) => Said::pass(subject, "PUBLIC has no CONNECT"),
                (true, []) if !look.ask.shared => {
                    Said::pass(subject, "PUBLIC has CONNECT, and the server has no other database")
                }
                (true, []) => {
                    Said::fail(subject, "every role of this shared server may connect to the database").advice(advice)
                }
                (true, others) => {
                    let words = format!(
                        "every role may connect, and the server has {} other databases: {}",
                        others.len(),
                        others.join(", ")
                    );
                    match look.ask.shared {
                        true => Said::fail(subject, words).advice(advice),
                        false => Said::warn(subject, words).advice(advice),
                    }
                }
            }
        },
    )
}
