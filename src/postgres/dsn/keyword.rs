//! libpq's parameters: one row each, with the environment variable and the compiled-in default, and the majors that know it.
//!
//! Source: `PQconninfoOptions` in fe-connect.c of 15, 16, 17 and 18, held to `PQconndefaults` of each by the oracle test.

use std::fmt;

/// A parameter of libpq. Declared in libpq's order, which is the order of [`KEYWORDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keyword {
    Service,
    User,
    Password,
    PassFile,
    ChannelBinding,
    ConnectTimeout,
    DbName,
    Host,
    HostAddr,
    Port,
    ClientEncoding,
    Options,
    ApplicationName,
    FallbackApplicationName,
    Keepalives,
    KeepalivesIdle,
    KeepalivesInterval,
    KeepalivesCount,
    TcpUserTimeout,
    SslMode,
    SslNegotiation,
    SslCompression,
    SslCert,
    SslKey,
    SslCertMode,
    SslPassword,
    SslRootCert,
    SslCrl,
    SslCrlDir,
    SslSni,
    RequirePeer,
    RequireAuth,
    MinProtocolVersion,
    MaxProtocolVersion,
    SslMinProtocolVersion,
    SslMaxProtocolVersion,
    GssEncMode,
    KrbSrvName,
    GssLib,
    GssDelegation,
    Replication,
    TargetSessionAttrs,
    LoadBalanceHosts,
    ScramClientKey,
    ScramServerKey,
    OauthIssuer,
    OauthClientId,
    OauthClientSecret,
    OauthScope,
    SslKeyLogFile,
}

/// What libpq knows of a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub keyword: Keyword,
    pub name: &'static str,
    /// Read where neither the connection string nor a service says anything.
    pub env: Option<&'static str>,
    /// Taken where nobody says anything.
    pub default: Option<&'static str>,
    /// The first major of libpq that knows it; 15 is the oldest that is looked at.
    pub since: u8,
    /// Must never be shown.
    pub secret: bool,
}

const fn row(
    keyword: Keyword,
    name: &'static str,
    env: Option<&'static str>,
    default: Option<&'static str>,
    since: u8,
    secret: bool,
) -> Row {
    Row { keyword, name, env, default, since, secret }
}

/// Every parameter of the newest libpq, in its order. `gssencmode` is what a build with GSSAPI takes (see [`Libpq::gss`]).
#[rustfmt::skip]
pub static KEYWORDS: [Row; 50] = [
    row(Keyword::Service, "service", Some("PGSERVICE"), None, 15, false),
    row(Keyword::User, "user", Some("PGUSER"), None, 15, false),
    row(Keyword::Password, "password", Some("PGPASSWORD"), None, 15, true),
    row(Keyword::PassFile, "passfile", Some("PGPASSFILE"), None, 15, false),
    row(Keyword::ChannelBinding, "channel_binding", Some("PGCHANNELBINDING"), Some("prefer"), 15, false),
    row(Keyword::ConnectTimeout, "connect_timeout", Some("PGCONNECT_TIMEOUT"), None, 15, false),
    row(Keyword::DbName, "dbname", Some("PGDATABASE"), None, 15, false),
    row(Keyword::Host, "host", Some("PGHOST"), None, 15, false),
    row(Keyword::HostAddr, "hostaddr", Some("PGHOSTADDR"), None, 15, false),
    row(Keyword::Port, "port", Some("PGPORT"), Some("5432"), 15, false),
    row(Keyword::ClientEncoding, "client_encoding", Some("PGCLIENTENCODING"), None, 15, false),
    row(Keyword::Options, "options", Some("PGOPTIONS"), Some(""), 15, false),
    row(Keyword::ApplicationName, "application_name", Some("PGAPPNAME"), None, 15, false),
    row(Keyword::FallbackApplicationName, "fallback_application_name", None, None, 15, false),
    row(Keyword::Keepalives, "keepalives", None, None, 15, false),
    row(Keyword::KeepalivesIdle, "keepalives_idle", None, None, 15, false),
    row(Keyword::KeepalivesInterval, "keepalives_interval", None, None, 15, false),
    row(Keyword::KeepalivesCount, "keepalives_count", None, None, 15, false),
    row(Keyword::TcpUserTimeout, "tcp_user_timeout", None, None, 15, false),
    row(Keyword::SslMode, "sslmode", Some("PGSSLMODE"), Some("prefer"), 15, false),
    row(Keyword::SslNegotiation, "sslnegotiation", Some("PGSSLNEGOTIATION"), Some("postgres"), 17, false),
    row(Keyword::SslCompression, "sslcompression", Some("PGSSLCOMPRESSION"), Some("0"), 15, false),
    row(Keyword::SslCert, "sslcert", Some("PGSSLCERT"), None, 15, false),
    row(Keyword::SslKey, "sslkey", Some("PGSSLKEY"), None, 15, false),
    row(Keyword::SslCertMode, "sslcertmode", Some("PGSSLCERTMODE"), None, 16, false),
    row(Keyword::SslPassword, "sslpassword", None, None, 15, true),
    row(Keyword::SslRootCert, "sslrootcert", Some("PGSSLROOTCERT"), None, 15, false),
    row(Keyword::SslCrl, "sslcrl", Some("PGSSLCRL"), None, 15, false),
    row(Keyword::SslCrlDir, "sslcrldir", Some("PGSSLCRLDIR"), None, 15, false),
    row(Keyword::SslSni, "sslsni", Some("PGSSLSNI"), Some("1"), 15, false),
    row(Keyword::RequirePeer, "requirepeer", Some("PGREQUIREPEER"), None, 15, false),
    row(Keyword::RequireAuth, "require_auth", Some("PGREQUIREAUTH"), None, 16, false),
    row(Keyword::MinProtocolVersion, "min_protocol_version", Some("PGMINPROTOCOLVERSION"), None, 18, false),
    row(Keyword::MaxProtocolVersion, "max_protocol_version", Some("PGMAXPROTOCOLVERSION"), None, 18, false),
    row(Keyword::SslMinProtocolVersion, "ssl_min_protocol_version", Some("PGSSLMINPROTOCOLVERSION"), Some("TLSv1.2"), 15, false),
    row(Keyword::SslMaxProtocolVersion, "ssl_max_protocol_version", Some("PGSSLMAXPROTOCOLVERSION"), None, 15, false),
    row(Keyword::GssEncMode, "gssencmode", Some("PGGSSENCMODE"), Some("disable"), 15, false),
    row(Keyword::KrbSrvName, "krbsrvname", Some("PGKRBSRVNAME"), Some("postgres"), 15, false),
    row(Keyword::GssLib, "gsslib", Some("PGGSSLIB"), None, 15, false),
    row(Keyword::GssDelegation, "gssdelegation", Some("PGGSSDELEGATION"), Some("0"), 16, false),
    row(Keyword::Replication, "replication", None, None, 15, false),
    row(Keyword::TargetSessionAttrs, "target_session_attrs", Some("PGTARGETSESSIONATTRS"), Some("any"), 15, false),
    row(Keyword::LoadBalanceHosts, "load_balance_hosts", Some("PGLOADBALANCEHOSTS"), Some("disable"), 16, false),
    row(Keyword::ScramClientKey, "scram_client_key", None, None, 18, true),
    row(Keyword::ScramServerKey, "scram_server_key", None, None, 18, true),
    row(Keyword::OauthIssuer, "oauth_issuer", None, None, 18, false),
    row(Keyword::OauthClientId, "oauth_client_id", None, None, 18, false),
    row(Keyword::OauthClientSecret, "oauth_client_secret", None, None, 18, true),
    row(Keyword::OauthScope, "oauth_scope", None, None, 18, false),
    row(Keyword::SslKeyLogFile, "sslkeylogfile", None, None, 18, false),
];

impl Keyword {
    /// The row of the parameter.
    pub fn row(self) -> &'static Row {
        &KEYWORDS[self as usize]
    }

    /// As it is written in a connection string.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The parameter of that name in any major. Case matters.
    pub fn named(name: &[u8]) -> Option<Keyword> {
        KEYWORDS.iter().find(|r| r.name.as_bytes() == name).map(|r| r.keyword)
    }

    /// The parameter that an environment variable sets.
    pub fn of_variable(name: &str) -> Option<Keyword> {
        KEYWORDS.iter().find(|r| r.env == Some(name)).map(|r| r.keyword)
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One build of libpq: how it differs from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Libpq {
    /// 15 to 18.
    pub major: u8,
    /// Built with GSSAPI, as Debian's and the official images' are: `gssencmode` is then `prefer`.
    pub gss: bool,
    /// Where the socket is without a host: `/var/run/postgresql` in Debian's builds and the official images.
    pub socket_dir: &'static str,
    /// A space that is not percent-encoded is refused within a part of a URI, and dropped at its ends (18).
    pub trims_spaces: bool,
    /// `sslrootcert=system` means the system's roots and forces `verify-full` (16).
    pub system_roots: bool,
    /// `sslnegotiation` is known (17).
    pub direct_tls: bool,
}

const fn libpq(major: u8, trims_spaces: bool, system_roots: bool, direct_tls: bool) -> Libpq {
    Libpq { major, gss: true, socket_dir: "/var/run/postgresql", trims_spaces, system_roots, direct_tls }
}

/// The majors that are told apart.
pub static LIBPQ: [Libpq; 4] = [
    libpq(15, false, false, false),
    libpq(16, false, true, false),
    libpq(17, false, true, true),
    libpq(18, true, true, true),
];

impl Libpq {
    /// The newest that is known here.
    pub const NEWEST: &'static Libpq = &LIBPQ[3];

    /// The row of a major; the nearest one where it is older or newer than all that are known.
    pub fn of(major: u8) -> &'static Libpq {
        LIBPQ.iter().rfind(|l| l.major <= major).unwrap_or(&LIBPQ[0])
    }

    /// Whether this major knows the parameter.
    pub fn knows(&self, keyword: Keyword) -> bool {
        keyword.row().since <= self.major
    }

    /// The compiled-in default.
    pub fn default(&self, keyword: Keyword) -> Option<&'static str> {
        match keyword {
            Keyword::GssEncMode if !self.gss => Some("disable"),
            _ => keyword.row().default,
        }
    }
}

/// The known parameter that differs from `name` in case, or by one letter added, left out, changed or swapped.
pub(super) fn nearest(name: &[u8]) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    KEYWORDS.iter().map(|r| r.name).find(|known| is_near(&name, known.as_bytes()))
}

fn is_near(a: &[u8], b: &[u8]) -> bool {
    if a.len().abs_diff(b.len()) > 1 || b.len() < 4 {
        return a == b;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let from = |s: &'_ [u8], n: usize| s.get(n..).unwrap_or_default().to_vec();
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Less => a == from(b, 1),
        std::cmp::Ordering::Greater => from(a, 1) == b,
        std::cmp::Ordering::Equal => {
            from(a, 1) == from(b, 1) || (a.len() > 1 && a[0] == b[1] && a[1] == b[0] && from(a, 2) == from(b, 2))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_where_their_keyword_says() {
        for (n, row) in KEYWORDS.iter().enumerate() {
            assert_eq!(row.keyword as usize, n, "{}", row.name);
            assert_eq!(Keyword::named(row.name.as_bytes()), Some(row.keyword));
        }
    }

    #[test]
    fn a_slip_of_the_pen_has_a_neighbour() {
        assert_eq!(nearest(b"sslmod"), Some("sslmode"));
        assert_eq!(nearest(b"SSLMode"), Some("sslmode"));
        assert_eq!(nearest(b"slsmode"), Some("sslmode"));
        assert_eq!(nearest(b"sslrootcerts"), Some("sslrootcert"));
        assert_eq!(nearest(b"schema"), None);
        assert_eq!(nearest(b""), None);
    }

    #[test]
    fn a_major_beyond_the_table_is_its_neighbour() {
        assert_eq!(Libpq::of(9).major, 15);
        assert_eq!(Libpq::of(17).major, 17);
        assert_eq!(Libpq::of(40).major, 18);
    }
}
