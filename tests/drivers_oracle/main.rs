//! What the clients that are not libpq do about TLS, held to real handshakes on the cells where they differ.
//!
//! Each client is a program in tests/drivers, fed with connection strings and variables. Of libpq's own clients psycopg 2
//! and 3 are tried with it, to see that what they bundle does as libpq does.

#[path = "../common/libpq.rs"]
mod libpq;
#[path = "../common/postgres.rs"]
mod postgres;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use plimsoll::postgres::driver::Driver;
use plimsoll::postgres::dsn::{Libpq, Seen, Settings, Surroundings, foreign};
use plimsoll::postgres::tls::{self, Admits, File, Level, Met, Plan, Server};
use postgres::{Certificates, Chain, Cluster};

/// What `scripts/oracles` installs, and what it adds with `clients`.
const CLIENTS: &str = "clients-3";
const FURTHER: &str = "clients-further-3";

/// A client, as its program knows it.
struct Client {
    driver: Driver,
    name: &'static str,
    program: Program,
    /// Modes in the client's own words.
    modes: &'static [&'static str],
    /// Whether it looks at `PGSSLMODE`.
    variables: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Python,
    Node,
    Go,
    Java,
    Rust,
}

impl Program {
    /// Where its clients are installed.
    fn folder(self) -> &'static str {
        match self {
            Program::Python | Program::Java => FURTHER,
            Program::Node | Program::Go | Program::Rust => CLIENTS,
        }
    }
}

const MODES: &[&str] = &["", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
const NODE: &[&str] = &[
    "",
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
    "no-verify",
    "compat:prefer",
    "compat:require",
    "compat:verify-ca",
    "compat:verify-full",
    "compat:disable",
    "ssl=true",
    "ssl=1",
    "ssl=0",
    "ssl=no-verify",
    "ssl=false",
];
const JDBC: &[&str] =
    &["", "disable", "allow", "prefer", "require", "verify-ca", "verify-full", "ssl=true", "ssl=", "ssl=false"];

const ALL: &[Client] = &[
    Client { driver: Driver::Psycopg, name: "psycopg2", program: Program::Python, modes: MODES, variables: true },
    Client { driver: Driver::Psycopg, name: "psycopg", program: Program::Python, modes: MODES, variables: true },
    Client { driver: Driver::Asyncpg, name: "asyncpg", program: Program::Python, modes: MODES, variables: true },
    Client { driver: Driver::NodePostgres, name: "pg", program: Program::Node, modes: NODE, variables: true },
    Client { driver: Driver::PostgresJs, name: "postgres", program: Program::Node, modes: MODES, variables: false },
    Client { driver: Driver::Pgx, name: "pgx", program: Program::Go, modes: MODES, variables: true },
    Client { driver: Driver::GoPq, name: "pq", program: Program::Go, modes: MODES, variables: true },
    Client { driver: Driver::Sqlx, name: "sqlx", program: Program::Rust, modes: MODES, variables: true },
    // The program brings the connector, or none: what is verified is undecided, and the floor is what counts.
    Client {
        driver: Driver::TokioPostgres,
        name: "tokio-rustls",
        program: Program::Rust,
        modes: MODES,
        variables: true,
    },
    Client {
        driver: Driver::TokioPostgres,
        name: "tokio-notls",
        program: Program::Rust,
        modes: MODES,
        variables: true,
    },
    Client { driver: Driver::Pgjdbc, name: "pgjdbc", program: Program::Java, modes: JDBC, variables: false },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Absent,
    Home,
    Right,
    Wrong,
    Missing,
    Broken,
    System,
}

const ROOTS: [Root; 7] =
    [Root::Absent, Root::Home, Root::Right, Root::Wrong, Root::Missing, Root::Broken, Root::System];

struct Cell {
    dsn: String,
    env: Vec<String>,
    root: Root,
    server: Server,
    chain: Option<Chain>,
}

struct Bench {
    dir: tempfile::TempDir,
    certificates: Certificates,
    clusters: Vec<Cluster>,
}

impl Bench {
    fn start() -> Bench {
        let dir = tempfile::Builder::new().prefix("drv").tempdir().unwrap();
        let certificates = Certificates::make(&dir.path().join("certificates"));
        for home in ["home", "trusting"] {
            fs::create_dir_all(dir.path().join(home).join(".postgresql")).unwrap();
        }
        fs::copy(certificates.path("root.pem"), dir.path().join("trusting/.postgresql/root.crt")).unwrap();
        let kinds = [Some(Chain::Localhost), Some(Chain::Direct), Some(Chain::SelfSigned), None];
        let start = |(n, chain): (usize, Option<Chain>)| {
            Cluster::start(&libpq::build(17), 17, chain, &certificates, &dir.path().join(n.to_string()))
        };
        let clusters = kinds.into_iter().enumerate().map(start).collect();
        Bench { dir, certificates, clusters }
    }

    fn path(&self, name: &str) -> String {
        self.certificates.path(name).display().to_string()
    }

    fn cells(&self, client: &Client) -> Vec<Cell> {
        let mut cells = Vec::new();
        for cluster in &self.clusters {
            for mode in client.modes {
                for root in ROOTS {
                    cells.push(self.cell(client, cluster, mode, root, false));
                    if client.variables && !mode.is_empty() && !mode.contains(['=', ':']) {
                        cells.push(self.cell(client, cluster, mode, root, true));
                    }
                }
            }
        }
        cells
    }

    fn cell(&self, client: &Client, cluster: &Cluster, mode: &str, root: Root, by_variable: bool) -> Cell {
        let home = if root == Root::Home { "trusting" } else { "home" };
        let mut env = vec![format!("HOME={}", self.dir.path().join(home).display())];
        let mut query = Vec::new();
        match mode.split_once(':') {
            _ if mode.is_empty() => {}
            _ if by_variable => env.push(format!("PGSSLMODE={mode}")),
            Some(("compat", mode)) => query.extend(["uselibpqcompat=true".to_string(), format!("sslmode={mode}")]),
            _ if mode.starts_with("ssl=") => query.push(mode.to_string()),
            _ => query.push(format!("sslmode={mode}")),
        }
        let file = match root {
            Root::Absent | Root::Home => None,
            Root::Right => Some(self.path("root.pem")),
            Root::Wrong => Some(self.path("wrong.pem")),
            Root::Missing => Some(self.path("missing.pem")),
            Root::Broken => Some(self.path("broken.pem")),
            Root::System => Some("system".to_string()),
        };
        query.extend(file.map(|f| format!("sslrootcert={f}")));
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let dsn = match client.driver {
            Driver::Pgjdbc => {
                let and = if query.is_empty() { "?" } else { "&" };
                format!("jdbc:postgresql://localhost:{}/postgres{query}{and}user=postgres", cluster.port)
            }
            _ => format!("postgresql://postgres@localhost:{}/postgres{query}", cluster.port),
        };
        let server = Server {
            tls: cluster.chain.is_some(),
            admits: Admits::All,
            direct: true,
            trusted: false,
            named: cluster.chain == Some(Chain::Localhost),
        };
        Cell { dsn, env, root, server, chain: cluster.chain }
    }

    /// Asks a client's program about all cells. `public`: whether the machine's CAs include ours.
    fn ask(&self, client: &Client, cells: &[Cell], public: bool) -> Vec<(bool, bool, String)> {
        let clients = libpq::cache().join(client.program.folder());
        assert!(clients.is_dir(), "{} is missing: run scripts/oracles clients", clients.display());
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drivers");
        let mut command = match client.program {
            Program::Python => program("python3", &[here.join("probe.py"), clients.join("python")]),
            Program::Node => program("node", &[here.join("probe.mjs"), clients.join("node")]),
            Program::Go => program(clients.join("go/probe"), &[]),
            Program::Rust => program(clients.join("rust/probe"), &[]),
            Program::Java => {
                let mut java = program("java", &["-cp".into()]);
                // It logs what it also throws.
                java.stderr(Stdio::null());
                java.arg(clients.join("java/postgresql.jar")).arg(here.join("Probe.java"));
                java
            }
        };
        let ours = if public { "root.pem" } else { "wrong.pem" };
        command.env("SSL_CERT_FILE", self.path(ours)).env("SSL_CERT_DIR", self.dir.path().join("none"));
        command.env("NODE_EXTRA_CA_CERTS", self.path(ours));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the probe starts");
        let system = format!("SSL_CERT_FILE={}", self.path(ours));
        let line = |cell: &Cell| {
            let variables = cell.env.iter().chain([&system]).map(String::as_str);
            [client.name, &cell.dsn].into_iter().chain(variables).collect::<Vec<_>>().join("\t") + "\n"
        };
        let input: String = cells.iter().map(line).collect();
        let mut stdin = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let answers: Vec<_> = text
            .lines()
            .map(|l| match l.split_once('\t') {
                Some(("ok", tls)) => (true, tls == "t", String::new()),
                Some((_, said)) => (false, false, said.to_string()),
                None => panic!("{}: {l}", client.name),
            })
            .collect();
        assert_eq!(answers.len(), cells.len(), "{} ended early", client.name);
        answers
    }
}

fn program(name: impl Into<PathBuf>, arguments: &[PathBuf]) -> Command {
    let mut command = Command::new(name.into());
    command.args(arguments);
    command
}

/// None: the string is refused.
fn settings(client: &Client, cell: &Cell) -> Option<Settings> {
    let env = |name: &str| {
        let prefix = format!("{name}=");
        cell.env.iter().find_map(|v| v.strip_prefix(prefix.as_str())).map_or(Seen::Absent, Seen::from)
    };
    let around = Surroundings { env: &env, file: &|_| Seen::Absent, user: Some("postgres") };
    // psycopg's wheels bring libpq 18, psycopg2's 17 or 18: no cell tells them apart.
    let libpq = Libpq::NEWEST;
    let dsn = foreign::parse(client.driver, &cell.dsn, &[], libpq).ok()?;
    foreign::effective(client.driver, Some(&dsn), &around, libpq).ok()
}

fn file(cell: &Cell, path: &str) -> File {
    let home = cell.env.iter().find_map(|v| v.strip_prefix("HOME=")).unwrap();
    let path = path.strip_prefix('~').map_or(path.to_string(), |rest| format!("{home}{rest}"));
    match Path::new(&path).exists() {
        false => File::Absent,
        true if path.ends_with("broken.pem") => File::Broken,
        true => File::Present,
    }
}

/// The server as the plan's roots see it.
fn server(plan: &Plan, cell: &Cell, public: bool) -> Server {
    let signed = matches!(cell.chain, Some(Chain::Localhost | Chain::Direct));
    let by_file = signed && matches!(cell.root, Root::Home | Root::Right);
    let trusted = match plan.roots {
        tls::Roots::None => false,
        tls::Roots::File => by_file,
        tls::Roots::System => signed && public,
        tls::Roots::Both => by_file || (signed && public),
    };
    Server { trusted, ..cell.server }
}

/// What was foretold otherwise; and whether it was called safer than it was.
fn judge(
    client: &Client,
    outcome: &tls::Outcome,
    cell: &Cell,
    public: bool,
    answer: &(bool, bool, String),
) -> (Option<String>, bool) {
    // sqlx brings its public CAs along.
    let public = public && client.driver != Driver::Sqlx;
    let (connected, encrypted, said) = answer;
    let happened = if *connected { format!("connected, tls={encrypted}") } else { said.clone() };
    let trusted = outcome.plans.iter().any(|p| server(p, cell, public).trusted);
    let comfort = *connected
        && match outcome.floor {
            Level::Fails => true,
            Level::VerifiedFull => !encrypted || !trusted || !cell.server.named,
            Level::VerifiedCa => !encrypted || !trusted,
            Level::EncryptedUnverified => !encrypted,
            _ => false,
        };
    let differs = |foretold: String| {
        let text = format!(
            "{} {:?} {:?} public={public} {:?}\n  ours   {foretold}\n  theirs {happened}",
            cell.dsn, cell.env, cell.chain, cell.root
        );
        (Some(text), comfort)
    };
    let [plan] = outcome.plans.as_slice() else {
        // Undecided: only the floor is promised.
        return if comfort { differs(format!("{outcome:?}")) } else { (None, false) };
    };
    match plan.meets(&server(plan, cell, public)) {
        Met::Connected { tls } if *connected && tls == *encrypted => (None, comfort),
        Met::Refused(_) if !*connected => (None, comfort),
        // verify-ca of sqlx 0.8 with a newer rustls looks at the name as well: that is no weaker than what is said.
        Met::Connected { .. } if client.driver == Driver::Sqlx && said.contains("not valid for name") => {
            (None, comfort)
        }
        met => differs(format!("{met:?} by {}", outcome.why)),
    }
}

/// Tries one client in all cells: the first differences, and how often it was called safer than it was.
fn try_client(bench: &Bench, client: &Client) -> (Vec<String>, usize) {
    let cells = bench.cells(client);
    let (mut differences, mut connected, mut undecided, mut count, mut comforts) = (Vec::new(), 0, 0, 0, 0);
    // What a program trusts besides a file that is named: the machine's CAs, or what it is told to.
    let publics: &[bool] =
        if matches!(client.program, Program::Node | Program::Go | Program::Rust) { &[false, true] } else { &[false] };
    for public in publics {
        for (cell, answer) in cells.iter().zip(bench.ask(client, &cells, *public)) {
            count += 1;
            connected += usize::from(answer.0);
            let Some(settings) = settings(client, cell) else {
                if answer.0 {
                    differences.push(format!("{}: {} is not refused", client.name, cell.dsn));
                }
                continue;
            };
            let outcome = tls::outcome(client.driver, &settings, &|path| file(cell, path));
            undecided += usize::from(outcome.level == Level::Undecided);
            let (difference, comfort) = judge(client, &outcome, cell, *public, &answer);
            comforts += usize::from(comfort);
            differences.extend(difference);
        }
    }
    println!(
        "oracle/tls/{}: {count} cells, {connected} connected, {undecided} undecided, {comforts} falsely safe, {} differences",
        client.name,
        differences.len()
    );
    assert!(connected > count / 20 && connected < count, "{}: {connected} of {count} connected", client.name);
    // sqlx has two TLS libraries, which differ on a file that is no certificate.
    let decides = !matches!(client.driver, Driver::TokioPostgres | Driver::Sqlx);
    assert!(undecided == 0 || !decides, "{}: a row that is tested decides", client.name);
    // Some of each, so that one client does not hide the others.
    (differences.into_iter().take(4).collect(), comforts)
}

fn try_clients(folder: &str) {
    let bench = Bench::start();
    let results: Vec<_> = std::thread::scope(|scope| {
        let clients = ALL.iter().filter(|client| client.program.folder() == folder);
        let running: Vec<_> = clients.map(|client| scope.spawn(|| try_client(&bench, client))).collect();
        running.into_iter().map(|r| r.join().unwrap()).collect()
    });
    let wrong: Vec<_> = results.iter().flat_map(|(w, _)| w.clone()).collect();
    assert!(!results.is_empty() && wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(results.iter().all(|(_, comforts)| *comforts == 0), "called safer than it was");
}

#[test]
fn clients_of_node_go_and_rust_do_what_we_say_they_do() {
    try_clients(CLIENTS);
}

#[test]
#[ignore = "wants PyPI and Maven: scripts/oracles clients, then cargo test --test drivers_oracle -- --ignored"]
fn clients_of_python_and_java_do_what_we_say_they_do() {
    try_clients(FURTHER);
}
