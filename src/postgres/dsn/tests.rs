use super::*;
use crate::postgres::driver::Driver;

fn get(dsn: &Dsn, keyword: Keyword) -> Option<&str> {
    dsn.get(keyword).and_then(|p| p.value.text())
}

fn refused(text: &str) -> ErrorKind {
    parse(text).expect_err("must be refused").kind
}

#[test]
fn every_part_has_its_span() {
    let text = "postgresql://me:s%20x@db.example:6432/app?sslmode=verify-full&sslrootcert=/ca.pem";
    let dsn = parse(text).unwrap();
    let written = |k| dsn.get(k).unwrap().span.of(text.as_bytes());
    assert_eq!(written(Keyword::User), b"me");
    assert_eq!(written(Keyword::Password), b"s%20x");
    assert_eq!(written(Keyword::Host), b"db.example");
    assert_eq!(written(Keyword::Port), b"6432");
    assert_eq!(written(Keyword::DbName), b"app");
    assert_eq!(written(Keyword::SslMode), b"verify-full");
    assert_eq!(dsn.get(Keyword::SslMode).unwrap().name.unwrap().of(text.as_bytes()), b"sslmode");
    assert_eq!(get(&dsn, Keyword::Password), Some("s x"));
}

#[test]
fn spans_of_words_are_without_quotes() {
    let text = r"host = 'a\'b'password=x\ y";
    let dsn = parse(text).unwrap();
    assert_eq!(dsn.get(Keyword::Host).unwrap().span.of(text.as_bytes()), br"a\'b");
    assert_eq!(get(&dsn, Keyword::Host), Some("a'b"));
    assert_eq!(get(&dsn, Keyword::Password), Some("x y"));
}

#[test]
fn the_last_duplicate_counts_and_the_others_are_kept() {
    let dsn = parse("postgres://h/d?sslmode=disable&host=other&sslmode=require").unwrap();
    assert_eq!(get(&dsn, Keyword::SslMode), Some("require"));
    assert_eq!(get(&dsn, Keyword::Host), Some("other"));
    let lost: Vec<_> = dsn.overridden().map(|p| p.value.text().unwrap()).collect();
    assert_eq!(lost, ["h", "disable"]);
}

#[test]
fn secrets_are_never_shown() {
    for text in ["postgres://u:canary@h/d?sslpassword=canary", "password=canary sslpassword='canary'"] {
        let dsn = parse(text).unwrap();
        let shown = format!("{dsn} {dsn:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
    for text in [
        "postgres://u:a/canary?canary=1@h",
        "postgres://u:a/canary?canary@h",
        "password=a canary",
        "password=a canary=1",
        "password=canary'x y='canary",
        "postgres://u:canary%zz@h",
        "postgres://u:ca nary@h",
        "canary://u:canary@h",
        "postgres://[canary",
    ] {
        let error = parse(text).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary") && !shown.contains("nary@"), "{shown}");
    }
}

#[test]
fn what_charts_get_wrong_is_refused() {
    assert_eq!(refused("postgres://h/d?&sslmode=require"), ErrorKind::MissingQueryEquals);
    assert_eq!(refused("postgres://h/d?sslmode=disable?sslmode=require"), ErrorKind::ExtraEquals);
    assert_eq!(refused("postgresql+asyncpg://h/d"), ErrorKind::MissingEquals);
    assert_eq!(refused("postgres://h/d?ssl=1"), ErrorKind::UnknownQueryParameter);
    assert_eq!(refused("postgres://u:%@h/d"), ErrorKind::BadPercent);
    assert_eq!(refused("host=a\0b"), ErrorKind::Nul);
}

#[test]
fn majors_differ_in_what_they_know() {
    let text = "postgres://h/d?sslnegotiation=direct";
    assert!(parse_with(text, &[], Libpq::of(17)).is_ok());
    assert!(parse_with(text, &[], Libpq::of(16)).is_err());
    assert!(parse_with("postgres://h/a b", &[], Libpq::of(17)).is_ok());
    assert_eq!(parse_with("postgres://h/a b", &[], Libpq::of(18)).unwrap_err().kind, ErrorKind::Space);
}

#[test]
fn a_hole_is_a_value_that_is_not_known() {
    let text = "postgres://u:XX@YY/d?sslmode=require";
    let dsn = parse_with(text, &[13..15, 16..18], Libpq::NEWEST).unwrap();
    assert!(!dsn.get(Keyword::Password).unwrap().value.is_known());
    assert!(!dsn.get(Keyword::Host).unwrap().value.is_known());
    assert_eq!(get(&dsn, Keyword::DbName), Some("d"));
    assert_eq!(get(&dsn, Keyword::SslMode), Some("require"));
    let hidden = |text: &str, hole| parse_with(text, &[hole], Libpq::NEWEST).unwrap_err().kind;
    assert_eq!(hidden("XX", 0..2), ErrorKind::Unknown);
    assert_eq!(hidden("XX/d?sslmode=require", 0..2), ErrorKind::Unknown);
    assert_eq!(hidden("postgres://h/d?XX", 15..17), ErrorKind::Unknown);
    assert_eq!(hidden("postgres://h/d?ssl%ZZ=1", 18..21), ErrorKind::Unknown);
}

fn with(variables: &'static [(&'static str, &'static str)], text: &str) -> Settings {
    let env = |name: &str| {
        let found = variables.iter().find(|(n, _)| *n == name);
        found.map_or(Seen::Absent, |(_, v)| if *v == "?" { Seen::Unknown } else { Seen::from(*v) })
    };
    let around = Surroundings { env: &env, file: &|_| Seen::Absent, user: None };
    effective(Some(&parse(text).unwrap()), &around, Libpq::NEWEST).unwrap()
}

#[test]
fn the_url_beats_the_environment_and_the_loser_is_named() {
    let settings = with(&[("PGSSLMODE", "verify-full"), ("PGPASSWORD", "canary")], "postgres://u@h/d?sslmode=disable");
    let mode = settings.get(Keyword::SslMode).unwrap();
    assert!(mode.value.is("disable") && mode.from == Source::Dsn(3));
    assert_eq!(settings.losers.len(), 1);
    assert_eq!(settings.losers[0].from, Source::Variable("PGSSLMODE"));
    assert!(!format!("{settings:?}").contains("canary"));
}

#[test]
fn a_root_certificate_of_the_environment_enforces_nothing() {
    let settings = with(&[("PGSSLROOTCERT", "/ca.pem")], "postgres://h/d");
    assert!(settings.value(Keyword::SslMode).unwrap().is("prefer"));
    let settings = with(&[("PGSSLROOTCERT", "system")], "postgres://h/d");
    assert!(settings.value(Keyword::SslMode).unwrap().is("verify-full"));
    let settings = with(&[("PGSSLROOTCERT", "?")], "postgres://h/d");
    assert!(!settings.value(Keyword::SslMode).unwrap().is_known());
}

#[test]
fn hosts_are_laid_beside_their_ports() {
    let hosts = with(&[], "postgres://a:1,b,/d?hostaddr=10.0.0.1,,").hosts().unwrap();
    let shown: Vec<_> = hosts.iter().map(|h| (h.port.to_string(), h.reach)).collect();
    let expected = [("1", Reach::Address), ("5432", Reach::Name), ("5432", Reach::Socket)];
    assert_eq!(shown, expected.map(|(p, r)| (p.to_string(), r)));
    assert!(with(&[], "postgres://a:1,b:2,c/d?port=1,2").hosts().is_err());
    assert_eq!(with(&[("PGHOST", "?")], "postgres:///d").hosts().unwrap()[0].reach, Reach::Unknown);
}

#[test]
fn a_hostile_string_costs_what_it_is_long() {
    let began = std::time::Instant::now();
    let many = format!("postgres://h/d?{}sslmode=require", "sslmode=disable&".repeat(200_000));
    let dsn = parse(&many).unwrap();
    assert_eq!(dsn.overridden().count(), 200_000);
    let hosts = format!("postgres://{}/d", "h:1,".repeat(200_000));
    assert_eq!(parse(&hosts).unwrap().netlocs.len(), 200_001);
    for text in
        ["%".repeat(1 << 20), "=".repeat(1 << 20), "[".repeat(1 << 20), "'".repeat(1 << 20), ";=".repeat(1 << 19)]
    {
        for start in ["postgres://", "host='", "jdbc:postgresql://", "pgsql:", "Host=", ""] {
            let text = format!("{start}{text}");
            for driver in [Driver::Libpq, Driver::Asyncpg, Driver::Npgsql, Driver::Unknown] {
                drop(foreign::parse(driver, &text, &[], Libpq::NEWEST));
            }
        }
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
