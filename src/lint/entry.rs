//! From what a rule, a schema or a refusal says to what a report holds: places that can be opened, texts that own themselves.

use super::names::Names;
use super::origins::Origins;
use crate::diagnostic::{Kind, Place, Refusal, Severity};
use crate::manifest::{Broken, BrokenKind, Path, Step};
use crate::report::{Entry, Unsure};
use crate::rules::{Facts, Finding, Reason, Rule, Spot, Subject};
use crate::schema::Violation;
use crate::value::position;

/// An entry with the least that one has.
fn bare(rule: &str, severity: Severity, message: String, subject: String, case: &str) -> Entry {
    Entry {
        rule: rule.into(),
        summary: String::new(),
        severity,
        message,
        subject,
        place: None,
        source: None,
        output_line: None,
        values: Vec::new(),
        also: Vec::new(),
        help: None,
        fix: Vec::new(),
        cases: vec![case.to_string()],
    }
}

/// What is needed to place something: the case at hand, and what is known about its files.
pub struct Context<'c, 'f> {
    pub facts: &'c Facts<'f>,
    pub origins: &'c Origins<'f>,
    pub names: &'c Names,
    /// The name of the case.
    pub case: &'c str,
}

/// What a rule has found; the values by which it can be changed only where the rule itself names them.
pub fn finding(context: &Context<'_, '_>, rule: &Rule, subject: &Subject, finding: &Finding) -> Entry {
    let Context { facts, origins, names, case } = *context;
    let severity = finding.severity.unwrap_or(rule.severity);
    let (place, output_line) = spot(&finding.at, facts, origins, names);
    let source = place.as_ref().and_then(|p| names.source(p));
    let values = finding.values.iter().map(|path| (path.to_string(), values_place(path, facts, names)));
    let also = finding.also.iter().filter_map(|(at, label)| Some((spot(at, facts, origins, names).0?, label.clone())));
    Entry {
        summary: rule.summary.into(),
        place,
        source,
        output_line,
        values: values.collect(),
        also: also.collect(),
        help: finding.help.clone(),
        fix: finding.fix.iter().flat_map(|fix| &fix.ops).map(ToString::to_string).collect(),
        ..bare(rule.id, severity, finding.message.clone(), subject.to_string(), case)
    }
}

/// The values behind the field that a finding stands at, where the rule names none. They are found by rendering.
pub fn values_behind(context: &Context<'_, '_>, finding: &Finding) -> Vec<(String, Option<Place>)> {
    let Context { facts, origins, names, .. } = *context;
    let (true, Spot::Field { doc, path, .. }) = (finding.values.is_empty(), &finding.at) else { return Vec::new() };
    let Some(document) = facts.document(*doc) else { return Vec::new() };
    let behind = origins.values(document, path).into_iter();
    behind.map(|path| (path.to_string(), tokens_place(&path.0, facts, names))).collect()
}

/// What a rule could not tell.
pub fn unsure(context: &Context<'_, '_>, rule: &Rule, subject: &Subject, reason: &Reason) -> Unsure {
    let Context { facts, origins, names, case } = *context;
    let place = Some(&reason.at).filter(|at| **at != Spot::Chart).and_then(|at| spot(at, facts, origins, names).0);
    let why = reason.why.clone();
    Unsure { rule: rule.id.into(), subject: subject.to_string(), why, place, cases: vec![case.to_string()] }
}

/// The place of a spot, and the line of the output where it is one of a document.
fn spot(spot: &Spot, facts: &Facts<'_>, origins: &Origins<'_>, names: &Names) -> (Option<Place>, Option<u32>) {
    match spot {
        Spot::Chart => (Some(Place::file(names.file(&format!("{}/Chart.yaml", facts.bound.root().path)))), None),
        Spot::File(place) => (Some(names.place(place)), None),
        Spot::Values(path) => {
            let place = values_place(path, facts, names);
            let place =
                place.unwrap_or_else(|| Place::file(names.file(&format!("{}/values.yaml", facts.bound.root().path))));
            (Some(Place { path: Some(path.to_string()), ..place }), None)
        }
        Spot::Field { doc, path, line, .. } => {
            let Some(document) = facts.document(*doc) else {
                let beside = facts.beside.documents.iter().find(|d| d.id == *doc);
                return (beside.map(|d| Place::at(d.template, d.line_in_file(*line), 0)), None);
            };
            let field = format!("{}: {path}", facts.subject(document));
            let written = origins.template(document, *line);
            let place = written.map_or_else(|| Place::file(names.file(document.template)), |place| names.place(&place));
            (Some(Place { path: Some(field), ..place }), Some(*line))
        }
    }
}

/// Where a value of the root chart was written, or the nearest one above it.
fn values_place(path: &Path, facts: &Facts<'_>, names: &Names) -> Option<Place> {
    let tokens: Vec<String> = path
        .0
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    tokens_place(&tokens, facts, names)
}

fn tokens_place(tokens: &[String], facts: &Facts<'_>, names: &Names) -> Option<Place> {
    let pos = position(facts.bound.root().values, tokens).0?;
    facts.sources.place(pos).map(|place| names.place(&place))
}

/// What a schema refuses.
pub fn violation(violation: &Violation, place: Option<&Place>, names: &Names, case: &str) -> Entry {
    let path = dotted(&violation.path);
    // A schema may name the rule that says the same; what it calls otherwise is its own affair.
    let rule = violation.rule.as_deref().and_then(crate::rules::find);
    let place = place.map(|p| names.place(p));
    let message = if path.is_empty() { violation.message.clone() } else { format!("{path} {}", violation.message) };
    Entry {
        summary: rule.map_or("values.schema.json refuses the values", |r| r.summary).into(),
        source: place.as_ref().and_then(|p| names.source(p)),
        values: if path.is_empty() { Vec::new() } else { vec![(path.clone(), place.clone())] },
        place: place.map(|p| Place { path: Some(path.clone()).filter(|p| !p.is_empty()), ..p }),
        help: violation.help.clone(),
        ..bare(rule.map_or(Kind::Schema.id(), |r| r.id), Severity::Error, message, format!("values {path}"), case)
    }
}

fn dotted(tokens: &[String]) -> String {
    Path(tokens.iter().map(|t| Step::Key(t.clone())).collect()).to_string()
}

/// A document that is none, or that could not be looked at.
pub fn broken(broken: &Broken<'_>, names: &Names, case: &str) -> Result<Entry, Box<Unsure>> {
    let place = Place::file(names.file(broken.template));
    let subject = format!("document {}, line {} of what it renders", broken.template, broken.line);
    let severity = match broken.why {
        BrokenKind::Budget => {
            return Err(Box::new(Unsure {
                rule: Kind::Limit.id().into(),
                subject,
                why: broken.message.clone(),
                place: Some(place),
                cases: vec![case.to_string()],
            }));
        }
        BrokenKind::UnknownHook => Severity::Warning,
        BrokenKind::Syntax | BrokenKind::Shape => Severity::Error,
    };
    let summary = "what is rendered is no object of the API".into();
    let entry = bare(Kind::Manifest.id(), severity, broken.message.clone(), subject, case);
    Ok(Entry { place: Some(place), summary, ..entry })
}

/// What ended a render.
pub fn refusal(refusal: &Refusal, names: &Names, chart: &str, case: &str) -> Entry {
    let place = refusal.place.as_ref().map(|p| names.place(p));
    let words: Vec<&str> = refusal.message.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    Entry {
        summary: "the chart does not render".into(),
        source: place.as_ref().and_then(|p| names.source(p)),
        place,
        help: refusal.help.clone(),
        ..bare(refusal.kind.id(), Severity::Error, words.join(" "), format!("chart {chart}"), case)
    }
}
