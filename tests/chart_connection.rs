//! How the reference chart's components take a connection string apart: files/scripts/lib.sh against what libpq says of the
//! same URLs (PQconninfoParse of PostgreSQL 15 gave the expected parts).

#[path = "common/process.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use support::Answer;

#[test]
fn every_part_is_where_libpq_finds_it() {
    for (url, want) in [
        (
            "postgresql://app:p%40ss%20w%C3%A4@db.example.com:5433/queue?connect_timeout=5&sslmode=require",
            "user=app password=p@ss\u{a0}wä host=db.example.com port=5433 dbname=queue connect_timeout=5 sslmode=require",
        ),
        ("postgres://db", "host=db"),
        ("postgresql://app@h/", "user=app host=h"),
        ("postgresql://u:p:q@h", "user=u password=p:q host=h"),
        (r#"postgres://u:x+y'$(id)`id`\"@h/d"#, r#"user=u password=x+y'$(id)`id`\" host=h dbname=d"#),
        (
            "postgresql://a@h1:1,h2,[::1]:3/d?target_session_attrs=read-write",
            "user=a host=h1,h2,::1 port=1,,3 dbname=d target_session_attrs=read-write",
        ),
        ("postgresql://%2Frun%2Fproxy/d", "host=/run/proxy dbname=d"),
        ("postgresql:///d?host=/run/proxy&user=u&password=s%3Dt", "host=/run/proxy user=u password=s=t dbname=d"),
        (
            "postgres://u:one@h:1/d?password=two&port=2&dbname=e&host=g&sslmode=disable&sslmode=require",
            "user=u password=two host=g port=2 dbname=e sslmode=require",
        ),
        ("postgres://h/d?ssl=true", "host=h dbname=d sslmode=require"),
        ("postgres://u:p%0Aq@h", "user=u password=p\u{2028}q host=h"),
    ] {
        let answer = take_apart(url);
        assert_eq!(answer.exit, Some(0), "{url}: {}", String::from_utf8_lossy(&answer.stderr));
        // The stand-ins keep white space inside a value out of the way of the table's own.
        let want: BTreeMap<String, String> = want
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.replace('\u{a0}', " ").replace('\u{2028}', "\n")))
            .collect();
        assert_eq!(parts(&answer), want, "{url}");
    }
}

#[test]
fn what_libpq_refuses_is_refused_without_showing_it() {
    for url in [
        "postgres://u:geheim%zz@h",
        "postgres://u:geheim%00@h",
        "postgres://u:geheim%4@h",
        "postgres://u:geheim@h/d?a",
        "postgres://u:geheim@h/d?application_name=a=b",
        "postgres://u:geheim@h/d?ssl=maybe",
        "host=h password=geheim",
        "postgresql+asyncpg://u:geheim@h/d",
        // What a line of a service file cannot hold.
        "postgres://u:geheim@h/d%0Aoptions=x",
        "postgres://u:geheim@h/d%20",
    ] {
        let answer = take_apart(url);
        assert_eq!(answer.exit, Some(1), "{url}");
        let stderr = String::from_utf8_lossy(&answer.stderr);
        assert!(stderr.contains("STORE_URL is not a well-formed URL") && !stderr.contains("geheim"), "{stderr}");
    }
}

/// The service file's text and the password, with lib.sh in the shell of this machine; then what is left in the environment.
fn take_apart(url: &str) -> Answer {
    let home = tempfile::tempdir().expect("a temporary folder");
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("chart/files/scripts/lib.sh");
    let mut command = support::command(Path::new("sh"), home.path(), home.path());
    command
        .args(["-c", ". \"$1\"; connection STORE_URL || exit 1; cat \"$RUN/STORE_URL.conf\"; env | grep '://' && exit 9; printf 'password=%s' \"$STORE_URL_PASSWORD\"", "sh"])
        .arg(library)
        .env("STORE_URL", url)
        .env("RUN", home.path().join("run"));
    support::run(command, b"")
}

/// `keyword=value` lines, the first of two equal keywords winning as in libpq; the password is the last, whole.
fn parts(answer: &Answer) -> BTreeMap<String, String> {
    let text = String::from_utf8(answer.stdout.clone()).expect("the parts are text");
    let (file, password) = text.rsplit_once("\npassword=").expect("a password line");
    let mut parts = BTreeMap::new();
    for line in file.lines() {
        match line.split_once('=') {
            Some((key, value)) => drop(parts.entry(key.to_owned()).or_insert(value.to_owned())),
            None => assert_eq!(line, "[STORE_URL]"),
        }
    }
    if !password.is_empty() {
        parts.insert("password".to_owned(), password.to_owned());
    }
    parts
}
