//! Hostile hosts, users, passwords and databases thrown at every profile: each is refused with its flag, or libpq reads the
//! connection string of the output back to exactly these parts.

use fastrand::Rng;
use plimsoll::init::connection::Connection;
use plimsoll::init::external::{Authority, External, Origin};
use plimsoll::init::host::Host;
use plimsoll::init::profile;
use plimsoll::yaml;
use serde_json::{Value, json};

use super::libpq::Libpq;
use super::support::count_line;

const PIECES: [&str; 48] = [
    ": ",
    "- ",
    "#",
    " #",
    "\"",
    "'",
    "\\",
    "{{",
    "}}",
    "{{ x }}",
    "{% raw %}",
    "{%",
    "${X}",
    "$(X)",
    "`id`",
    "%",
    "%20",
    "%zz",
    "%00",
    "@",
    "/",
    "?",
    "&",
    "=",
    "+",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "\u{fc}",
    "\u{1f600}",
    "!!int 1",
    "&a",
    "*a",
    "|",
    ">",
    "? ",
    "[",
    "]",
    "...",
    "---\n",
    "~",
];

fn hostile(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(0..7) {
        match rng.usize(0..4) {
            0 => text.extend((0..rng.usize(1..5)).map(|_| rng.alphanumeric())),
            1 => text.extend((0..rng.usize(1..3)).map(|_| rng.char(..))),
            _ => text.push_str(PIECES[rng.usize(..PIECES.len())]),
        }
    }
    text
}

/// Mostly one that is hostile and yet a name.
fn name(rng: &mut Rng) -> String {
    let text = hostile(rng);
    if rng.usize(0..5) == 0 { text } else { text.replace(char::is_control, "").trim().to_string() + "x" }
}

/// A host that is hostile now and then, for otherwise nothing else would be reached.
fn host(rng: &mut Rng, profile: &profile::Profile) -> String {
    if profile.is_proxy() {
        return ["127.0.0.1", "localhost", "::1", "10.0.0.1", "a\n"][rng.usize(..5)].into();
    }
    match rng.usize(0..10) {
        0 => hostile(rng),
        1 => format!("db.example.com{}", PIECES[rng.usize(..PIECES.len())]),
        2 => ["::1", "[2001:db8::2]", "10.0.0.3", "fe80::1%eth0", "255.255.255.256"][rng.usize(..5)].into(),
        _ => (0..rng.usize(1..20)).map(|_| rng.lowercase()).collect::<String>() + ".example.com",
    }
}

#[test]
fn what_is_hostile_is_refused_or_reads_back() {
    let cases = std::env::var("PLIMSOLL_CASES").map_or(1_000, |text| text.parse().expect("PLIMSOLL_CASES is a number"));
    let mut rng = Rng::with_seed(5);
    let (mut refused, mut texts, mut wants) = (0, Vec::new(), Vec::new());
    for id in profile::ids() {
        let mut told_parts = 0;
        for n in 0..cases {
            let profile = profile::find(id).unwrap();
            let (host, user, database) = (host(&mut rng, &profile), name(&mut rng), name(&mut rng));
            let password = hostile(&mut rng);
            let port = rng.u16(1..);
            match make(profile, &host, port, [&user, &database, &password], n % 2 == 0) {
                Err(told) => {
                    assert!(
                        ["--host: ", "--user: ", "--database: ", "the password: "].iter().any(|f| told.starts_with(f)),
                        "{told}"
                    );
                    refused += 1;
                }
                Ok((url, tls)) => {
                    let host = Host::parse(&host).unwrap().to_string();
                    let mut want = vec![
                        ("dbname", database),
                        ("host", host),
                        ("password", password),
                        ("port", port.to_string()),
                        ("user", user),
                    ];
                    want.extend(tls);
                    want.sort();
                    texts.push(vec![b"parse".to_vec(), url.into_bytes()]);
                    wants.push(want);
                    told_parts += 1;
                }
            }
        }
        assert!(told_parts > cases / 4, "{id}: only {told_parts} of {cases} were not refused");
    }
    for major in [15, 18] {
        for (want, answer) in wants.iter().zip(Libpq::start(major).ask_all(&texts)) {
            assert_eq!(answer[0], b"ok", "libpq {major}: {}", String::from_utf8_lossy(&answer[1]));
            let mut read: Vec<(String, String)> = answer[1..]
                .chunks(2)
                .map(|pair| (String::from_utf8(pair[0].clone()).unwrap(), String::from_utf8(pair[1].clone()).unwrap()))
                .collect();
            read.sort();
            let want: Vec<(String, String)> = want.iter().map(|(k, v)| ((*k).to_string(), v.clone())).collect();
            assert_eq!(read, want, "libpq {major}");
        }
    }
    count_line(&format!(
        "init hostile: {} cases, {refused} refused, {} read back by libpq 15 and 18",
        cases * profile::ids().count(),
        wants.len()
    ));
}

type Made = (String, Vec<(&'static str, String)>);

/// The connection string as it stands in the output, read by two YAML readers; what TLS adds to it.
fn make(profile: profile::Profile, host: &str, port: u16, parts: [&str; 3], inline: bool) -> Result<Made, String> {
    let host = Host::parse(host).map_err(|words| format!("--host: {words}"))?;
    profile.check_host(&host).map_err(|r| r.message)?;
    let tls = profile.tls_for(None, Some(&host)).map_err(|r| r.message)?;
    let [user, database, password] = parts;
    let connection = Connection::new(host, port, user, database, password).map_err(|r| r.message)?;
    let authority = tls.is_some().then(|| Authority::new("ca", "ca.crt", "/ca", None).unwrap());
    let proxy = profile.is_proxy().then(|| ("image:1".to_string(), "p:r:i".to_string()));
    let origin = match inline {
        true => Origin::Inline(connection),
        false => Origin::Secret { name: "db".into(), key: "url".into(), connection: Some(connection) },
    };
    let external = External { profile, origin, port, tls: tls.clone(), authority, proxy };
    let values = external.values().map_err(|r| r.message)?;
    let read = both(&values);
    // Nothing but the profile's own keys.
    let keys: Vec<&String> = read.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["postgres"]);
    if inline {
        let url = read["postgres"]["external"]["connectionString"].as_str().unwrap().to_string();
        return Ok((url, Vec::new()));
    }
    assert_eq!(read["postgres"]["external"]["existingSecret"], json!("db"));
    let (manifest, has_password) = external.manifest(None).map_err(|r| r.message)?.expect("a Secret");
    assert!(has_password);
    let secret = both(&manifest);
    assert_eq!(secret["stringData"].as_object().unwrap().len(), 1);
    let more = tls.map_or_else(Vec::new, |mode| vec![("sslmode", mode), ("sslrootcert", "/ca/ca.crt".into())]);
    Ok((secret["stringData"]["url"].as_str().unwrap().to_string(), more))
}

/// What libyaml and Helm's own reader see, which must be the same.
fn both(text: &str) -> Value {
    let read: Value = serde_yaml::from_str(text).unwrap();
    let arena = bumpalo::Bump::new();
    let limits = plimsoll::limits::Limits::default();
    let tree = yaml::load(text.as_bytes(), plimsoll::value::Origin::default(), &arena, &limits).unwrap();
    let ours: Value = serde_json::from_str(&plimsoll::value::to_json(tree).to_string()).unwrap();
    assert_eq!(ours, read);
    read
}
