//! `extensions`: whether the extensions that the application needs are there, or can be made by its role.

use super::super::check::{Check, Said};
use super::super::look::Look;

pub static CHECK: Check = Check { id: "extensions", summary: "the extensions that are needed can be had", run };

fn run(look: &Look) -> Vec<Said> {
    let mut all = Vec::new();
    for (_, subject, visit) in look.visits() {
        let Some(facts) = &visit.facts else { continue };
        let (extensions, role) = match &facts.extensions {
            Ok(extensions) => (extensions, facts.role.as_ref().ok()),
            Err(silence) => {
                all.push(Said::unknown(subject, silence.to_string()));
                continue;
            }
        };
        for extension in extensions {
            let subject = format!("{} in {subject}", extension.name);
            all.push(match (extension.installed, extension.available, extension.trusted, role) {
                (true, ..) => Said::pass(subject, "it is installed"),
                (_, false, ..) => {
                    Said::fail(subject, "the server does not have it").advice("install its package at the server")
                }
                (_, _, _, Some(role)) if role.superuser => Said::pass(subject, "it can be installed by this role"),
                (_, _, true, _) => match &facts.privileges {
                    Ok(has) if has.create => Said::pass(subject, "it can be installed by this role"),
                    Ok(_) => Said::fail(subject, "it is not installed, and the role has no CREATE in the database"),
                    Err(silence) => Said::unknown(subject, silence.to_string()),
                },
                (_, _, false, Some(_)) => Said::fail(subject, "it is not installed, and only a superuser may do that")
                    .advice("have it installed before: CREATE EXTENSION"),
                (_, _, false, None) => {
                    Said::unknown(subject, "it is not installed, and what the role may do is not known")
                }
            });
        }
    }
    all
}
