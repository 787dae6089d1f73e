//! `vantage`: the pods from which the databases were looked at, and how they differ from the workloads.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::vantage::PodSeen;

pub static CHECK: Check = Check {
    id: "vantage",
    summary: "each pod that was looked from stood, is gone, and had the workload's network",
    run,
};

fn run(look: &Look) -> Vec<Said> {
    look.pods.iter().flat_map(one).collect()
}

fn one(pod: &PodSeen) -> Vec<Said> {
    let mut all = Vec::new();
    let of = format!("{} in the place of {}", pod.title, pod.workload);
    if let Err(why) = &pod.removed {
        all.push(Said::fail(of.clone(), format!("it may still be there: {why}")));
    }
    let node = match &pod.stood {
        Err(why) => {
            let said = Said::unknown(of, why.clone());
            all.push(said.advice(
                "let the account make pods (docs/preflight-rbac-pod.yaml), name an image with a shell by --pod-image, or look with --from here",
            ));
            return all;
        }
        Ok(node) => node,
    };
    let without = match pod.left_out.is_empty() {
        true => String::new(),
        false => format!("; without {}", pod.left_out.join(", ")),
    };
    all.push(match &pod.policies {
        Err(why) => {
            Said::unknown(of, format!("whether a NetworkPolicy tells it from the workload is not known: {why}"))
        }
        Ok(names) if !names.is_empty() => Said::warn(
            of,
            format!(
                "NetworkPolicy {} tells the workload's labels from the pod's: its network is not the same",
                names.join(", ")
            ),
        )
        .advice("what is reached or not from the pod may differ for the workload"),
        Ok(_) => Said::pass(of, format!("image {} on node {node}{without}; it is gone", pod.image)),
    });
    all
}
