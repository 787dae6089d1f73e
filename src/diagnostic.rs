//! What is said about an input: how grave it is, where it stands, and why it was refused. Born with kind and place.

mod nearest;

pub use nearest::nearest;

use std::fmt;
use std::sync::Arc;

/// How much a finding matters. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// Where something stands. `line` and `column` count from 1; 0 means that only the file is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Place {
    /// The file as the user named it, or a name inside the chart (`mychart/templates/a.yaml`).
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
    /// The values path (`postgres.tls.mode`), where there is one.
    pub path: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Place { file: file.into(), line: 0, column: 0, path: None }
    }

    /// A line and column of a file, both from 1.
    pub fn at(file: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        Place { file: file.into(), line, column, path: None }
    }
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Info, Severity::Warning, Severity::Error];

    /// `info`, `warning`, `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        if let Some(path) = &self.path {
            write!(f, "  ({path})")?;
        }
        Ok(())
    }
}

/// Why the work could not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Flags or arguments that make no sense. Helm refuses them too.
    Usage,
    /// A file that is missing, unreadable or not what its name says.
    Unreadable,
    /// The chart itself: Chart.yaml, dependencies, layout.
    Chart,
    /// A values file or a `--set` that does not parse.
    Values,
    /// values.schema.json refuses the values.
    Schema,
    /// A template that does not parse.
    Parse,
    /// A template that failed while it ran, `fail` and `required` included.
    Exec,
    /// Rendered output that is not a manifest.
    Manifest,
    /// It needs a cluster, and none is reachable.
    NeedsCluster,
    /// Ours: a budget ran out. Helm would have gone on, perhaps for ever.
    Limit,
    /// Ours: something outside of the chart folder was asked for (symlink, `..`, `file://`, `http://`).
    ChartEscapes,
    /// Ours: Helm accepts it, and we do not know what it would mean.
    Undecided,
    /// Ours: that Helm ends in a Go panic, with a stack of its own source on standard error.
    HelmCrashes,
}

impl Kind {
    pub const ALL: [Kind; 13] = [
        Kind::Usage,
        Kind::Unreadable,
        Kind::Chart,
        Kind::Values,
        Kind::Schema,
        Kind::Parse,
        Kind::Exec,
        Kind::Manifest,
        Kind::NeedsCluster,
        Kind::Limit,
        Kind::ChartEscapes,
        Kind::Undecided,
        Kind::HelmCrashes,
    ];

    /// The stable kebab-case name, as `explain` and reports use it.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Usage => "usage",
            Kind::Unreadable => "unreadable",
            Kind::Chart => "chart-invalid",
            Kind::Values => "values-invalid",
            Kind::Schema => "schema",
            Kind::Parse => "template-parse",
            Kind::Exec => "template-exec",
            Kind::Manifest => "manifest-invalid",
            Kind::NeedsCluster => "needs-cluster",
            Kind::Limit => "limit",
            Kind::ChartEscapes => "chart-escapes",
            Kind::Undecided => "undecided",
            Kind::HelmCrashes => "helm-crashes",
        }
    }

    /// Whether Helm would have said something else here: such a refusal is shown under its id, not in Helm's words.
    pub fn is_ours(self) -> bool {
        matches!(self, Kind::Limit | Kind::ChartEscapes | Kind::Undecided | Kind::NeedsCluster | Kind::HelmCrashes)
    }
}

/// The end of an attempt: what stopped it and where. For kinds that are Helm's, `message` is Helm's text to the byte,
/// without the leading `Error: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub kind: Kind,
    pub message: String,
    pub place: Option<Place>,
    /// What the user can do next; only for kinds that are ours.
    pub help: Option<String>,
}

impl Refusal {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Refusal { kind, message: message.into(), place: None, help: None }
    }

    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Puts Helm's words of an outer stage before the message (`fmt.Errorf("outer: %w", err)`). Our own kinds keep theirs.
    pub fn context(mut self, outer: &str) -> Self {
        if !self.kind.is_ours() {
            self.message = format!("{outer}: {}", self.message);
        }
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.kind.is_ours() {
            return f.write_str(&self.message);
        }
        write!(f, "[{}]: {}", self.kind.id(), Plain(&self.message))?;
        if let Some(place) = &self.place {
            write!(f, "\n  --> {}", Plain(&place.to_string()))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n   = help: {}", Plain(help))?;
        }
        Ok(())
    }
}

/// The beginning of a text that somebody else wrote, on one line: at most so many characters, `...` where more follow.
pub fn excerpt(text: &str, most: usize) -> String {
    let mut out: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        out.push_str("...");
    }
    out
}

/// Text that may come from a chart, on its way to a terminal: one line, and nothing in it steers the terminal or turns
/// the order of what is read. Helm prints such text as it is; where the words are Helm's, so do we.
pub struct Plain<'t>(pub &'t str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}' => {
                    write!(f, "{}", c.escape_unicode())?;
                }
                c if c.is_control() => write!(f, "{}", c.escape_default())?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_bounded_and_on_one_line() {
        assert_eq!(excerpt("a\nb\x1b[2J", 9), "a b [2J");
        assert_eq!(excerpt("abcd", 3), "abc...");
        assert_eq!(excerpt("abc", 3), "abc");
    }

    #[test]
    fn what_is_ours_steers_no_terminal() {
        let refusal = Refusal::new(Kind::Limit, "a\x1b[2J\nb\u{9b}\u{202e}é").at(Place::file("x\x07/y")).help("z\r");
        let want = "[limit]: a\\u{1b}[2J\\nb\\u{9b}\\u{202e}é\n  --> x\\u{7}/y\n   = help: z\\r";
        assert_eq!(refusal.to_string(), want);
        assert_eq!(Refusal::new(Kind::Exec, "a\x1b").to_string(), "a\x1b", "Helm's words are Helm's");
    }
}
