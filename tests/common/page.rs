//! A report's page as a person sees it: in a narrow and a wide window, in light and dark, and on paper.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::browser::Browser;

const LOOK: &str = include_str!("page.js");
/// Width of the window, scheme, medium.
const SHAPES: [(u32, &str, &str); 5] = [
    (400, "light", "screen"),
    (400, "dark", "screen"),
    (1400, "light", "screen"),
    (1400, "dark", "screen"),
    (700, "dark", "print"),
];

/// All that is wrong with a page: in each shape, with what the browser complains of or asks for.
pub fn flaws(browser: &mut Browser, page: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for (width, scheme, media) in SHAPES {
        browser.shape(width, scheme, media);
        browser.open(page);
        let seen = browser.value(LOOK);
        found.extend(
            seen.as_array().unwrap().iter().map(|flaw| format!("{width} {scheme} {media}: {}", flaw.as_str().unwrap())),
        );
        if let Some(folder) = std::env::var_os("PLIMSOLL_PAGES").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            let name = page.file_stem().unwrap().to_str().unwrap();
            std::fs::copy(page, folder.join(format!("{name}.html"))).unwrap();
            browser.picture(&folder.join(format!("{name}-{width}-{scheme}-{media}.png")));
        }
        found.extend(complaints(browser));
    }
    found
}

/// What the browser has to say of the page that is open, and what it wanted to fetch beside it.
pub fn complaints(browser: &Browser) -> Vec<String> {
    let mut found = Vec::new();
    for event in &browser.events {
        let params = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent"
                if params["type"] != "Document" || params["documentURL"] != params["request"]["url"] =>
            {
                found.push(format!("fetches {}", params["request"]["url"]));
            }
            "Log.entryAdded" => found.push(format!("the browser says: {}", params["entry"]["text"])),
            "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Page.javascriptDialogOpening" => {
                found.push(format!("something runs: {params}"))
            }
            _ => {}
        }
    }
    found
}

/// The page shows all answers of the report in JSON, the worst first, and what it tells of the run.
pub fn shows_all(browser: &mut Browser, report: &Value) {
    let rows = "[...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))";
    let rows = browser.value(rows);
    let plain = |text: &Value| plimsoll::diagnostic::Plain(text.as_str().unwrap()).to_string();
    let mut want: Vec<&Value> = report["answers"].as_array().unwrap().iter().collect();
    let rank =
        |answer: &&Value| ["FAIL", "UNKNOWN", "WARN", "NOTE", "PASS"].iter().position(|o| answer["outcome"] == *o);
    want.sort_by_key(rank);
    let want: Vec<Value> = want
        .iter()
        .map(|a| {
            let advice = if a["advice"].is_null() { String::new() } else { format!("help: {}", plain(&a["advice"])) };
            json!([a["outcome"], a["check"], plain(&a["subject"]), plain(&a["reason"]) + &advice])
        })
        .collect();
    let shown: Vec<Value> = rows.as_array().unwrap().iter().map(|row| row.as_array().unwrap()[..4].into()).collect();
    assert_eq!(shown, want);
    let verdict = ["passed", "failed", "", "undecided"][report["exitCode"].as_u64().unwrap() as usize];
    let head = browser.value("document.querySelector('h1').innerText");
    assert_eq!(head, format!("{}: {verdict}", plain(&report["release"])));
    let tally = browser.value("[...document.querySelectorAll('.tally li')].map(one => one.innerText)");
    for (name, count) in report["counts"].as_object().unwrap() {
        let hidden = name == "note" && *count == json!(0);
        assert!(
            hidden || tally.as_array().unwrap().contains(&json!(format!("{count} {name}"))),
            "{name} {count}: {tally}"
        );
    }
    // As a screen reader has it.
    let tree = browser.ask("Accessibility.getFullAXTree", json!({}));
    let role = |name: &str| {
        tree["nodes"].as_array().unwrap().iter().filter(|n| n["ignored"] == false && n["role"]["value"] == name).count()
    };
    let columns = if report["apiVersion"] == "plimsoll/smoke/v1" { 5 } else { 4 };
    if !want.is_empty() {
        assert_eq!((role("columnheader"), role("row")), (columns, want.len() + 1));
    }
}
