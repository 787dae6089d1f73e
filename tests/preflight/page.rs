//! The reports of a look at a real server: the page in a real browser, and the others beside it.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::bed::{Bed, CANARY, admin, detour};
use crate::browser::Browser;
use crate::libpq::build;
use crate::look::{flaws, shows_all};
use crate::postgres::{Chain, Cluster, Extra, NAME};
use crate::reports::agree;

const HOSTILE: &str = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>'&amp;<!--";

/// One look in every format: the page, what the page is to show, and the exit code.
fn reported(bed: &Bed, name: &str, values: &Value, args: &[&str]) -> (PathBuf, Value, i32) {
    let file = |suffix: &str| bed.dir.path().join(format!("{name}.{suffix}"));
    fs::write(file("values"), values.to_string()).unwrap();
    let mut all = vec!["-f".to_string(), file("values").display().to_string()];
    for format in ["html", "json", "text", "junit", "github"] {
        all.extend(["--report".into(), format!("{format}={}", file(format).display())]);
    }
    let all: Vec<&str> = all.iter().map(String::as_str).chain(args.iter().copied()).collect();
    let output = bed.run(&all, None);
    let read = |format: &str| {
        fs::read(file(format)).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
    };
    for format in ["html", "json", "text", "junit", "github"] {
        assert!(!String::from_utf8(read(format)).unwrap().contains(CANARY), "{format} tells the password");
    }
    let report: Value = serde_json::from_slice(&read("json")).unwrap();
    agree(&report, &read("text"), &read("junit"), &read("github"));
    (file("html"), report, output.status.code().unwrap())
}

#[test]
fn the_reports_of_a_real_server() {
    let bed = Bed::new();
    let extra =
        Extra { hba: Some("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"), ..Extra::default() };
    let folder = bed.dir.path().join("server");
    let cluster = Cluster::start_with(&build(18), 18, Some(Chain::Direct), &bed.certificates, &folder, extra);
    admin(&cluster, "postgres", &format!("alter role app password '{CANARY}'"));
    let url = format!("postgresql://app:{CANARY}@{NAME}:{}/postgres?sslmode=require", cluster.port);
    let server = json!({"url": url});
    let detour = detour(cluster.port);
    let hostile = json!({"url": format!("postgresql://probe:{CANARY}@db.invalid:5432/x?sslmode=require"), "readonly": format!("postgresql://a:{CANARY}@<img.invalid/<img")});

    let mut browser = Browser::start();
    for (name, values, args, exit) in [
        ("server", &server, &["--connect-to", &detour, "--shared", "--postgres-major", "17"][..], 1),
        ("names", &hostile, &["-n", HOSTILE], 3),
    ] {
        let (page, report, code) = reported(&bed, name, values, args);
        assert_eq!(code, exit, "{report:#}");
        assert_eq!(flaws(&mut browser, &page), Vec::<String>::new(), "{name}");
        for width in [400, 1400] {
            browser.shape(width, "light", "screen");
            browser.open(&page);
            shows_all(&mut browser, &report);
        }
    }
    let seen = browser.value("document.body.innerText");
    assert!(seen.as_str().unwrap().contains(HOSTILE), "{seen}");
    println!("preflight: 2 pages in a browser");
}
