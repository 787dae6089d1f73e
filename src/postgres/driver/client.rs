//! Which client a container uses, and what told it. Unknown is a value with its reason, and nothing is assumed of it.

use std::fmt;

use super::{Driver, images};

/// A client and what told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub driver: Driver,
    pub evidence: Evidence,
}

/// What told the client. Printed in findings, so it holds names only, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The scheme of the URL names the library (`postgresql+asyncpg`, `jdbc:postgresql`).
    Scheme(&'static str),
    /// The command runs a client program (`psql`, `pg_dump`).
    Program(&'static str),
    /// The image is a program whose library is known; the row's source.
    Image(&'static str),
    /// A variable or configuration key that one framework alone reads.
    Key(&'static str),
    /// Nothing told it.
    Nothing,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::Scheme(scheme) => write!(f, "the URL's scheme {scheme}"),
            Evidence::Program(program) => write!(f, "the command runs {program}"),
            Evidence::Image(source) => write!(f, "the image ({source})"),
            Evidence::Key(key) => write!(f, "the setting {key}"),
            Evidence::Nothing => f.write_str("neither scheme, command, image nor settings tell which client reads it"),
        }
    }
}

impl Client {
    /// Nothing is known.
    pub const UNKNOWN: Client = Client { driver: Driver::Unknown, evidence: Evidence::Nothing };
}

/// Schemes that name their library. `postgres://` and `postgresql://` do not: everybody reads those.
/// Sources: docs.sqlalchemy.org/dialects/postgresql, jdbc.postgresql.org, r2dbc.io, github.com/jackc/pgx (pgx stdlib), docs.rs/sqlx.
const SCHEMES: &[(&str, Driver)] = &[
    ("postgresql+psycopg2", Driver::Psycopg),
    ("postgresql+psycopg2cffi", Driver::Psycopg),
    ("postgresql+psycopg", Driver::Psycopg),
    ("postgresql+psycopg_async", Driver::Psycopg),
    ("postgres+psycopg2", Driver::Psycopg),
    ("postgres+psycopg", Driver::Psycopg),
    ("postgresql+asyncpg", Driver::Asyncpg),
    ("postgres+asyncpg", Driver::Asyncpg),
    ("postgresql+pg8000", Driver::Pg8000),
    // Celery's result backend is SQLAlchemy, whose default is psycopg2.
    ("db+postgresql", Driver::Psycopg),
    ("db+postgres", Driver::Psycopg),
    ("sqla+postgresql", Driver::Psycopg),
    ("jdbc:postgresql", Driver::Pgjdbc),
    ("r2dbc:postgresql", Driver::R2dbc),
    ("r2dbc:pool:postgresql", Driver::R2dbc),
    ("ecto", Driver::Postgrex),
    ("pgx", Driver::Pgx),
    ("pgx5", Driver::Pgx),
    ("pgx4", Driver::Pgx),
];

/// The library that a URL's scheme (before `://`) names.
pub fn by_scheme(scheme: &str) -> Option<Client> {
    let (name, driver) = SCHEMES.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name))?;
    Some(Client { driver: *driver, evidence: Evidence::Scheme(name) })
}

/// Programs that Postgres itself ships and that connect; all of them are libpq.
pub const PROGRAMS: &[&str] = &[
    "psql",
    "pg_isready",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "createdb",
    "dropdb",
    "createuser",
    "dropuser",
    "pg_basebackup",
    "vacuumdb",
    "reindexdb",
    "clusterdb",
    "pgbench",
    "pg_recvlogical",
    "pg_receivewal",
    "pg_amcheck",
];

/// The client program that a word of a command is (`/usr/bin/psql`).
pub fn by_program(word: &str) -> Option<Client> {
    let base = word.rsplit('/').next().unwrap_or(word);
    let name = PROGRAMS.iter().find(|p| **p == base)?;
    Some(Client { driver: Driver::Libpq, evidence: Evidence::Program(name) })
}

/// The program that an image (repository without tag) is known to be.
pub fn by_image(repository: &str) -> Option<Client> {
    let row = images::of(repository)?;
    Some(Client { driver: row.driver, evidence: Evidence::Image(row.source) })
}

/// Settings that only one framework reads: whole names or, with a final `*`, beginnings. Compared without case.
/// Sources: the frameworks' own references.
const KEYS: &[(&str, Driver)] = &[
    ("KC_DB_*", Driver::Pgjdbc),
    ("SPRING_DATASOURCE_*", Driver::Pgjdbc),
    ("spring.datasource.*", Driver::Pgjdbc),
    ("SPRING_R2DBC_*", Driver::R2dbc),
    ("spring.r2dbc.*", Driver::R2dbc),
    ("QUARKUS_DATASOURCE_JDBC_*", Driver::Pgjdbc),
    ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN*", Driver::Psycopg),
    ("AIRFLOW__CORE__SQL_ALCHEMY_CONN*", Driver::Psycopg),
    ("MB_DB_*", Driver::Pgjdbc),
    ("DB_POSTGRESDB_*", Driver::NodePostgres),
    ("TYPEORM_*", Driver::NodePostgres),
    ("PRISMA_*", Driver::Prisma),
    ("GITEA__database__*", Driver::GoPq),
    ("MM_SQLSETTINGS_*", Driver::GoPq),
    ("ActiveRecord*", Driver::RubyPg),
    ("ConnectionStrings__*", Driver::Npgsql),
    ("SQLALCHEMY_DATABASE_URI", Driver::Psycopg),
    ("django.db.backends.postgresql*", Driver::Psycopg),
];

/// The library that a variable's or setting's name tells.
pub fn by_key(name: &str) -> Option<Client> {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|n| n.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(pattern),
    };
    let (pattern, driver) = KEYS.iter().find(|(pattern, _)| fits(pattern))?;
    Some(Client { driver: *driver, evidence: Evidence::Key(pattern) })
}

/// The strongest testimony: a scheme is what the program was told, a program is what runs, an image is what is installed, a key a habit.
pub fn tell<'a>(
    scheme: Option<&str>,
    words: impl IntoIterator<Item = &'a str>,
    repository: &str,
    key: Option<&str>,
) -> Client {
    scheme
        .and_then(by_scheme)
        .or_else(|| words.into_iter().find_map(by_program))
        .or_else(|| by_image(repository))
        .or_else(|| key.and_then(by_key))
        .unwrap_or(Client::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_testimony_wins() {
        let told = |scheme, words: &[&str], image, key| tell(scheme, words.iter().copied(), image, key).driver;
        assert_eq!(told(Some("postgresql+asyncpg"), &["psql"], "gitea", None), Driver::Asyncpg);
        assert_eq!(told(Some("postgresql"), &["/usr/bin/psql"], "gitea", None), Driver::Libpq);
        assert_eq!(told(None, &["sh", "-c"], "x/gitea", Some("KC_DB_URL")), Driver::GoPq);
        assert_eq!(told(None, &[], "x/y", Some("KC_DB_URL")), Driver::Pgjdbc);
        assert_eq!(told(None, &[], "x/y", Some("GITEA__DATABASE__HOST")), Driver::GoPq);
        let unknown = tell(Some("postgres"), [], "x/y", Some("DATABASE_URL"));
        assert_eq!(unknown, Client::UNKNOWN);
        assert!(!unknown.evidence.to_string().is_empty());
    }

    #[test]
    fn names_that_only_look_alike_tell_nothing() {
        assert_eq!(by_program("psqlx"), None);
        assert_eq!(by_scheme("postgresql+asyncpgx"), None);
        assert_eq!(by_key("KC_D"), None);
        assert_eq!(by_key("é"), None);
        assert_eq!(by_image("psql"), None);
    }
}
