//! Whole charts, at test time and never committed: `helm create` scaffolds of both Helms under several flags, and every
//! chart in both Helms' own testdata, which `scripts/oracles` leaves in the Go module cache. Each is rendered by
//! real Helm and by us, in both dialects, with its default values and with each of its `ci/*values.yaml`; stdout, stderr and exit
//! code must agree byte for byte.
//!
//! By hand, `PLIMSOLL_CHARTS=dir[:dir] cargo test --test helm_charts` does the same to any folders of charts, and prints a table.

#[path = "common/process.rs"]
mod support;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Answer, DEFAULT, OTHER};

/// How often Helm is asked again where we differ from it: what two of its answers don't share is chance.
const REPEATS: usize = 4;

/// One chart and the further arguments of each of its cases.
struct Subject {
    name: String,
    /// A chart folder or a .tgz.
    path: PathBuf,
    cases: Vec<Vec<String>>,
}

/// What came of one chart in one dialect.
#[derive(Default)]
struct Outcome {
    cases: usize,
    /// Cases that Helm renders, the others it refuses.
    rendered: usize,
    /// Cases in which Helm itself does not answer twice the same.
    masked: usize,
    /// Where Helm itself ends in a panic.
    crashed: usize,
    differences: Vec<String>,
}

#[test]
fn whole_charts_are_what_helm_answers() {
    for version in [DEFAULT, OTHER] {
        let helm = support::helm(version);
        assert!(helm.exists(), "{} is missing: run scripts/oracles", helm.display());
    }
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let by_hand = std::env::var("PLIMSOLL_CHARTS").unwrap_or_default();
    let subjects = match by_hand.is_empty() {
        true => [scaffolds(scratch.path()), testdata()].into_iter().flatten().collect(),
        false => distinct(by_hand.split(':').flat_map(|folder| charts_under(Path::new(folder), Descend::No))),
    };
    let outcomes = support::parallel(&subjects, |subject| [DEFAULT, OTHER].map(|version| compare(subject, version)));
    report(&subjects, &outcomes, !by_hand.is_empty());
    let failures: usize = outcomes.iter().flatten().map(|outcome| outcome.differences.len()).sum();
    assert!(failures == 0, "{failures} renders of whole charts differ from Helm");
}

fn report(subjects: &[Subject], outcomes: &[[Outcome; 2]], table: bool) {
    for (subject, outcomes) in subjects.iter().zip(outcomes) {
        for difference in outcomes.iter().flat_map(|outcome| &outcome.differences) {
            println!("{}: {difference}", subject.name);
        }
    }
    if table {
        println!("{:>6} {:>7} {:>9} {:>7} {:>7}  chart", "Helm", "cases", "rendered", "masked", "differ");
        for (subject, outcomes) in subjects.iter().zip(outcomes) {
            for (version, o) in [DEFAULT, OTHER].iter().zip(outcomes) {
                let (name, differ) = (&subject.name, o.differences.len());
                println!("{version:>6} {:>7} {:>9} {:>7} {differ:>7}  {name}", o.cases, o.rendered, o.masked);
            }
        }
    }
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().flatten().map(of).sum::<usize>();
    support::count_line(&format!(
        "charts: {} charts, {} renders ({} that Helm accepts, {} masked for chance, {} where Helm crashes), {} differ",
        subjects.len(),
        sum(|o| o.cases),
        sum(|o| o.rendered),
        sum(|o| o.masked),
        sum(|o| o.crashed),
        sum(|o| o.differences.len()),
    ));
}

/// `helm create` of both versions, and flags that walk through the branches of what it makes.
fn scaffolds(scratch: &Path) -> Vec<Subject> {
    let variations: [&[&str]; 10] = [
        &[],
        &[
            "--set",
            "ingress.enabled=true,ingress.className=nginx,ingress.tls[0].secretName=s,ingress.tls[0].hosts={a.example}",
        ],
        &["--set", "autoscaling.enabled=true,autoscaling.targetMemoryUtilizationPercentage=70"],
        &["--set", "httpRoute.enabled=true"],
        &["--set", "serviceAccount.create=false,fullnameOverride=full,nameOverride=n", "-n", "other"],
        &[
            "--set-json",
            r#"resources={"limits":{"cpu":"1"}},nodeSelector={"a":"b"},tolerations=[{"key":"k"}],podAnnotations={"x":"y"}"#,
        ],
        &["--set", "replicaCount=null,image.tag=1.2,service.port=80x", "--is-upgrade"],
        &["--skip-tests", "--no-hooks", "--kube-version", "1.25"],
        &["--show-only", "templates/service.yaml", "--show-only", "templates/tests/test-connection.yaml"],
        &[
            "--set",
            "affinity.nodeAffinity={a},volumes[0].name=v,volumeMounts[0].name=v,imagePullSecrets[0].name=p",
            "--debug=false",
        ],
    ];
    let mut subjects = Vec::new();
    for version in [DEFAULT, OTHER] {
        for name in ["scaffold", "with-dash-9"] {
            let folder = scratch.join(version);
            fs::create_dir_all(&folder).expect("a scratch folder");
            let mut create = support::command(&support::helm(version), &folder, scratch);
            create.args(["create", name]);
            let answer = support::run(create, b"");
            assert_eq!(answer.exit, Some(0), "helm {version} create: {}", String::from_utf8_lossy(&answer.stderr));
            let cases = variations.iter().map(|flags| flags.iter().map(|&flag| flag.to_owned()).collect()).collect();
            subjects.push(Subject { name: format!("helm {version} create {name}"), path: folder.join(name), cases });
        }
    }
    subjects
}

/// Every chart in the testdata of both Helm modules, each distinct one once.
fn testdata() -> Vec<Subject> {
    let go = Command::new("go").args(["env", "GOMODCACHE"]).output().expect("go is needed to find Helm's own charts");
    let modules = PathBuf::from(String::from_utf8_lossy(&go.stdout).trim()).join("helm.sh/helm");
    let mut subjects = Vec::new();
    for version in [DEFAULT, OTHER] {
        let module = modules.join(format!("v{}@v{version}", &version[..1]));
        assert!(module.exists(), "{} is missing: run scripts/oracles", module.display());
        subjects.extend(charts_under(&module, Descend::IntoCharts));
    }
    let subjects = distinct(subjects.into_iter());
    assert!(subjects.len() > 100, "only {} charts in Helm's testdata", subjects.len());
    subjects
}

#[derive(Clone, Copy, PartialEq)]
enum Descend {
    /// Charts inside charts are subjects too.
    IntoCharts,
    No,
}

/// Every folder with a Chart.yaml and every .tgz below a folder.
fn charts_under(root: &Path, descend: Descend) -> Vec<Subject> {
    fn walk(root: &Path, folder: &Path, descend: Descend, found: &mut Vec<Subject>) {
        let is_chart = folder.join("Chart.yaml").is_file();
        if is_chart {
            found.push(subject(root, folder));
        }
        if is_chart && descend == Descend::No {
            return;
        }
        let mut entries: Vec<PathBuf> =
            fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() && !path.is_symlink() {
                walk(root, &path, descend, found);
            } else if path.extension().is_some_and(|e| e == "tgz") {
                found.push(subject(root, &path));
            }
        }
    }
    let mut found = Vec::new();
    walk(root, root, descend, &mut found);
    found
}

fn subject(root: &Path, path: &Path) -> Subject {
    let mut values: Vec<String> = fs::read_dir(path.join("ci"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with("values.yaml"))
        .collect();
    values.sort();
    let mut cases = vec![Vec::new()];
    cases.extend(values.into_iter().map(|name| vec!["-f".to_owned(), format!("chart/ci/{name}")]));
    let name = path.strip_prefix(root.parent().unwrap_or(root)).unwrap_or(path).to_string_lossy().into_owned();
    Subject { name, path: path.to_owned(), cases }
}

/// Leaves out charts that are a copy of an earlier one: the two modules share most of their testdata.
fn distinct(subjects: impl Iterator<Item = Subject>) -> Vec<Subject> {
    let mut seen = HashSet::new();
    subjects
        .filter(|subject| {
            seen.insert(match subject.path.is_dir() {
                true => support::files_under(&subject.path),
                false => vec![(String::new(), fs::read(&subject.path).unwrap_or_default())],
            })
        })
        .collect()
}

/// All cases of one chart in one dialect.
fn compare(subject: &Subject, version: &str) -> Outcome {
    let temp = tempfile::Builder::new().prefix("plimsoll-charts-").tempdir().expect("a temporary folder");
    let home = temp.path().canonicalize().expect("its real path");
    let work = home.join("work");
    fs::create_dir_all(&work).expect("a work folder");
    let chart = match subject.path.is_dir() {
        true => {
            support::copy_folder(&subject.path, &work.join("chart")).expect("the chart can be copied");
            "chart"
        }
        false => {
            fs::copy(&subject.path, work.join("chart.tgz")).expect("the archive can be copied");
            "chart.tgz"
        }
    };
    let ask = |mut command: Command, flags: &[String]| {
        command.args(["rel", chart]).args(flags);
        let mut answer = support::run(command, b"");
        for stream in [&mut answer.stdout, &mut answer.stderr] {
            *stream = support::mask(stream, &work, "{WORK}");
        }
        answer
    };
    let mut outcome = Outcome::default();
    for flags in &subject.cases {
        let helm = ask(support::theirs(version, &work, &home), flags);
        let ours = ask(support::ours(version, &work, &home), flags);
        outcome.cases += 1;
        outcome.rendered += usize::from(helm.exit == Some(0));
        if helm == ours {
            continue;
        }
        if helm.exit == Some(2) && helm.stderr.windows(7).any(|w| w == b"panic: ") {
            // Helm itself crashed: nothing to be equal to, but a refusal is owed.
            outcome.crashed += 1;
            if ours.exit != Some(1) || !ours.stdout.is_empty() {
                outcome.differences.push(format!("helm {version} {} crashes, and we do not refuse", flags.join(" ")));
            }
            continue;
        }
        let mut all = vec![helm];
        all.extend((0..REPEATS).map(|_| ask(support::theirs(version, &work, &home), flags)));
        let chance = all.iter().any(|answer| *answer != all[0]);
        outcome.masked += usize::from(chance);
        if all.contains(&ours) {
            continue;
        }
        let ours = without_chance(&all, &ours);
        let difference = support::difference(&without_chance(&all, &all[0]), &ours);
        if !difference.is_empty() {
            outcome.differences.push(format!("helm {version} {}\n{difference}", flags.join(" ")));
        }
    }
    outcome
}

/// An answer without the lines on which Helm's own answers differ; where even their number differs, without their order.
fn without_chance(all: &[Answer], answer: &Answer) -> Answer {
    let stream = |of: fn(&Answer) -> &Vec<u8>| -> Vec<u8> {
        let lines = |answer: &Answer| -> Vec<Vec<u8>> {
            of(answer).split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect()
        };
        let helms: Vec<Vec<Vec<u8>>> = all.iter().map(lines).collect();
        let mut own = lines(answer);
        let sorted = |mut lines: Vec<Vec<u8>>| {
            lines.sort();
            lines
        };
        if helms.iter().all(|lines| *lines == helms[0]) {
            return of(answer).clone();
        }
        if helms.iter().all(|lines| sorted(lines.clone()) == sorted(helms[0].clone())) {
            return sorted(own).concat();
        }
        for (index, line) in own.iter_mut().enumerate() {
            if helms.iter().any(|lines| lines.get(index) != helms[0].get(index)) {
                *line = b"(chance)\n".to_vec();
            }
        }
        own.concat()
    };
    Answer { exit: answer.exit, stdout: stream(|a| &a.stdout), stderr: stream(|a| &a.stderr) }
}
