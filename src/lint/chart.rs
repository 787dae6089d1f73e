//! One chart in all its cases: what each finds, laid together.

use std::collections::HashMap;
use std::path::Path;

use super::allow::{Permission, comments};
use super::case::{Case, cases};
use super::entry::{self, Context};
use super::examine::{Request, Stop, examine};
use super::names::Names;
use super::origins::Origins;
use super::secrets::Collected;
use crate::chart::{self, Log};
use crate::config::Date;
use crate::diagnostic::{Kind, Refusal, Severity};
use crate::dialect::Dialect;
use crate::limits::{Limits, Stack};
use crate::redact::Secrets;
use crate::render::{Release, RenderedFile, Settings};
use crate::report::{CaseReport, ChartReport, Entry, Notice, Unsure};
use crate::rules::{self, Facts, RULES, Scope, Verdict};
use crate::values::Overrides;
use crate::world::{Capabilities, KubeVersion, World};

/// What is asked about every chart.
pub struct Job {
    /// Values of the user's. None: the defaults and the chart's own cases.
    pub given: Option<Overrides>,
    /// Patterns of the chart's own cases.
    pub patterns: Vec<String>,
    /// Each case is looked at with each of them.
    pub targets: Vec<Target>,
    pub api_versions: Vec<String>,
    pub release: Release,
    pub options: chart::Options,
    pub limits: Limits,
    pub permissions: Vec<Permission>,
    /// Manifests of what exists beside the charts.
    pub beside: Vec<RenderedFile>,
    /// Seconds since 1970: what templates see, and which permissions have expired.
    pub now: i64,
}

/// What the chart is deployed with.
#[derive(Clone, Debug)]
pub struct Target {
    pub dialect: &'static Dialect,
    /// The dialect's own, if none.
    pub kube_version: Option<KubeVersion>,
}

/// What came of one chart.
#[derive(Debug, Default)]
pub struct Linted {
    pub report: ChartReport,
    pub notices: Vec<Notice>,
    /// Known secrets of this chart with its values.
    pub secrets: Secrets,
    /// There is no chart to judge: what there was instead.
    pub unreadable: Option<Refusal>,
}

/// Judges one chart. `name` is what the user called it; `share`: another processor is free.
pub fn lint(job: &Job, name: &str, stack: Stack, share: bool) -> Linted {
    let mut linted =
        Linted { report: ChartReport { chart: name.into(), ..ChartReport::default() }, ..Linted::default() };
    let path = match chart::locate(name) {
        Ok(path) => path,
        Err(refusal) => {
            linted.unreadable = Some(refusal);
            return linted;
        }
    };
    let mut run =
        Run { job, path: &path, share, collected: Collected::default(), linted, known: HashMap::new(), comments: None };
    for case in cases(&path, job.given.as_ref(), &job.patterns) {
        for target in &job.targets {
            run.case(&case, target, stack);
            if run.linted.unreadable.is_some() {
                break;
            }
        }
    }
    run.finish()
}

struct Run<'j> {
    job: &'j Job,
    path: &'j Path,
    share: bool,
    collected: Collected,
    linted: Linted,
    /// The same finding in another case is one finding.
    known: HashMap<String, usize>,
    /// Permissions by comments of the chart's files, once it has been loaded.
    comments: Option<Vec<Permission>>,
}

impl Run<'_> {
    fn case(&mut self, case: &Case, target: &Target, stack: Stack) {
        let Job { release, options, limits, api_versions, now, targets, .. } = self.job;
        let mut capabilities = Capabilities::default_of(target.dialect);
        if let Some(version) = &target.kube_version {
            capabilities.kube_version = version.clone();
        }
        capabilities.api_versions.extend(api_versions.iter().cloned());
        let kubernetes = capabilities.kube_version.version.clone();
        let settings = Settings {
            dialect: target.dialect,
            release: release.clone(),
            capabilities,
            limits: limits.clone(),
            skip_schema_validation: false,
        };
        let world = World::seeded(0, *now);
        let (overrides, beside) = (&case.overrides, self.job.beside.as_slice());
        let request =
            Request { chart: self.path, options, overrides, settings, world: &world, beside, share: self.share };
        let shown = if targets.len() == 1 {
            case.name.clone()
        } else {
            format!("{} (Helm {}, Kubernetes {kubernetes})", case.name, target.dialect.version)
        };
        let mut log = Log::new(target.dialect);
        let mut collected = std::mem::take(&mut self.collected);
        let examined = examine(&request, stack, &mut log, &mut collected, |facts| self.judge(facts, &shown));
        self.collected = collected;
        let mut done = CaseReport {
            name: shown.clone(),
            helm: target.dialect.version.into(),
            kubernetes,
            ..CaseReport::default()
        };
        match examined {
            Ok(judged) => {
                (done.documents, done.consumers) = (Some(judged.documents), judged.consumers);
                (done.judged, done.held) = (judged.judged, judged.held);
            }
            Err(Stop::Refused(refusal)) => match refusal.kind {
                Kind::Unreadable | Kind::Usage | Kind::NeedsCluster => {
                    self.linted.unreadable = Some(refusal);
                    return;
                }
                Kind::Undecided => self.unsure(Unsure {
                    rule: refusal.kind.id().into(),
                    subject: format!("chart {}", self.linted.report.chart),
                    why: refusal.message.clone(),
                    place: refusal.place.clone(),
                    cases: vec![shown.clone()],
                }),
                _ => {
                    let names = Names::new(&self.linted.report.chart, "");
                    let found = entry::refusal(&refusal, &names, &self.linted.report.chart, &shown);
                    self.found(softened(found, case));
                }
            },
            Err(Stop::Schema { root, violations }) => {
                self.linted.report.name = root.clone();
                let names = Names::new(&self.linted.report.chart, &root);
                for (violation, place) in &violations {
                    self.found(softened(entry::violation(violation, place.as_ref(), &names, &shown), case));
                }
            }
        }
        self.linted.report.cases.push(done);
    }

    fn judge(&mut self, facts: &Facts<'_>, case: &str) -> Judged {
        let origins = Origins::new(facts);
        let metadata = &facts.bound.root().metadata;
        let report = &mut self.linted.report;
        (report.name, report.version) = (metadata.name.to_string(), metadata.version.to_string());
        let names = Names::new(&report.chart, &facts.bound.root().path.to_string());
        if self.comments.is_none() {
            self.comments = Some(self.read_comments(facts, &names));
        }
        let (documents, consumers) = (facts.manifests.documents.len(), facts.topology.consumers.len());
        let mut judged = Judged { documents, consumers, ..Judged::default() };
        for broken in &facts.manifests.broken {
            match entry::broken(broken, &names, case) {
                Ok(found) => _ = self.found(found),
                Err(unsure) => self.unsure(*unsure),
            }
        }
        let context = Context { facts, origins: &origins, names: &names, case };
        rules::prepare(facts);
        let postgres = facts.concern_postgres();
        for rule in RULES.iter().filter(|rule| rule.scope == Scope::Any || postgres) {
            for judgement in rules::judge(rule, facts) {
                judged.judged += 1;
                match &judgement.verdict {
                    Verdict::Holds(_) => judged.held += 1,
                    Verdict::Broken(finding) => {
                        let found = entry::finding(&context, rule, &judgement.subject, finding);
                        // What another case has found already has its values, and looking for them costs renders.
                        if let Some(new) = self.found(found) {
                            new.values.extend(entry::values_behind(&context, finding));
                        }
                    }
                    Verdict::Undecided(reason) => {
                        let unsure = entry::unsure(&context, rule, &judgement.subject, reason);
                        self.unsure(unsure);
                    }
                }
            }
        }
        judged
    }

    /// Keeps what was found; gives it back where it is new.
    fn found(&mut self, entry: Entry) -> Option<&mut Entry> {
        let place = entry.place.as_ref().map(|p| (&p.file, p.line, &p.path));
        let key = format!("{} {} {} {place:?}", entry.rule, entry.subject, entry.message);
        let findings = &mut self.linted.report.findings;
        match self.known.get(&key).and_then(|at| findings.get_mut(*at)) {
            Some(same) => {
                same.severity = same.severity.max(entry.severity);
                same.cases.extend(entry.cases.into_iter().filter(|c| !same.cases.contains(c)).collect::<Vec<_>>());
                None
            }
            None => {
                self.known.insert(key, findings.len());
                findings.push(entry);
                findings.last_mut()
            }
        }
    }

    fn unsure(&mut self, unsure: Unsure) {
        let all = &mut self.linted.report.undecided;
        let key = format!("? {} {} {}", unsure.rule, unsure.subject, unsure.why);
        match self.known.get(&key).and_then(|at| all.get_mut(*at)) {
            Some(same) => same.cases.extend(unsure.cases),
            None => {
                self.known.insert(key, all.len());
                all.push(unsure);
            }
        }
    }

    /// Comments in templates and in values files, the chart's own and the user's.
    fn read_comments(&mut self, facts: &Facts<'_>, names: &Names) -> Vec<Permission> {
        let notices = &mut self.linted.notices;
        let mut found = Vec::new();
        let mut open = vec![facts.bound.root()];
        while let Some(chart) = open.pop() {
            for file in chart.chart.templates {
                let text = String::from_utf8_lossy(file.ready().unwrap_or_default());
                found.extend(comments(&names.file(&format!("{}/{}", chart.path, file.name)), &text, notices));
            }
            let values = names.file(&format!("{}/values.yaml", chart.path));
            found.extend(in_file(names, &values, notices));
            open.extend(chart.dependencies);
        }
        let cases = cases(self.path, self.job.given.as_ref(), &self.job.patterns);
        for file in cases.iter().flat_map(|case| &case.overrides.files) {
            found.extend(in_file(names, file, notices));
        }
        found
    }

    fn finish(mut self) -> Linted {
        let today = Date::of_seconds(self.job.now);
        let comments = self.comments.take().unwrap_or_default();
        let report = &mut self.linted.report;
        let name = report.chart.clone();
        for permission in comments.iter().chain(&self.job.permissions) {
            permission.apply(&name, today, report);
        }
        self.linted.notices.extend(comments.iter().filter_map(|p| p.notice(today)));
        let root = self.linted.report.name.clone();
        self.collected.name(&root);
        self.linted.secrets = self.collected.into_secrets();
        self.linted
    }
}

fn in_file(names: &Names, file: &str, notices: &mut Vec<Notice>) -> Vec<Permission> {
    names.lines(file).map_or_else(Vec::new, |lines| comments(file, &lines.join("\n"), notices))
}

#[derive(Default)]
struct Judged {
    documents: usize,
    consumers: usize,
    judged: usize,
    held: usize,
}

/// What a chart with cases of its own says to its bare defaults is no mistake: nobody deploys them.
fn softened(entry: Entry, case: &Case) -> Entry {
    let asks = [Kind::Exec, Kind::Schema].iter().any(|kind| kind.id() == entry.rule);
    if !(case.is_bare && asks) {
        return entry;
    }
    let help = entry.help.or_else(|| Some("the chart asks for values; its own cases were judged".into()));
    Entry { severity: Severity::Info, help, ..entry }
}
