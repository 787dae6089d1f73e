//! `toml.Unmarshal` into a `map[string]interface {}`. Source: parse.go, error.go.

use bstr::BString;

use super::key::MAX_PIECES;
use super::lex::{Item, LexError, Lexer, Token};
use super::scalar;
use super::tables::{self, Key, Tables};
use crate::go::strconv;
use crate::go::time::{Location, Time};
use crate::limits::Exhausted;
use crate::value::{CallError, Heap, Map, MapType, Value};

/// How dates become values: the zone of the process, its offset in seconds, and who makes a value of a time.
pub struct Times<'t, 'h> {
    pub local: Location,
    pub local_offset: i64,
    pub value: &'t dyn Fn(Time) -> Value<'h>,
}

/// Decodes a document. `Ok(Err(_))` is the error that Go returns; [`CallError::Failed`] is one with which it panics.
pub fn decode<'h>(
    heap: &Heap<'h>,
    text: &[u8],
    times: &Times<'_, 'h>,
) -> Result<Result<&'h Map<'h>, String>, CallError> {
    let marks: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"];
    let text = marks.iter().find_map(|mark| text.strip_prefix(*mark)).unwrap_or(text);
    if text.iter().take(6).any(|c| *c == 0) {
        return Ok(Err("toml: line 1: files cannot contain NULL bytes; probably using UTF-16; \
                       TOML files must be UTF-8"
            .into()));
    }
    let mut parser = Parser {
        heap,
        times,
        lexer: Lexer::new(text, heap.dialect().toml),
        tables: Tables::new(heap.dialect().toml),
        context: Vec::new(),
        current: BString::default(),
        line: 0,
    };
    match parser.document() {
        Ok(()) => Ok(Ok(parser.tables.into_map(heap))),
        Err(Stop::Exhausted(e)) => Err(e.into()),
        Err(Stop::Bug(message)) => Err(CallError::Failed(format!("BUG: {message}\n\n"))),
        Err(Stop::Error(message, line)) => Ok(Err(match parser.current_key() {
            key if key.is_empty() => format!("toml: line {line}: {message}"),
            key => format!("toml: line {line} (last key {}): {message}", strconv::quote(&key)),
        })),
    }
}

/// What is wrong, before it is known where.
pub(super) enum Problem {
    /// With the token at hand.
    Item(String),
    /// With the key that is being defined.
    Context(String),
    /// Something that the library believes cannot be.
    Bug(String),
}

enum Stop {
    /// A message and its line.
    Error(String, i64),
    Bug(String),
    Exhausted(Exhausted),
}

impl From<LexError> for Stop {
    fn from(e: LexError) -> Self {
        Stop::Error(e.message, e.line)
    }
}

impl From<Exhausted> for Stop {
    fn from(e: Exhausted) -> Self {
        Stop::Exhausted(e)
    }
}

struct Parser<'p, 't, 'h> {
    heap: &'p Heap<'h>,
    times: &'p Times<'p, 'h>,
    lexer: Lexer<'t>,
    tables: Tables<'h>,
    /// The table around.
    context: Key,
    /// The key whose value is being read; empty outside of values.
    current: BString,
    /// Where the last key began.
    line: i64,
}

impl<'t, 'h> Parser<'_, 't, 'h> {
    fn next(&mut self) -> Result<Item<'t>, Stop> {
        // Every token may walk down its context once or twice.
        self.heap.spend(4 + self.context.len() as u64)?;
        if self.lexer.depth() > self.heap.budget().max_depth() as usize {
            return Err(Exhausted::Depth.into());
        }
        Ok(self.lexer.next_item()?)
    }

    fn problem(&self, problem: Problem, line: i64) -> Stop {
        match problem {
            Problem::Item(message) => Stop::Error(message, line),
            Problem::Context(message) => Stop::Error(message, self.line),
            Problem::Bug(message) => Stop::Bug(message),
        }
    }

    /// `p.current`: the last key of an error.
    fn current_key(&self) -> BString {
        match (self.context.is_empty(), self.current.is_empty()) {
            (_, true) => tables::text(&self.context),
            (true, false) => self.current.clone(),
            (false, false) => [tables::text(&self.context), self.current.clone()].join(&b"."[..]).into(),
        }
    }

    fn document(&mut self) -> Result<(), Stop> {
        loop {
            let item = self.next()?;
            match item.token {
                Token::End => return Ok(()),
                Token::CommentStart => {
                    self.next()?;
                }
                Token::TableStart | Token::ArrayTableStart => {
                    let array = item.token == Token::ArrayTableStart;
                    let key = self.key(if array { Token::ArrayTableEnd } else { Token::TableEnd })?;
                    self.open(&key, array)?;
                    self.set_type(&BString::default(), false);
                }
                Token::KeyStart => {
                    let outer = self.context.clone();
                    let value = self.next_key()?;
                    let value = self.value(value, false)?;
                    self.set(value)?;
                    self.context = outer;
                    self.current = BString::default();
                }
                token => return Err(Stop::Bug(format!("Unexpected type at top level: {token:?}"))),
            }
        }
    }

    /// Reads the pieces of a key up to `end`. The first tells where the key stands.
    fn key(&mut self, end: Token) -> Result<Key, Stop> {
        let mut key = Key::new();
        let mut item = self.next()?;
        self.line = item.line;
        while item.token != end && item.token != Token::End {
            key.push(match item.token {
                Token::EscapedStr => scalar::unescaped(item.text).map_err(|p| self.problem(p, item.line))?.into(),
                _ => BString::from(item.text),
            });
            item = self.next()?;
        }
        Ok(key)
    }

    /// Reads a key up to its value, and opens the tables that its leading pieces name.
    fn next_key(&mut self) -> Result<Item<'t>, Stop> {
        let mut key = self.key(Token::KeyEnd)?;
        self.current = key.pop().unwrap_or_default();
        for piece in key {
            let mut inner = self.context.clone();
            inner.push(piece);
            self.tables.set_implicit(&inner);
            self.open(&inner, false)?;
        }
        self.next()
    }

    /// `addContext`: opens a table and makes it the one around.
    fn open(&mut self, key: &Key, array: bool) -> Result<(), Stop> {
        let Some((last, parents)) = key.split_last() else { return Ok(()) };
        if parents.len() >= MAX_PIECES {
            return Err(Exhausted::Depth.into());
        }
        let table = self.tables.descend(parents).map_err(|p| self.problem(p, self.line))?;
        // From here on the library speaks of the table around.
        self.context = parents.to_vec();
        self.tables.open(table, parents, last, array).map_err(|p| self.problem(p, self.line))?;
        self.context.push(last.clone());
        Ok(())
    }

    /// `setValue` and `setType` of the current key.
    fn set(&mut self, (value, is_array): (Value<'h>, bool)) -> Result<(), Stop> {
        let current = self.current.clone();
        self.tables.set_value(&self.context, &current, value).map_err(|p| self.problem(p, self.line))?;
        self.set_type(&current, is_array);
        Ok(())
    }

    /// Remembers of which type a key is; an empty one stands for the table around.
    fn set_type(&mut self, name: &BString, is_array: bool) {
        let mut key = self.context.clone();
        if !name.is_empty() || key.is_empty() {
            key.push(name.clone());
        }
        self.tables.set_array(&key, is_array);
    }

    /// A value, and whether it is an array.
    fn value(&mut self, item: Item<'t>, in_array: bool) -> Result<(Value<'h>, bool), Stop> {
        let (heap, text) = (self.heap, item.text);
        let problem = |p| self.problem(p, item.line);
        let value = match item.token {
            Token::Str | Token::RawStr => heap.str(text),
            Token::EscapedStr => heap.str(scalar::unescaped(text).map_err(problem)?),
            Token::MultilineStr => {
                let text = scalar::without_escaped_newlines(scalar::without_first_newline(text));
                heap.str(scalar::unescaped(&text).map_err(problem)?)
            }
            Token::RawMultilineStr => heap.str(scalar::without_first_newline(text)),
            Token::Bool => Value::Bool(text == "true"),
            Token::Integer => Value::int64(scalar::integer(text).map_err(problem)?),
            Token::Float => Value::Float(scalar::float(text).map_err(problem)?),
            Token::Datetime => {
                (self.times.value)(scalar::datetime(text, self.times, self.heap.dialect().toml).map_err(problem)?)
            }
            Token::ArrayStart => return Ok((self.array()?, true)),
            Token::InlineTableStart => Value::Map(self.inline_table(in_array)?),
            token => return Err(Stop::Bug(format!("Unexpected value type: {token:?}"))),
        };
        Ok((value, false))
    }

    fn array(&mut self) -> Result<Value<'h>, Stop> {
        let current = self.current.clone();
        self.set_type(&current, true);
        let mut items = Vec::new();
        loop {
            let item = self.next()?;
            match item.token {
                Token::ArrayEnd => return Ok(self.heap.any_list(&items)),
                Token::CommentStart => {
                    self.next()?;
                }
                _ => items.push(self.value(item, true)?.0),
            }
        }
    }

    /// The table by itself; it also grows in the document, where its keys are watched.
    fn inline_table(&mut self, in_array: bool) -> Result<&'h Map<'h>, Stop> {
        let top = self.heap.map(MapType::Any);
        let (outer, outer_current) = (self.context.clone(), std::mem::take(&mut self.current));
        let mut inner = outer.clone();
        inner.push(outer_current.clone());
        self.context = inner.clone();
        self.tables.set_implicit(&inner);
        self.open(&inner, in_array)?;
        loop {
            let item = self.next()?;
            match item.token {
                Token::InlineTableEnd => break,
                Token::CommentStart => {
                    self.next()?;
                    continue;
                }
                _ => {}
            }
            let value = self.next_key()?;
            let value = self.value(value, false)?;
            self.set(value)?;
            let mut hash = top;
            for piece in self.context.get(inner.len()..).unwrap_or(&[]) {
                hash = match hash.get(self.heap, piece) {
                    Some(Value::Map(map)) => map,
                    Some(_) => {
                        let key = strconv::quote(&tables::text(&self.context));
                        return Err(Stop::Error(format!("{key} is not a table"), self.line));
                    }
                    None => {
                        let map = self.heap.map(MapType::Any);
                        hash.set(self.heap, self.heap.bstr(piece), Value::Map(map));
                        map
                    }
                };
            }
            hash.set(self.heap, self.heap.bstr(&self.current), value.0);
            self.context = inner.clone();
        }
        self.context = outer;
        self.current = outer_current;
        Ok(top)
    }
}
