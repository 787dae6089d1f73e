//! The page of a run, in a real browser: what a person sees of runs of every kind.

use std::path::{Path, PathBuf};
use std::time::Duration;

use plimsoll::redact::Secrets;
use plimsoll::report::{Acknowledged, Answer, Answers, Asked, Course, Format, Outcome, When, Writes};
use serde_json::Value;

use crate::browser::Browser;
use crate::look::{complaints, flaws, shows_all};
use crate::schemas::valid;
use crate::support::count_line;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A step of a scenario, or of the run: from, to, in milliseconds.
fn step(
    scenario: Option<&'static str>,
    check: &'static str,
    outcome: Outcome,
    reason: &str,
    span: (u64, u64),
) -> Answer {
    let when = Some(When { scenario, at: ms(span.1), took: Some(ms(span.1 - span.0)) });
    let subject = scenario.unwrap_or("the run").to_string();
    Answer { check, subject, outcome, reason: reason.into(), advice: None, when }
}

fn point(scenario: &'static str, check: &'static str, outcome: Outcome, reason: &str, at: u64) -> Answer {
    let when = Some(When { scenario: Some(scenario), at: ms(at), took: None });
    Answer { when, ..step(Some(scenario), check, outcome, reason, (at, at)) }
}

fn answers(answers: Vec<Answer>, took: u64, writes: Vec<Writes>) -> Answers {
    Answers {
        asked: Asked::Smoke,
        chart: "chart".into(),
        release: "run k3x9qa".into(),
        namespace: "install, upgrade".into(),
        vantage: "kind cluster plimsoll-smoke-k3x9qa, Kubernetes v1.36.1".into(),
        answers,
        strict: false,
        course: Some(Course { took: ms(took), writes }),
    }
}

/// A client that writes each 53 ms but for the gaps; latencies from a fixed spread.
fn writes(from: u64, to: u64, gaps: &[(u64, u64)]) -> Writes {
    let times = (from..to).step_by(53).filter(|at| !gaps.iter().any(|(begin, end)| (*begin..*end).contains(at)));
    let took = |at: u64| 900 + (at * 7919) % 2300 + if at.is_multiple_of(41) { 45_000 } else { 0 };
    Writes {
        scenario: "upgrade",
        began: ms(from),
        ended: ms(to),
        acknowledged: times.map(|at| Acknowledged { at: ms(at), took: Duration::from_micros(took(at)) }).collect(),
        unanswered: gaps.iter().map(|(begin, _)| ms(begin + 9)).collect(),
        reconnects: gaps.len() as u64,
    }
}

/// A run that passed, as long and as busy as those on a real cluster are.
fn passed() -> Answers {
    use Outcome::{Note, Pass};
    let (install, upgrade) = (Some("install"), Some("upgrade"));
    let told = vec![
        step(None, "cluster", Pass, "kind cluster plimsoll-smoke-k3x9qa, Kubernetes v1.36.1", (400, 31_200)),
        step(install, "helm-install", Pass, "chart queue 1.4.0 is deployed", (31_900, 33_800)),
        step(install, "rollout", Pass, "5 workloads are what they are to be", (33_800, 52_300)),
        step(install, "database-reached", Pass, "STORE_URL at smoke-postgres:5432 takes writes", (52_300, 52_500)),
        step(install, "state-driven", Pass, "the last stage was reached 3 times", (52_500, 54_000)),
        step(install, "end-state", Pass, "all work is done", (54_000, 58_700)),
        step(
            install,
            "counts",
            Pass,
            "nothing was lost: events 120, tasks 40, 40 identities of tasks",
            (58_700, 58_750),
        ),
        step(install, "applied-manifests", Pass, "23 objects are what the chart renders", (58_750, 60_100)),
        step(install, "helm-test", Pass, "every test hook has succeeded", (60_100, 66_400)),
        step(install, "no-crash-loop", Pass, "6 pods, and none is in trouble", (66_400, 68_500)),
        point("upgrade", "baseline", Pass, "3f2a9c81b7d0, the merge base with origin/main", 69_000),
        point(
            "upgrade",
            "baseline-differs",
            Note,
            "the chart renders as its baseline does: the upgrade changes nothing, and shows little",
            69_100,
        ),
        step(upgrade, "helm-install", Pass, "chart queue 1.3.2 is deployed", (69_200, 71_000)),
        step(upgrade, "rollout", Pass, "5 workloads are what they are to be", (71_000, 88_200)),
        step(upgrade, "upgrade-dry-run", Pass, "23 objects would be taken", (91_000, 92_200)),
        step(upgrade, "helm-upgrade", Pass, "chart queue 1.4.0 is deployed", (92_200, 94_000)),
        step(upgrade, "rollout", Pass, "5 workloads are what they are to be", (94_000, 121_500)),
        step(upgrade, "progress-after-rollout", Pass, "12 times when it had settled, then 13", (121_500, 123_600)),
        step(upgrade, "writes-kept", Pass, "540 writes acknowledged", (123_600, 125_000)),
        step(upgrade, "end-state", Pass, "all work is done", (125_000, 129_000)),
        step(upgrade, "helm-test", Pass, "every test hook has succeeded", (129_000, 134_800)),
        step(None, "clean-up", Pass, "everything that the run made is gone, 1 in number", (137_000, 139_500)),
    ];
    answers(told, 139_600, vec![writes(89_000, 125_000, &[(96_000, 104_300)])])
}

const HOSTILE: &str = "<script>alert(1)</script>\"><img src=x onerror=alert(2)> '{{ 7 * 7 }}' &amp; <!-- \u{202e}gnp.\u{7} </title></style>";

fn hostile() -> Answers {
    let long = "w".repeat(400);
    let mut run = passed();
    for answer in &mut run.answers {
        answer.subject = format!("{}: {HOSTILE}{long}", answer.subject);
        answer.reason = format!("{HOSTILE} {long}");
        answer.advice = Some(HOSTILE.into());
    }
    let names = format!("{HOSTILE}{long}");
    Answers { chart: names.clone(), release: names.clone(), namespace: names.clone(), vantage: names, ..run }
}

/// Two hours, with more to tell than anybody reads.
fn long() -> Answers {
    use Outcome::{Fail, Pass, Unknown, Warn};
    let hours = 7_200_000;
    let many = (0..400).map(|n| {
        let outcome = [Pass, Pass, Pass, Warn, Unknown, Fail][n % 6];
        let span = (1000 + n as u64 * 17_000, 1000 + n as u64 * 17_000 + (n as u64 % 40) * 900);
        step(
            Some(["install", "managed", "upgrade"][n % 3]),
            "rollout",
            outcome,
            "Deployment/bare: 0 of 1 replicas are available",
            span,
        )
    });
    answers(many.collect(), hours, vec![writes(10_000, hours, &[(600_000, 1_260_000), (4_000_000, 4_000_900)])])
}

fn interrupted() -> Answers {
    use Outcome::{Pass, Unknown};
    let (kept, upgrade) = (writes(20_000, 24_000, &[(23_000, 24_000)]), Some("upgrade"));
    let told = vec![
        step(None, "cluster", Pass, "a cluster that is there", (100, 160)),
        step(upgrade, "helm-install", Pass, "chart queue 1.3.2 is deployed", (900, 2_400)),
        step(
            None,
            "interrupted",
            Unknown,
            "a signal ended the run at this step: upgrade: helm upgrade",
            (22_900, 24_000),
        ),
    ];
    answers(told, 26_000, vec![kept])
}

fn nothing() -> Answers {
    answers(Vec::new(), 0, vec![Writes { scenario: "upgrade", ..Writes::default() }])
}

/// The page in a file, and the report in JSON.
fn written(answers: &Answers, folder: &Path, name: &str) -> (PathBuf, Value) {
    let (page, secrets) = (folder.join(format!("{name}.html")), Secrets::new());
    std::fs::write(&page, answers.write(Format::Html, false, &secrets).unwrap()).unwrap();
    let report = serde_json::from_slice(&answers.write(Format::Json, false, &secrets).unwrap()).unwrap();
    assert!(valid("smoke.schema.json", &report), "{report:#}");
    (page, report)
}

/// Bars are where and as wide as the report's times say, in order; points and shades of the plot too.
pub fn shows_the_course(browser: &mut Browser, report: &Value) {
    let bars = browser.value(
        "[...document.querySelectorAll('.lane')].map(lane => [lane.getAttribute('aria-label'), [...lane.querySelectorAll('li')].map(bar => {
            const around = bar.querySelector('.track').getBoundingClientRect(), mark = bar.querySelector('.bar').getBoundingClientRect();
            return {name: bar.querySelector('code').innerText, point: !!bar.querySelector('circle'), top: around.top,
                from: (mark.left - around.left) / around.width, to: (mark.right - around.left) / around.width};
        })])",
    );
    let all = report["answers"].as_array().unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    let span =
        |answer: &Value| (number(&answer["at"]) - answer["seconds"].as_f64().unwrap_or(0.0), number(&answer["at"]));
    let mut seen = 0;
    for lane in bars.as_array().unwrap().iter().skip(1) {
        let (name, shown) = (lane[0].as_str().unwrap(), lane[1].as_array().unwrap());
        // A step that was cut off stands with the scenario that was the last.
        let last = all.iter().filter_map(|a| a["scenario"].as_str()).next_back() == Some(name);
        let is = |a: &&Value| a["scenario"] == name || (last && a["check"] == "interrupted");
        let of: Vec<&Value> = all.iter().filter(is).collect();
        let begin = of.iter().map(|a| span(a).0).fold(f64::MAX, f64::min);
        let end = of.iter().map(|a| span(a).1).fold(0.0, f64::max);
        let mut want: Vec<&&Value> = of.iter().filter(|a| a["seconds"].is_number() || a["outcome"] != "PASS").collect();
        want.sort_by(|a, b| span(a).partial_cmp(&span(b)).unwrap());
        assert!(shown.is_sorted_by(|a, b| number(&a["top"]) < number(&b["top"])) && shown.len() <= 100, "{name}");
        if want.len() > 100 {
            // The worst are there.
            let bad = want.iter().filter(|a| a["outcome"] == "FAIL" || a["outcome"] == "UNKNOWN").count();
            let said = browser.value(&format!("document.querySelectorAll('.lane[aria-label={name}] li .fail.bar, .lane[aria-label={name}] li .unknown.bar').length"));
            assert_eq!((shown.len(), said), (100, bad.into()));
            continue;
        }
        assert_eq!(shown.len(), want.len(), "{name}");
        for (bar, answer) in shown.iter().zip(want) {
            assert_eq!(bar["name"], answer["check"]);
            assert_eq!(bar["point"], answer["seconds"].is_null());
            let (from, to) = span(answer);
            let place = |at: f64| (at - begin) / (end - begin).max(0.001);
            let near = |got: &Value, want: f64| (number(got) - want).abs() < 0.02;
            assert!(near(&bar["from"], place(from)) && near(&bar["to"], place(to)), "{answer}: {bar}");
            seen += 1;
        }
    }
    let plots = browser.value(
        "[...document.querySelectorAll('.writes')].map(plot => ({
            groups: plot.querySelectorAll('.area .sample').length, lost: plot.querySelectorAll('.area .lost').length,
            gaps: plot.querySelectorAll('.area .gap').length,
            points: [...plot.querySelectorAll('.area .sample circle')].map(c => [c.getBoundingClientRect().left, c.getBoundingClientRect().top]),
        }))",
    );
    let writers = report["writers"].as_array().unwrap();
    assert_eq!(plots.as_array().unwrap().len(), writers.len());
    for (plot, writer) in plots.as_array().unwrap().iter().zip(writers) {
        let samples = writer["samples"].as_array().unwrap();
        let with: Vec<f64> = samples.iter().filter_map(|s| s["milliseconds"][1].as_f64()).collect();
        let lost = samples.iter().filter(|s| s["unanswered"] != 0).count();
        let points: Vec<(f64, f64)> =
            plot["points"].as_array().unwrap().iter().map(|p| (number(&p[0]), number(&p[1]))).collect();
        assert_eq!((&plot["groups"], &plot["lost"], points.len()), (&samples.len().into(), &lost.into(), with.len()));
        if !samples.is_empty() {
            assert_eq!(plot["gaps"], writer["gaps"].as_array().unwrap().len());
        }
        assert!(points.is_sorted_by(|a, b| a.0 <= b.0), "time goes to the right");
        let mut by_latency: Vec<(f64, f64)> = with.iter().zip(&points).map(|(took, point)| (*took, point.1)).collect();
        by_latency.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert!(by_latency.is_sorted_by(|a, b| a.1 >= b.1 - 0.1), "what took longer stands higher");
        seen += samples.len();
    }
    count_line(&format!("smoke: {seen} marks on a page"));
}

#[test]
fn pages_of_every_kind_of_run() {
    let dir = tempfile::tempdir().unwrap();
    let mut browser = Browser::start();
    for (name, run) in [
        ("passed", passed()),
        ("hostile", hostile()),
        ("long", long()),
        ("interrupted", interrupted()),
        ("nothing", nothing()),
    ] {
        let (page, report) = written(&run, dir.path(), name);
        assert_eq!(flaws(&mut browser, &page), Vec::<String>::new(), "{name}");
        for width in [400, 1400] {
            browser.shape(width, "light", "screen");
            browser.open(&page);
            shows_all(&mut browser, &report);
            shows_the_course(&mut browser, &report);
        }
        let size = std::fs::metadata(&page).unwrap().len();
        assert!(size < 500_000, "{name}: {size} bytes");
        count_line(&format!("smoke: page {name} has {size} bytes"));
    }
}

/// The look finds what is wrong where something is.
#[test]
fn a_page_with_flaws_has_them_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut browser = Browser::start();
    let (page, _) = written(&passed(), dir.path(), "passed");
    let text = std::fs::read_to_string(&page).unwrap();
    let seeded = [
        ("--soft: #57606a", "--soft: #9aa0a6", "has a contrast of"),
        (
            ".lane li { display: grid; grid-template-columns: 17rem",
            ".lane li { display: grid; grid-template-columns: 90rem",
            "wide in a window",
        ),
        (
            ".lane .name { line-height",
            ".lane .name { width: 4rem; white-space: nowrap; overflow: hidden; line-height",
            "is cut off",
        ),
        (
            "svg text { fill: var(--soft); font-size: 12px",
            "svg text { fill: var(--soft); font-size: 48px",
            "stand on each other",
        ),
        (
            "svg text { fill: var(--soft); font-size: 12px",
            "svg text { fill: var(--soft); font-size: 9px",
            "is 9px high",
        ),
        (".track { height: 20px", ".track { width: 50px; height: 20px", "a picture is 50 by"),
    ];
    for (from, to, flaw) in seeded {
        assert!(text.contains(from), "{from}");
        // The policy lets in the style that was written, and no other: here it is not asked.
        let (head, tail) = text.split_once("'sha256-").unwrap();
        let broken = format!("{head}'unsafe-inline'{}", tail.split_once('\'').unwrap().1).replacen(from, to, 1);
        let file = dir.path().join("broken.html");
        std::fs::write(&file, broken).unwrap();
        let found = flaws(&mut browser, &file);
        assert!(found.iter().any(|f| f.contains(flaw)), "{to}: {found:?}");
    }
    count_line(&format!("smoke: {} seeded flaws of a page", seeded.len()));
}

/// Should a text ever get out of its place, the browser still neither runs nor fetches nor styles anything.
#[test]
fn the_policy_stops_what_is_not_ours() {
    let dir = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (page, _) = written(&passed(), dir.path(), "passed");
    let text = std::fs::read_to_string(&page).unwrap();
    let intruders = format!(
        "<script>document.title='ran'</script><img src=http://127.0.0.1:{port}/a onerror=\"document.title='ran'\">\
         <link rel=stylesheet href=http://127.0.0.1:{port}/b><style>h1{{display:none}}</style><p id=styled style=color:red>x</p>\
         <iframe src=http://127.0.0.1:{port}/c></iframe><h2 onclick=document.title='ran'>y</h2>"
    );
    std::fs::write(&page, text.replacen("<main>", &format!("<main>{intruders}"), 1)).unwrap();
    let mut browser = Browser::start();
    browser.shape(1400, "light", "screen");
    browser.open(&page);
    browser.value("document.querySelector('h2').click()");
    let seen = browser.value(
        "[document.title, getComputedStyle(document.querySelector('h1')).display, getComputedStyle(document.getElementById('styled')).color]",
    );
    assert_eq!(seen, serde_json::json!(["smoke run k3x9qa: passed", "block", "rgb(28, 33, 38)"]));
    assert!(complaints(&browser).len() > 4, "{:?}", complaints(&browser));
    assert!(listener.accept().is_err(), "somebody came");
}
