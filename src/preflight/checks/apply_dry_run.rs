//! `apply-dry-run`: what the API server would say to every object: immutable fields, admission, versions that it does not serve.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::release::Object;
use crate::cluster::Refused;
use serde_json::Value;

pub static CHECK: Check = Check { id: "apply-dry-run", summary: "the API server would take every object", run };

fn run(look: &Look) -> Vec<Said> {
    let all = &look.cluster.applied;
    let missing = matches!(look.cluster.namespace, Some(Err(Refused::Missing)));
    let mut said: Vec<Said> = all.iter().filter_map(|(object, answer)| one(object, answer, missing)).collect();
    let taken = all.iter().filter(|(_, answer)| answer.is_ok()).count();
    if taken > 0 {
        said.insert(
            0,
            Said::pass(
                format!("{taken} objects"),
                format!("the API server would take them ({taken} of {})", all.len()),
            ),
        );
    }
    said
}

fn one(object: &Object, answer: &Result<Value, Refused>, missing: bool) -> Option<Said> {
    let subject = object.title.clone();
    Some(match answer {
        Ok(_) => return None,
        Err(Refused::Missing) if missing => {
            Said::unknown(subject, "nothing can be tried in a namespace that is not there")
        }
        Err(Refused::NoKind) => Said::fail(subject, "the cluster does not have that kind in that version")
            .advice("is its CustomResourceDefinition installed, and is the version served?"),
        Err(Refused::Object { reason, message }) => {
            let immutable = message.contains("immutable")
                || message.contains("are forbidden")
                || message.contains("may not be specified when");
            let said = Said::fail(subject, format!("{reason}: {message}"));
            match immutable {
                true => said.advice("the object that is there cannot be changed so: `plimsoll explain recreate-with-rolling-update`, or delete and make it anew"),
                false => said,
            }
        }
        Err(refused) => Said::unknown(subject, refused.to_string()),
    })
}
