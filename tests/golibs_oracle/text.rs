//! Encodings, escapes, cases and URLs against Go and the libraries of words that Sprig calls.

use crate::generate::{self, compare, damage, pick};
use crate::oracle::{Answer, cases, fields};
use bstr::ByteSlice;
use fastrand::Rng;
use plimsoll::go::encode::{self, Corrupt};
use plimsoll::go::strings;
use plimsoll::go::url::{self, Url};

fn show(text: &[u8]) -> String {
    format!("{:?}", text.as_bstr())
}

/// A function from bytes to bytes.
type Function = fn(&[u8]) -> Vec<u8>;

#[test]
fn functions_of_one_text() {
    let functions: &[(&str, Function)] = &[
        ("base64.encode", |t| encode::base64_encode(t).into_bytes()),
        ("base64url.encode", |t| encode::base64_url_encode(t).into_bytes()),
        ("base32.encode", |t| encode::base32_encode(t).into_bytes()),
        ("html", encode::html_escape),
        ("js", encode::js_escape),
        ("urlquery", url::query_escape),
        ("pathescape", url::path_escape),
        ("upper", strings::to_upper),
        ("lower", strings::to_lower),
        ("title", strings::title),
        ("trimspace", |t| strings::trim_space(t).to_vec()),
        ("snakecase", strings::snake_case),
        ("kebabcase", strings::kebab_case),
        ("camelcase", strings::pascal_case),
        ("swapcase", strings::swap_case),
        ("initials", strings::initials),
        ("untitle", strings::uncapitalize),
        ("nospace", strings::delete_white_space),
    ];
    let mut rng = Rng::with_seed(12);
    let words = [
        "http",
        "HTTP",
        "Server",
        "FirstName",
        "2xx",
        "20xOK",
        "Bld4Floor3rd",
        "_",
        "-",
        "  ",
        "ID",
        "v1",
        "É",
        "é",
        "世界",
        "\u{3000}",
        ".",
        "ǅ",
        "Ⅷ",
        "²",
        "\u{FFFD}",
        "a",
        "B",
        "9",
    ];
    let texts: Vec<Vec<u8>> = (0..cases(4000))
        .map(|_| {
            if rng.bool() {
                return generate::text(&mut rng, 10);
            }
            let parts = rng.usize(..8);
            let text: String = (0..parts).map(|_| pick(&mut rng, &words)).collect();
            damage(&mut rng, text.into_bytes(), 6)
        })
        .collect();
    for (name, function) in functions {
        compare(&format!("text.{name}"), &texts, Vec::clone, |t| Answer::Ok(function(t)), |t| show(t));
    }
}

#[test]
fn decoding() {
    let mut rng = Rng::with_seed(13);
    type Encode = fn(&[u8]) -> String;
    type Decode = fn(&[u8]) -> Result<Vec<u8>, Corrupt>;
    let codecs: &[(&str, Encode, Decode)] = &[
        ("base64", encode::base64_encode, encode::base64_decode),
        ("base64url", encode::base64_url_encode, encode::base64_url_decode),
        ("base32", encode::base32_encode, encode::base32_decode),
    ];
    for (name, encode, decode) in codecs {
        let texts: Vec<Vec<u8>> = (0..cases(20_000))
            .map(|_| {
                let data: Vec<u8> = (0..rng.usize(..24)).map(|_| rng.u8(..)).collect();
                let mut text = encode(&data).into_bytes();
                for _ in 0..rng.usize(..3) {
                    let place = rng.usize(..=text.len());
                    text.splice(place..place, pick(&mut rng, &["\n", "\r\n", "=", "==", " ", "===="]).bytes());
                }
                if rng.u8(..4) == 0 {
                    text.truncate(rng.usize(..=text.len()));
                }
                damage(&mut rng, text, 3)
            })
            .collect();
        let ours = |text: &Vec<u8>| match decode(text) {
            Ok(data) => Answer::Ok(data),
            Err(e) => Answer::Err(e.to_string().into_bytes()),
        };
        compare(&format!("text.{name}.decode"), &texts, Vec::clone, ours, |t| show(t));
    }
}

#[test]
fn cutting() {
    let mut rng = Rng::with_seed(14);
    let trims: Vec<_> =
        (0..cases(10_000)).map(|_| (generate::text(&mut rng, 10), generate::text(&mut rng, 3))).collect();
    let ours = |(text, set): &(Vec<u8>, Vec<u8>)| {
        Answer::Ok(fields(&[strings::trim(text, set), strings::trim_left(text, set), strings::trim_right(text, set)]))
    };
    compare("text.trim", &trims, |(t, s)| fields(&[t, s]), ours, |(t, s)| format!("{} {}", show(t), show(s)));

    let extreme =
        |rng: &mut Rng| *rng.choice(&[i64::MAX, i64::MIN, 0, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20]).unwrap();
    let wraps: Vec<_> = (0..cases(10_000))
        .map(|_| {
            let parts = rng.usize(..12);
            let words = ["a", "bb", " ", "  ", "lengthyword", "\n", "é", "世界", "four", " to "];
            let text: String = (0..parts).map(|_| pick(&mut rng, &words)).collect();
            let width = if rng.u8(..8) == 0 { extreme(&mut rng) } else { rng.i64(-2..20) };
            let offset = if rng.u8(..8) == 0 { rng.i64(-30..0) } else { rng.i64(-2..20) };
            (damage(&mut rng, text.into_bytes(), 8), width, pick(&mut rng, &["", "\n", "<br>", " "]), offset)
        })
        .collect();
    type Wrap = (Vec<u8>, i64, &'static str, i64);
    let payload =
        |(t, w, s, o): &Wrap| fields(&[&t[..], w.to_string().as_bytes(), s.as_bytes(), o.to_string().as_bytes()]);
    let ours = |(t, w, s, o): &Wrap| {
        let custom = strings::wrap_custom(t, *w, s.as_bytes());
        Answer::Ok(fields(&[strings::wrap(t, *w), custom, strings::abbreviate(t, *o, *w)]))
    };
    compare("text.wrap", &wraps, payload, ours, |(t, w, s, o)| format!("{} {w} {s:?} {o}", show(t)));

    type Slice = (Vec<u8>, Option<i64>, Option<i64>);
    let slices: Vec<Slice> = (0..cases(4000))
        .map(|_| {
            let bound = |rng: &mut Rng| if rng.u8(..10) == 0 { extreme(rng) } else { rng.i64(-3..12) };
            let (low, high) = (bound(&mut rng), bound(&mut rng));
            let (low, high) = [(Some(low), Some(high)), (None, Some(high)), (Some(low), None)][rng.usize(..3)];
            (generate::text(&mut rng, 5), low, high)
        })
        .collect();
    let written = |bound: &Option<i64>| bound.map(|b| b.to_string()).unwrap_or_default();
    let ours = |(text, low, high): &Slice| match strings::slice(text, *low, *high) {
        Ok(part) => Answer::Ok(part.to_vec()),
        Err(panic) => Answer::Panic(panic.into_bytes()),
    };
    let payload = |(t, low, high): &Slice| fields(&[&t[..], written(low).as_bytes(), written(high).as_bytes()]);
    compare("text.slice", &slices, payload, ours, |(t, low, high)| format!("{}[{low:?}:{high:?}]", show(t)));
}

fn url_text(rng: &mut Rng) -> Vec<u8> {
    let schemes = ["http:", "https:", "postgres:", "mailto:", "a+b-c.1:", "1a:", ":", "", "HTTP:", "é:", "proto:"];
    let slashes = ["//", "//", "//", "/", "", "///"];
    let users = ["", "", "user@", "user:pass@", "us%40er:p%3Ass@", "u:p@w:d@", "@", ":@", "é@", "u%@", "a b@"];
    let hosts = [
        "example.com",
        "localhost:8080",
        "h:80:90",
        "[::1]",
        "[::1]:80",
        "[fe80::1%25en0]:1",
        "[1.2.3.4]",
        "[::ffff:1.2.3.4]",
        "[1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7:8::]",
        "[::1::2]",
        "[12345::]",
        "[1:2]",
        "[::1",
        "a[b]",
        "h:x",
        "h:",
        "a,b:1,c:2",
        "%C3%A9",
        "%41",
        "h%25",
        "é",
        "a b",
        "<>",
        "[fe80::1%25]",
        "[fe80::1%25%20x]",
        "[::%]",
        "[]",
        "[x]",
        "",
        "[::1.2.3]",
        "[::1.2.3.256]",
        "[::01.2.3.4]",
        "[1:2:3:4:5:6:1.2.3.4]",
        "[::g]",
        "[:1]",
        "[1:]",
    ];
    let paths = [
        "",
        "/",
        "/a/b",
        "/a%2Fb",
        "/a b",
        "/%zz",
        "/é",
        "/a:b",
        "a:b",
        "a/b:c",
        "/%",
        "*",
        "/a;b,c",
        "//x",
        "/%41",
        "/[x]",
        "/a%20b",
        "/!$&'()*+,;=:@",
    ];
    let queries = ["", "?", "?a=b", "?a=b?c", "?é", "?a#b", "??", "?%zz"];
    let fragments = ["", "#", "#f", "#a%20b", "#a b", "#%zz", "#!()*", "#é'", "#a#b", "#a%2Fb"];
    let parts: [&[&str]; 7] = [&schemes, &slashes, &users, &hosts, &paths, &queries, &fragments];
    let text: String = parts.iter().map(|part| pick(rng, part)).collect();
    damage(rng, text.into_bytes(), 6)
}

#[test]
fn urls() {
    let mut rng = Rng::with_seed(15);
    let texts: Vec<Vec<u8>> = (0..cases(20_000)).map(|_| url_text(&mut rng)).collect();
    let ours = |text: &Vec<u8>| match Url::parse(text) {
        Ok(u) => {
            let user = u.user.as_ref().map_or(b"none".to_vec(), |user| [b"some:", &user.text()[..]].concat());
            let flags = format!("{} {}", u.force_query, u.omit_host);
            let (path, fragment, whole) = (u.escaped_path(), u.escaped_fragment(), u.text());
            Answer::Ok(fields(&[
                &u.scheme[..],
                &u.opaque,
                &user,
                &u.host,
                u.hostname(),
                u.port(),
                &u.path,
                &path,
                &u.raw_query,
                &u.fragment,
                &fragment,
                flags.as_bytes(),
                &whole,
            ]))
        }
        Err(e) => Answer::Err(e.to_string().into_bytes()),
    };
    compare("url.parse", &texts, Vec::clone, ours, |t| show(t));

    let joins: Vec<[&str; 6]> = (0..cases(10_000))
        .map(|_| {
            let mut one = |texts: &[&'static str]| pick(&mut rng, texts);
            [
                one(&["", "http", "a"]),
                one(&["", "", "", "opaque"]),
                one(&["", "h", "h:1", "é", "a b", "[::1]"]),
                one(&["", "/", "p", "/p q", "a:b", "a/b:c", "*", "é", "//", "/%"]),
                one(&["", "a=b", "é"]),
                one(&["", "f", "f g", "é"]),
            ]
        })
        .collect();
    let ours = |[scheme, opaque, host, path, query, fragment]: &[&str; 6]| {
        let bytes = |text: &str| text.as_bytes().to_vec();
        let url = Url {
            scheme: bytes(scheme),
            opaque: bytes(opaque),
            host: bytes(host),
            path: bytes(path),
            raw_query: bytes(query),
            fragment: bytes(fragment),
            ..Url::default()
        };
        Answer::Ok(url.text())
    };
    compare("url.join", &joins, |j| fields(j), ours, |j| format!("{j:?}"));

    let ours = |text: &Vec<u8>| match url::query_unescape(text) {
        Ok(text) => Answer::Ok(text),
        Err(e) => Answer::Err(e.into_bytes()),
    };
    compare("text.queryunescape", &texts, Vec::clone, ours, |t| show(t));
}
