use super::*;
use crate::postgres::dsn::{self, Libpq, Seen, Surroundings};

fn settings(text: &str) -> Settings {
    let around = Surroundings { env: &|_| Seen::Absent, file: &|_| Seen::Absent, user: Some("me") };
    dsn::effective(Some(&dsn::parse(text).unwrap()), &around, Libpq::NEWEST).unwrap()
}

fn level(text: &str, root: File) -> Level {
    let at = |path: &str| if path.ends_with(".pem") { root } else { File::Absent };
    outcome(Driver::Libpq, &settings(text), &at).level
}

#[test]
fn the_mode_is_not_the_outcome() {
    let cases = [
        ("postgres://h/d", File::Absent, Level::MayBePlaintext),
        ("postgres://h/d?sslmode=disable", File::Absent, Level::Plaintext),
        ("postgres://h/d?sslmode=require", File::Absent, Level::EncryptedUnverified),
        ("postgres://h/d?sslmode=require&sslrootcert=/ca.pem", File::Absent, Level::EncryptedUnverified),
        ("postgres://h/d?sslmode=require&sslrootcert=/ca.pem", File::Present, Level::VerifiedCa),
        ("postgres://h/d?sslmode=prefer&sslrootcert=/ca.pem", File::Present, Level::MayBePlaintext),
        ("postgres://h/d?sslmode=prefer&sslrootcert=/ca.pem", File::Broken, Level::Plaintext),
        ("postgres://h/d?sslmode=verify-full&sslrootcert=/ca.pem", File::Present, Level::VerifiedFull),
        ("postgres://h/d?sslmode=verify-full&sslrootcert=/ca.pem", File::Absent, Level::Fails),
        ("postgres://h/d?sslmode=verify-full", File::Absent, Level::Fails),
        ("postgres://h/d?sslrootcert=system", File::Absent, Level::VerifiedFull),
        ("postgres://h/d?sslmode=require&sslrootcert=system", File::Absent, Level::Fails),
        ("postgres:///d?hostaddr=10.0.0.1&sslmode=verify-full&sslrootcert=/ca.pem", File::Present, Level::Fails),
        ("postgres:///d?sslmode=require", File::Absent, Level::Local),
        ("postgres://h,%2Ftmp/d?sslmode=require", File::Absent, Level::EncryptedUnverified),
        ("postgres://h/d?channel_binding=require", File::Absent, Level::EncryptedUnverified),
    ];
    for (text, root, expected) in cases {
        assert_eq!(level(text, root), expected, "{text} {root:?}");
    }
}

#[test]
fn what_is_unknown_leaves_a_floor() {
    let at = |_: &str| File::Unknown;
    let require = outcome(Driver::Libpq, &settings("postgres://h/d?sslmode=require&sslrootcert=/ca.pem"), &at);
    assert_eq!((require.level, require.floor), (Level::Undecided, Level::EncryptedUnverified));
    let full = outcome(Driver::Libpq, &settings("postgres://h/d?sslmode=verify-full&sslrootcert=/ca.pem"), &at);
    assert_eq!((full.level, full.floor), (Level::Undecided, Level::VerifiedFull));
    let mut unknown = settings("postgres://h/d");
    unknown.set(Keyword::SslMode, Value::unknown(false), dsn::Source::Given);
    let unknown = outcome(Driver::Libpq, &unknown, &|_| File::Absent);
    assert_eq!((unknown.level, unknown.floor), (Level::Undecided, Level::Plaintext));
    assert_eq!(outcome(Driver::Unknown, &settings("postgres://h/d?sslmode=verify-full"), &at).level, Level::Undecided);
}

fn of(driver: Driver, text: &str, root: File) -> (Level, Level) {
    let around = Surroundings { env: &|_| Seen::Absent, file: &|_| Seen::Absent, user: Some("me") };
    let dsn = dsn::foreign::parse(driver, text, &[], Libpq::NEWEST).unwrap();
    let settings = dsn::foreign::effective(driver, Some(&dsn), &around, Libpq::NEWEST).unwrap();
    let at = |path: &str| if path.ends_with(".pem") { root } else { File::Absent };
    let outcome = outcome(driver, &settings, &at);
    assert!(outcome.floor <= outcome.level, "{text}");
    (outcome.level, outcome.floor)
}

#[test]
fn clients_do_not_agree() {
    let decided = |level| (level, level);
    let require = "postgres://h/d?sslmode=require&sslrootcert=/ca.pem";
    assert_eq!(of(Driver::Libpq, require, File::Present), decided(Level::VerifiedCa));
    assert_eq!(of(Driver::Pgx, require, File::Present), decided(Level::VerifiedCa));
    assert_eq!(of(Driver::Pgx, require, File::Absent), decided(Level::Fails));
    assert_eq!(of(Driver::GoPq, require, File::Absent), decided(Level::EncryptedUnverified));
    assert_eq!(of(Driver::NodePostgres, require, File::Present), decided(Level::VerifiedFull));
    assert_eq!(of(Driver::Sqlx, require, File::Present), decided(Level::EncryptedUnverified));
    assert_eq!(of(Driver::Asyncpg, require, File::Absent), decided(Level::Fails));
    assert_eq!(
        of(Driver::TokioPostgres, "postgres://h/d?sslmode=require", File::Absent),
        (Level::Undecided, Level::EncryptedUnverified)
    );
    assert_eq!(of(Driver::TokioPostgres, "postgres://h/d?sslmode=verify-full", File::Absent), decided(Level::Fails));
    assert_eq!(of(Driver::NodePostgres, "postgres://h/d", File::Absent), decided(Level::Plaintext));
    assert_eq!(of(Driver::GoPq, "postgres://h/d", File::Absent), decided(Level::EncryptedUnverified));
    assert_eq!(
        of(Driver::Pgjdbc, "jdbc:postgresql://h/d?ssl=true&sslrootcert=/ca.pem", File::Present),
        decided(Level::VerifiedFull)
    );
    assert_eq!(
        of(Driver::Npgsql, "Host=h;SSL Mode=VerifyCA;Root Certificate=/ca.pem", File::Present),
        decided(Level::VerifiedCa)
    );
    assert_eq!(of(Driver::Unknown, "postgres://h/d?sslmode=disable", File::Absent), decided(Level::Plaintext));
    assert_eq!(
        of(Driver::Unknown, "postgres://h/d?sslmode=verify-full", File::Absent),
        (Level::Undecided, Level::Plaintext)
    );
}

#[test]
fn every_driver_has_an_answer() {
    let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify", "nonsense", ""];
    for driver in Driver::ALL {
        for mode in modes {
            for root in [File::Absent, File::Present, File::Broken, File::Unknown] {
                let mut settings = settings("host=h");
                settings.set(Keyword::SslMode, Value::known(mode, false), dsn::Source::Given);
                settings.set(Keyword::SslRootCert, Value::known("/ca.pem", false), dsn::Source::Given);
                let outcome = outcome(driver, &settings, &|p| if p == "/ca.pem" { root } else { File::Absent });
                assert!(!outcome.why.is_empty() && outcome.floor <= outcome.level, "{driver} {mode} {root:?}");
            }
        }
    }
}

#[test]
fn what_libpq_takes_from_elsewhere_is_not_the_clients_own() {
    let env = |name: &str| if name == "PGSSLMODE" { Seen::from("verify-full") } else { Seen::Absent };
    let around = Surroundings { env: &env, file: &|_| Seen::Absent, user: None };
    let dsn = dsn::parse("postgres://h/d").unwrap();
    let libpqs = dsn::effective(Some(&dsn), &around, Libpq::NEWEST).unwrap();
    let level = |driver, settings: &Settings| outcome(driver, settings, &|_| File::Absent).level;
    assert_eq!(level(Driver::TokioPostgres, &libpqs), Level::MayBePlaintext);
    assert_eq!(level(Driver::NodePostgres, &libpqs), Level::VerifiedFull);
    assert_eq!(level(Driver::NodePostgres, &settings("postgres://h/d")), Level::Plaintext);
}
