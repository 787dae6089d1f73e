//! A glance at a document: its head, where every line is written as everybody writes it. Charts print little else, and to
//! build the nodes of a whole document for four fields of it takes several times as long.
//!
//! Line by line, block mappings and sequences of simple keys, one-line scalars and block scalars. Whatever is slightly
//! unusual is not judged here: `None` sends the document to the real reader, which also finds every error. What is
//! recognised is certainly YAML to goyaml, and has this head; a test holds the two readers to each other.

use super::head::Head;
use crate::limits::Limits;
use crate::yaml;
use crate::yaml::resolve::{self, Scalar};

/// Collections inside of each other; deeper ones are left to the real reader.
const DEPTH: usize = 32;
const FLOW_DEPTH: usize = 8;
const KEY_LENGTH: usize = 128;

/// The head of a document, if all of it is plain.
pub fn glance(text: &[u8], limits: &Limits) -> Option<Head> {
    // No document has more values than bytes, but for a few that are not written.
    let is_small = text.len() + 8 < limits.yaml_nodes && limits.depth as usize > DEPTH + FLOW_DEPTH;
    if !is_small || !yaml::is_plain_text(text) {
        return None;
    }
    let has_tabs = memchr::memchr(b'\t', text).is_some();
    let mut glance =
        Glance { rest: text, has_tabs, open: Vec::with_capacity(8), started: false, seen: 0, head: Head::default() };
    while let Some(line) = glance.next_line() {
        glance.line(line)?;
    }
    Some(glance.head)
}

/// What a mapping, or the value of a key, is to the head.
#[derive(Clone, Copy, PartialEq)]
enum Role<'t> {
    Root,
    Metadata,
    Annotations,
    ApiVersion,
    Kind,
    Name,
    Annotation(&'t [u8]),
    Other,
}

/// A block collection that is open.
struct Level<'t> {
    column: usize,
    is_sequence: bool,
    /// What its own keys mean, if it is a mapping.
    role: Role<'t>,
    /// Its last key, or dash, still has no value, which would have this role.
    awaits: Option<Role<'t>>,
}

struct Glance<'t> {
    /// The lines to come.
    rest: &'t [u8],
    has_tabs: bool,
    open: Vec<Level<'t>>,
    started: bool,
    /// Keys of the head that have been met: each may come once.
    seen: u8,
    head: Head,
}

/// A value on one line, or a block scalar.
enum Written<'t> {
    Plain(&'t [u8]),
    Quoted(&'t [u8]),
    EmptyMap,
    Other,
}

impl<'t> Glance<'t> {
    fn next_line(&mut self) -> Option<&'t [u8]> {
        let (line, rest) = split_line(self.rest)?;
        self.rest = rest;
        Some(line)
    }

    fn line(&mut self, line: &'t [u8]) -> Option<()> {
        let mut column = spaces(line);
        let mut text = &line[column..];
        if matches!(text.first(), None | Some(b'#')) {
            return Some(());
        }
        let is_marker = column == 0 && (text.starts_with(b"---") || text.starts_with(b"..."));
        if is_marker || self.has_tabs && memchr::memchr(b'\t', text).is_some() {
            return None;
        }
        while self.open.last().is_some_and(|level| level.column > column) {
            self.open.pop();
        }
        while let Some(item) = text.strip_prefix(b"- ") {
            self.dash(column)?;
            let blanks = spaces(item);
            text = &item[blanks..];
            column += 2 + blanks;
        }
        match key(text) {
            Some((key, value)) => {
                let role = self.key(key, column)?;
                self.value(role, value)
            }
            // The item of a sequence; a scalar below its key is not looked at here.
            None if self.open.last()?.is_sequence => {
                self.open.last_mut()?.awaits.take()?;
                self.written(text).map(|_| ())
            }
            None => None,
        }
    }

    /// A dash at a column.
    fn dash(&mut self, column: usize) -> Option<()> {
        let top = self.open.last_mut()?;
        if top.is_sequence && top.column == column {
            top.awaits = Some(Role::Other);
            return Some(());
        }
        // As the value of a key a sequence need not be further to the right.
        let fits = if top.is_sequence { top.column < column } else { top.column <= column };
        if !fits || top.awaits.take()? != Role::Other {
            return None;
        }
        self.push(Level { column, is_sequence: true, role: Role::Other, awaits: Some(Role::Other) })
    }

    /// A key at a column: what its value is.
    fn key(&mut self, key: &'t [u8], column: usize) -> Option<Role<'t>> {
        let Some(top) = self.open.last_mut() else {
            if self.started {
                return None;
            }
            self.started = true;
            self.push(Level { column, is_sequence: false, role: Role::Root, awaits: None })?;
            return self.meaning(key);
        };
        if top.column < column {
            // The first key of a mapping: below the key that it belongs to, or beside the dash.
            let role = top.awaits.take()?;
            if !matches!(role, Role::Metadata | Role::Annotations | Role::Other) {
                return None;
            }
            self.push(Level { column, is_sequence: false, role, awaits: None })?;
        } else if top.is_sequence {
            // The sequence was no further to the right than the mapping that goes on.
            self.open.pop();
            if !self.open.last().is_some_and(|level| !level.is_sequence && level.column == column) {
                return None;
            }
        }
        self.meaning(key)
    }

    /// What a key of the innermost mapping stands for.
    fn meaning(&mut self, key: &'t [u8]) -> Option<Role<'t>> {
        let known: &[(&str, Role<'t>)] = match self.open.last()?.role {
            Role::Root => &[("apiVersion", Role::ApiVersion), ("kind", Role::Kind), ("metadata", Role::Metadata)],
            Role::Metadata => &[("name", Role::Name), ("annotations", Role::Annotations)],
            Role::Annotations => return Some(Role::Annotation(key)),
            _ => return Some(Role::Other),
        };
        let Some((name, role)) = known.iter().find(|(name, _)| key.eq_ignore_ascii_case(name.as_bytes())) else {
            return Some(Role::Other);
        };
        // Of two keys that Go takes for one, the order of sorting decides.
        let bit = match role {
            Role::ApiVersion => 1,
            Role::Kind => 2,
            Role::Metadata => 4,
            Role::Name => 8,
            _ => 16,
        };
        if key != name.as_bytes() || self.seen & bit != 0 {
            return None;
        }
        self.seen |= bit;
        Some(*role)
    }

    /// What stands after a key's colon.
    fn value(&mut self, role: Role<'t>, text: &'t [u8]) -> Option<()> {
        let text = &text[spaces(text)..];
        if matches!(text.first(), None | Some(b'#')) {
            self.open.last_mut()?.awaits = Some(role);
            return self.keep(role, None);
        }
        self.open.last_mut()?.awaits = None;
        let written = self.written(text)?;
        if role == Role::Other {
            return Some(());
        }
        let text = match written {
            Written::Quoted(text) => Some(text),
            Written::Plain(text) => match resolve::plain(text) {
                Scalar::Null => None,
                Scalar::Bool(true) => Some(&b"true"[..]),
                Scalar::Bool(false) => Some(&b"false"[..]),
                Scalar::Str(text) | Scalar::Timestamp(text) => Some(text),
                // How numbers are spelled is decided elsewhere.
                Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_) => return None,
            },
            Written::EmptyMap if matches!(role, Role::Metadata | Role::Annotations) => None,
            Written::EmptyMap | Written::Other => return None,
        };
        self.keep(role, text)
    }

    /// Stores a scalar in the head; `None` is a null.
    fn keep(&mut self, role: Role<'t>, text: Option<&'t [u8]>) -> Option<()> {
        let owned = |text: &[u8]| super::text(text).into_owned();
        let field = match role {
            Role::ApiVersion => &mut self.head.api_version,
            Role::Kind => &mut self.head.kind,
            Role::Name => &mut self.head.name,
            Role::Annotation(key) => {
                self.head.annotations.insert(owned(key), text.map(owned).unwrap_or_default());
                return Some(());
            }
            // Only nothing at all is a mapping without keys.
            Role::Root | Role::Metadata | Role::Annotations => return text.is_none().then_some(()),
            Role::Other => return Some(()),
        };
        if let Some(text) = text {
            *field = owned(text);
        }
        Some(())
    }

    /// A value that begins here and ends on this line, or is a block scalar.
    fn written(&mut self, text: &'t [u8]) -> Option<Written<'t>> {
        match *text.first()? {
            b'"' | b'\'' => {
                let end = quoted(text, 0)?;
                is_end(&text[end..]).then(|| Written::Quoted(&text[1..end - 1]))
            }
            b'|' | b'>' => {
                if !matches!(trim_end(&text[1..]), b"" | b"-" | b"+") {
                    return None;
                }
                self.block_scalar()?;
                Some(Written::Other)
            }
            b'[' | b'{' => {
                let end = flow(text, 0, 0)?;
                let written = if &text[..end] == b"{}" { Written::EmptyMap } else { Written::Other };
                is_end(&text[end..]).then_some(written)
            }
            _ => plain(text).map(Written::Plain),
        }
    }

    /// Passes over the lines of a block scalar whose indentation its first line decides.
    fn block_scalar(&mut self) -> Option<()> {
        let parent = self.open.last()?.column;
        let (mut indent, mut deepest) = (None, 0);
        while let Some((line, rest)) = split_line(self.rest) {
            let blanks = spaces(line);
            match (line.get(blanks), indent) {
                (None, _) => deepest = deepest.max(blanks),
                // Blank lines with more spaces than the text are a matter for the real reader.
                (Some(_), None) if deepest > blanks => return None,
                (Some(b'\t'), None) => return None,
                (Some(_), None) if blanks <= parent => return Some(()),
                (Some(_), None) => indent = Some(blanks),
                (Some(b'\t'), Some(indent)) if blanks < indent => return None,
                (Some(_), Some(indent)) if blanks < indent => return Some(()),
                (Some(_), Some(_)) => {}
            }
            self.rest = rest;
        }
        Some(())
    }

    fn push(&mut self, level: Level<'t>) -> Option<()> {
        self.open.push(level);
        (self.open.len() <= DEPTH).then_some(())
    }
}

fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    Some(match memchr::memchr(b'\n', text) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, &[]),
    })
}

fn spaces(text: &[u8]) -> usize {
    text.iter().take_while(|b| **b == b' ').count()
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|b| *b != b' ').map_or(0, |last| last + 1);
    &text[..end]
}

/// Nothing but blanks, or a comment after a blank.
fn is_end(text: &[u8]) -> bool {
    let blanks = spaces(text);
    matches!((text.get(blanks), blanks), (None, _) | (Some(b'#'), 1..))
}

/// What simple words are made of.
const WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        word[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-');
        byte += 1;
    }
    word
};

/// How far a simple word goes.
fn word(text: &[u8]) -> usize {
    text.iter().take_while(|b| WORD[usize::from(**b)]).count()
}

/// How far a word goes that may be an argument of a program: `--name=value`.
fn argument(text: &[u8]) -> usize {
    let is_part =
        |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-' | b'=' | b'+' | b'@' | b'%');
    text.iter().take_while(is_part).count()
}

/// A simple key with its colon, which is certainly a string; and what follows.
fn key(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = word(text);
    let (key, rest) = text.split_at(length);
    let rest = rest.strip_prefix(b":")?;
    let is_plain = length <= KEY_LENGTH
        && key.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        && matches!(resolve::plain(key), Scalar::Str(_));
    (is_plain && matches!(rest.first(), None | Some(b' '))).then_some((key, rest))
}

/// A plain scalar that ends with the line.
fn plain(text: &[u8]) -> Option<&[u8]> {
    let begins = match (text.first()?, text.get(1)) {
        (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'.' | b'+' | b'~' | b'$' | b'(' | b'<' | b'=', _) => {
            true
        }
        (b'-', Some(next)) => *next != b' ',
        (first, _) => !first.is_ascii(),
    };
    if !begins {
        return None;
    }
    let mut end = text.len();
    for at in memchr::memchr2_iter(b':', b'#', text) {
        let next_is_blank = matches!(text.get(at + 1), None | Some(b' '));
        if text[at] == b':' && next_is_blank {
            return None;
        }
        if text[at] == b'#' && text[at - 1] == b' ' {
            end = at;
            break;
        }
    }
    let text = trim_end(&text[..end]);
    // JSON has no infinity.
    let is_odd =
        matches!(text[0], b'.' | b'+' | b'-') && matches!(resolve::plain(text), Scalar::Float(f) if !f.is_finite());
    (!is_odd).then_some(text)
}

/// The end of a quoted scalar without any escape.
fn quoted(text: &[u8], at: usize) -> Option<usize> {
    let quote = *text.get(at)?;
    let body = text.get(at + 1..)?;
    let length = body.iter().position(|b| *b == quote || (*b == b'\\' && quote == b'"'))?;
    let end = at + 1 + length;
    let is_whole = text[end] == quote && text.get(end + 1) != Some(&quote);
    is_whole.then_some(end + 1)
}

/// The end of a flow collection of simple words and quoted scalars.
fn flow(text: &[u8], at: usize, depth: usize) -> Option<usize> {
    let skip = |at: usize| at + spaces(text.get(at..).unwrap_or_default());
    let (is_map, closing) = match text.get(at)? {
        b'[' => (false, b']'),
        b'{' => (true, b'}'),
        _ => return None,
    };
    if depth >= FLOW_DEPTH {
        return None;
    }
    let mut at = skip(at + 1);
    if text.get(at) == Some(&closing) {
        return Some(at + 1);
    }
    loop {
        if is_map {
            let (key, rest) = key(&text[at..])?;
            if rest.is_empty() {
                return None;
            }
            at = skip(at + key.len() + 1);
        }
        at = match text.get(at)? {
            b'[' | b'{' => flow(text, at, depth + 1)?,
            b'"' | b'\'' => quoted(text, at)?,
            b'-' if !text.get(at + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-') => return None,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' => at + argument(&text[at..]),
            _ => return None,
        };
        at = skip(at);
        match text.get(at)? {
            b',' => at = skip(at + 1),
            end if *end == closing => return Some(at + 1),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::*;
    use crate::dialect::V4_3;

    /// Both readers; `Some` when the glance was enough.
    fn agree(text: &str) -> Option<Head> {
        let found = glance(text.as_bytes(), &Limits::default())?;
        let real = Head::read_nodes("f", text.as_bytes(), &V4_3, &Limits::default(), &Bump::new());
        assert_eq!(real, Ok(found), "{text}");
        real.ok()
    }

    #[test]
    fn what_charts_print_is_read_at_a_glance() {
        let head = agree(
            "# a comment\napiVersion: apps/v1\nkind: Deployment # what it is\nmetadata:\n  name: \"a-b\"\n  annotations:\n    \
             x/y: 'true'\n    empty:\n    z: off\n  labels: {}\nspec:\n  replicas: 3\n  list:\n  - a\n  - b: c\n    d: [1, \"x\"]\n  \
             text: |\n    anything: [ \"goes\n\n      here\n  deeper:\n    - - x\n      - w: {a: b, c: [d]}\n    - -1\nlast: -x\n",
        )
        .expect("plain");
        assert_eq!(
            (head.api_version.as_str(), head.kind.as_str(), head.name.as_str()),
            ("apps/v1", "Deployment", "a-b")
        );
        let annotations: Vec<_> = head.annotations.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(annotations, ["empty=", "x/y=true", "z=false"]);
        assert!(agree("").is_some() && agree("# nothing\n\n").is_some());
    }

    #[test]
    fn what_is_unusual_is_left_to_the_real_reader() {
        for text in [
            "---\na: 1",
            "a: b: c",
            "- a",
            "a",
            "kind: A\nkind: B",
            "Kind: A",
            "kind: 1",
            "kind: [a]",
            "metadata: x",
            "metadata:\n- name: x",
            "kind:\n  a: b",
            "a: b\n  c: d",
            "a: b\n  c",
            "  a: b\nc: d",
            "a:\n   b: c\n  d: e",
            "a:\n  - b\n  c: d",
            "a: *b",
            "a: &b c",
            "a: !!str b",
            "? a\n: b",
            "y: a",
            "null: a",
            "a: .inf",
            "a: -.INF",
            "a: \"b",
            "a: 'it''s'",
            "a: \"\\n\"",
            "a: [b",
            "a: [b, ]",
            "a: [b: c]",
            "a: [y z]",
            "a: {y: b}",
            "a: |2\n  b",
            "a: |\n    \n  b",
            "a:\tb",
            "a: b\tc",
            "a: \u{1}",
            "a: b\r\n",
            "a: @b",
            "a:\n  b",
            "a:\n- b\n - c",
        ] {
            assert!(glance(text.as_bytes(), &Limits::default()).is_none(), "{text:?}");
        }
    }

    /// Lines of all kinds at all indentations: where the glance is enough, the real reader says the same.
    #[test]
    fn the_two_readers_agree_about_generated_documents() {
        // Separated by broken bars; the first 34 are plain.
        const WORDS: &str = "a: b¦kind: Pod¦apiVersion: v1¦metadata:¦name: x¦annotations:¦a/b.c: d¦spec:¦- a¦- a: b¦- - a¦- -1¦-¦\
            - ¦a: |¦a: >-¦a: |+¦text¦# note¦¦a: # note¦a: b # note¦a: b#c¦a: {}¦a: []¦metadata: {}¦\
            annotations: {}¦annotations: {a: b}¦a: [b, c]¦a: {b: [c, {d: e}], f: 'g'}¦a: [b, c,]¦a: [-x, - y]¦\
            a: {b: , c: d}¦a: \"b c\"¦a: 'b: c'¦a: \"b\" c¦a: 'b''c'¦\"a\": b¦a: .inf¦a: -.inf¦a: 1e999¦a: +1¦\
            a: ~¦kind: ~¦kind: yes¦kind: 2001-01-01¦kind: 1¦name: 'n'¦name:¦y: a¦null: a¦a : b¦a:b¦a: b: c¦\
            a: b:¦a: -¦a: - b¦a: -b¦a: &x b¦a: *x¦a: !b c¦<<: a¦---¦...¦--- a¦%a¦a: |1¦- |¦- |-¦- >¦- [a]¦- 'a'¦\
            - \"a\": b¦- # x¦a: [a: b]¦a: ?b¦? a¦: b¦a: [--b=c, -d+e@f%g]¦a: [--- b]¦a: [---]¦10-a.b: c¦0x1: a¦1-1: a¦2001-01-01: a¦a: `b¦a: (b¦a: <b¦a: =¦a: é¦é: a¦a: \"é\"¦KIND: a¦\
            Metadata:¦Name: a¦a: [\"b\"c]¦a: ['b', \"c\"]¦a: {\"b\": c}¦a: [[[[[[[[[[x]]]]]]]]]]¦a:  b  ¦\
            -  a: b¦-   - c¦a: b\tc¦\t¦a: b,c]}¦a: $(b)¦a: 0x1¦- a:¦- a: |¦- kind: b¦- ~¦a: '¦a: \"¦a: b\\c¦\
            a: \"b\\tc\"¦a: /b¦_: a¦1: a";
        let words: Vec<&str> = WORDS.split('¦').collect();
        let mut random = fastrand::Rng::with_seed(7);
        let mut enough = 0;
        let rounds = 60_000;
        for _ in 0..rounds {
            let mut text = String::new();
            let plainly = random.bool();
            for _ in 0..random.usize(1..9) {
                let word = words[random.usize(..if plainly { 34 } else { words.len() })];
                text.push_str(&" ".repeat(random.usize(..4) * if plainly { 2 } else { 1 }));
                text.push_str(word);
                text.push('\n');
            }
            if random.u8(..) == 0 {
                text.pop();
            }
            enough += usize::from(agree(&text).is_some());
        }
        assert!(enough > rounds / 40, "only {enough} of {rounds} were plain");
    }
}
