//! One case, all of it: asked for every version that it knows, compared, and judged.

use std::path::Path;

use bumpalo::Bump;

use super::absent;
use super::answer::{Answer, Ask};
use super::case::{Oracle, Program, Stream};
use super::compare::{Difference, compare, unexpected};
use super::coverage::Coverage;
use super::documents::documents;
use super::expected::{Expected, bytes};
use super::run::Job;
use super::suite::{Found, Suite, same_file};
use super::update::update;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::Dialect;
use crate::limits::{Limits, Stack};
use crate::lint::Collected;
use crate::redact::Secrets;
use crate::world::World;

/// Reads the arguments of a case: what follows `helm template`, for a chart and relative to a folder. The error is in
/// words. The command line knows the flags, so it gives this.
pub type Read = fn(arguments: &[String], of: &Subject<'_>) -> Result<Ask, String>;

/// What arguments are read for.
pub struct Subject<'s> {
    pub dialect: &'static Dialect,
    /// What the word `chart` means.
    pub chart: &'s Path,
    /// Where other files stand.
    pub folder: &'s Path,
    pub limits: &'s Limits,
}

/// What came of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    #[default]
    Passes,
    /// Never empty.
    Fails(Vec<Failure>),
    Undecided(Unsure),
}

/// A difference, and the version that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub helm: String,
    /// Whose answer it is that differs: ours, or that of real Helm (`--oracle helm`).
    pub by: Program,
    pub difference: Difference,
}

/// Why it cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsure {
    pub id: &'static str,
    pub why: String,
    pub place: Place,
    pub help: Option<String>,
}

/// A case, judged.
#[derive(Debug, Default)]
pub struct Checked {
    pub verdict: Verdict,
    /// Files that were written.
    pub updated: Vec<String>,
    /// What is wrong with the case itself.
    pub refusals: Vec<Refusal>,
    pub secrets: Secrets,
    /// What it reaches of the chart that is tested, where that was asked.
    pub coverage: Coverage,
}

/// The clock of every case stands at the beginning of 2024, in UTC.
pub const CLOCK: i64 = 1_704_067_200;
/// What all randomness of a case follows from.
pub const SEED: u64 = 0;

/// A world in which everything random is another, and the clock says something else.
fn elsewhere() -> World {
    World::seeded(SEED + 1, CLOCK + 123_456_789)
}

/// What one version answers.
struct Seen {
    oracle: Oracle,
    ask: Ask,
    expected: Expected,
    answer: Result<Answer, Refusal>,
    /// What real Helm answers, or why that is not known; where it was asked.
    theirs: Option<Result<Answer, String>>,
}

/// Judges one case, and brings its files up to date where that is asked. `answers` are the expected outputs of all cases of
/// the suite.
pub fn check(job: &Job, suite: &Suite, found: &Found, answers: &[Vec<u8>], stack: Stack) -> Checked {
    let mut refusals = Vec::new();
    let mut seen = Vec::new();
    for (n, oracle) in oracles(job, found).into_iter().enumerate() {
        match see(job, found, oracle, n == 0, stack) {
            Ok(one) => seen.push(one),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if !found.is_unproven && !job.update {
        seen.iter().for_each(|one| refusals.extend(not_yaml(job, one)));
    }
    refusals.dedup();
    let mut checked = Checked { refusals, ..Checked::default() };
    if !checked.refusals.is_empty() {
        return checked;
    }
    if job.update {
        match updated(found, &seen) {
            Ok(Ok(files)) => checked.updated = files,
            Ok(Err(verdict)) => checked.verdict = verdict,
            Err(refusal) => checked.refusals.push(refusal),
        }
    } else {
        checked.verdict = judge(job, found, answers, &seen);
    }
    if let Verdict::Fails(failures) = &mut checked.verdict {
        let secrets = secrets(found, &seen, &suite.chart, stack);
        failures.iter_mut().for_each(|failure| failure.difference.without_secrets(&secrets));
        checked.secrets = secrets;
    }
    if job.coverage && same_file(&found.chart, &suite.path) {
        for Seen { ask, .. } in &seen {
            let world = World::seeded(SEED, CLOCK);
            checked.coverage.add(Coverage::of(ask, &found.chart, &suite.chart, &world, stack));
        }
    }
    checked
}

fn oracles(job: &Job, found: &Found) -> Vec<Oracle> {
    if found.case.oracles.is_empty() { vec![Oracle::ours(job.dialect)] } else { found.case.oracles.clone() }
}

fn see(job: &Job, found: &Found, oracle: Oracle, is_main: bool, stack: Stack) -> Result<Seen, Refusal> {
    let of = Subject { dialect: oracle.dialect, chart: &found.chart, folder: &found.folder, limits: &job.limits };
    let ask =
        (job.read)(&found.arguments(), &of).map_err(|words| Refusal::new(Kind::Usage, words).at(found.place()))?;
    let expected = Expected::read(&found.folder, &found.case, &oracle.version, is_main)?;
    let masked = |answer| in_order(&found.case.unordered, as_seen_from(&found.folder, &found.chart, answer));
    let answer = ask.answer(&found.chart, &World::seeded(SEED, CLOCK), stack).map(masked);
    let theirs = job.helm.as_ref().map(|helm| {
        let again = ask.answer(&found.chart, &elsewhere(), stack).map(masked);
        if again != answer {
            return Err("its text is random, or depends on the clock: real Helm cannot repeat it".into());
        }
        helm.answer(found, &oracle).map(masked)
    });
    Ok(Seen { oracle, ask, expected, answer, theirs })
}

/// An answer whose errors name no paths of this machine: files beside case.yaml by their names, the chart below `{WORK}`.
pub fn as_seen_from(folder: &Path, chart: &Path, answer: Answer) -> Answer {
    let chart = chart.as_os_str().as_encoded_bytes();
    let beside = [folder.as_os_str().as_encoded_bytes(), b"/"].concat();
    let stderr = replaced(&answer.stderr, chart, b"{WORK}/chart");
    Answer { stderr: replaced(&stderr, &beside, b""), ..answer }
}

/// An answer whose unordered streams have sorted lines.
fn in_order(unordered: &[Stream], mut answer: Answer) -> Answer {
    for stream in unordered {
        let text = match stream {
            Stream::Stdout => &mut answer.stdout,
            Stream::Stderr => &mut answer.stderr,
        };
        let mut lines: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
        lines.sort_unstable();
        *text = lines.concat();
    }
    answer
}

fn replaced(text: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(text, what) {
        out.extend_from_slice(text.get(from..at).unwrap_or_default());
        out.extend_from_slice(with);
        from = at + what.len();
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default());
    out
}

/// An expected output that Helm cannot have printed.
fn not_yaml(job: &Job, seen: &Seen) -> Vec<Refusal> {
    let arena = Bump::new();
    let (_, broken) = documents(&seen.expected.answer.stdout, &arena, &job.limits);
    let file = seen.expected.stdout_file.to_string_lossy();
    let refusal = |b: super::documents::Broken| {
        Refusal::new(Kind::Usage, format!("is not YAML: {}", b.message)).at(Place::at(&*file, b.line, 1))
    };
    broken.into_iter().map(refusal).collect()
}

fn judge(job: &Job, found: &Found, answers: &[Vec<u8>], seen: &[Seen]) -> Verdict {
    if found.is_unproven {
        return Verdict::Undecided(Unsure {
            id: "golden-unproven",
            why: "nobody has said what is to come of it".into(),
            place: found.place(),
            help: Some("read what it renders, and keep it: plimsoll test --update".into()),
        });
    }
    let mut failures: Vec<Failure> = Vec::new();
    let mut unsure = None;
    let mut failed = |oracle: &Oracle, by, differences: Vec<Difference>| {
        for difference in differences {
            if !failures.iter().any(|known| known.difference == difference) {
                failures.push(Failure { helm: oracle.version.clone(), by, difference });
            }
        }
    };
    for Seen { oracle, expected, answer, theirs, .. } in seen {
        match answer {
            Ok(answer) => {
                let present = absent::present(&found.case.absent, answer, &found.place());
                failed(oracle, Program::Plimsoll, present);
                failed(oracle, Program::Plimsoll, compare(expected, answer, &job.limits));
            }
            Err(refusal) => unsure = Some(undecided(found, refusal)),
        }
        match theirs {
            Some(Ok(answer)) => failed(oracle, Program::Helm, compare(expected, answer, &job.limits)),
            Some(Err(words)) => unsure = Some(not_asked(found, words.clone())),
            None => {}
        }
    }
    if !failures.is_empty() {
        return Verdict::Fails(failures);
    }
    let unsure = unsure.or_else(|| notes_not_asked(found, seen)).or_else(|| asserts_nothing(found, answers));
    unsure.map_or(Verdict::Passes, Verdict::Undecided)
}

/// Ours to refuse: Helm would have said something else.
fn undecided(found: &Found, refusal: &Refusal) -> Unsure {
    Unsure {
        id: refusal.kind.id(),
        why: refusal.message.clone(),
        place: refusal.place.clone().unwrap_or_else(|| found.place()),
        help: refusal.help.clone(),
    }
}

fn not_asked(found: &Found, why: String) -> Unsure {
    Unsure { id: "golden-oracle", why, place: found.place(), help: None }
}

/// NOTES are the same for all versions; one Helm must have confirmed them.
fn notes_not_asked(found: &Found, seen: &[Seen]) -> Option<Unsure> {
    let expects = seen.iter().any(|one| one.expected.answer.notes.is_some());
    let theirs = |one: &Seen| one.theirs.as_ref().and_then(|t| t.as_ref().ok()).and_then(|a| a.notes.clone());
    let asked = seen.iter().any(|one| one.theirs.is_some());
    let why = "no Helm could be asked for its NOTES: Helm 3 tells none without a cluster";
    (asked && expects && !seen.iter().any(|one| theirs(one).is_some())).then(|| not_asked(found, why.into()))
}

/// Brings the files of a case up to date: by real Helm where that was asked, else by ours. The verdict is that of a case
/// of which nothing was written: what is refused unexpectedly, or undecided, or shows what must be absent, is no answer to
/// keep.
fn updated(found: &Found, seen: &[Seen]) -> Result<Result<Vec<String>, Verdict>, Refusal> {
    let mut failures = Vec::new();
    let mut answers = Vec::new();
    for Seen { oracle, expected, answer, theirs, .. } in seen {
        let (program, answer) = match (theirs, answer) {
            (_, Err(refusal)) => return Ok(Err(Verdict::Undecided(undecided(found, refusal)))),
            (Some(Err(words)), _) => return Ok(Err(Verdict::Undecided(not_asked(found, words.clone())))),
            (Some(Ok(answer)), _) => (Program::Helm, answer),
            (None, Ok(answer)) => (Program::Plimsoll, answer),
        };
        let mut differences = absent::present(&found.case.absent, answer, &found.place());
        differences.extend(unexpected(expected, answer));
        failures.extend(differences.into_iter().map(|difference| Failure {
            helm: oracle.version.clone(),
            by: program,
            difference,
        }));
        answers.push((Oracle { program, ..oracle.clone() }, answer));
    }
    if failures.is_empty() { update(found, &answers).map(Ok) } else { Ok(Err(Verdict::Fails(failures))) }
}

/// A text that is absent by a slip of the pen is absent everywhere.
fn asserts_nothing(found: &Found, answers: &[Vec<u8>]) -> Option<Unsure> {
    if found.case.absent.is_empty() {
        return None;
    }
    let arguments = found.arguments();
    let mut texts: Vec<Vec<u8>> = vec![arguments.join(" ").into_bytes()];
    texts.extend(arguments.iter().filter_map(|name| bytes(&found.folder.join(name)).ok().flatten()));
    let texts: Vec<&[u8]> = texts.iter().chain(answers).map(Vec::as_slice).collect();
    absent::unfounded(&found.case.absent, &texts).map(|text| Unsure {
        id: "golden-absent",
        why: format!("{text:?} is absent from every answer and from the values of the case: it asserts nothing"),
        place: found.place(),
        help: Some("name a text that the values give, or that another case shows".into()),
    })
}

fn secrets(found: &Found, seen: &[Seen], chart: &str, stack: Stack) -> Secrets {
    let mut collected = Collected::default();
    for one in seen {
        one.ask.secrets(&found.chart, &World::seeded(SEED, CLOCK), stack, &mut collected);
        one.ask.secrets_of(&one.expected.answer.stdout, &mut collected);
    }
    collected.name(chart);
    collected.into_secrets()
}
