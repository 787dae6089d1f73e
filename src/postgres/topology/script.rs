//! Shell scripts in `command` and `args`: which programs they run, and the URLs in them.
//!
//! No shell: words, quotes, assignments and `$NAME` as far as charts use them. What is not understood is passed over.

use std::collections::{HashMap, HashSet};

use super::placeholder::{Lookup, expand};
use super::run::{Run, program, run};
use super::shell::{Token, tokens};
use super::source::{Origin, Why};
use super::url;
use super::value::Value;
use super::words::{Part, Words};
/// What a script does, as far as it matters.
#[derive(Debug, Default)]
pub struct Told<'m> {
    /// The names of the commands that it runs, without their folders.
    pub heads: Vec<String>,
    pub runs: Vec<Run<'m>>,
    /// Files that its words name: scripts that it may run.
    pub files: Vec<String>,
    /// URLs in its words, by the option or variable that they are given to.
    pub urls: Vec<(String, Value<'m>)>,
}

/// Takes a script apart. `lookup` knows the variables of its container.
pub fn read<'m>(script: &Value<'m>, lookup: &dyn Lookup<'m>) -> Told<'m> {
    let mut told = Told::default();
    let scope = Scope { locals: HashMap::new(), outer: lookup };
    let mut reader = Reader { scope, told: &mut told, given: Given::by(script.filled()) };
    let mut command = Vec::new();
    for token in tokens(script) {
        match token {
            Token::Word(word) => command.push(word),
            Token::End => reader.command(&std::mem::take(&mut command), 0),
        }
    }
    reader.command(&command, 0);
    told
}

struct Scope<'l, 'm> {
    locals: HashMap<String, Value<'m>>,
    outer: &'l dyn Lookup<'m>,
}

impl<'m> Lookup<'m> for Scope<'_, 'm> {
    fn variable(&self, name: &str) -> Option<Value<'m>> {
        self.locals.get(name).cloned().or_else(|| self.outer.variable(name))
    }

    fn file(&self, path: &str) -> Option<Value<'m>> {
        self.outer.file(path)
    }
}

impl<'m> Scope<'_, 'm> {
    /// The value of a word: its known pieces with variables replaced.
    fn value(&self, word: &Value<'m>) -> Value<'m> {
        let mut out = Value::default();
        for piece in word.pieces() {
            match &piece.unknown {
                Some(why) => out.push_unknown(why.clone(), piece.origin),
                None => {
                    let text = word.filled().get(piece.range.clone()).unwrap_or_default();
                    self.add(text, piece.origin.as_ref(), &mut out);
                }
            }
        }
        out
    }
}

impl<'m> Scope<'_, 'm> {
    /// Known text with variables and substitutions replaced.
    fn add(&self, text: &str, origin: Option<&Origin<'m>>, out: &mut Value<'m>) {
        let mut rest = text;
        while let Some((before, inner, after)) = substitution(rest) {
            out.append(&expand(before, false, self), origin);
            out.append(&self.substituted(inner), origin);
            rest = after;
        }
        out.append(&expand(rest, false, self), origin);
    }

    /// What a command prints: that of a program that encodes one variable is that variable, but for its encoding.
    fn substituted(&self, command: &str) -> Value<'m> {
        let command = command.trim();
        let head = command.split_whitespace().next().unwrap_or_default();
        let argument = command.get(head.len()..).unwrap_or_default().trim().trim_matches('"');
        if (head.contains("encode") || head == "echo")
            && argument.starts_with('$')
            && !argument.contains(char::is_whitespace)
        {
            return expand(argument, false, self);
        }
        if let Some(path) = command.strip_prefix('<').or_else(|| command.strip_prefix("cat ")) {
            let path = expand(path.trim().trim_matches('"'), false, self);
            if let Some(found) = path.text().and_then(|path| self.file(path)) {
                return found.trimmed();
            }
        }
        Value::unknown(Why::Computed, None)
    }
}

/// The first `$(...)` of a text: what stands before, in and after it.
fn substitution(text: &str) -> Option<(&str, &str, &str)> {
    let at = text.find("$(")?;
    let inner = text.get(at + 2..)?;
    let mut open = 1u32;
    for (n, c) in inner.char_indices() {
        open = match c {
            '(' => open + 1,
            ')' => open - 1,
            _ => open,
        };
        if open == 0 {
            return Some((text.get(..at)?, inner.get(..n)?, inner.get(n + 1..)?));
        }
    }
    None
}

struct Reader<'l, 't, 'm> {
    scope: Scope<'l, 'm>,
    told: &'t mut Told<'m>,
    given: Given,
}

/// Which variables a script may give a value to, anywhere in it.
struct Given {
    names: HashSet<String>,
    /// It takes in other scripts, or runs texts: any of them.
    any: bool,
}

impl Given {
    fn by(text: &str) -> Given {
        let mut given = Given { names: HashSet::new(), any: false };
        for line in text.split(['\n', ';', '&', '|', '(', ')', '`']) {
            let mut words = line.split([' ', '\t', '"', '\'', '{', '}']).filter(|w| !w.is_empty());
            while let Some(word) = words.next() {
                match word {
                    "." | "source" | "eval" => given.any = true,
                    "for" | "select" => given.names.extend(words.next().map(str::to_string)),
                    "read" | "mapfile" | "readarray" | "getopts" => {
                        given.names.extend(words.by_ref().map(str::to_string))
                    }
                    _ => {
                        let name = word.split('=').next().filter(|name| name.len() < word.len()).unwrap_or_default();
                        given.names.insert(name.trim_end_matches('+').to_string());
                    }
                }
            }
        }
        given
    }
}

/// The name of `$NAME`, where a text is nothing else.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).then_some(name)
}

/// Words before a command that are none.
const BEFORE: &[&str] = &[
    "until",
    "while",
    "if",
    "then",
    "do",
    "else",
    "elif",
    "!",
    "exec",
    "time",
    "nohup",
    "sudo",
    "env",
    "export",
    "local",
    "command",
    "eval",
    "set",
    "(",
    "{",
    "}",
    "-c",
    "-ec",
    "-e",
    "sh",
    "bash",
    "/bin/sh",
    "/bin/bash",
    "timeout",
    "chroot",
];

impl<'m> Reader<'_, '_, 'm> {
    fn command(&mut self, words: &[Value<'m>], depth: u32) {
        let mut rest = words;
        let mut own: Vec<(String, Value<'m>)> = Vec::new();
        // Assignments and what stands before a command.
        while let Some((word, more)) = rest.split_first() {
            let text = word.filled();
            if let Some((name, value)) = assignment(word) {
                let value = self.scope.value(&value);
                if url::looks_like_one(value.filled()) {
                    self.told.urls.push((name.clone(), value.clone()));
                }
                own.push((name, value));
            } else if !BEFORE.contains(&text) {
                break;
            }
            rest = more;
        }
        if rest.is_empty() {
            self.scope.locals.extend(own);
            return;
        }
        let values: Vec<Value<'m>> = rest.iter().map(|word| self.scope.value(word)).collect();
        let Some(head) = values.first() else { return };
        let text = head.filled();
        if text.contains(' ') && depth < 3 {
            // `$READY`, whose value is a command.
            let mut words: Vec<Value<'m>> =
                tokens(head).filter_map(|t| if let Token::Word(w) = t { Some(w) } else { None }).collect();
            words.extend(values.into_iter().skip(1));
            return self.command(&words, depth + 1);
        }
        let base = text.rsplit('/').next().unwrap_or(text).to_string();
        let files = values.iter().take(3).map(Value::filled).filter(|t| t.starts_with('/') && t.len() < 200);
        self.told.files.extend(files.map(str::to_string));
        if let Some(program) = program(text) {
            let run = run(program, values.get(1..).unwrap_or_default(), &own);
            let run = self.settled(run);
            self.told.runs.push(run);
        } else {
            for (n, value) in values.iter().enumerate().skip(1) {
                let text = value.filled();
                if let Some((name, _)) =
                    text.split_once('=').filter(|(n, v)| !n.contains("://") && url::looks_like_one(v))
                {
                    self.told
                        .urls
                        .push((name.trim_start_matches('-').to_string(), value.slice(name.len() + 1..text.len())));
                } else if url::looks_like_one(text) {
                    let option = n
                        .checked_sub(1)
                        .and_then(|n| values.get(n))
                        .map(|v| v.filled().trim_start_matches('-').to_string());
                    self.told.urls.push((option.unwrap_or_else(|| base.clone()), value.clone()));
                } else if let Some(program) = program(text) {
                    // `gosu postgres psql`, `kubectl exec -- psql`: the run of another program.
                    let run = run(program, values.get(n + 1..).unwrap_or_default(), &own);
                    let run = self.settled(run);
                    self.told.runs.push(run);
                    break;
                }
            }
        }
        self.told.heads.push(base);
    }

    /// What a run is given by variables that nobody sets is not known; why, depends on the script.
    fn settled(&self, mut run: Run<'m>) -> Run<'m> {
        for (part, value) in &mut run.parts {
            // Expansion leaves empty pieces around what it replaces.
            let mut pieces = value.pieces().iter().filter(|piece| !piece.range.is_empty());
            let name = match (value.text(), pieces.next(), pieces.next()) {
                (Some(text), ..) => reference(text).map(str::to_string),
                (None, Some(one), None) => match &one.unknown {
                    Some(Why::NoVariable(name)) => Some(name.clone()),
                    _ => None,
                },
                _ => None,
            };
            let Some(name) = name else { continue };
            // Whole names in capitals come from outside, the others from the script itself.
            let is_outer = name.chars().all(|c| !c.is_ascii_lowercase());
            let why = match self.given.any || self.given.names.contains(&name) || !is_outer {
                true => Why::Computed,
                false => Why::NoVariable(name.chars().take(80).collect()),
            };
            *value = Value::unknown(why, None);
            if *part == Part::Database && Words::of(&name).part().is_some_and(|(part, _)| part == Part::Url) {
                *part = Part::Url;
            }
        }
        run
    }
}

/// `NAME=value` at the beginning of a command.
fn assignment<'m>(word: &Value<'m>) -> Option<(String, Value<'m>)> {
    let text = word.filled();
    let (name, value) = text.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name.to_string(), word.slice(text.len() - value.len()..text.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Table;

    impl<'m> Lookup<'m> for Table {
        fn variable(&self, name: &str) -> Option<Value<'m>> {
            match name {
                "DB_HOST" => Some(Value::known("db")),
                "DATABASE_URL" => Some(Value::known("postgres://u:p@h/d")),
                _ => None,
            }
        }
        fn file(&self, _: &str) -> Option<Value<'m>> {
            None
        }
    }

    fn runs(script: &str) -> Vec<String> {
        let told = read(&Value::known(script), &Table);
        let shown = |r: &Run<'_>| {
            let parts = r.parts.iter().map(|(p, v)| format!(" {}={}", p.name(), v.filled())).collect::<String>();
            format!("{}{parts}", r.program)
        };
        told.runs.iter().map(shown).collect()
    }

    #[test]
    fn arguments_of_a_function_are_no_database() {
        assert_eq!(runs("sql() { psql --no-psqlrc \"$@\"; }"), ["psql"]);
    }

    #[test]
    fn runs_of_public_charts() {
        assert_eq!(
            runs("until pg_isready -h \"$DB_HOST\" -p ${DB_PORT:-5432} -U postgres; do sleep 2; done"),
            ["pg_isready host=db port=5432 user=postgres"]
        );
        assert_eq!(
            runs("READY=\"pg_isready -h x -p 1\"; until $READY; do\n sleep 2;\ndone"),
            ["pg_isready host=x port=1"]
        );
        assert_eq!(runs("psql \"$DATABASE_URL\" -c 'SELECT 1'"), ["psql connection string=postgres://u:p@h/d"]);
        assert_eq!(runs("PGPASSWORD=$P psql --host=a --dbname b -qc 'x'"), ["psql password=UNKNOWN host=a database=b"]);
        assert_eq!(runs("gosu postgres psql -d x"), ["psql database=x"]);
        assert_eq!(runs("psql --set ON_ERROR_STOP=1 -d x"), ["psql database=x"]);
        assert_eq!(runs("psql postgresql+asyncpg://u@h/d"), ["psql database=postgresql+asyncpg://u@h/d"]);
        assert_eq!(runs("# psql -h no\necho 'psql -h no'"), Vec::<String>::new());
    }

    #[test]
    fn variables_that_nothing_sets() {
        let why = |script: &str| {
            let told = read(&Value::known(script), &Table);
            let of = |(part, value): &(Part, Value<'_>)| value.why().map(|why| format!("{}: {why}", part.name()));
            told.runs.iter().flat_map(|run| run.parts.iter().filter_map(of)).collect::<Vec<_>>()
        };
        assert_eq!(why("psql \"$STORE_URL\""), ["connection string: the variable STORE_URL is not set"]);
        assert_eq!(why("pg_isready -h ${STORE_HOST}"), ["host: the variable STORE_HOST is not set"]);
        let computed = "host: the program computes it";
        assert_eq!(why("for h in a b; do pg_isready -h $h; done"), [computed]);
        assert_eq!(why("for HOST in a b; do pg_isready -h ${HOST}; done"), [computed]);
        assert_eq!(why("export H=$(cat /x)\npg_isready -h $H"), [computed]);
        assert_eq!(why(". /vault/env; pg_isready -h $STORE_HOST"), [computed]);
        assert_eq!(why("read -r STORE_HOST; pg_isready -h $STORE_HOST"), [computed]);
        assert_eq!(why("psql -h $DB_HOST -U $1"), Vec::<String>::new());
    }

    #[test]
    fn urls_and_heads() {
        let told = read(
            &Value::known("export A=postgres://h/d\nmlflow server --backend-store-uri=postgresql://h/e \\\n --x 'y'"),
            &Table,
        );
        let urls: Vec<_> = told.urls.iter().map(|(k, v)| format!("{k} {}", v.filled())).collect();
        assert_eq!(urls, ["A postgres://h/d", "backend-store-uri postgresql://h/e"]);
        assert_eq!(told.heads, ["mlflow"]);
        let told = read(
            &Value::known("U=\"$(enc_encode \"$DB_HOST\")\"\nset_it a \"postgresql://u:$(< /x)@${U}:1/d\""),
            &Table,
        );
        let urls: Vec<_> = told.urls.iter().map(|(k, v)| format!("{k} {}", v.filled())).collect();
        assert_eq!(urls, ["a postgresql://u:UNKNOWN@db:1/d"]);
        for broken in ["'", "\\", "${", "a=\"", "é;|&()`"] {
            read(&Value::known(broken), &Table);
        }
    }
}
