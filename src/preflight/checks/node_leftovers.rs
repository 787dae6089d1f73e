//! `node-leftovers`: what an earlier attempt to add a node has left behind: a job that failed or still runs, slots and subscriptions
//! of a node that is new. Adding it again waits until they are gone.
//!
//! Source: names that pgEdge's init-spock gives (slot `spk_{db}_{provider}_sub_{provider}_{subscriber}`).

use serde_json::Value;

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::nodes::NodeSeen;
use crate::database::{Slot, Spock};
use crate::rules::spock::{normal, slot};

pub static CHECK: Check =
    Check { id: "node-leftovers", summary: "no attempt to add a node has left anything behind", run };

fn run(look: &Look) -> Vec<Said> {
    if look.nodes.is_empty() {
        return Vec::new();
    }
    let new: Vec<&str> = look.nodes.iter().filter(|n| n.node.is_new).map(|n| n.node.name.as_str()).collect();
    let mut said = jobs(look, !new.is_empty());
    said.extend(look.nodes.iter().map(|seen| one(seen, &new, &look.cluster_database)));
    said
}

/// Jobs that bootstrap: those whose process is told of INIT_SPOCK_TIMEOUT.
fn jobs(look: &Look, adding: bool) -> Vec<Said> {
    let jobs = match &look.cluster.jobs {
        // Without a cluster nobody looks at jobs, as is told elsewhere.
        None => return vec![Said::unknown("bootstrap jobs", "the cluster was not asked")],
        Some(Err(refused)) => return vec![Said::unknown("bootstrap jobs", refused.to_string())],
        Some(Ok(jobs)) => jobs,
    };
    let said: Vec<Said> = jobs
        .iter()
        .filter(|job| bootstraps(job))
        .filter_map(|job| {
            let subject = format!("Job {}", job["metadata"]["name"].as_str().unwrap_or_default());
            let is = |kind: &str| {
                let conditions = job["status"]["conditions"].as_array();
                conditions.is_some_and(|all| all.iter().any(|c| c["type"] == kind && c["status"] == "True"))
            };
            let (what, advice) = match (is("Complete"), is("Failed")) {
                (true, _) => return None,
                (_, true) => ("it failed", "look at its log, remove what it left behind, and then the job"),
                _ => ("it still runs", "wait for its end"),
            };
            Some(match adding {
                true => Said::fail(subject, format!("{what}, and a node is to be added")).advice(advice),
                false => Said::warn(subject, what).advice(advice),
            })
        })
        .collect();
    match said.is_empty() {
        true => vec![Said::pass("bootstrap jobs", "none has failed, and none runs")],
        false => said,
    }
}

fn bootstraps(job: &Value) -> bool {
    let containers = job["spec"]["template"]["spec"]["containers"].as_array().into_iter().flatten();
    let mut names = containers.flat_map(|c| c["env"].as_array().into_iter().flatten());
    names.any(|variable| variable["name"] == "INIT_SPOCK_TIMEOUT")
}

fn one(seen: &NodeSeen, new: &[&str], database: &str) -> Said {
    let subject = format!("node {}", seen.node.name);
    let spock = match &seen.spock {
        Ok(Ok(spock)) => spock,
        Ok(Err(silence)) => return Said::unknown(subject, silence.to_string()),
        Err(why) => return Said::unknown(subject, why.clone()),
    };
    let mut left = Vec::new();
    for name in new.iter().filter(|name| normal(name) != normal(&seen.node.name)) {
        left.extend(of_new(spock, &seen.node.name, name, database));
    }
    let mut idle = Vec::new();
    if seen.node.is_new {
        left.extend(spock.slots.iter().map(|s| format!("slot {}", state(s))));
        left.extend(spock.subscriptions.iter().map(|s| format!("subscription {}", s.name)));
    } else {
        let counted = |name: &str| new.iter().any(|new| normal(new) == normal(name));
        let disabled = spock.subscriptions.iter().filter(|s| !s.enabled && !counted(&s.provider));
        idle.extend(disabled.map(|s| format!("subscription {} is disabled", s.name)));
        let of_new = |s: &Slot| new.iter().any(|name| s.name == slot(database, &seen.node.name, name));
        let unread = spock.slots.iter().filter(|s| !s.active && !of_new(s));
        idle.extend(unread.map(|s| format!("slot {}", state(s))));
    }
    match (left.as_slice(), idle.as_slice()) {
        ([], []) => Said::pass(subject, "nothing is left of an earlier attempt"),
        ([], idle) => Said::fail(subject, format!("what nobody reads or feeds is left: {}", idle.join("; ")))
            .advice("such a slot keeps WAL until the disk is full: enable its subscription, or drop both"),
        (left, _) => Said::fail(subject, format!("an earlier attempt to add a node left: {}", left.join("; ")))
            .advice("drop the subscription, then the slot, then the node's row, and look again before it is added"),
    }
}

/// What a server that stays has of a node that is new.
fn of_new(spock: &Spock, here: &str, new: &str, database: &str) -> Vec<String> {
    let expected = slot(database, here, new);
    let mut left: Vec<String> = Vec::new();
    left.extend(spock.slots.iter().filter(|s| s.name == expected).map(|s| format!("slot {}", state(s))));
    let read = spock.subscriptions.iter().filter(|s| normal(&s.provider) == normal(new));
    left.extend(read.map(|s| match s.enabled {
        true => format!("subscription {}", s.name),
        false => format!("subscription {}, which is disabled", s.name),
    }));
    left.extend(
        spock.nodes.iter().filter(|node| normal(node) == normal(new)).map(|node| format!("the row of node {node}")),
    );
    left
}

fn state(slot: &Slot) -> String {
    match (slot.active, slot.behind) {
        (true, _) => slot.name.clone(),
        (false, None) => format!("{}, which was never advanced", slot.name),
        (false, Some(bytes)) => format!("{}, which nobody reads and which is {bytes} bytes behind", slot.name),
    }
}
