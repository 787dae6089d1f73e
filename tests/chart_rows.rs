//! What the reference chart's schema refuses: a test for each row of the requirements, against real `helm template`, real
//! `helm lint` and ours.
//!
//! A refusal proves nothing alone, for it may come from something else. So each row also says the one setting that makes the
//! same values acceptable, and exactly which values Helm has to name.

#[path = "common/process.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{Answer, DEFAULT, OTHER};

/// Values that are refused.
struct Refused<'a> {
    values: &'a str,
    /// Arguments that change the offending thing and nothing else; with them the values are accepted.
    unless: &'a [&'a str],
    /// The JSON pointers that Helm names, one for each violation, in any order.
    naming: &'a [&'a str],
}

const CONNECTION: &str = "/postgres/external/connectionString";
const ACKNOWLEDGED: &str = "/postgres/external/tlsAlreadyEncodedInSecret";
/// The password of every connection string here: it must not be in any answer to refused values.
const CANARY: &str = "geheim";

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
fn transport_by_proxy_stays_local() {
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
fn transport_by_proxy_takes_no_tls_and_no_other_sidecar() {
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
fn more_replicas_than_the_component_can_bear() {
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

/// Everybody refuses the values and accepts their neighbour; gives back what Helm said.
fn check(row: Refused) -> String {
    let stderr = refuses(row.values, &[], row.naming);
    accepts(row.values, row.unless);
    stderr
}

fn refuses(values: &str, args: &[&str], naming: &[&str]) -> String {
    let mut said = String::new();
    for version in [DEFAULT, OTHER] {
        let template = ask(version, "template", values, args);
        let stderr = String::from_utf8_lossy(&template.stderr).into_owned();
        let context = format!("Helm {version} on {values:?} {args:?}: {stderr}");
        assert_eq!((template.exit, template.stdout.as_slice()), (Some(1), b"".as_slice()), "{context}");
        let mut want = naming.to_vec();
        want.sort_unstable();
        assert_eq!(named(&stderr), want, "{context}");
        ours_agrees(version, values, args, &template);
        let lint = ask(version, "lint", values, args);
        let lint_says = String::from_utf8_lossy(&lint.stdout).into_owned() + &String::from_utf8_lossy(&lint.stderr);
        assert_eq!(lint.exit, Some(1), "lint: {context}");
        // Lint judges twice, with and without the templates, and prints both.
        let by_lint = named(&lint_says);
        assert!(want.iter().all(|pointer| by_lint.contains(pointer)), "lint: {context}{lint_says}");
        for text in [&stderr, &lint_says] {
            assert!(!text.contains(CANARY), "a password is shown: {text}");
        }
        said = stderr;
    }
    said
}

fn accepts(values: &str, args: &[&str]) {
    for (version, mode) in [(DEFAULT, "template"), (OTHER, "template"), (DEFAULT, "lint")] {
        let answer = ask(version, mode, values, args);
        let [stdout, stderr] = [&answer.stdout, &answer.stderr].map(|part| String::from_utf8_lossy(part));
        let context = format!("helm {mode} {version} on {values:?} {args:?}: {stderr}{stdout}");
        assert_eq!(answer.exit, Some(0), "{context}");
        assert!(!stdout.is_empty() && (mode == "lint" || stderr.is_empty()), "{context}");
        if mode == "template" {
            ours_agrees(version, values, args, &answer);
        }
    }
}

/// The values that a schema error names, sorted: the leaves of Helm's tree, which are the lines that no deeper line follows.
fn named(text: &str) -> Vec<&str> {
    let nodes: Vec<(usize, &str)> = text
        .lines()
        .filter_map(|line| {
            let at = line.find("- at '")?;
            let pointer = line[at + "- at '".len()..].split("':").next()?;
            Some((at, pointer))
        })
        .collect();
    // Lint puts its own prefix before the first line, which therefore says nothing about depth: the first node is at depth 0.
    let depth = |index: usize| if index == 0 { 0 } else { nodes[index].0 };
    let mut leaves: Vec<&str> = (0..nodes.len())
        .filter(|&index| index + 1 == nodes.len() || depth(index + 1) <= depth(index))
        .map(|index| nodes[index].1)
        .collect();
    leaves.sort_unstable();
    leaves
}

/// What real Helm says of the chart with these values.
fn ask(version: &str, mode: &str, values: &str, args: &[&str]) -> Answer {
    let helm = support::helm(version);
    assert!(helm.is_file(), "Helm {version} is not installed: run scripts/oracles");
    with_values(values, args, |home| {
        let mut command = support::command(&helm, home, home);
        match mode {
            "lint" => command.args(["lint", "--strict"]),
            _ => command.args(["template", "rel"]),
        };
        command
    })
}

/// Our `render` answers what `helm template` of that version did, to the byte; several findings come in an order that
/// Go draws by lot, so that lines are compared sorted.
fn ours_agrees(version: &str, values: &str, args: &[&str], theirs: &Answer) {
    let ours = with_values(values, args, |home| {
        let mut command = support::ours(version, home, home);
        command.arg("rel");
        command
    });
    let sorted = |answer: &Answer| {
        let mut lines: Vec<&[u8]> = answer.stderr.split_inclusive(|b| *b == b'\n').collect();
        lines.sort_unstable();
        Answer { stderr: lines.concat(), ..answer.clone() }
    };
    let difference = support::difference(&sorted(theirs), &sorted(&ours));
    assert!(difference.is_empty(), "{version} on {values:?} {args:?}:\n{difference}");
}

/// Runs a command on the chart with values from a file, in a folder of its own.
fn with_values(values: &str, args: &[&str], command: impl FnOnce(&Path) -> Command) -> Answer {
    let temp = tempfile::Builder::new().prefix("plimsoll-rows-").tempdir().expect("a temporary folder");
    fs::write(temp.path().join("values.yaml"), values).expect("the values can be written");
    let mut command = command(temp.path());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("chart")).args(["-f", "values.yaml"]).args(args);
    support::run(command, b"")
}
