//! `claim-reused`: volumes that an earlier release left behind: Postgres keeps the password of its first start.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::surroundings::{ClaimSeen, decoded};
use crate::cluster::Refused;
use serde_json::Value;

pub static CHECK: Check = Check { id: "claim-reused", summary: "no old volume meets a new password", run };

fn run(look: &Look) -> Vec<Said> {
    look.cluster.claims.iter().filter_map(one).collect()
}

fn one(seen: &ClaimSeen) -> Option<Said> {
    let subject = format!("PersistentVolumeClaim {}", seen.claim.name);
    let owner = seen.claim.owner.as_ref()?;
    match (&seen.there, &seen.owner) {
        (Err(Refused::Missing), _) => Some(Said::pass(subject, "there is none of that name: it will be new")),
        (Ok(()), Ok(())) => Some(Said::pass(subject, format!("it belongs to {owner}, which is there"))),
        (Err(refused), _) | (_, Err(refused)) if *refused != Refused::Missing => {
            Some(Said::unknown(subject, refused.to_string()))
        }
        _ => Some(left_behind(seen, subject, owner)),
    }
}

/// The claim is there, and nobody owns it.
fn left_behind(seen: &ClaimSeen, subject: String, owner: &str) -> Said {
    let head = format!("an earlier release left it, and {owner} would take it up");
    let advice = "keep the Secret of that release, or remove the volume with its data if it is not wanted";
    if seen.secrets.is_empty() {
        return Said::unknown(subject, format!("{head}; which password it knows cannot be told")).advice(advice);
    }
    let mut unread = None;
    for (name, rendered, live) in &seen.secrets {
        match live {
            Ok(live) if same(rendered, live) => {}
            Ok(_) => {
                return Said::fail(subject, format!("{head} with other credentials than those of Secret {name}"))
                    .advice(advice);
            }
            Err(Refused::Missing) => {
                return Said::fail(
                    subject,
                    format!("{head} with new credentials: the Secret {name} of its time is gone"),
                )
                .advice(advice);
            }
            Err(refused) => unread = Some(refused.to_string()),
        }
    }
    match unread {
        Some(why) => Said::unknown(subject, format!("{head}; its Secret cannot be read: {why}")).advice(advice),
        None => Said::warn(subject, format!("{head}, with the credentials that are in the cluster still"))
            .advice("make sure that they are those of its time"),
    }
}

/// Whether the live Secret has what would be rendered.
fn same(rendered: &Value, live: &Value) -> bool {
    let plain = rendered["stringData"].as_object().into_iter().flatten();
    let plain = plain.map(|(key, text)| (key, text.as_str().map(|t| t.as_bytes().to_vec())));
    let encoded = rendered["data"].as_object().into_iter().flatten().map(|(key, text)| (key, decoded(text)));
    encoded.chain(plain).all(|(key, bytes)| bytes.is_some() && bytes == decoded(&live["data"][key]))
}
