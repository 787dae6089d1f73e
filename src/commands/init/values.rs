//! `init values`: from flags and answers to a values file and its Secrets.

use clap::Args;

use super::ask::Asker;
use super::{Output, say};
use crate::diagnostic::{Plain, Refusal};
use crate::init::connection::{Connection, password_text};
use crate::init::external::{Authority, External, Origin};
use crate::init::file::Draft;
use crate::init::host::Host;
use crate::init::profile::{self, Profile};
use crate::init::{embedded, names, password, wrong};

/// What is known already. Everything else is asked for on a terminal.
#[derive(Args, Debug)]
pub struct Flags {
    /// embedded or external (the default with --provider)
    #[arg(long, value_name = "MODE")]
    mode: Option<String>,
    /// rds, aurora, cloud-sql, cloud-sql-proxy, alloydb, azure, supabase, neon, crunchy-bridge, digitalocean or aiven
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,

    /// The server: a name or an address
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Its port, where it is not the provider's usual one
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// The role that the application connects as
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The database
    #[arg(long, value_name = "NAME")]
    database: Option<String>,

    /// Read the password from a file
    #[arg(long, value_name = "FILE", group = "password")]
    password_file: Option<String>,
    /// Read the password from standard input
    #[arg(long, group = "password")]
    password_stdin: bool,
    /// Read the password from a variable of the environment
    #[arg(long, value_name = "VARIABLE", group = "password")]
    password_env: Option<String>,
    /// Make up both passwords of the embedded server
    #[arg(long, group = "password")]
    generate_passwords: bool,
    /// Read the password of the embedded server's role that only reads from a file
    #[arg(long, value_name = "FILE", group = "readonly")]
    readonly_password_file: Option<String>,
    /// Read it from a variable of the environment
    #[arg(long, value_name = "VARIABLE", group = "readonly")]
    readonly_password_env: Option<String>,

    /// The Secret that holds the connection string
    #[arg(long, value_name = "NAME", conflicts_with = "inline")]
    secret: Option<String>,
    /// Its key
    #[arg(long, value_name = "KEY", default_value = "connectionString")]
    secret_key: String,
    /// Write the connection string into the values file, with its password
    #[arg(long)]
    inline: bool,
    /// Write the Secrets too: the connection string's, and with --ca-file the CA's
    #[arg(long, value_name = "FILE")]
    secret_manifest: Option<std::path::PathBuf>,
    /// Namespace in those manifests
    #[arg(short = 'n', long, value_name = "NAME")]
    namespace: Option<String>,

    /// require, verify-ca or verify-full, where it is not the strongest that works
    #[arg(long, value_name = "MODE")]
    tls: Option<String>,
    /// The Secret that holds the certificate authority's file
    #[arg(long, value_name = "NAME")]
    ca_secret: Option<String>,
    /// Its key
    #[arg(long, value_name = "KEY", default_value = "ca.crt")]
    ca_key: String,
    /// The certificate authority's file itself, for --secret-manifest
    #[arg(long, value_name = "FILE")]
    ca_file: Option<String>,
    /// Where the chart mounts it
    #[arg(long, value_name = "DIR", default_value = "/etc/workqueue/ca")]
    ca_mount: String,

    /// Image of the auth proxy
    #[arg(long, value_name = "IMAGE")]
    proxy_image: Option<String>,
    /// The instance that it connects to: PROJECT:REGION:NAME
    #[arg(long, value_name = "INSTANCE")]
    instance: Option<String>,

    /// Size of the embedded server's volume, where it is not the chart's default
    #[arg(long, value_name = "SIZE")]
    storage: Option<String>,

    #[command(flatten)]
    output: Output,
}

pub fn run(flags: &Flags) -> Result<u8, Refusal> {
    let asker = Asker::new(flags.password_stdin);
    let mode = match (&flags.mode, &flags.provider) {
        (None, Some(_)) => Mode::External,
        (mode, _) => asker.answer("--mode", mode.as_deref(), "Postgres: embedded or external", Mode::parse)?,
    };
    match mode {
        Mode::External => external(flags, &asker),
        Mode::Embedded => embedded(flags, &asker),
    }
}

#[derive(Clone, Copy)]
enum Mode {
    Embedded,
    External,
}

impl Mode {
    fn parse(text: &str) -> Result<Mode, String> {
        match text {
            "embedded" => Ok(Mode::Embedded),
            "external" => Ok(Mode::External),
            _ => Err("is neither embedded nor external".into()),
        }
    }
}

fn embedded(flags: &Flags, asker: &Asker) -> Result<u8, Refusal> {
    let foreign = [
        ("--provider", flags.provider.is_some()),
        ("--host", flags.host.is_some()),
        ("--port", flags.port.is_some()),
        ("--user", flags.user.is_some()),
        ("--database", flags.database.is_some()),
        ("--secret", flags.secret.is_some()),
        ("--secret-manifest", flags.secret_manifest.is_some()),
        ("--inline", flags.inline),
        ("--tls", flags.tls.is_some()),
        ("--ca-secret", flags.ca_secret.is_some()),
        ("--ca-file", flags.ca_file.is_some()),
        ("--proxy-image", flags.proxy_image.is_some()),
        ("--instance", flags.instance.is_some()),
    ];
    if let Some((flag, _)) = foreign.iter().find(|(_, given)| *given) {
        return Err(wrong(flag, "is about an external server"));
    }
    let (owner, reader) = if flags.generate_passwords {
        (password::generate()?, password::generate()?)
    } else {
        (owner_password(flags, asker, " (or --generate-passwords)")?, reader_password(flags, asker)?)
    };
    let text = embedded::values(&owner, &reader, flags.storage.as_deref())?;
    flags.output.write(text, true, Vec::new())
}

fn owner_password(flags: &Flags, asker: &Asker, more: &str) -> Result<String, Refusal> {
    if let Some(path) = &flags.password_file {
        return password::from_file("--password-file", path);
    }
    if flags.password_stdin {
        return password::from_stdin("--password-stdin");
    }
    if let Some(name) = &flags.password_env {
        return password::from_env("--password-env", name);
    }
    let ways = format!("--password-file, --password-stdin or --password-env{more}");
    asker.secret(&ways, "Password (not shown)", password_text)
}

fn reader_password(flags: &Flags, asker: &Asker) -> Result<String, Refusal> {
    if let Some(path) = &flags.readonly_password_file {
        return password::from_file("--readonly-password-file", path);
    }
    if let Some(name) = &flags.readonly_password_env {
        return password::from_env("--readonly-password-env", name);
    }
    let ways = "--readonly-password-file or --readonly-password-env";
    asker.secret(ways, "Password of the role that only reads (not shown)", password_text)
}

fn external(flags: &Flags, asker: &Asker) -> Result<u8, Refusal> {
    let foreign = [
        ("--generate-passwords", flags.generate_passwords),
        ("--readonly-password-file", flags.readonly_password_file.is_some()),
        ("--readonly-password-env", flags.readonly_password_env.is_some()),
        ("--storage", flags.storage.is_some()),
    ];
    if let Some((flag, _)) = foreign.iter().find(|(_, given)| *given) {
        return Err(wrong(flag, "is about the embedded server"));
    }
    let known = profile::ids().collect::<Vec<_>>().join(", ");
    let provider = asker.answer("--provider", flags.provider.as_deref(), &format!("Provider ({known})"), |id| {
        profile::find(id).map(|_| id.to_string()).map_err(|refusal| {
            let words = refusal.message;
            words.split_once(" is ").map_or(words.clone(), |(_, rest)| format!("is {rest}"))
        })
    })?;
    let profile = profile::find(&provider)?;
    if let Some(namespace) = &flags.namespace {
        names::label(namespace, 63).map_err(|words| wrong("--namespace", words))?;
    }
    let wants_connection = flags.inline || flags.secret_manifest.is_some();
    if !wants_connection {
        unused_without_manifest(flags)?;
    }
    let host = (wants_connection || flags.host.is_some()).then(|| host(flags, asker, &profile)).transpose()?;
    let port = port(flags, asker, &profile, wants_connection)?;
    let tls = profile.tls_for(flags.tls.as_deref(), host.as_ref())?;
    let authority = authority(flags, asker, &profile, tls.as_deref())?;
    let proxy = proxy(flags, asker, &profile)?;
    let connection = match host {
        Some(host) if wants_connection => {
            if let Some(remark) = profile.remark(&host, port) {
                say(&format!("note: {}", Plain(&remark)));
            }
            Some(connection(flags, asker, host, port)?)
        }
        _ => None,
    };
    let origin = match connection {
        Some(connection) if flags.inline => Origin::Inline(connection),
        connection => {
            let question = "Secret that holds, or will hold, the connection string";
            let name = asker.answer("--secret", flags.secret.as_deref(), question, |text| {
                names::object(text).map(|()| text.to_string())
            })?;
            names::key(&flags.secret_key).map_err(|words| wrong("--secret-key", words))?;
            Origin::Secret { name, key: flags.secret_key.clone(), connection }
        }
    };
    let external = External { profile, origin, port, tls, authority, proxy };
    write(flags, &external)
}

fn write(flags: &Flags, external: &External) -> Result<u8, Refusal> {
    let text = external.values()?;
    let mut others = Vec::new();
    if let Some(path) = &flags.secret_manifest {
        match external.manifest(flags.namespace.as_deref())? {
            Some((text, secret)) => others.push(Draft { path: path.clone(), text, secret }),
            None => {
                return Err(wrong(
                    "--secret-manifest",
                    "there is no Secret to write: give --ca-file, or leave --inline out",
                ));
            }
        }
    }
    flags.output.write(text, flags.inline, others)
}

/// Answers that would go nowhere are a mistake.
fn unused_without_manifest(flags: &Flags) -> Result<(), Refusal> {
    let given = [
        ("--user", flags.user.is_some()),
        ("--database", flags.database.is_some()),
        ("--password-file", flags.password_file.is_some()),
        ("--password-stdin", flags.password_stdin),
        ("--password-env", flags.password_env.is_some()),
        ("--ca-file", flags.ca_file.is_some()),
        ("--namespace", flags.namespace.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(wrong(flag, "is for --secret-manifest or --inline: an existing Secret says it already")),
        None => Ok(()),
    }
}

fn host(flags: &Flags, asker: &Asker, profile: &Profile) -> Result<Host, Refusal> {
    let given = flags.host.as_deref().or(profile.host.as_deref());
    let question = format!("Host, such as {}", profile.looks_like);
    let host = asker.answer("--host", given, &question, |text| {
        let host = Host::parse(text)?;
        if flags.host.is_none() {
            // Asked again, where it can be.
            profile.check_host(&host).map_err(|refusal| refusal.message)?;
        }
        Ok(host)
    })?;
    profile.check_host(&host)?;
    Ok(host)
}

fn port(flags: &Flags, asker: &Asker, profile: &Profile, needed: bool) -> Result<u16, Refusal> {
    let usual = profile.port.map(|port| port.to_string());
    let given = flags.port.as_deref().or(usual.as_deref());
    if given.is_none() && !needed {
        return Ok(5432);
    }
    asker.answer("--port", given, "Port", |text| match text.parse::<u16>() {
        Ok(port) if port > 0 && text.bytes().all(|b| b.is_ascii_digit()) => Ok(port),
        _ => Err("is no port: 1 to 65535".into()),
    })
}

fn connection(flags: &Flags, asker: &Asker, host: Host, port: u16) -> Result<Connection, Refusal> {
    let text = |text: &str| if text.is_empty() { Err("is empty".to_string()) } else { Ok(text.to_string()) };
    let user = asker.answer("--user", flags.user.as_deref(), "User", text)?;
    let database = asker.answer("--database", flags.database.as_deref(), "Database", text)?;
    let password = owner_password(flags, asker, "")?;
    Connection::new(host, port, &user, &database, &password)
}

fn authority(flags: &Flags, asker: &Asker, profile: &Profile, tls: Option<&str>) -> Result<Option<Authority>, Refusal> {
    let asked = flags.ca_secret.is_some() || flags.ca_file.is_some();
    match tls {
        None if asked => {
            return Err(wrong("--ca-secret and --ca-file", "the proxy is the secure transport and needs no CA"));
        }
        None => return Ok(None),
        Some("require") if !asked => return Ok(None),
        Some(_) => {}
    }
    let question = format!("Secret that holds, or will hold, the CA of {}", profile.name);
    let name = asker.answer("--ca-secret", flags.ca_secret.as_deref(), &question, |text| {
        names::object(text).map(|()| text.to_string())
    })?;
    if flags.ca_file.is_some() && flags.secret_manifest.is_none() {
        return Err(wrong("--ca-file", "is for --secret-manifest"));
    }
    let pem = flags.ca_file.as_ref().map(|path| {
        const LONGEST: u64 = 1 << 20;
        let fail = |words: &dyn std::fmt::Display| wrong("--ca-file", format!("cannot be read: {words}"));
        match std::fs::metadata(path) {
            Ok(meta) if meta.len() > LONGEST => Err(fail(&"is larger than a Secret can be")),
            Ok(_) => std::fs::read_to_string(path).map_err(|e| fail(&e)),
            Err(e) => Err(fail(&e)),
        }
    });
    Authority::new(&name, &flags.ca_key, &flags.ca_mount, pem.transpose()?).map(Some)
}

fn proxy(flags: &Flags, asker: &Asker, profile: &Profile) -> Result<Option<(String, String)>, Refusal> {
    if !profile.is_proxy() {
        let given = [("--proxy-image", &flags.proxy_image), ("--instance", &flags.instance)];
        return match given.iter().find(|(_, given)| given.is_some()) {
            Some((flag, _)) => Err(wrong(flag, "is for a profile with a proxy")),
            None => Ok(None),
        };
    }
    let image = asker.answer(
        "--proxy-image",
        flags.proxy_image.as_deref(),
        "Image of the auth proxy, with its version",
        |text| names::word(text).map(|()| text.to_string()),
    )?;
    let instance = asker.answer("--instance", flags.instance.as_deref(), "Instance (PROJECT:REGION:NAME)", |text| {
        let parts = text.split(':').count();
        match names::word(text) {
            // A project of a domain has a colon of its own.
            Ok(()) if (3..=4).contains(&parts) && !text.starts_with('-') && !text.split(':').any(str::is_empty) => {
                Ok(text.to_string())
            }
            _ => Err("is not PROJECT:REGION:NAME".into()),
        }
    })?;
    Ok(Some((image, instance)))
}
