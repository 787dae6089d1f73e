//! A baseline: what was found once and is to be left alone, so that only what is new fails. `schemas/baseline.schema.json`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Place;
use crate::report::{Allowed, Entry, Notice, Report};

const VERSION: &str = "plimsoll/baseline/v1";

/// The findings of one time, known by chart, rule and subject: lines move.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Baseline {
    api_version: String,
    findings: BTreeSet<Known>,
}

#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Known {
    chart: String,
    rule: String,
    subject: String,
}

impl Known {
    fn of(chart: &str, entry: &Entry) -> Self {
        Known { chart: chart.into(), rule: entry.rule.clone(), subject: entry.subject.clone() }
    }
}

impl Baseline {
    /// What a report has found.
    pub fn of(report: &Report) -> Self {
        let all = report.charts.iter().flat_map(|c| c.findings.iter().map(|f| Known::of(&c.chart, f)));
        Baseline { api_version: VERSION.into(), findings: all.collect() }
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// Reads one. The error is in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Baseline = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if baseline.api_version != VERSION {
            return Err(format!("apiVersion is {:?}; this program knows {VERSION}", baseline.api_version));
        }
        Ok(baseline)
    }

    /// Moves what it knows from the findings to the allowed ones; what is not found any more is told, of the charts that
    /// were looked at.
    pub fn apply(&self, report: &mut Report, file: &str) {
        let mut met = BTreeSet::new();
        for chart in &mut report.charts {
            let name = chart.chart.clone();
            let known = |e: &Entry| self.findings.contains(&Known::of(&name, e));
            let (old, new): (Vec<Entry>, Vec<Entry>) = std::mem::take(&mut chart.findings).into_iter().partition(known);
            met.extend(old.iter().map(|e| Known::of(&name, e)));
            chart.findings = new;
            let give = |entry| Allowed { entry, reason: "in the baseline".into(), by: file.to_string() };
            chart.allowed.extend(old.into_iter().map(give));
        }
        let looked_at = |known: &&Known| report.charts.iter().any(|c| c.chart == known.chart);
        let gone: Vec<Notice> = self
            .findings
            .difference(&met)
            .filter(looked_at)
            .map(|known| Notice {
                id: "baseline-unused",
                message: format!(
                    "the baseline knows {} of {} in {}, which is gone: take it out",
                    known.rule, known.subject, known.chart
                ),
                place: Some(Place::file(file)),
            })
            .collect();
        report.notices.extend(gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::report::ChartReport;

    fn report(subjects: &[&str]) -> Report {
        let entry = |subject: &&str| Entry {
            rule: "r".into(),
            summary: String::new(),
            severity: Severity::Error,
            message: String::new(),
            subject: subject.to_string(),
            place: None,
            source: None,
            output_line: None,
            values: Vec::new(),
            also: Vec::new(),
            help: None,
            fix: Vec::new(),
            cases: Vec::new(),
        };
        let findings = subjects.iter().map(entry).collect();
        Report {
            charts: vec![ChartReport { chart: "c".into(), findings, ..ChartReport::default() }],
            ..Report::default()
        }
    }

    #[test]
    fn what_is_known_counts_no_more_and_what_is_gone_is_told() {
        let baseline = Baseline::parse(&Baseline::of(&report(&["a", "b"])).to_json()).unwrap();
        let mut now = report(&["b", "new"]);
        baseline.apply(&mut now, "base.json");
        let left: Vec<_> = now.charts[0].findings.iter().map(|f| f.subject.as_str()).collect();
        assert_eq!((left, now.charts[0].allowed.len(), now.notices.len()), (vec!["new"], 1, 1));
        assert!(now.notices[0].message.contains("a in c"));
        assert!(Baseline::parse("{\"apiVersion\": \"x\", \"findings\": []}").is_err());
    }
}
