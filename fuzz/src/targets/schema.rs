//! values.schema.json, before values that reach into it.

use plimsoll::values::Overrides;

use super::whole;

pub const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"type\":\"object\"",
    "\"type\":[\"string\",\"null\"]",
    "\"properties\":{\"a\":",
    "\"patternProperties\":{\"^a\":",
    "\"additionalProperties\":false",
    "\"required\":[\"a\",\"z\"]",
    "\"$ref\":\"#\"",
    "\"$ref\":\"#/$defs/d\"",
    "\"$ref\":\"file:///x\"",
    "\"$ref\":\"urn:x\"",
    "\"$defs\":{\"d\":",
    "\"allOf\":[",
    "\"anyOf\":[{}",
    "\"oneOf\":[{},",
    "\"not\":{}",
    "\"if\":{},\"then\":",
    "\"items\":{}",
    "\"uniqueItems\":true",
    "\"minimum\":1",
    "\"multipleOf\":0.1",
    "\"pattern\":\"^(a+)+$\"",
    "\"format\":\"date-time\"",
    "\"enum\":[1,null,\"a\"]",
    "\"const\":1.0",
    "\"$schema\":\"http://json-schema.org/draft-07/schema#\"",
    "\"$schema\":\"https://json-schema.org/draft/2019-09/schema\"",
    "\"$id\":\"x\"",
    "\"$dynamicRef\":\"#a\"",
    "\"$dynamicAnchor\":\"a\"",
    "\"unevaluatedProperties\":false",
    "\"dependentRequired\":{\"a\":[\"b\"]}",
    "\"minLength\":-1",
    "\"maxItems\":1e400",
    "true",
    "null",
    "1e999",
    "\"\\ud800\"",
];

pub fn run(data: &[u8]) {
    // Most inputs are balanced, or nothing would come past the parser.
    let mut text = vec![b'{'];
    let mut open = vec![b'}'];
    let mut quoted = false;
    for (i, byte) in data.iter().enumerate() {
        match byte {
            b'"' if i == 0 || data[i - 1] != b'\\' => quoted = !quoted,
            b'{' if !quoted => open.push(b'}'),
            b'[' if !quoted => open.push(b']'),
            b'}' | b']' if !quoted => {
                let Some(at) = open.iter().rposition(|o| o == byte).filter(|at| *at > 0) else { continue };
                text.extend(open.drain(at + 1..).rev());
                open.truncate(at);
            }
            _ => {}
        }
        // Two members need a comma between them.
        if *byte == b'"' && quoted && matches!(text.last(), Some(b'"' | b'}' | b']' | b'e' | b'0'..=b'9')) {
            text.push(b',');
        }
        text.push(*byte);
    }
    if quoted {
        text.push(b'"');
    }
    text.extend(open.iter().rev());
    let values = b"a: 1\nb: [x, {y: null}, 2.5, [1, 1]]\nc: {d: {e: aaaa}}\n";
    for schema in [data, &text] {
        let folder = whole::folder(&[("values.schema.json", schema), ("values.yaml", values)]);
        whole::render_all(folder.path(), &Overrides::default());
    }
}
