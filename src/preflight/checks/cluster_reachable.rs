//! `cluster-reachable`: the API server that the release goes to, and its namespace.

use super::super::check::{Check, Said};
use super::super::look::Look;
use crate::cluster::Refused;

pub static CHECK: Check = Check { id: "cluster-reachable", summary: "the cluster answers, and has the namespace", run };

fn run(look: &Look) -> Vec<Said> {
    let seen = &look.cluster;
    if seen.unasked {
        return Vec::new();
    }
    let mut all = Vec::new();
    match &seen.server {
        Some(Ok(server)) => all.push(Said::pass("the cluster", server.clone())),
        Some(Err(why)) => all.push(
            Said::unknown("the cluster", why.clone())
                .advice("name one (--kubeconfig, --kube-context), or look at databases alone: --no-cluster"),
        ),
        None => all.push(Said::unknown("the cluster", "it was not asked")),
    }
    let subject = format!("Namespace {}", look.namespace);
    match &seen.namespace {
        Some(Ok(())) => all.push(Said::pass(subject, "it is there")),
        Some(Err(Refused::Missing)) => {
            all.push(Said::warn(subject, "it is not there yet").advice("helm makes it with --create-namespace"));
        }
        Some(Err(refused)) => all.push(Said::unknown(subject, refused.to_string())),
        None => {}
    }
    all
}
