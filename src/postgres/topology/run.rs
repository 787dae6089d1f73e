//! Runs of Postgres's own programs: what their options and arguments say of a connection.

use super::source::Link;
use super::url;
use super::value::Value;
use super::words::Part;
use crate::postgres::driver;

/// One run of a client program.
#[derive(Clone, Debug)]
pub struct Run<'m> {
    pub program: &'static str,
    pub parts: Vec<(Part, Value<'m>)>,
    pub link: Option<Link<'m>>,
}

/// A command that no shell reads: its first word is the program.
pub fn direct<'m>(words: &[Value<'m>]) -> Option<Run<'m>> {
    let program = program(words.first()?.filled())?;
    Some(run(program, words.get(1..).unwrap_or_default(), &[]))
}

/// One of Postgres's own, by its name or path.
pub(super) fn program(word: &str) -> Option<&'static str> {
    let base = word.rsplit('/').next().unwrap_or(word);
    driver::PROGRAMS.iter().find(|p| **p == base).copied()
}

/// Options of Postgres's own programs: short, long, what they give.
const OPTIONS: &[(&str, &str, Part)] = &[
    ("-h", "--host", Part::Host),
    ("-p", "--port", Part::Port),
    ("-U", "--username", Part::User),
    ("-d", "--dbname", Part::Database),
];

/// Long options of which the next word is the value.
const VALUED: &[&str] = &[
    "--command",
    "--file",
    "--set",
    "--variable",
    "--output",
    "--log-file",
    "--pset",
    "--field-separator",
    "--record-separator",
    "--table",
    "--schema",
    "--exclude-table",
    "--exclude-schema",
    "--format",
    "--jobs",
    "--role",
    "--timeout",
    "--owner",
    "--encoding",
    "--template",
    "--maintenance-db",
];

/// Variables before a command that libpq reads.
const VARIABLES: &[(&str, Part)] = &[
    ("PGHOST", Part::Host),
    ("PGPORT", Part::Port),
    ("PGUSER", Part::User),
    ("PGPASSWORD", Part::Password),
    ("PGDATABASE", Part::Database),
    ("PGSSLMODE", Part::SslMode),
    ("PGSSLROOTCERT", Part::SslRootCert),
];

/// A program with its words, and the variables that stand before it.
pub(super) fn run<'m>(program: &'static str, words: &[Value<'m>], own: &[(String, Value<'m>)]) -> Run<'m> {
    let mut parts: Vec<(Part, Value<'m>)> = Vec::new();
    for (name, value) in own {
        parts.extend(VARIABLES.iter().find(|(n, _)| n == name).map(|(_, part)| (*part, value.clone())));
    }
    let mut n = 0;
    let mut positional = false;
    while let Some(word) = words.get(n) {
        n += 1;
        let text = word.filled();
        let found = OPTIONS.iter().find_map(|(short, long, part)| {
            if text == *short || text == *long {
                return Some((*part, None));
            }
            let rest = text.strip_prefix(long).and_then(|rest| rest.strip_prefix('='));
            let rest = rest.or_else(|| text.strip_prefix(short).filter(|_| !text.starts_with("--")))?;
            Some((*part, Some(word.slice(text.len() - rest.len()..text.len()))))
        });
        match found {
            Some((part, Some(value))) => parts.push((part, value)),
            Some((part, None)) => {
                parts.extend(words.get(n).map(|value| (part, value.clone())));
                n += 1;
            }
            None if text.starts_with('-') => {
                // Options of which the next word is the value.
                n += usize::from(VALUED.contains(&text));
                let cluster = !text.starts_with("--") && text.ends_with(['c', 'f', 'o', 'v']);
                let other =
                    matches!(text, "-j" | "-n" | "-T" | "-F" | "-L" | "-O") || (text == "-t" && program != "psql");
                n += usize::from(cluster || other);
            }
            // The arguments of a function or of the script itself: any number of words, none of them known here.
            None if matches!(text, "$@" | "$*") => {}
            None if !positional && !text.starts_with(['<', '>']) => {
                positional = true;
                parts.push((Part::Database, word.clone()));
            }
            None => {}
        }
    }
    for (part, value) in &mut parts {
        if *part == Part::Database && is_conninfo(value.filled()) {
            *part = Part::Url;
        }
    }
    Run { program, parts, link: None }
}

/// What libpq takes for a connection string where a database's name may stand (`recognized_connection_string`): its own two
/// schemes, or anything with a `=`. Every other text is a name, another client's URL too.
fn is_conninfo(text: &str) -> bool {
    let own = text.starts_with("postgres://") || text.starts_with("postgresql://");
    own || (text.contains('=') && url::looks_like_one(text))
}
