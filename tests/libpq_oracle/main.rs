//! Connection strings, environment and service files against real libpq 15, 16, 17 and 18.
//!
//! `PLIMSOLL_CASES=100000 cargo test --test libpq_oracle` asks for more cases of each major.

mod generate;
#[path = "../common/libpq.rs"]
mod libpq;

use bstr::{BStr, ByteSlice};
use fastrand::Rng;
use libpq::Fields;
use plimsoll::postgres::driver::Driver;
use plimsoll::postgres::dsn::{self, Keyword, Libpq, Seen, Settings, Surroundings, foreign};

const BATCH: usize = 2_000;

/// Nobody but the superuser of this machine runs the tests, or whoever does: libpq asks the system.
fn system_user() -> String {
    let output = std::process::Command::new("id").arg("-un").output().expect("id runs");
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

/// The builds that are installed come without GSSAPI, and their sockets lie elsewhere.
fn row(major: u8) -> &'static Libpq {
    Box::leak(Box::new(Libpq { gss: false, socket_dir: "/tmp", ..*Libpq::of(major) }))
}

fn cases(default: usize) -> usize {
    match std::env::var("PLIMSOLL_CASES") {
        Ok(text) => text.parse().expect("PLIMSOLL_CASES is a number"),
        Err(_) => default,
    }
}

/// keyword=value lines in one order.
fn sorted(mut pairs: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<u8> {
    pairs.sort();
    pairs.iter().flat_map(|(k, v)| [k, &b"="[..], v, b"\n"].concat()).collect()
}

fn pairs(fields: &[Vec<u8>]) -> Vec<(Vec<u8>, Vec<u8>)> {
    fields.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

fn message(text: &[u8]) -> Vec<u8> {
    [b"error: ", text.trim_end_with(|c| c == '\n')].concat()
}

fn ours(text: &[u8], libpq: &Libpq) -> Vec<u8> {
    match dsn::parse_with(text, &[], libpq) {
        Ok(dsn) => {
            let all = dsn::KEYWORDS.iter().filter_map(|r| dsn.get(r.keyword));
            let value = |p: &dsn::Part| p.value.bytes().expect("nothing is unknown").to_vec();
            sorted(all.map(|p| (p.keyword.name().into(), value(p))).collect())
        }
        Err(error) => message(&error.exact()),
    }
}

fn theirs(answer: &Fields) -> Vec<u8> {
    match answer[0].as_slice() {
        b"ok" => sorted(pairs(&answer[1..])),
        _ => message(&answer[1]),
    }
}

/// Compares many answers and says how many there were; fails with the first differences.
struct Tally {
    cases: usize,
    refused: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn new() -> Tally {
        Tally { cases: 0, refused: 0, wrong: Vec::new() }
    }

    fn compare(&mut self, what: &[u8], ours: &[u8], theirs: &[u8]) {
        self.cases += 1;
        self.refused += usize::from(theirs.starts_with(b"error: "));
        if ours != theirs {
            let show = |b| BStr::new(b).to_string();
            self.wrong.push(format!("{:?}\n  ours   {}\n  theirs {}", BStr::new(what), show(ours), show(theirs)));
        }
    }

    fn close(self, name: &str, major: u8) {
        let Tally { cases, refused, wrong } = self;
        println!("generated/{name}/libpq-{major}: {cases} cases, {refused} refused, {} differences", wrong.len());
        assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(8)].join("\n"));
        assert!(refused > cases / 50 && refused < cases, "the generator makes only one kind: {refused} of {cases}");
    }
}

#[test]
fn connection_strings_are_read_as_libpq_reads_them() {
    for (major, _) in libpq::BUILDS {
        let mut oracle = libpq::Libpq::start(major);
        let mut rng = Rng::with_seed(0x5eed_0001);
        let mut tally = Tally::new();
        let mut left = cases(20_000);
        while left > 0 {
            let texts: Vec<_> = (0..left.min(BATCH)).map(|_| generate::text(&mut rng)).collect();
            left -= texts.len();
            let requests: Vec<_> = texts.iter().map(|t| vec![b"parse".to_vec(), t.clone()]).collect();
            for (text, answer) in texts.iter().zip(oracle.ask_all(&requests)) {
                tally.compare(text, &ours(text, Libpq::of(major)), &theirs(&answer));
            }
        }
        tally.close("dsn", major);
    }
}

#[test]
fn no_reading_of_any_client_points_outside_of_the_text() {
    let mut rng = Rng::with_seed(0x5eed_0004);
    let prefixes: [&[u8]; 6] = [b"", b"jdbc:", b"r2dbc:", b"pgsql:", b"Host=h;", b"postgresql+asyncpg"];
    let mut read = 0;
    for n in 0..cases(20_000) {
        let text = [prefixes[n % prefixes.len()], &generate::text(&mut rng)].concat();
        let (from, to) = (rng.usize(..=text.len()), rng.usize(..=text.len()));
        let hole = from.min(to)..from.max(to);
        for driver in Driver::ALL {
            for holes in [&[][..], std::slice::from_ref(&hole)] {
                match foreign::parse(driver, &text, holes, Libpq::NEWEST) {
                    Ok(dsn) => {
                        read += 1;
                        let spans = dsn.parts.iter().map(|p| p.span).chain(dsn.others.iter().map(|o| o.span));
                        assert!(spans.into_iter().all(|s| s.start <= s.end && s.end <= text.len()), "{text:?}");
                    }
                    Err(error) => assert!(error.span.end <= text.len() && !error.to_string().is_empty()),
                }
            }
        }
    }
    println!("generated/dsn/clients: {} texts, {read} readings", cases(20_000));
    assert!(read > 20_000, "only {read} readings: does the generator still make anything?");
}

/// A home with service files: good, and bad in every way.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let long = "x".repeat(1100);
    let one =
        "# of all\n[one]\n  host=/nowhere\nport=77 \nuser = spaced\n\n[two]\nsslmode=require\nuser=u2\npassword=p=q\n";
    write(".pg_service.conf", &format!("{one}[bad]\nnot_a_keyword=1\n[nested]\nservice=one\n"));
    write("other.conf", "[one]\nsslmode=verify-ca\nsslrootcert=system\ndbname=d\n[two]\nno equals sign\n");
    write("system/pg_service.conf", &format!("[two]\nuser=sys\n[none]\nuser=late\nport=8\n#{long}\n"));
    home
}

fn surroundings<'a>(variables: &'a [Vec<u8>]) -> impl Fn(&str) -> Seen + 'a {
    move |name| {
        let prefix = format!("{name}=");
        let found = variables.iter().find_map(|v| v.strip_prefix(prefix.as_bytes()));
        found.map_or(Seen::Absent, |v| Seen::Text(v.into()))
    }
}

fn file(path: &str) -> Seen {
    std::fs::read(path).map_or(Seen::Absent, |bytes| Seen::Text(bytes.into()))
}

fn listed(settings: &Settings) -> Vec<(Vec<u8>, Vec<u8>)> {
    let value = |s: &dsn::Setting| s.value.bytes().expect("nothing is unknown").to_vec();
    settings.iter().map(|s| (s.keyword.name().into(), value(s))).collect()
}

#[test]
fn the_environment_gives_the_same_defaults() {
    let (home, user) = (home(), system_user());
    for (major, _) in libpq::BUILDS {
        let mut oracle = libpq::Libpq::start(major);
        let mut rng = Rng::with_seed(0x5eed_0002);
        let environments: Vec<_> =
            (0..2_000).map(|_| generate::variables(&mut rng, home.path().to_str().unwrap())).collect();
        let request = |e: &Vec<Vec<u8>>| [&[b"defaults".to_vec()], e.as_slice()].concat();
        let requests: Vec<_> = environments.iter().map(request).collect();
        let mut tally = Tally::new();
        for (variables, answer) in environments.iter().zip(oracle.ask_all(&requests)) {
            let env = surroundings(variables);
            let around = Surroundings { env: &env, file: &file, user: Some(&user) };
            // PQconndefaults goes on without a service that it cannot read; a connection does not.
            let Ok(settings) = dsn::effective(None, &around, row(major)) else {
                tally.refused += 1;
                continue;
            };
            tally.compare(&variables.join(&b' '), &sorted(listed(&settings)), &theirs(&answer));
        }
        tally.close("environment", major);
    }
}

/// What we expect of PQconnectdb up to the point where it opens a socket.
fn before_the_socket(text: &[u8], env: &dyn Fn(&str) -> Seen, user: &str, libpq: &'static Libpq) -> Vec<u8> {
    let dsn = match dsn::parse_with(text, &[], libpq) {
        Ok(dsn) => dsn,
        Err(error) => return message(&error.exact()),
    };
    let around = Surroundings { env, file: &file, user: Some(user) };
    let settings = match dsn::effective(Some(&dsn), &around, libpq) {
        Ok(settings) => settings,
        Err(error) => return message(&error.exact()),
    };
    if let Err(refused) = settings.check() {
        return message(refused.exact());
    }
    let mut all = listed(&settings);
    all.retain(|(k, _)| k != b"user" && k != b"dbname");
    for (keyword, value) in [(Keyword::User, settings.user(Some(user))), (Keyword::DbName, settings.dbname(Some(user)))]
    {
        all.push((keyword.name().into(), value.bytes().unwrap().to_vec()));
    }
    // Its default is filled in only here.
    if libpq.knows(Keyword::SslCertMode) && settings.value(Keyword::SslCertMode).is_none() {
        all.push((b"sslcertmode".to_vec(), b"allow".to_vec()));
    }
    sorted(all)
}

#[test]
fn what_is_refused_before_a_connection_is_refused_alike() {
    let (home, user) = (home(), system_user());
    for (major, _) in libpq::BUILDS {
        let mut oracle = libpq::Libpq::start(major);
        let mut rng = Rng::with_seed(0x5eed_0003);
        let mut tally = Tally::new();
        let inputs: Vec<_> = (0..4_000)
            .map(|_| (generate::offline(&mut rng), generate::variables(&mut rng, home.path().to_str().unwrap())))
            .collect();
        let request =
            |(text, env): &(Vec<u8>, Fields)| [&[b"settings".to_vec(), text.clone()], env.as_slice()].concat();
        for ((text, variables), answer) in
            inputs.iter().zip(oracle.ask_all(&inputs.iter().map(request).collect::<Vec<_>>()))
        {
            let tried = answer[1].starts_with(b"connection to server on socket");
            let theirs = match tried {
                true => {
                    let mut all = pairs(&answer[2..]);
                    // What libpq does not give back: the service's name before 18; the password file that it looked for.
                    all.retain(|(k, _)| k != b"service" && k != b"passfile");
                    sorted(all)
                }
                false => message(answer[1].lines().next().unwrap_or_default()),
            };
            let env = surroundings(variables);
            let ours = before_the_socket(text, &env, &user, row(major));
            let ours: Vec<u8> = ours
                .split_inclusive(|b| *b == b'\n')
                .filter(|l| !l.starts_with(b"service="))
                .flatten()
                .copied()
                .collect();
            let what = [text.as_slice(), b" | ", &variables.join(&b' ')].concat();
            tally.compare(&what, &ours, &theirs);
        }
        tally.close("settings", major);
    }
}
