//! The programs that may stand in a runbook, each with the flags that it is given there: one row each. A test holds the rows
//! to what the real programs say of themselves.

/// One program, or one subcommand of it.
#[derive(Debug)]
pub struct Program {
    /// `kubectl scale`.
    pub name: &'static str,
    /// Flags that take a value, as the next word or after `=`.
    pub with_value: &'static [&'static str],
    pub without: &'static [&'static str],
    /// Words that are no flags: least and most.
    pub words: (usize, usize),
}

const fn row(
    name: &'static str,
    with_value: &'static [&'static str],
    without: &'static [&'static str],
    words: (usize, usize),
) -> Program {
    Program { name, with_value, without, words }
}

/// Longer names stand before those that they begin with.
pub static PROGRAMS: &[Program] = &[
    row("kubectl exec", &["-n", "-c"], &["-i"], (1, 1)),
    row("kubectl scale", &["-n", "--replicas"], &[], (1, 1)),
    row("kubectl wait", &["-n", "-l", "--for", "--timeout"], &[], (1, 1)),
    row("kubectl rollout status", &["-n", "--timeout"], &[], (1, 1)),
    row("kubectl get", &["-n", "-l", "-o"], &[], (1, 2)),
    row("kubectl create secret generic", &["-n", "--from-file"], &[], (1, 1)),
    row("kubectl apply", &["-n", "-f"], &[], (0, 0)),
    row("kubectl delete", &["-n"], &["--ignore-not-found"], (2, 2)),
    row("helm get values", &["-n", "-o"], &[], (1, 1)),
    row("helm upgrade", &["-n", "-f", "--timeout"], &["--reuse-values", "--wait"], (2, 2)),
    row("helm test", &["-n"], &[], (1, 1)),
    row("plimsoll init service", &["--name", "-o", "-n", "-f", "--release", "--role"], &["--force"], (0, 1)),
    row(
        "pg_dump",
        &["--dbname", "--username", "--format", "--file"],
        &["--no-owner", "--no-privileges", "--schema-only"],
        (0, 0),
    ),
    row(
        "pg_restore",
        &["--dbname", "--username"],
        &["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--clean", "--if-exists"],
        (0, 0),
    ),
    row(
        "psql",
        &["--dbname", "--username", "--set"],
        &["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"],
        (0, 0),
    ),
    row("cat", &[], &[], (0, 1)),
    row("cd", &[], &[], (1, 1)),
    row("diff", &[], &[], (2, 2)),
    row("mkdir", &[], &["-p"], (1, 1)),
    row("rm", &[], &["-f"], (1, 4)),
    row("test", &[], &["-z", "-s"], (1, 3)),
    row("umask", &[], &[], (1, 1)),
];

impl Program {
    /// The row of a command, and the words that follow its name.
    pub fn find<'w>(words: &'w [&'w str]) -> Option<(&'static Program, &'w [&'w str])> {
        PROGRAMS.iter().find_map(|row| {
            let name: Vec<&str> = row.name.split(' ').collect();
            words.strip_prefix(name.as_slice()).map(|rest| (row, rest))
        })
    }

    /// Checks the words after the name. The result is what stands after `--`: the command of a container.
    pub fn check<'w>(&self, words: &'w [&'w str]) -> Result<Option<&'w [&'w str]>, String> {
        let (mut n, mut free) = (0, 0);
        while let Some(word) = words.get(n) {
            n += 1;
            if *word == "--" {
                self.count(free)?;
                return Ok(words.get(n..));
            }
            let (flag, value) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
            if self.with_value.contains(&flag) {
                if value.is_none() {
                    words.get(n).ok_or_else(|| format!("{flag} without a value"))?;
                    n += 1;
                }
            } else if self.without.contains(word) {
            } else if word.starts_with('-') && word.len() > 1 {
                return Err(format!("{} has no {flag}", self.name));
            } else {
                free += 1;
            }
        }
        self.count(free)?;
        Ok(None)
    }

    fn count(&self, free: usize) -> Result<(), String> {
        let (least, most) = self.words;
        if (least..=most).contains(&free) { Ok(()) } else { Err(format!("{} with {free} words", self.name)) }
    }
}
