//! For people: each difference once, with the fields and the lines that differ; then a line for each chart.

use super::{Shared, shared, unsure};
use crate::diagnostic::{Place, Plain, Refusal};
use crate::golden::case::Program;
use crate::golden::check::{Failure, Unsure};
use crate::golden::compare::Field;
use crate::golden::coverage::{Gap, Totals};
use crate::golden::run::{ChartTested, Tally, Tests};

/// Cases of one difference that are named.
const MANY: usize = 6;

const RED: &str = "1;31";
const GREEN: &str = "32";
const YELLOW: &str = "1;33";
const BLUE: &str = "1;34";

pub fn write(tests: &Tests, colour: bool) -> String {
    let mut out = Out { text: String::new(), colour };
    for chart in &tests.charts {
        shared(chart).iter().for_each(|one| out.difference(one, chart));
        let undecided: Vec<(&str, &Unsure)> =
            chart.cases.iter().filter_map(|case| Some((case.name.as_str(), unsure(case)?))).collect();
        undecided.iter().for_each(|(case, unsure)| out.unsure(case, unsure));
        for case in chart.cases.iter().filter(|case| !case.updated.is_empty()) {
            let (folder, files) = (case.folder.to_string_lossy(), case.updated.join(", "));
            out.line(&format!("updated {}: {}", Plain(&folder), Plain(&files)));
        }
    }
    tests.unreadable.iter().for_each(|refusal| out.refusal(refusal));
    tests.charts.iter().for_each(|chart| out.coverage(chart));
    tests.charts.iter().for_each(|chart| out.chart(chart));
    for chart in tests.charts.iter().filter(|chart| tests.reaches_too_little(chart)) {
        let wanted = tests.fail_under.unwrap_or_default();
        let head = out.painted(RED, "failed[golden-coverage]");
        let chart = Plain(&chart.chart).to_string();
        out.line(&format!("{head}: {chart}: fewer than {wanted}% of the branches are reached"));
    }
    if tests.charts.len() > 1 {
        out.line(&format!("{} charts: {}", tests.charts.len(), tally(tests.tally())));
    }
    out.text
}

struct Out {
    text: String,
    colour: bool,
}

impl Out {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }

    fn difference(&mut self, one: &Shared<'_>, chart: &ChartTested) {
        let difference = &one.failure.difference;
        let head = self.painted(RED, &format!("failed[{}]", difference.what.id()));
        self.line(&format!("{head}: {} {}", Plain(&difference.subject), Plain(&difference.message)));
        self.place(&difference.place);
        let bar = self.painted(BLUE, "|");
        for Field { path, was, now } in &difference.fields {
            let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "absent".into());
            let text = format!("{}: {} -> {}", path, side(was), side(now));
            self.line(&format!("  {bar} {}", Plain(&text)));
        }
        if difference.more_fields > 0 {
            self.line(&format!("  {bar} and {} fields more", difference.more_fields));
        }
        for line in &difference.diff {
            let shown = Plain(line).to_string();
            let shown = match line.chars().next() {
                Some('-') => self.painted("31", &shown),
                Some('+') => self.painted(GREEN, &shown),
                Some('@') => self.painted("36", &shown),
                _ => shown,
            };
            self.line(&format!("  {bar} {shown}"));
        }
        if chart.cases.len() > 1 {
            self.note("in", &listed(&one.cases));
        }
        let Failure { helm, by, .. } = one.failure;
        match by {
            Program::Plimsoll => self.note("as", &format!("Helm {helm}")),
            Program::Helm => self.note("as", &format!("real Helm {helm} answers")),
        }
        self.text.push('\n');
    }

    fn place(&mut self, place: &Place) {
        let arrow = self.painted(BLUE, "-->");
        self.line(&format!(" {arrow} {}", Plain(&place.to_string())));
    }

    fn note(&mut self, label: &str, text: &str) {
        let line = format!("  {} {label}: {}", self.painted(BLUE, "="), Plain(text));
        self.line(&line);
    }

    fn unsure(&mut self, case: &str, unsure: &Unsure) {
        let head = self.painted(YELLOW, &format!("undecided[{}]", unsure.id));
        self.line(&format!("{head}: {}: {}", Plain(case), Plain(&unsure.why)));
        self.place(&unsure.place);
        if let Some(help) = &unsure.help {
            self.note("help", help);
        }
        self.text.push('\n');
    }

    fn refusal(&mut self, refusal: &Refusal) {
        let head = self.painted(RED, &format!("error[{}]", refusal.kind.id()));
        self.line(&format!("{head}: {}", Plain(&refusal.message)));
        if let Some(place) = &refusal.place {
            self.place(place);
        }
        if let Some(help) = &refusal.help {
            self.note("help", help);
        }
        self.text.push('\n');
    }

    /// What no case reaches, a line each, and how much is reached.
    fn coverage(&mut self, chart: &ChartTested) {
        let Some(coverage) = &chart.coverage else { return };
        for Gap { place, what, message } in coverage.gaps() {
            let line = format!("{}: {what}: {}", Plain(&place.to_string()), Plain(&message));
            self.line(&line);
        }
        let totals = coverage.totals();
        let Totals { branches, conditions, templates, values, clauses } = totals;
        let of = |(reached, all): (usize, usize)| format!("{reached} of {all}");
        let shown = Plain(&chart.chart).to_string();
        // Rounded down: 100% is all.
        let percent = (totals.percent() * 10.0).floor() / 10.0;
        self.line(&format!(
            "{shown}: the cases reach {} branches ({percent:.1}%), {} conditions, {} templates; \
             change {} values; are refused by {} schema clauses",
            of(branches),
            of(conditions),
            of(templates),
            of(values),
            of(clauses)
        ));
    }

    /// `chart: 70 cases, all passed`
    fn chart(&mut self, chart: &ChartTested) {
        self.line(&format!("{}: {}", Plain(&chart.chart), tally(chart.tally())));
    }
}

fn listed(cases: &[&str]) -> String {
    let shown = cases.iter().take(MANY).copied().collect::<Vec<_>>().join(", ");
    match cases.len().saturating_sub(MANY) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn tally(tally: Tally) -> String {
    let Tally { passed, failed, undecided } = tally;
    let all = passed + failed + undecided;
    let cases = if all == 1 { "1 case".to_string() } else { format!("{all} cases") };
    if failed + undecided == 0 && passed > 0 {
        return format!("{cases}, all passed");
    }
    let mut parts = vec![cases, format!("{passed} passed")];
    parts.extend((failed > 0).then(|| format!("{failed} failed")));
    parts.extend((undecided > 0).then(|| format!("{undecided} undecided")));
    parts.join(", ")
}
