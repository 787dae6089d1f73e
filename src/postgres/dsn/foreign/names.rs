//! What each driver calls the parts of a connection, which variables it looks at, and how it spells its TLS mode.
//!
//! A name that stands nowhere here goes to `Dsn::others`, as it does to the server or into the void with most drivers.

use super::super::store::Names;
use super::{Form, Keyword, Settings, Value};
use crate::postgres::driver::Driver;

type Table = &'static [(&'static str, Keyword)];

/// libpq's names that a URL of any client may use.
const COMMON: Table = &[
    ("user", Keyword::User),
    ("password", Keyword::Password),
    ("host", Keyword::Host),
    ("port", Keyword::Port),
    ("dbname", Keyword::DbName),
    ("sslmode", Keyword::SslMode),
    ("sslrootcert", Keyword::SslRootCert),
    ("sslcert", Keyword::SslCert),
    ("sslkey", Keyword::SslKey),
    ("sslpassword", Keyword::SslPassword),
    ("sslnegotiation", Keyword::SslNegotiation),
    ("application_name", Keyword::ApplicationName),
    ("options", Keyword::Options),
    ("target_session_attrs", Keyword::TargetSessionAttrs),
    ("connect_timeout", Keyword::ConnectTimeout),
];

/// asyncpg's connect_utils.py.
const ASYNCPG: Table = &[
    ("database", Keyword::DbName),
    ("passfile", Keyword::PassFile),
    ("service", Keyword::Service),
    ("sslcrl", Keyword::SslCrl),
    ("ssl_min_protocol_version", Keyword::SslMinProtocolVersion),
    ("ssl_max_protocol_version", Keyword::SslMaxProtocolVersion),
];

/// sqlx-postgres, options/parse.rs.
const SQLX: Table = &[
    ("ssl-mode", Keyword::SslMode),
    ("ssl-root-cert", Keyword::SslRootCert),
    ("ssl-ca", Keyword::SslRootCert),
    ("ssl-cert", Keyword::SslCert),
    ("ssl-key", Keyword::SslKey),
    ("hostaddr", Keyword::HostAddr),
];

/// pgx's pgconn/config.go and lib/pq's connector.go: libpq's names, and `database`.
const GO: Table = &[
    ("database", Keyword::DbName),
    ("hostaddr", Keyword::HostAddr),
    ("passfile", Keyword::PassFile),
    ("service", Keyword::Service),
    ("sslcertmode", Keyword::SslCertMode),
    ("sslsni", Keyword::SslSni),
    ("channel_binding", Keyword::ChannelBinding),
];

/// tokio-postgres/src/config.rs: any other is refused.
const TOKIO: Table = &[
    ("user", Keyword::User),
    ("password", Keyword::Password),
    ("dbname", Keyword::DbName),
    ("options", Keyword::Options),
    ("application_name", Keyword::ApplicationName),
    ("sslmode", Keyword::SslMode),
    ("sslnegotiation", Keyword::SslNegotiation),
    ("host", Keyword::Host),
    ("hostaddr", Keyword::HostAddr),
    ("port", Keyword::Port),
    ("connect_timeout", Keyword::ConnectTimeout),
    ("tcp_user_timeout", Keyword::TcpUserTimeout),
    ("keepalives", Keyword::Keepalives),
    ("keepalives_idle", Keyword::KeepalivesIdle),
    ("keepalives_interval", Keyword::KeepalivesInterval),
    ("keepalives_retries", Keyword::KeepalivesCount),
    ("target_session_attrs", Keyword::TargetSessionAttrs),
    ("channel_binding", Keyword::ChannelBinding),
    ("load_balance_hosts", Keyword::LoadBalanceHosts),
];

/// PGProperty.java of pgjdbc.
const JDBC: Table = &[
    ("user", Keyword::User),
    ("password", Keyword::Password),
    ("PGHOST", Keyword::Host),
    ("PGPORT", Keyword::Port),
    ("PGDBNAME", Keyword::DbName),
    ("sslmode", Keyword::SslMode),
    ("sslrootcert", Keyword::SslRootCert),
    ("sslcert", Keyword::SslCert),
    ("sslkey", Keyword::SslKey),
    ("sslpassword", Keyword::SslPassword),
    ("sslNegotiation", Keyword::SslNegotiation),
    ("ApplicationName", Keyword::ApplicationName),
    ("connectTimeout", Keyword::ConnectTimeout),
    ("options", Keyword::Options),
    ("service", Keyword::Service),
];

/// r2dbc-postgresql's README.
const R2DBC: Table = &[
    ("user", Keyword::User),
    ("username", Keyword::User),
    ("host", Keyword::Host),
    ("port", Keyword::Port),
    ("database", Keyword::DbName),
    ("password", Keyword::Password),
    ("sslMode", Keyword::SslMode),
    ("sslRootCert", Keyword::SslRootCert),
    ("sslCert", Keyword::SslCert),
    ("sslKey", Keyword::SslKey),
    ("sslPassword", Keyword::SslPassword),
    ("applicationName", Keyword::ApplicationName),
    ("options", Keyword::Options),
];

/// NpgsqlConnectionStringBuilder.cs: names are compared without case, and its own with blanks or without.
const NPGSQL: Table = &[
    ("host", Keyword::Host),
    ("server", Keyword::Host),
    ("port", Keyword::Port),
    ("database", Keyword::DbName),
    ("db", Keyword::DbName),
    ("username", Keyword::User),
    ("user name", Keyword::User),
    ("userid", Keyword::User),
    ("user id", Keyword::User),
    ("uid", Keyword::User),
    ("password", Keyword::Password),
    ("psw", Keyword::Password),
    ("pwd", Keyword::Password),
    ("passfile", Keyword::PassFile),
    ("ssl mode", Keyword::SslMode),
    ("sslmode", Keyword::SslMode),
    ("ssl certificate", Keyword::SslCert),
    ("sslcertificate", Keyword::SslCert),
    ("ssl key", Keyword::SslKey),
    ("sslkey", Keyword::SslKey),
    ("ssl password", Keyword::SslPassword),
    ("sslpassword", Keyword::SslPassword),
    ("root certificate", Keyword::SslRootCert),
    ("rootcertificate", Keyword::SslRootCert),
    ("ssl negotiation", Keyword::SslNegotiation),
    ("sslnegotiation", Keyword::SslNegotiation),
    ("application name", Keyword::ApplicationName),
    ("applicationname", Keyword::ApplicationName),
    ("timeout", Keyword::ConnectTimeout),
    ("options", Keyword::Options),
    ("target session attributes", Keyword::TargetSessionAttrs),
    ("targetsessionattributes", Keyword::TargetSessionAttrs),
];

/// postgres.js, src/index.js: `ssl` and `sslmode` are one.
const POSTGRES_JS: Table = &[("ssl", Keyword::SslMode)];

/// SQLAlchemy hands the query to asyncpg as arguments of connect(), where the mode is called `ssl`.
const SQLALCHEMY_ASYNCPG: Table = &[
    ("ssl", Keyword::SslMode),
    ("host", Keyword::Host),
    ("port", Keyword::Port),
    ("user", Keyword::User),
    ("password", Keyword::Password),
    ("database", Keyword::DbName),
    ("passfile", Keyword::PassFile),
];

/// The names that a driver knows in a form.
pub(super) fn of(driver: Driver, form: Form) -> Names {
    let names = |tables: [Table; 2]| Names { tables, closed: false };
    match (form, driver) {
        (Form::Jdbc, _) => names([JDBC, &[]]),
        (Form::R2dbc, _) => names([R2DBC, &[]]),
        (Form::Semicolons, _) => names([NPGSQL, &[]]),
        (Form::SqlAlchemy, Driver::Asyncpg) => Names { closed: true, ..names([SQLALCHEMY_ASYNCPG, &[]]) },
        (Form::SqlAlchemy | Form::Pdo, d) if d.is_libpq() => Names::LIBPQ,
        (Form::Pdo, _) => Names::LIBPQ,
        (_, Driver::Asyncpg) => names([COMMON, ASYNCPG]),
        (_, Driver::PostgresJs) => names([COMMON, POSTGRES_JS]),
        (_, Driver::Sqlx) => names([COMMON, SQLX]),
        (_, Driver::Pgx | Driver::GoPq | Driver::Unknown) => names([COMMON, GO]),
        (_, Driver::TokioPostgres) => Names { closed: true, ..names([TOKIO, &[]]) },
        _ => names([COMMON, &[]]),
    }
}

/// Whether a driver reads a form; everybody gets a URL, however little of it his program hands on.
pub(super) fn reads(driver: Driver, form: Form) -> bool {
    let own = match form {
        Form::Uri | Form::Words => return true,
        Form::SqlAlchemy => matches!(driver, Driver::Psycopg | Driver::Asyncpg | Driver::Pg8000),
        Form::Jdbc => driver == Driver::Pgjdbc,
        Form::R2dbc => driver == Driver::R2dbc,
        Form::Semicolons => driver == Driver::Npgsql,
        Form::Pdo => driver == Driver::Php,
    };
    own || driver == Driver::Unknown
}

/// The drivers whose grammar is libpq's own, libpq included. pgx holds itself to libpq's parser (pgconn/parse_url.go).
pub(super) fn reads_as_libpq(driver: Driver) -> bool {
    driver.is_libpq() || driver == Driver::Pgx
}

/// The variables that a driver looks at, by its documentation or source.
pub(super) fn variables(driver: Driver) -> Table {
    const ADDRESS: Table = &[
        ("PGHOST", Keyword::Host),
        ("PGPORT", Keyword::Port),
        ("PGUSER", Keyword::User),
        ("PGPASSWORD", Keyword::Password),
        ("PGDATABASE", Keyword::DbName),
    ];
    const NODE: Table = &[
        ("PGHOST", Keyword::Host),
        ("PGPORT", Keyword::Port),
        ("PGUSER", Keyword::User),
        ("PGPASSWORD", Keyword::Password),
        ("PGDATABASE", Keyword::DbName),
        ("PGSSLMODE", Keyword::SslMode),
        ("PGSSLNEGOTIATION", Keyword::SslNegotiation),
        ("PGAPPNAME", Keyword::ApplicationName),
        ("PGOPTIONS", Keyword::Options),
    ];
    const WHOLE: Table = &[
        ("PGHOST", Keyword::Host),
        ("PGPORT", Keyword::Port),
        ("PGUSER", Keyword::User),
        ("PGPASSWORD", Keyword::Password),
        ("PGDATABASE", Keyword::DbName),
        ("PGSSLMODE", Keyword::SslMode),
        ("PGSSLROOTCERT", Keyword::SslRootCert),
        ("PGSSLCERT", Keyword::SslCert),
        ("PGSSLKEY", Keyword::SslKey),
        ("PGSSLNEGOTIATION", Keyword::SslNegotiation),
        ("PGPASSFILE", Keyword::PassFile),
        ("PGSERVICE", Keyword::Service),
        ("PGAPPNAME", Keyword::ApplicationName),
        ("PGOPTIONS", Keyword::Options),
        ("PGCONNECT_TIMEOUT", Keyword::ConnectTimeout),
        ("PGTARGETSESSIONATTRS", Keyword::TargetSessionAttrs),
    ];
    const SQLX: Table = &[
        ("PGHOSTADDR", Keyword::HostAddr),
        ("PGHOST", Keyword::Host),
        ("PGPORT", Keyword::Port),
        ("PGUSER", Keyword::User),
        ("PGPASSWORD", Keyword::Password),
        ("PGDATABASE", Keyword::DbName),
        ("PGSSLMODE", Keyword::SslMode),
        ("PGSSLROOTCERT", Keyword::SslRootCert),
        ("PGSSLCERT", Keyword::SslCert),
        ("PGSSLKEY", Keyword::SslKey),
        ("PGAPPNAME", Keyword::ApplicationName),
        ("PGOPTIONS", Keyword::Options),
    ];
    const NPGSQL: Table = &[
        ("PGUSER", Keyword::User),
        ("PGPASSWORD", Keyword::Password),
        ("PGPASSFILE", Keyword::PassFile),
        ("PGSSLCERT", Keyword::SslCert),
        ("PGSSLKEY", Keyword::SslKey),
        ("PGSSLROOTCERT", Keyword::SslRootCert),
        ("PGSSLNEGOTIATION", Keyword::SslNegotiation),
        ("PGOPTIONS", Keyword::Options),
    ];
    match driver {
        Driver::NodePostgres => NODE,
        Driver::PostgresJs | Driver::Postgrex => ADDRESS,
        Driver::Asyncpg | Driver::Pgx | Driver::GoPq | Driver::Unknown => WHOLE,
        Driver::Sqlx => SQLX,
        Driver::Npgsql => NPGSQL,
        _ => &[],
    }
}

/// Whether what a variable says counts for a driver. node-postgres passes over words for the mode that it does not know.
pub(super) fn counts(driver: Driver, name: &str, value: &Value) -> bool {
    const NODE: [&str; 6] = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"];
    let known = variables(driver).iter().any(|(n, _)| *n == name);
    known
        && (driver != Driver::NodePostgres
            || name != "PGSSLMODE"
            || !value.is_known()
            || NODE.iter().any(|m| value.is(m)))
}

/// How a mode that is written as something else stands to a mode that is written.
pub(super) enum Mode {
    /// It replaces what is written.
    Instead,
    /// It counts where no mode is written.
    Unless,
}

/// The mode that other parameters come to.
pub(super) fn mode(driver: Driver, settings: &Settings) -> Option<(Mode, Value)> {
    let known = |mode: &str| Value::known(mode, false);
    match driver {
        // `true`, `1`: TLS as tls.connect does it, which verifies; `0`: none.
        Driver::NodePostgres => {
            let written = settings.value(Keyword::SslMode);
            if written.is_some() && settings.other("uselibpqcompat").is_some_and(|v| !v.is_known() || v.is("true")) {
                let mode = written?.text().filter(|_| settings.other("uselibpqcompat").is_some_and(Value::is_known));
                return Some((Mode::Instead, mode.map_or(Value::unknown(false), |m| known(&format!("compat:{m}")))));
            }
            let files = [Keyword::SslRootCert, Keyword::SslCert, Keyword::SslKey];
            if written.is_none() && files.iter().any(|k| settings.value(*k).is_some_and(|v| !v.is(""))) {
                return Some((Mode::Unless, known("verify-full")));
            }
            let mode = match settings.other("ssl")? {
                value if value.is("true") || value.is("1") => known("verify-full"),
                value if value.is("0") => known("disable"),
                value if value.is("no-verify") => known("no-verify"),
                // A word, `false` too, counts as set, and the client then takes it apart as if it were an object.
                value if value.is_known() => known("ssl=?"),
                _ => Value::unknown(false),
            };
            Some((Mode::Unless, mode))
        }
        // `ssl=true`, and an `ssl` without a value, mean verify-full unless a mode is written.
        Driver::Pgjdbc | Driver::R2dbc => match settings.other("ssl")? {
            value if value.is("") || value.text().is_some_and(|t| t.eq_ignore_ascii_case("true")) => {
                Some((Mode::Unless, known("verify-full")))
            }
            value if !value.is_known() => Some((Mode::Unless, Value::unknown(false))),
            _ => None,
        },
        Driver::Postgrex => match settings.other("ssl")? {
            value if value.is("true") => Some((Mode::Instead, known("true"))),
            value if value.is_known() => Some((Mode::Instead, known("disable"))),
            _ => Some((Mode::Instead, Value::unknown(false))),
        },
        _ => None,
    }
}
