//! What images are: Postgres servers, poolers, authenticating proxies, other databases that speak Postgres's protocol, and programs that
//! never connect to Postgres. Pure data; a program that is in no list may be anything.

/// What is known of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Serves Postgres, and carries its client programs.
    Server,
    /// Serves Postgres's protocol and hands sessions on to a server.
    Pooler(&'static str),
    /// Serves Postgres's protocol on the loopback and carries it to a managed server over TLS of its own.
    AuthProxy(&'static str),
    /// Another database that speaks the protocol.
    Wire(&'static str),
    /// Tools to wait, copy and write files with: a client only if its command says so.
    Toolbox,
    /// Never a client of Postgres.
    Bystander,
}

/// Ends of repositories, at a `/` boundary.
const IMAGES: &[(Kind, &[&str])] = &[
    (
        Kind::Server,
        &[
            "postgres",
            "postgresql",
            "postgresql-repmgr",
            "postgis",
            "pgvector",
            "pgvector/pgvector",
            "timescaledb",
            "timescaledb-ha",
            "timescaledb-postgis",
            "spilo",
            "spilo-15",
            "spilo-16",
            "spilo-17",
            "citus",
            "pgvecto-rs",
            "vectorchord",
            "vchord-postgres",
            "vchord-suite",
            "harbor-db",
            "crunchy-postgres",
            "crunchy-postgres-gis",
            "supabase-postgres",
            "paradedb",
            "alloydbomni",
            "postgresql-16-c9s",
            "postgresql-15-c9s",
            "postgresql-13-centos7",
            "postgresql-12-centos7",
            "postgresql-15",
            "postgresql-16",
            "postgres-ssl",
            "edb-postgres-advanced",
            "pgedge-postgres",
            "postgresql-partman",
            "orioledb",
            "pg_search",
            "postgres-pgvector",
            "postgresql-pgvector",
            "tensorchord/pgvecto-rs",
            "postgres-upgrade",
            "pgautoupgrade",
            "synology-postgres",
            "postgresql-ha",
        ],
    ),
    (Kind::Pooler("PgBouncer"), &["pgbouncer", "crunchy-pgbouncer", "pgbouncer-container", "cnpg-pgbouncer"]),
    (Kind::Pooler("Pgpool-II"), &["pgpool", "pgpool2", "pgpool-ii"]),
    (Kind::Pooler("PgCat"), &["pgcat"]),
    (Kind::Pooler("PgDog"), &["pgdog"]),
    (Kind::Pooler("Odyssey"), &["odyssey"]),
    (Kind::Pooler("Supavisor"), &["supavisor"]),
    (
        Kind::AuthProxy("Cloud SQL Auth Proxy"),
        &[
            "cloud-sql-proxy",
            "cloudsql-proxy",
            "gce-proxy",
            "cloud-sql-connectors/cloud-sql-proxy",
            "cloudsql-docker/gce-proxy",
        ],
    ),
    (Kind::AuthProxy("AlloyDB Auth Proxy"), &["alloydb-auth-proxy"]),
    (Kind::AuthProxy("AWS RDS IAM proxy"), &["rds-iam-proxy", "pg-iam-proxy"]),
    (Kind::Wire("CockroachDB"), &["cockroach", "cockroachdb"]),
    (Kind::Wire("YugabyteDB"), &["yugabyte", "yugabytedb"]),
    (Kind::Wire("QuestDB"), &["questdb"]),
    (Kind::Wire("CrateDB"), &["crate", "cratedb"]),
    (Kind::Wire("Materialize"), &["materialized"]),
    (Kind::Wire("RisingWave"), &["risingwave"]),
    (Kind::Wire("GreptimeDB"), &["greptimedb"]),
    (Kind::Wire("Greenplum"), &["greenplum"]),
    (
        Kind::Toolbox,
        &[
            "busybox",
            "alpine",
            "debian",
            "ubuntu",
            "os-shell",
            "bitnami-shell",
            "minideb",
            "curl",
            "curljq",
            "bash",
            "git",
            "alpine-git",
            "netcat",
            "wait-for",
            "k8s-wait-for",
            "wait-for-it",
            "dockerize",
            "yq",
            "jq",
            "gomplate",
            "envsubst",
            "fedora",
            "ubi",
            "ubi8",
            "ubi-minimal",
            "ubi9",
            "ubi9-minimal",
            "ubi9-micro",
            "gitlab-base",
            "alpine-certificates",
            "certificates",
            "cfssl-self-sign",
            "toolbox",
            "netshoot",
            "busybox-mirror",
            "tools",
            "shell",
        ],
    ),
    (
        Kind::Bystander,
        &[
            "kubectl",
            "nginx",
            "nginx-unprivileged",
            "caddy",
            "traefik",
            "envoy",
            "haproxy",
            "httpd",
            "redis",
            "redis-sentinel",
            "redis-cluster",
            "redis-exporter",
            "redis_exporter",
            "valkey",
            "valkey-sentinel",
            "dragonfly",
            "keydb",
            "memcached",
            "rabbitmq",
            "kafka",
            "zookeeper",
            "nats",
            "minio",
            "mc",
            "minio-client",
            "seaweedfs",
            "elasticsearch",
            "opensearch",
            "clickhouse",
            "clickhouse-server",
            "clickhouse-keeper",
            "mysql",
            "mariadb",
            "mongodb",
            "mongo",
            "cassandra",
            "etcd",
            "vault",
            "consul",
            "prometheus",
            "node-exporter",
            "statsd-exporter",
            "blackbox-exporter",
            "kube-state-metrics",
            "configmap-reload",
            "config-reloader",
            "prometheus-config-reloader",
            "k8s-sidecar",
            "reloader",
            "pause",
            "oauth2-proxy",
            "cert-manager-controller",
            "fluent-bit",
            "fluentd",
            "vector",
            "promtail",
            "imgproxy",
            "gitlab-shell",
            "gitlab-runner",
            "gitaly",
            "gitlab-pages",
            "gitlab-workhorse-ee",
            "gitlab-workhorse-ce",
            "certmanager-issuer",
            "aws-cli",
            "versitygw",
            "dind",
            "docker",
            "tika",
            "gotenberg",
            "chrome",
            "browserless",
            "collabora",
            "harbor-portal",
            "registry-photon",
            "harbor-registryctl",
            "harbor-registry",
            "trivy-adapter-photon",
            "harbor-adapter-trivy",
            "nginx-photon",
            "configurable-http-proxy",
            "jupyter-base-notebook",
            "image-pull",
            "k8s-singleuser-sample",
            "k8s-image-awaiter",
            "kubernetes",
            "weaviate",
            "qdrant",
            "milvus",
            "squid",
            "dify-web",
            "dify-sandbox",
            "snuba",
            "relay",
            "symbolicator",
            "kaniko",
            "nominatim-ui",
            "mailhog",
            "mailpit",
            "smtp",
            "exim-relay",
            "postfix",
        ],
    ),
];

/// What an image repository (without registry, tag and digest) is.
pub fn of(repository: &str) -> Option<Kind> {
    let repository = repository.to_ascii_lowercase();
    // Supabase's and others' own builds: a folder of any name with an image that is just `postgres`.
    let fits = |end: &&&str| repository.strip_suffix(**end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    let found = IMAGES.iter().flat_map(|(kind, ends)| ends.iter().filter(fits).map(move |end| (end.len(), *kind)));
    found.max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

/// Where images keep their data unless `PGDATA` says otherwise: end of the repository, first major, path. First match counts.
const DATA: &[(&str, u32, &str)] = &[
    ("bitnami/postgresql", 0, "/bitnami/postgresql/data"),
    ("bitnamilegacy/postgresql", 0, "/bitnami/postgresql/data"),
    ("bitnami/postgresql-repmgr", 0, "/bitnami/postgresql/data"),
    ("bitnamilegacy/postgresql-repmgr", 0, "/bitnami/postgresql/data"),
    ("timescaledb-ha", 0, "/home/postgres/pgdata/data"),
    ("spilo", 0, "/home/postgres/pgdata/pgroot/data"),
    ("harbor-db", 0, "/var/lib/postgresql/data"),
    ("", 18, "/var/lib/postgresql/18/docker"),
    ("", 0, "/var/lib/postgresql/data"),
];

/// The data folder of an image. Since 18 the official image puts it below its major (docker-library/postgres#1259).
pub fn data_folder(repository: &str, major: Option<u32>) -> &'static str {
    let fits = |(end, from, _): &&(&str, u32, &str)| repository.ends_with(end) && major.unwrap_or(0) >= *from;
    DATA.iter().find(fits).map_or("/var/lib/postgresql/data", |(_, _, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_told_by_the_end_of_their_repository() {
        assert_eq!(of("library/postgres"), Some(Kind::Server));
        assert_eq!(of("supabase/postgres"), Some(Kind::Server));
        assert_eq!(of("supabase/postgres-meta"), None);
        assert_eq!(of("bitnami/PostgreSQL"), Some(Kind::Server));
        assert_eq!(of("edoburu/pgbouncer"), Some(Kind::Pooler("PgBouncer")));
        assert_eq!(of("my-postgres"), None);
        assert_eq!(of(""), None);
        assert_eq!(data_folder("postgres", Some(17)), "/var/lib/postgresql/data");
        assert_eq!(data_folder("postgres", Some(18)), "/var/lib/postgresql/18/docker");
        assert_eq!(data_folder("bitnami/postgresql", Some(18)), "/bitnami/postgresql/data");
    }

    #[test]
    fn no_image_is_two_things() {
        let mut all: Vec<_> = IMAGES.iter().flat_map(|(_, ends)| ends.iter()).collect();
        let n = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n);
    }
}
