//! Connection strings as people and templates write them, then as nobody should: grammar, mutation, noise.

use fastrand::Rng;

fn pick<'a, T: ?Sized>(rng: &mut Rng, from: &[&'a T]) -> &'a T {
    from[rng.usize(..from.len())]
}

const KEYWORDS: &[&str] = &[
    // Known to all majors; TAME_KEYWORDS counts them.
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslcrl",
    "sslsni",
    "sslcompression",
    "sslpassword",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "options",
    "application_name",
    "fallback_application_name",
    "connect_timeout",
    "client_encoding",
    "keepalives",
    "keepalives_idle",
    "tcp_user_timeout",
    "replication",
    "gssencmode",
    "krbsrvname",
    "gsslib",
    "service",
    "passfile",
    "channel_binding",
    "target_session_attrs",
    "requirepeer",
    "sslcrldir",
    "requiressl",
    // Known to some, or to none.
    "sslcertmode",
    "sslnegotiation",
    "gssdelegation",
    "load_balance_hosts",
    "require_auth",
    "min_protocol_version",
    "max_protocol_version",
    "scram_client_key",
    "oauth_issuer",
    "oauth_client_secret",
    "sslkeylogfile",
    "ssl",
    "tty",
    "authtype",
    "schema",
    "pgbouncer",
    "Host",
    "SSLMODE",
    "sslmod",
    "",
    "ssl mode",
    "timezone",
    "servicefile",
];

const TAME_KEYWORDS: usize = 35;

const VALUES: &[&str] = &[
    "",
    "a",
    "db",
    "db.example",
    "10.0.0.1",
    "::1",
    "/var/run/postgresql",
    "5432",
    "65536",
    "require",
    "verify-full",
    "disable",
    "prefer",
    "true",
    "false",
    "1",
    "0",
    "on",
    "system",
    "/etc/ssl/ca.pem",
    "-c search_path=x",
    "p@ss",
    "p/w",
    "p:w",
    "p w",
    " p",
    "p ",
    "a=b",
    "a&b",
    "a?b",
    "a#b",
    "a%20b",
    "a%2",
    "a%",
    "%00",
    "%zz",
    "%41",
    "%c3%a9",
    "%ff",
    "a+b",
    "it's",
    "back\\slash",
    "'quoted'",
    "tab\there",
    "ü",
    "h1,h2",
    "h1,,h2",
    ",",
    "a%2Cb",
    "x\ny",
    "\\",
    "'",
    "1x",
    "2",
    "%20",
    "a%20",
    "  ",
    "[::1]",
    "$(DB)",
    "{{ .x }}",
];

/// Nothing that is refused: for texts that are read to their end.
fn tame(rng: &mut Rng) -> Vec<u8> {
    let known = &KEYWORDS[..TAME_KEYWORDS];
    let plain =
        ["", "a", "db.example", "10.0.0.1", "5432", "require", "%2Fvar%2Frun", "p%40ss", "a+b", "%ff", "h1,h2", "x#y"];
    if rng.bool() {
        let words = (0..rng.usize(..7)).map(|_| {
            let blank = pick(rng, &["", " ", "\t"]);
            let value =
                pick(rng, &["", "a", "'a b'", r"it\'s", r"'it\'s'", "5432", "verify-full", "a%20b", "h1,h2", "/tmp"]);
            format!("{}{blank}={blank}{value}", pick(rng, known))
        });
        return words.collect::<Vec<_>>().join(pick(rng, &[" ", "\n", "   "])).into_bytes();
    }
    let mut out = pick(rng, &["postgresql://", "postgres://"]).to_string();
    out += &match rng.u8(..4) {
        0 => String::new(),
        1 => format!("{}@", pick(rng, &plain)),
        _ => format!("{}:{}@", pick(rng, &plain), pick(rng, &["", "p:w", "p%40w", "p?w", "p#w", "p[w]", "p%2Fw"])),
    };
    let netlocs = (0..rng.usize(..4)).map(|_| {
        pick(rng, &["", "h", "h:5432", "[::1]", "[::1]:5432", ":5432", "h:", "%2Ftmp:6432", "10.0.0.1:5%34"])
            .to_string()
    });
    out += &netlocs.collect::<Vec<_>>().join(",");
    out += pick(rng, &["", "/", "/db", "/db%20x", "/a/b"]);
    if rng.bool() {
        let pairs = (0..rng.usize(..5)).map(|_| match rng.u8(..8) {
            0 => "ssl=true".to_string(),
            1 => "requiressl=1".to_string(),
            2 => format!("%{:02X}ost=x", b'h'),
            _ => format!("{}={}", pick(rng, known), pick(rng, &plain)),
        });
        out += "?";
        out += &pairs.collect::<Vec<_>>().join("&");
    }
    out.into_bytes()
}

fn value(rng: &mut Rng) -> String {
    match rng.u8(..8) {
        0 => (0..rng.usize(..6))
            .map(|_| pick(rng, &["%", "%2", "%20", "a", " ", "=", "&", "/", "@", ":", "%0", "%e"]))
            .collect(),
        1 => format!("{}{}", pick(rng, VALUES), pick(rng, VALUES)),
        _ => pick(rng, VALUES).to_string(),
    }
}

fn netloc(rng: &mut Rng) -> String {
    let host = pick(
        rng,
        &[
            "",
            "h",
            "db.example",
            "10.0.0.1",
            "[::1]",
            "[fe80::1%25eth0]",
            "[",
            "[]",
            "[::1]x",
            "%2Ftmp",
            "h%zz",
            "a b",
            "h%2ci",
        ],
    );
    let port = pick(rng, &["", "", ":5432", ":", ":1x", ":%35", "::5", ":54 32"]);
    format!("{host}{port}")
}

fn uri(rng: &mut Rng) -> String {
    let mut out = pick(
        rng,
        &[
            "postgresql://",
            "postgres://",
            "postgresql://",
            "Postgres://",
            "postgresql:/",
            "postgresql+asyncpg://",
            "postgres:///",
        ],
    )
    .to_string();
    if rng.u8(..3) > 0 {
        let user = value(rng);
        let password = value(rng);
        out += &match rng.u8(..5) {
            0 => format!("{user}@"),
            1 => format!(":{password}@"),
            _ => format!("{user}:{password}@"),
        };
    }
    let hosts: Vec<_> = (0..pick(rng, &[&1, &1, &1, &2, &3]).to_owned()).map(|_| netloc(rng)).collect();
    out += &hosts.join(",");
    if rng.u8(..4) > 0 {
        out += "/";
        if rng.u8(..5) > 0 {
            out += &value(rng);
        }
    }
    if rng.u8(..3) > 0 {
        out += "?";
        let pairs: Vec<_> = (0..rng.usize(..5)).map(|_| pair(rng)).collect();
        out += &pairs.join(pick(rng, &["&", "&", "&", "&", "?", "&&", "%26"]));
    }
    out
}

fn pair(rng: &mut Rng) -> String {
    let keyword = pick(rng, KEYWORDS);
    match rng.u8(..20) {
        0 => keyword.to_string(),
        1 => format!("{keyword}=={}", value(rng)),
        2 => format!(" {keyword}={} ", value(rng)),
        3 => format!("ssl={}", pick(rng, &["true", "false", "True", "%74rue", "1"])),
        4 => format!("requiressl={}", pick(rng, &["1", "0", "10", "", "x"])),
        5 => {
            format!("%{:02x}{}={}", keyword.bytes().next().unwrap_or(b'x'), keyword.get(1..).unwrap_or(""), value(rng))
        }
        _ => format!("{keyword}={}", value(rng)),
    }
}

fn words(rng: &mut Rng) -> String {
    let mut out = String::new();
    for _ in 0..rng.usize(..6) {
        let blank = pick(rng, &["", "", "", " ", "\t", "\n "]);
        let text = value(rng);
        let written = match rng.u8(..6) {
            0 => format!("'{text}'"),
            1 => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            2 => format!("'{text}"),
            _ => text,
        };
        out += &format!("{blank}{}{blank}={blank}{written}", pick(rng, KEYWORDS));
        out += pick(rng, &[" ", " ", " ", "  ", "\n", "", ";", "&", "\u{b}"]);
    }
    out
}

/// A change that nobody meant: a byte dropped, doubled, swapped, replaced, or the end cut off.
fn mutate(rng: &mut Rng, mut text: Vec<u8>) -> Vec<u8> {
    for _ in 0..rng.usize(1..4) {
        if text.is_empty() {
            break;
        }
        let at = rng.usize(..text.len());
        match rng.u8(..6) {
            0 => drop(text.remove(at)),
            1 => text.insert(at, text[at]),
            2 => {
                text[at] = *pick(
                    rng,
                    &[&b'%', &b'@', &b'/', &b':', &b'?', &b'&', &b'=', &b'[', &b']', &b' ', &b'\'', &b'\\', &b','],
                )
            }
            3 => text[at] = rng.u8(1..),
            4 => text.truncate(at),
            _ => {
                let other = rng.usize(..text.len());
                text.swap(at, other);
            }
        }
    }
    text
}

/// A text of bytes 1 to 255.
pub fn text(rng: &mut Rng) -> Vec<u8> {
    let text = match rng.u8(..20) {
        0..10 => tame(rng),
        10..16 => uri(rng).into_bytes(),
        16..19 => words(rng).into_bytes(),
        _ => {
            let prefix: &[u8] = pick(rng, &[&b"postgresql://"[..], b"host=", b""]);
            let noise: Vec<u8> = (0..rng.usize(..24)).map(|_| rng.u8(1..)).collect();
            [prefix, &noise].concat()
        }
    };
    if rng.u8(..5) == 0 { mutate(rng, text) } else { text }
}

/// Connection strings that open no connection to anywhere but a socket that is not there, for what libpq decides before.
pub fn offline(rng: &mut Rng) -> Vec<u8> {
    let settings: &[(&str, &[&str])] = &[
        ("sslmode", &["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "", "Require", "no-verify"]),
        ("sslrootcert", &["system", "/nowhere/ca.pem", ""]),
        ("sslnegotiation", &["postgres", "direct", "", "x"]),
        ("sslcertmode", &["disable", "allow", "require", "x", ""]),
        ("gssencmode", &["disable", "prefer", "require", "x"]),
        ("channel_binding", &["disable", "prefer", "require", "yes"]),
        ("target_session_attrs", &["any", "read-write", "read-only", "primary", "standby", "prefer-standby", "master"]),
        ("load_balance_hosts", &["disable", "random", "x"]),
        (
            "require_auth",
            &[
                "password",
                "md5,scram-sha-256",
                "!password",
                "!md5,gss",
                "md5,md5",
                "none,none",
                "oauth",
                "x",
                ",",
                "gss,sspi",
                "!gss,!sspi",
                "md5,!gss",
                "!none,!none",
                "!",
            ],
        ),
        ("ssl_min_protocol_version", &["TLSv1", "TLSv1.1", "tlsv1.3", "", "1.2"]),
        ("ssl_max_protocol_version", &["TLSv1", "TLSv1.2", "TLSV1.3", "", "SSLv3"]),
        ("min_protocol_version", &["3.0", "3.2", "latest", "3.1"]),
        ("max_protocol_version", &["3.0", "3.2", "latest", "x"]),
        ("port", &["5", "65536", "0", "-1", "x", "5,6", "5,6,7", " 7 ", "", "99999999999", "7x"]),
        ("user", &["me", ""]),
        ("dbname", &["d", ""]),
        ("password", &["p"]),
        ("service", &["one", "two", "bad", "nested", "none"]),
        ("application_name", &["a"]),
    ];
    let mut out =
        pick(rng, &["host=/nowhere", "host=/nowhere", "host=/nowhere,/elsewhere", "host=/nowhere,,"]).to_string();
    for _ in 0..rng.usize(..5) {
        let (name, values) = settings[rng.usize(..settings.len())];
        out += &format!(" {name}='{}'", pick(rng, values));
    }
    out.into_bytes()
}

/// Variables around the client, `NAME=value`.
pub fn variables(rng: &mut Rng, home: &str) -> Vec<Vec<u8>> {
    let all: &[(&str, &[&str])] = &[
        ("PGSSLMODE", &["disable", "require", "verify-full", "", "x"]),
        ("PGREQUIRESSL", &["1", "0", "", "1x"]),
        ("PGSSLROOTCERT", &["system", "/nowhere/ca.pem"]),
        ("PGPORT", &["5", "6,7", ""]),
        ("PGUSER", &["env", ""]),
        ("PGPASSWORD", &["p"]),
        ("PGDATABASE", &["envdb"]),
        ("PGAPPNAME", &["app"]),
        ("PGOPTIONS", &["-c x=y"]),
        ("PGSERVICE", &["one", "two", "none", ""]),
        ("PGSSLNEGOTIATION", &["direct", "postgres"]),
        ("PGCONNECT_TIMEOUT", &["3"]),
        ("PGTARGETSESSIONATTRS", &["primary"]),
        ("PGGSSENCMODE", &["disable"]),
        ("PGCHANNELBINDING", &["require"]),
        ("PGREQUIREAUTH", &["md5"]),
        ("PGMINPROTOCOLVERSION", &["3.2"]),
        ("PGSSLCERTMODE", &["disable"]),
        ("PGLOADBALANCEHOSTS", &["random"]),
        ("PGSSLMINPROTOCOLVERSION", &["TLSv1.3"]),
    ];
    let mut out = vec![format!("HOME={home}").into_bytes()];
    for _ in 0..rng.usize(..5) {
        let (name, values) = all[rng.usize(..all.len())];
        if !out.iter().any(|v| v.starts_with(format!("{name}=").as_bytes())) {
            out.push(format!("{name}={}", pick(rng, values)).into_bytes());
        }
    }
    match rng.u8(..6) {
        0 => out.push(format!("PGSERVICEFILE={home}/other.conf").into_bytes()),
        1 => out.push(format!("PGSERVICEFILE={home}/absent.conf").into_bytes()),
        2 => out.push(format!("PGSYSCONFDIR={home}/system").into_bytes()),
        _ => {}
    }
    out
}
