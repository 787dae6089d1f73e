//! The emitter: values in, goyaml's bytes out (yaml/v2 and v3 `emitterc.go`, `encode.go`).
//!
//! What goyaml prints is always block style with empty collections as `[]` and `{}`, so its queue of events is not needed: a
//! collection is opened by its first child, and is empty if it is closed before.

mod analyze;
mod chars;
mod keys;
mod scalar;
mod style;

pub use keys::{before, in_order, sort_keys};

/// Whose output it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// goyaml v2: `toYaml`. Lines are folded at 80 columns, and a list in a map is not indented.
    V2,
    /// goyaml v3 with an indentation of 2: `toYamlPretty`.
    V3,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    List,
    Map,
}

/// A collection that is being written.
struct Level {
    shape: Shape,
    /// It has a child, so its indentation is in force.
    open: bool,
    /// It is itself the value or the complex key of a map.
    in_map: bool,
    /// The indentation around it.
    outer: i32,
    /// The key that was written last stands on the line of its value.
    simple_key: bool,
}

/// Writes one document. Keys must come sorted ([`sort_keys`]); begin and end must match, and every key needs a value.
pub struct Emitter {
    flavour: Flavour,
    out: Vec<u8>,
    levels: Vec<Level>,
    /// Characters on the line so far.
    column: usize,
    indent: i32,
    /// The last character was a space, or nothing has been written.
    whitespace: bool,
    /// Only indentation has been written on this line.
    indention: bool,
}

/// goyaml v2's `best_width`.
const WIDTH: usize = 80;
/// `best_indent` in both flavours, as Helm sets it.
const INDENT: i32 = 2;

impl Emitter {
    pub fn new(flavour: Flavour) -> Self {
        Emitter {
            flavour,
            out: Vec::with_capacity(256),
            levels: Vec::new(),
            column: 0,
            indent: -1,
            whitespace: true,
            indention: true,
        }
    }

    /// Whose output this is.
    pub fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// Bytes written so far.
    pub fn written(&self) -> usize {
        self.out.len()
    }

    /// The document, which ends with a line break.
    pub fn finish(mut self) -> Vec<u8> {
        self.indent = -1;
        self.write_indent();
        self.out
    }

    pub fn begin_map(&mut self) {
        self.begin(Shape::Map);
    }

    pub fn begin_list(&mut self) {
        self.begin(Shape::List);
    }

    pub fn end_map(&mut self) {
        self.end(b"{", b"}");
    }

    pub fn end_list(&mut self) {
        self.end(b"[", b"]");
    }

    /// The key of the next value.
    pub fn key(&mut self, key: &[u8]) {
        self.open();
        self.write_indent();
        let simple = self.write_key(key);
        if let Some(level) = self.levels.last_mut() {
            level.simple_key = simple;
        }
    }

    pub fn null(&mut self) {
        self.word(b"null");
    }

    pub fn bool(&mut self, value: bool) {
        self.word(if value { b"true" } else { b"false" });
    }

    pub fn int(&mut self, value: i64) {
        self.word(value.to_string().as_bytes());
    }

    pub fn uint(&mut self, value: u64) {
        self.word(value.to_string().as_bytes());
    }

    /// A float as goyaml writes a `float64` (not as `toYaml` does: see [`super::number::float_to_yaml`]).
    pub fn float(&mut self, value: f64) {
        self.word(super::number::float(value).as_bytes());
    }

    /// A string, in the style that goyaml chooses.
    pub fn str(&mut self, text: &[u8]) {
        self.before_value();
        self.write_string(text);
    }

    /// A plain scalar that needs no thought: ASCII without spaces.
    pub(super) fn word(&mut self, word: &[u8]) {
        self.before_value();
        self.write_word(word);
    }

    fn write_word(&mut self, word: &[u8]) {
        if !self.whitespace {
            self.put(b' ');
        }
        self.out.extend_from_slice(word);
        self.column += word.len();
        self.whitespace = false;
        self.indention = false;
    }

    fn begin(&mut self, shape: Shape) {
        self.before_value();
        let in_map = self.levels.last().is_some_and(|level| level.shape == Shape::Map);
        self.levels.push(Level { shape, open: false, in_map, outer: self.indent, simple_key: true });
    }

    fn end(&mut self, open: &[u8], close: &[u8]) {
        let Some(level) = self.levels.pop() else { return };
        if level.open {
            self.indent = level.outer;
        } else {
            self.indicator(open, true, true, false);
            self.indicator(close, false, false, false);
        }
    }

    /// The first child of a collection sets its indentation.
    fn open(&mut self) {
        let (flavour, indent, indention) = (self.flavour, self.indent, self.indention);
        let Some(level) = self.levels.last_mut().filter(|level| !level.open) else { return };
        level.open = true;
        let indentless = flavour == Flavour::V2 && level.shape == Shape::List && level.in_map && !indention;
        self.indent = match indent {
            ..0 => 0,
            _ if indentless => indent,
            _ => indent + INDENT,
        };
    }

    /// What stands before a value in the collection around it.
    fn before_value(&mut self) {
        match self.levels.last() {
            None => {}
            Some(level) if level.shape == Shape::List => {
                self.open();
                self.write_indent();
                self.indicator(b"-", true, false, true);
            }
            Some(level) if level.simple_key => self.indicator(b":", false, false, false),
            Some(_) => {
                self.write_indent();
                self.indicator(b":", true, false, true);
            }
        }
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        self.out.push(byte);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
        self.indention |= self.flavour == Flavour::V3;
    }

    /// Begins a new line at the indentation in force, unless this one has nothing else yet.
    fn write_indent(&mut self) {
        let indent = self.indent.max(0) as usize;
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        if self.column < indent {
            self.out.resize(self.out.len() + indent - self.column, b' ');
            self.column = indent;
        }
        self.whitespace = true;
        // v3 leaves it as it is; a line that was not broken had nothing else on it anyway.
        self.indention = true;
    }

    fn indicator(&mut self, indicator: &[u8], need_space: bool, is_space: bool, is_indention: bool) {
        if need_space && !self.whitespace {
            self.put(b' ');
        }
        self.out.extend_from_slice(indicator);
        self.column += indicator.len();
        self.whitespace = is_space;
        self.indention &= is_indention;
    }
}
