//! The steps that scenarios are made of. Each gives an answer with its id; what an application must say about itself comes from
//! its file, and is UNKNOWN without it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use super::bench::{Bench, Over, RELEASE};
use super::helm;
use super::rollout::{KINDS, settled, troubles};
use super::server::Server;
use super::show::Shown;
use crate::cluster::wait::{Seen, until};
use crate::report::Outcome;

/// What an application has, by the names of its queries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub counts: BTreeMap<String, i64>,
    pub kept: BTreeMap<String, BTreeSet<String>>,
}

/// The pause after which something that must stay as it is is looked at again.
const STILL: Duration = Duration::from_secs(2);

/// What helm is told to do with a chart.
#[derive(Clone, Copy)]
pub enum Verb {
    Install,
    Upgrade,
}

impl Bench<'_> {
    /// `helm install` or `helm upgrade`.
    pub async fn deploy(&self, verb: Verb, chart: &Path, shown: &Shown) -> Result<(), Over> {
        let since = Instant::now();
        let (name, check) = match verb {
            Verb::Install => ("install", "helm-install"),
            Verb::Upgrade => ("upgrade", "helm-upgrade"),
        };
        self.progress.begin(&format!("{}: helm {name}", self.scenario.name()));
        let done = async {
            let values = self.values_file(&format!("{name}-all"), &shown.values)?;
            let release = helm::Release {
                name: RELEASE,
                namespace: &shown.release.namespace,
                chart,
                values: &values,
                deadline: self.ask.deadline,
                flags: &self.ask.helm_flags,
            };
            match verb {
                Verb::Install => self.helm.install(&release).await?,
                Verb::Upgrade => self.helm.upgrade(&release).await?,
            };
            Ok(((), format!("chart {} {} is deployed", shown.name, shown.version)))
        };
        self.need(check, since, done.await)
    }

    /// Every workload of a release has rolled out.
    pub async fn rollout(&self, shown: &Shown) -> Result<(), Over> {
        let since = Instant::now();
        self.progress.begin(&format!("{}: the workloads roll out", self.scenario.name()));
        let rolls = |o: &&crate::preflight::Object| o.value["kind"].as_str().is_some_and(|kind| KINDS.contains(&kind));
        let workloads: Vec<_> = shown.release.objects.iter().filter(rolls).collect();
        if workloads.is_empty() {
            self.say("rollout", Outcome::Fail, "the chart has no workload that could roll out", Some(since));
            return Err(Over);
        }
        let cluster = &self.place.cluster;
        let look = async || {
            let mut missing = Vec::new();
            for object in &workloads {
                match cluster.object_of(&object.value, &object.namespace).await {
                    Ok(live) => match settled(&live) {
                        Seen::Done(()) => {}
                        Seen::Not(why) => missing.push(format!("{}: {why}", object.title)),
                        Seen::Never(why) => return Seen::Never(format!("{}: {why}", object.title)),
                    },
                    Err(refused) => missing.push(format!("{}: {refused}", object.title)),
                }
            }
            if missing.is_empty() {
                return Seen::Done(());
            }
            if let Ok(pods) = cluster.list("v1", "Pod", &shown.release.namespace).await {
                missing.extend(troubles(&pods));
            }
            Seen::Not(missing.join("; "))
        };
        let done = until("all workloads to roll out", self.ask.deadline, |why| self.progress.detail(why), look).await;
        self.need(
            "rollout",
            since,
            done.map(|()| ((), format!("{} workloads are what they are to be", workloads.len()))),
        )
    }

    /// The database of the release, with which the application's queries are asked.
    pub async fn server(&self, shown: &Shown) -> Option<Server> {
        let since = Instant::now();
        let role = self.ask.app.as_ref().and_then(|app| app.connection.as_deref());
        let namespace = &shown.release.namespace;
        let found = Server::find(&self.place.cluster, &shown.connections, role, namespace, self.ask.now).await;
        let server = match found {
            Ok(server) => server,
            Err(why) => {
                self.say("database-reached", Outcome::Unknown, why, Some(since));
                return None;
            }
        };
        let what = format!("{} at {}", server.role, server.shown());
        self.progress.begin(&format!("{}: the database answers to {what}", self.scenario.name()));
        let look = async || match server.truth("SELECT NOT pg_is_in_recovery()").await {
            // The transaction that asks is read-only itself; what others begin with is the default.
            Ok(true) => match server.truth("SELECT current_setting('default_transaction_read_only') = 'off'").await {
                Ok(true) => Seen::Done(()),
                Ok(false) => Seen::Not("its transactions are read-only by default".into()),
                Err(why) => Seen::Not(why),
            },
            Ok(false) => Seen::Not("it is in recovery".into()),
            Err(why) => Seen::Not(why),
        };
        let detail = |why: &str| self.progress.detail(why);
        match until(&format!("{what} to take writes"), self.ask.deadline, detail, look).await {
            Ok(()) => {
                self.say("database-reached", Outcome::Pass, format!("{what} takes writes"), Some(since));
                Some(server)
            }
            Err(why) => {
                self.say("database-reached", Outcome::Fail, why, Some(since));
                None
            }
        }
    }

    /// Waits for the first event of the last stage: there is real state then.
    pub async fn driven(&self, server: Option<&Server>) -> Result<(), Over> {
        let since = Instant::now();
        let query = self.ask.app.as_ref().and_then(|app| app.last_stage.as_deref());
        let (Some(server), Some(query)) = (server, query) else {
            self.say("state-driven", Outcome::Unknown, self.unasked("lastStage"), None);
            return Ok(());
        };
        self.progress.begin(&format!("{}: the first event of the last stage", self.scenario.name()));
        let look = async || match server.number(query).await {
            Ok(0) => Seen::Not("there is none".into()),
            Ok(n) => Seen::Done(n),
            Err(why) => Seen::Not(why),
        };
        let detail = |why: &str| self.progress.detail(why);
        let done = until("the first event of the last stage", self.ask.deadline, detail, look).await;
        self.need("state-driven", since, done.map(|n| ((), format!("the last stage was reached {n} times"))))
    }

    /// Why a question about the application was not asked.
    pub fn unasked(&self, key: &str) -> String {
        match self.ask.app {
            Some(_) => format!("the chart's smoke file has no {key}, or its database cannot be asked"),
            None => format!("nothing says how the application is asked: {} of the chart, or --app", super::app::FILE),
        }
    }

    /// What the application has now. None, with an answer, where it cannot be told.
    pub async fn state(&self, server: Option<&Server>) -> Option<State> {
        let (Some(server), Some(app)) = (server, &self.ask.app) else { return None };
        let mut state = State::default();
        for (name, sql) in &app.counts {
            match server.number(sql).await {
                Ok(n) => state.counts.insert(name.clone(), n),
                Err(why) => {
                    self.say_of("counts", name, Outcome::Unknown, why, None);
                    return None;
                }
            };
        }
        for (name, sql) in &app.kept {
            match server.set(sql).await {
                Ok(set) => state.kept.insert(name.clone(), set),
                Err(why) => {
                    self.say_of("counts", name, Outcome::Unknown, why, None);
                    return None;
                }
            };
        }
        Some(state)
    }

    /// Nothing has become less, and no identity is lost.
    pub async fn counts(&self, before: Option<&State>, server: Option<&Server>) {
        let since = Instant::now();
        let has = |s: &&State| !s.counts.is_empty() || !s.kept.is_empty();
        let (Some(before), Some(after)) = (before.filter(has), self.state(server).await) else {
            return self.say("counts", Outcome::Unknown, self.unasked("counts"), None);
        };
        let lost = lost(before, &after);
        match lost.is_empty() {
            true => {
                let told: Vec<String> = after.counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
                let sets = after.kept.iter().map(|(name, set)| format!("{} identities of {name}", set.len()));
                let told: Vec<String> = told.into_iter().chain(sets).collect();
                self.say("counts", Outcome::Pass, format!("nothing was lost: {}", told.join(", ")), Some(since));
            }
            false => self.say("counts", Outcome::Fail, lost.join("; "), Some(since)),
        }
    }

    /// All work gets done.
    pub async fn end_state(&self, server: Option<&Server>, done: Option<&str>) {
        let since = Instant::now();
        let (Some(server), Some(query)) = (server, done) else {
            return self.say("end-state", Outcome::Unknown, self.unasked("done"), None);
        };
        self.progress.begin(&format!("{}: all work gets done", self.scenario.name()));
        let last = self.ask.app.as_ref().and_then(|app| app.last_stage.as_deref());
        let look = async || match server.truth(query).await {
            Ok(true) => Seen::Done(()),
            Ok(false) => Seen::Not(match last {
                Some(last) => format!("the last stage was reached {} times", server.number(last).await.unwrap_or(-1)),
                None => "it is not done".into(),
            }),
            Err(why) => Seen::Not(why),
        };
        let detail = |why: &str| self.progress.detail(why);
        match until("the end state", self.ask.deadline, detail, look).await {
            Ok(()) => self.say("end-state", Outcome::Pass, "all work is done", Some(since)),
            Err(why) => self.say("end-state", Outcome::Fail, why, Some(since)),
        }
    }

    /// `helm test`.
    pub async fn helm_test(&self, shown: &Shown) {
        let since = Instant::now();
        if !shown.has_tests {
            return self.say("helm-test", Outcome::Unknown, "the chart has no test hooks", None);
        }
        self.progress.begin(&format!("{}: helm test", self.scenario.name()));
        match self.helm.test(RELEASE, &shown.release.namespace, self.ask.deadline).await {
            Ok(_) => self.say("helm-test", Outcome::Pass, "every test hook has succeeded", Some(since)),
            Err(why) => self.say("helm-test", Outcome::Fail, why, Some(since)),
        }
    }

    /// No container of the release has been restarted by a crash, and stays so for a moment.
    pub async fn no_restarts(&self, shown: &Shown) {
        let since = Some(Instant::now());
        tokio::time::sleep(STILL).await;
        let pods = match self.place.cluster.list("v1", "Pod", &shown.release.namespace).await {
            Ok(pods) => pods,
            Err(refused) => return self.say("no-crash-loop", Outcome::Unknown, refused.to_string(), since),
        };
        let found = troubles(&pods);
        match found.is_empty() {
            true => {
                self.say("no-crash-loop", Outcome::Pass, format!("{} pods, and none is in trouble", pods.len()), since)
            }
            false => self.say("no-crash-loop", Outcome::Fail, found.join("; "), since),
        }
    }
}

fn lost(before: &State, after: &State) -> Vec<String> {
    let mut lost = Vec::new();
    for (name, was) in &before.counts {
        match after.counts.get(name) {
            Some(is) if is >= was => {}
            Some(is) => lost.push(format!("{name} was {was} and is {is}")),
            None => lost.push(format!("{name} was {was} and is not told any more")),
        }
    }
    for (name, was) in &before.kept {
        let none = BTreeSet::new();
        let gone: Vec<&String> = was.difference(after.kept.get(name).unwrap_or(&none)).collect();
        if let Some(first) = gone.first() {
            let shown = crate::diagnostic::excerpt(first, 60);
            lost.push(format!("{} of {} identities of {name} are lost, the first {shown}", gone.len(), was.len()));
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_is_a_loss_and_so_is_another_identity() {
        let state = |n: i64, ids: &[&str]| State {
            counts: [("tasks".to_string(), n)].into(),
            kept: [("ids".to_string(), ids.iter().map(|i| i.to_string()).collect())].into(),
        };
        assert!(lost(&state(2, &["a"]), &state(2, &["a", "b"])).is_empty());
        assert_eq!(lost(&state(2, &["a", "b"]), &state(2, &["a", "c"])).len(), 1);
        assert!(lost(&state(2, &[]), &state(1, &[]))[0].contains("tasks was 2 and is 1"));
        assert_eq!(lost(&state(2, &["a"]), &State::default()).len(), 2);
    }
}
