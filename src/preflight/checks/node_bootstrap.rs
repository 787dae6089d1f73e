//! `node-bootstrap`: a new node of a cluster is bootstrapped once, by `bootstrap.mode: spock`; the block goes when its sync is shown.
//!
//! Source: pgEdge's chart (`pgEdge.nodes[].bootstrap`); states of `spock.local_sync_status` (`r` ready, `y` synchronised).

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::nodes::NodeSeen;
use crate::database::{Spock, Subscription};
use crate::rules::spock::normal;

pub static CHECK: Check =
    Check { id: "node-bootstrap", summary: "new nodes are to be bootstrapped, and the others are in sync", run };

fn run(look: &Look) -> Vec<Said> {
    let nodes = &look.nodes;
    // Where no server takes part in anything yet, all nodes are made together.
    let begun = nodes.iter().any(|n| matches!(&n.spock, Ok(Ok(spock)) if spock.local.is_some()));
    nodes.iter().map(|seen| one(seen, nodes, begun)).collect()
}

fn one(seen: &NodeSeen, nodes: &[NodeSeen], begun: bool) -> Said {
    let node = &seen.node;
    let subject = format!("node {}", node.name);
    let spock = match &seen.spock {
        Ok(Ok(spock)) => spock,
        Ok(Err(silence)) => return Said::unknown(subject, silence.to_string()),
        Err(why) => return Said::unknown(subject, why.clone()),
    };
    match (&spock.local, node.is_new) {
        (None, true) => Said::pass(subject, "it is new, and is no node of anything yet"),
        (None, false) if begun => Said::fail(subject, "its server is no node yet, and nothing says how it becomes one")
            .advice(format!("give {} a bootstrap block: mode spock, and the node that it is made from", node.name)),
        (None, false) if nodes.iter().any(|n| !matches!(n.spock, Ok(Ok(_)))) => {
            Said::unknown(subject, "its server is no node yet; whether others are is not known")
        }
        (None, false) => Said::pass(subject, "no server is a node yet: all of them are made together"),
        (Some(local), _) if normal(local) != normal(&node.name) => {
            Said::fail(subject, format!("its server is the node {local} already"))
                .advice("is the connection string that of another node?")
        }
        (Some(_), is_new) => settled(subject, spock, nodes, seen, is_new),
    }
}

/// The server is the node that it should be.
fn settled(subject: String, spock: &Spock, nodes: &[NodeSeen], seen: &NodeSeen, is_new: bool) -> Said {
    let others = nodes.iter().map(|n| &n.node).filter(|n| normal(&n.name) != normal(&seen.node.name));
    // A node that is still to come is nobody's provider.
    let others = others.filter(|other| is_new || !other.is_new);
    let mut lacking = Vec::new();
    for other in others {
        let reads = |s: &&Subscription| normal(&s.provider) == normal(&other.name);
        match spock.subscriptions.iter().find(reads) {
            None => lacking.push(format!("it reads nothing from {}", other.name)),
            Some(s) if !s.enabled => lacking.push(format!("subscription {} is disabled", s.name)),
            Some(s) if !s.has_state || !s.unsynced.is_empty() => {
                lacking.push(format!("subscription {} is not in sync (state {})", s.name, shown(s)));
            }
            Some(_) => {}
        }
    }
    match (is_new, lacking.as_slice()) {
        (true, []) => Said::fail(subject, "it is bootstrapped already and in sync, and would be bootstrapped again")
            .advice("take its bootstrap block out of the values"),
        (true, why) => Said::fail(subject, format!("its bootstrap began and is not done: {}", why.join("; ")))
            .advice("wait for it, or remove the node and what it left behind, before it is added again"),
        (false, []) => Said::pass(subject, "it reads from every other node, and is in sync"),
        (false, why) => Said::fail(subject, format!("it is not in sync: {}", why.join("; ")))
            .advice("leave its bootstrap block in the values until sync is shown"),
    }
}

fn shown(subscription: &Subscription) -> &str {
    if subscription.unsynced.is_empty() { "none" } else { &subscription.unsynced }
}
