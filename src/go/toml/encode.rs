//! `toml.Encoder` with its default indentation. Source: encode.go.

use bstr::{BStr, BString};

use super::key;
use crate::dialect::TomlRelease;
use crate::go::out::Out;
use crate::go::{strconv, time};
use crate::limits::Exhausted;
use crate::value::{CallError, Heap, IntType, List, Map, Object, Value};

/// Encodes a value. `Ok(Err(_))` is the error that Go returns; [`CallError::Failed`] is one with which it panics.
pub fn encode<'h>(heap: &Heap<'h>, value: Value<'h>) -> Result<Result<BString, String>, CallError> {
    let mut encoder = Encoder { heap, out: Out::new(heap), key: Vec::new(), has_written: false, depth: 0 };
    if matches!(value, Value::Invalid | Value::Nil) {
        return Err(CallError::failed("reflect: call of reflect.Value.Type on zero Value"));
    }
    match encoder.entry(value) {
        Ok(()) => Ok(Ok(encoder.out.into_bytes().into())),
        Err(Stop::Error(message)) => Ok(Err(message)),
        Err(Stop::Call(e)) => Err(e),
    }
}

enum Stop {
    /// `encPanic`, which comes out as an error.
    Error(String),
    Call(CallError),
}

impl From<Exhausted> for Stop {
    fn from(e: Exhausted) -> Self {
        Stop::Call(e.into())
    }
}

type Done = Result<(), Stop>;

/// What decides where a value goes: tables come after all else.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// A nil, which has no type.
    None,
    Primitive,
    Array,
    Table,
    ArrayOfTables,
}

impl Shape {
    fn is_table(self) -> bool {
        matches!(self, Shape::Table | Shape::ArrayOfTables)
    }
}

struct Encoder<'e, 'h> {
    heap: &'e Heap<'h>,
    out: Out<'e, 'h>,
    /// The key of the value at hand; empty for the document.
    key: Vec<&'h BStr>,
    has_written: bool,
    depth: u32,
}

impl<'h> Encoder<'_, 'h> {
    /// `encode`: a key and its value, or the whole document.
    fn entry(&mut self, value: Value<'h>) -> Done {
        match value {
            Value::Object(object) if object.json_text(self.heap).is_none() => self.table(value),
            Value::Map(map) if map.is_nil() => Ok(()),
            Value::Map(_) => self.table(value),
            Value::List(list) if self.shape(value)? == Shape::ArrayOfTables => {
                if self.key.is_empty() {
                    return Err(Stop::Error("toml: top-level values must be Go maps or structs".into()));
                }
                for item in list.items(self.heap) {
                    self.new_line()?;
                    self.header("[[", "]]")?;
                    self.nested(|e| e.body(*item, false))?;
                }
                Ok(())
            }
            Value::Complex(..) => {
                let key = key::dotted(self.key.iter().copied());
                Err(Stop::Error(format!("unsupported type for key '{key}': complex128")))
            }
            _ => match self.key.last().copied() {
                Some(name) => {
                    self.indent()?;
                    self.pair(name, value)?;
                    self.new_line()
                }
                None => self.element(value),
            },
        }
    }

    fn table(&mut self, value: Value<'h>) -> Done {
        if self.key.len() == 1 {
            self.new_line()?;
        }
        if !self.key.is_empty() {
            self.header("[", "]")?;
        }
        self.nested(|e| e.body(value, false))
    }

    fn header(&mut self, open: &str, close: &str) -> Done {
        self.indent()?;
        self.write(open)?;
        self.write(key::dotted(self.key.iter().copied()))?;
        self.write(close)?;
        self.new_line()
    }

    /// The entries of a map or struct.
    fn body(&mut self, value: Value<'h>, inline: bool) -> Done {
        match value {
            Value::Map(map) => self.map(map, inline),
            Value::Object(object) => self.object(object, inline),
            _ => Ok(()),
        }
    }

    fn map(&mut self, map: &'h Map<'h>, inline: bool) -> Done {
        let (mut direct, mut tables) = (Vec::new(), Vec::new());
        for (name, value) in map.entries(self.heap) {
            if self.shape(value)?.is_table() { &mut tables } else { &mut direct }.push((name, value));
        }
        if inline {
            self.write("{")?;
        }
        let more_follow = !tables.is_empty();
        for (group, always_comma) in [(direct, more_follow), (tables, false)] {
            let last = group.len().saturating_sub(1);
            for (i, (name, value)) in group.into_iter().enumerate() {
                // A nil that comes last leaves a comma behind, in Go too.
                if value.is_nil() {
                    continue;
                }
                self.field(name, value, inline)?;
                if inline && (always_comma || i != last) {
                    self.write(", ")?;
                }
            }
        }
        if inline { self.write("}") } else { Ok(()) }
    }

    fn object(&mut self, object: &'h dyn Object<'h>, inline: bool) -> Done {
        let (mut direct, mut tables) = (Vec::new(), Vec::new());
        for (i, field) in object.fields(self.heap).into_iter().enumerate() {
            if field.name.starts_with(char::is_uppercase) {
                let group = if self.shape(field.value)?.is_table() { &mut tables } else { &mut direct };
                group.push((i, field));
            }
        }
        let count = direct.len() + tables.len();
        if inline {
            self.write("{")?;
        }
        for (i, field) in direct.into_iter().chain(tables) {
            if field.value.is_nil() {
                continue;
            }
            self.field(BStr::new(field.name), field.value, inline)?;
            if inline && i + 1 != count {
                self.write(", ")?;
            }
        }
        if inline { self.write("}") } else { Ok(()) }
    }

    fn field(&mut self, name: &'h BStr, value: Value<'h>, inline: bool) -> Done {
        if inline {
            return self.pair(name, value);
        }
        if self.key.len() >= key::MAX_PIECES {
            return Err(Exhausted::Depth.into());
        }
        self.key.push(name);
        self.entry(value)?;
        self.key.pop();
        Ok(())
    }

    fn pair(&mut self, name: &BStr, value: Value<'h>) -> Done {
        self.write(key::piece(name))?;
        self.write(" = ")?;
        self.element(value)
    }

    /// A value after its key, or in a list.
    fn element(&mut self, value: Value<'h>) -> Done {
        self.heap.spend(1)?;
        match value {
            Value::Bool(b) => self.write(if b { "true" } else { "false" }),
            Value::Int(IntType::Duration, n) => self.write(key::quoted(time::Duration(n).to_string().as_bytes())),
            Value::Int(_, n) => self.write(strconv::format_int(n, 10)),
            Value::Uint(_, n) => self.write(strconv::format_uint(n, 10)),
            Value::Float(f) => self.write(float(f, self.heap.dialect().toml)),
            Value::Str(text) => self.write(key::quoted(text)),
            Value::Bytes(bytes) => self.items(bytes.iter(), |e, byte| e.write(byte.to_string())),
            Value::List(list) => self.nested(|e| e.list(list)),
            Value::Object(object) => match object.json_text(self.heap) {
                // The one text that stands without quotes.
                Some(text) if object.type_name(self.heap) == "time.Time" => self.write(text),
                Some(text) => self.write(key::quoted(text.as_bytes())),
                None => self.nested(|e| e.body(value, true)),
            },
            Value::Map(_) => self.nested(|e| e.body(value, true)),
            Value::Complex(..) => Err(Stop::Error("unexpected type: complex128".into())),
            Value::Invalid | Value::Nil => {
                Err(Stop::Call(CallError::failed("reflect: call of reflect.Value.Interface on zero Value")))
            }
        }
    }

    fn list(&mut self, list: &'h List<'h>) -> Done {
        self.items(list.items(self.heap).iter(), |e, item| e.element(*item))
    }

    fn items<T>(&mut self, items: impl Iterator<Item = T>, mut each: impl FnMut(&mut Self, T) -> Done) -> Done {
        self.write("[")?;
        for (i, item) in items.enumerate() {
            if i > 0 {
                self.write(", ")?;
            }
            each(self, item)?;
        }
        self.write("]")
    }

    /// `tomlTypeOfGo`
    fn shape(&mut self, value: Value<'h>) -> Result<Shape, Stop> {
        self.heap.spend(1)?;
        Ok(match value {
            value if value.is_nil() => Shape::None,
            Value::Map(_) => Shape::Table,
            Value::Object(object) if object.json_text(self.heap).is_none() => Shape::Table,
            Value::List(list) => {
                let items = list.items(self.heap);
                let mut all_tables = !items.is_empty();
                for item in items {
                    let mut shape = Shape::None;
                    self.nested(|e| {
                        shape = e.shape(*item)?;
                        Ok(())
                    })?;
                    match shape {
                        Shape::None => {
                            return Err(Stop::Error("toml: cannot encode array with nil element".into()));
                        }
                        shape => all_tables &= shape == Shape::Table,
                    }
                }
                if all_tables { Shape::ArrayOfTables } else { Shape::Array }
            }
            Value::Bytes(_) => Shape::Array,
            Value::Complex(..) => return Err(Stop::Error("unsupported type: complex128".into())),
            _ => Shape::Primitive,
        })
    }

    /// One level down; Go would overflow its stack on a map that holds itself.
    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Done) -> Done {
        if self.depth >= self.heap.budget().max_depth() {
            return Err(Exhausted::Depth.into());
        }
        self.depth += 1;
        inner(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn indent(&mut self) -> Done {
        let width = 2 * self.key.len().saturating_sub(1);
        self.has_written = true;
        Ok(self.out.repeat(b' ', width)?)
    }

    fn new_line(&mut self) -> Done {
        if self.has_written { self.write("\n") } else { Ok(()) }
    }

    fn write(&mut self, text: impl AsRef<[u8]>) -> Done {
        self.has_written = true;
        Ok(self.out.write(text)?)
    }
}

/// A float always shows that it is one.
fn float(f: f64, release: TomlRelease) -> String {
    if f.is_finite() {
        let format = if release >= TomlRelease::V1_6 { b'g' } else { b'f' };
        let text = strconv::format_float(f, format, None, 64);
        return if text.contains(['e', '.']) { text } else { text + ".0" };
    }
    if release < TomlRelease::V1_4 {
        return if f.is_nan() {
            "nan"
        } else if f.is_sign_negative() {
            "-inf"
        } else {
            "+inf"
        }
        .into();
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    format!("{sign}{}", if f.is_nan() { "nan" } else { "inf" })
}
