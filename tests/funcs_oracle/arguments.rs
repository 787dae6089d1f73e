//! Arguments that a function can meet, for its sake: the right types mostly, mean values always.

use fastrand::Rng;
use plimsoll::template::funcs::Func;
use plimsoll::value::{Heap, IntType, ListType, MapType, Ty, Value};

use crate::generate::{damage, pick, several, text};
use crate::values;

/// Arguments for one call, as many as the signature wants.
pub fn of<'h>(heap: &Heap<'h>, rng: &mut Rng, func: &Func) -> Vec<Value<'h>> {
    let fixed = func.signature.params.len();
    let count = fixed + if func.signature.variadic.is_some() { rng.usize(..4) } else { 0 };
    let mut args: Vec<Value<'h>> = Vec::new();
    for i in 0..count {
        let ty = func.signature.params.get(i).copied().or(func.signature.variadic).unwrap();
        // Twice the same argument, now and then: equality, needles in haystacks.
        let date = func.name.to_lowercase().contains("date");
        let again = args.iter().copied().find(|_| ty == Ty::Any && !date && rng.u8(..8) == 0);
        let value = again.unwrap_or_else(|| one(heap, rng, func.name, i, ty));
        args.push(value);
    }
    if let ("has" | "mustHas", [needle, haystack]) = (func.name, args.as_mut_slice())
        && rng.bool()
        && let Value::List(list) = *haystack
        && let Some(item) = list.items(heap).first()
    {
        *needle = *item;
    }
    if ["dig"].contains(&func.name) {
        return dig(heap, rng);
    }
    args
}

fn one<'h>(heap: &Heap<'h>, rng: &mut Rng, name: &str, i: usize, ty: Ty) -> Value<'h> {
    match ty {
        Ty::Bool => Value::Bool(rng.bool()),
        Ty::Int => Value::int(integer(rng, name, i)),
        Ty::Float64 => Value::Float(rng.choice([0.0, 0.3, 0.5, 0.7, 1.0, -0.5]).unwrap()),
        Ty::Str => heap.str(string(heap, rng, name, i)),
        Ty::MapAny => match rng.u8(..12) {
            0 => Value::Nil,
            1 => heap.nil_map(MapType::Any),
            _ if name == "urlJoin" => url_parts(heap, rng),
            _ => map(heap, rng, 3),
        },
        Ty::Any => any(heap, rng, name, i),
        other => panic!("no generator for {other:?}"),
    }
}

fn integer(rng: &mut Rng, name: &str, i: usize) -> i64 {
    let small = rng.i64(-3..12);
    match (name, i) {
        // What they make is as large as they are told.
        ("repeat" | "indent" | "nindent" | "until", 0) => small,
        ("untilStep" | "seq", _) => rng.i64(-30..30),
        ("round", 1) => {
            if rng.u8(..3) == 0 {
                rng.i64(-400..400)
            } else {
                small
            }
        }
        _ => match rng.u8(..8) {
            0 => rng.choice([i64::MIN, i64::MAX, 1 << 40, -(1 << 40)]).unwrap(),
            1 => rng.i64(..100),
            _ => small,
        },
    }
}

fn any<'h>(heap: &Heap<'h>, rng: &mut Rng, name: &str, i: usize) -> Value<'h> {
    let number = matches!(
        name,
        "add"
            | "add1"
            | "add1f"
            | "addf"
            | "biggest"
            | "ceil"
            | "div"
            | "divf"
            | "float64"
            | "floor"
            | "int"
            | "int64"
            | "max"
            | "maxf"
            | "min"
            | "minf"
            | "mod"
            | "mul"
            | "mulf"
            | "round"
            | "sub"
            | "subf"
            | "toDecimal"
    );
    if name.starts_with("date") || name.starts_with("htmlDate") {
        // Anything else is the present moment.
        let n = match rng.u8(..3) {
            0 => rng.i64(-100_000_000_000..300_000_000_000),
            _ => rng.i64(0..2_000_000_000),
        };
        let ty = rng.choice([IntType::Int, IntType::Int64, IntType::Int32]).unwrap();
        return Value::Int(ty, if ty == IntType::Int32 { i64::from(n as i32) } else { n });
    }
    if number && rng.u8(..6) != 0 {
        return match rng.u8(..3) {
            0 => heap.str(numeral(rng)),
            1 => Value::Float(values::float(rng)),
            _ => values::leaf(heap, rng),
        };
    }
    if name.to_lowercase().contains("duration") && rng.u8(..8) != 0 {
        return match rng.u8(..4) {
            0 => Value::int64(values::integer(rng)),
            1 => values::leaf(heap, rng),
            _ => heap.str(duration(rng)),
        };
    }
    let list = matches!(
        name.trim_start_matches("must").to_lowercase().as_str(),
        "append"
            | "push"
            | "prepend"
            | "first"
            | "rest"
            | "last"
            | "initial"
            | "reverse"
            | "uniq"
            | "compact"
            | "without"
            | "slice"
            | "sortalpha"
            | "tostrings"
    ) && i == 0
        || matches!(name, "join" | "chunk" | "mustChunk" | "has" | "mustHas") && i == 1
        || name == "concat";
    if list && rng.u8(..8) != 0 {
        return match rng.u8(..6) {
            0 => heap.str_list((0..rng.usize(..5)).map(|_| text(rng, 2)).collect::<Vec<_>>()),
            1 => {
                let items: Vec<_> = (0..rng.usize(..5)).map(|_| Value::int(rng.i64(-2..3))).collect();
                heap.list(ListType::Int, &items)
            }
            // Beyond its end a byte slice can be sliced up to its capacity, which the wire does not carry.
            2 if !name.to_lowercase().contains("slice") => heap.bytes(text(rng, 3)),
            _ => {
                let items: Vec<_> = (0..rng.usize(..6))
                    .map(|_| {
                        if rng.bool() { heap.str(pick(rng, &["a", "b", "", "ab"])) } else { values::any(heap, rng, 1) }
                    })
                    .collect();
                heap.any_list(&items)
            }
        };
    }
    if name.contains("Slice") || name == "slice" {
        return if rng.u8(..5) == 0 { values::leaf(heap, rng) } else { Value::int(rng.i64(-1..4)) };
    }
    if name == "dict" && i.is_multiple_of(2) && rng.bool() {
        return heap.str(pick(rng, &["a", "b", "c"]));
    }
    if name.to_lowercase().contains("toml") && rng.u8(..4) != 0 {
        return map(heap, rng, 3);
    }
    values::any(heap, rng, 3)
}

/// Maps that overlap, so that merging has something to do.
fn map<'h>(heap: &Heap<'h>, rng: &mut Rng, depth: u32) -> Value<'h> {
    let map = heap.map(MapType::Any);
    for _ in 0..rng.usize(..5) {
        let key = heap.bstr(pick(rng, &["a", "b", "c", "d", "e", "scheme", ""]));
        let value = match rng.u8(..5) {
            0 | 1 if depth > 0 => self::map(heap, rng, depth - 1),
            // Their elements are no interfaces: what merging does to them depends on the order of the map.
            2 => heap.str(text(rng, 2)),
            3 => {
                let items: Vec<_> = (0..rng.usize(..3)).map(|_| values::leaf(heap, rng)).collect();
                heap.any_list(&items)
            }
            _ => values::leaf(heap, rng),
        };
        map.set(heap, key, value);
    }
    Value::Map(map)
}

fn dig<'h>(heap: &Heap<'h>, rng: &mut Rng) -> Vec<Value<'h>> {
    let mut args: Vec<_> = (0..rng.usize(..4)).map(|_| heap.str(pick(rng, &["a", "b", "c"]))).collect();
    if rng.u8(..8) == 0 {
        args.push(values::leaf(heap, rng));
    }
    args.push(values::leaf(heap, rng));
    args.push(if rng.u8(..10) == 0 { values::any(heap, rng, 1) } else { map(heap, rng, 3) });
    args
}

fn url_parts<'h>(heap: &Heap<'h>, rng: &mut Rng) -> Value<'h> {
    let map = heap.map(MapType::Any);
    for key in ["scheme", "host", "path", "query", "opaque", "fragment", "userinfo"] {
        let value = match rng.u8(..8) {
            0..4 => continue,
            4 if rng.u8(..8) == 0 => values::leaf(heap, rng),
            4 | 5 => heap.str(text(rng, 3)),
            _ => heap.str(several(
                rng,
                3,
                &["http", "a", "b.c", ":", "/", "//", "x:y", "%20", "@", "?", "é", "8080", "[::1]"],
            )),
        };
        map.set(heap, heap.bstr(key), value);
    }
    Value::Map(map)
}

fn numeral(rng: &mut Rng) -> Vec<u8> {
    let n = values::integer(rng);
    let plain = match rng.u8(..9) {
        0 => format!("{n}"),
        1 => format!("{n:#x}"),
        2 => format!("0{}", rng.u16(..)),
        3 => format!("{}.0", n),
        4 => format!("{}", values::float(rng)),
        5 => format!("{:e}", values::float(rng)),
        6 => format!("{}_000", rng.u8(..)),
        7 => pick(rng, &["inf", "-Infinity", "NaN", "0b101", "0o17", "1e400", "+5", ".5", "5.", "0x1p-2", "8.00"])
            .to_string(),
        _ => format!("{}", rng.u16(..)),
    };
    damage(rng, plain.into_bytes(), 12)
}

fn duration(rng: &mut Rng) -> Vec<u8> {
    let mut out = several(rng, 1, &["-", "+", " "]);
    for _ in 0..rng.usize(..4) {
        out += &format!("{}", rng.u16(..));
        out += pick(rng, &["h", "m", "s", "ms", "us", "µs", "ns", ".5s", "d", ""]);
    }
    damage(rng, out.into_bytes(), 12)
}

/// A string that means something to the function, or any.
fn string<'h>(heap: &Heap<'h>, rng: &mut Rng, name: &str, i: usize) -> Vec<u8> {
    if rng.u8(..6) == 0 {
        return text(rng, 6);
    }
    let lower = name.to_lowercase();
    let made = match (lower.as_str(), i) {
        ("atoi", _) => return numeral(rng),
        ("tojson" | "mustfromjson" | "fromjson" | "fromjsonarray", 0) => {
            let value = values::any(heap, rng, 3);
            match plimsoll::go::json::marshal(heap, value, plimsoll::go::json::Escape::Html) {
                Ok(json) => json.to_string(),
                Err(_) => "{}".into(),
            }
        }
        ("fromyaml" | "fromyamlarray", 0) => several(
            rng,
            6,
            &[
                "a: 1\n",
                "b:\n  c: [1, 2]\n",
                "- x\n",
                "- y: z\n",
                "a: &x {p: q}\n",
                "d: *x\n",
                "e: 1e3\n",
                "f: ~\n",
                "---\n",
                "\"q\": yes\n",
                "null",
                "5",
                "~: 1\n",
                "1: 2\n",
            ],
        ),
        ("fromtoml", 0) => several(
            rng,
            6,
            &[
                "a = 1\n",
                "b = \"x\"\n",
                "[t]\n",
                "[t.u]\n",
                "[[l]]\n",
                "c = [1, 2]\n",
                "d = 1.5\n",
                "e = true\n",
                "f = {g = 1}\n",
                "# x\n",
                "h = 1979-05-27T07:32:00Z\n",
                "a.b = 2\n",
            ],
        ),
        (_, 0) if lower.contains("regex") => several(
            rng,
            4,
            &[
                "a",
                "b+",
                "[a-c]*",
                "(x|y)",
                ".",
                "^",
                "$",
                "\\d+",
                "(?i)H",
                "\\s",
                "(a)(b)?",
                "\\b",
                "[^/]+",
                "é",
                "(?P<n>l+)",
                "*",
                "(",
            ],
        ),
        (_, 2) if lower.contains("regexreplace") => {
            several(rng, 4, &["$1", "${1}", "x", "$n", "$$", "${n}y", "-", "$"])
        }
        ("semver" | "semvercompare", _) if !(lower == "semvercompare" && i == 0) => {
            several(rng, 1, &["v"])
                + pick(rng, &["1.2.3", "1.2", "1", "0.0.1", "2.0.0-rc.1", "1.28.3+gke.1", "01.2", "1.2.3-", "x"])
        }
        ("semvercompare", 0) => {
            let operator = pick(rng, &["", "=", "!=", ">", "<", ">=", "<=", "~", "^", ">= "]);
            let version = pick(rng, &["1.2.3", "1.2", "1.x", "*", "2-0", "1.2.3-0", "1.2 - 2", "v1"]);
            let more = pick(rng, &["", "", ", <2", " || 3", " <5"]);
            format!("{operator}{version}{more}")
        }
        ("urlparse", _) => several(
            rng,
            6,
            &["http", "s", "://", "host", ":80", "/p", "?q=1", "#f", "u:p@", "%41", "[::1]", "mailto:", "a b", "é"],
        ),
        ("b64dec" | "b32dec" | "decryptaes", _) if !(lower == "decryptaes" && i == 0) => {
            let data = text(rng, 30);
            if lower == "b32dec" {
                plimsoll::go::encode::base32_encode(&data)
            } else {
                plimsoll::go::encode::base64_encode(&data)
            }
        }
        ("todate" | "musttodate", 0) => {
            pick(rng, &["2006-01-02", "2006-01-02T15:04:05Z07:00", "Jan 2 2006", "15:04"]).into()
        }
        ("todate" | "musttodate", 1) => {
            format!("20{:02}-{:02}-{:02}", rng.u8(..40), rng.u8(..14), rng.u8(..33))
                + pick(rng, &["", "T10:20:30Z", "T10:20:30+02:00"])
        }
        ("date" | "dateinzone" | "date_in_zone", 0) => several(
            rng,
            5,
            &[
                "2006", "01", "Jan", "02", "_2", "15", "03", "04", "05", "PM", "MST", "-0700", "Z07:00", "Monday",
                ".000", " ", "-", ":",
            ],
        ),
        ("dateinzone" | "date_in_zone", 2) | ("htmldateinzone", 1) => {
            pick(rng, &["UTC", "", "Local", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Nowhere", "../etc"])
                .into()
        }
        ("typeis" | "typeislike", 0) => {
            pick(rng, &["string", "int", "float64", "[]interface {}", "map[string]interface {}", "<nil>", "bool"])
                .into()
        }
        ("kindis", 0) => pick(rng, &["string", "int", "float64", "slice", "map", "invalid", "bool"]).into(),
        ("get" | "set" | "unset" | "haskey", 1) | ("pluck", 0) => pick(rng, &["a", "b", "c", "zz", ""]).into(),
        ("pick" | "omit", _) => pick(rng, &["a", "b", "c", "zz"]).into(),
        ("base" | "dir" | "clean" | "ext" | "isabs" | "osbase" | "osdir" | "osclean" | "osext" | "osisabs", _) => {
            several(rng, 6, &["/", "a", "b.c", ".", "..", "//", "x.tar.gz", "é"])
        }
        (
            "replace" | "split" | "splitlist" | "splitn" | "trimall" | "trimprefix" | "trimsuffix" | "contains"
            | "hasprefix" | "hassuffix",
            0,
        ) => several(rng, 1, &["a", "b", "ab", ".", "é", " "]),
        _ => {
            let words = several(
                rng,
                6,
                &["a", "b", "ab", "Hello", "world", " ", "\n", "-", "_", "é", "HTTP", "2x", ".", "a long word list "],
            );
            return damage(rng, words.into_bytes(), 10);
        }
    };
    damage(rng, made.into_bytes(), 12)
}
