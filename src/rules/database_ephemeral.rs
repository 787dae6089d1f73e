//! `database-ephemeral`: the data folder of a server must be on a volume that outlives the pod.
//!
//! Source: Kubernetes, "Volumes" (an emptyDir is deleted with its pod); the data folders of images as the topology knows
//! them.

use super::servers::{self, Seated};
use super::volume_path_of_image_major::{Misplaced, misplaced};
use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Mount, WorkloadKind};
use crate::postgres::topology::Persistence;
use serde_json::json;

pub static RULE: Rule = Rule {
    id: "database-ephemeral",
    summary: "the data of a Postgres server is gone with its pod",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("database_ephemeral.md"),
    check,
    subjects: servers::count,
};

/// Where images that are not the official one keep their data.
const USUAL: &[&str] = &[
    "/bitnami/postgresql",
    "/var/lib/postgresql",
    "/var/lib/pgsql",
    "/pgdata",
    "/home/postgres",
    "/opt/bitnami/postgresql/data",
];

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |s: &Seated<'_, '_>| Judgement { subject: s.subject(facts), verdict: verdict(facts, s) };
    servers::seated(facts).iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    if let Some(why) = seated.passing() {
        return holds(why);
    }
    let server = seated.server;
    match &server.persistence {
        Persistence::ClaimTemplate { .. } => holds("each pod claims a volume of its own"),
        Persistence::Claim { .. } => holds("its data is on a claimed volume"),
        Persistence::Managed | Persistence::None => holds("its data is somebody else's concern"),
        Persistence::Other { .. } => Verdict::Undecided(
            Reason::new("nobody here can tell whether the volume of its data outlives the pod")
                .at(facts.at(seated.container.node)),
        ),
        Persistence::HostPath { mount } => on_the_node(facts, seated, mount),
        Persistence::Ephemeral { mount } => gone(facts, seated, Some(mount)),
        Persistence::Nowhere => nowhere(facts, seated),
    }
}

/// No volume covers the folder that the data is thought to be in.
fn nowhere<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Verdict {
    if matches!(misplaced(seated), Some(Misplaced::Old | Misplaced::Unknown)) {
        return Verdict::Holds(Evidence("volume-path-of-image-major judges where its volume is mounted".into()));
    }
    let lasting = |m: &&Mount<'f>| {
        seated.workload.pod.volume(m.volume).is_some_and(|v| v.persists() != Some(false))
            && m.sub_path != "postgresql.conf"
    };
    let lasting: Vec<&Mount<'f>> = seated.container.mounts.iter().filter(lasting).collect();
    if lasting.is_empty() {
        return gone(facts, seated, None);
    }
    let told = seated.words().any(|w| w == "-D" || w.contains("data_directory") || w.contains("PGDATA"));
    if told {
        let why = "its arguments say where the data is, in a way that is not followed";
        return Verdict::Undecided(Reason::new(why).at(facts.at(seated.container.node)));
    }
    let official = servers::is_official(&seated.container.image);
    let says = seated.container.env().any(|(name, _)| matches!(name, "PGDATA" | "POSTGRESQL_DATA_DIR"));
    if !official && !says {
        if lasting.iter().any(|m| USUAL.iter().any(|folder| servers::covers(folder, m.path))) {
            return Verdict::Holds(Evidence("a volume that lasts is mounted where such images keep their data".into()));
        }
        let why = "nobody knows where its image keeps its data";
        return Verdict::Undecided(Reason::new(why).at(facts.at(seated.container.node)));
    }
    beside(facts, seated, &lasting)
}

/// There is a volume that lasts, and the data is not on it.
fn beside<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>, lasting: &[&Mount<'f>]) -> Verdict {
    let folder = &seated.server.data_folder;
    let Some(mount) = lasting.first() else { return gone(facts, seated, None) };
    let value = format!("{}/pgdata", mount.path.trim_end_matches('/'));
    let given = seated.container.env().position(|(name, _)| name == "PGDATA");
    let fix = match given {
        Some(at) => {
            let path = format!("{}.env[{at}]", seated.path(facts));
            Fix::new().set_field(seated.document, &path, json!({"name": "PGDATA", "value": value}))
        }
        None => {
            let entry = json!({"name": "PGDATA", "value": value});
            Fix::new().set_field(seated.document, &seated.next(facts, "env"), entry)
        }
    };
    let message = format!(
        "the data folder {folder} is not on the volume that is mounted at {}: everything in the database is gone when the pod is",
        mount.path
    );
    Verdict::Broken(Box::new(
        Finding::new(message).at(facts.at(mount.node)).help(format!("let PGDATA point below {}", mount.path)).fix(fix),
    ))
}

fn on_the_node<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>, mount: &str) -> Verdict {
    let mounted = seated.container.mounts.iter().find(|m| m.path == mount);
    let fix = mounted.map(|m| claim(facts, seated, m)).unwrap_or_default();
    Verdict::Broken(Box::new(
        Finding::new(
            "its data is in a folder of the node: a pod that is scheduled to another node starts with an empty database",
        )
        .at(mounted.map_or(facts.at(seated.container.node), |m| facts.at(m.node)))
        .help("claim a volume, or pin the pod to its node and allow this finding")
        .severity(Severity::Warning)
        .fix(fix),
    ))
}

fn gone<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>, mount: Option<&str>) -> Verdict {
    let mounted = mount.and_then(|path| seated.container.mounts.iter().find(|m| m.path == path));
    let folder = &seated.server.data_folder;
    let message = match mounted {
        Some(_) => {
            "its data is on a volume that is deleted with the pod: a drained node, an eviction or a change of the pod \
                    template empties the database"
                .to_string()
        }
        None => format!("no volume is mounted at {folder}: everything in the database is gone when the container is"),
    };
    let fix = match mounted {
        Some(mount) => claim(facts, seated, mount),
        None => fresh(facts, seated),
    };
    Verdict::Broken(Box::new(
        Finding::new(message)
            .at(mounted.map_or(facts.at(seated.container.node), |m| facts.at(m.node)))
            .help("turn persistence on; where the data may be lost, allow this finding and say why")
            .fix(fix),
    ))
}

/// Puts a claim in place of the volume of a mount.
fn claim<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>, mount: &Mount<'f>) -> Fix {
    let Some(volume) = seated.workload.pod.volume(mount.volume) else { return Fix::new() };
    let path = facts.manifests.path_of(volume.node).to_string();
    if seated.workload.kind == WorkloadKind::StatefulSet {
        let fix = Fix::new().remove_field(seated.document, &path);
        return template(seated, fix, mount.volume);
    }
    let name = format!("{}-data", seated.document.name);
    let volume = json!({"name": mount.volume, "persistentVolumeClaim": {"claimName": name}});
    Fix::new().add_document(persistent(seated, &name)).set_field(seated.document, &path, volume)
}

/// A claim, a volume and a mount, where there are none.
fn fresh<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Fix {
    let folder = &seated.server.data_folder;
    let mount = if folder.ends_with("/docker") {
        json!({"name": "data", "mountPath": "/var/lib/postgresql"})
    } else {
        json!({"name": "data", "mountPath": folder, "subPath": "pgdata"})
    };
    let fix = Fix::new().set_field(seated.document, &seated.next(facts, "volumeMounts"), mount);
    if seated.workload.kind == WorkloadKind::StatefulSet {
        return template(seated, fix, "data");
    }
    let name = format!("{}-data", seated.document.name);
    let volume = json!({"name": "data", "persistentVolumeClaim": {"claimName": name}});
    fix.add_document(persistent(seated, &name)).set_field(seated.document, &seated.next_volume(facts), volume)
}

fn template(seated: &Seated<'_, '_>, fix: Fix, name: &str) -> Fix {
    let path = format!("spec.volumeClaimTemplates[{}]", seated.workload.claim_templates.len());
    let claim = json!({"metadata": {"name": name}, "spec": {
        "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Gi"}}}});
    fix.set_field(seated.document, &path, claim)
}

fn persistent(seated: &Seated<'_, '_>, name: &str) -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": seated.document.namespace},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Gi"}}}})
}
