use super::*;

fn read(driver: Driver, text: &str) -> Result<Dsn, Error> {
    parse(driver, text, &[], Libpq::NEWEST)
}

fn shown(driver: Driver, text: &str) -> String {
    match read(driver, text) {
        Ok(dsn) => {
            let parts = dsn.parts.iter().map(|p| format!("{}={}", p.keyword, p.value));
            parts.collect::<Vec<_>>().join(" ")
        }
        Err(error) => format!("{:?}", error.kind),
    }
}

fn mode(driver: Driver, text: &str, env: &'static [(&'static str, &'static str)]) -> String {
    let dsn = read(driver, text).unwrap();
    let env = |name: &str| env.iter().find(|(n, _)| *n == name).map_or(Seen::Absent, |(_, v)| Seen::from(*v));
    let around = Surroundings { env: &env, file: &|_| Seen::Absent, user: None };
    let settings = effective(driver, Some(&dsn), &around, Libpq::NEWEST).unwrap();
    settings.value(Keyword::SslMode).map_or("none".into(), ToString::to_string)
}

#[test]
fn each_form_gives_the_same_parts() {
    let whole = "user=me password=*** host=db port=6432 dbname=app";
    for (driver, text) in [
        (Driver::Psycopg, "postgresql+psycopg2://me:s%2Fx@db:6432/app"),
        (Driver::Asyncpg, "postgresql+asyncpg://me:s%2Fx@db:6432/app"),
        (Driver::Asyncpg, "postgresql://me:s%2Fx@db:6432/app"),
        (Driver::NodePostgres, "postgres://me:s%2Fx@db:6432/app#x"),
        (Driver::R2dbc, "r2dbc:pool:postgresql://me:s%2Fx@db:6432/app"),
        (Driver::Unknown, "postgres://me:s%2Fx@db:6432/app"),
        (Driver::Pgx, "postgres://me:s%2Fx@db:6432/app"),
    ] {
        assert_eq!(shown(driver, text), whole, "{text}");
    }
    assert_eq!(
        shown(Driver::Pgjdbc, "jdbc:postgresql://db:6432/app?user=me&password=x&sslmode=require"),
        "host=db port=6432 dbname=app user=me password=*** sslmode=require"
    );
    assert_eq!(shown(Driver::Pgjdbc, "jdbc:postgresql:app"), "dbname=app");
    assert_eq!(
        shown(Driver::Npgsql, "Host=db; Port=6432;User Id=me;PASSWORD='a;''b';SSL Mode=VerifyFull"),
        "host=db port=6432 user=me password=*** sslmode=VerifyFull"
    );
    assert_eq!(shown(Driver::Php, "pgsql:host=db;port=6432;dbname=app"), "host=db port=6432 dbname=app");
    assert_eq!(shown(Driver::Pgx, "host=db user=me pool_max_conns=4"), "host=db user=me");
}

#[test]
fn places_are_those_of_the_source() {
    let text = "Host=db; Password='a;''b'";
    let dsn = read(Driver::Npgsql, text).unwrap();
    let password = dsn.get(Keyword::Password).unwrap();
    assert_eq!(password.span.of(text.as_bytes()), b"a;''b");
    assert!(password.value.is("a;'b"));
    let text = "pgsql:host=db;dbname=app";
    let dsn = read(Driver::Php, text).unwrap();
    assert_eq!(dsn.get(Keyword::DbName).unwrap().span.of(text.as_bytes()), b"app");
    let text = "jdbc:postgresql://[::1]:5433/d";
    let dsn = read(Driver::Pgjdbc, text).unwrap();
    assert_eq!(dsn.get(Keyword::Host).unwrap().span.of(text.as_bytes()), b"::1");
    assert_eq!(dsn.get(Keyword::Port).unwrap().span.of(text.as_bytes()), b"5433");
}

#[test]
fn what_clients_read_differently_is_not_read() {
    for text in [
        "postgres://u:p@w@h/d",
        "postgres://u:p/w@h/d",
        "postgres://u:p?w@h/d",
        "postgres://u:p#w@h/d",
        "postgres://u:p%w@h/d",
    ] {
        assert_eq!(read(Driver::NodePostgres, text).unwrap_err().kind, ErrorKind::Disagreement, "{text}");
    }
    assert_eq!(read(Driver::Pgjdbc, "jdbc:postgresql://u:p@h/d").unwrap_err().kind, ErrorKind::Credentials);
    assert_eq!(read(Driver::Libpq, "postgresql+asyncpg://h/d").unwrap_err().kind, ErrorKind::MissingEquals);
    assert_eq!(read(Driver::Pgx, "jdbc:postgresql://h/d").unwrap_err().kind, ErrorKind::UnknownForm);
    assert_eq!(read(Driver::Unknown, "mysql://h/d").unwrap_err().kind, ErrorKind::UnknownForm);
    assert_eq!(
        read(Driver::Asyncpg, "postgresql+asyncpg://h/d?sslmode=require").unwrap_err().kind,
        ErrorKind::UnknownQueryParameter
    );
    assert_eq!(
        read(Driver::Psycopg, "postgresql+psycopg2://h/d?ssl=require").unwrap_err().kind,
        ErrorKind::UnknownQueryParameter
    );
}

#[test]
fn modes_are_spelled_in_many_ways() {
    assert_eq!(mode(Driver::NodePostgres, "postgres://h/d?ssl=true", &[]), "verify-full");
    assert_eq!(mode(Driver::NodePostgres, "postgres://h/d?ssl=0", &[]), "disable");
    assert_eq!(mode(Driver::NodePostgres, "postgres://h/d?ssl=false", &[]), "ssl=?");
    assert_eq!(mode(Driver::NodePostgres, "postgres://h/d?sslmode=require&uselibpqcompat=true", &[]), "compat:require");
    assert_eq!(mode(Driver::NodePostgres, "postgres://h/d", &[("PGSSLMODE", "require")]), "require");
    assert_eq!(mode(Driver::PostgresJs, "postgres://h/d?ssl=require", &[("PGSSLMODE", "verify-full")]), "require");
    assert_eq!(mode(Driver::Pgjdbc, "jdbc:postgresql://h/d?ssl=true", &[]), "verify-full");
    assert_eq!(mode(Driver::Pgjdbc, "jdbc:postgresql://h/d?ssl=true&sslmode=require", &[]), "require");
    assert_eq!(mode(Driver::Asyncpg, "postgresql+asyncpg://h/d?ssl=require", &[]), "require");
    assert_eq!(mode(Driver::TokioPostgres, "postgres://h/d", &[("PGSSLMODE", "require")]), "none");
}

#[test]
fn secrets_of_other_forms_are_not_shown() {
    for (driver, text) in [
        (Driver::Pgjdbc, "jdbc:postgresql://h/d?password=canary&other=canary"),
        (Driver::Npgsql, "Host=h;Pwd=canary;Unknown=canary"),
        (Driver::NodePostgres, "postgres://u:canary@h/d?x=canary&canary=1"),
        (Driver::Pgx, "host=h password=canary canary=x"),
    ] {
        let dsn = read(driver, text).unwrap();
        let shown = format!("{dsn} {dsn:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
