//! Programs that ship as images, and the client library each of them connects with.
//!
//! A row is a fact about a program, read in the file that declares its dependencies (`source`). Where a program changed its library between
//! versions that are still in use, it has no row: the URL's scheme, an environment variable or nothing decides.

use super::Driver;

/// One program, by the ends of its image repositories.
#[derive(Debug)]
pub struct Program {
    /// Ends of the repository, at a `/` boundary (`gitea` fits `registry.example.com/gitea`, not `my-gitea`).
    pub images: &'static [&'static str],
    pub driver: Driver,
    /// Project and file that names the library.
    pub source: &'static str,
}

const fn row(images: &'static [&'static str], driver: Driver, source: &'static str) -> Program {
    Program { images, driver, source }
}

/// Grouped by library, in the order of [`Driver::ALL`].
pub static PROGRAMS: &[Program] = &[
    // libpq itself
    row(&["graphql-engine"], Driver::Libpq, "hasura/graphql-engine: server/lib/pg-client (LibPQ)"),
    row(&["postgrest"], Driver::Libpq, "PostgREST/postgrest: postgrest.cabal (hasql)"),
    row(&["vaultwarden/server", "vaultwarden"], Driver::Libpq, "dani-garcia/vaultwarden: Cargo.toml (diesel, pq-sys)"),
    row(&["pgpool"], Driver::Libpq, "pgpool/pgpool2: configure.ac"),
    // psycopg
    row(&["apache/airflow", "airflow"], Driver::Psycopg, "apache/airflow: providers/postgres (psycopg2)"),
    row(&["superset"], Driver::Psycopg, "apache/superset: pyproject.toml (psycopg2-binary)"),
    row(&["dagster-k8s", "dagster-celery-k8s"], Driver::Psycopg, "dagster-io/dagster: dagster-postgres/setup.py"),
    row(
        &["goauthentik/server", "authentik/server"],
        Driver::Psycopg,
        "goauthentik/authentik: pyproject.toml (psycopg)",
    ),
    row(&["getsentry/sentry", "sentry"], Driver::Psycopg, "getsentry/sentry: pyproject.toml (psycopg2-binary)"),
    row(&["odoo"], Driver::Psycopg, "odoo/odoo: requirements.txt (psycopg2)"),
    row(&["netbox", "netboxcommunity/netbox"], Driver::Psycopg, "netbox-community/netbox: requirements.txt (psycopg)"),
    row(&["synapse"], Driver::Psycopg, "element-hq/synapse: pyproject.toml (psycopg2)"),
    row(&["weblate"], Driver::Psycopg, "WeblateOrg/weblate: pyproject.toml (psycopg)"),
    row(&["healthchecks"], Driver::Psycopg, "healthchecks/healthchecks: requirements.txt (psycopg)"),
    row(&["paperless-ngx"], Driver::Psycopg, "paperless-ngx/paperless-ngx: pyproject.toml (psycopg)"),
    row(&["vabene1111/recipes"], Driver::Psycopg, "TandoorRecipes/recipes: requirements.txt (psycopg2-binary)"),
    row(&["flagsmith", "flagsmith-api"], Driver::Psycopg, "Flagsmith/flagsmith: api/pyproject.toml (psycopg2-binary)"),
    row(&["langgenius/dify-api"], Driver::Psycopg, "langgenius/dify: api/pyproject.toml (psycopg2-binary)"),
    row(&["plane-backend", "backend-enterprise"], Driver::Psycopg, "makeplane/plane: apps/api/requirements (psycopg)"),
    row(&["open-webui"], Driver::Psycopg, "open-webui/open-webui: pyproject.toml (psycopg2-binary)"),
    row(&["mlflow"], Driver::Psycopg, "mlflow/mlflow: store/db/db_types, psycopg2 by the image"),
    row(&["k8s-hub"], Driver::Psycopg, "jupyterhub/zero-to-jupyterhub-k8s: images/hub/requirements.txt (psycopg2)"),
    row(&["funkwhale/api"], Driver::Psycopg, "funkwhale/funkwhale: api/pyproject.toml (psycopg2)"),
    row(&["ckan"], Driver::Psycopg, "ckan/ckan: requirements.txt (psycopg2)"),
    row(&["mailu/admin", "admin"], Driver::Psycopg, "Mailu/Mailu: core/base/requirements (psycopg2-binary)"),
    row(&["pgadmin4"], Driver::Psycopg, "pgadmin-org/pgadmin4: requirements.txt (psycopg)"),
    // the pg gem
    row(
        &[
            "gitlab-webservice-ee",
            "gitlab-webservice-ce",
            "gitlab-sidekiq-ee",
            "gitlab-sidekiq-ce",
            "gitlab-toolbox-ee",
            "gitlab-toolbox-ce",
            "gitlab-exporter",
            "gitlab-geo-logcursor",
        ],
        Driver::RubyPg,
        "gitlab-org/gitlab: Gemfile (pg)",
    ),
    row(&["discourse"], Driver::RubyPg, "discourse/discourse: Gemfile (pg)"),
    row(&["mastodon"], Driver::RubyPg, "mastodon/mastodon: Gemfile (pg)"),
    row(&["chatwoot"], Driver::RubyPg, "chatwoot/chatwoot: Gemfile (pg)"),
    row(&["getlago/api"], Driver::RubyPg, "getlago/lago-api: Gemfile (pg)"),
    row(&["zammad"], Driver::RubyPg, "zammad/zammad: Gemfile (pg)"),
    row(&["redmine"], Driver::RubyPg, "redmine/redmine: Gemfile (pg)"),
    row(&["openproject"], Driver::RubyPg, "opf/openproject: Gemfile (pg)"),
    // PHP
    row(&["nextcloud"], Driver::Php, "nextcloud/docker: Dockerfile (pdo_pgsql)"),
    row(&["freshrss"], Driver::Php, "FreshRSS/FreshRSS: Docker (php-pdo_pgsql)"),
    row(&["shlink"], Driver::Php, "shlinkio/shlink: Dockerfile (pdo_pgsql)"),
    row(&["typo3"], Driver::Php, "TYPO3 through doctrine/dbal: pdo_pgsql"),
    // asyncpg
    row(&["prefecthq/prefect", "prefect"], Driver::Asyncpg, "PrefectHQ/prefect: pyproject.toml (asyncpg)"),
    // pgjdbc
    row(
        &["keycloak", "keycloakx"],
        Driver::Pgjdbc,
        "keycloak/keycloak: quarkus/runtime/pom.xml (quarkus-jdbc-postgresql)",
    ),
    row(&["sonarqube"], Driver::Pgjdbc, "SonarSource/sonarqube: gradle (org.postgresql)"),
    row(&["metabase", "metabase-enterprise"], Driver::Pgjdbc, "metabase/metabase: deps.edn (org.postgresql)"),
    row(&["kestra"], Driver::Pgjdbc, "kestra-io/kestra: jdbc-postgres/build.gradle"),
    row(&["dependencytrack/apiserver"], Driver::Pgjdbc, "DependencyTrack/dependency-track: pom.xml"),
    row(&["penpotapp/backend"], Driver::Pgjdbc, "penpot/penpot: backend/deps.edn (org.postgresql)"),
    row(&["traccar"], Driver::Pgjdbc, "traccar/traccar: build.gradle"),
    row(&["hmdm"], Driver::Pgjdbc, "h-mdm/hmdm-server: pom.xml"),
    row(
        &["camunda/identity", "camunda/camunda", "camunda/keycloak", "web-modeler-restapi", "hub-restapi"],
        Driver::Pgjdbc,
        "camunda/camunda: parent/pom.xml",
    ),
    row(&["projectnessie/nessie", "nessie"], Driver::Pgjdbc, "projectnessie/nessie: versioned/storage/jdbc"),
    row(
        &["artifactory-pro", "artifactory-oss", "artifactory-jcr", "artifactory-cpp-ce", "distribution-distribution"],
        Driver::Pgjdbc,
        "JFrog's own documentation: JDBC driver",
    ),
    // node-postgres
    row(&["n8n"], Driver::NodePostgres, "n8n-io/n8n: packages/@n8n/db (typeorm, pg)"),
    row(&["backstage"], Driver::NodePostgres, "backstage/backstage: plugin-backend (knex, pg)"),
    row(&["outline"], Driver::NodePostgres, "outline/outline: package.json (sequelize, pg)"),
    row(&["requarks/wiki"], Driver::NodePostgres, "requarks/wiki: package.json (knex, pg)"),
    row(&["unleash-server", "unleash-enterprise"], Driver::NodePostgres, "Unleash/unleash: package.json (knex, pg)"),
    row(&["lightdash"], Driver::NodePostgres, "lightdash/lightdash: packages/backend (knex, pg)"),
    row(&["tooljet", "tooljet-ce"], Driver::NodePostgres, "ToolJet/ToolJet: server/package.json (typeorm, pg)"),
    row(&["flowise"], Driver::NodePostgres, "FlowiseAI/Flowise: packages/server (typeorm, pg)"),
    row(&["hedgedoc"], Driver::NodePostgres, "hedgedoc/hedgedoc: package.json (sequelize, pg)"),
    row(&["kutt"], Driver::NodePostgres, "thedevs-network/kutt: package.json (knex, pg)"),
    row(&["lhci-server"], Driver::NodePostgres, "GoogleChrome/lighthouse-ci: packages/server (sequelize, pg)"),
    row(&["peertube"], Driver::NodePostgres, "Chocobozzz/PeerTube: package.json (sequelize, pg)"),
    row(&["tryretool/backend"], Driver::NodePostgres, "Retool's documentation: sequelize, pg"),
    row(&["mastodon-streaming"], Driver::NodePostgres, "mastodon/mastodon: streaming/package.json (pg)"),
    row(&["supabase/storage-api", "storage-api"], Driver::NodePostgres, "supabase/storage: package.json (knex, pg)"),
    row(
        &["supabase/postgres-meta", "postgres-meta"],
        Driver::NodePostgres,
        "supabase/postgres-meta: package.json (pg)",
    ),
    // Prisma
    row(&["langfuse", "langfuse-worker"], Driver::Prisma, "langfuse/langfuse: packages/shared (prisma)"),
    row(&["litellm", "litellm-database"], Driver::Prisma, "BerriAI/litellm: pyproject.toml (prisma)"),
    // sqlx
    row(
        &["windmill", "windmill-ee", "windmill-full", "windmill-slim"],
        Driver::Sqlx,
        "windmill-labs/windmill: backend/Cargo.toml (sqlx)",
    ),
    row(
        &["matrix-authentication-service"],
        Driver::Sqlx,
        "element-hq/matrix-authentication-service: Cargo.toml (sqlx)",
    ),
    // pgx
    row(&["zitadel"], Driver::Pgx, "zitadel/zitadel: go.mod (jackc/pgx)"),
    row(&["oryd/hydra", "oryd/kratos", "oryd/keto"], Driver::Pgx, "ory/x: go.mod (jackc/pgx through pop)"),
    row(&["openfga"], Driver::Pgx, "openfga/openfga: go.mod (jackc/pgx)"),
    row(
        &["harbor-core", "harbor-jobservice", "harbor-exporter"],
        Driver::Pgx,
        "goharbor/harbor: src/go.mod (jackc/pgx)",
    ),
    row(
        &["hatchet-api", "hatchet-engine", "hatchet-migrate", "hatchet-admin"],
        Driver::Pgx,
        "hatchet-dev/hatchet: go.mod (jackc/pgx)",
    ),
    row(&["supabase/gotrue", "gotrue"], Driver::Pgx, "supabase/auth: go.mod (jackc/pgx)"),
    row(&["dify-plugin-daemon"], Driver::Pgx, "langgenius/dify-plugin-daemon: go.mod (gorm, jackc/pgx)"),
    row(
        &["chainloop/control-plane", "chainloop-control-plane"],
        Driver::Pgx,
        "chainloop-dev/chainloop: go.mod (jackc/pgx)",
    ),
    row(&["gitlab-container-registry"], Driver::Pgx, "gitlab-org/container-registry: go.mod (jackc/pgx)"),
    // lib/pq
    row(&["gitea", "forgejo"], Driver::GoPq, "go-gitea/gitea: go.mod (lib/pq)"),
    row(
        &["mattermost-team-edition", "mattermost-enterprise-edition"],
        Driver::GoPq,
        "mattermost/mattermost: server/go.mod (lib/pq)",
    ),
    row(&["woodpecker-server"], Driver::GoPq, "woodpecker-ci/woodpecker: go.mod (lib/pq)"),
    row(&["drone/drone"], Driver::GoPq, "harness/drone: go.mod (lib/pq)"),
    row(&["miniflux"], Driver::GoPq, "miniflux/v2: go.mod (lib/pq)"),
    row(&["matrix-media-repo"], Driver::GoPq, "t2bot/matrix-media-repo: go.mod (lib/pq)"),
    row(&["dendrite-monolith"], Driver::GoPq, "element-hq/dendrite: go.mod (lib/pq)"),
    row(
        &["postgres-exporter", "postgres_exporter"],
        Driver::GoPq,
        "prometheus-community/postgres_exporter: go.mod (lib/pq)",
    ),
    row(&["pgbouncer-exporter"], Driver::GoPq, "prometheus-community/pgbouncer_exporter: go.mod (lib/pq)"),
    row(&["coder"], Driver::GoPq, "coder/coder: go.mod (lib/pq)"),
    row(&["spire-server"], Driver::GoPq, "spiffe/spire: go.mod (lib/pq)"),
    // Postgrex
    row(&["plausible", "community-edition"], Driver::Postgrex, "plausible/analytics: mix.exs (postgrex)"),
    row(&["supabase/realtime", "realtime"], Driver::Postgrex, "supabase/realtime: mix.exs (postgrex)"),
    row(&["supabase/logflare", "logflare"], Driver::Postgrex, "Logflare/logflare: mix.exs (postgrex)"),
    row(&["supavisor"], Driver::Postgrex, "supabase/supavisor: mix.exs (postgrex)"),
    row(&["firezone"], Driver::Postgrex, "firezone/firezone: mix.exs (postgrex)"),
];

/// The row that an image repository (without tag and digest) belongs to: the longest end that fits.
pub fn of(repository: &str) -> Option<&'static Program> {
    let repository = repository.to_ascii_lowercase();
    let fits = |end: &str| repository.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    let longest = |p: &&Program| p.images.iter().filter(|end| fits(end)).map(|end| end.len()).max();
    PROGRAMS.iter().filter_map(|p| longest(&p).map(|n| (n, p))).max_by_key(|(n, _)| *n).map(|(_, p)| p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_find_their_program() {
        for (image, want) in [
            ("registry.example.com/gitea", Some(Driver::GoPq)),
            ("registry.example.com/bitnami/gitea", Some(Driver::GoPq)),
            ("my-gitea", None),
            ("apache/airflow", Some(Driver::Psycopg)),
            ("registry.example.com/mastodon/mastodon-streaming", Some(Driver::NodePostgres)),
            ("mastodon/mastodon", Some(Driver::RubyPg)),
            ("registry.example.com:5000/keycloak/keycloak", Some(Driver::Pgjdbc)),
            ("Windmill-Labs/Windmill", Some(Driver::Sqlx)),
            ("busybox", None),
            ("", None),
        ] {
            assert_eq!(of(image).map(|p| p.driver), want, "{image}");
        }
    }

    #[test]
    fn no_image_stands_in_two_rows() {
        let mut all: Vec<_> = PROGRAMS.iter().flat_map(|p| p.images).collect();
        let n = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n);
        assert!(PROGRAMS.iter().all(|p| p.driver != Driver::Unknown && p.source.contains(':')), "a row says something");
    }
}
