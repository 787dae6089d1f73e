//! One run: what it needs is looked for, its cluster made, its scenarios played, and what it made removed, however it ends.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::task::LocalSet;

use super::ask::{Ask, Provider, Scenario};
use super::baseline::{self, Baseline};
use super::bench::{Bench, Journals, Over, Place};
use super::clean::{DEADLINE, Fate, clean};
use super::helm::Helm;
use super::kind::Kind;
use super::ledger::{Ledger, Resource, Run, VERSION};
use super::place::{NoPlace, place};
use super::progress::Progress;
use super::show::Shown;

use crate::cluster::wait::{First, race};
use crate::cluster::{Interrupt, runtime};
use crate::redact::Secrets;
use crate::render::RenderedFile;
use crate::report::{Answer, Course, Outcome, When};

/// The vantage of a run that did not come to its end.
const INTERRUPTED: &str = "a run that was interrupted";
/// The least time for one thing to be gone; a run that waits longer for others waits longer for this.
const CLEANING: Duration = Duration::from_secs(60);
/// How long it may take to write down what there is to see.
const LOOKING: Duration = Duration::from_secs(60);

/// What came of a run.
pub struct Ended {
    pub answers: Vec<Answer>,
    pub course: Course,
    pub secrets: Secrets,
    /// Where it was, in words.
    pub vantage: String,
    /// What a failure left to be looked at.
    pub diagnostics: Option<PathBuf>,
}

/// Runs it. Returns when everything that was made is gone or listed.
///
/// # Errors
/// In words: something that a run needs is missing, or a name is taken. What was made before is removed.
pub fn run(ask: &Ask) -> Result<Ended, String> {
    waited(whole(ask))?
}

/// Does what has to wait, on this thread.
fn waited<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let runtime = runtime()?;
    let done = LocalSet::new().block_on(&runtime, work);
    // Look-ups of names that never end have threads of their own: nobody waits for them.
    runtime.shutdown_background();
    Ok(done)
}

/// Removes what is left of a run that is over. What could not be removed stays in its record. `helm`: in the place of the one that
/// the run was given.
///
/// # Errors
/// In words: there is no runtime for the network.
pub fn clean_run(
    ledger: &mut Ledger,
    folder: &Path,
    helm: Option<&Path>,
    tell: &dyn Fn(&Resource, &Fate),
) -> Result<(), String> {
    waited(clean(ledger, folder, helm, DEADLINE, tell)).map(drop)
}

async fn whole(ask: &Ask) -> Result<Ended, String> {
    let interrupt = Interrupt::listen()?;
    let progress = Progress::new(ask.quiet);
    let folder = ask.state.join(&ask.id);
    let found = match race(ready(ask, &folder), interrupt.next()).await {
        First::Left(found) => found?,
        First::Right(()) => {
            let answers = RefCell::default();
            unknown(&answers, &progress, "interrupted", "a signal ended the run before anything was made");
            let (answers, vantage) = (answers.into_inner(), INTERRUPTED.into());
            let course = Course { took: progress.began.elapsed(), ..Course::default() };
            return Ok(Ended { answers, course, secrets: Secrets::new(), vantage, diagnostics: None });
        }
    };
    let run = Run {
        version: VERSION,
        id: ask.id.clone(),
        pid: std::process::id(),
        began: ask.now,
        chart: ask.chart_shown.clone(),
    };
    let ledger = RefCell::new(Ledger::begin(&folder, run)?);
    let (answers, journals) = (RefCell::new(Vec::new()), Journals::default());
    progress.line(&format!("run {}, with {}", ask.id, found.words));
    let played = race(play(ask, &found, &folder, &ledger, &progress, (&answers, &journals)), interrupt.next()).await;
    let (vantage, stopped) = match played {
        First::Left(Ok(vantage)) => (vantage, None),
        First::Left(Err(why)) => (String::new(), Some(why)),
        First::Right(()) => {
            let (at, since) = progress.at_hand().unzip();
            let at = at.map(|step| format!(" at this step: {step}")).unwrap_or_default();
            let took = since.map(|since| since.elapsed());
            answer(&answers, &progress, "interrupted", Outcome::Unknown, &format!("a signal ended the run{at}"), took);
            (INTERRUPTED.into(), None)
        }
    };
    let mut ledger = ledger.into_inner();
    if ask.keep && stopped.is_none() {
        progress.line(&format!("kept: plimsoll smoke clean {} removes it", ask.id));
    } else {
        let since = Instant::now();
        let tell = |what: &_, fate: &Fate| progress.line(&format!("{what}: {fate}"));
        // A second signal ends that too.
        let enough = async {
            if !answers.borrow().iter().any(|a| a.check == "interrupted") {
                interrupt.next().await;
                progress.line("what was made is being removed; another signal ends that");
            }
            interrupt.next().await;
        };
        let cleaned = match race(clean(&mut ledger, &folder, None, ask.deadline.max(CLEANING), &tell), enough).await {
            First::Left(fates) => fates,
            First::Right(()) => Vec::new(),
        };
        for (what, fate) in &cleaned {
            if let Fate::Failed(why) = fate {
                unknown(&answers, &progress, "clean-up", &format!("{what}: {why}"));
            }
        }
        let gone = |(_, fate): &(_, Fate)| matches!(fate, Fate::Removed | Fate::Absent);
        let left = ledger.left().len();
        if left == 0 && !cleaned.is_empty() && cleaned.iter().all(gone) {
            let why = format!("everything that the run made is gone, {} in number", cleaned.len());
            answer(&answers, &progress, "clean-up", Outcome::Pass, &why, Some(since.elapsed()));
        }
        if left > 0 {
            progress.line(&format!("{left} things are left: plimsoll smoke clean {} removes them", ask.id));
            unknown(&answers, &progress, "clean-up", &format!("{left} things are left, which the run's record lists"));
        }
    }
    let everything_gone = ledger.left().is_empty();
    drop(ledger);
    let diagnostics = forget(&folder, everything_gone);
    match stopped {
        Some(why) if everything_gone => Err(why),
        // Whoever reads this alone must know of it.
        Some(why) => Err(format!("{why}; and something is left: plimsoll smoke clean {} removes it", ask.id)),
        None => Ok(Ended {
            answers: answers.into_inner(),
            course: Course {
                took: progress.began.elapsed(),
                writes: journals.into_inner().iter().map(|journal| journal.borrow().writes.clone()).collect(),
            },
            secrets: progress.secrets.into_inner(),
            vantage,
            diagnostics: ask.diagnostics.clone().filter(|d| d.is_dir()).or(diagnostics),
        }),
    }
}

fn unknown(answers: &RefCell<Vec<Answer>>, progress: &Progress, check: &'static str, why: &str) {
    answer(answers, progress, check, Outcome::Unknown, why, None);
}

/// Keeps an answer about the run itself, and shows it.
fn answer(
    answers: &RefCell<Vec<Answer>>,
    progress: &Progress,
    check: &'static str,
    outcome: Outcome,
    reason: &str,
    took: Option<Duration>,
) {
    progress.told(outcome, &format!("{check}: {reason}"));
    let (subject, reason) = ("the run".into(), reason.to_string());
    let when = Some(When { scenario: None, at: progress.began.elapsed(), took });
    answers.borrow_mut().push(Answer { check, subject, outcome, reason, advice: None, when });
}

/// The folder of a run whose things are gone is not needed any more, but for what a failure left in it.
pub fn forget(folder: &Path, everything_gone: bool) -> Option<PathBuf> {
    let diagnostics = folder.join("diagnostics");
    let kept = diagnostics.is_dir().then_some(diagnostics);
    if everything_gone {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if Some(&path) == kept.as_ref() {
                continue;
            }
            // What stays is in the run's own folder, and harms nobody.
            let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
        let _ = std::fs::remove_dir(folder);
    }
    kept
}

/// What a run needs, once it is found.
struct Found {
    helm: Helm,
    dialect: &'static crate::dialect::Dialect,
    words: String,
    baseline: Option<Baseline>,
}

async fn ready(ask: &Ask, folder: &Path) -> Result<Found, String> {
    let helm = Helm::new(&ask.helm, &folder.join("helm"));
    let (version, dialect) = helm.version().await?;
    let words = match &ask.provider {
        Provider::Kind { program, runtime, .. } => {
            let kind = Kind::new(program, runtime.as_deref()).ready().await?;
            format!("Helm {version} and kind {kind}")
        }
        Provider::Existing { .. } => format!("Helm {version}"),
    };
    let baseline = match ask.scenarios.contains(&Scenario::Upgrade) {
        true => Some(baseline::find(&ask.chart, ask.baseline.as_deref()).await?),
        false => None,
    };
    Ok(Found { helm, dialect, words, baseline })
}

/// Plays all scenarios: where.
async fn play(
    ask: &Ask,
    found: &Found,
    folder: &Path,
    ledger: &RefCell<Ledger>,
    progress: &Progress,
    (answers, journals): (&RefCell<Vec<Answer>>, &Journals),
) -> Result<String, String> {
    if let Some(baseline) = &found.baseline {
        baseline.extract(&folder.join("baseline")).await?;
    }
    let since = Instant::now();
    let (place, words) = match place(ask, folder, ledger, progress).await {
        Ok(place) => place,
        Err(NoPlace::Usage(why)) => return Err(why),
        Err(NoPlace::Failed(why)) => {
            unknown(answers, progress, "cluster", &why);
            return Ok("a cluster that could not be made".into());
        }
    };
    answer(answers, progress, "cluster", Outcome::Pass, &words, Some(since.elapsed()));
    for scenario in &ask.scenarios {
        let bench = Bench {
            ask,
            place: &place,
            helm: found.helm.clone().on(&place.reach).holding(ledger.borrow().held()),
            dialect: found.dialect,
            folder,
            ledger,
            progress,
            answers,
            journals,
            scenario: *scenario,
            baseline: found.baseline.as_ref(),
            connections: RefCell::default(),
        };
        match bench.play(&place).await {
            Ok(()) => {}
            Err(NoPlace::Usage(why)) => return Err(why),
            Err(NoPlace::Failed(why)) => unknown(answers, progress, "cluster", &why),
        }
    }
    Ok(words)
}

impl Bench<'_> {
    /// Plays one scenario in a namespace of its own.
    ///
    /// # Errors
    /// [`NoPlace`]: there is no namespace to play it in.
    async fn play(&self, place: &Place) -> Result<(), NoPlace> {
        let before = self.answers.borrow().len();
        let namespace = self.namespace(self.scenario.name()).await?;
        let over = match self.scenario {
            Scenario::Install => self.play_install(&namespace).await,
            Scenario::Managed => self.play_managed(&namespace).await,
            Scenario::Upgrade => self.play_upgrade(&namespace).await,
        };
        let failed = self.answers.borrow().iter().skip(before).any(|a| a.outcome == Outcome::Fail);
        if failed || over.is_err() {
            let folder = self.ask.diagnostics.clone().unwrap_or_else(|| self.folder.join("diagnostics"));
            let folder = folder.join(self.scenario.name());
            if tokio::time::timeout(LOOKING, self.diagnose(&namespace, &folder)).await.is_err() {
                self.progress.line(&format!("diagnostics: not all could be seen within {} s", LOOKING.as_secs()));
            }
        }
        // The next scenario needs the room; what is the run's own goes with its cluster.
        if place.own
            && self.ask.scenarios.len() > 1
            && let Ok(found) = place.cluster.object("v1", "Namespace", "", &namespace).await
        {
            let uid = found["metadata"]["uid"].as_str().unwrap_or_default();
            let _ = place.cluster.delete(("v1", "Namespace"), "", &namespace, uid).await;
        }
        Ok(())
    }

    /// Renders a chart, which has to work.
    ///
    /// # Errors
    /// [`Over`], with the answer `chart-renders`.
    pub fn rendered(
        &self,
        chart: &Path,
        namespace: &str,
        values: &serde_json::Value,
        is_upgrade: bool,
    ) -> Result<Shown, Over> {
        self.rendered_beside(chart, namespace, values, is_upgrade, &[])
    }

    /// The same, beside Secrets that the run has made.
    ///
    /// # Errors
    /// [`Over`], with the answer `chart-renders`.
    pub fn rendered_beside(
        &self,
        chart: &Path,
        namespace: &str,
        values: &serde_json::Value,
        is_upgrade: bool,
        live: &[RenderedFile],
    ) -> Result<Shown, Over> {
        let since = Instant::now();
        let done = self.overrides(values).and_then(|overrides| {
            let shown = self.show(chart, namespace, &overrides, is_upgrade, live, 0);
            shown.map_err(|refusal| refusal.message)
        });
        let shown = match done {
            Ok(shown) => shown,
            Err(why) => {
                self.say("chart-renders", Outcome::Fail, why, Some(since));
                return Err(Over);
            }
        };
        self.hide(&shown.secrets);
        *self.connections.borrow_mut() = shown.connections.clone();
        if !self.place.own && !shown.strays.is_empty() {
            let why = format!(
                "in a cluster that others use the chart would leave behind: {}. Use --provider kind",
                shown.strays.join(", ")
            );
            self.say("leaves-nothing", Outcome::Unknown, why, None);
            return Err(Over);
        }
        Ok(shown)
    }
}
