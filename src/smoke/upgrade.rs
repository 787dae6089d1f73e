//! Scenario `upgrade`: the baseline's chart is installed and at work, a client writes, and the chart takes its place.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::bench::{Bench, Over};
use super::server::Server;
use super::show::Shown;
use super::steps::Verb;
use super::writer::{Writer, lost};
use crate::cluster::wait::{Seen, until};
use crate::preflight::State;
use crate::report::Outcome;

/// Writes before the upgrade begins, and after it has settled.
const BEFORE: usize = 20;
const AFTER: usize = 20;
/// How long it may take until so many are acknowledged.
const PATIENCE: Duration = Duration::from_secs(60);

impl Bench<'_> {
    /// Plays it.
    ///
    /// # Errors
    /// [`Over`]: nothing more can be shown; an answer says why.
    pub async fn play_upgrade(&self, namespace: &str) -> Result<(), Over> {
        let scene = self.ask.app.as_ref().map(|app| app.upgrade.clone()).unwrap_or_default();
        let folder = self.folder.join("baseline");
        let Some(baseline) = self.baseline else {
            self.say("baseline", Outcome::Unknown, "there is none", None);
            return Err(Over);
        };
        let short = baseline.commit.get(..12).unwrap_or_default();
        self.say("baseline", Outcome::Pass, format!("{short}, {}", baseline.words), None);
        let old = self.rendered(&folder, namespace, &scene.values, false)?;
        let new = self.rendered(&self.ask.chart, namespace, &scene.values, true)?;
        if old.text == new.text && old.version == new.version {
            let why = "the chart renders as its baseline does: the upgrade changes nothing, and shows little";
            self.say("baseline-differs", Outcome::Note, why, None);
        }
        self.judged(&scene.values, &new, true, &[])?;
        self.password_rotated(&old, &new)?;

        self.deploy(Verb::Install, &folder, &old).await?;
        self.rollout(&old).await?;
        self.applied("applied-before", &folder, &old).await;
        let server = self.server(&old).await.map(Rc::new);
        self.driven(server.as_deref()).await?;
        let writer = self.writer(server.clone()).await;
        let before = self.state(server.as_deref()).await;
        self.upgrade_dry_run(&old, &new).await?;

        self.deploy(Verb::Upgrade, &self.ask.chart, &new).await?;
        self.rollout(&new).await?;
        let server = match server {
            Some(_) => self.server(&new).await,
            None => None,
        };
        self.progress_after(server.as_ref(), scene.done.as_deref()).await;
        self.writes_kept(writer, server.as_ref()).await;
        self.counts(before.as_ref(), server.as_ref()).await;
        self.end_state(server.as_ref(), scene.done.as_deref()).await;
        self.applied("applied-manifests", &self.ask.chart, &new).await;
        self.helm_test(&new).await;
        self.no_restarts(&new).await;
        Ok(())
    }

    /// The server in the release keeps the password of its first start: another one in the connection string locks all out.
    fn password_rotated(&self, old: &Shown, new: &Shown) -> Result<(), Over> {
        let known = |shown: &Shown, role: &str| {
            let found = shown.connections.all.iter().find(|c| c.role == role && !c.read_only)?;
            let State::Known(known) = &found.state else { return None };
            let target = crate::database::Target::all(&known.settings).ok()?.into_iter().next()?.ok()?;
            Some((target.shown(), target.user.clone(), target.password.clone()))
        };
        let mut compared = 0;
        for connection in old.connections.all.iter().filter(|c| !c.read_only) {
            let role = &connection.role;
            let (Some(was), Some(is)) = (known(old, role), known(new, role)) else { continue };
            compared += 1;
            if was.0 == is.0 && was.1 == is.1 && was.2 != is.2 {
                let why = format!("{role} has another password for {} of {}, and nothing tells the server", is.1, is.0);
                self.say("password-rotated", Outcome::Fail, why, None);
                return Err(Over);
            }
        }
        match compared {
            0 => self.say("password-rotated", Outcome::Unknown, "no connection is known before and after", None),
            n => self.say("password-rotated", Outcome::Pass, format!("{n} connections keep their password"), None),
        }
        Ok(())
    }

    async fn writer(&self, server: Option<Rc<Server>>) -> Option<Writer> {
        let since = Instant::now();
        let server = server?;
        self.progress.begin(&format!("{}: a client writes", self.scenario.name()));
        let begun = Writer::begin(server, &self.folder.join("journal.txt"), self.progress.began).await;
        let writer = match begun {
            Ok(writer) => {
                self.journals.borrow_mut().push(writer.journal());
                writer
            }
            Err(why) => {
                self.say("writes-kept", Outcome::Unknown, why, Some(since));
                return None;
            }
        };
        if let Err(why) = self.written(&writer, BEFORE).await {
            self.say("writes-kept", Outcome::Fail, why, Some(since));
            return None;
        }
        Some(writer)
    }

    async fn written(&self, writer: &Writer, more: usize) -> Result<(), String> {
        let begin = writer.count();
        let look = async || match writer.count() - begin {
            n if n >= more => Seen::Done(()),
            n => Seen::Not(format!("{n} of {more}")),
        };
        until("acknowledged writes", PATIENCE.min(self.ask.deadline), |why| self.progress.detail(why), look).await
    }

    /// Every write that was acknowledged is there.
    async fn writes_kept(&self, writer: Option<Writer>, server: Option<&Server>) {
        let since = Instant::now();
        let (Some(writer), Some(server)) = (writer, server) else {
            // Why there is no writer has been said.
            return;
        };
        self.progress.begin(&format!("{}: every acknowledged write is there", self.scenario.name()));
        let after = self.written(&writer, AFTER).await;
        let journal = writer.end().await;
        let since = Some(since);
        if let Some(why) = &journal.broken {
            return self.say("writes-kept", Outcome::Unknown, why.clone(), since);
        }
        match lost(server, &journal).await {
            Err(why) => self.say("writes-kept", Outcome::Fail, format!("the writes cannot be read: {why}"), since),
            Ok(lost) if !lost.is_empty() => {
                let why = format!(
                    "{} of {} acknowledged writes are lost, the first is number {}",
                    lost.len(),
                    journal.acknowledged.len(),
                    lost.first().copied().unwrap_or_default()
                );
                self.say("writes-kept", Outcome::Fail, why, since);
            }
            Ok(_) => match after {
                Ok(()) => self.say("writes-kept", Outcome::Pass, journal.told(), since),
                Err(why) => self.say("writes-kept", Outcome::Fail, format!("after the rollout: {why}"), since),
            },
        }
    }

    /// The last stage is reached again after the rollout has settled.
    async fn progress_after(&self, server: Option<&Server>, done: Option<&str>) {
        const CHECK: &str = "progress-after-rollout";
        let since = Instant::now();
        let query = self.ask.app.as_ref().and_then(|app| app.last_stage.as_deref());
        let (Some(server), Some(query)) = (server, query) else {
            return self.say(CHECK, Outcome::Unknown, self.unasked("lastStage"), None);
        };
        self.progress.begin(&format!("{}: the last stage is reached again", self.scenario.name()));
        let saturated = match done {
            Some(done) => server.truth(done).await.unwrap_or(false),
            None => false,
        };
        let begin = match server.number(query).await {
            Ok(n) => n,
            Err(why) => return self.say(CHECK, Outcome::Fail, why, Some(since)),
        };
        if saturated {
            let why = format!(
                "all work was done, {begin} times, before the rollout had settled: progress could not be shown"
            );
            return self.say(CHECK, Outcome::Note, why, Some(since));
        }
        let look = async || match server.number(query).await {
            Ok(n) if n > begin => Seen::Done(n),
            Ok(_) => Seen::Not(format!("still {begin} times")),
            Err(why) => Seen::Not(why),
        };
        let detail = |why: &str| self.progress.detail(why);
        match until("the last stage to be reached again", self.ask.deadline, detail, look).await {
            Ok(n) => {
                self.say(CHECK, Outcome::Pass, format!("{begin} times when it had settled, then {n}"), Some(since))
            }
            Err(why) => self.say(CHECK, Outcome::Fail, why, Some(since)),
        }
    }
}
