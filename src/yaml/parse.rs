//! The parser: tokens to events, with goyaml's own states (yaml/v2 `parserc.go`).

use bumpalo::Bump;

use super::error::{Error, Mark};
use super::reader::Source;
use super::scan::Scanner;
use super::token::{Kind, Style, Token};

type Parse<T> = Result<T, Error>;

/// What the parser says about a node before its content.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Props<'a> {
    pub anchor: Option<&'a [u8]>,
    /// The full tag; empty if there is none.
    pub tag: &'a [u8],
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Event<'a> {
    StreamStart,
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias {
        name: &'a [u8],
        mark: Mark,
    },
    /// `implicit`: written plain, so that its text decides its type.
    Scalar {
        props: Props<'a>,
        value: &'a [u8],
        style: Style,
        implicit: bool,
        mark: Mark,
    },
    SequenceStart {
        props: Props<'a>,
        mark: Mark,
    },
    SequenceEnd,
    MappingStart {
        props: Props<'a>,
        mark: Mark,
    },
    MappingEnd,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowSequenceEntryMappingKey,
    FlowSequenceEntryMappingValue,
    FlowSequenceEntryMappingEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// The tag handles that every document knows.
const DEFAULT_TAGS: [(&[u8], &[u8]); 2] = [(b"!", b"!"), (b"!!", b"tag:yaml.org,2002:")];

/// The parser with its stack of states.
pub(super) struct Parser<'a> {
    scanner: Scanner<'a>,
    arena: &'a Bump,
    state: State,
    states: Vec<State>,
    marks: Vec<Mark>,
    tags: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Parser<'a> {
    pub fn new(source: Source<'a>, arena: &'a Bump) -> Self {
        Parser {
            scanner: Scanner::new(source, arena),
            arena,
            state: State::StreamStart,
            states: Vec::with_capacity(32),
            marks: Vec::with_capacity(32),
            tags: Vec::new(),
        }
    }

    /// The next event; after the end of the stream, that again.
    pub fn next(&mut self) -> Parse<Event<'a>> {
        if self.scanner.ended {
            return Ok(Event::StreamEnd);
        }
        match self.state {
            State::StreamStart => self.stream_start(),
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceFirstEntry => self.block_sequence_entry(true),
            State::BlockSequenceEntry => self.block_sequence_entry(false),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingFirstKey => self.block_mapping_key(true),
            State::BlockMappingKey => self.block_mapping_key(false),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => self.flow_sequence_entry(true),
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowSequenceEntryMappingKey => self.flow_sequence_entry_mapping_key(),
            State::FlowSequenceEntryMappingValue => self.flow_sequence_entry_mapping_value(),
            State::FlowSequenceEntryMappingEnd => self.flow_sequence_entry_mapping_end(),
            State::FlowMappingFirstKey => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.flow_mapping_value(true),
            State::End => Ok(Event::StreamEnd),
        }
    }

    /// Takes the head of the queue and shows the one after it.
    fn advance(&mut self) -> Parse<Token<'a>> {
        self.scanner.take();
        self.scanner.peek()
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn descend(&mut self, back: State, block: bool, indentless: bool) -> Parse<Event<'a>> {
        self.states.push(back);
        self.node(block, indentless)
    }

    fn empty_scalar(&mut self, state: State, mark: Mark) -> Parse<Event<'a>> {
        self.state = state;
        let props = Props::default();
        Ok(Event::Scalar { props, value: b"", style: Style::Plain, implicit: true, mark })
    }

    /// Remembers where a collection starts and takes its opening token.
    fn open(&mut self) -> Parse<()> {
        let start = self.scanner.peek()?.start;
        self.marks.push(start);
        self.scanner.take();
        Ok(())
    }

    fn close(&mut self, event: Event<'a>) -> Parse<Event<'a>> {
        self.pop_state();
        self.marks.pop();
        self.scanner.take();
        Ok(event)
    }

    fn unexpected(&mut self, problem: &'static str, at: Mark) -> Error {
        Error::parser(self.marks.pop(), problem, at)
    }

    fn stream_start(&mut self) -> Parse<Event<'a>> {
        self.scanner.peek()?;
        self.state = State::ImplicitDocumentStart;
        self.scanner.take();
        Ok(Event::StreamStart)
    }

    fn document_start(&mut self, implicit: bool) -> Parse<Event<'a>> {
        let mut token = self.scanner.peek()?;
        while !implicit && token.kind == Kind::DocumentEnd {
            token = self.advance()?;
        }
        match token.kind {
            Kind::StreamEnd => {
                self.state = State::End;
                self.scanner.take();
                Ok(Event::StreamEnd)
            }
            Kind::VersionDirective { .. } | Kind::TagDirective { .. } | Kind::DocumentStart => self.explicit_document(),
            _ if !implicit => self.explicit_document(),
            _ => {
                self.process_directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                Ok(Event::DocumentStart)
            }
        }
    }

    fn explicit_document(&mut self) -> Parse<Event<'a>> {
        self.process_directives()?;
        let token = self.scanner.peek()?;
        if token.kind != Kind::DocumentStart {
            return Err(Error::parser(None, "did not find expected <document start>", token.start));
        }
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        self.scanner.take();
        Ok(Event::DocumentStart)
    }

    fn document_content(&mut self) -> Parse<Event<'a>> {
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::VersionDirective { .. }
            | Kind::TagDirective { .. }
            | Kind::DocumentStart
            | Kind::DocumentEnd
            | Kind::StreamEnd => {
                let state = self.states.pop().unwrap_or(State::End);
                self.empty_scalar(state, token.start)
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Parse<Event<'a>> {
        if self.scanner.peek()?.kind == Kind::DocumentEnd {
            self.scanner.take();
        }
        self.tags.clear();
        self.state = State::DocumentStart;
        Ok(Event::DocumentEnd)
    }

    fn node(&mut self, block: bool, indentless: bool) -> Parse<Event<'a>> {
        let mut token = self.scanner.peek()?;
        let start = token.start;
        if let Kind::Alias(name) = token.kind {
            self.pop_state();
            self.scanner.take();
            return Ok(Event::Alias { name, mark: start });
        }
        let (mut anchor, mut tag) = (None, None);
        if let Kind::Anchor(name) = token.kind {
            anchor = Some(name);
            token = self.advance()?;
            if let Kind::Tag { handle, suffix } = token.kind {
                tag = Some((handle, suffix, token.start));
                token = self.advance()?;
            }
        } else if let Kind::Tag { handle, suffix } = token.kind {
            tag = Some((handle, suffix, token.start));
            token = self.advance()?;
            if let Kind::Anchor(name) = token.kind {
                anchor = Some(name);
                token = self.advance()?;
            }
        }
        let tag = match tag {
            None => b"",
            Some((handle, suffix, mark)) => self.full_tag(handle, suffix, start, mark)?,
        };
        let props = Props { anchor, tag };
        let mark = start;
        let (state, event) = match token.kind {
            Kind::BlockEntry if indentless => (State::IndentlessSequenceEntry, Event::SequenceStart { props, mark }),
            Kind::Scalar { value, style } => {
                let implicit = (tag.is_empty() && style == Style::Plain) || tag == b"!";
                self.pop_state();
                self.scanner.take();
                return Ok(Event::Scalar { props, value, style, implicit, mark });
            }
            Kind::FlowSequenceStart => (State::FlowSequenceFirstEntry, Event::SequenceStart { props, mark }),
            Kind::FlowMappingStart => (State::FlowMappingFirstKey, Event::MappingStart { props, mark }),
            Kind::BlockSequenceStart if block => (State::BlockSequenceFirstEntry, Event::SequenceStart { props, mark }),
            Kind::BlockMappingStart if block => (State::BlockMappingFirstKey, Event::MappingStart { props, mark }),
            _ if anchor.is_some() || !tag.is_empty() => {
                self.pop_state();
                let implicit = tag.is_empty();
                return Ok(Event::Scalar { props, value: b"", style: Style::Plain, implicit, mark });
            }
            _ => return Err(Error::parser(Some(start), "did not find expected node content", token.start)),
        };
        self.state = state;
        Ok(event)
    }

    fn full_tag(&self, handle: &'a [u8], suffix: &'a [u8], start: Mark, mark: Mark) -> Parse<&'a [u8]> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let prefix = self.tags.iter().find(|(known, _)| *known == handle).map_or(&b""[..], |(_, prefix)| prefix);
        if prefix.is_empty() && suffix.is_empty() || !self.tags.iter().any(|(known, _)| *known == handle) {
            return Err(Error::parser(Some(start), "found undefined tag handle", mark));
        }
        let mut tag = bumpalo::collections::Vec::with_capacity_in(prefix.len() + suffix.len(), self.arena);
        tag.extend_from_slice_copy(prefix);
        tag.extend_from_slice_copy(suffix);
        Ok(tag.into_bump_slice())
    }

    fn block_sequence_entry(&mut self, first: bool) -> Parse<Event<'a>> {
        if first {
            self.open()?;
        }
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::BlockEntry => match self.advance()?.kind {
                Kind::BlockEntry | Kind::BlockEnd => self.empty_scalar(State::BlockSequenceEntry, token.end),
                _ => self.descend(State::BlockSequenceEntry, true, false),
            },
            Kind::BlockEnd => self.close(Event::SequenceEnd),
            _ => Err(self.unexpected("did not find expected '-' indicator", token.start)),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Parse<Event<'a>> {
        let token = self.scanner.peek()?;
        if token.kind != Kind::BlockEntry {
            self.pop_state();
            return Ok(Event::SequenceEnd);
        }
        match self.advance()?.kind {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => {
                self.empty_scalar(State::IndentlessSequenceEntry, token.end)
            }
            _ => self.descend(State::IndentlessSequenceEntry, true, false),
        }
    }

    fn block_mapping_key(&mut self, first: bool) -> Parse<Event<'a>> {
        if first {
            self.open()?;
        }
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::Key => match self.advance()?.kind {
                Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_scalar(State::BlockMappingValue, token.end),
                _ => self.descend(State::BlockMappingValue, true, true),
            },
            Kind::BlockEnd => self.close(Event::MappingEnd),
            _ => Err(self.unexpected("did not find expected key", token.start)),
        }
    }

    fn block_mapping_value(&mut self) -> Parse<Event<'a>> {
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            return self.empty_scalar(State::BlockMappingKey, token.start);
        }
        match self.advance()?.kind {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_scalar(State::BlockMappingKey, token.end),
            _ => self.descend(State::BlockMappingKey, true, true),
        }
    }

    fn flow_sequence_entry(&mut self, first: bool) -> Parse<Event<'a>> {
        if first {
            self.open()?;
        }
        let mut token = self.scanner.peek()?;
        if token.kind != Kind::FlowSequenceEnd {
            if !first {
                if token.kind != Kind::FlowEntry {
                    return Err(self.unexpected("did not find expected ',' or ']'", token.start));
                }
                token = self.advance()?;
            }
            if token.kind == Kind::Key {
                self.state = State::FlowSequenceEntryMappingKey;
                self.scanner.take();
                return Ok(Event::MappingStart { props: Props::default(), mark: token.start });
            }
            if token.kind != Kind::FlowSequenceEnd {
                return self.descend(State::FlowSequenceEntry, false, false);
            }
        }
        self.close(Event::SequenceEnd)
    }

    fn flow_sequence_entry_mapping_key(&mut self) -> Parse<Event<'a>> {
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                // goyaml takes the token although it is not the key's.
                self.scanner.take();
                self.empty_scalar(State::FlowSequenceEntryMappingValue, token.end)
            }
            _ => self.descend(State::FlowSequenceEntryMappingValue, false, false),
        }
    }

    fn flow_sequence_entry_mapping_value(&mut self) -> Parse<Event<'a>> {
        let token = self.scanner.peek()?;
        if token.kind == Kind::Value && !matches!(self.advance()?.kind, Kind::FlowEntry | Kind::FlowSequenceEnd) {
            return self.descend(State::FlowSequenceEntryMappingEnd, false, false);
        }
        self.empty_scalar(State::FlowSequenceEntryMappingEnd, token.start)
    }

    fn flow_sequence_entry_mapping_end(&mut self) -> Parse<Event<'a>> {
        self.scanner.peek()?;
        self.state = State::FlowSequenceEntry;
        Ok(Event::MappingEnd)
    }

    fn flow_mapping_key(&mut self, first: bool) -> Parse<Event<'a>> {
        if first {
            self.open()?;
        }
        let mut token = self.scanner.peek()?;
        if token.kind != Kind::FlowMappingEnd {
            if !first {
                if token.kind != Kind::FlowEntry {
                    return Err(self.unexpected("did not find expected ',' or '}'", token.start));
                }
                token = self.advance()?;
            }
            if token.kind == Kind::Key {
                token = self.advance()?;
                return match token.kind {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => {
                        self.empty_scalar(State::FlowMappingValue, token.start)
                    }
                    _ => self.descend(State::FlowMappingValue, false, false),
                };
            }
            if token.kind != Kind::FlowMappingEnd {
                return self.descend(State::FlowMappingEmptyValue, false, false);
            }
        }
        self.close(Event::MappingEnd)
    }

    fn flow_mapping_value(&mut self, empty: bool) -> Parse<Event<'a>> {
        let mut token = self.scanner.peek()?;
        if !empty && token.kind == Kind::Value {
            token = self.advance()?;
            if !matches!(token.kind, Kind::FlowEntry | Kind::FlowMappingEnd) {
                return self.descend(State::FlowMappingKey, false, false);
            }
        }
        self.empty_scalar(State::FlowMappingKey, token.start)
    }

    fn process_directives(&mut self) -> Parse<()> {
        let mut token = self.scanner.peek()?;
        let mut version = false;
        loop {
            match token.kind {
                Kind::VersionDirective { .. } if version => {
                    return Err(Error::parser(None, "found duplicate %YAML directive", token.start));
                }
                Kind::VersionDirective { major: 1, minor: 1 } => version = true,
                Kind::VersionDirective { .. } => {
                    return Err(Error::parser(None, "found incompatible YAML document", token.start));
                }
                Kind::TagDirective { handle, prefix } => {
                    if self.tags.iter().any(|(known, _)| *known == handle) {
                        return Err(Error::parser(None, "found duplicate %TAG directive", token.start));
                    }
                    self.tags.push((handle, prefix));
                }
                _ => break,
            }
            token = self.advance()?;
        }
        for (handle, prefix) in DEFAULT_TAGS {
            if !self.tags.iter().any(|(known, _)| *known == handle) {
                self.tags.push((handle, prefix));
            }
        }
        Ok(())
    }
}
