//! Schemas over all keywords of all drafts, and values that have a chance to satisfy them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const NAMES: [&str; 8] = ["a", "b", "c", "x", "a/b", "p~q", "é", "a b"];

fn one<'a, T: ?Sized>(rng: &mut Rng, of: &[&'a T]) -> &'a T {
    of[rng.usize(..of.len())]
}

fn name(rng: &mut Rng) -> String {
    one(rng, &NAMES[..]).into()
}

const STRINGS: [&str; 16] = [
    "",
    "a",
    "b",
    "abc",
    "héllo",
    "it's",
    "say \"hi\"",
    "1.2.3.4",
    "2024-02-29",
    "x\ny",
    "a.b",
    "10",
    "true",
    "\\",
    "a@b.c",
    "P1D",
];

const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "5",
    "10",
    "1.5",
    "0.1",
    "0.3",
    "1000",
    "12345",
    "-70000",
    "65535",
    "1e3",
    "1E5",
    "1.0",
    "2.50",
    "1234567.891",
    "9007199254740993",
    "1e21",
    "1e-7",
];

fn number(rng: &mut Rng) -> Value {
    serde_json::from_str(one(rng, &NUMBERS[..])).unwrap()
}

fn scalar(rng: &mut Rng) -> Value {
    match rng.u8(..7) {
        0 => Value::Null,
        1 => Value::Bool(rng.bool()),
        2 | 3 => number(rng),
        _ => one(rng, &STRINGS[..]).into(),
    }
}

fn value(rng: &mut Rng, depth: u32) -> Value {
    match rng.u8(..6) {
        0 | 1 if depth > 0 => object(rng, depth - 1),
        2 if depth > 0 => (0..rng.u8(..5)).map(|_| value(rng, depth - 1)).collect(),
        _ => scalar(rng),
    }
}

fn object(rng: &mut Rng, depth: u32) -> Value {
    Value::Object((0..rng.u8(..5)).map(|_| (name(rng), value(rng, depth))).collect())
}

/// Values as a chart has them: a map.
pub fn values(rng: &mut Rng) -> Value {
    let depth = rng.u32(1..4);
    object(rng, depth)
}

const DRAFTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// What a generated schema may refer to.
struct Maker<'r> {
    rng: &'r mut Rng,
    draft: usize,
    /// One keyword in so many is wrong on purpose; 0 is never.
    wrong: u8,
}

/// A whole schema.
pub fn schema(rng: &mut Rng) -> Value {
    let draft = rng.usize(..5);
    let wrong = if rng.u8(..5) == 0 { 12 } else { 0 };
    let mut maker = Maker { rng, draft, wrong };
    let depth = maker.rng.u32(1..4);
    let mut root = match maker.schema(depth) {
        Value::Object(root) => root,
        other if maker.rng.u8(..4) == 0 => return other,
        _ => Map::new(),
    };
    if draft != 4 || maker.rng.bool() {
        root.insert("$schema".into(), DRAFTS[draft].into());
    }
    let definitions = if draft >= 3 { "$defs" } else { "definitions" };
    let mut members = Map::new();
    for name in ["one", "two", "three"] {
        members.insert(name.into(), maker.definition(name));
    }
    root.insert(definitions.into(), members.into());
    match maker.rng.u8(..12) {
        0 => drop(root.insert(maker.id(), "https://example.com/root.json".into())),
        1 => drop(root.insert(maker.id(), "urn:example:root".into())),
        2 if draft == 3 => drop(root.insert("$recursiveAnchor".into(), true.into())),
        3 if draft == 4 => drop(root.insert("$dynamicAnchor".into(), "dyn".into())),
        4 if maker.wrong > 0 => {
            let odd = [
                "urn:my:schema",
                "nobody",
                "json-schema.org/draft-07/schema",
                "http://[::1",
                "",
                "https://json-schema.org/draft-04/schema",
            ];
            root.insert("$schema".into(), one(maker.rng, &odd[..]).into());
        }
        _ => {}
    }
    Value::Object(root)
}

impl Maker<'_> {
    fn id(&self) -> String {
        if self.draft == 0 { "id" } else { "$id" }.into()
    }

    fn definition(&mut self, name: &str) -> Value {
        let mut schema = self.schema(1);
        let Some(object) = schema.as_object_mut() else { return schema };
        if self.draft < 3 && object.contains_key("$ref") {
            return schema;
        }
        match self.rng.u8(..8) {
            0 => drop(object.insert(self.id(), format!("{name}.json").into())),
            1 if self.draft < 3 => drop(object.insert(self.id(), format!("#anchor-{name}").into())),
            1 | 2 if self.draft >= 3 => drop(object.insert("$anchor".into(), format!("anchor-{name}").into())),
            3 if self.draft == 4 => drop(object.insert("$dynamicAnchor".into(), "dyn".into())),
            4 if self.draft == 3 => {
                object.insert(self.id(), format!("{name}.json").into());
                object.insert("$recursiveAnchor".into(), true.into());
            }
            5 if self.draft == 4 => {
                object.insert(self.id(), format!("{name}.json").into());
                object.insert("$dynamicAnchor".into(), "dyn".into());
            }
            6 => {
                // A resource in another draft.
                let other = self.rng.usize(..5);
                object.insert("$schema".into(), DRAFTS[other].into());
                if self.rng.bool() {
                    object.insert(if other == 0 { "id" } else { "$id" }.into(), format!("{name}.json").into());
                }
            }
            _ => {}
        }
        schema
    }

    fn reference(&mut self) -> String {
        let definitions = if self.draft >= 3 { "$defs" } else { "definitions" };
        let target = one(self.rng, &["one", "two", "three"][..]);
        match self.rng.u8(..20) {
            0..=8 => format!("#/{definitions}/{target}"),
            9 => "#".into(),
            10 => format!("#anchor-{target}"),
            11 => format!("{target}.json"),
            12 => "#/properties/a".into(),
            13 => DRAFTS[self.rng.usize(..5)].into(),
            14 => format!("urn:unknown:{target}"),
            15 => one(
                self.rng,
                &["#/properties/a~1b", "#/allOf/0", "#/items", "#/x%20y", "#/not", "#dyn", "#/anyOf/00"][..],
            )
            .into(),
            16 if self.wrong > 0 => {
                let odd = [
                    "nobody:x",
                    "#/a~2",
                    "#%zz",
                    "http://[::1",
                    "urn:a:b#/c",
                    "urn:a:b#c",
                    "#/nowhere",
                    "%%",
                    "#nowhere",
                ];
                one(self.rng, &odd[..]).into()
            }
            _ => format!("#/{definitions}/one"),
        }
    }

    fn schemas(&mut self, depth: u32, most: u8) -> Value {
        let count = self.rng.u8(if self.wrong > 0 { 0 } else { 1 }..=most);
        (0..count).map(|_| self.schema(depth)).collect()
    }

    fn members(&mut self, depth: u32) -> Value {
        Value::Object((0..self.rng.u8(1..4)).map(|_| (name(self.rng), self.schema(depth))).collect())
    }

    fn names(&mut self) -> Value {
        let mut names: Vec<String> = (0..self.rng.u8(1..4)).map(|_| name(self.rng)).collect();
        if self.wrong == 0 {
            names.sort();
            names.dedup();
        }
        names.into()
    }

    fn pattern(&mut self) -> String {
        let good = [
            "^a",
            "b$",
            "^[a-z]+$",
            "a|b",
            "\\d+",
            ".",
            "^\\pL{2}",
            "(?i)ABC",
            "\\Qa.\\E",
            "^x\\z",
            "[[:alpha:]]",
            "\\w\\W?",
            "^(?P<n>a)b?$",
            "\\s",
            "é",
        ];
        let bad = ["[", "(?=a)", "a{2000}", "(", "\\1", "*"];
        if self.wrong > 0 && self.rng.u8(..4) == 0 { one(self.rng, &bad[..]) } else { one(self.rng, &good[..]) }.into()
    }

    fn schema(&mut self, depth: u32) -> Value {
        match self.rng.u8(..20) {
            0 if self.draft > 0 || self.wrong > 0 => return true.into(),
            1 if self.draft > 0 || self.wrong > 0 => return false.into(),
            2 => return json!({}),
            3 if self.wrong > 0 => return scalar(self.rng),
            _ => {}
        }
        let mut out = Map::new();
        for _ in 0..self.rng.u8(1..4) {
            let (keyword, value) = self.keyword(depth);
            let value =
                if self.wrong > 0 && self.rng.u8(..self.wrong) == 0 { value_of_any_kind(self.rng) } else { value };
            out.insert(keyword.into(), value);
        }
        Value::Object(out)
    }

    fn keyword(&mut self, depth: u32) -> (&'static str, Value) {
        let deep = depth > 0;
        let below = depth.saturating_sub(1);
        let count = |rng: &mut Rng| Value::from(rng.u8(..5));
        match self.rng.u8(..50) {
            0..=3 => ("type", self.types()),
            4 => ("enum", self.choices()),
            5 => ("const", value(self.rng, 1)),
            6..=11 if deep => ("properties", self.members(below)),
            12 if deep => {
                let members = (0..self.rng.u8(1..3)).map(|_| (self.pattern(), self.schema(below)));
                ("patternProperties", Value::Object(members.collect()))
            }
            13 | 14 if deep => ("additionalProperties", self.schema_or_bool(below)),
            15 => ("required", self.names()),
            16 if deep => ("dependencies", self.dependencies(below)),
            17 => {
                let names = (0..self.rng.u8(1..3)).map(|_| (name(self.rng), self.names()));
                ("dependentRequired", Value::Object(names.collect()))
            }
            18 if deep => ("dependentSchemas", self.members(below)),
            19 if deep => ("propertyNames", self.schema(below)),
            20 => ("minProperties", count(self.rng)),
            21 => ("maxProperties", count(self.rng)),
            22 => ("minItems", count(self.rng)),
            23 => ("maxItems", count(self.rng)),
            24 => ("uniqueItems", self.rng.bool().into()),
            25 if deep => {
                ("items", if self.rng.bool() && self.draft < 4 { self.schemas(below, 3) } else { self.schema(below) })
            }
            26 if deep => ("prefixItems", self.schemas(below, 3)),
            27 if deep => ("additionalItems", self.schema_or_bool(below)),
            28 if deep => ("contains", self.schema(below)),
            29 => ("minContains", count(self.rng)),
            30 => ("maxContains", count(self.rng)),
            31 | 32 if deep => ("allOf", self.schemas(below, 3)),
            33 | 34 if deep => ("anyOf", self.schemas(below, 3)),
            35 | 36 if deep => ("oneOf", self.schemas(below, 3)),
            37 if deep => ("not", self.schema(below)),
            38 if deep => ("if", self.schema(below)),
            39 if deep => ("then", self.schema(below)),
            40 if deep => ("else", self.schema(below)),
            41 if deep => ("unevaluatedProperties", self.schema_or_bool(below)),
            42 if deep => ("unevaluatedItems", self.schema_or_bool(below)),
            43 => ("pattern", self.pattern().into()),
            44 => (one(self.rng, &["minLength", "maxLength"][..]), count(self.rng)),
            45 => (one(self.rng, &["minimum", "maximum"][..]), number(self.rng)),
            46 if self.draft == 0 => {
                (one(self.rng, &["exclusiveMinimum", "exclusiveMaximum"][..]), self.rng.bool().into())
            }
            46 => (one(self.rng, &["exclusiveMinimum", "exclusiveMaximum"][..]), number(self.rng)),
            47 => ("multipleOf", json!(one(self.rng, &[&1.0, &2.0, &0.1, &0.5, &3.0, &1000.0][..]))),
            48 if self.draft == 3 => ("$recursiveRef", "#".into()),
            48 if self.draft == 4 => ("$dynamicRef", one(self.rng, &["#dyn", "#dyn", "one.json#dyn", "#"][..]).into()),
            48 => (one(self.rng, &["contentEncoding", "contentMediaType", "title", "default"][..]), "base64".into()),
            49 => {
                ("format", one(self.rng, &["ipv4", "date", "regex", "uri", "email", "duration", "nobody"][..]).into())
            }
            _ => ("$ref", self.reference().into()),
        }
    }

    fn types(&mut self) -> Value {
        const TYPES: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];
        if self.rng.bool() {
            return one(self.rng, &TYPES[..]).into();
        }
        let first = self.rng.usize(..7);
        (0..self.rng.usize(1..4)).map(|i| TYPES[(first + i) % 7]).collect()
    }

    fn choices(&mut self) -> Value {
        let mut choices: Vec<Value> = Vec::new();
        for _ in 0..self.rng.u8(1..5) {
            let depth = u32::from(self.rng.u8(..6) == 0);
            let choice = value(self.rng, depth);
            if self.wrong > 0 || !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        choices.into()
    }

    fn schema_or_bool(&mut self, depth: u32) -> Value {
        if self.rng.bool() { self.rng.bool().into() } else { self.schema(depth) }
    }

    fn dependencies(&mut self, depth: u32) -> Value {
        let of = |maker: &mut Self| if maker.rng.bool() { maker.names() } else { maker.schema(depth) };
        Value::Object((0..self.rng.u8(1..3)).map(|_| (name(self.rng), of(self))).collect())
    }
}

fn value_of_any_kind(rng: &mut Rng) -> Value {
    value(rng, 1)
}

/// A schema that asks for a format, and a text that is nearly of it.
pub fn format(rng: &mut Rng) -> (String, Value) {
    const SAMPLES: [(&str, &str); 19] = [
        ("json-pointer", "/a~1b/~0/c"),
        ("relative-json-pointer", "10/a~0"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
        ("duration", "P1Y2M3DT4H5M6S"),
        ("duration", "P3W"),
        ("period", "2024-02-29T01:02:03Z/P1DT2H"),
        ("ipv4", "192.168.0.1"),
        ("ipv6", "2001:db8::ffff:1.2.3.4"),
        ("ipv6", "fe80::1%eth0"),
        ("hostname", "a-b.example.com."),
        ("email", "\"x y\"@[IPv6:::1]"),
        ("email", "a.b+c@example-x.com"),
        ("date", "2024-02-29"),
        ("time", "23:59:60.25-01:30"),
        ("date-time", "2024-02-29T23:59:59.5+00:00"),
        ("uri", "https://u:p@[::1]:80/p%20q?x=1#f"),
        ("uri-reference", "../a%2Fb?c#d"),
        ("uri-template", "/a/{b}/%7Bc%7D{d"),
        ("semver", "1.2.3-rc.1+build.5"),
    ];
    const PIECES: [&str; 24] = [
        "0", "9", "a", "Z", "-", ".", ":", "/", "~", "%", "@", "T", "P", "é", "::", "256", "\"", "[", "]", "{", "}",
        "+", " ", "\\",
    ];
    let (mut format, sample) = SAMPLES[rng.usize(..SAMPLES.len())];
    if rng.u8(..8) == 0 {
        format = one(rng, &["iri", "iri-reference", "regex", "uri", "nobody"][..]);
    }
    let mut text: Vec<char> = sample.chars().collect();
    for _ in 0..rng.u8(..4) {
        let at = rng.usize(..=text.len());
        match rng.u8(..3) {
            0 if at < text.len() => drop(text.remove(at)),
            1 if at < text.len() => text.truncate(at),
            _ => {
                let piece = one(rng, &PIECES[..]);
                text.splice(at..at, piece.chars());
            }
        }
    }
    let text: String = text.into_iter().collect();
    let schema = json!({"$schema": DRAFTS[rng.usize(..5)], "additionalProperties": {"format": format}});
    (schema.to_string(), json!({"v": text}))
}

/// A schema's text with something cut out, put in or doubled.
pub fn broken_text(rng: &mut Rng) -> String {
    let mut text: Vec<char> = schema(rng).to_string().chars().collect();
    for _ in 0..rng.u8(1..3) {
        let at = rng.usize(..=text.len());
        match rng.u8(..4) {
            0 => text.truncate(at),
            1 if at < text.len() => drop(text.remove(at)),
            2 => {
                let piece =
                    one(rng, &["\"", "{", "}", "[", "]", ",", ":", "1e", "tru", "\\u12", "\u{1}", " ", "{}"][..]);
                text.splice(at..at, piece.chars());
            }
            _ => text.extend(" \n{}".chars().take(rng.usize(1..5))),
        }
    }
    text.into_iter().collect()
}

/// Limits and numbers near them.
pub fn numbers(rng: &mut Rng) -> (String, Value) {
    let of = |rng: &mut Rng| -> String {
        let digits: String = (0..rng.u8(1..12)).map(|_| char::from(b'0' + rng.u8(..10))).collect();
        let mut text = digits.trim_start_matches('0').to_string();
        if text.is_empty() {
            text.push('0');
        }
        if rng.bool() {
            text.push('.');
            text.extend((0..rng.u8(1..8)).map(|_| char::from(b'0' + rng.u8(..10))));
        }
        if rng.u8(..4) == 0 {
            text += &format!("e{}", rng.i32(-25..25));
        }
        if rng.u8(..4) == 0 { format!("-{text}") } else { text }
    };
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let keyword = one(
        rng,
        &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "const", "enum", "type"][..],
    );
    let limit = of(rng);
    let near = if rng.u8(..3) == 0 { limit.clone() } else { of(rng) };
    let limit = match keyword {
        "multipleOf" => number(limit.trim_start_matches('-')),
        "enum" => json!([number(&limit), 1]),
        "type" => "integer".into(),
        _ => number(&limit),
    };
    let schema = json!({"additionalProperties": {keyword: limit}, "minProperties": rng.u32(..2000)});
    (schema.to_string(), json!({"v": number(&near)}))
}
