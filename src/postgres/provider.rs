//! Managed Postgres: which provider a host name belongs to, and what that provider demands of a client.
//!
//! Pure data and one look-up. Hosts that are bare addresses (Cloud SQL, AlloyDB by IP) or aliases of the user's own cannot be told: `of` says `None`.

/// What the provider does with a client that asks for no TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// The server refuses plaintext.
    Forced,
    /// The server refuses plaintext unless the user switched that off, or only from a given major on.
    ByDefault,
    /// The server takes both unless the user switched enforcement on.
    Optional,
}

/// Who signs the server's certificate: what has to be in the client's root file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Public roots: `sslrootcert=system` of libpq 16 and later, or the distribution's bundle.
    Public(&'static str),
    /// A bundle of the provider's own, the same for every customer.
    Bundle(&'static str),
    /// One certificate authority for each project, team, cluster or instance: has to be downloaded.
    Own(&'static str),
    /// Self-signed: nothing to verify against.
    SelfSigned,
}

/// How a pooler hands out server connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMode {
    /// One server connection for as long as the client stays: everything works.
    Session,
    /// One server connection for a transaction: no LISTEN, no session SET, no advisory locks over transactions.
    Transaction,
    /// The user chooses; it cannot be seen in the address.
    Chosen,
}

/// What in an address says that a pooler answers, not the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolSign {
    /// A port.
    Port(u16),
    /// The first label of the host ends so (`ep-x-pooler`).
    FirstLabelEnds(&'static str),
    /// Some label of the host begins so (`proxy-abc`).
    LabelStarts(&'static str),
    /// The host ends so.
    HostEnds(&'static str),
}

/// A sign and the mode that it stands for. All signs of a row are looked at in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooler {
    pub signs: &'static [PoolSign],
    pub mode: PoolMode,
}

/// One provider, or one kind of endpoint of a provider that behaves differently.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// Stable, kebab-case.
    pub id: &'static str,
    pub name: &'static str,
    /// The host ends so; begins with a dot.
    suffixes: &'static [&'static str],
    /// Some label of what precedes the suffix begins so; "" for any.
    label: &'static str,
    /// The port of the server itself.
    pub port: u16,
    pub poolers: &'static [Pooler],
    pub demand: Demand,
    pub authority: Authority,
    /// Whether the certificate carries the host name that users are given, so that verify-full can work.
    pub names_host: bool,
    pub note: &'static str,
    /// Where the row comes from.
    pub source: &'static str,
}

const RDS_BUNDLE: &str = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem";
const RDS: &[&str] = &[".rds.amazonaws.com", ".rds.amazonaws.com.cn"];

/// More special rows stand before more general ones.
pub static PROVIDERS: &[Provider] = &[
    Provider {
        id: "rds-proxy",
        name: "Amazon RDS Proxy",
        suffixes: RDS,
        label: "proxy-",
        port: 5432,
        poolers: &[Pooler { signs: &[PoolSign::LabelStarts("proxy-")], mode: PoolMode::Transaction }],
        demand: Demand::Optional,
        authority: Authority::Public("Amazon Root CA 1, not the RDS bundle"),
        names_host: true,
        note: "pins a session to one server connection when it sees session state",
        source: "docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html",
    },
    Provider {
        id: "aurora",
        name: "Amazon Aurora",
        suffixes: RDS,
        label: "cluster-",
        port: 5432,
        poolers: &[],
        demand: Demand::ByDefault,
        authority: Authority::Bundle(RDS_BUNDLE),
        names_host: true,
        note: "`.cluster-ro-` is the read-only endpoint",
        source: "docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html",
    },
    Provider {
        id: "rds",
        name: "Amazon RDS",
        suffixes: RDS,
        label: "",
        port: 5432,
        poolers: &[],
        demand: Demand::ByDefault,
        authority: Authority::Bundle(RDS_BUNDLE),
        names_host: true,
        note: "rds.force_ssl is 1 from Postgres 15 on; rds_superuser instead of superuser",
        source: "docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
    },
    Provider {
        id: "cloud-sql",
        name: "Google Cloud SQL",
        suffixes: &[".sql.goog"],
        label: "",
        port: 5432,
        poolers: &[],
        demand: Demand::Optional,
        authority: Authority::Own("the instance's server CA"),
        names_host: true,
        note: "by address the certificate names project:instance only: verify-ca",
        source: "docs.cloud.google.com/sql/docs/postgres/configure-ssl-instance",
    },
    Provider {
        id: "alloydb",
        name: "Google AlloyDB",
        suffixes: &[".alloydb.goog", ".alloydb-psc.goog"],
        label: "",
        port: 5432,
        poolers: &[Pooler { signs: &[PoolSign::Port(6432)], mode: PoolMode::Chosen }],
        demand: Demand::ByDefault,
        authority: Authority::Own("the cluster's CA"),
        names_host: false,
        note: "sslMode is ENCRYPTED_ONLY unless stated; the pooler's mode is transaction unless stated",
        source: "docs.cloud.google.com/dotnet/docs/reference/Google.Cloud.AlloyDb.V1/latest (SslConfig.SslMode)",
    },
    Provider {
        id: "azure",
        name: "Azure Database for PostgreSQL",
        suffixes: &[
            ".postgres.database.azure.com",
            ".postgres.database.usgovcloudapi.net",
            ".postgres.database.chinacloudapi.cn",
        ],
        label: "",
        port: 5432,
        poolers: &[Pooler { signs: &[PoolSign::Port(6432)], mode: PoolMode::Chosen }],
        demand: Demand::ByDefault,
        authority: Authority::Public("DigiCert Global Root G2 and Microsoft RSA Root CA 2017"),
        names_host: true,
        note: "never pin intermediates: they rotate",
        source: "learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-ssl-tls",
    },
    Provider {
        id: "supabase-pooler",
        name: "Supabase (Supavisor)",
        suffixes: &[".pooler.supabase.com"],
        label: "",
        port: 5432,
        poolers: &[
            Pooler { signs: &[PoolSign::Port(6543)], mode: PoolMode::Transaction },
            Pooler { signs: &[PoolSign::HostEnds(".pooler.supabase.com")], mode: PoolMode::Session },
        ],
        demand: Demand::Optional,
        authority: Authority::Own("the certificate of the project's dashboard"),
        names_host: true,
        note: "the user is role.<ref>",
        source: "supabase.com/docs/guides/database/connecting-to-postgres",
    },
    Provider {
        id: "supabase",
        name: "Supabase",
        suffixes: &[".supabase.co", ".supabase.com"],
        label: "db",
        port: 5432,
        poolers: &[Pooler { signs: &[PoolSign::Port(6543)], mode: PoolMode::Transaction }],
        demand: Demand::Optional,
        authority: Authority::Own("the certificate of the project's dashboard"),
        names_host: true,
        note: "IPv6 only without the add-on; no superuser",
        source: "supabase.com/docs/guides/platform/ssl-enforcement",
    },
    Provider {
        id: "neon",
        name: "Neon",
        suffixes: &[".neon.tech", ".neon.build"],
        label: "",
        port: 5432,
        poolers: &[Pooler { signs: &[PoolSign::FirstLabelEnds("-pooler")], mode: PoolMode::Transaction }],
        demand: Demand::Forced,
        authority: Authority::Public("ISRG Root X1"),
        names_host: true,
        note: "the server is chosen by SNI, or by options=endpoint%3D<id>",
        source: "neon.com/docs/connect/connect-securely",
    },
    Provider {
        id: "crunchy-bridge",
        name: "Crunchy Bridge",
        suffixes: &[".postgresbridge.com"],
        label: "",
        port: 5432,
        poolers: &[Pooler { signs: &[PoolSign::Port(5431)], mode: PoolMode::Transaction }],
        demand: Demand::Forced,
        authority: Authority::Own("the team's certificate"),
        names_host: true,
        note: "superuser is available",
        source: "docs.crunchybridge.com/concepts/tls",
    },
    Provider {
        id: "digitalocean",
        name: "DigitalOcean Managed Databases",
        suffixes: &[".db.ondigitalocean.com"],
        label: "",
        port: 25060,
        poolers: &[Pooler { signs: &[PoolSign::Port(25061)], mode: PoolMode::Chosen }],
        demand: Demand::Forced,
        authority: Authority::Own("the cluster's CA certificate"),
        names_host: true,
        note: "`private-` hosts answer inside the VPC only",
        source: "docs.digitalocean.com/products/databases/postgresql/how-to/connect",
    },
    Provider {
        id: "aiven",
        name: "Aiven",
        suffixes: &[".aivencloud.com"],
        label: "",
        port: 0, // each service has its own
        poolers: &[],
        demand: Demand::Forced,
        authority: Authority::Own("the project's ca.pem"),
        names_host: true,
        note: "avnadmin is no superuser",
        source: "aiven.io/docs/platform/concepts/tls-ssl-certificates",
    },
    Provider {
        id: "heroku",
        name: "Heroku Postgres",
        suffixes: &[".compute-1.amazonaws.com", ".compute.amazonaws.com"],
        label: "ec2-",
        port: 5432,
        poolers: &[],
        demand: Demand::Forced,
        authority: Authority::SelfSigned,
        names_host: false,
        note: "the URL rotates; any EC2 host looks like this",
        source: "devcenter.heroku.com/articles/connecting-heroku-postgres",
    },
];

/// The provider that a host name (or address: `None`) belongs to. Letter case and a final dot do not matter.
pub fn of(host: &str) -> Option<&'static Provider> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    PROVIDERS.iter().find(|row| row.owns(&host))
}

impl Provider {
    fn owns(&self, host: &str) -> bool {
        self.suffixes.iter().any(|suffix| {
            host.strip_suffix(suffix).is_some_and(|rest| {
                !rest.is_empty() && (self.label.is_empty() || rest.split('.').any(|l| l.starts_with(self.label)))
            })
        })
    }

    /// The pooler that answers at this address, if one does.
    pub fn pooler(&self, host: &str, port: u16) -> Option<PoolMode> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let shows = |sign: &PoolSign| match *sign {
            PoolSign::Port(p) => p == port,
            PoolSign::FirstLabelEnds(end) => host.split('.').next().is_some_and(|l| l.ends_with(end)),
            PoolSign::LabelStarts(start) => host.split('.').any(|l| l.starts_with(start)),
            PoolSign::HostEnds(end) => host.ends_with(end),
        };
        self.poolers.iter().find(|p| p.signs.iter().any(shows)).map(|p| p.mode)
    }

    /// Whether the address is one that only reads.
    pub fn read_only(&self, host: &str) -> bool {
        self.id == "aurora" && host.split('.').any(|l| l.to_ascii_lowercase().starts_with("cluster-ro-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(host: &str) -> Option<&'static str> {
        of(host).map(|p| p.id)
    }

    #[test]
    fn hosts_find_their_provider() {
        for (host, want) in [
            ("mydb.abc123.eu-west-1.rds.amazonaws.com", Some("rds")),
            ("MyDB.abc123.eu-west-1.RDS.amazonaws.com.", Some("rds")),
            ("mydb.cluster-abc123.eu-west-1.rds.amazonaws.com", Some("aurora")),
            ("mydb.cluster-ro-abc123.eu-west-1.rds.amazonaws.com", Some("aurora")),
            ("mydb.proxy-abc123.eu-west-1.rds.amazonaws.com", Some("rds-proxy")),
            ("mydb.abc123.rds.cn-north-1.rds.amazonaws.com.cn", Some("rds")),
            ("x.postgres.database.azure.com", Some("azure")),
            ("db.abcdefgh.supabase.co", Some("supabase")),
            ("abcdefgh.supabase.co", None), // the REST gateway, not the database
            ("aws-0-eu-west-1.pooler.supabase.com", Some("supabase-pooler")),
            ("ep-cool-name-123.eu-central-1.aws.neon.tech", Some("neon")),
            ("p.abc.db.postgresbridge.com", Some("crunchy-bridge")),
            ("private-db-x-do-user-1-0.b.db.ondigitalocean.com", Some("digitalocean")),
            ("pg-1-proj.a.aivencloud.com", Some("aiven")),
            ("ec2-1-2-3-4.compute-1.amazonaws.com", Some("heroku")),
            ("abc.sql.goog", Some("cloud-sql")),
            ("rds.amazonaws.com", None),
            (".rds.amazonaws.com", None),
            ("evil-rds.amazonaws.com", None),
            ("x.rds.amazonaws.com.example.org", None),
            ("10.0.0.3", None),
            ("postgres", None),
            ("", None),
        ] {
            assert_eq!(id(host), want, "{host}");
        }
    }

    #[test]
    fn poolers_show_in_the_address() {
        let pool = |host: &str, port| of(host).and_then(|p| p.pooler(host, port));
        assert_eq!(pool("ep-x-pooler.eu.aws.neon.tech", 5432), Some(PoolMode::Transaction));
        assert_eq!(pool("ep-x.eu.aws.neon.tech", 5432), None);
        assert_eq!(pool("a.pooler.supabase.com", 6543), Some(PoolMode::Transaction));
        assert_eq!(pool("a.pooler.supabase.com", 5432), Some(PoolMode::Session));
        assert_eq!(pool("x.postgres.database.azure.com", 6432), Some(PoolMode::Chosen));
        assert_eq!(pool("x.proxy-1.eu.rds.amazonaws.com", 5432), Some(PoolMode::Transaction));
        let host = "d.cluster-ro-1.eu.rds.amazonaws.com";
        assert!(of(host).is_some_and(|p| p.read_only(host)));
    }

    #[test]
    fn rows_are_well_formed() {
        let mut ids: Vec<_> = PROVIDERS.iter().map(|p| p.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), PROVIDERS.len());
        for p in PROVIDERS {
            assert!(p.suffixes.iter().all(|s| s.starts_with('.') && s.to_ascii_lowercase() == **s), "{}", p.id);
            assert!(!p.source.is_empty() && !p.note.is_empty(), "{}", p.id);
        }
    }
}
