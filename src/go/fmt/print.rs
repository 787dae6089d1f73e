//! One value under one verb. Source: fmt/print.go, `printArg` and `printValue`.

use super::format::{Integer, Spec};
use crate::go::out::Out;
use crate::go::{strconv, time};
use crate::limits::Exhausted;
use crate::value::{Heap, IntType, List, Map, Object, UintType, Value};

/// The address that every pointer has. Go's differ from run to run; nothing else can be printed twice the same.
const ADDRESS: u64 = 0xc0_0001_0000;

type Done = Result<(), Exhausted>;

pub(super) struct Printer<'p, 'h> {
    pub heap: &'p Heap<'h>,
    pub out: Out<'p, 'h>,
    pub spec: Spec,
    /// What a bad verb is told about: the argument (Go's `p.arg`), else the value last met on the way into it.
    arg: Option<Value<'h>>,
    met: Option<Value<'h>>,
    /// Inside of `%!d(string=hi)`, where methods are not called.
    erroring: bool,
    /// Inside of an unexported field, where methods cannot be called.
    hidden: bool,
    depth: u32,
}

/// Where a value stands decides whether its methods have been tried, and what a nil looks like.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Top,
    /// In a container, a field or behind a pointer.
    Inside,
}

impl<'p, 'h> Printer<'p, 'h> {
    pub fn new(heap: &'p Heap<'h>) -> Self {
        Printer {
            heap,
            out: Out::new(heap),
            spec: Spec::default(),
            arg: None,
            met: None,
            erroring: false,
            hidden: false,
            depth: 0,
        }
    }

    /// `printArg`
    pub fn argument(&mut self, value: Value<'h>, verb: char) -> Done {
        self.met = None;
        self.arg = match value {
            Value::Invalid | Value::Nil => None,
            value => Some(value),
        };
        match (value, verb) {
            (Value::Invalid | Value::Nil, 'T' | 'v') => self.spec.pad(&mut self.out, "<nil>"),
            (Value::Invalid | Value::Nil, _) => self.bad_verb(verb),
            (value, 'T') => self.spec.string(&mut self.out, value.type_name(self.heap).as_bytes()),
            (value, 'p') => self.pointer(value, verb),
            (Value::Bytes(bytes), verb) => self.bytes(bytes, verb, "[]byte"),
            (value, verb) => {
                if is_plain(value) || !self.methods(verb)? {
                    self.value(value, verb, Position::Top)?;
                }
                Ok(())
            }
        }
    }

    /// A pointer to a struct, printed as the struct under `%v`.
    pub fn followed(&mut self, object: &'h dyn Object<'h>) -> Done {
        self.nested(|p| p.object(object, 'v'))
    }

    fn bad_verb(&mut self, verb: char) -> Done {
        self.erroring = true;
        self.out.write("%!")?;
        self.out.write(verb.encode_utf8(&mut [0; 4]))?;
        self.out.write("(")?;
        match (self.arg, self.met) {
            (Some(arg), _) => {
                self.out.write(arg.type_name(self.heap))?;
                self.out.write("=")?;
                self.argument(arg, 'v')?;
            }
            (None, Some(met)) => {
                self.out.write(met.type_name(self.heap))?;
                self.out.write("=")?;
                self.value(met, 'v', Position::Top)?;
            }
            (None, None) => self.out.write("<nil>")?,
        }
        self.out.write(")")?;
        self.erroring = false;
        Ok(())
    }

    /// `handleMethods`: whether the argument printed itself.
    fn methods(&mut self, verb: char) -> Result<bool, Exhausted> {
        if self.erroring {
            return Ok(false);
        }
        if verb == 'w' {
            self.bad_verb(verb)?;
            return Ok(true);
        }
        let Some(arg) = self.arg else { return Ok(false) };
        if self.spec.sharp_v {
            if let Value::Object(object) = arg
                && object.method("GoString").is_some()
                && let Ok(Value::Str(text)) = object.call(self.heap, "GoString", &[])
            {
                self.spec.string(&mut self.out, text)?;
                return Ok(true);
            }
            return Ok(false);
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return Ok(false);
        }
        let text = match arg {
            Value::Int(IntType::Duration, n) => time::Duration(n).to_string(),
            Value::Int(IntType::Month, n) => time::Month(n).to_string(),
            Value::Int(IntType::Weekday, n) => weekday(n),
            Value::Object(object) => match object.text(self.heap) {
                Some(text) => text,
                None => return Ok(false),
            },
            _ => return Ok(false),
        };
        self.string(text.as_bytes(), verb)?;
        Ok(true)
    }

    /// `printValue`
    fn value(&mut self, value: Value<'h>, verb: char, position: Position) -> Done {
        self.heap.spend(1)?;
        if position == Position::Inside && !self.hidden {
            self.arg = (!matches!(value, Value::Invalid | Value::Nil)).then_some(value);
            if !is_plain(value) && self.methods(verb)? {
                return Ok(());
            }
        }
        self.arg = None;
        self.met = Some(value);
        match value {
            Value::Invalid | Value::Nil if self.spec.sharp_v => self.out.write("interface {}(nil)"),
            Value::Invalid | Value::Nil => self.out.write("<nil>"),
            Value::Bool(b) if matches!(verb, 't' | 'v') => {
                self.spec.pad(&mut self.out, if b { "true" } else { "false" })
            }
            Value::Bool(_) => self.bad_verb(verb),
            Value::Int(_, n) => self.integer(Integer { magnitude: n.unsigned_abs(), negative: n < 0 }, true, verb),
            Value::Uint(_, n) => self.integer(Integer { magnitude: n, negative: false }, false, verb),
            Value::Float(f) => self.float(f, verb),
            Value::Complex(re, im) => self.complex(re, im, verb),
            Value::Str(text) => self.string(text, verb),
            Value::Bytes(bytes) if matches!(verb, 's' | 'q' | 'x' | 'X') => self.bytes(bytes, verb, "[]uint8"),
            Value::Bytes(bytes) => self.byte_items(bytes, verb),
            Value::List(list) => self.nested(|p| p.list(list, verb)),
            Value::Map(map) => self.nested(|p| p.map(map, verb)),
            Value::Object(object) if !object.is_pointer() => self.nested(|p| p.object(object, verb)),
            Value::Object(object) if position == Position::Top => {
                self.out.write("&")?;
                self.nested(|p| p.object(object, verb))
            }
            Value::Object(_) => self.pointer(value, verb),
        }
    }

    /// Go would overflow its stack on a map that holds itself; here the depth is bounded.
    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Done) -> Done {
        if self.depth >= self.heap.budget().max_depth() {
            return Err(Exhausted::Depth);
        }
        self.depth += 1;
        inner(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self, list: &'h List<'h>, verb: char) -> Done {
        let sharp = self.spec.sharp_v;
        if sharp {
            self.out.write(Value::List(list).type_name(self.heap))?;
            if list.is_nil() {
                return self.out.write("(nil)");
            }
        }
        self.out.write(if sharp { "{" } else { "[" })?;
        for (i, item) in list.items(self.heap).iter().enumerate() {
            self.separator(i)?;
            self.value(*item, verb, Position::Inside)?;
        }
        self.out.write(if sharp { "}" } else { "]" })
    }

    fn map(&mut self, map: &'h Map<'h>, verb: char) -> Done {
        let sharp = self.spec.sharp_v;
        if sharp {
            self.out.write(Value::Map(map).type_name(self.heap))?;
            if map.is_nil() {
                return self.out.write("(nil)");
            }
        }
        self.out.write(if sharp { "{" } else { "map[" })?;
        for (i, (key, value)) in map.entries(self.heap).into_iter().enumerate() {
            self.separator(i)?;
            self.value(Value::Str(key), verb, Position::Inside)?;
            self.out.write(":")?;
            self.value(value, verb, Position::Inside)?;
        }
        self.out.write(if sharp { "}" } else { "]" })
    }

    /// A struct's fields; the caller has written the `&` of a pointer.
    fn object(&mut self, object: &'h dyn Object<'h>, verb: char) -> Done {
        if self.spec.sharp_v {
            self.out.write(object.type_name(self.heap))?;
        }
        self.out.write("{")?;
        for (i, field) in object.fields(self.heap).into_iter().enumerate() {
            self.separator(i)?;
            if self.spec.plus_v || self.spec.sharp_v {
                self.out.write(field.name)?;
                self.out.write(":")?;
            }
            let outer = self.hidden;
            self.hidden |= !field.name.starts_with(|c: char| c.is_uppercase());
            self.value(field.value, verb, Position::Inside)?;
            self.hidden = outer;
        }
        self.out.write("}")
    }

    fn separator(&mut self, i: usize) -> Done {
        match (i, self.spec.sharp_v) {
            (0, _) => Ok(()),
            (_, true) => self.out.write(", "),
            (_, false) => self.out.write(" "),
        }
    }

    /// `fmtBytes`
    fn bytes(&mut self, bytes: &'h [u8], verb: char, type_name: &str) -> Done {
        match verb {
            'v' | 'd' if self.spec.sharp_v => {
                self.out.write(type_name)?;
                self.out.write("{")?;
                for (i, byte) in bytes.iter().enumerate() {
                    self.separator(i)?;
                    self.address(u64::from(*byte), true)?;
                }
                self.out.write("}")
            }
            'v' | 'd' => self.byte_items(bytes, 'd'),
            's' => self.spec.string(&mut self.out, bytes),
            'x' | 'X' => self.spec.hex_bytes(&mut self.out, bytes, verb == 'X'),
            'q' => self.spec.quoted(&mut self.out, bytes),
            _ => self.value(Value::Bytes(bytes), verb, Position::Top),
        }
    }

    /// The bytes as a list of numbers.
    fn byte_items(&mut self, bytes: &'h [u8], verb: char) -> Done {
        if matches!(verb, 'v' | 'd') && self.spec.is_bare() {
            // Files are printed so, megabytes of them: no step through the general way for each byte.
            self.heap.spend(bytes.len() as u64)?;
            self.out.write("[")?;
            for (i, byte) in bytes.iter().enumerate() {
                self.out.write(if i == 0 { "" } else { " " })?;
                self.out.write(strconv::format_byte(*byte, &mut [0; 3]))?;
            }
            return self.out.write("]");
        }
        let sharp = self.spec.sharp_v;
        self.out.write(if sharp { "[]uint8{" } else { "[" })?;
        for (i, byte) in bytes.iter().enumerate() {
            self.separator(i)?;
            self.value(Value::Uint(UintType::Uint8, u64::from(*byte)), verb, Position::Inside)?;
        }
        self.out.write(if sharp { "}" } else { "]" })
    }

    fn integer(&mut self, n: Integer, signed: bool, verb: char) -> Done {
        // `%c`, `%q` and `%U` take the number's bits.
        let bits = if n.negative { n.magnitude.wrapping_neg() } else { n.magnitude };
        let out = &mut self.out;
        match verb {
            'v' if self.spec.sharp_v && !signed => self.address(bits, true),
            'v' | 'd' => self.spec.integer(out, n, 10, false, false),
            'b' => self.spec.integer(out, n, 2, false, false),
            'o' | 'O' => self.spec.integer(out, n, 8, false, verb == 'O'),
            'x' | 'X' => self.spec.integer(out, n, 16, verb == 'X', false),
            'c' => self.spec.character(out, bits),
            'q' => self.spec.quoted_character(out, bits),
            'U' => self.spec.unicode(out, bits),
            _ => self.bad_verb(verb),
        }
    }

    fn float(&mut self, f: f64, verb: char) -> Done {
        let (letter, precision) = match verb {
            'v' => (b'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb as u8, None),
            'f' | 'e' | 'E' => (verb as u8, Some(6)),
            'F' => (b'f', Some(6)),
            _ => return self.bad_verb(verb),
        };
        self.spec.float(&mut self.out, f, letter, precision)
    }

    fn complex(&mut self, re: f64, im: f64, verb: char) -> Done {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(verb);
        }
        self.out.write("(")?;
        self.float(re, verb)?;
        let plus = std::mem::replace(&mut self.spec.plus, true);
        self.float(im, verb)?;
        self.spec.plus = plus;
        self.out.write("i)")
    }

    fn string(&mut self, text: &[u8], verb: char) -> Done {
        match verb {
            'v' if self.spec.sharp_v => self.spec.quoted(&mut self.out, text),
            'v' | 's' => self.spec.string(&mut self.out, text),
            'x' | 'X' => self.spec.hex_bytes(&mut self.out, text, verb == 'X'),
            'q' => self.spec.quoted(&mut self.out, text),
            _ => self.bad_verb(verb),
        }
    }

    /// `fmtPointer`
    fn pointer(&mut self, value: Value<'h>, verb: char) -> Done {
        let address = match value {
            Value::Map(_) | Value::List(_) if value.is_nil() => 0,
            Value::Map(_) | Value::List(_) | Value::Bytes(_) => ADDRESS,
            Value::Object(object) if object.is_pointer() => ADDRESS,
            _ => return self.bad_verb(verb),
        };
        match verb {
            'v' if self.spec.sharp_v => {
                self.out.write("(")?;
                self.out.write(value.type_name(self.heap))?;
                self.out.write(")(")?;
                self.address(address, true)?;
                self.out.write(")")
            }
            'v' | 'p' => self.address(address, !self.spec.sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => self.integer(Integer { magnitude: address, negative: false }, false, verb),
            _ => self.bad_verb(verb),
        }
    }

    /// `fmt0x64`
    fn address(&mut self, n: u64, leading: bool) -> Done {
        let spec = Spec { sharp: leading, ..self.spec };
        spec.integer(&mut self.out, Integer { magnitude: n, negative: false }, 16, false, false)
    }
}

/// Types that Go prints without looking for methods; a string among them, a named type not.
fn is_plain(value: Value<'_>) -> bool {
    match value {
        Value::Int(ty, _) => matches!(ty, IntType::Int | IntType::Int32 | IntType::Int64),
        Value::Bool(_) | Value::Uint(..) | Value::Float(_) | Value::Complex(..) | Value::Str(_) => true,
        _ => false,
    }
}

fn weekday(n: i64) -> String {
    match u8::try_from(n) {
        Ok(n) => time::Weekday(n).to_string(),
        Err(_) => format!("%!Weekday({})", n as u64),
    }
}
