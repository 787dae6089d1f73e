//! What libpq does about TLS, held to real handshakes: libpq 15 to 18 against real servers with real certificates.

#[path = "../common/libpq.rs"]
mod libpq;
#[path = "../common/postgres.rs"]
mod postgres;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use libpq::Fields;
use plimsoll::postgres::driver::Driver;
use plimsoll::postgres::dsn::{self, Libpq, Seen, Settings, Surroundings};
use plimsoll::postgres::tls::{self, Admits, Failure, File, Level, Met, Server};
use postgres::{Certificates, Chain, Cluster, NAME, PASSWORD};

const MODES: [Option<&str>; 7] =
    [None, Some("disable"), Some("allow"), Some("prefer"), Some("require"), Some("verify-ca"), Some("verify-full")];

/// What the client has for a root certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Roots {
    Absent,
    /// `~/.postgresql/root.crt`.
    Home,
    Right,
    /// The root and the intermediate.
    Bundle,
    Wrong,
    Missing,
    Broken,
    /// The server's own certificate.
    Own,
    /// `system`, where the system trusts our CA.
    SystemRight,
    /// `system`, where it does not.
    SystemOther,
}

const ROOTS: [Roots; 10] = [
    Roots::Absent,
    Roots::Home,
    Roots::Right,
    Roots::Bundle,
    Roots::Wrong,
    Roots::Missing,
    Roots::Broken,
    Roots::Own,
    Roots::SystemRight,
    Roots::SystemOther,
];

/// Whether OpenSSL finds a way from what the server presents to what the client trusts.
fn is_trusted(chain: Chain, roots: Roots) -> bool {
    let root = matches!(roots, Roots::Home | Roots::Right | Roots::Bundle | Roots::SystemRight);
    match chain {
        Chain::Direct | Chain::CommonName | Chain::Localhost | Chain::Intermediate => root,
        Chain::Incomplete => roots == Roots::Bundle,
        Chain::SelfSigned => roots == Roots::Own,
        Chain::Expired => false,
    }
}

/// One connection that is tried, and what decides about it.
struct Cell {
    what: String,
    dsn: String,
    env: Vec<String>,
    server: Server,
}

struct Bench {
    dir: tempfile::TempDir,
    certificates: Certificates,
    clusters: Vec<Cluster>,
}

impl Bench {
    fn start() -> Bench {
        let dir = tempfile::Builder::new().prefix("tls").tempdir().unwrap();
        let certificates = Certificates::make(&dir.path().join("certificates"));
        for home in ["home", "trusting"] {
            fs::create_dir_all(dir.path().join(home).join(".postgresql")).unwrap();
        }
        fs::copy(certificates.path("root.pem"), dir.path().join("trusting/.postgresql/root.crt")).unwrap();
        let servers = [
            (18, Some(Chain::Direct)),
            (15, Some(Chain::Direct)),
            (17, Some(Chain::Intermediate)),
            (16, Some(Chain::Incomplete)),
            (17, Some(Chain::SelfSigned)),
            (16, Some(Chain::Expired)),
            (18, Some(Chain::CommonName)),
            (17, None),
        ];
        let clusters = std::thread::scope(|scope| {
            let start = |(n, (major, chain)): (usize, (u8, Option<Chain>))| {
                let (certificates, dir) = (&certificates, dir.path().join(n.to_string()));
                scope.spawn(move || Cluster::start(&libpq::build(major), major, chain, certificates, &dir))
            };
            let started: Vec<_> = servers.into_iter().enumerate().map(start).collect();
            started.into_iter().map(|s| s.join().unwrap()).collect()
        });
        Bench { dir, certificates, clusters }
    }

    fn path(&self, name: &str) -> String {
        self.certificates.path(name).display().to_string()
    }

    /// `sslrootcert=...` and the variables that go with it.
    fn roots(&self, roots: Roots, chain: Option<Chain>) -> (String, Vec<String>) {
        let home = if roots == Roots::Home { "trusting" } else { "home" };
        let mut env = vec![format!("HOME={}", self.dir.path().join(home).display())];
        // Without it OpenSSL looks at the machine's own folder.
        let system = if roots == Roots::SystemRight { "root.pem" } else { "wrong.pem" };
        env.push(format!("SSL_CERT_FILE={}", self.path(system)));
        let file = match roots {
            Roots::Absent | Roots::Home => return (String::new(), env),
            Roots::Right => self.path("root.pem"),
            Roots::Bundle => self.path("bundle.pem"),
            Roots::Wrong => self.path("wrong.pem"),
            Roots::Missing => self.path("missing.pem"),
            Roots::Broken => self.path("broken.pem"),
            Roots::Own => self.path(&format!("{:?}.crt", chain.unwrap_or(Chain::Direct))),
            Roots::SystemRight | Roots::SystemOther => "system".into(),
        };
        (format!(" sslrootcert={file}"), env)
    }

    /// mode x root certificate x name x server x whom it admits.
    fn grid(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for cluster in &self.clusters {
            let databases: &[(&str, Admits)] = match (cluster.chain, cluster.major) {
                (Some(Chain::Direct), 18) => {
                    &[("postgres", Admits::All), ("onlytls", Admits::OnlyTls), ("onlyplain", Admits::OnlyPlain)]
                }
                _ => &[("postgres", Admits::All)],
            };
            for mode in MODES {
                for roots in ROOTS {
                    for named in [true, false] {
                        for (database, admits) in databases {
                            let (root, env) = self.roots(roots, cluster.chain);
                            let host = if named { NAME } else { "other.plimsoll.test" };
                            let mode = mode.map_or(String::new(), |m| format!(" sslmode={m}"));
                            cells.push(Cell {
                                what: format!("{:?}{mode} {roots:?} named={named} {admits:?}", cluster.chain),
                                dsn: format!("{}{mode}{root}", self.address(cluster, Some(host), database)),
                                env,
                                server: Server {
                                    tls: cluster.chain.is_some(),
                                    admits: *admits,
                                    direct: cluster.major >= 17,
                                    trusted: cluster.chain.is_some_and(|c| is_trusted(c, roots)),
                                    named,
                                },
                            });
                        }
                    }
                }
            }
        }
        cells
    }

    fn address(&self, cluster: &Cluster, host: Option<&str>, database: &str) -> String {
        let host = host.map_or(String::new(), |h| format!("host={h} "));
        let port = cluster.port;
        format!("{host}hostaddr=127.0.0.1 port={port} user=postgres dbname={database} connect_timeout=20")
    }

    /// What no grid has: addresses, sockets, channel binding, client keys, TLS from the first byte.
    fn specials(&self, major: u8) -> Vec<Cell> {
        let at = |chain, server| self.clusters.iter().find(|c| c.chain == chain && c.major == server).unwrap();
        let (new, old, off) = (at(Some(Chain::Direct), 18), at(Some(Chain::Direct), 15), at(None, 17));
        let good = Server { tls: true, admits: Admits::All, direct: true, trusted: true, named: true };
        let root = format!(" sslrootcert={}", self.path("root.pem"));
        let env = self.roots(Roots::Absent, None).1;
        let mut cells = Vec::new();
        let mut add = |what: &str, dsn: String, server: Server| {
            cells.push(Cell { what: what.into(), dsn, env: env.clone(), server });
        };
        for mode in MODES.into_iter().flatten() {
            let mode = format!(" sslmode={mode}");
            add("no host name", format!("{}{mode}{root}", self.address(new, None, "postgres")), good);
            let untrusted = Server { trusted: false, ..good };
            let wrong = format!(" sslrootcert={}", self.path("wrong.pem"));
            add("no host name, wrong root", format!("{}{mode}{wrong}", self.address(new, None, "postgres")), untrusted);
            let address = format!("host=127.0.0.1 port={} user=postgres dbname=postgres", new.port);
            add("an address", format!("{address}{mode}{root}"), good);
            let socket = format!("host={} port={} user=postgres dbname=postgres", new.sockets.display(), new.port);
            add("a socket", format!("{socket}{mode}{root}"), good);
            for (name, broken) in [("client.key", false), ("missing.key", true), ("open.key", true)] {
                let keys = format!(" sslcert={} sslkey={}", self.path("client.crt"), self.path(name));
                let what = format!("client key broken={broken}");
                add(&what, format!("{}{mode}{root}{keys}", self.address(new, Some(NAME), "postgres")), good);
            }
            for (cluster, tls) in [(new, true), (off, false)] {
                let address = format!(
                    "host={NAME} hostaddr=127.0.0.1 port={} user=app password={PASSWORD} dbname=scram",
                    cluster.port
                );
                let server = Server { tls, ..good };
                add("channel binding", format!("{address}{mode}{root} channel_binding=require"), server);
                add("scram", format!("{address}{mode}{root}"), server);
            }
            if major >= 17 {
                for (cluster, server) in
                    [(new, good), (old, Server { direct: false, ..good }), (off, Server { tls: false, ..good })]
                {
                    let direct = " sslnegotiation=direct";
                    add(
                        "direct",
                        format!("{}{mode}{root}{direct}", self.address(cluster, Some(NAME), "postgres")),
                        server,
                    );
                }
            }
        }
        cells
    }
}

fn row(major: u8) -> &'static Libpq {
    Box::leak(Box::new(Libpq { gss: false, socket_dir: "/tmp", ..*Libpq::of(major) }))
}

fn settings(cell: &Cell, libpq: &'static Libpq) -> Settings {
    let env = |name: &str| {
        let prefix = format!("{name}=");
        let found = cell.env.iter().find_map(|v| v.strip_prefix(prefix.as_str()));
        found.map_or(Seen::Absent, Seen::from)
    };
    let around = Surroundings { env: &env, file: &|_| Seen::Absent, user: Some("postgres") };
    let dsn = dsn::parse_with(&cell.dsn, &[], libpq).unwrap();
    dsn::effective(Some(&dsn), &around, libpq).unwrap()
}

/// What really is at a path, as a chart would know it.
fn file(cell: &Cell, path: &str) -> File {
    let home = cell.env.iter().find_map(|v| v.strip_prefix("HOME=")).unwrap();
    let path = path.strip_prefix('~').map_or(path.to_string(), |rest| format!("{home}{rest}"));
    match Path::new(&path).exists() {
        false => File::Absent,
        true if path.ends_with("broken.pem") || path.ends_with("open.key") => File::Broken,
        true => File::Present,
    }
}

/// The kinds of failure that libpq's words tell of.
fn failures(text: &str) -> Vec<Failure> {
    let words = [
        ("weak sslmode", Failure::Settings),
        ("server does not support SSL, but SSL was required", Failure::NoTls),
        ("no encryption", Failure::NeedsTls),
        ("SSL encryption", Failure::RefusesTls),
        ("root certificate file", Failure::RootMissing),
        ("could not read root certificate file", Failure::RootBroken),
        ("certificate present, but not private key file", Failure::ClientKey),
        ("has group or world access", Failure::ClientKey),
        ("certificate verify failed", Failure::Untrusted),
        ("does not match host name", Failure::Name),
        ("host name must be specified", Failure::NoName),
        ("channel binding required", Failure::ChannelBinding),
        ("channel binding is required", Failure::ChannelBinding),
    ];
    let mut out: Vec<_> = words.iter().filter(|(w, _)| text.contains(w)).map(|(_, f)| *f).collect();
    if out.contains(&Failure::RootBroken) {
        out.retain(|f| *f != Failure::RootMissing);
    }
    // Whatever else breaks a connection that begins with TLS at once.
    if out.is_empty() {
        out.push(Failure::Direct);
    }
    out
}

/// The difference between what was foretold and what happened, if there is one.
fn difference(cell: &Cell, outcome: &tls::Outcome, answer: &Fields) -> Option<String> {
    let said = String::from_utf8_lossy(&answer[1]).into_owned();
    let (connected, tls) = (answer[0] == b"ok", answer[2] == b"tls");
    let happened = if connected { format!("connected, tls={tls}") } else { said.clone() };
    let differs =
        |foretold: String| Some(format!("{}\n  {}\n  ours   {foretold}\n  theirs {happened}", cell.what, cell.dsn));
    if connected && tls != (answer[3] == b"t") {
        return differs(format!("pg_stat_ssl says {:?}", String::from_utf8_lossy(&answer[3])));
    }
    if outcome.level == Level::Local {
        return if connected && !tls { None } else { differs("a socket".into()) };
    }
    let [plan] = outcome.plans.as_slice() else { return differs(format!("{outcome:?}")) };
    match plan.meets(&cell.server) {
        Met::Connected { tls: expected } if connected && expected == tls => None,
        Met::Refused(expected) if !connected => {
            let seen = failures(&said);
            let last = expected.last().is_some_and(|l| seen.contains(l));
            if last && seen.iter().all(|f| expected.contains(f)) { None } else { differs(format!("{expected:?}")) }
        }
        met => differs(format!("{met:?}")),
    }
}

/// Whether it was called safer than it was.
fn is_false_comfort(cell: &Cell, outcome: &tls::Outcome, answer: &Fields) -> bool {
    let (connected, tls) = (answer[0] == b"ok", answer[2] == b"tls");
    connected
        && match outcome.level {
            Level::VerifiedFull => !tls || !cell.server.trusted || !cell.server.named,
            Level::VerifiedCa => !tls || !cell.server.trusted,
            Level::EncryptedUnverified => !tls,
            Level::Fails => true,
            _ => false,
        }
}

#[test]
fn libpq_does_what_we_say_it_does() {
    let bench = Bench::start();
    let tally = |major: u8| {
        let mut oracle = libpq::Libpq::start(major);
        let cells: Vec<_> = bench.grid().into_iter().chain(bench.specials(major)).collect();
        let request = |cell: &Cell| {
            let mut fields = vec![b"connect".to_vec(), cell.dsn.clone().into_bytes()];
            fields.extend(cell.env.iter().map(|v| v.clone().into_bytes()));
            fields
        };
        let answers = oracle.ask_all(&cells.iter().map(request).collect::<Vec<_>>());
        let (mut wrong, mut comfort, mut levels) = (Vec::new(), 0, BTreeMap::new());
        for (cell, answer) in cells.iter().zip(&answers) {
            let outcome = tls::outcome(Driver::Libpq, &settings(cell, row(major)), &|path| file(cell, path));
            *levels.entry(outcome.level).or_insert(0) += 1;
            comfort += usize::from(is_false_comfort(cell, &outcome, answer));
            wrong.extend(difference(cell, &outcome, answer));
        }
        println!(
            "oracle/tls/libpq-{major}: {} cells, {} connected, {comfort} falsely safe, {} differences; {levels:?}",
            cells.len(),
            answers.iter().filter(|a| a[0] == b"ok").count(),
            wrong.len()
        );
        assert!(cells.len() > 1_000, "the grid has shrunk");
        assert!(levels.len() >= 7, "some outcomes never came up: {levels:?}");
        (wrong, comfort)
    };
    let mut results = Vec::new();
    std::thread::scope(|scope| {
        let running: Vec<_> = libpq::BUILDS.iter().map(|(major, _)| scope.spawn(|| tally(*major))).collect();
        results.extend(running.into_iter().map(|r| r.join().unwrap()));
    });
    let wrong: Vec<_> = results.iter().flat_map(|(w, _)| w).cloned().collect();
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
    assert!(results.iter().all(|(_, comfort)| *comfort == 0), "called safer than it was");
}
