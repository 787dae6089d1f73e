//! Keys, list indexes and values: `parser.go` and `literal_parser.go` of `pkg/strvals`.

use bstr::BStr;

use super::super::draft::{Draft, DraftList, DraftMap};
use super::scan::{END, Scan};
use super::{Mode, Setting, Stop, json};
use crate::diagnostic::{Kind, Refusal};
use crate::go::strconv;
use crate::go::unicode;
use crate::limits::Exhausted;
use crate::value::{ListNode, Pos, Tree};

/// `MaxIndex`.
const MAX_INDEX: usize = 65536;
/// `MaxNestedNameLevel`.
const MAX_NESTED_NAME_LEVEL: u32 = 30;
/// Ours: `a[0][0][0]...` is bounded by nothing in Helm.
const MAX_DEPTH: u32 = 500;

pub(super) struct Parser<'p, 'c, 's, 'f> {
    setting: &'p Setting<'c, 's>,
    scan: Scan,
    mode: Mode<'f>,
    /// Bytes of list slots that this flag may still make.
    slots: usize,
}

impl<'p, 'c, 's, 'f> Parser<'p, 'c, 's, 'f> {
    pub(super) fn new(setting: &'p Setting<'c, 's>, text: &[u8], mode: Mode<'f>) -> Self {
        Parser { setting, scan: Scan::new(text), mode, slots: setting.limits.bytes / size_of::<(Draft, Pos)>() / 2 }
    }

    /// Reads keys until the text ends, which is the only good end.
    pub(super) fn parse(&mut self, dest: &mut DraftMap<'c>) -> Result<(), Stop> {
        loop {
            self.key(dest, 0, 0)?;
        }
    }

    fn is_literal(&self) -> bool {
        matches!(self.mode, Mode::Literal)
    }

    fn key(&mut self, data: &mut DraftMap<'c>, mut level: u32, depth: u32) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Refused(Exhausted::Depth.into()));
        }
        let pos = self.pos();
        let escapes = !self.is_literal();
        let stop: &[char] = if escapes { &['=', '[', ',', '.'] } else { &['=', '[', '.'] };
        let (key, last) = self.scan.until(stop, escapes);
        match last {
            Some('[') => {
                let index = self.index()?;
                if let Some((d, _)) = data.get_mut(BStr::new(&key)) {
                    let found = d.go_type();
                    return match d.list_mut() {
                        Some(list) => self.list_item(list, index, level, depth + 1, pos),
                        None => Err(assertion(found, "[]interface {}")),
                    };
                }
                let mut list = Vec::new();
                let result = self.list_item(&mut list, index, level, depth + 1, pos);
                self.put(data, &key, Draft::List(list), pos);
                result
            }
            Some('=') => self.assign(data, &key, pos),
            Some('.') => {
                level += 1;
                if level > MAX_NESTED_NAME_LEVEL {
                    return Err(Stop::Text(format!(
                        "value name nested level is greater than maximum supported nested level of {MAX_NESTED_NAME_LEVEL}"
                    )));
                }
                let no_value = || Err(Stop::Text(format!("key map {} has no value", strconv::quote(key.as_bytes()))));
                if let Some((d, _)) = data.get_mut(BStr::new(&key)) {
                    let found = d.go_type();
                    let Some(inner) = d.map_mut() else {
                        return Err(assertion(found, "map[string]interface {}"));
                    };
                    let result = self.key(inner, level, depth + 1);
                    if result.is_ok() && inner.is_empty() {
                        return no_value();
                    }
                    return result;
                }
                let mut inner = DraftMap::new();
                let result = self.key(&mut inner, level, depth + 1);
                if inner.is_empty() {
                    return if result.is_ok() { no_value() } else { result };
                }
                self.put(data, &key, Draft::Map(inner), pos);
                result
            }
            Some(_) => {
                let text = format!("key {} has no value (cannot end with ,)", strconv::quote(key.as_bytes()));
                Err(Stop::Text(text))
            }
            None if key.is_empty() => Err(END),
            None => Err(Stop::Text(format!("key {} has no value", strconv::quote(key.as_bytes())))),
        }
    }

    /// What follows `key=`.
    fn assign(&mut self, data: &mut DraftMap<'c>, key: &str, pos: Pos) -> Result<(), Stop> {
        match self.mode {
            Mode::Json => {
                if self.empty_value() {
                    self.put(data, key, Draft::Frozen(Tree::Null), pos);
                    return Ok(());
                }
                let value = self.json()?;
                self.put(data, key, Draft::Frozen(value), pos);
                self.empty_value();
                Ok(())
            }
            Mode::Literal => {
                let (text, _) = self.scan.until(&[], false);
                let value = Tree::Str(self.keep(text.as_bytes()));
                self.put(data, key, Draft::Frozen(value), pos);
                Ok(())
            }
            _ => match self.value_list()? {
                Listed::List(list) => {
                    self.put(data, key, Draft::Frozen(list), pos);
                    Ok(())
                }
                Listed::End => {
                    self.put(data, key, Draft::Frozen(Tree::Str(BStr::new(""))), pos);
                    Err(END)
                }
                Listed::NoList => {
                    let (text, _) = self.scan.until(&[','], true);
                    let value = self.read(&text)?;
                    self.put(data, key, Draft::Frozen(value), pos);
                    Ok(())
                }
            },
        }
    }

    /// What follows `[index]`.
    fn list_item(
        &mut self,
        list: &mut DraftList<'c>,
        index: i64,
        level: u32,
        depth: u32,
        pos: Pos,
    ) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Refused(Exhausted::Depth.into()));
        }
        let Ok(at) = usize::try_from(index) else {
            return Err(Stop::Text(format!("negative {index} index not allowed")));
        };
        let (text, last) = self.scan.until(&['[', '.', '='], !self.is_literal());
        if !text.is_empty() {
            let quoted: Vec<_> = text.chars().map(quote_rune).collect();
            return Err(Stop::Text(format!("unexpected data at end of array index: [{}]", quoted.join(" "))));
        }
        match last {
            Some('=') => self.assign_item(list, at, pos),
            Some('[') => {
                let next = self.index()?;
                if let Some((d, _)) = list.get_mut(at)
                    && !matches!(d, Draft::Frozen(Tree::Null))
                {
                    let found = d.go_type();
                    return match d.list_mut() {
                        Some(inner) => self.list_item(inner, next, level, depth + 1, pos),
                        None => Err(assertion(found, "[]interface {}")),
                    };
                }
                let mut inner = Vec::new();
                self.list_item(&mut inner, next, level, depth + 1, pos)?;
                self.set_index(list, at, Draft::List(inner), pos)
            }
            Some(_) => {
                if let Some((d, _)) = list.get_mut(at) {
                    if d.map_mut().is_none() {
                        *d = Draft::Map(DraftMap::new());
                    }
                    return match d.map_mut() {
                        Some(inner) => self.key(inner, level, depth + 1),
                        None => Ok(()),
                    };
                }
                let mut inner = DraftMap::new();
                self.key(&mut inner, level, depth + 1)?;
                self.set_index(list, at, Draft::Map(inner), pos)
            }
            None => Err(END),
        }
    }

    /// What follows `[index]=`.
    fn assign_item(&mut self, list: &mut DraftList<'c>, at: usize, pos: Pos) -> Result<(), Stop> {
        match self.mode {
            Mode::Json => {
                if self.empty_value() {
                    return self.set_index(list, at, Draft::Frozen(Tree::Null), pos);
                }
                let value = self.json()?;
                self.set_index(list, at, Draft::Frozen(value), pos)?;
                self.empty_value();
                Ok(())
            }
            Mode::Literal => {
                let (text, _) = self.scan.until(&[], false);
                let value = Tree::Str(self.keep(text.as_bytes()));
                self.set_index(list, at, Draft::Frozen(value), pos)
            }
            _ => {
                let value = match self.value_list()? {
                    Listed::List(list) => list,
                    Listed::End => Tree::Str(BStr::new("")),
                    Listed::NoList => {
                        let (text, _) = self.scan.until(&[','], true);
                        self.read(&text)?
                    }
                };
                self.set_index(list, at, Draft::Frozen(value), pos)
            }
        }
    }

    /// `setIndex`.
    fn set_index(&mut self, list: &mut DraftList<'c>, at: usize, value: Draft<'c>, pos: Pos) -> Result<(), Stop> {
        if at > MAX_INDEX {
            return Err(Stop::Text(format!("index of {at} is greater than maximum supported index of {MAX_INDEX}")));
        }
        if list.len() <= at {
            let grown = at + 1 - list.len();
            self.slots = self.slots.checked_sub(grown).ok_or(Stop::Refused(Exhausted::Bytes.into()))?;
            list.resize_with(at + 1, || (Draft::Frozen(Tree::Null), pos));
        }
        if let Some(slot) = list.get_mut(at) {
            *slot = (value, pos);
        }
        Ok(())
    }

    /// `keyIndex`, with the words that Helm puts before its errors.
    fn index(&mut self) -> Result<i64, Stop> {
        let (text, last) = self.scan.until(&[']'], !self.is_literal());
        if last.is_none() {
            return Err(Stop::End { wrapped: Some("error parsing index: EOF".into()) });
        }
        let problem = match atoi(&text) {
            Ok(index) => return Ok(index),
            Err(problem) => problem,
        };
        let quoted = strconv::quote(text.as_bytes());
        Err(Stop::Text(format!("error parsing index: strconv.Atoi: parsing {quoted}: {problem}")))
    }

    /// `valList`: `{a,b}` if that is what stands here.
    fn value_list(&mut self) -> Result<Listed<'c>, Stop> {
        match self.scan.peek() {
            None => return Ok(Listed::End),
            Some('{') => self.scan.skip(1),
            Some(_) => return Ok(Listed::NoList),
        }
        let mut items = Vec::new();
        loop {
            let pos = self.pos();
            let (text, last) = self.scan.until(&[',', '}'], true);
            match last {
                Some('}') => {
                    if self.scan.peek() == Some(',') {
                        self.scan.skip(1);
                    }
                    items.push((self.read(&text)?, pos));
                    return Ok(Listed::List(Tree::List(ListNode::new(self.setting.arena, &items))));
                }
                Some(_) => items.push((self.read(&text)?, pos)),
                None => return Err(Stop::Text("list must terminate with '}'".into())),
            }
        }
    }

    /// The reader of `newParser` or `newFileParser`.
    fn read(&mut self, text: &str) -> Result<Tree<'c>, Stop> {
        match &mut self.mode {
            Mode::Typed => Ok(match typed(text) {
                Some(value) => value,
                None => Tree::Str(self.keep(text.as_bytes())),
            }),
            Mode::File(reader) => {
                let bytes = reader(text.as_bytes()).map_err(Stop::Refused)?;
                Ok(Tree::Str(self.keep(&bytes)))
            }
            Mode::Text | Mode::Json | Mode::Literal => Ok(Tree::Str(self.keep(text.as_bytes()))),
        }
    }

    /// One JSON value off the front; Helm drops the words of its errors, so there are none.
    fn json(&mut self) -> Result<Tree<'c>, Stop> {
        let (value, used) = json::read(self.scan.rest().as_bytes(), self.setting.arena, self.pos())
            .ok_or_else(|| Stop::Text("invalid JSON".into()))?;
        self.scan.skip(used);
        Ok(value)
    }

    /// `emptyVal`: swallows blanks and one comma; whether nothing stood before it.
    fn empty_value(&mut self) -> bool {
        loop {
            match self.scan.peek() {
                None => return true,
                Some(',') => {
                    self.scan.skip(1);
                    return true;
                }
                Some(c) if unicode::is_space(c) => self.scan.skip(1),
                Some(_) => return false,
            }
        }
    }

    /// `set`: an empty key is not set.
    fn put(&self, data: &mut DraftMap<'c>, key: &str, value: Draft<'c>, pos: Pos) {
        if !key.is_empty() {
            data.insert(self.keep(key.as_bytes()), (value, pos));
        }
    }

    fn keep(&self, text: &[u8]) -> &'c BStr {
        BStr::new(self.setting.arena.alloc_slice_copy(text))
    }

    fn pos(&self) -> Pos {
        Pos { source: self.setting.origin, line: 1, column: self.scan.column() }
    }
}

enum Listed<'c> {
    List(Tree<'c>),
    /// Nothing follows at all.
    End,
    NoList,
}

/// A failed type assertion, recovered from and told.
fn assertion(found: &str, wanted: &str) -> Stop {
    Stop::Text(format!("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}"))
}

/// `strconv.Atoi`: the number, or what is wrong. A number too long is told before what follows it is looked at.
fn atoi(text: &str) -> Result<i64, &'static str> {
    const RANGE: &str = "value out of range";
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() {
        return Err("invalid syntax");
    }
    let mut n = 0u64;
    for c in digits.chars() {
        let digit = c.to_digit(10).ok_or("invalid syntax")?;
        n = n.checked_mul(10).and_then(|n| n.checked_add(digit.into())).ok_or(RANGE)?;
    }
    let n = if text.starts_with('-') { 0i64.checked_sub_unsigned(n) } else { i64::try_from(n).ok() };
    n.ok_or(RANGE)
}

/// A rune as `%q` prints it.
fn quote_rune(rune: char) -> String {
    match rune {
        '"' => "'\"'".into(),
        '\'' => r"'\''".into(),
        other => {
            let quoted = strconv::quote(other.encode_utf8(&mut [0; 4]).as_bytes());
            format!("'{}'", quoted.trim_matches('"'))
        }
    }
}

/// `typedVal`; `None` is a string.
fn typed<'c>(text: &str) -> Option<Tree<'c>> {
    if fold_eq(text, "true") {
        return Some(Tree::Bool(true));
    }
    if fold_eq(text, "false") {
        return Some(Tree::Bool(false));
    }
    if fold_eq(text, "null") {
        return Some(Tree::Null);
    }
    if text == "0" {
        return Some(Tree::Int(0));
    }
    if text.starts_with('0') {
        return None;
    }
    text.parse().ok().map(Tree::Int)
}

/// `strings.EqualFold` against lower-case ASCII letters: the long s and the Kelvin sign fold to letters too.
fn fold_eq(text: &str, lower: &str) -> bool {
    let folded = text.chars().map(|c| match c {
        '\u{17F}' => 's',
        '\u{212A}' => 'k',
        c => c.to_ascii_lowercase(),
    });
    folded.eq(lower.chars())
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        match refusal.kind {
            Kind::Values | Kind::Unreadable => Stop::Text(refusal.message),
            _ => Stop::Refused(refusal),
        }
    }
}
