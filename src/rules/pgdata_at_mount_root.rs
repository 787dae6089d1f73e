//! `pgdata-at-mount-root`: initdb refuses a folder that is not empty, and the root of a fresh ext4 volume holds lost+found.
//!
//! Source: PostgreSQL `src/bin/initdb/initdb.c` ("It contains a lost+found directory, perhaps due to it being a mount
//! point."); docker-library/postgres, `PGDATA`.

use super::servers::{self, Seated};
use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::kube::Role;
use crate::manifest::Node;
use crate::postgres::topology::Persistence;

pub static RULE: Rule = Rule {
    id: "pgdata-at-mount-root",
    summary: "the data folder is the root of a volume, which is not empty when it is new",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("pgdata_at_mount_root.md"),
    check,
    subjects: servers::count,
};

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |s: &Seated<'_, '_>| Judgement { subject: s.subject(facts), verdict: verdict(facts, s) };
    servers::seated(facts).iter().map(judge).collect()
}

fn verdict<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let (server, workload) = (seated.server, seated.workload);
    if let Some(why) = seated.passing() {
        return holds(why);
    }
    let image = &seated.container.image;
    if !servers::is_official(image) && !image.repository.ends_with("supabase/postgres") {
        return holds("its image does not keep its data as the official one does");
    }
    // Whether a claim exists already is not known here: what somebody has filled may lie at the root.
    let (claim, severity) = match &server.persistence {
        Persistence::ClaimTemplate { index, .. } => (workload.claim_templates.get(*index).map(|c| c.node), None),
        Persistence::Claim { doc: Some(doc), .. } => (facts.document(*doc).map(|d| d.root()), None),
        Persistence::Claim { doc: None, .. } => (None, Some(Severity::Warning)),
        _ => return holds("its data is on no claimed volume"),
    };
    if claim.is_some_and(is_shared) {
        return holds("a volume that many can mount is a share, whose root is empty");
    }
    let Some((mount, _)) = seated.mounted(&server.data_folder) else { return holds("nothing is mounted there") };
    if mount.path != server.data_folder.trim_end_matches('/') {
        return holds("the data folder lies below the mount");
    }
    if !mount.sub_path.is_empty() || !mount.sub_path_expr.is_empty() {
        return holds("a folder of the volume is mounted");
    }
    if prepared(seated) {
        return holds("an init container clears lost+found away");
    }
    let path = facts.manifests.path_of(mount.node).to_string();
    let finding = Finding::new(format!(
        "the data folder {} is the root of its volume: a new block volume holds lost+found there, and initdb refuses a \
         folder that is not empty",
        server.data_folder
    ))
    .at(facts.at(mount.node))
    .help(format!(
        "set PGDATA to {}/pgdata, or mount a folder of the volume by subPath; data that is there must be moved",
        mount.path
    ))
    .fix(Fix::new().set_field(seated.document, &format!("{path}.subPath"), "pgdata"));
    Verdict::Broken(Box::new(match severity {
        Some(severity) => finding.severity(severity),
        None => finding,
    }))
}

/// `ReadWriteMany`: file shares, which have no lost+found.
fn is_shared(claim: Node<'_>) -> bool {
    let modes = claim.get("spec").into_iter().flat_map(|spec| spec.list("accessModes"));
    modes.into_iter().any(|mode| mode.as_str().given() == Some("ReadWriteMany"))
}

fn prepared(seated: &Seated<'_, '_>) -> bool {
    let init = seated.workload.pod.containers.iter().filter(|c| c.role == Role::Init);
    let words = init.flat_map(|c| c.command().into_iter().chain(c.args()).flatten());
    words.into_iter().any(|word| word.as_str().given().is_some_and(|text| text.contains("lost+found")))
}
