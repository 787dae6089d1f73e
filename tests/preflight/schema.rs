//! The command line: what is refused, where a connection string may come from, and the format of reports.

use std::fs;

use serde_json::{Value, json};

use crate::bed::{Bed, CANARY, admin, detour};
use crate::libpq::build;
use crate::postgres::{Chain, Cluster, Extra, NAME};

#[test]
fn what_makes_no_sense_is_refused() {
    let bed = Bed::new();
    for args in [
        &["--from", "pod"][..],
        &["--dsn-file", "/nowhere/at/all"],
        &["--dsn-file", "no-slash=/etc/hostname"],
        &["--ca-file", "/nowhere/at/all"],
        &["--timeout", "0"],
        &["--pool-size", "0"],
        &["--report", "sarif"],
        &["--helm-version", "1"],
    ] {
        let output = bed.run(args, None);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
    println!("preflight: 8 refusals");
}

#[test]
fn a_string_of_a_secret_is_unknown_until_it_is_given() {
    let bed = Bed::new();
    let hba = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    let extra = Extra { hba: Some(hba), ..Extra::default() };
    let cluster = Cluster::start_with(
        &build(16),
        16,
        Some(Chain::Direct),
        &bed.certificates,
        &bed.dir.path().join("server"),
        extra,
    );
    admin(&cluster, "postgres", &format!("alter role app password '{CANARY}'"));
    let values = json!({"existingSecret": "outside"});
    let told = bed.preflight(&values, &[]);
    assert_eq!(
        (told.exit, told.of("connection-known"), told.of("database-reachable")),
        (3, "UNKNOWN", "UNKNOWN"),
        "{}",
        told.text
    );
    let file = bed.dir.path().join("dsn");
    fs::write(&file, format!("postgresql://app:{CANARY}@{NAME}:{}/postgres?sslmode=require\n", cluster.port)).unwrap();
    let path = file.display().to_string();
    for given in [path.clone(), format!("outside/STORE_URL={path}")] {
        let told = bed.preflight(&values, &["--dsn-file", &given, "--connect-to", &detour(cluster.port)]);
        assert_eq!((told.of("connection-known"), told.of("database-reachable")), ("PASS", "PASS"), "{}", told.text);
    }
    let told = bed.preflight(&values, &["--dsn-file", &format!("outside/OTHER={path}")]);
    assert_ne!(told.exit, 0, "{}", told.text);
    assert_ne!(told.of("connection-known"), "PASS", "{}", told.text);
    println!("preflight: 4 cases of strings in files");
}

#[test]
fn reports_are_what_their_schema_says_and_hide_the_password() {
    let bed = Bed::new();
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/preflight.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (url, exit) in [
        (format!("postgresql://app:{CANARY}@{NAME}:1/x"), 3),
        (format!("postgresql://app:{CANARY}@{NAME}:1/x?sslmode=nonsense"), 1),
        (format!("postgresql://app:{CANARY}@{NAME}:1/x?sslmode=require&{CANARY}=1"), 1),
        (format!("postgresql://app:{CANARY}@{NAME}:1/x\n"), 1),
        // Nothing that is known to be a connection: unknown, and no pass.
        (format!(" host={NAME} password={CANARY}"), 3),
    ] {
        let told = bed.preflight(&json!({"url": url}), &["--connect-to", &detour(1)]);
        assert_eq!(told.exit, exit, "{}", told.text);
        assert!(validator.is_valid(&told.report), "{}", told.text);
    }
    let url = format!("postgresql://app:{CANARY}@{NAME}:1/{CANARY}");
    let values = bed.dir.path().join("v.json");
    fs::write(&values, json!({"url": url}).to_string()).unwrap();
    for format in ["text", "json", "junit", "github"] {
        let output = bed.run(&["-f", values.to_str().unwrap(), "--connect-to", &detour(1), "--report", format], None);
        assert_eq!(output.status.code(), Some(3), "{format}");
        assert!(!output.stdout.is_empty(), "{format}");
    }
    println!("preflight: 9 reports");
}

#[test]
fn the_page_lists_every_check() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/preflight.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let want = plimsoll::preflight::CHECKS.iter().map(|check| format!("| `{}` | {} |", check.id, check.summary));
    assert_eq!(rows, want.collect::<Vec<_>>());
}

/// Reads a page with Python's HTML parser: every tag is closed, nothing is fetched, nothing runs; its texts, one a line.
const READ_PAGE: &str = r#"
import html.parser, sys
VOID = {"meta", "link", "img", "br", "hr", "input", "base", "area", "col", "embed", "source", "track", "wbr"}
KNOWN = {"html", "head", "meta", "title", "style", "body", "h1", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code"}
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.texts = [], []
    def handle_starttag(self, tag, attrs):
        assert tag in KNOWN, tag
        names = {name for name, _ in attrs}
        assert names <= {"class", "lang", "charset", "http-equiv", "content", "name"}, names
        if tag not in VOID:
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag
    def handle_data(self, data):
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())
    def handle_comment(self, data):
        assert False, data
page = Page()
page.feed(sys.stdin.read())
page.close()
assert not page.open, page.open
print("\n".join(page.texts))
"#;

#[test]
fn the_page_holds_hostile_names_and_no_more() {
    let bed = Bed::new();
    let hostile = "<script>alert(1)</script>'\"&amp;<!--";
    let values = json!({"url": format!("postgresql://probe:{CANARY}@db.invalid:5432/x?sslmode=require"), "readonly": format!("postgresql://a:{CANARY}@<img.invalid/<img")});
    let file = bed.dir.path().join("values-page.json");
    fs::write(&file, values.to_string()).unwrap();
    let page = bed.dir.path().join("page.html");
    let report = format!("html={}", page.display());
    let args = ["-f", file.to_str().unwrap(), "--report", &report, "-n", hostile, "--report", "text"];
    let output = bed.run(&args, None);
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let text = fs::read_to_string(&page).unwrap();
    assert!(!text.contains(CANARY) && !text.contains("<script") && !text.contains("<img"), "{text}");
    let mut parser = std::process::Command::new("python3")
        .args(["-c", READ_PAGE])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 runs");
    std::io::Write::write_all(&mut parser.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let read = parser.wait_with_output().unwrap();
    assert!(read.status.success(), "{text}");
    let texts = String::from_utf8(read.stdout).unwrap();
    assert!(texts.contains(hostile) && texts.contains("shop: undecided"), "{texts}");
    // Everything that is told to people stands on the page too.
    let told = String::from_utf8(output.stdout).unwrap();
    let subjects: Vec<&str> = told
        .lines()
        .filter_map(|l| l.split_once(": ").filter(|(h, _)| h.starts_with("UNKNOWN")).map(|(_, s)| s))
        .collect();
    assert!(subjects.len() > 1 && subjects.iter().all(|s| texts.contains(s)), "{subjects:?}\n{texts}");
    println!("preflight: 1 page");
}
