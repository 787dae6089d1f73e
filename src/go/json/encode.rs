//! `Marshal` and `MarshalIndent`. Source: encoding/json/encode.go, indent.go.

use std::collections::HashSet;

use bstr::BString;

use crate::go::out::Out;
use crate::go::{strconv, utf8};
use crate::limits::Exhausted;
use crate::value::{CallError, Heap, List, Map, MapNode, Object, Value};

/// Whether `<`, `>` and `&` are escaped for HTML, as `Marshal` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    Html,
    /// `SetEscapeHTML(false)`
    Plain,
}

/// Deeper than this Go watches out for containers that hold themselves.
const WATCH_CYCLES_BELOW: u32 = 1000;

/// `json.Marshal`, or an encoder that does not escape HTML (without its final newline).
pub fn marshal<'h>(heap: &Heap<'h>, value: Value<'h>, escape: Escape) -> Result<BString, CallError> {
    run(heap, value, escape, None)
}

/// `json.MarshalIndent`: every element on a line of its own, which begins with `prefix` and the indentation.
pub fn marshal_indent<'h>(heap: &Heap<'h>, value: Value<'h>, prefix: &str, indent: &str) -> Result<BString, CallError> {
    run(heap, value, Escape::Html, Some((prefix, indent)))
}

/// A quoted JSON string; bytes that are not UTF-8 become U+FFFD.
pub fn append_string(out: &mut Vec<u8>, text: &[u8], escape: Escape) {
    out.push(b'"');
    let mut rest = text;
    let table = plain(escape);
    while !rest.is_empty() {
        let plain = rest.iter().take_while(|c| table[usize::from(**c)]).count();
        out.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
        let Some(rune) = utf8::decode(rest) else { break };
        match rune.char {
            _ if !rune.valid => out.extend_from_slice(b"\\ufffd"),
            c @ ('"' | '\\') => out.extend_from_slice(&[b'\\', c as u8]),
            '\x08' => out.extend_from_slice(b"\\b"),
            '\x0c' => out.extend_from_slice(b"\\f"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            c if c.is_ascii() || matches!(c, '\u{2028}' | '\u{2029}') => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes());
            }
            _ => out.extend_from_slice(&rest[..rune.width]),
        }
        rest = &rest[rune.width..];
    }
    out.push(b'"');
}

/// A finite float64.
pub fn float_text(f: f64) -> String {
    let size = f.abs();
    if f.fract() == 0.0 && (1.0..1e15).contains(&size) {
        return strconv::format_int(f as i64, 10);
    }
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return strconv::format_float(f, b'f', None, 64);
    }
    let text = strconv::format_float(f, b'e', None, 64);
    match text.split_once("e-0") {
        Some((mantissa, digit)) => format!("{mantissa}e-{digit}"),
        None => text,
    }
}

/// Which ASCII characters stand for themselves.
fn plain(escape: Escape) -> &'static [bool; 256] {
    static HTML: [bool; 256] = table(false);
    static PLAIN: [bool; 256] = table(true);
    match escape {
        Escape::Html => &HTML,
        Escape::Plain => &PLAIN,
    }
}

const fn table(markup: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut c = b' ';
    while c <= 0x7f {
        table[c as usize] = match c {
            b'"' | b'\\' => false,
            b'<' | b'>' | b'&' => markup,
            _ => true,
        };
        c += 1;
    }
    table
}

fn run<'h>(
    heap: &Heap<'h>,
    value: Value<'h>,
    escape: Escape,
    layout: Option<(&str, &str)>,
) -> Result<BString, CallError> {
    let (out, quoted, seen) = (Out::new(heap), Vec::new(), HashSet::new());
    let mut encoder = Encoder { heap, out, quoted, escape, layout, depth: 0, lines: 0, seen };
    encoder.value(value)?;
    Ok(encoder.out.into_bytes().into())
}

struct Encoder<'e, 'h> {
    heap: &'e Heap<'h>,
    out: Out<'e, 'h>,
    /// The string at hand.
    quoted: Vec<u8>,
    escape: Escape,
    /// Prefix and indentation, where elements stand on lines.
    layout: Option<(&'e str, &'e str)>,
    /// Maps, lists and pointers around the value.
    depth: u32,
    /// Brackets around the value.
    lines: usize,
    /// Containers around the value, by address; only those far down.
    seen: HashSet<usize>,
}

type Done = Result<(), CallError>;

impl<'h> Encoder<'_, 'h> {
    fn value(&mut self, value: Value<'h>) -> Done {
        self.heap.spend(1)?;
        match value {
            Value::Invalid | Value::Nil => self.write("null"),
            Value::Bool(b) => self.write(if b { "true" } else { "false" }),
            Value::Int(_, n) => self.write(strconv::format_int(n, 10)),
            Value::Uint(_, n) => self.write(strconv::format_uint(n, 10)),
            Value::Float(f) => self.float(f),
            Value::Complex(..) => Err(CallError::failed("json: unsupported type: complex128")),
            Value::Str(text) => self.string(text),
            Value::Bytes(bytes) => self.base64(bytes),
            Value::List(list) if list.is_nil() => self.write("null"),
            Value::List(list) => self.inside(value, std::ptr::from_ref(list) as usize, |e| e.list(list)),
            Value::Map(map) if map.is_nil() => self.write("null"),
            Value::Map(map) => self.inside(value, std::ptr::from_ref(map) as usize, |e| e.map(map)),
            Value::Object(object) => match object.json_text(self.heap) {
                Some(text) => self.string(text.as_bytes()),
                None if !object.is_pointer() => self.object(object),
                None => {
                    let address = std::ptr::from_ref(object).cast::<()>() as usize;
                    self.inside(value, address, |e| e.object(object))
                }
            },
        }
    }

    /// Goes one level down, unless the container is already around.
    fn inside(&mut self, value: Value<'h>, address: usize, inner: impl FnOnce(&mut Self) -> Done) -> Done {
        self.depth += 1;
        if self.depth > self.heap.budget().max_depth() {
            return Err(Exhausted::Depth.into());
        }
        let watched = self.depth > WATCH_CYCLES_BELOW;
        if watched && !self.seen.insert(address) {
            let ty = value.type_name(self.heap);
            return Err(CallError::failed(format!("json: unsupported value: encountered a cycle via {ty}")));
        }
        inner(self)?;
        if watched {
            self.seen.remove(&address);
        }
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self, list: &'h List<'h>) -> Done {
        self.open(b'[')?;
        for (i, item) in list.items(self.heap).iter().enumerate() {
            self.element(i)?;
            self.value(*item)?;
        }
        self.close(b']', list.is_empty())
    }

    fn map(&mut self, map: &'h Map<'h>) -> Done {
        if let Some(node) = map.untouched() {
            return self.entries(node);
        }
        self.open(b'{')?;
        let entries = map.entries(self.heap);
        for (i, (key, value)) in entries.iter().enumerate() {
            self.element(i)?;
            self.key(key)?;
            self.value(*value)?;
        }
        self.close(b'}', entries.is_empty())
    }

    /// A map that nobody has looked into, without a copy of its entries.
    fn entries(&mut self, node: &MapNode<'h>) -> Done {
        self.open(b'{')?;
        for (i, entry) in node.entries().iter().enumerate() {
            self.element(i)?;
            self.key(entry.key)?;
            // A container may be part of another map too, by way of which it may have been changed.
            self.value(self.heap.thaw(entry.value))?;
        }
        self.close(b'}', node.entries().is_empty())
    }

    fn object(&mut self, object: &'h dyn Object<'h>) -> Done {
        self.open(b'{')?;
        let mut count = 0;
        for field in object.json_fields(self.heap) {
            let Some(name) = field.json else { continue };
            if field.omit_empty && is_empty(field.value) {
                continue;
            }
            self.element(count)?;
            count += 1;
            self.key(name.as_bytes())?;
            self.value(field.value)?;
        }
        self.close(b'}', count == 0)
    }

    fn open(&mut self, bracket: u8) -> Done {
        self.lines += 1;
        Ok(self.out.push(bracket)?)
    }

    fn element(&mut self, i: usize) -> Done {
        if i > 0 {
            self.out.push(b',')?;
        }
        self.new_line()
    }

    fn close(&mut self, bracket: u8, empty: bool) -> Done {
        self.lines -= 1;
        if !empty {
            self.new_line()?;
        }
        Ok(self.out.push(bracket)?)
    }

    fn new_line(&mut self) -> Done {
        let Some((prefix, indent)) = self.layout else { return Ok(()) };
        self.write("\n")?;
        self.write(prefix)?;
        (0..self.lines).try_for_each(|_| self.write(indent))
    }

    fn key(&mut self, key: &[u8]) -> Done {
        self.string(key)?;
        self.out.push(b':')?;
        if self.layout.is_some() { Ok(self.out.push(b' ')?) } else { Ok(()) }
    }

    fn string(&mut self, text: &[u8]) -> Done {
        self.out.reserve(text.len() + 2)?;
        let table = plain(self.escape);
        if text.iter().all(|c| table[usize::from(*c)]) {
            return Ok(self.out.write_quoted(b'"', text)?);
        }
        // An escape takes six bytes at most.
        self.quoted.clear();
        append_string(&mut self.quoted, text, self.escape);
        Ok(self.out.write(&self.quoted)?)
    }

    /// Like ES6: the exponent form only for very small and very large numbers, and `1e-9` rather than `1e-09`.
    fn float(&mut self, f: f64) -> Done {
        if !f.is_finite() {
            let text = strconv::format_float(f, b'g', None, 64);
            return Err(CallError::failed(format!("json: unsupported value: {text}")));
        }
        self.write(float_text(f))
    }

    fn base64(&mut self, bytes: &[u8]) -> Done {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.write("\"")?;
        for chunk in bytes.chunks(3) {
            let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            let mut four = [18, 12, 6, 0].map(|shift| LETTERS[(bits >> shift) as usize & 63]);
            four[chunk.len() + 1..].fill(b'=');
            self.write(four)?;
        }
        self.write("\"")
    }

    fn write(&mut self, text: impl AsRef<[u8]>) -> Done {
        Ok(self.out.write(text)?)
    }
}

/// What `omitempty` leaves out.
fn is_empty(value: Value<'_>) -> bool {
    match value {
        Value::Object(_) => false,
        value => !crate::value::truth(value),
    }
}
