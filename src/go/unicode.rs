//! Package unicode at version 15.0.0, which is Go's: Rust and regex-syntax know later versions, so a character that
//! was assigned later is unassigned here. Held to Go over every code point.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};
use std::sync::LazyLock;

/// The scripts that Go's regexp can name: `unicodeTable` looks up a canonical name (one capital, no underscore),
/// so scripts whose key in unicode.Scripts is spelt otherwise (Old_Italic, SignWriting) cannot be reached.
const SCRIPTS: &str = "\
    Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese \
    Buhid Carian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari \
    Dogra Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul \
    Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki \
    Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen \
    Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya Osage \
    Osmanya Palmyrene Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian \
    Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh \
    Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi \
    ";

const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "LC", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl",
    "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
];

/// The characters of a general category, script, or alias of a category, by a name as it stands in `\p{name}`;
/// `None` for a name that Go's regexp does not know. With `folded`, also everything that is equivalent to them under
/// simple folding. Source: regexp/syntax `unicodeTable`.
pub fn table(name: &str, folded: bool) -> Option<ClassUnicode> {
    let name = canonical_name(name);
    let class = unfolded_table(&name)?;
    // Go has no folding table for LC; it would add U+0345.
    let folds = folded && !matches!(name.as_str(), "Lc" | "Casedletter");
    Some(if folds { fold(&class) } else { class })
}

fn unfolded_table(name: &str) -> Option<ClassUnicode> {
    let known = match name {
        "Any" => return Some(class_of(&[('\0', char::MAX)])),
        "Ascii" => return Some(class_of(&[('\0', '\x7f')])),
        // The complement of Cn.
        "Assigned" => return Some(assigned().clone()),
        "Cn" | "Unassigned" => {
            let mut class = assigned().clone();
            class.negate();
            return Some(class);
        }
        // C holds Cn in Go's tables, and so in every later version's.
        "C" | "Other" => {
            let mut class = parse(r"[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}]")?;
            class.intersect(assigned());
            class.negate();
            return Some(class);
        }
        // Lone surrogates do not occur in Rust's characters, nor in any string that is matched.
        "Cs" | "Surrogate" => return Some(ClassUnicode::empty()),
        "Lc" => r"\p{gc:LC}".to_owned(),
        n if CATEGORIES.contains(&n) => format!(r"\p{{gc:{n}}}"),
        n if SCRIPTS.split_ascii_whitespace().any(|script| script == n) => format!(r"\p{{sc:{n}}}"),
        // Aliases: regex-syntax has the same list, but would also take a leading "is".
        n if n.len() > 2 && !n.starts_with("Is") => format!(r"\p{{gc:{n}}}"),
        _ => return None,
    };
    let mut class = parse(&known)?;
    class.intersect(assigned());
    // The one character that has changed its category since: a spacing mark as of 16.0.
    let moved = class_of(&[('\u{1171E}', '\u{1171E}')]);
    match name {
        "Mn" | "Nonspacingmark" => class.union(&moved),
        "Mc" | "Spacingmark" => class.difference(&moved),
        _ => {}
    }
    Some(class)
}

/// The class with everything that is equivalent to its members under simple folding (`unicode.SimpleFold`).
pub fn fold(class: &ClassUnicode) -> ClassUnicode {
    let mut folded = class.clone();
    if folded.is_ascii() {
        // No later version has added to these.
        let _ = folded.try_case_fold_simple();
        return folded;
    }
    folded.intersect(assigned());
    // Fails only when the tables are compiled out.
    let _ = folded.try_case_fold_simple();
    folded.intersect(assigned());
    folded.union(class);
    folded
}

/// `unicode.IsPrint`, which strconv shares: letters, marks, numbers, punctuation, symbols and the space.
pub fn is_print(c: char) -> bool {
    static PRINT: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"[\p{L}\p{M}\p{N}\p{P}\p{S}]"));
    match c {
        ' '..='~' => true,
        c if c.is_ascii() => false,
        c => contains(&PRINT, c),
    }
}

/// `unicode.IsLetter`.
pub fn is_letter(c: char) -> bool {
    static LETTER: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{L}"));
    if c.is_ascii() { c.is_ascii_alphabetic() } else { contains(&LETTER, c) }
}

/// `unicode.IsNumber`: category N.
pub fn is_number(c: char) -> bool {
    static NUMBER: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{N}"));
    if c.is_ascii() { c.is_ascii_digit() } else { contains(&NUMBER, c) }
}

/// `unicode.IsDigit`: category Nd.
pub fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{Nd}"));
    if c.is_ascii() { c.is_ascii_digit() } else { contains(&DIGIT, c) }
}

/// `unicode.IsUpper`: category Lu.
pub fn is_upper(c: char) -> bool {
    static UPPER: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{Lu}"));
    if c.is_ascii() { c.is_ascii_uppercase() } else { contains(&UPPER, c) }
}

/// `unicode.IsLower`: category Ll.
pub fn is_lower(c: char) -> bool {
    static LOWER: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{Ll}"));
    if c.is_ascii() { c.is_ascii_lowercase() } else { contains(&LOWER, c) }
}

/// `unicode.IsTitle`: category Lt.
pub fn is_title(c: char) -> bool {
    static TITLE: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{Lt}"));
    !c.is_ascii() && contains(&TITLE, c)
}

/// `unicode.IsPunct`: category P.
pub fn is_punct(c: char) -> bool {
    static PUNCT: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{P}"));
    contains(&PUNCT, c)
}

/// `unicode.IsSymbol`: category S.
pub fn is_symbol(c: char) -> bool {
    static SYMBOL: LazyLock<ClassUnicode> = LazyLock::new(|| version_15(r"\p{S}"));
    contains(&SYMBOL, c)
}

/// `unicode.IsSpace`: the property White_Space.
pub fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// `unicode.ToUpper`: one character for one.
pub fn to_upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    simple(c, c.to_uppercase(), |c| match c {
        // Where full mapping spells out the iota subscript, simple mapping takes the title-case letter.
        '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => shifted(c, 8),
        '\u{1FB3}' | '\u{1FC3}' | '\u{1FF3}' => shifted(c, 9),
        _ => c,
    })
}

/// `unicode.ToLower`: one character for one.
pub fn to_lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    simple(c, c.to_lowercase(), |c| if c == 'İ' { 'i' } else { c })
}

/// `unicode.ToTitle`: upper case, except for the digraphs that have a title case of their own.
pub fn to_title(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        // Georgian has upper case only for text that is all in capitals.
        '\u{10D0}'..='\u{10FA}' | '\u{10FD}'..='\u{10FF}' => c,
        '\u{1F80}'..='\u{1FAF}' | '\u{1FB3}' | '\u{1FBC}' | '\u{1FC3}' | '\u{1FCC}' | '\u{1FF3}' | '\u{1FFC}' => {
            to_upper(c)
        }
        c => to_upper(c),
    }
}

/// The simple mapping out of Rust's full one: it stands there unless the full one has several characters.
fn simple(c: char, mut full: impl Iterator<Item = char>, special: impl Fn(char) -> char) -> char {
    let mapped = match (full.next(), full.next()) {
        (Some(one), None) => one,
        _ => special(c),
    };
    if mapped != c && !(contains(assigned(), c) && contains(assigned(), mapped)) { c } else { mapped }
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// Whether the class holds the character.
pub fn contains(class: &ClassUnicode, c: char) -> bool {
    let ranges = class.ranges();
    let after = ranges.partition_point(|range| range.start() <= c);
    after > 0 && ranges[after - 1].end() >= c
}

/// `canonicalName` of regexp/syntax: one capital, then lower case; no spaces, hyphens, underscores.
fn canonical_name(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    kept.enumerate().map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect()
}

fn assigned() -> &'static ClassUnicode {
    static ASSIGNED: LazyLock<ClassUnicode> =
        LazyLock::new(|| parse(r"[\p{age:15.0}--\p{gc:Cn}]").unwrap_or_else(ClassUnicode::empty));
    &ASSIGNED
}

fn version_15(pattern: &str) -> ClassUnicode {
    let mut class = parse(pattern).unwrap_or_else(ClassUnicode::empty);
    class.intersect(assigned());
    class
}

/// A class in regex-syntax's own syntax; `None` when it does not know the name.
fn parse(pattern: &str) -> Option<ClassUnicode> {
    let hir = ParserBuilder::new().build().parse(pattern).ok()?;
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        HirKind::Class(Class::Bytes(class)) => class.to_unicode_class(),
        // A class of one character.
        HirKind::Literal(literal) => {
            let c = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(class_of(&[(c, c)]))
        }
        _ => None,
    }
}

fn class_of(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|&(lo, hi)| ClassUnicodeRange::new(lo, hi)))
}
