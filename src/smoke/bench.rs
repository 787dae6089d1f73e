//! What all steps of a run share: the cluster, helm, the record, who watches, and the answers so far.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use serde_json::Value;

use super::ask::{Ask, Scenario};
use super::baseline::Baseline;
use super::clean::namespace_of;
use super::helm::Helm;
use super::ledger::{Ledger, Reach, Resource};
use super::place::NoPlace;
use super::progress::Progress;
use super::show::{Shown, Wanted, show};
use super::writer::Journal;
use crate::cluster::wait::{Seen, until};
use crate::cluster::{Cluster, Refused};
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::preflight::Connections;
use crate::redact::Secrets;
use crate::render::{Release, RenderedFile};
use crate::report::{Answer, Outcome, When};
use crate::values::Overrides;

/// What every release of a run is called.
pub const RELEASE: &str = "smoke";

/// A scenario cannot go on; an answer says why.
#[derive(Debug)]
pub struct Over;

/// The cluster of a run.
pub struct Place {
    pub cluster: Rc<Cluster>,
    pub reach: Reach,
    /// It is the run's own: what is in it goes with it.
    pub own: bool,
    /// Version and APIs.
    pub can: (String, Vec<String>),
}

/// Of every client that wrote, also while it writes.
pub type Journals = RefCell<Vec<Rc<RefCell<Journal>>>>;

/// All of it.
pub struct Bench<'b> {
    pub ask: &'b Ask,
    pub place: &'b Place,
    pub helm: Helm,
    pub dialect: &'static Dialect,
    pub folder: &'b Path,
    pub ledger: &'b RefCell<Ledger>,
    pub progress: &'b Progress,
    pub answers: &'b RefCell<Vec<Answer>>,
    pub journals: &'b Journals,
    pub scenario: Scenario,
    pub baseline: Option<&'b Baseline>,
    /// Of the chart that was rendered last.
    pub connections: RefCell<Connections>,
}

impl Bench<'_> {
    /// Keeps an answer, and shows it.
    pub fn say(&self, check: &'static str, outcome: Outcome, reason: impl Into<String>, since: Option<Instant>) {
        self.keep(check, self.scenario.name().to_string(), outcome, reason.into(), since);
    }

    /// The same, about something.
    pub fn say_of(
        &self,
        check: &'static str,
        subject: &str,
        outcome: Outcome,
        reason: impl Into<String>,
        since: Option<Instant>,
    ) {
        self.keep(check, format!("{}: {subject}", self.scenario.name()), outcome, reason.into(), since);
    }

    fn keep(&self, check: &'static str, subject: String, outcome: Outcome, reason: String, since: Option<Instant>) {
        let took = since.map(|since| since.elapsed());
        let when = When { scenario: Some(self.scenario.name()), at: self.progress.began.elapsed(), took };
        let answer = Answer { check, subject, outcome, reason, advice: None, when: Some(when) };
        self.progress.told(outcome, &format!("{check}: {}: {}", answer.subject, answer.reason));
        self.answers.borrow_mut().push(answer);
    }

    /// Says what came of a step without which nothing more can be shown.
    pub fn need<T>(&self, check: &'static str, since: Instant, done: Result<(T, String), String>) -> Result<T, Over> {
        match done {
            Ok((value, words)) => {
                self.say(check, Outcome::Pass, words, Some(since));
                Ok(value)
            }
            Err(why) => {
                self.say(check, Outcome::Fail, why, Some(since));
                Err(Over)
            }
        }
    }

    pub fn hide(&self, secrets: &Secrets) {
        self.progress.secrets.borrow_mut().extend(secrets.clone());
    }

    /// The scenario's own namespace, fresh.
    ///
    /// # Errors
    /// [`NoPlace::Usage`]: one of that name is there, or the account or the record does not allow it.
    pub async fn namespace(&self, suffix: &str) -> Result<String, NoPlace> {
        let id = &self.ledger.borrow().run.id.clone();
        let name = format!("plimsoll-{suffix}-{id}");
        let cluster = &self.place.cluster;
        match cluster.object("v1", "Namespace", "", &name).await {
            Err(Refused::Missing) => {}
            Ok(_) => return Err(NoPlace::Usage(format!("a namespace {name} is there already: it is left alone"))),
            Err(refused) => return Err(no_place(&refused, format!("namespace {name}: {refused}"))),
        }
        if !self.place.own {
            self.allowed(&name).await?;
        }
        let what = Resource::Namespace { name: name.clone(), cluster: self.place.reach.clone() };
        // What is in a cluster of the run's own goes with it.
        let n = match self.place.own {
            true => None,
            false => Some(self.ledger.borrow_mut().intend(what).map_err(NoPlace::Usage)?),
        };
        let made = match cluster.create(&namespace_of(&name, id), "").await {
            Ok(made) => made,
            Err(refused) => {
                // Whoever was quicker owns it. Otherwise it is not known, and stays in the record.
                if let (Some(n), Refused::Object { .. } | Refused::Denied(_)) = (n, &refused) {
                    self.ledger.borrow_mut().gone(n).map_err(NoPlace::Usage)?;
                }
                return Err(no_place(&refused, format!("namespace {name} cannot be made: {refused}")));
            }
        };
        let uid = made["metadata"]["uid"].as_str().unwrap_or_default().to_string();
        if let Some(n) = n {
            self.ledger.borrow_mut().made(n, &uid).map_err(NoPlace::Usage)?;
            let release = Resource::Release {
                name: RELEASE.into(),
                namespace: name.clone(),
                helm: self.helm.path(),
                cluster: self.place.reach.clone(),
            };
            let n = self.ledger.borrow_mut().intend(release).map_err(NoPlace::Usage)?;
            self.ledger.borrow_mut().made(n, &uid).map_err(NoPlace::Usage)?;
        }
        let ready = async || match cluster.object("v1", "ServiceAccount", &name, "default").await {
            Ok(_) => Seen::Done(()),
            Err(refused) => Seen::Not(refused.to_string()),
        };
        let what = format!("the ServiceAccount default of namespace {name}");
        let waited = until(&what, self.ask.deadline, |why| self.progress.detail(why), ready).await;
        waited.map_err(NoPlace::Failed)?;
        Ok(name)
    }

    /// The account may make what it needs, and remove it again: asked before anything is made.
    async fn allowed(&self, namespace: &str) -> Result<(), NoPlace> {
        for (verb, resource, of) in [
            ("create", "namespaces", ""),
            ("delete", "namespaces", ""),
            ("create", "secrets", namespace),
            ("delete", "secrets", namespace),
        ] {
            match self.place.cluster.may(verb, resource, of).await {
                Ok(true) => {}
                Ok(false) => {
                    let why = format!("the account may not {verb} {resource}, which a run has to: nothing was made");
                    return Err(NoPlace::Usage(why));
                }
                Err(refused) => return Err(no_place(&refused, format!("what the account may do: {refused}"))),
            }
        }
        Ok(())
    }

    /// Work of many calls, each in time, that has to be so as a whole.
    ///
    /// # Errors
    /// In words: it is not.
    pub async fn within<T>(&self, what: &str, work: impl Future<Output = T>) -> Result<T, String> {
        let deadline = self.ask.deadline;
        let done = tokio::time::timeout(deadline, work).await;
        done.map_err(|_| format!("waited {} s for {what}", deadline.as_secs()))
    }

    /// Renders a chart for this cluster, its scenario's values below the user's.
    ///
    /// # Errors
    /// What refuses it.
    pub fn show(
        &self,
        chart: &Path,
        namespace: &str,
        overrides: &Overrides,
        is_upgrade: bool,
        live: &[RenderedFile],
        seed: u64,
    ) -> Result<Shown, Refusal> {
        show(&Wanted {
            chart,
            overrides,
            options: &self.ask.options,
            limits: &self.ask.limits,
            dialect: self.dialect,
            release: Release { name: RELEASE.into(), namespace: namespace.into(), is_upgrade },
            cluster: Some(&self.place.can),
            live,
            seed,
            now: self.ask.now,
        })
    }

    /// Writes values into a file of the run that nobody else may read.
    ///
    /// # Errors
    /// In words.
    pub fn values_file(&self, name: &str, values: &Value) -> Result<PathBuf, String> {
        let path = self.folder.join(format!("{}-{name}.yaml", self.scenario.name()));
        private_file(&path, values.to_string().as_bytes())?;
        Ok(path)
    }

    /// The user's values over those of the scenario.
    ///
    /// # Errors
    /// In words.
    pub fn overrides(&self, values: &Value) -> Result<Overrides, String> {
        let mut overrides = self.ask.overrides.clone();
        if !values.is_null() {
            let path = self.values_file("values", values)?;
            overrides.files.insert(0, path.to_string_lossy().into_owned());
        }
        Ok(overrides)
    }
}

/// What the user has to put right is said so; all else is the cluster's failure.
fn no_place(refused: &Refused, why: String) -> NoPlace {
    match refused {
        Refused::Object { .. } | Refused::Denied(_) => NoPlace::Usage(why),
        Refused::Missing | Refused::NoKind | Refused::Failed(_) => NoPlace::Failed(why),
    }
}

/// A file that only its owner may read.
///
/// # Errors
/// In words.
pub fn private_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(bytes));
    written.map_err(|e| format!("{}: {e}", path.display()))
}
