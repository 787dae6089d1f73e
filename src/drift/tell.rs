//! Differences as a report holds them: one finding a document, with the axes in its words.

use std::collections::BTreeSet;
use std::path::Path;

use super::explain::Between;
use super::outcome::{Asked, Output, Printed, outcome};
use crate::diagnostic::{Kind, Place, Refusal, Severity};
use crate::dialect::Dialect;
use crate::dialect::axes::Axis;
use crate::limits::Stack;
use crate::lint::{Case, Collected, Names, cases};
use crate::report::{CaseReport, ChartReport, Entry, Unsure};

/// The id of every finding here.
pub const ID: &str = "drift";

/// More of a line says no more.
const SHOWN: usize = 100;

/// More values paths than this are no answer.
const PATHS: usize = 5;

/// What is compared.
pub struct Question<'q> {
    pub job: &'q crate::lint::Job,
    /// `--kube-version`, as it was written.
    pub kube_version: Option<&'q str>,
    /// From which row to which.
    pub pairs: &'q [(&'static Dialect, &'static Dialect)],
}

/// What came of one chart.
#[derive(Default)]
pub struct Drifted {
    pub report: ChartReport,
    pub secrets: Collected,
    pub unreadable: Option<Refusal>,
}

/// Compares one chart in all its cases. `name` is what the user called it.
pub fn drift(question: &Question<'_>, name: &str, stack: Stack) -> Drifted {
    let mut drifted =
        Drifted { report: ChartReport { chart: name.into(), ..ChartReport::default() }, ..Drifted::default() };
    let path = match crate::chart::locate(name) {
        Ok(path) => path,
        Err(refusal) => {
            drifted.unreadable = Some(refusal);
            return drifted;
        }
    };
    for case in cases(&path, question.job.given.as_ref(), &question.job.patterns) {
        for (from, to) in question.pairs {
            if let Err(refusal) = compare(question, &path, &case, from, to, stack, &mut drifted) {
                drifted.unreadable = Some(refusal);
                return drifted;
            }
        }
    }
    drifted
}

/// One case by one pair of rows. The error is about the input: no Helm would read it.
fn compare(
    question: &Question<'_>,
    path: &Path,
    case: &Case,
    from: &'static Dialect,
    to: &'static Dialect,
    stack: Stack,
    drifted: &mut Drifted,
) -> Result<(), Refusal> {
    let job = question.job;
    let world = crate::world::World::seeded(0, job.now);
    let asked = Asked {
        chart: path,
        options: &job.options,
        overrides: &case.overrides,
        release: &job.release,
        kube_version: question.kube_version,
        api_versions: &job.api_versions,
        limits: &job.limits,
        world: &world,
    };
    let shown = format!("{} (Helm {} to {})", case.name, from.version, to.version);
    let one = outcome(&asked, from, stack, true, &mut drifted.secrets);
    let other = outcome(&asked, to, stack, false, &mut drifted.secrets);
    let names = Names::new(&drifted.report.chart, &root_of(&one, &other));
    let mut teller =
        Teller { names, case: shown.clone(), from, to, between: Between::new(&asked, from, to, stack), drifted };
    let documents = other.as_ref().ok().map(|output| output.documents.len());
    for refusal in [one.as_ref().err(), other.as_ref().err()].into_iter().flatten() {
        match refusal.kind {
            Kind::Unreadable | Kind::Usage | Kind::NeedsCluster => return Err(refusal.clone()),
            Kind::Undecided | Kind::Limit | Kind::ChartEscapes => teller.could_not_tell(refusal),
            _ => {}
        }
    }
    let is_told = |refusal: &Refusal| matches!(refusal.kind, Kind::Undecided | Kind::Limit | Kind::ChartEscapes);
    match (&one, &other) {
        (Ok(one), Ok(other)) if one.text != other.text => teller.outputs(one, other),
        (Ok(_), Err(refusal)) if !is_told(refusal) => teller.refusal(refusal, true),
        (Err(refusal), Ok(_)) if !is_told(refusal) => teller.refusal(refusal, false),
        // The same output, or two refusals: nothing is deployed either way.
        _ => {}
    }
    drifted.report.cases.push(CaseReport {
        name: shown,
        helm: format!("{} to {}", from.version, to.version),
        documents,
        ..CaseReport::default()
    });
    Ok(())
}

/// The root chart's name among its files.
fn root_of(one: &Result<Output, Refusal>, other: &Result<Output, Refusal>) -> String {
    let template = [one, other].into_iter().flatten().find_map(|output| output.documents.first());
    template.and_then(|d| d.template.split('/').next()).unwrap_or_default().to_string()
}

struct Teller<'t, 'd> {
    names: Names,
    case: String,
    from: &'static Dialect,
    to: &'static Dialect,
    between: Between<'t>,
    drifted: &'d mut Drifted,
}

impl Teller<'_, '_> {
    fn outputs(&mut self, one: &Output, other: &Output) {
        for document in &one.documents {
            match other.find(&document.title, document.occurrence) {
                Some(same) if same.content == document.content => {}
                Some(changed) => self.changed(one, other, document, changed),
                None => self.only_one(document, one, other, "prints no such document"),
            }
        }
        for document in &other.documents {
            if one.find(&document.title, document.occurrence).is_none() {
                self.only_one(document, other, other, "prints one more document");
            }
        }
        let order = |output: &Output, of: &Output| -> Vec<(String, usize)> {
            let known = output.documents.iter().filter(|d| of.find(&d.title, d.occurrence).is_some());
            known.map(|d| (d.title.clone(), d.occurrence)).collect()
        };
        let (before, after) = (order(one, other), order(other, one));
        if before != after {
            let axes = self.between.axes_for(|got| got.as_ref().is_ok_and(|got| order(got, one) == after));
            let first = before.iter().zip(&after).find(|(a, b)| a != b).map(|(a, b)| (a.0.clone(), b.0.clone()));
            let (a, b) = first.unwrap_or_default();
            let words = format!("prints its documents in another order: {b} stands where {a} stood");
            self.told("order of documents".into(), &words, None, Vec::new(), axes);
        }
    }

    fn changed(&mut self, one: &Output, other: &Output, before: &Printed, after: &Printed) {
        let axes = self.between.axes_for(|got| {
            let got = got.as_ref().ok().and_then(|got| got.find(&after.title, after.occurrence));
            got.is_some_and(|got| got.content == after.content)
        });
        let (line, words) = first_difference(before, after);
        let origin = one.lines.in_file(&before.template, before.lines_before + line);
        let place = origin.map_or_else(|| Place::file(&*before.template), |origin| origin.inner.clone());
        let words = format!("prints {} differently: {words}", before.title);
        self.told(before.title.clone(), &words, Some(place), self.values(one, other, axes.as_deref()), axes);
    }

    fn only_one(&mut self, document: &Printed, of: &Output, to: &Output, what: &str) {
        let is_there = to.find(&document.title, document.occurrence).is_some();
        let axes = self.between.axes_for(|got| {
            let found = got.as_ref().map(|got| got.find(&document.title, document.occurrence).is_some());
            found.is_ok_and(|found| found == is_there)
        });
        let origin = of.lines.in_file(&document.template, document.lines_before + 1);
        let place = origin.map_or_else(|| Place::file(&*document.template), |origin| origin.outer.clone());
        let words = format!("{what}: {}", document.title);
        self.told(document.title.clone(), &words, Some(place), Vec::new(), axes);
    }

    /// One of the two refuses. `newer`: the second.
    fn refusal(&mut self, refusal: &Refusal, newer: bool) {
        let axes = self.between.axes_for(|got| match got {
            Err(got) => newer && got.kind == refusal.kind,
            Ok(_) => !newer,
        });
        let first = refusal.message.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
        let words = match newer {
            true => format!("refuses what Helm {} renders: {first}", self.from.version),
            false => format!("renders what Helm {} refuses: {first}", self.from.version),
        };
        let place = refusal.place.clone();
        self.told(format!("chart {}", self.drifted.report.chart), &words, place, Vec::new(), axes);
    }

    /// Paths of values that the two coalesce differently, where that is the reason.
    fn values(&self, one: &Output, other: &Output, axes: Option<&[&'static Axis]>) -> Vec<String> {
        let by_values =
            axes.is_some_and(|axes| axes.iter().any(|axis| ["null rule", "values files"].contains(&axis.name)));
        if !by_values {
            return Vec::new();
        }
        let (a, b): (BTreeSet<_>, BTreeSet<_>) = (one.values.iter().collect(), other.values.iter().collect());
        let paths: BTreeSet<&String> = a.symmetric_difference(&b).map(|(path, _)| path).collect();
        paths.into_iter().take(PATHS).cloned().collect()
    }

    fn told(
        &mut self,
        subject: String,
        words: &str,
        place: Option<Place>,
        values: Vec<String>,
        axes: Option<Vec<&'static Axis>>,
    ) {
        let Some(axes) = axes else {
            let why =
                format!("Helm {} {words}; no difference between the Helms that is known explains it", self.to.version);
            let place = place.map(|p| self.names.place(&p));
            let cases = vec![self.case.clone()];
            return self.drifted.report.undecided.push(Unsure { rule: ID.into(), subject, why, place, cases });
        };
        let why: Vec<&str> = axes.iter().map(|axis| axis.name).collect();
        let about: Vec<String> = axes.iter().map(|axis| format!("{}: {}", axis.name, axis.about)).collect();
        let place = place.map(|p| self.names.place(&p));
        let entry = Entry {
            rule: ID.into(),
            summary: "two versions of Helm make different things of a chart".into(),
            severity: Severity::Warning,
            message: format!("Helm {} {words} (by {})", self.to.version, why.join(", ")),
            subject,
            source: place.as_ref().and_then(|p| self.names.source(p)),
            place,
            output_line: None,
            values: values.into_iter().map(|path| (path, None)).collect(),
            also: Vec::new(),
            help: Some(about.join("; ")),
            fix: Vec::new(),
            cases: vec![self.case.clone()],
        };
        self.drifted.report.findings.push(entry);
    }

    fn could_not_tell(&mut self, refusal: &Refusal) {
        self.drifted.report.undecided.push(Unsure {
            rule: refusal.kind.id().into(),
            subject: format!("chart {}", self.drifted.report.chart),
            why: refusal.message.clone(),
            place: refusal.place.as_ref().map(|p| self.names.place(p)),
            cases: vec![self.case.clone()],
        });
    }
}

/// The first line, from 1, in which two documents differ, and both versions of it. What a Secret holds is not shown.
fn first_difference(before: &Printed, after: &Printed) -> (u32, String) {
    let lines = |text: &[u8]| String::from_utf8_lossy(text).split('\n').map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (lines(&before.content), lines(&after.content));
    let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
    if before.title.starts_with("Secret ") {
        return (number, format!("from line {number} on"));
    }
    let show = |line: Option<&String>| match line {
        None => "nothing".to_owned(),
        Some(line) => {
            let cut: String = line.chars().take(SHOWN).collect();
            format!("{cut:?}")
        }
    };
    (number, format!("line {number} is {} and was {}", show(b.get(at)), show(a.get(at))))
}
