//! Section A: embedded and external Postgres in one chart.

use super::{Refused, accepts, check, refuses};

const CONNECTION: &str = "/postgres/external/connectionString";
const ACKNOWLEDGED: &str = "/postgres/external/tlsAlreadyEncodedInSecret";

#[test]
fn a01_no_source_of_a_connection_string() {
    check(Refused {
        values: "postgres: {mode: external}",
        unless: &["--set", "postgres.external.connectionString=postgresql://app:geheim@db.example.com/queue"],
        naming: &[CONNECTION],
    });
}

#[test]
fn a01_a_source_deleted_by_null() {
    check(Refused {
        values: "postgres: {mode: external, external: {connectionString: null}}",
        unless: &["--set", "postgres.external.existingSecret=db"],
        naming: &["/postgres/external"],
    });
}

#[test]
fn b01_the_whole_secret_alone() {
    check(Refused {
        values: "postgres: {mode: external}\nsecrets: {existingSecret: ''}",
        unless: &["--set", "secrets.existingSecret=everything"],
        naming: &[CONNECTION],
    });
}

#[test]
fn b03_the_whole_secret_and_a_dedicated_one() {
    check(Refused {
        values: &(external("existingSecret: db, connectionStringKey: ''") + "\nsecrets: {existingSecret: everything}"),
        unless: &["--set", "postgres.external.connectionStringKey=uri"],
        naming: &["/postgres/external/connectionStringKey"],
    });
}

#[test]
fn b02_whole_secret_and_inline() {
    check(Refused {
        values: &(inline("postgresql://app:geheim@db.example.com/queue") + "\nsecrets: {existingSecret: everything}"),
        unless: &["--set", "secrets.existingSecret="],
        naming: &[CONNECTION],
    });
}

#[test]
fn b02_whole_secret_dedicated_secret_and_inline() {
    check(Refused {
        values: &(external("connectionString: 'postgresql://app:geheim@db.example.com/queue', existingSecret: db")
            + "\nsecrets: {existingSecret: everything}"),
        unless: &["--set", "postgres.external.connectionString="],
        naming: &[CONNECTION],
    });
}

#[test]
fn a03_a_secret_without_its_key() {
    check(Refused {
        values: &external("existingSecret: db, connectionStringKey: ''"),
        unless: &["--set", "postgres.external.connectionStringKey=uri"],
        naming: &["/postgres/external/connectionStringKey"],
    });
}

#[test]
fn a04_not_a_url() {
    for url in [
        "host=db.example.com user=app password=geheim",
        "postgresql+asyncpg://app:geheim@db.example.com/queue",
        "jdbc:postgresql://db.example.com/queue?password=geheim",
        "POSTGRES://app:geheim@db.example.com/queue",
        " postgresql://app:geheim@db.example.com/queue",
        "geheim",
    ] {
        let stderr = check(Refused { values: &inline(url), unless: PLAIN, naming: &[CONNECTION] });
        assert!(stderr.contains("postgresql://USER:PASSWORD@HOST:5432/DATABASE"), "shows no URL: {stderr}");
    }
}

#[test]
fn a05_a_mode_that_does_not_protect() {
    let modes = ["disable", "allow", "prefer", "", "verify_full"];
    for (mode, enabled) in modes.map(|mode| (mode, true)).into_iter().chain(["prefer", ""].map(|mode| (mode, false))) {
        check(Refused {
            values: &tls(&format!("enabled: {enabled}, mode: '{mode}'")),
            unless: &["--set", "postgres.tls.mode=require"],
            naming: &["/postgres/tls/mode"],
        });
    }
}

#[test]
fn a06_verifying_without_a_ca() {
    for mode in ["verify-ca", "verify-full"] {
        check(Refused {
            values: &tls(&format!("enabled: true, mode: {mode}")),
            unless: &["--set", "postgres.tls.caBundleSecret=db-ca"],
            naming: &["/postgres/tls/caBundleSecret"],
        });
    }
}

#[test]
fn a06_a_ca_key_that_is_empty_or_a_path() {
    for key in ["", "certs/ca.crt", "/ca.crt", "..", "../ca.crt", "."] {
        check(Refused {
            values: &tls(&format!("enabled: true, mode: verify-full, caBundleSecret: db-ca, caBundleKey: '{key}'")),
            unless: &["--set", "postgres.tls.caBundleKey=root.pem"],
            naming: &["/postgres/tls/caBundleKey"],
        });
    }
}

#[test]
fn a07_tls_with_a_secret_and_no_acknowledgement() {
    for source in [
        "postgres: {mode: external, external: {existingSecret: db}, ",
        "secrets: {existingSecret: everything}\npostgres: {mode: external, ",
    ] {
        check(Refused {
            values: &format!("{source}tls: {{enabled: true, mode: require}}}}"),
            unless: &["--set", "postgres.external.tlsAlreadyEncodedInSecret=true"],
            naming: &[ACKNOWLEDGED],
        });
    }
}

#[test]
fn a08_tls_while_embedded() {
    for mode in ["require", "verify-full"] {
        check(Refused {
            values: &format!("postgres: {{tls: {{enabled: true, mode: {mode}}}}}"),
            unless: &["--set", "postgres.tls.enabled=false"],
            naming: &["/postgres/tls/enabled"],
        });
    }
}

#[test]
fn a09_lease_mode_while_external() {
    for source in [
        external("existingSecret: db"),
        inline("postgresql://app:geheim@db.example.com/queue"),
        "postgres: {mode: external}\nsecrets: {existingSecret: everything}".to_owned(),
    ] {
        check(Refused {
            values: &(source + "\norchestrator: {leaseMode: {enabled: true}}"),
            unless: &["--set", "orchestrator.leaseMode.enabled=false"],
            naming: &["/orchestrator/leaseMode/enabled"],
        });
    }
    accepts("orchestrator: {leaseMode: {enabled: true}}", &[]);
}

#[test]
fn a10_a_weak_mode_in_the_connection_string() {
    for query in [
        "sslmode=disable",
        "sslmode=allow",
        "sslmode=prefer",
        "sslmode=",
        "sslmode=dis%61ble",
        "connect_timeout=5&sslmode=prefer",
        "sslmode=verify-full&sslmode=disable",
        "sslmode=verify-full&ssl=true",
    ] {
        check(Refused {
            values: &inline(&format!("postgresql://app:geheim@db.example.com/queue?{query}")),
            unless: &[
                "--set",
                "postgres.external.connectionString=postgresql://app:geheim@db.example.com/queue?sslmode=require",
            ],
            naming: &[CONNECTION],
        });
    }
}

#[test]
fn a10_a_second_opinion_beside_tls() {
    for query in [
        "sslmode=require",
        "sslmode=verify-full",
        "sslrootcert=system",
        "ssl=true",
        "connect_timeout=5&sslmode=disable",
    ] {
        check(Refused {
            values: &format!(
                "postgres: {{mode: external, external: {{connectionString: 'postgresql://app:geheim@db.example.com/queue?{query}'}}, \
                 tls: {{enabled: true, mode: require}}}}"
            ),
            unless: PLAIN,
            naming: &[CONNECTION],
        });
    }
}

#[test]
fn a10_a_ca_file_that_nothing_mounts() {
    check(Refused {
        values: &inline("postgresql://app:geheim@db.example.com/queue?sslmode=verify-full&sslrootcert=/certs/ca.crt"),
        unless: &[
            "--set",
            "postgres.external.connectionString=postgresql://app:geheim@db.example.com/queue?sslmode=verify-full&sslrootcert=system",
        ],
        naming: &[CONNECTION],
    });
}

#[test]
fn a11_no_host() {
    for url in [
        "postgresql://app:geheim@/queue",
        "postgresql:///queue?password=geheim",
        "postgresql://",
        "postgresql://app:geheim@:5432/queue",
        "postgresql://app:geheim@/queue?host=/run/postgresql",
    ] {
        check(Refused { values: &inline(url), unless: PLAIN, naming: &[CONNECTION] });
    }
}

#[test]
fn a11_a_trailing_question_mark() {
    for end in ["?", "?connect_timeout=5&"] {
        check(Refused {
            values: &inline(&format!("postgresql://app:geheim@db.example.com/queue{end}")),
            unless: PLAIN,
            naming: &[CONNECTION],
        });
    }
}

#[test]
fn a11_an_unencoded_password() {
    for password in [
        "geheim@x",
        "geheim/x",
        "geheim#x",
        "geheim?x",
        "geheim x",
        "12/geheim",
        "12?x=geheim",
        "geheim%zz",
        "geheim%",
        "geheim%00",
    ] {
        check(Refused {
            values: &inline(&format!("postgresql://app:{password}@db.example.com/queue")),
            unless: &[
                "--set",
                "postgres.external.connectionString=postgresql://app:geheim%40%2F%23%3F%20x@db.example.com/queue",
            ],
            naming: &[CONNECTION],
        });
    }
}

#[test]
fn a13_embedded_with_settings_of_an_external_server() {
    for (setting, naming) in [
        ("connectionString: 'postgresql://app:geheim@db.example.com/queue'", CONNECTION),
        ("existingSecret: db", "/postgres/external/existingSecret"),
        ("tlsAlreadyEncodedInSecret: true", ACKNOWLEDGED),
        ("transport: proxy", "/postgres/external/transport"),
    ] {
        let key = setting.split(':').next().unwrap();
        let cleared = match key {
            "tlsAlreadyEncodedInSecret" => format!("postgres.external.{key}=false"),
            "transport" => format!("postgres.external.{key}=direct"),
            _ => format!("postgres.external.{key}="),
        };
        check(Refused {
            values: &format!("postgres: {{external: {{{setting}}}}}"),
            unless: &["--set", &cleared],
            naming: &[naming],
        });
    }
}

#[test]
fn a14_a_misspelt_key() {
    for (wrong, naming, right, value) in [
        ("postgres.tls.enable", "/postgres/tls", "postgres.tls.enabled", "false"),
        ("postgres.Mode", "/postgres", "postgres.mode", "embedded"),
        ("postgres.external.transports", "/postgres/external", "postgres.external.transport", "direct"),
        ("postgres.external.proxy.arg", "/postgres/external/proxy", "postgres.external.proxy.args", "[]"),
        ("postgres.embedded.passwd", "/postgres/embedded", "postgres.embedded.password", "chosen"),
        (
            "postgres.embedded.storage.class",
            "/postgres/embedded/storage",
            "postgres.embedded.storage.className",
            "fast",
        ),
        ("secrets.existing", "/secrets", "secrets.existingSecret", "everything"),
        ("orchestrator.leasemode", "/orchestrator", "orchestrator.leaseMode", "{enabled: true}"),
        ("orchestrator.leaseMode.enable", "/orchestrator/leaseMode", "orchestrator.leaseMode.enabled", "true"),
        ("worker.replica", "/worker", "worker.replicas", "3"),
        ("stores.replicas", "", "store.replicas", "0"),
    ] {
        refuses(&nested(wrong, value), &[], &[naming]);
        accepts(&nested(right, value), &[]);
    }
}

#[test]
fn a15_no_mode_or_one_of_another_type() {
    check(Refused {
        values: "postgres: {mode: null}",
        unless: &["--set", "postgres.mode=embedded"],
        naming: &["/postgres"],
    });
    for mode in ["1", "true", "[external]", "''", "Embedded"] {
        check(Refused {
            values: &format!("postgres: {{mode: {mode}}}"),
            unless: &["--set", "postgres.mode=embedded"],
            naming: &["/postgres/mode"],
        });
    }
}

#[test]
fn a17_an_acknowledgement_beside_an_inline_string() {
    for tls in ["enabled: true, mode: require", "enabled: false"] {
        check(Refused {
            values: &format!(
                "postgres: {{mode: external, external: {{connectionString: 'postgresql://app:geheim@db.example.com/queue', \
                 tlsAlreadyEncodedInSecret: true}}, tls: {{{tls}}}}}"
            ),
            unless: &["--set", "postgres.external.tlsAlreadyEncodedInSecret=false"],
            naming: &[ACKNOWLEDGED],
        });
    }
}

#[test]
fn a25_transport_by_proxy_stays_local() {
    for host in ["db.example.com", "10.0.0.5", "localhost.example.com", "127.0.0.1.example.com"] {
        check(Refused {
            values: &external(&format!("connectionString: 'postgresql://app:geheim@{host}/queue', transport: proxy")),
            unless: &[
                "--set",
                "postgres.external.connectionString=postgresql://app:geheim@127.0.0.1/queue?sslmode=disable",
            ],
            naming: &[CONNECTION],
        });
    }
    check(Refused {
        values: &external(
            "connectionString: 'postgresql://app:geheim@127.0.0.1/queue?host=db.example.com', transport: proxy",
        ),
        unless: &["--set", "postgres.external.connectionString=postgresql://app:geheim@/queue?host=/run/proxy"],
        naming: &[CONNECTION],
    });
}

#[test]
fn a25_transport_by_proxy_takes_no_tls_and_no_other_sidecar() {
    check(Refused {
        values: "postgres: {mode: external, external: {existingSecret: db, tlsAlreadyEncodedInSecret: true, transport: proxy}, \
                 tls: {enabled: true, mode: require}}",
        unless: &["--set", "postgres.external.transport=direct"],
        naming: &["/postgres/tls/enabled"],
    });
    check(Refused {
        values: &external("existingSecret: db, proxy: {image: proxy}"),
        unless: &["--set", "postgres.external.transport=proxy"],
        naming: &["/postgres/external/proxy/image"],
    });
}

#[test]
fn a21_more_replicas_than_the_component_can_bear() {
    check(Refused {
        values: "store: {replicas: 2}",
        unless: &["--set", "store.replicas=1"],
        naming: &["/store/replicas"],
    });
    check(Refused {
        values: "orchestrator: {replicas: 2}",
        unless: &["--set", "orchestrator.leaseMode.enabled=true"],
        naming: &["/orchestrator/replicas"],
    });
}

#[test]
fn an_embedded_server_needs_its_passwords_from_one_place() {
    for key in ["password", "readonlyPassword"] {
        check(Refused {
            values: &format!("postgres: {{embedded: {{{key}: ''}}}}"),
            unless: &["--set", &format!("postgres.embedded.{key}=chosen")],
            naming: &[&format!("/postgres/embedded/{key}")],
        });
        check(Refused {
            values: &format!("secrets: {{existingSecret: everything}}\npostgres: {{embedded: {{{key}: geheim}}}}"),
            unless: &["--set", "secrets.existingSecret="],
            naming: &[&format!("/postgres/embedded/{key}")],
        });
    }
}

#[test]
fn two_violations_are_two_findings() {
    // Of two clauses on different objects, of two on the same one, of a shape and a clause, of two about one string.
    for (values, naming) in [
        (
            "postgres: {mode: external}\norchestrator: {leaseMode: {enabled: true}}",
            [CONNECTION, "/orchestrator/leaseMode/enabled"],
        ),
        (
            "postgres: {tls: {enabled: true}, external: {existingSecret: db}}",
            ["/postgres/tls/enabled", "/postgres/external/existingSecret"],
        ),
        ("postgres: {mode: external, tls: {mode: prefer}}", [CONNECTION, "/postgres/tls/mode"]),
        ("postgres: {tls: {enabled: true, enable: true}}", ["/postgres/tls/enabled", "/postgres/tls"]),
        (
            "postgres: {mode: external, external: {connectionString: 'postgresql://app:geheim@x@db.example.com/queue?'}}",
            [CONNECTION, CONNECTION],
        ),
        (
            "postgres: {mode: external, external: {connectionString: 'host=geheim'}}\nsecrets: {existingSecret: everything}",
            [CONNECTION, CONNECTION],
        ),
        ("store: {replicas: 2}\norchestrator: {replicas: 2}", ["/store/replicas", "/orchestrator/replicas"]),
    ] {
        refuses(values, &[], &naming);
    }
}

#[test]
fn what_the_rows_accept() {
    for values in [
        "{}".to_owned(),
        inline("postgresql://app:geheim@db.example.com:5432/queue"),
        inline("postgres://app@db.example.com"),
        inline("postgresql://app:geheim@a.example.com:5432,b.example.com/queue?target_session_attrs=read-write"),
        inline("postgresql://app:geheim@[2001:db8::1]:5432/queue"),
        inline("postgresql://app:geheim@db.example.com/queue?options=endpoint%3Dep-1&sslmode=require"),
        external("existingSecret: db, connectionStringKey: uri"),
        external("existingSecret: db, connectionString: 'postgresql://app:geheim@db.example.com/queue'"),
        external("existingSecret: db") + "\nsecrets: {existingSecret: everything}",
        "postgres: {mode: external}\nsecrets: {existingSecret: everything}".to_owned(),
        "secrets: {existingSecret: everything}".to_owned(),
        tls("enabled: true, mode: require, caBundleSecret: db-ca"),
        external("connectionString: 'postgresql://app:geheim@/queue?host=%2Frun%2Fproxy', transport: proxy"),
        external("connectionString: 'postgresql://app:geheim@%2Frun%2Fproxy/queue', transport: proxy"),
        "store: {replicas: 0}\norchestrator: {replicas: 0}\nworker: {replicas: 0}".to_owned(),
        // What a swap to an external server leaves in the stored values.
        external("existingSecret: db") + "\nglobal: {anything: 1}",
    ] {
        accepts(&values, &[]);
    }
}

const PLAIN: &[&str] = &["--set", "postgres.external.connectionString=postgresql://app:geheim@db.example.com/queue"];

/// Values with an external server whose `external` holds these entries.
fn external(entries: &str) -> String {
    format!("postgres: {{mode: external, external: {{{entries}}}}}")
}

fn inline(url: &str) -> String {
    external(&format!("connectionString: '{url}'"))
}

/// Values with an inline connection string and these entries of `tls`.
fn tls(entries: &str) -> String {
    format!(
        "postgres: {{mode: external, external: {{connectionString: 'postgresql://app:geheim@db.example.com/queue'}}, tls: {{{entries}}}}}"
    )
}

/// `a.b.c` as nested maps.
fn nested(path: &str, leaf: &str) -> String {
    path.rsplit('.').fold(leaf.to_owned(), |inner, key| format!("{{{key}: {inner}}}"))
}
