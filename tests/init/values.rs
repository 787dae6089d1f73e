//! Every profile's output with the real Helm and our own lint; what is refused, and how files are written.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::support::{copy_folder, count_line};
use super::{helm_takes, init, lint, plimsoll, root, support, text};

/// Provider, a host of it, and what else it asks for.
const PROFILES: [(&str, &str, &[&str]); 11] = [
    ("rds", "queue.abc123.eu-west-1.rds.amazonaws.com", &[]),
    ("aurora", "queue.cluster-abc123.eu-west-1.rds.amazonaws.com", &[]),
    ("cloud-sql", "10.20.30.40", &[]),
    (
        "cloud-sql-proxy",
        "127.0.0.1",
        &["--proxy-image", "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1", "--instance", "p:europe-west1:queue"],
    ),
    ("alloydb", "10.20.30.41", &[]),
    ("azure", "queue.postgres.database.azure.com", &[]),
    ("supabase", "db.abcdefghijklmnop.supabase.co", &[]),
    ("neon", "ep-cool-name-123456.eu-central-1.aws.neon.tech", &[]),
    ("crunchy-bridge", "p.abcdefgh.db.postgresbridge.com", &[]),
    ("digitalocean", "queue-do-user-1-0.b.db.ondigitalocean.com", &[]),
    ("aiven", "queue-proj.a.aivencloud.com", &["--port", "12345"]),
];

const PASSWORD: &str = "p@ss w/?#%:{{ x }}\"'\\";
const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

/// A folder with a password and a CA in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("password"), format!("{PASSWORD}\n")).unwrap();
    fs::write(folder.path().join("ca.pem"), PEM).unwrap();
    folder
}

fn read(path: &Path) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a30_every_profile_renders_and_lints_clean() {
    for (provider, host, more) in PROFILES {
        let folder = folder();
        let work = folder.path();
        let ca: &[&str] = if provider == "cloud-sql-proxy" { &[] } else { &["--ca-secret", "db-ca"] };
        let inline = [
            &["values", "--provider", provider, "--inline", "--host", host, "--user", "app"][..],
            &["--database", "queue", "--password-file", "password", "-o", "inline.yaml"],
            ca,
            more,
        ]
        .concat();
        let answer = init(work, &inline);
        assert_eq!(
            (answer.exit, text(&answer.stdout)),
            (Some(0), String::new()),
            "{provider}: {}",
            text(&answer.stderr)
        );
        let values = work.join("inline.yaml");
        let rendered = text(&helm_takes(&values, work));
        assert!(!rendered.contains("kind: StatefulSet"), "{provider}");
        let linted = lint(&values, work);
        assert_eq!(linted.exit, Some(0), "{provider}: {}", text(&linted.stdout));
        assert!(
            text(&linted.stdout).contains("clean; 4 containers use Postgres"),
            "{provider}: {}",
            text(&linted.stdout)
        );
        // What the application gets is the URL of the file with the TLS of the profile.
        let read = read(&values);
        let url = read["postgres"]["external"]["connectionString"].as_str().unwrap().to_string();
        let store = stored(&rendered, "STORE_URL");
        match read["postgres"]["tls"]["mode"].as_str() {
            Some(mode) => {
                assert_eq!(store, format!("{url}?sslmode={mode}&sslrootcert=/etc/workqueue/ca/ca.crt"), "{provider}")
            }
            None => assert_eq!((store, provider), (url, "cloud-sql-proxy")),
        }
        by_secret(provider, host, more, ca, work);
    }
    count_line(&format!(
        "init profiles: {} providers, inline and by Secret, helm lint --strict and helm template",
        PROFILES.len()
    ));
}

/// The same through a Secret: what the chart would have appended is in the connection string already.
fn by_secret(provider: &str, host: &str, more: &[&str], ca: &[&str], work: &Path) {
    let file: &[&str] = if ca.is_empty() { &[] } else { &["--ca-file", "ca.pem"] };
    let args = [
        &[
            "values",
            "--provider",
            provider,
            "--secret",
            "queue-db",
            "--host",
            host,
            "--user",
            "app",
            "-o",
            "secret.yaml",
        ][..],
        &["--database", "queue", "--password-file", "password", "--secret-manifest", "s.yaml", "-n", "prod"],
        ca,
        file,
        more,
    ]
    .concat();
    let answer = init(work, &args);
    assert_eq!(answer.exit, Some(0), "{provider}: {}", text(&answer.stderr));
    let values = work.join("secret.yaml");
    let rendered = text(&helm_takes(&values, work));
    assert!(rendered.contains("name: queue-db") && !rendered.contains("STORE_URL: "), "{provider}");
    // What a Secret holds that the chart does not render is not known to lint, which says just that.
    let linted = lint(&values, work);
    let said = text(&linted.stdout);
    assert_eq!(linted.exit, Some(3), "{provider}: {said}");
    let other = |line: &&str| {
        line.starts_with("undecided[") && !line.starts_with("undecided[plaintext-remote]: it is not known where ")
    };
    assert!(
        !said.contains("error[") && !said.contains("warning[") && !said.lines().any(|l| other(&l)),
        "{provider}: {said}"
    );
    let manifest = fs::read_to_string(work.join("s.yaml")).unwrap();
    let documents: Vec<Value> = manifest.split("\n---\n").map(|d| serde_yaml::from_str(d).unwrap()).collect();
    assert_eq!(documents.len(), 1 + usize::from(!ca.is_empty()), "{provider}");
    assert_eq!(documents[0]["metadata"]["namespace"], "prod");
    let url = documents[0]["stringData"]["connectionString"].as_str().unwrap();
    let inline = read(&work.join("inline.yaml"));
    let plain = inline["postgres"]["external"]["connectionString"].as_str().unwrap();
    assert!(url.starts_with(plain), "{provider}");
    if let Some(ca) = documents.get(1) {
        assert_eq!((&ca["metadata"]["name"], &ca["stringData"]["ca.crt"]), (&Value::from("db-ca"), &Value::from(PEM)));
        // The mount that the connection string speaks of is there.
        assert!(
            rendered.contains("mountPath: /etc/workqueue/ca") && url.contains("sslrootcert=/etc/workqueue/ca/ca.crt")
        );
    }
    // Lint is told of the Secrets: every row of the values is judged by what they hold, and nothing of it is repeated.
    let beside = |manifest: &str| {
        fs::write(work.join("beside.yaml"), manifest).unwrap();
        let mut command = plimsoll(work);
        command.args(["lint", "--strict", "--no-config", "-n", "prod", "--beside", "beside.yaml", "-f"]);
        let linted = support::run(
            {
                command.arg(&values).arg(root().join("chart"));
                command
            },
            b"",
        );
        let said = text(&linted.stdout);
        assert!(!said.contains("p%40ss") && !said.contains(PASSWORD), "{provider}: {said}");
        (linted.exit, said)
    };
    let (exit, said) = beside(&manifest);
    assert_eq!(exit, Some(0), "{provider}: {said}");
    assert!(said.contains("clean; 4 containers use Postgres"), "{provider}: {said}");
    let (exit, said) = beside(&manifest.replace("connectionString:", "dsn:"));
    assert_eq!(exit, Some(1), "{provider}: {said}");
    assert!(said.contains("error[dsn-missing]") && said.contains("stands beside this chart"), "{provider}: {said}");
    let (exit, said) = beside(&manifest.replace("namespace: prod", "namespace: other"));
    assert_eq!(exit, Some(3), "{provider}: {said}");
    // With its Secrets in sight, the whole is clean.
    let whole = work.join("whole");
    copy_folder(&root().join("chart"), &whole).unwrap();
    fs::write(whole.join("templates/made.yaml"), &manifest).unwrap();
    let mut command = plimsoll(work);
    command.args(["lint", "--strict", "--no-config", "-n", "prod"]).arg(&whole).arg("-f").arg(&values);
    let linted = support::run(command, b"");
    let said = text(&linted.stdout);
    assert_eq!(linted.exit, Some(0), "{provider}: {said}");
    assert!(said.contains("clean; 4 containers use Postgres"), "{provider}: {said}");
    // Without the manifest nobody asks for the connection, and the values are the same.
    let bare = [&["values", "--provider", provider, "--secret", "queue-db"][..], ca, more].concat();
    let answer = init(work, &bare);
    assert_eq!(text(&answer.stdout), fs::read_to_string(&values).unwrap(), "{provider}: {}", text(&answer.stderr));
    assert!(!text(&answer.stdout).contains("p%40ss"));
}

/// A key of the chart's Secret in a render.
fn stored(rendered: &str, key: &str) -> String {
    let document = rendered.split("\n---\n").find(|d| d.contains("kind: Secret")).expect("a Secret");
    let secret: Value = serde_yaml::from_str(document).unwrap();
    let data = secret["stringData"].as_object().or(secret["data"].as_object()).expect("data");
    let text = data[key].as_str().unwrap();
    if secret["stringData"].is_object() { text.into() } else { String::from_utf8(decode(text)).unwrap() }
}

fn decode(text: &str) -> Vec<u8> {
    plimsoll::go::encode::base64_decode(text.as_bytes()).expect("base64")
}

#[test]
fn the_embedded_server_gets_its_passwords_from_anywhere_but_the_command_line() {
    let folder = folder();
    let work = folder.path();
    let answer =
        init(work, &["values", "--mode", "embedded", "--generate-passwords", "--storage", "5Gi", "-o", "e.yaml"]);
    assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
    let values = work.join("e.yaml");
    let rendered = text(&helm_takes(&values, work));
    assert!(rendered.contains("storage: 5Gi"));
    let linted = lint(&values, work);
    assert_eq!(linted.exit, Some(0), "{}", text(&linted.stdout));
    let made = read(&values);
    assert_eq!(stored(&rendered, "POSTGRES_PASSWORD"), made["postgres"]["embedded"]["password"].as_str().unwrap());
    assert_ne!(made["postgres"]["embedded"]["password"], made["postgres"]["embedded"]["readonlyPassword"]);

    let mut command = plimsoll(work);
    command.args(["init", "values", "--mode", "embedded", "--password-stdin", "--readonly-password-env", "READER"]);
    command.env("READER", "other");
    let answer = support::run(command, format!("{PASSWORD}\r\n").as_bytes());
    let made: Value = serde_yaml::from_str(&text(&answer.stdout)).unwrap();
    assert_eq!(made["postgres"]["embedded"]["password"], PASSWORD);
    assert_eq!(made["postgres"]["embedded"]["readonlyPassword"], "other");
}

#[test]
fn a30_a_missing_or_senseless_answer_is_refused() {
    let folder = folder();
    let work = folder.path();
    let rds = ["values", "--provider", "rds"];
    let inline = [&rds[..], &["--inline", "--ca-secret", "ca"]].concat();
    let full = [&inline[..], &["--host", "a.example.com", "--user", "u", "--database", "d"]].concat();
    for (args, told) in [
        (vec!["values"], "--mode: is missing"),
        (vec!["values", "--mode", "external"], "--provider: is missing"),
        (vec!["values", "--provider", "rsd"], "is rds meant?"),
        (rds.to_vec(), "--ca-secret: is missing"),
        ([&rds[..], &["--ca-secret", "ca"]].concat(), "--secret: is missing"),
        ([&rds[..], &["--ca-secret", "CA"]].concat(), "--ca-secret: \"CA\" is no name of an object"),
        (
            [&rds[..], &["--ca-secret", "ca", "--secret", "db", "--secret-key", "a/b"]].concat(),
            "--secret-key: is no key",
        ),
        (
            [&rds[..], &["--ca-secret", "ca", "--secret", "db", "--user", "u"]].concat(),
            "--user: is for --secret-manifest",
        ),
        (
            [&rds[..], &["--ca-secret", "ca", "--secret", "db", "--tls", "prefer"]].concat(),
            "--tls: \"prefer\" is not one of",
        ),
        ([&rds[..], &["--ca-secret", "ca", "--secret", "db", "--ca-key", "..x"]].concat(), "--ca-key: is no key"),
        (
            [&rds[..], &["--ca-secret", "ca", "--secret", "db", "--ca-mount", "a"]].concat(),
            "--ca-mount: is no absolute folder",
        ),
        (inline.clone(), "--host: is missing"),
        ([&inline[..], &["--host", "a b"]].concat(), "--host: \"a b\" is neither"),
        ([&inline[..], &["--host", "ep-x.eu.aws.neon.tech"]].concat(), "--provider neon?"),
        ([&inline[..], &["--host", "a", "--port", "0"]].concat(), "--port: \"0\" is no port"),
        ([&inline[..], &["--host", "a", "--port", "+1"]].concat(), "--port: \"+1\" is no port"),
        ([&inline[..], &["--host", "a"]].concat(), "--user: is missing"),
        (full.clone(), "--password-file, --password-stdin or --password-env: is missing"),
        ([&full[..], &["--password-file", "nowhere"]].concat(), "--password-file: the file cannot be read"),
        ([&full[..], &["--password-env", "NOWHERE"]].concat(), "--password-env: this variable is not set"),
        (
            [&full[..], &["--password-file", "password", "--secret-manifest", "s.yaml"]].concat(),
            "--secret-manifest: there is no Secret",
        ),
        (
            [&full[..], &["--password-file", "password", "--ca-file", "password", "--secret-manifest", "s"]].concat(),
            "--ca-file: holds no certificate",
        ),
        (
            vec!["values", "--provider", "cloud-sql", "--secret", "a", "--ca-secret", "b", "--tls", "verify-full"],
            "verify-ca",
        ),
        (vec!["values", "--provider", "cloud-sql-proxy", "--secret", "a", "--tls", "require"], "--tls: the proxy"),
        (vec!["values", "--provider", "cloud-sql-proxy", "--secret", "a"], "--proxy-image: is missing"),
        (vec!["values", "--provider", "aiven", "--inline", "--ca-secret", "b", "--host", "a"], "--port: is missing"),
        (vec!["values", "--mode", "embedded", "--host", "a"], "--host: is about an external server"),
        (vec!["values", "--mode", "embedded", "--generate-passwords", "--storage", "0Gi"], "--storage: is no size"),
        (vec!["values", "--mode", "embedded"], "(or --generate-passwords): is missing"),
        (vec!["values", "--provider", "rds", "--storage", "1Gi"], "--storage: is about the embedded server"),
    ] {
        let answer = init(work, &args);
        let said = text(&answer.stderr);
        assert_eq!((answer.exit, text(&answer.stdout)), (Some(2), String::new()), "{args:?}: {said}");
        assert!(said.contains(told), "{args:?}: {said}");
        assert!(!said.contains("p@ss"), "{said}");
    }
    // A password has no flag.
    let answer = init(work, &[&full[..], &["--password", "x"]].concat());
    assert!(answer.exit != Some(0) && answer.stdout.is_empty());
}

#[test]
fn nothing_is_overwritten_and_passwords_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let work = folder.path();
    let args = ["values", "--mode", "embedded", "--generate-passwords", "-o", "v.yaml"];
    fs::write(work.join("v.yaml"), "mine").unwrap();
    let answer = init(work, &args);
    assert_eq!(answer.exit, Some(2));
    assert!(
        text(&answer.stderr).contains("--force") && text(&answer.stderr).contains("v.yaml"),
        "{}",
        text(&answer.stderr)
    );
    assert_eq!(fs::read_to_string(work.join("v.yaml")).unwrap(), "mine");
    assert_eq!(init(work, &[&args[..], &["--force"]].concat()).exit, Some(0));
    let mode = fs::metadata(work.join("v.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Two files, one of which is there: neither is written.
    let args = [
        "values",
        "--provider",
        "rds",
        "--secret",
        "db",
        "--ca-secret",
        "ca",
        "--host",
        "a.example.com",
        "--user",
        "u",
        "--database",
        "d",
        "--password-file",
        "password",
        "-o",
        "n.yaml",
        "--secret-manifest",
        "v.yaml",
    ];
    assert_eq!(init(work, &args).exit, Some(2));
    assert!(!work.join("n.yaml").exists());
}
