//! `storage-class`: the storage classes that the release's volumes ask for.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::surroundings::ClaimSeen;

pub static CHECK: Check = Check { id: "storage-class", summary: "each storage class that is asked for is there", run };

fn run(look: &Look) -> Vec<Said> {
    let seen = &look.cluster;
    let Some(classes) = &seen.classes else { return Vec::new() };
    let one = |claim: &ClaimSeen| {
        let subject = format!("PersistentVolumeClaim {}", claim.claim.name);
        if claim.there.is_ok() {
            return Said::pass(subject, "the claim is there, with its class");
        }
        match (classes, claim.claim.class.as_deref()) {
            (Err(refused), _) => Said::unknown(subject, refused.to_string()),
            (Ok(_), Some("")) => Said::warn(subject, "it asks for no class: somebody has to make its volume"),
            (Ok(classes), Some(name)) if classes.contains_key(name) => {
                Said::pass(subject, format!("class {name} is there"))
            }
            (Ok(classes), Some(name)) => {
                let known: Vec<&str> = classes.keys().map(String::as_str).collect();
                Said::fail(subject, format!("there is no storage class {name}"))
                    .advice(format!("there are: {}", known.join(", ")))
            }
            (Ok(classes), None) => match classes.iter().find(|(_, default)| **default) {
                Some((name, _)) => Said::pass(subject, format!("the default class is {name}")),
                None => Said::fail(subject, "it asks for the default storage class, and there is none")
                    .advice("name a class, or make one the default"),
            },
        }
    };
    seen.claims.iter().map(one).collect()
}
