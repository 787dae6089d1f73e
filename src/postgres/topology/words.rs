//! What the name of a setting says: its words, the part of a connection that it is, and the group that it belongs to.
//!
//! Charts name the same thing in a hundred ways (`PGHOST`, `DB_HOST`, `AUTHENTIK_POSTGRESQL__HOST`, `databases.default.HOST`,
//! `--db-host`, `KC_DB_URL_HOST`). All of them are words with a part of a connection at the end, so one table of endings serves.

use std::fmt;

/// The part of a connection that a setting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A whole connection string.
    Url,
    Host,
    Port,
    User,
    Password,
    Database,
    SslMode,
    /// A switch for TLS, true or false, whose meaning is the program's own.
    SslSwitch,
    SslRootCert,
    SslCert,
    SslKey,
    /// Which kind of database it is (`postgres`, `mysql`).
    Kind,
}

impl Part {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Part::Url => "connection string",
            Part::Host => "host",
            Part::Port => "port",
            Part::User => "user",
            Part::Password => "password",
            Part::Database => "database",
            Part::SslMode => "sslmode",
            Part::SslSwitch => "TLS switch",
            Part::SslRootCert => "sslrootcert",
            Part::SslCert => "sslcert",
            Part::SslKey => "sslkey",
            Part::Kind => "kind of database",
        }
    }
}

/// Endings of names, longest first among those that share a last word.
const ENDINGS: &[(&[&str], Part)] = &[
    (&["connection", "string"], Part::Url),
    (&["connection", "url"], Part::Url),
    (&["connection", "uri"], Part::Url),
    (&["conn", "string"], Part::Url),
    (&["conn", "str"], Part::Url),
    (&["connectionstring"], Part::Url),
    (&["connstr"], Part::Url),
    (&["jdbc", "url"], Part::Url),
    (&["jdbcurl"], Part::Url),
    (&["sql", "alchemy", "conn"], Part::Url),
    // Mattermost's variable for its configuration in a database.
    (&["mm", "config"], Part::Url),
    (&["url"], Part::Url),
    (&["uri"], Part::Url),
    (&["dsn"], Part::Url),
    (&["datasource"], Part::Url),
    (&["data", "source"], Part::Url),
    (&["url", "host"], Part::Host),
    (&["host", "name"], Part::Host),
    (&["connect", "addr"], Part::Host),
    (&["host"], Part::Host),
    (&["hostname"], Part::Host),
    (&["hosts"], Part::Host),
    (&["server"], Part::Host),
    (&["servername"], Part::Host),
    (&["addr"], Part::Host),
    (&["address"], Part::Host),
    (&["endpoint"], Part::Host),
    (&["seeds"], Part::Host),
    // Pgpool-II's servers, as Bitnami's image is told them.
    (&["backend", "nodes"], Part::Host),
    (&["url", "port"], Part::Port),
    (&["port", "number"], Part::Port),
    (&["port"], Part::Port),
    (&["user", "name"], Part::User),
    (&["user"], Part::User),
    (&["username"], Part::User),
    (&["login"], Part::User),
    (&["password"], Part::Password),
    (&["passwd"], Part::Password),
    (&["pass"], Part::Password),
    (&["pwd"], Part::Password),
    (&["ssl", "root", "cert"], Part::SslRootCert),
    (&["ssl", "ca", "cert"], Part::SslRootCert),
    (&["ssl", "ca", "file"], Part::SslRootCert),
    (&["ca", "file"], Part::SslRootCert),
    (&["ca", "cert"], Part::SslRootCert),
    (&["root", "cert"], Part::SslRootCert),
    (&["ssl", "ca"], Part::SslRootCert),
    (&["tls", "ca"], Part::SslRootCert),
    (&["sslrootcert"], Part::SslRootCert),
    (&["ssl", "cert"], Part::SslCert),
    (&["sslcert"], Part::SslCert),
    (&["ssl", "key"], Part::SslKey),
    (&["sslkey"], Part::SslKey),
    (&["ssl", "mode"], Part::SslMode),
    (&["tls", "mode"], Part::SslMode),
    (&["sslmode"], Part::SslMode),
    (&["ssl", "enabled"], Part::SslSwitch),
    (&["tls", "enabled"], Part::SslSwitch),
    (&["ssl"], Part::SslSwitch),
    (&["tls"], Part::SslSwitch),
    (&["driver", "class", "name"], Part::Kind),
    (&["driver", "name"], Part::Kind),
    (&["plugin", "name"], Part::Kind),
    (&["type"], Part::Kind),
    (&["driver"], Part::Kind),
    (&["drivername"], Part::Kind),
    (&["engine"], Part::Kind),
    (&["dialect"], Part::Kind),
    (&["adapter"], Part::Kind),
    (&["client"], Part::Kind),
    (&["vendor"], Part::Kind),
    (&["platform"], Part::Kind),
    (&["kind"], Part::Kind),
    (&["url", "database"], Part::Database),
    (&["db", "name"], Part::Database),
    (&["database", "name"], Part::Database),
    (&["dbname"], Part::Database),
    (&["databasename"], Part::Database),
    (&["catalog"], Part::Database),
    (&["database"], Part::Database),
    (&["db"], Part::Database),
    (&["name"], Part::Database),
];

/// Words that charts write as one.
const GLUED: &[(&str, &[&str])] = &[
    ("pghost", &["pg", "host"]),
    ("pghostaddr", &["pg", "host"]),
    ("pgport", &["pg", "port"]),
    ("pguser", &["pg", "user"]),
    ("pgpassword", &["pg", "password"]),
    ("pgpass", &["pg", "password"]),
    ("pgdatabase", &["pg", "database"]),
    ("pgsslmode", &["pg", "sslmode"]),
    ("pgsslrootcert", &["pg", "sslrootcert"]),
    ("pgsslcert", &["pg", "sslcert"]),
    ("pgsslkey", &["pg", "sslkey"]),
    ("dbhost", &["db", "host"]),
    ("dbhostname", &["db", "host"]),
    ("dbserver", &["db", "host"]),
    ("dbport", &["db", "port"]),
    ("dbuser", &["db", "user"]),
    ("dbusername", &["db", "user"]),
    ("dbpass", &["db", "password"]),
    ("dbpassword", &["db", "password"]),
    ("dbpasswd", &["db", "password"]),
    ("dbtype", &["db", "type"]),
    ("dbdriver", &["db", "driver"]),
    ("dbengine", &["db", "engine"]),
    ("dburl", &["db", "url"]),
    ("dburi", &["db", "uri"]),
    ("dbdsn", &["db", "dsn"]),
    ("dbname", &["db", "name"]),
    ("dbsslmode", &["db", "sslmode"]),
    ("sqlsettings", &["sql", "settings"]),
];

/// Words that mean Postgres and nothing else.
const POSTGRES: &[&str] = &[
    "postgres",
    "postgresql",
    "pg",
    "pgsql",
    "psql",
    "postgresdb",
    "pgdb",
    "pgvector",
    "postgis",
    "timescaledb",
    "psycopg",
    "psycopg2",
    "asyncpg",
    "postgrest",
    "pgbouncer",
    "pgpool",
    "pgmeta",
    "cnpg",
];

/// Words that mean another database.
const OTHER_DATABASES: &[&str] = &[
    "mysql",
    "mariadb",
    "mongo",
    "mongodb",
    "redis",
    "valkey",
    "keydb",
    "clickhouse",
    "elasticsearch",
    "elastic",
    "opensearch",
    "sqlite",
    "mssql",
    "sqlserver",
    "oracle",
    "cassandra",
    "memcached",
    "etcd",
    "influxdb",
    "neo4j",
    "qdrant",
    "weaviate",
    "milvus",
    "dynamodb",
    "couchdb",
    "arangodb",
    "trino",
    "presto",
    "hive",
    "druid",
    "pinot",
    "snowflake",
    "bigquery",
    "redshift",
    "solr",
    "typesense",
    "meilisearch",
    "lmdb",
    "leveldb",
    "bolt",
    "boltdb",
    "badger",
];

/// Words that mean a service of another kind, unless a word for a database follows them.
const OTHER_SERVICES: &[&str] = &[
    "rabbitmq",
    "amqp",
    "kafka",
    "nats",
    "smtp",
    "mail",
    "email",
    "imap",
    "ldap",
    "s3",
    "minio",
    "zookeeper",
    "broker",
    "queue",
    "cache",
    "http",
    "https",
    "grpc",
    "proxy",
    "statsd",
    "datadog",
    "jaeger",
    "otel",
    "otlp",
    "oauth",
    "oidc",
    "saml",
    "sso",
    "zipkin",
    "consul",
    "activemq",
    "mqtt",
    "ftp",
    "sftp",
    "ssh",
    "git",
    "prometheus",
    "sentry",
    "webhook",
    "ingress",
    "api",
    "metrics",
    "logger",
    "storage",
];

/// Words that mean a database of some kind.
const DATABASES: &[&str] = &[
    "db",
    "database",
    "databases",
    "sql",
    "jdbc",
    "datasource",
    "datasources",
    "rdbms",
    "sqlalchemy",
    "dbm",
    "r2dbc",
    "typeorm",
    "datastore",
    "datastores",
    "persistence",
    "store",
    "metastore",
    "metadata",
];

fn is_database(word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    [POSTGRES, DATABASES].iter().any(|list| list.contains(&word) || list.contains(&stem))
}

/// What a name says about which system it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Another system.
    Other,
    /// Nothing.
    Silent,
    /// A database.
    Database,
    Postgres,
}

/// A name in lower-case words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Words(Vec<String>);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Words {
    /// Splits at anything that is neither letter nor digit, and where a lower-case letter meets an upper-case one.
    pub fn of(name: &str) -> Words {
        let mut words: Vec<String> = Vec::new();
        let mut word = String::new();
        let mut before_lower = false;
        // A hostile name is not worth more than this; no chart's setting is longer.
        for c in name.chars().take(400).chain(['_']) {
            let splits = !c.is_ascii_alphanumeric();
            if (splits || (c.is_ascii_uppercase() && before_lower)) && !word.is_empty() {
                let whole = std::mem::take(&mut word);
                match GLUED.iter().find(|(glued, _)| *glued == whole) {
                    Some((_, split)) => words.extend(split.iter().map(|w| (*w).to_string())),
                    None => words.push(whole),
                }
            }
            if !splits {
                word.push(c.to_ascii_lowercase());
            }
            before_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        }
        Words(words)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The name without its last `n` words.
    pub fn without_last(&self, n: usize) -> Words {
        Words(self.0.iter().take(self.0.len().saturating_sub(n)).cloned().collect())
    }

    /// Whether the name is this one word.
    pub fn is(&self, word: &str) -> bool {
        matches!(self.0.as_slice(), [only] if only == word)
    }

    /// The name without a last word that means a database.
    pub fn without_database(&self) -> Option<Words> {
        self.0.last().filter(|w| is_database(w)).map(|_| self.without_last(1))
    }

    /// Whether the name ends in this word; the name without it.
    pub fn strip(&self, last: &str) -> Option<Words> {
        (self.0.last()? == last).then(|| self.without_last(1))
    }

    fn ends_in(&self, ending: &[&str]) -> bool {
        self.0.len() >= ending.len() && self.0.iter().rev().zip(ending.iter().rev()).all(|(a, b)| a == b)
    }

    /// The part of a connection that the name says it is, and the group: the words before.
    pub fn part(&self) -> Option<(Part, Words)> {
        let fitting = ENDINGS.iter().filter(|(ending, _)| self.ends_in(ending));
        let (ending, part) = fitting.max_by_key(|(ending, _)| ending.len())?;
        let mut prefix = self.without_last(ending.len());
        match *ending {
            // `TOOLJET_DB` is a name in the group of `TOOLJET_DB_HOST`; so is `KC_DB`, whose value says otherwise.
            ["db" | "database"] => prefix = self.clone(),
            // So is `DB_NAME` in the group of `DB_HOST`.
            ["db" | "database", "name"] => prefix = self.without_last(1),
            _ => {}
        }
        // `connection.url.host` and the like.
        while let Some(shorter) =
            ["url", "connection", "conn", "args", "jdbc", "config", "default"].iter().find_map(|w| prefix.strip(w))
        {
            if shorter.is_empty() {
                break;
            }
            prefix = shorter;
        }
        // `application_name`, `HOST_NAME` of a pod: a name of something else, unless the words before it are a database's.
        if *ending == ["name"] && !prefix.0.last().is_some_and(|w| is_database(w)) {
            return None;
        }
        Some((*part, prefix))
    }

    /// Which system the words are about. The last telling word decides: `POSTGRES_EXPORTER_REDIS_HOST` is about Redis.
    pub fn about(&self) -> About {
        let mut database = false;
        for word in self.0.iter().rev() {
            let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
            let is = |list: &[&str]| list.contains(&word.as_str()) || list.contains(&stem);
            if is(POSTGRES) {
                return About::Postgres;
            }
            if is(OTHER_DATABASES) || (!database && is(OTHER_SERVICES)) {
                return About::Other;
            }
            database |= is(DATABASES);
        }
        if database { About::Database } else { About::Silent }
    }

    /// The words with synonyms made one, for merging groups.
    pub fn canonical(&self) -> Words {
        let one = |word: &String| match word.as_str() {
            "database" | "databases" => "db".to_string(),
            "postgresql" | "pgsql" | "psql" | "pg" | "postgresdb" => "postgres".to_string(),
            _ => word.clone(),
        };
        Words(self.0.iter().map(one).collect())
    }

    /// Whether `self` begins with all of `start`.
    pub fn starts_with(&self, start: &Words) -> bool {
        self.0.len() >= start.0.len() && self.0.iter().zip(&start.0).all(|(a, b)| a == b)
    }
}

/// Whether a value names the kind of database: `Some(true)` Postgres, `Some(false)` another.
pub fn kind(value: &str) -> Option<bool> {
    let value = value.trim();
    if value.is_empty() || value.len() > 80 {
        return None;
    }
    match Words::of(value).about() {
        About::Postgres => Some(true),
        About::Other => Some(false),
        About::Silent | About::Database => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> Option<(Part, String)> {
        Words::of(name).part().map(|(p, w)| (p, format!("{w:?}")))
    }

    #[test]
    fn names_of_public_charts() {
        for (name, want, group) in [
            ("PGHOST", Part::Host, "pg"),
            ("PGSSLROOTCERT", Part::SslRootCert, "pg"),
            ("DB_HOST", Part::Host, "db"),
            ("TOOLJET_DB", Part::Database, "tooljet db"),
            ("PG_META_DB_NAME", Part::Database, "pg meta db"),
            ("DB_NAME", Part::Database, "db"),
            ("TOOLJET_DB_HOST", Part::Host, "tooljet db"),
            ("AIRFLOW_DATABASE_PORT_NUMBER", Part::Port, "airflow database"),
            ("AUTHENTIK_POSTGRESQL__HOST", Part::Host, "authentik postgresql"),
            ("KC_DB_URL_HOST", Part::Host, "kc db"),
            ("KC_DB_URL_DATABASE", Part::Database, "kc db"),
            ("KC_DB_USERNAME", Part::User, "kc db"),
            ("KC_DB_URL", Part::Url, "kc db"),
            ("PAPERLESS_DBHOST", Part::Host, "paperless db"),
            ("GITEA__database__HOST", Part::Host, "gitea database"),
            ("SQLALCHEMY_DATABASE_URI", Part::Url, "sqlalchemy database"),
            ("MM_SQLSETTINGS_DATASOURCE", Part::Url, "mm sql settings"),
            ("databases.default.HOST", Part::Host, "databases"),
            ("database.args.host", Part::Host, "database"),
            ("persistence.datastores.sql.connectAddr", Part::Host, "persistence datastores sql"),
            ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", Part::Url, "airflow database"),
            ("DB_SSL_CA", Part::SslRootCert, "db"),
            ("spring.datasource.url", Part::Url, "spring datasource"),
            ("url", Part::Url, ""),
        ] {
            assert_eq!(part(name), Some((want, group.to_string())), "{name}");
        }
        assert_eq!(part("database.args.application_name"), None);
        assert_eq!(part("DB_POOL_SIZE"), None);
        assert_eq!(part(""), None);
        assert_eq!(part("___"), None);
    }

    #[test]
    fn the_last_telling_word_decides() {
        let about = |name: &str| Words::of(name).about();
        assert_eq!(about("AUTHENTIK_POSTGRESQL__HOST"), About::Postgres);
        assert_eq!(about("APP_REDIS_HOST"), About::Other);
        assert_eq!(about("DB_HOST"), About::Database);
        assert_eq!(about("MYSQL_DB_HOST"), About::Other);
        assert_eq!(about("SENTRY_DB_HOST"), About::Database);
        assert_eq!(about("SENTRY_DSN"), About::Other);
        assert_eq!(about("APP_HOST"), About::Silent);
        assert_eq!(kind("postgres12"), Some(true));
        assert_eq!(kind("django.db.backends.postgresql"), Some(true));
        assert_eq!(kind("mysql"), Some(false));
        assert_eq!(kind("org.postgresql.Driver"), Some(true));
        assert_eq!(kind("h2"), None);
    }
}
