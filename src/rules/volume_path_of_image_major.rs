//! `volume-path-of-image-major`: the official image has moved its data folder and its `VOLUME` with version 18.
//!
//! Source: docker-library/postgres#1259: `PGDATA=/var/lib/postgresql/18/docker` and `VOLUME /var/lib/postgresql`, before
//! `/var/lib/postgresql/data` for both; its entrypoint refuses to start with a mount at the old place. A runtime makes an
//! anonymous volume for each `VOLUME` of an image at which nothing is mounted (containerd `internal/cri/server`,
//! `volumeMounts`).

use super::servers::{self, Seated};
use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Verdict};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    id: "volume-path-of-image-major",
    summary: "the volume is mounted where another major of the image keeps its data",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("volume_path_of_image_major.md"),
    check,
    subjects: servers::count,
};

const OLD: &str = "/var/lib/postgresql/data";
const NEW: &str = "/var/lib/postgresql";

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |s: &Seated<'_, '_>| Judgement { subject: s.subject(facts), verdict: verdict(facts, s) };
    servers::seated(facts).iter().map(judge).collect()
}

/// What is wrong with the mounts of an official image, if anything.
pub(super) enum Misplaced {
    /// 18 or later, with a mount where older ones keep their data.
    Old,
    /// Before 18, with a mount around the place where the image's own volume lies.
    New,
    /// A mount at one of the two places, and a tag that does not say a major.
    Unknown,
}

pub(super) fn misplaced(seated: &Seated<'_, '_>) -> Option<Misplaced> {
    let image = &seated.container.image;
    if !servers::is_official(image) {
        return None;
    }
    let mounted = |path: &str| seated.container.mounts.iter().any(|m| m.path == path);
    let (old, new) = (mounted(OLD), mounted(NEW));
    if seated.container.env().any(|(name, _)| name == "PGDATA") {
        // Whoever says where the data is, is heeded by all of them; but a volume of the image may lie over it.
        let hidden = servers::covers(OLD, &seated.server.data_folder) && new && !old;
        return match servers::major(image) {
            Some(major) if major < 18 && hidden => Some(Misplaced::New),
            _ => None,
        };
    }
    match servers::major(image) {
        Some(major) if major >= 18 => old.then_some(Misplaced::Old),
        Some(_) => (new && !old).then_some(Misplaced::New),
        None => (old || new).then_some(Misplaced::Unknown),
    }
}

fn verdict<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> Verdict {
    let (wrong, right, message) = match misplaced(seated) {
        None => return Verdict::Holds(Evidence("its volumes lie where its image keeps its data".into())),
        Some(Misplaced::Unknown) => {
            let why = "the image's tag does not say which major it is, and 18 has moved its data folder";
            return Verdict::Undecided(Reason::new(why).at(facts.at(seated.container.node)));
        }
        Some(Misplaced::Old) => {
            let message = format!(
                "a volume is mounted at {OLD}, where the image kept its data before version 18: since then its entrypoint \
                 refuses to start with a mount there"
            );
            (OLD, NEW, message)
        }
        Some(Misplaced::New) => {
            let message = format!(
                "the volume is mounted at {NEW}, and the image has a volume of its own at {OLD} before version 18: the \
                 runtime lays an anonymous one over it, and the data is gone with the container"
            );
            (NEW, OLD, message)
        }
    };
    let mount = seated.container.mounts.iter().find(|m| m.path == wrong);
    let node = mount.map_or(seated.container.node, |m| m.node);
    let path = servers::below(facts, node, "mountPath");
    Verdict::Broken(Box::new(
        Finding::new(message)
            .at(facts.at(node))
            .help(format!("mount the volume at {right}; data of another major must be upgraded or restored first"))
            .fix(Fix::new().set_field(seated.document, &path, right)),
    ))
}
