//! Texts that a YAML reader has to get right: real-looking values, broken in every way, and the grammar's edges.

use fastrand::Rng;

/// Whole texts to start from; real values files of the module cache join them where there is one.
const SEEDS: &[&str] = &[
    "image:\n  repository: ghcr.io/acme/app # the image\n  tag: \"1.10\"\n  pullPolicy: IfNotPresent\nreplicas: 3\n",
    "a: &anchor\n  b: 1\n  c: [x, y, {z: 1}]\nd:\n  <<: *anchor\n  b: 2\ne: *anchor\n",
    "base: &b {x: 1, y: 2}\nother: &o {y: 3}\nall:\n  <<: [*b, *o]\n  z: 4\n",
    "script: |\n  #!/bin/sh\n  set -e\n\n    indented\n  exec \"$@\"\nfolded: >-\n  one\n  two\n\n  three\n   more\nkeep: |+\n  x\n\nend: 1\n",
    "- a\n- - b\n  - c\n-\n  d: e\n  f:\n  - g\n- ? complex\n  : value\n",
    "? [a, b]\n: c\n? x\n: y\n",
    "\"quoted key\": 'it''s'\n'single': \"a\\tb\\u00e9\\x41\\\n  joined\"\nplain: one\n  two\n\n  three\n",
    "yes: no\non: off\ny: n\n1: one\n1.5: float\n0x1F: hex\n~: null\n.inf: -.inf\n2001-01-01: date\n",
    "%YAML 1.1\n%TAG !e! tag:example.com,2000:\n---\na: !e!foo bar\nb: !!str 123\nc: !!int \"7\"\nd: !local x\n...\n---\nsecond: doc\n",
    "octal: 0123\nnew: 0o17\nbin: 0b101\nunder: 1_000\nexp: 1e3\nneg: -0x10\nbig: 12345678901234567890\nhuge: 1e400\nsex: 12:30:45\n",
    "empty:\nlist: []\nmap: {}\nnull1: ~\nnull2: null\nnested: {a: {b: [c, {d: e}]}, 'f': \"g\", h: }\n",
    "a: !!binary aGVsbG8=\nb: !!float 1\nc: !!null ''\nd: !!bool yes\ne: !!timestamp 2001-12-14t21:59:43.10-05:00\n",
    "a:\n- b\n-  c:   d\n   e: f\n- |\n  text\n- >\n  folded\n  text\ng: \"multi\n  line\n\n  quoted\"\n",
    "# comment\n\n---\n# more\na: b # trailing\n#end\n",
    "a: 1\na: 2\nb: {c: 1, c: 2}\n1: x\n1: y\n",
    "\u{feff}bom: first\nsecond: line\n",
    "k\u{e9}y: v\u{e4}lue \u{1f600}\n\u{4e2d}: \u{6587}\nnel: a\u{85}b\nls: a\u{2028}b\n",
    "a: \"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\/\\\\\\N\\_\\L\\P\\xe9\\u263a\\U0001f600\"\n",
    "{a: b, \"c\":d, e: [1,2,3], ? f : g, h}\n",
    "[a: b, {c: d}, [e], ? f : g, \"h\": i]\n",
    "a:\n\tb: c\n",
    "a: b\r\nc: |\r\n  d\r\n  e\r\nf: g\r\n",
    "- !!set {a, b}\n- !<tag:yaml.org,2002:str> x\n- &a !!str y\n- !!map &b {c: *a}\n- *b\n",
];

/// Fragments that mutation inserts.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    ":",
    ": ",
    " :",
    "- ",
    "-",
    "? ",
    "?",
    "#",
    " #",
    "# c\n",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "&b",
    "*b ",
    "!",
    "!! ",
    "!!str ",
    "!!int ",
    "!!float ",
    "!!binary ",
    "!x ",
    "!<y> ",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "|2\n",
    ">1-\n",
    "|0\n",
    "'",
    "\"",
    "''",
    "\\",
    "\\n",
    "\\x4",
    "\\u12",
    "\\\n",
    "---",
    "---\n",
    "--- ",
    "...",
    "...\n",
    "%",
    "%YAML 1.1\n",
    "%YAML 1.2\n",
    "%TAG ! x\n",
    "@",
    "`",
    "<<: ",
    "<<: *a\n",
    "<<",
    "~",
    "null",
    "yes",
    "n",
    "0",
    "0x",
    "0b1",
    "0o8",
    "1_0",
    ".5",
    "-.inf",
    ".nan",
    "+1",
    "1e5",
    "12:30",
    "2001-1-1",
    "2001-01-01 1:2:3",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{a0}",
    "\u{e9}",
    "\u{1f600}",
    "\u{7f}",
    "\u{1}",
    "\u{0}",
    "\u{fffe}",
    "a",
    "b: c",
    "\n  d: e",
    "\n- f",
    "\n    g",
    "key: |\n  text\n",
    "a: &a x\n",
    "18446744073709551615",
    "9223372036854775808",
    "-9223372036854775808",
    "0.1",
    "1.0",
    "1e21",
    "=",
    "==",
    "a: b: c",
    "- - - ",
    "{}",
    "[]",
];

/// Texts that were once wrong here or are known to surprise.
pub const TRAPS: &[&[u8]] = &[
    b"[]: x\n",
    b"{}: x\n",
    b"{[]: x}\n",
    b"[[]: x]\n",
    b"a: [b]: c\n",
    b"[a, b]: c\n",
    b"? {a: b}\n: c\n",
    b"{a: 1}: x\n",
    b"~: a\n",
    b"? \n: b\n",
    b"18446744073709551615: a\n",
    b"a: .nan\na: 1\n",
    b"a: .nan\nb: .inf\n",
    b"<<: {a: 1}\n",
    b"<<: 1\n",
    b"<<: [1]\n",
    b"a: &a [*a]\n",
    b"&a a: *a\n",
    b"a: &a {b: *a}\n",
    b"a: *b\n",
    b"'<<': {a: 1}\nb: 2\n",
    b"a: ! <<\n! <<: {x: 1}\n",
    b"!!merge <<: {a: 1}\n",
    b"a: !!binary /w==\n",
    b"a: !!binary ?\n",
    b"!!binary /w==: x\n",
    b"a: !!timestamp x\n",
    b"a: !!int 0x\n",
    b"a: !!float 18446744073709551615\n",
    b"a: !!float 9223372036854775807\n",
    b"a: 0b-1\nb: -0b-1\nc: 0b+1\nd: -0b1\n",
    b"a: 1__0\nb: _1\nc: 1_\nd: +_1\n",
    b"a: 1.\nb: .e1\nc: 1.e1\nd: +.5\ne: -.5e-1\nf: 1e\ng: .\nh: +\ni: -\n",
    b"a: .5_1\nb: .5_\nc: ._5\nd: .5e1_0\ne: .0x1\nf: .5p1\n",
    b"a: 08\nb: 09.5\nc: 0o8\nd: 00\ne: 0\nf: -0\ng: -0.0\n",
    b"\xff\xfea\0:\0 \x001\0\n\0",
    b"\xfe\xff\0a\0:\0 \x001\0\n",
    b"\xff\xfea",
    b"\xff\xfe\x00\xdc",
    b"\xff\xfe\x00\xd8\x00\x00",
    b"\xff\xfe\x00\xd8",
    b"\xef\xbb\xbf\xef\xbb\xbfa: 1\nb: 2\nc: 3\n",
    b"\xef\xbb\xbf",
    b"\xef\xbb",
    b"\xc3",
    b"a: \xc3\x28\n",
    b"a: \xff\n",
    b"a: \xed\xa0\x80\n",
    b"a: \xc0\x80\n",
    b"a: b\n---\nc: \x01\n",
    b"",
    b"\n",
    b"---",
    b"--- a",
    b"---\n...\n---\nb",
    b"a: 'x\n--- y'",
    b"a: \"x\n... ",
    b"a: |\n x\n y",
    b"a: |\n\n\n   x\n  y\n",
    b"a: >\n x\n  y\n z\n",
    b"a: |+\n\n\nb: c",
    b"a: |\n\tx\n",
    b"a: |9\n x\n",
    b"- |\n x\n- >-\n\n y\n",
    b"a:\n  - b\n c\n",
    b"a: b\n c: d\n",
    b"a: b: c\n",
    b"\n\na: b: c\n",
    b"- a\nb: c\n",
    b"a: 'b' c\n",
    b"a: \"b\" c: d\n",
    b"\"a\"b: c\n",
    b"a\n:b\n",
    b"a: [b, c\nd: e\n",
    b"a: {b, c\n",
    b"{a: b,, c}\n",
    b"[,]\n",
    b"[a,,b]\n",
    b"{,}\n",
    b"- ]\n",
    b"a: @b\n",
    b"a: `b\n",
    b"a: %b\n",
    b"%a\n",
    b"% YAML 1.1\n---\n",
    b"%YAML 1.1 x\n---\n",
    b"%YAML 111.1\n---\n",
    b"%YAML 1.1\n%YAML 1.1\n---\n",
    b"%TAG !a! x\n%TAG !a! y\n---\n",
    b"%TAG a x\n---\n",
    b"%TAG !a x\n---\n",
    b"%TAG !a! x\n--- !a!b c\n",
    b"%YAML 1.1\na\n",
    b"a: !b!c d\n",
    b"a: !%41 d\n",
    b"a: !%c3%a9 d\n",
    b"a: !%zz d\n",
    b"a: !%ff d\n",
    b"a: !<> d\n",
    b"a: !<x d\n",
    b"a: &\n",
    b"a: &a\nb: *a\n",
    b"a: &a!x b\n",
    b"&a &b c\n",
    b"!a !b c\n",
    b"a: *a b\n",
    b"? a\n? b\n",
    b"?\n",
    b":\n",
    b": a\n",
    b"-\n",
    b"- \n- a\n",
    b"a: -\n",
    b"a:\n-b\n",
    b"--- |\n a\n",
    b"a: 1 # c\nb: 1# c\n#\n #\n",
    b"a: 'b\n\n\n c'\n",
    b"a: \"b\\\n\n c\"\n",
    b"a: b\n\tc\n",
    b"a:\tb\n",
    b"\ta: b\n",
    b"- \ta\n",
    b"-\ta\n",
    b"a: [\t1,\n\t2]\n",
    b"a: {b:c, d}\n",
    b"{a:1}\n",
    b"{\"a\":1}\n",
    b"[a:b]\n",
    b"a: b?c\n[?]: d\n",
    b"a: [b?c, d]\n",
    b"a: b#c\n",
    b"&a : b\n",
    b"*a : b\n",
    b"x: &a b\n*a : c\n",
];

/// The texts that generation starts from.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    let cache = std::env::var_os("GOMODCACHE")
        .map(std::path::PathBuf::from)
        .or_else(|| Some(std::path::PathBuf::from(std::env::var_os("HOME")?).join("go/pkg/mod")));
    let Some(helm) = cache.map(|cache| cache.join("helm.sh")) else { return seeds };
    let mut folders = vec![helm];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    seeds.extend(found.iter().filter_map(|path| std::fs::read(path).ok()).filter(|text| text.len() < 20_000));
    seeds
}

/// One text: a seed, or a piece of one, changed a few times; or pieces alone.
pub fn text(rng: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    if rng.u8(..) < 64 {
        return (0..rng.usize(1..14)).flat_map(|_| piece(rng)).collect();
    }
    // The files are many; the seeds above are the denser ones.
    let seed = if rng.bool() { rng.usize(..SEEDS.len()) } else { rng.usize(..seeds.len()) };
    let mut text = seeds[seed].clone();
    if text.len() > 600 && rng.u8(..) < 230 {
        let from = rng.usize(..text.len());
        let from = text[..from].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let to = (from + rng.usize(40..600)).min(text.len());
        text = text[from..to].to_vec();
    }
    for _ in 0..rng.usize(0..5) {
        mutate(rng, &mut text, seeds);
    }
    text
}

fn piece(rng: &mut Rng) -> Vec<u8> {
    PIECES[rng.usize(..PIECES.len())].as_bytes().to_vec()
}

fn span(rng: &mut Rng, text: &[u8], longest: usize) -> std::ops::Range<usize> {
    let from = rng.usize(..=text.len());
    from..(from + rng.usize(..=longest)).min(text.len())
}

fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn mutate(rng: &mut Rng, text: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    match rng.u8(..12) {
        0..4 => {
            let at = rng.usize(..=text.len());
            text.splice(at..at, piece(rng));
        }
        4 => {
            let span = span(rng, text, 8);
            text.drain(span);
        }
        5 => {
            let span = span(rng, text, 4);
            text.splice(span, piece(rng));
        }
        6 => {
            // A part of the text once more, elsewhere.
            let part = text[span(rng, text, 60)].to_vec();
            let at = rng.usize(..=text.len());
            text.splice(at..at, part);
        }
        7..9 => {
            let mut lines = lines(text);
            if !lines.is_empty() {
                let at = rng.usize(..lines.len());
                match rng.u8(..5) {
                    0 => lines.swap(at, 0),
                    1 => lines.insert(at, lines[at].clone()),
                    2 => _ = lines.remove(at),
                    3 => lines[at].splice(0..0, *b" ").for_each(drop),
                    _ => _ = lines[at].first() == Some(&b' ') && lines[at].remove(0) == b' ',
                }
                *text = lines.concat();
            }
        }
        9 => {
            let other = &seeds[rng.usize(..SEEDS.len())];
            let part = other[span(rng, other, 60)].to_vec();
            let at = rng.usize(..=text.len());
            text.splice(at..at, part);
        }
        10 => {
            if let Some(at) = text.len().checked_sub(1).map(|last| rng.usize(..=last)) {
                text[at] = rng.u8(..);
            }
        }
        _ => {
            // Long keys and deep columns, for the limit of 1024 characters and the reader's chunks.
            let length = rng.usize(1..1200);
            let filler = if rng.bool() { vec![b'k'; length] } else { vec![b' '; length] };
            let at = rng.usize(..=text.len());
            text.splice(at..at, filler);
        }
    }
}
