//! `existing-objects`: before an install, objects that stand where the release's would: leftovers of an earlier attempt, or
//! somebody else's.

use serde_json::Value;

use super::super::check::{Check, Said};
use super::super::look::Look;
use crate::cluster::{MANAGER, Refused};

pub static CHECK: Check =
    Check { id: "existing-objects", summary: "nothing stands where an install would put the release", run };

fn run(look: &Look) -> Vec<Said> {
    let all = &look.cluster.applied;
    if look.ask.is_upgrade || all.is_empty() {
        return Vec::new();
    }
    let mut said = Vec::new();
    let mut unknown = 0;
    for (object, answer) in all {
        match answer {
            Ok(live) if was_there(live) => said.push(one(look, object.title.clone(), live)),
            // What is refused may be there, or not: another check tells why.
            Err(Refused::Missing | Refused::NoKind) | Ok(_) => {}
            Err(_) => unknown += 1,
        }
    }
    let subject = format!("{} objects", all.len());
    match (said.is_empty(), unknown) {
        (true, 0) => vec![Said::pass(subject, "none of them is there yet")],
        (_, 0) => said,
        (_, n) => {
            said.push(Said::unknown(subject, format!("whether {n} of them are there already is not known")));
            said
        }
    }
}

fn one(look: &Look, subject: String, live: &Value) -> Said {
    let owner = &live["metadata"]["annotations"]["meta.helm.sh/release-name"];
    let place = &live["metadata"]["annotations"]["meta.helm.sh/release-namespace"];
    let is_own = *owner == look.ask.release.as_str() && *place == look.namespace.as_str();
    match (is_own, owner.as_str()) {
        (true, _) => Said::warn(subject, "it is there already: an earlier attempt of this release left it").advice(
            "if the release is installed, say --is-upgrade; else remove what was left before it is tried again",
        ),
        (false, Some(owner)) => Said::fail(subject, format!("it is there already, and is the release {owner}'s")),
        (false, None) => Said::fail(subject, "it is there already, and is no release's: Helm refuses to take it")
            .advice("remove it, or give it to the release (helm install --take-ownership)"),
    }
}

/// A dry run answers with the object as it would be: what was there has been written by others.
fn was_there(live: &Value) -> bool {
    let managers = live["metadata"]["managedFields"].as_array().into_iter().flatten();
    managers.filter_map(|m| m["manager"].as_str()).any(|manager| manager != MANAGER)
}
