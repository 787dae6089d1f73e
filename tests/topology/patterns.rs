//! What public charts do with Postgres, each as a case that we wrote.

use plimsoll::postgres::driver::Driver;
use plimsoll::postgres::dsn::Keyword;
use plimsoll::postgres::tls::Level;
use plimsoll::postgres::topology::{Link, Phase};

use super::told::*;

const SERVES: &str = "serves db 16 claim-template";

#[test]
fn a_url_in_a_secret_leads_through_the_service_to_the_server() {
    let text = database()
        + &store("Secret", "s", "url: postgresql://u:p@db.ns.svc.cluster.local:5432/app?sslmode=require")
        + &deployment(
            "web",
            "image: acme/web:1\nenv: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: s, key: url}}}]",
        );
    assert_eq!(told(&text), [SERVES, "web/main DATABASE_URL -> server db"]);
    with(text, |topology, _| {
        let edge = &topology.edges[0];
        assert_eq!(edge.value(Keyword::SslMode).unwrap().text(), Some("require"));
        assert_eq!(edge.source.to_string(), "DATABASE_URL <- env DATABASE_URL <- Secret s key url");
        assert!(!format!("{topology:?}").contains("u:p@"), "a topology shows no secret");
    });
}

#[test]
fn parts_are_put_together_whatever_they_are_called() {
    for (names, role) in [
        (["PGHOST", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGPORT"], "PGHOST"),
        (["DB_HOST", "DB_USER", "DB_PASSWORD", "DB_NAME", "DB_PORT"], "DB_HOST"),
        (
            [
                "APP_DATABASE_HOST",
                "APP_DATABASE_USERNAME",
                "APP_DATABASE_PASS",
                "APP_DATABASE_NAME",
                "APP_DATABASE_PORT_NUMBER",
            ],
            "APP_DATABASE_HOST",
        ),
        (
            [
                "X_POSTGRESQL__HOST",
                "X_POSTGRESQL__USER",
                "X_POSTGRESQL__PASSWORD",
                "X_POSTGRESQL__NAME",
                "X_POSTGRESQL__PORT",
            ],
            "X_POSTGRESQL__HOST",
        ),
    ] {
        let values = ["db.example.com", "u", "p", "d", "5432"];
        let env: String = names.iter().zip(values).map(|(n, v)| format!("\n- {{name: {n}, value: \"{v}\"}}")).collect();
        let text = deployment("web", &format!("image: acme/web:1\nenv:{env}"));
        assert_eq!(told(&text), [format!("web/main {role} -> outside db.example.com")], "{names:?}");
        with(text, |topology, _| {
            let edge = &topology.edges[0];
            assert_eq!(edge.value(Keyword::User).unwrap().text(), Some("u"));
            assert_eq!(edge.value(Keyword::DbName).unwrap().text(), Some("d"));
            assert_eq!(edge.port(), Some(5432));
        });
    }
}

#[test]
fn other_databases_are_none_of_ours() {
    for env in [
        "[{name: DB_TYPE, value: mysql}, {name: DB_HOST, value: x.example.com}, {name: DB_USER, value: u}, {name: DB_PASSWORD, value: p}]",
        "[{name: DB_HOST, value: x.example.com}, {name: DB_PORT, value: '3306'}, {name: DB_USER, value: u}]",
        "[{name: REDIS_HOST, value: r}, {name: REDIS_PORT, value: '5432'}, {name: REDIS_PASSWORD, value: p}]",
        "[{name: DATABASE_URL, value: 'mysql://u:p@h/d'}]",
        "[{name: SMTP_HOST, value: mail}, {name: SMTP_USER, value: u}, {name: SMTP_PASSWORD, value: p}]",
        "[{name: JDBC_URL, value: 'jdbc:mysql://h/d'}, {name: JDBC_USER, value: u}]",
    ] {
        assert!(told(&deployment("web", &format!("image: acme/web:1\nenv: {env}"))).is_empty(), "{env}");
    }
}

/// Pattern 1: an init container writes what the main one reads.
#[test]
fn credentials_travel_through_an_empty_dir() {
    let spec = "volumes: [{name: conf, emptyDir: {}}]\ninitContainers:\n- name: render-config\n  image: busybox\n  command: [sh, -c, \"envsubst < /t > /conf/app.ini && chmod 600 /conf/app.ini\"]\n  env: [{name: DB_HOST, value: db}, {name: DB_PORT, value: '5432'}, {name: DB_USER, value: u}]\n  volumeMounts: [{name: conf, mountPath: /conf}]\ncontainers:\n- name: main\n  image: acme/web:1\n  volumeMounts: [{name: conf, mountPath: /etc/app}]\n- name: other\n  image: acme/other:1";
    let text = database() + &pod("apps/v1", "Deployment", "web", spec);
    assert_eq!(told(&text), [SERVES, "web/main DB_HOST -> server db", "holds render-config Writes"]);
    with(text, |topology, _| {
        let first = topology.edges[0].source.links.first();
        assert!(matches!(first, Some(Link::Carried { by: "render-config", volume: "conf" })), "{first:?}");
    });
}

/// Pattern 2: `*_FILE` through a projected Secret, with a renamed key; who only waits is no client.
#[test]
fn files_named_by_variables_are_read() {
    let spec = "volumes: [{name: s, projected: {sources: [{secret: {name: creds, items: [{key: pw, path: db/password}]}}]}}]\ninitContainers:\n- name: wait-for-redis\n  image: busybox\n  command: [sh, -c, 'until nc -z redis 6379; do sleep 1; done']\n  volumeMounts: [{name: s, mountPath: /secrets}]\ncontainers:\n- name: main\n  image: acme/web:1\n  env: [{name: POSTGRES_HOST, value: db}, {name: POSTGRES_USER, value: u}, {name: POSTGRES_PASSWORD_FILE, value: /secrets/db/password}]\n  volumeMounts: [{name: s, mountPath: /secrets}]";
    let text = database() + &store("Secret", "creds", "pw: hunter2") + &pod("apps/v1", "Deployment", "web", spec);
    assert_eq!(told(&text), [SERVES, "web/main POSTGRES_HOST -> server db"]);
    with(text, |topology, _| {
        let edge = &topology.edges[0];
        assert!(edge.value(Keyword::Password).unwrap().is("hunter2"));
        assert!(edge.unknown.is_empty());
    });
}

/// Pattern 3: a ConfigMap that is named by an argument only; a folder of files that a shell loop exports.
#[test]
fn config_maps_read_through_the_api_and_folders_of_variables() {
    let api = database()
        + &store("Secret", "creds", "user: u\npw: p")
        + &store(
            "ConfigMap",
            "app-config",
            "config: |\n  persistence:\n    postgresql:\n      host: db\n      port: 5432\n      database: d\n      userNameSecret: {name: creds, key: user}\n      passwordSecret: {name: creds, key: pw}",
        )
        + &deployment("ctl", "image: acme/ctl:1\nargs: [--configmap, app-config]");
    assert_eq!(told(&api), [SERVES, "ctl/main persistence.postgresql.host -> server db"]);
    with(api, |topology, _| {
        assert_eq!(topology.edges[0].value(Keyword::User).unwrap().text(), Some("u"));
    });
    let spec = "volumes: [{name: s, secret: {secretName: vars}}]\ncontainers:\n- name: main\n  image: acme/web:1\n  command: [sh, -c, 'for f in /vars/*; do export \"$(basename $f)=$(cat $f)\"; done; exec /app']\n  volumeMounts: [{name: s, mountPath: /vars}]";
    let folder = database()
        + &store(
            "Secret",
            "vars",
            "QUARKUS_DATASOURCE_JDBC_URL: jdbc:postgresql://db:5432/d\nQUARKUS_DATASOURCE_USERNAME: u\nQUARKUS_DATASOURCE_PASSWORD: p",
        )
        + &pod("apps/v1", "Deployment", "web", spec);
    assert_eq!(told(&folder), [SERVES, "web/main QUARKUS_DATASOURCE_JDBC_URL -> server db"]);
}

/// Pattern 4: `$(VAR)` in arguments, resolved through `envFrom`; the variables are no connection of their own.
#[test]
fn arguments_are_expanded_through_env_from() {
    let text = database()
        + &store("Secret", "s", "DB_PASSWORD: p\nDB_HOST: db\nDB_USER: u")
        + &deployment(
            "web",
            "image: acme/web:1\nargs: ['--store=postgresql://$(DB_USER):$(DB_PASSWORD)@$(DB_HOST):5432/d']\nenvFrom: [{secretRef: {name: s}}]",
        );
    assert_eq!(told(&text), [SERVES, "web/main store -> server db"]);
}

#[test]
fn one_secret_for_everybody_makes_consumers_of_those_that_live_on_postgres() {
    let env = "envFrom: [{secretRef: {name: s}}]";
    let text = database()
        + &store("Secret", "s", "DATABASE_URL: postgres://u:p@db/d")
        + &deployment("api", &format!("image: gitea/gitea:1\n{env}"))
        + &deployment("proxy", &format!("image: nginx:1\n{env}"))
        + &deployment("mailer", &format!("image: acme/mailer:1\n{env}"));
    assert_eq!(told(&text), [SERVES, "api/main DATABASE_URL -> server db", "holds main Bystands", "holds main Bulk"]);
    let alone = store("Secret", "s", "DATABASE_URL: postgres://u:p@db/d")
        + &deployment("mailer", &format!("image: acme/mailer:1\n{env}"));
    assert_eq!(told(&alone), ["mailer/main DATABASE_URL -> cluster db"]);
}

/// Pattern 5: TLS in a configuration file with its CA; `PGSSLROOTCERT` alone looks verified and enforces nothing.
#[test]
fn tls_stated_outside_of_the_environment() {
    let spec = "volumes: [{name: c, configMap: {name: conf}}, {name: ca, secret: {secretName: ca}}]\ncontainers:\n- name: main\n  image: apache/superset:4\n  env: [{name: DB_HOST, value: db.example.com}]\n  volumeMounts: [{name: c, mountPath: /app/conf}, {name: ca, mountPath: /ca}]";
    let text = store(
        "ConfigMap",
        "conf",
        "superset_config.py: |\n  SQLALCHEMY_DATABASE_URI = f\"postgresql+psycopg2://u:p@{os.environ['DB_HOST']}/d?sslmode=verify-full&sslrootcert=/ca/ca.crt\"",
    ) + &store("Secret", "ca", "ca.crt: '-----BEGIN CERTIFICATE-----'")
        + &pod("apps/v1", "Deployment", "web", spec);
    with(text, |topology, _| {
        let [edge] = topology.edges.as_slice() else { panic!("{:?}", topology.edges.len()) };
        assert_eq!((edge.client.driver, edge.tls.level), (Driver::Psycopg, Level::VerifiedFull));
    });
    let env =
        "[{name: PGHOST, value: h.example.com}, {name: PGUSER, value: u}, {name: PGSSLROOTCERT, value: /ca/ca.crt}]";
    let lazy = deployment("web", &format!("image: postgres:16\ncommand: [psql, -c, 'SELECT 1']\nenv: {env}"));
    with(lazy, |topology, _| assert_eq!(topology.edges[0].tls.level, Level::MayBePlaintext));
}

/// Pattern 6: the server's image as a client; a server of another name; another database behind a Postgres port.
#[test]
fn using_the_image_is_not_serving() {
    let dump = pod(
        "batch/v1",
        "Job",
        "dump",
        "containers:\n- name: dump\n  image: postgres:16\n  command: [sh, -c, 'pg_dump -h db -U u d > /x']",
    );
    let wait = pod(
        "apps/v1",
        "Deployment",
        "web",
        "initContainers:\n- name: wait\n  image: postgres:16\n  command: [sh, -c, 'until pg_isready -h \"$H\" -p 5432; do sleep 1; done']\n  env: [{name: H, value: db}]\ncontainers: [{name: main, image: acme/web}]",
    );
    assert_eq!(
        told(&(database() + &dump + &wait)),
        [SERVES, "web/wait pg_isready -> server db", "dump/dump pg_dump -> server db"]
    );
    let odd = deployment(
        "odd",
        "image: registry.example.com/storage/main:3\nports: [{containerPort: 5432}]\nenv: [{name: PGDATA, value: /var/lib/postgresql/data/x}]\nvolumeMounts: [{name: d, mountPath: /var/lib/postgresql/data}]",
    );
    assert_eq!(told(&odd), ["serves odd 3 gone"]);
    let cockroach =
        deployment("crdb", "image: cockroachdb/cockroach:v23\nports: [{name: postgresql, containerPort: 5432}]")
            + &service("crdb", "crdb", 5432)
            + &deployment("web", "image: acme/web\nenv: [{name: DATABASE_URL, value: 'postgres://u@crdb:5432/d'}]");
    assert_eq!(told(&cockroach), ["web/main DATABASE_URL -> another service"]);
    assert_eq!(told(&database()), [SERVES], "a server that nobody uses has no edge");
}

/// Pattern 7: an operator's object is the server; what it makes is not missing.
#[test]
fn operators_objects_serve() {
    let text = "---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg}\nspec: {instances: 3, imageName: 'registry.example.com/postgresql:17.2'}\n---\napiVersion: postgresql.cnpg.io/v1\nkind: Pooler\nmetadata: {name: pool}\nspec: {cluster: {name: pg}, type: rw}\n".to_string()
        + &deployment("a", "image: acme/a\nenv: [{name: DATABASE_URL, value: 'postgres://u:p@pg-rw.ns:5432/app'}]")
        + &deployment("b", "image: acme/b\nenv: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: pg-app, key: uri}}}]")
        + &deployment("c", "image: acme/c\nenv: [{name: DATABASE_URL, value: 'postgres://u:p@pool/app'}]");
    assert_eq!(
        told(&text),
        [
            "serves pg 17 managed",
            "serves pool ? managed",
            "a/main DATABASE_URL -> server pg",
            "b/main DATABASE_URL -> server pg",
            "c/main DATABASE_URL -> server pool",
            "pool/pool spec.cluster -> server pg"
        ]
    );
}

/// A bootstrap Job is told of its servers by a list of hosts and certificates: no user, no password, no database.
#[test]
fn an_address_is_enough_where_a_server_answers() {
    let clusters = "---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: n1}\nspec: {instances: 1}\n---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: n2}\nspec: {instances: 1}\n";
    let job = pod(
        "batch/v1",
        "Job",
        "join",
        "volumes: [{name: c, configMap: {name: nodes}}]\ncontainers:\n- name: main\n  image: acme/join\n  volumeMounts: [{name: c, mountPath: /config}]\n- name: look\n  image: acme/look\n  args: [tcpwait, -address, 'n1-rw:5432']",
    );
    let nodes = store(
        "ConfigMap",
        "nodes",
        "nodes.yaml: |\n  - {name: a, hostname: n1-rw}\n  - {name: b, hostname: n2-rw}\n  - {name: c, hostname: elsewhere}",
    );
    assert_eq!(
        told(&(clusters.to_string() + &nodes + &job)),
        [
            "serves n1 ? managed",
            "serves n2 ? managed",
            "join/main 0.hostname -> server n1",
            "join/main 1.hostname -> server n2",
            "holds look Waits"
        ]
    );
}

/// Pattern 8: peers outside of the release, but in the cluster; and what is truly outside.
#[test]
fn hosts_are_told_apart() {
    for (host, want) in [
        ("db-postgresql", "cluster db-postgresql"),
        ("pg-rw.default.svc.cluster.local", "cluster pg-rw.default.svc.cluster.local"),
        ("pg.data", "cluster pg.data"),
        ("x.abc.eu-west-1.rds.amazonaws.com", "outside x.abc.eu-west-1.rds.amazonaws.com"),
        ("10.0.0.7", "outside 10.0.0.7"),
        ("127.0.0.1", "loopback ?"),
        ("%2Frun%2Fpg", "socket"),
    ] {
        let text = deployment(
            "web",
            &format!("image: acme/web\nenv: [{{name: DATABASE_URL, value: 'postgres://u:p@{host}/d'}}]"),
        );
        assert_eq!(told(&text), [format!("web/main DATABASE_URL -> {want}")]);
    }
    let alias = "---\napiVersion: v1\nkind: Service\nmetadata: {name: pg}\nspec: {type: ExternalName, externalName: ep-x.eu.aws.neon.tech}\n".to_string()
        + &deployment("web", "image: acme/web\nenv: [{name: DATABASE_URL, value: 'postgres://u:p@pg/d'}]");
    assert_eq!(told(&alias), ["web/main DATABASE_URL -> outside ep-x.eu.aws.neon.tech"]);
}

/// An authenticating proxy beside the program is the server that it sees.
#[test]
fn a_proxy_in_the_pod_answers_on_the_loopback() {
    let spec = "containers:\n- name: main\n  image: acme/web\n  env: [{name: DATABASE_URL, value: 'postgres://u:p@127.0.0.1:5432/d?sslmode=disable'}]\n- name: proxy\n  image: cloud-sql-connectors/cloud-sql-proxy:2\n  args: [project:region:instance]";
    assert_eq!(
        told(&pod("apps/v1", "Deployment", "web", spec)),
        ["serves web ? other", "web/main DATABASE_URL -> loopback web"]
    );
}

/// Pattern 9: values that never arrive, and who loses.
#[test]
fn losers_and_empty_hosts_are_kept() {
    let text = store("Secret", "a", "DATABASE_URL: postgres://u:p@lost.example.com/d")
        + &deployment(
            "web",
            "image: acme/web\nenvFrom: [{secretRef: {name: a}}]\nenv: [{name: DATABASE_URL, value: 'postgres://u:p@won.example.com/d'}]",
        );
    assert_eq!(told(&text), ["web/main DATABASE_URL -> outside won.example.com"]);
    with(text, |topology, _| {
        let losers: Vec<_> = topology.edges[0].losers.iter().map(ToString::to_string).collect();
        assert_eq!(losers, ["DATABASE_URL <- envFrom DATABASE_URL <- Secret a key DATABASE_URL"]);
    });
    let empty = deployment("web", "image: acme/web\nenv: [{name: DATABASE_URL, value: 'postgres://u:p@:5432/d'}]");
    assert_eq!(told(&empty), ["web/main DATABASE_URL -> loopback ?"], "nobody is named: the machine itself");
    let unread = database() + &deployment("web", "image: acme/web\nenv: [{name: POSTGRES_PASSWORD, value: p}]");
    assert_eq!(told(&unread), [SERVES, "holds main NoAddress"]);
}

/// Pattern 10: when a consumer runs.
#[test]
fn hooks_jobs_and_tests_have_their_phase() {
    let env = "env: [{name: DATABASE_URL, value: 'postgres://u:p@db/d'}]";
    let hook = |name: &str, event: &str| {
        pod("batch/v1", "Job", name, &format!("containers:\n- name: main\n  image: acme/web\n  {env}")).replace(
            "metadata: {name: ",
            &format!("metadata: {{annotations: {{helm.sh/hook: '{event}', helm.sh/hook-weight: '-3'}}, name: "),
        )
    };
    let text = hook("migrate", "pre-install,pre-upgrade")
        + &hook("check", "test")
        + &pod("batch/v1", "Job", "plain", &format!("containers:\n- name: main\n  image: acme/web\n  {env}"));
    with(text, |topology, manifests| {
        let phase = |name: &str| {
            topology
                .consumers
                .iter()
                .find(|c| manifests.get(c.doc).is_some_and(|d| d.name == name))
                .map(|c| c.phase.clone())
        };
        assert_eq!(phase("plain"), Some(Phase::Job));
        assert_eq!(phase("migrate"), Some(Phase::Hook { events: vec!["pre-install", "pre-upgrade"], weight: -3 }));
        assert_eq!(phase("check"), Some(Phase::Test));
    });
}

/// Pattern 11: what a text really says after its encoding; a broken one is told as broken, with the host where that can be read.
#[test]
fn odd_passwords_and_broken_texts() {
    let edge = |url: &str, f: &dyn Fn(&plimsoll::postgres::topology::Edge<'_>)| {
        let text = deployment(
            "web",
            &format!(
                "image: postgres:16\ncommand: [sh, -c, 'psql \"$DATABASE_URL\"']\nenv: [{{name: DATABASE_URL, value: '{url}'}}]"
            ),
        );
        with(text, |topology, _| f(&topology.edges[0]));
    };
    edge("postgres://u:p%40ss+x@h.example.com/d", &|e| assert!(e.value(Keyword::Password).unwrap().is("p@ss+x")));
    let text = deployment(
        "web",
        "image: acme/web\nenv: [{name: DATABASE_URL, value: 'postgres://u:p@h.example.com/d?nosuch=1&sslmode=require'}]",
    );
    assert_eq!(told(&text), ["web/main DATABASE_URL -> outside h.example.com"]);
}

#[test]
fn what_the_chart_does_not_render_is_undecided_with_its_reason() {
    let text = deployment(
        "web",
        "image: acme/web\nenv: [{name: DATABASE_URL, valueFrom: {secretKeyRef: {name: mine, key: url}}}]",
    );
    assert_eq!(
        told(&text),
        [
            "web/main DATABASE_URL -> undecided: Secret mine, which has to have the key url, is not rendered by the chart"
        ]
    );
    let whole = deployment("web", "image: gitea/gitea:1\nenvFrom: [{secretRef: {name: mine}}]");
    assert_eq!(told(&whole), ["web/main mine -> undecided: Secret mine is not rendered by the chart"]);
    let part = deployment(
        "web",
        "image: acme/web\nenv: [{name: PGHOST, value: h.example.com}, {name: PGUSER, value: u}, {name: PGPASSWORD, valueFrom: {secretKeyRef: {name: mine, key: pw}}}]",
    );
    assert_eq!(
        told(&part),
        ["web/main PGHOST -> outside h.example.com"],
        "a password that is not known decides nothing"
    );
}

#[test]
fn configuration_files_of_any_format() {
    for (file, content) in [
        ("app.yaml", "database:\\n  name: psycopg2\\n  args: {host: db, user: u, password: p, database: d}\\n"),
        ("app.ini", "[database]\\nDB_TYPE = postgres\\nHOST = db:5432\\nUSER = u\\n"),
        ("app.properties", "spring.datasource.url=jdbc:postgresql://db:5432/d\\nspring.datasource.username=u\\n"),
        ("app.json", "{\\\"db\\\": {\\\"url\\\": \\\"postgres://u:p@db/d\\\"}}"),
        (
            "settings.py",
            "DATABASES = {\\n  'default': {\\n    'ENGINE': 'django.db.backends.postgresql',\\n    'HOST': os.environ.get('H', 'db'),\\n    'USER': 'u',\\n  }\\n}\\n",
        ),
        (
            "server.conf",
            "DataStore \\\"sql\\\" {\\n  plugin_data {\\n    database_type = \\\"postgres\\\"\\n    connection_string = \\\"host=db user=u dbname=d\\\"\\n  }\\n}\\n",
        ),
        (
            "database.yml",
            "production:\\n  main:\\n    adapter: postgresql\\n    host: db\\n    username: u\\n    password: <%= File.read('/nowhere') %>\\n",
        ),
    ] {
        let spec = "volumes: [{name: c, configMap: {name: conf}}]\ncontainers:\n- name: main\n  image: acme/web\n  volumeMounts: [{name: c, mountPath: /etc/app}]";
        let text = database()
            + &store("ConfigMap", "conf", &format!("{file}: \"{content}\""))
            + &pod("apps/v1", "Deployment", "web", spec);
        let told = told(&text);
        assert!(matches!(told.as_slice(), [_, edge] if edge.ends_with("-> server db")), "{file}: {told:?}");
    }
}
