//! The clients that are not libpq: for each spelling of the mode, when TLS is tried and what of the certificate is checked.
//!
//! A row is read in the client's source or documentation, which it names; `Tested` rows are held to real handshakes by
//! tests/drivers_oracle.

use super::Evidence;
use crate::postgres::driver::Driver;

/// When TLS is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Never.
    Never,
    /// Plaintext first.
    Last,
    /// Plaintext follows where the server has no TLS.
    First,
    /// Nothing else is tried.
    Only,
}

/// What is checked, and against which CAs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verify {
    Nothing,
    /// Against the file.
    Chain,
    Full,
    /// Against the CAs of the system or of the client.
    PublicChain,
    PublicFull,
    /// Against both.
    BothChain,
    BothFull,
    /// The client gives up, whatever the order says.
    Refuses,
    /// Cannot be told from outside of the program.
    Unknown,
}

/// One spelling of the mode.
pub(super) struct Row {
    /// As the client's own word; empty: none is given.
    pub modes: &'static [&'static str],
    pub order: Order,
    /// No root certificate is named, and the client's default file is not there.
    pub none: Verify,
    /// The file is there.
    pub file: Verify,
    /// One is named and is not there.
    pub missing: Verify,
    /// It is there and is no certificate.
    pub broken: Verify,
}

/// A client.
pub(super) struct Client {
    pub driver: Driver,
    /// Which versions were looked at.
    pub versions: &'static str,
    /// Looked for where no file is named.
    pub default_root: Option<&'static str>,
    /// That file is looked for also where no mode is given.
    pub default_without_mode: bool,
    /// What the word `system` means for a file; None: it is a path like any other.
    pub system: Option<System>,
    /// Modes are compared without case, and `Verify CA` is `verifyca` (.NET).
    pub loose: bool,
    pub rows: &'static [Row],
    pub source: &'static str,
    pub evidence: Evidence,
}

/// What `sslrootcert=system` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    /// verify-full against the system's CAs, whatever the mode.
    ForcesFull,
    /// That, where no mode is given; a weaker one is refused.
    DemandsFull,
}

use Order::{First, Last, Never, Only};
use Verify::{BothChain, BothFull, Chain, Full, Nothing, PublicChain, PublicFull, Refuses, Unknown};

const fn row(
    modes: &'static [&'static str],
    order: Order,
    none: Verify,
    file: Verify,
    missing: Verify,
    broken: Verify,
) -> Row {
    Row { modes, order, none, file, missing, broken }
}

/// Certificates are not looked at.
const fn blind(modes: &'static [&'static str], order: Order) -> Row {
    row(modes, order, Nothing, Nothing, Nothing, Nothing)
}

const HOME_ROOT: Option<&str> = Some("~/.postgresql/root.crt");

#[rustfmt::skip]
pub(super) static CLIENTS: &[Client] = &[
    Client {
        driver: Driver::Asyncpg, versions: "0.32", default_root: HOME_ROOT, default_without_mode: true, system: None, loose: false,
        source: "asyncpg/connect_utils.py, _parse_connect_dsn_and_args", evidence: Evidence::Tested,
        rows: &[
            blind(&["disable"], Never),
            blind(&["allow"], Last),
            blind(&["", "prefer"], First),
            //                         none     file   missing  broken
            row(&["require"], Only,     Nothing, Chain, Refuses, Refuses),
            row(&["verify-ca"], Only,   Refuses, Chain, Refuses, Refuses),
            row(&["verify-full"], Only, Refuses, Full,  Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::Pg8000, versions: "1.31", default_root: None, default_without_mode: true, system: None, loose: false,
        source: "pg8000/core.py, _make_socket", evidence: Evidence::Read,
        rows: &[blind(&[""], First)],
    },
    Client {
        driver: Driver::Pgjdbc, versions: "42.7", default_root: HOME_ROOT, default_without_mode: true, system: None, loose: true,
        source: "org/postgresql/ssl/LibPQFactory.java, org/postgresql/jdbc/SslMode.java", evidence: Evidence::Tested,
        rows: &[
            blind(&["disable"], Never),
            blind(&["allow"], Last),
            blind(&["", "prefer"], First),
            blind(&["require"], Only),
            row(&["verify-ca"], Only,   Refuses, Chain, Refuses, Refuses),
            row(&["verify-full"], Only, Refuses, Full,  Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::R2dbc, versions: "1.0", default_root: None, default_without_mode: true, system: None, loose: true,
        source: "r2dbc-postgresql README, Getting Started; client/SSLMode.java", evidence: Evidence::Read,
        rows: &[
            blind(&["", "disable"], Never),
            blind(&["allow"], Last),
            blind(&["prefer"], First),
            blind(&["require"], Only),
            // What is checked is not written down, and a program may bring a verifier of its own.
            row(&["verify-ca", "verify_ca", "verify-full", "verify_full"], Only, Unknown, Unknown, Unknown, Unknown),
        ],
    },
    Client {
        driver: Driver::NodePostgres, versions: "8", default_root: None, default_without_mode: true, system: None, loose: false,
        source: "pg-connection-string/index.js; pg/lib/connection.js, upgradeToSSL", evidence: Evidence::Tested,
        rows: &[
            row(&[""], Never,                Nothing, Nothing, Refuses, Nothing),
            row(&["disable"], Never,         Nothing, Nothing, Refuses, Nothing),
            row(&["no-verify"], Only,        Nothing, Nothing, Refuses, Nothing),
            row(&["allow", "prefer", "require", "verify-ca", "verify-full"], Only, PublicFull, Full, Refuses, Refuses),
            // `ssl=false` and any other word crash it.
            row(&["ssl=?"], Only,            Refuses, Refuses, Refuses, Refuses),
            row(&["compat:disable"], Never,  Nothing, Nothing, Refuses, Nothing),
            row(&["compat:prefer"], Only,    Nothing, Nothing, Refuses, Nothing),
            row(&["compat:require"], Only,   Nothing, Chain,   Refuses, Refuses),
            row(&["compat:verify-ca"], Only, Refuses, Chain,   Refuses, Refuses),
            row(&["compat:allow", "compat:verify-full"], Only, PublicFull, Full, Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::PostgresJs, versions: "3.4", default_root: None, default_without_mode: true, system: None, loose: false,
        source: "postgres/src/connection.js, secure; src/index.js, parseOptions", evidence: Evidence::Tested,
        rows: &[
            // It hands sslrootcert on to the server, which refuses that.
            row(&["", "disable", "false"], Never, Nothing, Refuses, Refuses, Refuses),
            row(&["prefer"], First,               Nothing, Refuses, Refuses, Refuses),
            row(&["allow", "require"], Only,      Nothing, Refuses, Refuses, Refuses),
            row(&["true", "verify-ca", "verify-full"], Only, PublicFull, Refuses, Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::Prisma, versions: "5 and 6", default_root: None, default_without_mode: true, system: None, loose: false,
        source: "Prisma documentation, PostgreSQL connector: sslmode, sslaccept", evidence: Evidence::Read,
        rows: &[
            blind(&["disable"], Never),
            row(&["", "prefer"], First, Unknown, Unknown, Unknown, Unknown),
            row(&["require"], Only,     Unknown, Unknown, Unknown, Unknown),
        ],
    },
    Client {
        driver: Driver::Sqlx, versions: "0.8", default_root: None, default_without_mode: true, system: None, loose: true,
        source: "sqlx-postgres/src/connection/tls.rs; sqlx-core/src/net/tls", evidence: Evidence::Tested,
        rows: &[
            // `allow` never tries TLS.
            blind(&["disable", "allow"], Never),
            blind(&["", "prefer"], First),
            blind(&["require"], Only),
            row(&["verify-ca"], Only,   PublicChain, BothChain, Refuses, Unknown),
            row(&["verify-full"], Only, PublicFull,  BothFull,  Refuses, Unknown),
        ],
    },
    Client {
        driver: Driver::TokioPostgres, versions: "0.7", default_root: None, default_without_mode: true, system: None, loose: false,
        source: "tokio-postgres/src/connect_tls.rs; the program brings the TLS connector", evidence: Evidence::Tested,
        rows: &[
            blind(&["disable"], Never),
            row(&["", "prefer"], First, Unknown, Refuses, Refuses, Refuses),
            row(&["require"], Only,     Unknown, Refuses, Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::Pgx, versions: "5", default_root: HOME_ROOT, default_without_mode: true, system: Some(System::ForcesFull), loose: false,
        source: "pgconn/config.go, configTLS", evidence: Evidence::Tested,
        rows: &[
            // The file is read in every mode.
            row(&["disable"], Never,     Nothing,     Nothing, Refuses, Refuses),
            row(&["allow"], Last,        Nothing,     Nothing, Refuses, Refuses),
            row(&["", "prefer"], First,  Nothing,     Nothing, Refuses, Refuses),
            row(&["require"], Only,      Nothing,     Chain,   Refuses, Refuses),
            row(&["verify-ca"], Only,    PublicChain, Chain,   Refuses, Refuses),
            row(&["verify-full"], Only,  PublicFull,  Full,    Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::GoPq, versions: "1.12; before 1.11 prefer and allow are refused", default_root: HOME_ROOT, default_without_mode: false,
        system: Some(System::DemandsFull), loose: false,
        source: "lib/pq ssl.go and connector.go", evidence: Evidence::Tested,
        rows: &[
            blind(&["disable"], Never),
            blind(&["allow"], Last),
            row(&["prefer"], First,      Nothing,     Chain, Nothing, Unknown),
            row(&["", "require"], Only,  Nothing,     Chain, Nothing, Refuses),
            row(&["verify-ca"], Only,    PublicChain, Chain, Refuses, Refuses),
            row(&["verify-full"], Only,  PublicFull,  Full,  Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::Npgsql, versions: "8 and newer", default_root: HOME_ROOT, default_without_mode: true, system: None, loose: true,
        source: "Npgsql/Internal/NpgsqlConnector.cs, NegotiateEncryption", evidence: Evidence::Read,
        rows: &[
            blind(&["disable"], Never),
            blind(&["allow"], Last),
            blind(&["", "prefer"], First),
            blind(&["require"], Only),
            row(&["verifyca"], Only,   PublicChain, Chain, Refuses, Refuses),
            row(&["verifyfull"], Only, PublicFull,  Full,  Refuses, Refuses),
        ],
    },
    Client {
        driver: Driver::Postgrex, versions: "0.17 and newer", default_root: None, default_without_mode: true, system: None, loose: false,
        source: "Postgrex documentation, start_link: ssl", evidence: Evidence::Read,
        rows: &[
            blind(&["", "disable"], Never),
            row(&["true"], Only, Unknown, Unknown, Unknown, Unknown),
        ],
    },
];
