//! Real Postgres servers of several majors, with certificates made for the occasion, on this machine only.
//!
//! A server lives as long as its [`Cluster`]; it runs as somebody who is not root, since Postgres refuses root.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// The name that the servers' certificates bear. Nothing looks it up: clients get `hostaddr` beside it.
pub const NAME: &str = "db.plimsoll.test";

/// What a server presents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Signed by the CA.
    Direct,
    /// Signed by an intermediate, which the server sends along.
    Intermediate,
    /// Signed by an intermediate, which the server keeps to itself.
    Incomplete,
    /// Signed by itself.
    SelfSigned,
    /// Signed by the CA, for a time that has passed.
    Expired,
    /// Signed by the CA; the name stands in the common name only.
    CommonName,
    /// Signed by the CA, for `localhost`.
    Localhost,
}

impl Chain {
    pub const ALL: [Chain; 7] = [
        Chain::Direct,
        Chain::Intermediate,
        Chain::Incomplete,
        Chain::SelfSigned,
        Chain::Expired,
        Chain::CommonName,
        Chain::Localhost,
    ];
}

/// A folder of certificates and keys.
pub struct Certificates {
    dir: PathBuf,
}

type Authority = (Certificate, Issuer<'static, KeyPair>);

fn authority(name: &str, by: Option<&Authority>) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        Some((_, issuer)) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    (certificate, Issuer::new(params, key))
}

impl Certificates {
    /// Makes all of them.
    pub fn make(dir: &Path) -> Certificates {
        fs::create_dir_all(dir).unwrap();
        let certificates = Certificates { dir: dir.to_path_buf() };
        let root = authority("Plimsoll test root", None);
        let wrong = authority("Plimsoll other root", None);
        let middle = authority("Plimsoll test intermediate", Some(&root));
        certificates.write("root.pem", &root.0.pem());
        certificates.write("wrong.pem", &wrong.0.pem());
        certificates.write("bundle.pem", &format!("{}{}", root.0.pem(), middle.0.pem()));
        certificates.write("broken.pem", "this is not a certificate\n");
        for chain in Chain::ALL {
            certificates.leaf(chain, &root, &middle);
        }
        certificates.client(&root);
        certificates
    }

    fn leaf(&self, chain: Chain, root: &Authority, middle: &Authority) {
        let names = match chain {
            Chain::CommonName => Vec::new(),
            Chain::Localhost => vec!["localhost".to_string()],
            _ => vec![NAME.to_string(), "127.0.0.1".to_string()],
        };
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, NAME);
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
        if chain == Chain::Expired {
            (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
        }
        let key = KeyPair::generate().unwrap();
        let by = match chain {
            Chain::Intermediate | Chain::Incomplete => Some(middle),
            Chain::SelfSigned => None,
            _ => Some(root),
        };
        let certificate = match by {
            Some((_, issuer)) => params.signed_by(&key, issuer).unwrap(),
            None => params.self_signed(&key).unwrap(),
        };
        let mut pem = certificate.pem();
        if chain == Chain::Intermediate {
            pem += &middle.0.pem();
        }
        self.write(&format!("{chain:?}.crt"), &pem);
        self.secret(&format!("{chain:?}.key"), &key.serialize_pem());
    }

    /// A client's certificate, with its key, without it, and with one that others may read.
    fn client(&self, root: &Authority) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "postgres");
        let key = KeyPair::generate().unwrap();
        self.write("client.crt", &params.signed_by(&key, &root.1).unwrap().pem());
        self.secret("client.key", &key.serialize_pem());
        self.write("open.key", &key.serialize_pem());
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn secret(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        self.write(name, text);
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// A command that does not run as root: a user namespace in which root is somebody else, or the caller as it is.
pub fn unprivileged(program: &Path) -> Command {
    let uid = Command::new("id").arg("-u").output().expect("id runs").stdout;
    if uid.trim_ascii() != b"0" {
        return Command::new(program);
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-user=1000", "--map-group=1000"]).arg(program);
    command
}

/// One server. Who connects to the database `onlytls` or `onlyplain` is let in accordingly; to any other, either way.
pub struct Cluster {
    pub major: u8,
    pub chain: Option<Chain>,
    pub port: u16,
    pub sockets: PathBuf,
    child: Child,
}

const DATABASES: [&str; 4] = ["postgres", "onlytls", "onlyplain", "scram"];

/// Who may come, and how: the superuser without a password, `app` to the database `scram` with the one below.
const HBA: &str = "\
local all all trust
hostssl onlytls postgres 127.0.0.1/32 trust
hostnossl onlyplain postgres 127.0.0.1/32 trust
host scram app 127.0.0.1/32 scram-sha-256
host postgres postgres 127.0.0.1/32 trust
";

/// The password of `app`.
pub const PASSWORD: &str = "correct-horse";

/// What differs from one server to the next.
#[derive(Clone, Copy, Default)]
pub struct Extra<'a> {
    /// Lines of the configuration; they come last, and count.
    pub conf: &'a str,
    /// In place of the usual pg_hba.conf.
    pub hba: Option<&'a str>,
    /// It starts as a standby that follows nobody.
    pub standby: bool,
    /// Statements in the database `postgres`, before it is reachable: what a standby knows.
    pub sql: &'a [&'a str],
}

impl Cluster {
    /// Makes and starts a server of a build; `chain`: what it presents, None: no TLS.
    pub fn start(build: &Path, major: u8, chain: Option<Chain>, certificates: &Certificates, dir: &Path) -> Cluster {
        Cluster::start_with(build, major, chain, certificates, dir, Extra::default())
    }

    /// [`Cluster::start`], otherwise configured.
    pub fn start_with(
        build: &Path,
        major: u8,
        chain: Option<Chain>,
        certificates: &Certificates,
        dir: &Path,
        extra: Extra<'_>,
    ) -> Cluster {
        let (data, log) = (dir.join("data"), dir.join("log"));
        fs::create_dir_all(dir).unwrap();
        let made = unprivileged(&build.join("bin/initdb"))
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "-D"])
            .arg(&data)
            .env("TZ", "UTC")
            .output()
            .expect("initdb starts");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        fs::write(data.join("pg_hba.conf"), extra.hba.unwrap_or(HBA)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let quoted = |path: &Path| format!("'{}'", path.display());
        let mut conf = format!("unix_socket_directories = {}\nport = {port}\n", quoted(dir));
        conf += "listen_addresses = '127.0.0.1'\nfsync = off\nshared_buffers = '1MB'\nmax_connections = 40\n";
        conf += "autovacuum = off\nmax_wal_senders = 0\nwal_level = minimal\n";
        if let Some(chain) = chain {
            let (crt, key) =
                (certificates.path(&format!("{chain:?}.crt")), certificates.path(&format!("{chain:?}.key")));
            conf += &format!("ssl = on\nssl_cert_file = {}\nssl_key_file = {}\n", quoted(&crt), quoted(&key));
        }
        conf += extra.conf;
        fs::write(data.join("postgresql.auto.conf"), conf).unwrap();
        Cluster::single(build, &data, extra.sql);
        if extra.standby {
            fs::write(data.join("standby.signal"), "").unwrap();
        }
        let child = unprivileged(&build.join("bin/postgres"))
            .arg("-D")
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&log).unwrap())
            .stderr(fs::File::create(dir.join("log2")).unwrap())
            .spawn()
            .expect("postgres starts");
        let cluster = Cluster { major, chain, port, sockets: dir.to_path_buf(), child };
        let (deadline, socket) = (Instant::now() + Duration::from_secs(60), dir.join(format!(".s.PGSQL.{port}")));
        let ready = || {
            fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|t| t.contains("ready") || t.contains("standby"))
        };
        while !(socket.exists() && ready()) {
            let said = || fs::read_to_string(dir.join("log2")).unwrap_or_default();
            assert!(Instant::now() < deadline, "Postgres {major} does not start: {}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
        cluster
    }

    /// Databases and roles, before the server is reachable.
    fn single(build: &Path, data: &Path, sql: &[&str]) {
        use std::io::Write;
        let mut child = unprivileged(&build.join("bin/postgres"))
            .args(["--single", "-D"])
            .arg(data)
            .arg("postgres")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        for database in &DATABASES[1..] {
            writeln!(input, "create database {database}").unwrap();
        }
        writeln!(input, "create role app login password '{PASSWORD}'").unwrap();
        for statement in sql {
            writeln!(input, "{statement}").unwrap();
        }
        drop(input);
        assert!(child.wait().unwrap().success(), "the single-user server failed");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT: a fast shutdown.
        drop(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status());
        drop(self.child.wait());
    }
}
