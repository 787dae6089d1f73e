//! `shm-too-small`: parallel queries keep their shared memory in /dev/shm, of which a container has 64 MiB.
//!
//! Source: the default of container runtimes (containerd, CRI-O, Docker: 64 MiB); PostgreSQL's `dynamic_shared_memory_type`
//! is `posix` on Linux; docker-library/postgres, "Caveats": `could not resize shared memory segment`.

use super::servers::{self, Seated};
use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::kube::VolumeSource;
use crate::manifest::Quantity;
use serde_json::json;

pub static RULE: Rule = Rule {
    id: "shm-too-small",
    summary: "a Postgres server has the runtime's 64 MiB of shared memory",
    severity: Severity::Info,
    scope: Scope::Postgres,
    docs: include_str!("shm_too_small.md"),
    check,
    subjects: servers::count,
};

/// What a runtime gives where nothing is mounted.
const RUNTIME: f64 = 64.0 * 1024.0 * 1024.0;

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |s: &Seated<'_, '_>| Judgement { subject: s.subject(facts), verdict: verdict(facts, s) };
    servers::seated(facts).iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    if let Some(why) = seated.passing() {
        return holds(why);
    }
    if seated.workload.pod.spec.bool("hostIPC").given() == Some(true) {
        return holds("it has the node's /dev/shm");
    }
    let elsewhere = |word: &str| {
        word.split_whitespace().any(|w| {
            w.trim_start_matches("--")
                .strip_prefix("dynamic_shared_memory_type=")
                .is_some_and(|kind| matches!(kind.trim_matches(['\'', '"']), "mmap" | "sysv"))
        })
    };
    if seated.words().any(elsewhere) {
        return holds("it does not keep its shared memory in /dev/shm");
    }
    let mount = seated.container.mounts.iter().find(|m| m.path == "/dev/shm");
    let Some(mount) = mount else {
        let volume = json!({"name": "dshm", "emptyDir": {"medium": "Memory", "sizeLimit": "256Mi"}});
        let taken = seated.workload.pod.volume("dshm").is_some();
        let mut fix = Fix::new();
        if !taken {
            fix = fix.set_field(seated.document, &seated.next_volume(facts), volume);
        }
        let mount = json!({"name": "dshm", "mountPath": "/dev/shm"});
        fix = fix.set_field(seated.document, &seated.next(facts, "volumeMounts"), mount);
        let finding = Finding::new(
            "nothing is mounted at /dev/shm, so it is 64 MiB: a parallel query or index build that needs more fails with \
             `could not resize shared memory segment`",
        )
        .at(facts.at(seated.container.node))
        .help("mount an emptyDir with medium Memory at /dev/shm; it counts towards the container's memory limit")
        .fix(fix);
        return Verdict::Broken(Box::new(finding));
    };
    let source = seated.workload.pod.volume(mount.volume);
    match source.map(|v| (&v.source, v.node)) {
        Some((VolumeSource::EmptyDir { size_limit: Some(limit), .. }, node))
            if bytes(*limit).is_some_and(|n| n <= RUNTIME) =>
        {
            let path = servers::below(facts, node, "emptyDir.sizeLimit");
            let finding =
                Finding::new("the volume at /dev/shm is no larger than what a container has without one, 64 MiB")
                    .at(node.dig("emptyDir.sizeLimit").map_or(facts.at(node), |limit| facts.at(limit)))
                    .help("give it a larger sizeLimit")
                    .fix(Fix::new().set_field(seated.document, &path, "256Mi"));
            Verdict::Broken(Box::new(finding))
        }
        _ => holds("a volume is mounted at /dev/shm"),
    }
}

/// A quantity in bytes (k8s.io/apimachinery `resource.Quantity`); `None` for one that is none.
fn bytes(quantity: Quantity<'_>) -> Option<f64> {
    let text = match quantity {
        Quantity::Int(n) => return Some(n as f64),
        Quantity::Float(n) => return Some(n),
        Quantity::Text(text) => text.trim(),
    };
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let kibi = 1024f64;
    let factor = match unit {
        "" => 1.0,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => kibi,
        "Mi" => kibi.powi(2),
        "Gi" => kibi.powi(3),
        "Ti" => kibi.powi(4),
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_bytes() {
        assert_eq!(bytes(Quantity::Text("64Mi")), Some(RUNTIME));
        assert_eq!(bytes(Quantity::Text("1.5Gi")), Some(1.5 * 1024.0 * 1024.0 * 1024.0));
        assert_eq!((bytes(Quantity::Int(5)), bytes(Quantity::Text("lots"))), (Some(5.0), None));
    }
}
