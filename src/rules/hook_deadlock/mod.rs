//! `hook-deadlock`: what runs first must not need what comes later.
//!
//! Source: Helm `pkg/action/install.go`, `upgrade.go`, `uninstall.go` and `hooks.go` (hooks of a moment run one after the other
//! by weight and name, each Job and Pod is waited for; objects are deleted by policy when the moment has succeeded); Argo CD,
//! "Sync Phases and Waves" (a wave is healthy before the next one begins).
//!
//! | file | owns |
//! |---|---|
//! | `needs` | what a pod cannot start without, and which documents make it |

mod needs;

use std::collections::{BTreeMap, HashMap};

use self::needs::{Need, Needs};
use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Container, Role, Workload};
use crate::manifest::{DocId, Document, HookInfo};

pub static RULE: Rule = Rule {
    id: "hook-deadlock",
    summary: "a hook needs something that is created only after it",
    severity: Severity::Error,
    scope: Scope::Any,
    docs: include_str!("../hook_deadlock.md"),
    check,
    subjects,
};

const HOOK: &str = "metadata.annotations.\"helm.sh/hook\"";
const WEIGHT: &str = "metadata.annotations.\"helm.sh/hook-weight\"";
const POLICY: &str = "metadata.annotations.\"helm.sh/hook-delete-policy\"";
const ARGO_HOOK: &str = "argocd.argoproj.io/hook";
const ARGO_WAVE: &str = "argocd.argoproj.io/sync-wave";

/// Documents that make pods.
fn subjects(facts: &Facts<'_>) -> usize {
    facts.manifests.documents.iter().filter(|d| facts.inventory.workloads_of(d.id).next().is_some()).count()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let mut of: BTreeMap<DocId, Vec<&Workload<'_>>> = BTreeMap::new();
    for workload in &facts.inventory.workloads {
        of.entry(workload.doc).or_default().push(workload);
    }
    let needs = Needs::new(facts);
    let turns = Turns::new(facts);
    let migration = migration(facts);
    of.into_iter()
        .filter_map(|(doc, workloads)| {
            let document = facts.document(doc)?;
            let found = workloads.iter().find_map(|workload| {
                let needs = needs.of(workload);
                match &document.hook {
                    Some(hook) => of_hook(facts, document, hook, &needs, &turns)
                        .or_else(|| waited_for(facts, migration.filter(|job| job.id == doc)?)),
                    None => of_release(facts, workload, &needs),
                }
                .or_else(|| argo(facts, document, &needs))
            });
            let verdict = match (found, unclear(facts, document, &workloads, &needs)) {
                (Some(finding), _) => Verdict::Broken(Box::new(finding)),
                (None, Some(why)) => Verdict::Undecided(Reason::new(why).at(facts.at(document.root()))),
                (None, None) => Verdict::Holds(Evidence("all that it needs is there before it".into())),
            };
            Some(Judgement { subject: facts.subject(document), verdict })
        })
        .collect()
}

/// A hook of the first install that is told of a server of the release, where nothing says whether it works on it.
fn unclear<'f>(
    facts: &Facts<'f>,
    document: &Document<'f>,
    workloads: &[&Workload<'f>],
    needs: &Needs<'_, 'f>,
) -> Option<String> {
    let hook = document.hook.as_ref()?;
    let server = workloads.iter().find_map(|workload| needs.perhaps(workload))?;
    let maker = facts.manifests.get(server).filter(|d| d.hook.is_none())?;
    hook.events.contains(&"pre-install").then(|| {
        format!(
            "this hook runs before {} is created and is told of it: whether it connects, nothing here says",
            maker.title()
        )
    })
}

/// Whose turn comes when among the hooks of a moment.
struct Turns(HashMap<(&'static str, DocId), usize>);

impl Turns {
    fn new(facts: &Facts<'_>) -> Self {
        let mut turns = HashMap::new();
        for event in ["pre-install", "post-delete"] {
            for (turn, document) in facts.manifests.hooks_of(event).into_iter().enumerate() {
                turns.insert((event, document.id), turn);
            }
        }
        Turns(turns)
    }

    fn of(&self, event: &'static str, doc: DocId) -> Option<usize> {
        self.0.get(&(event, doc)).copied()
    }
}

/// A hook on a first install, and on the removal of the release. On an upgrade the objects of the release before are there.
fn of_hook<'f>(
    facts: &Facts<'f>,
    document: &Document<'f>,
    hook: &HookInfo,
    needs: &[Need<'f>],
    turns: &Turns,
) -> Option<Finding> {
    let runs = |event: &str| hook.events.contains(&event);
    needs.iter().find_map(|need| {
        let makers: Vec<&Document<'f>> = need.makers.iter().filter_map(|id| facts.manifests.get(*id)).collect();
        let first = *makers.first()?;
        let what = need.title();
        if runs("pre-install") {
            let turn = turns.of("pre-install", document.id)?;
            let before = |d: &&&Document<'f>| {
                d.is_crd_file || turns.of("pre-install", d.id).is_some_and(|other| other < turn)
            };
            if makers.iter().find(before).is_none() {
                return Some(too_early(facts, document, hook, need, first, &what, turns));
            }
        }
        if runs("post-delete") && makers.iter().all(|d| d.hook.is_none()) {
            let moved = moved(&hook.events, "post-delete", "pre-delete");
            return Some(
                Finding::new(format!(
                    "this hook runs when the release is gone, and needs {what}, which went with it: its pod cannot start, and \
                     the removal waits until it times out"
                ))
                .at(facts.at(need.node))
                .also(facts.at(first.root()), "what is gone by then")
                .help("run it as pre-delete")
                .severity(Severity::Warning)
                .fix(Fix::new().set_field(document, HOOK, moved)),
            );
        }
        None
    })
}

fn too_early<'f>(
    facts: &Facts<'f>,
    document: &Document<'f>,
    hook: &HookInfo,
    need: &Need<'f>,
    maker: &Document<'f>,
    what: &str,
    turns: &Turns,
) -> Finding {
    if turns.of("pre-install", maker.id).is_some() {
        return Finding::new(format!(
            "this hook needs {what}, a hook that has its turn later: its pod cannot start, and the turn never comes"
        ))
        .at(facts.at(need.node))
        .also(facts.at(maker.root()), "what comes later")
        .help("give what is needed a lower helm.sh/hook-weight")
        .fix(Fix::new().set_field(maker, WEIGHT, hook.weight.saturating_sub(1).to_string()));
    }
    let help = if need.is_server {
        "run it as post-install, or as a plain Job that waits for the server; pre-upgrade may stay"
    } else {
        "run it as post-install, or make what it needs a pre-install hook of a lower weight, too"
    };
    Finding::new(format!(
        "this hook runs before the first install and needs {what}, which is created after it: it {}, and the install \
         never gets further",
        if need.is_server { "finds no server" } else { "cannot start" }
    ))
    .at(facts.at(need.node))
    .also(facts.at(maker.root()), "what comes later")
    .help(help)
    .fix(Fix::new().set_field(document, HOOK, moved(&hook.events, "pre-install", "post-install")))
}

fn moved(events: &[&str], from: &str, to: &str) -> String {
    let events: Vec<&str> = events.iter().map(|e| if *e == from { to } else { e }).collect();
    events.join(",")
}

/// Something of the release that needs what only hooks make.
fn of_release<'f>(facts: &Facts<'f>, workload: &Workload<'f>, needs: &[Need<'f>]) -> Option<Finding> {
    if workload.is_batch() {
        return None;
    }
    needs.iter().filter(|need| !need.is_server).find_map(|need| {
        let makers: Vec<&Document<'f>> = need.makers.iter().filter_map(|id| facts.manifests.get(*id)).collect();
        let hooks: Vec<(&Document<'f>, &HookInfo)> =
            makers.iter().filter_map(|d| Some((*d, d.hook.as_ref()?))).collect();
        if hooks.is_empty() || hooks.len() < makers.len() {
            return None;
        }
        let what = need.title();
        let deleted = |hook: &HookInfo| hook.delete.iter().any(|policy| policy == "hook-succeeded");
        let early = hooks.iter().find(|(_, hook)| hook.events.contains(&"pre-install"));
        if let Some((maker, hook)) = early {
            return deleted(hook).then(|| {
                Finding::new(format!(
                    "it needs {what}, a hook that is deleted as soon as it has succeeded: every pod that starts later cannot"
                ))
                .at(facts.at(need.node))
                .also(facts.at(maker.root()), "what is deleted")
                .help("leave hook-succeeded out of helm.sh/hook-delete-policy")
                .fix(Fix::new().set_field(maker, POLICY, "before-hook-creation"))
            });
        }
        let (maker, _) = hooks.iter().find(|(_, hook)| hook.events.contains(&"post-install"))?;
        Some(
            Finding::new(format!(
                "it needs {what}, which is made after the install: with `--wait` (and under Argo CD) the install waits for \
                 this pod, and the pod for the install"
            ))
            .at(facts.at(need.node))
            .also(facts.at(maker.root()), "what comes later")
            .help("make it a pre-install hook, or part of the release")
            .severity(Severity::Warning)
            .fix(Fix::new().set_field(maker, HOOK, "pre-install,pre-upgrade")),
        )
    })
}

/// Where the name of a job says that it migrates.
const MIGRATES: &[&str] =
    &["migrat", "setup-db", "db-setup", "init-db", "db-init", "upgrade-db", "db-upgrade", "db-prepare"];

/// The job that migrates after the install, if there is one.
fn migration<'f>(facts: &Facts<'f>) -> Option<&'f Document<'f>> {
    let late = |d: &&'f Document<'f>| d.hook.as_ref().is_some_and(|h| h.events.contains(&"post-install"));
    let mut jobs = facts.manifests.documents.iter().filter(|d| d.kind == "Job").filter(late);
    jobs.find(|d| MIGRATES.iter().any(|word| d.name.contains(word)))
}

/// A migration that waits for pods that hold back until somebody has migrated: told once, of the job.
fn waited_for<'f>(facts: &Facts<'f>, job: &Document<'f>) -> Option<Finding> {
    let waits = |c: &&Container<'f>| {
        c.role == Role::Init && c.name.contains("migrat") && ["wait", "check"].iter().any(|word| c.name.contains(word))
    };
    let pods = facts.inventory.workloads.iter().filter(|w| !w.is_batch() && !w.is_hook);
    let (workload, container) =
        pods.flat_map(|w| w.pod.containers.iter().map(move |c| (w, c))).find(|(_, c)| waits(c))?;
    let document = facts.manifests.get(workload.doc)?;
    let hook = job.root().get("metadata").and_then(|m| m.get("annotations")).unwrap_or(job.root());
    Some(
        Finding::new(format!(
            "it migrates after the install, and {} of {} waits for the migration: with `--wait` (and under Argo CD) the \
             install waits for the pods, and the pods for the install",
            container.name,
            document.title()
        ))
        .at(facts.at(hook))
        .also(facts.at(container.node), "what waits")
        .help("let the migration be a plain Job of the release, or do not install with --wait")
        .severity(Severity::Warning)
        .fix(Fix::new().remove_field(job, HOOK)),
    )
}

/// Argo CD's own phases and waves, where a chart writes them.
fn argo<'f>(facts: &Facts<'f>, document: &Document<'f>, needs: &[Need<'f>]) -> Option<Finding> {
    let own = turn(document)?;
    needs.iter().find_map(|need| {
        let makers: Vec<&Document<'f>> = need.makers.iter().filter_map(|id| facts.manifests.get(*id)).collect();
        let native = |d: &Document<'f>| d.annotation(ARGO_HOOK).is_some() || d.annotation(ARGO_WAVE).is_some();
        if !native(document) && !makers.iter().any(|d| native(d)) {
            return None;
        }
        let first = makers.iter().filter_map(|d| Some((turn(d)?, *d))).min_by_key(|(turn, _)| *turn)?;
        let ((phase, wave), maker) = first;
        if (phase, wave) <= own {
            return None;
        }
        let annotation = |key: &str| format!("metadata.annotations.\"{key}\"");
        let fix = if phase == own.0 {
            Fix::new().set_field(maker, &annotation(ARGO_WAVE), own.1.to_string())
        } else if phase == 0 {
            Fix::new().set_field(document, &annotation(ARGO_HOOK), "PostSync")
        } else {
            Fix::new().remove_field(maker, &annotation(ARGO_HOOK))
        };
        let finding = Finding::new(format!(
            "it needs {}, which Argo CD applies in a later phase or wave, and that begins only when this one is healthy",
            need.title()
        ));
        Some(
            finding
                .at(facts.at(need.node))
                .also(facts.at(maker.root()), "what comes later")
                .help("put what is needed into the same wave, or an earlier one")
                .fix(fix),
        )
    })
}

/// Phase (-1 before, 0, 1 after the sync) and wave. `None` for what Argo CD does not apply in a sync.
fn turn(document: &Document<'_>) -> Option<(i8, i64)> {
    let helm = document.hook.as_ref();
    let wave = document.annotation(ARGO_WAVE).and_then(|wave| wave.trim().parse().ok());
    let wave = wave.or(helm.map(|hook| hook.weight)).unwrap_or(0);
    let phase = match document.annotation(ARGO_HOOK).map(|text| text.split(',').map(str::trim).collect::<Vec<_>>()) {
        Some(phases) if phases.contains(&"PreSync") => -1,
        Some(phases) if phases.contains(&"Sync") => 0,
        Some(phases) if phases.contains(&"PostSync") => 1,
        Some(_) => return None,
        None => match helm {
            None => 0,
            Some(hook) if hook.events.iter().any(|e| matches!(*e, "pre-install" | "pre-upgrade")) => -1,
            Some(hook) if hook.events.iter().any(|e| matches!(*e, "post-install" | "post-upgrade")) => 1,
            Some(_) => return None,
        },
    };
    Some((phase, wave))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_takes_the_place_of_another() {
        assert_eq!(moved(&["pre-install", "pre-upgrade"], "pre-install", "post-install"), "post-install,pre-upgrade");
    }
}
