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
