//! Which styles a text can be written in (yaml/v2 and v3 `yaml_emitter_analyze_scalar`).

use super::Flavour;
use super::chars;

/// What the emitter has to know about a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Analysis {
    pub multiline: bool,
    pub plain_allowed: bool,
    pub single_quoted_allowed: bool,
    pub block_allowed: bool,
    /// ASCII without line breaks: bytes are columns.
    pub simple: bool,
}

/// Bytes that never matter, wherever they stand in a text.
const INERT: [bool; 256] = {
    let mut inert = [false; 256];
    let mut byte = 0x21;
    while byte < 0x7F {
        inert[byte] = !matches!(byte as u8, b':' | b'#');
        byte += 1;
    }
    inert
};

/// Analyzes for the block context, the only one in which scalars are written here.
pub(super) fn analyze(text: &[u8], flavour: Flavour) -> Analysis {
    let Some(&first) = text.first() else {
        return Analysis { plain_allowed: true, single_quoted_allowed: true, simple: true, ..Analysis::default() };
    };
    let mut indicators = text.starts_with(b"---") || text.starts_with(b"...");
    let blank_or_end = |at: usize| matches!(text.get(at), None | Some(b' ' | b'\t'));
    indicators |= match first {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
        | b'`' => true,
        b'?' | b':' | b'-' => blank_or_end(1),
        _ => false,
    };
    let (mut special, mut tab, mut breaks, mut simple) = (false, false, false, true);
    let (mut break_space, mut space_break) = (false, false);
    let (mut previous_space, mut previous_break) = (false, false);
    // Most texts are one word.
    let mut at = text.iter().take_while(|byte| INERT[usize::from(**byte)]).count();
    let mut after_white = at == 0;
    while let Some(&byte) = text.get(at) {
        if INERT[byte as usize] {
            (previous_space, previous_break, after_white) = (false, false, false);
            at += 1;
            continue;
        }
        let width = chars::width(byte);
        match byte {
            b':' if at > 0 => indicators |= blank_or_end(at + 1),
            b'#' if at > 0 => indicators |= after_white,
            _ => {}
        }
        if byte == b'\t' && flavour == Flavour::V3 {
            tab = true;
        } else if !chars::is_printable(text, at) {
            special = true;
        }
        simple &= byte < 0x80;
        let is_break = chars::is_break(text, at);
        if byte == b' ' {
            break_space |= previous_break;
        } else if is_break {
            breaks = true;
            space_break |= previous_space;
        }
        previous_space = byte == b' ';
        previous_break = is_break;
        after_white = matches!(byte, b' ' | b'\t' | 0) || is_break;
        at += width;
    }
    let edge_space = first == b' ' || text.last() == Some(&b' ');
    let edge_break = chars::is_break(text, 0) || previous_break;
    let quotes_only = space_break || special;
    Analysis {
        multiline: breaks,
        plain_allowed: !(edge_space || edge_break || break_space || quotes_only || tab || breaks || indicators),
        single_quoted_allowed: !(break_space || quotes_only || tab),
        block_allowed: !(text.last() == Some(&b' ') || quotes_only),
        simple: simple && !breaks,
    }
}
