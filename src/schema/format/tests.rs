use super::check;

// Expected: santhosh-tekuri/jsonschema v6; tests/schema_oracle.rs has the generated ones.
#[test]
fn words_are_the_librarys() {
    for (format, text, want) in [
        ("ipv4", "nope", "expected four decimals"),
        ("ipv4", "1.2.3.x", "strconv.Atoi: parsing \"x\": invalid syntax"),
        ("ipv4", "1.2.3.04", "leading zeros"),
        ("ipv6", "::1::", "ParseAddr(\"::1::\"): multiple :: in address (at \":\")"),
        ("ipv6", "fe80::1%eth0", "zone id is not a part of ipv6 address"),
        ("hostname", "a_b", "invalid character '_'"),
        ("email", "a@b-", "invalid domain: label ends with hyphen"),
        ("date", "2024-02-30", "parsing time \"2024-02-30\": day out of range"),
        ("time", "23:59:60+01:00", "invalid leap second"),
        ("duration", "P1D1Y", "unit 'Y' out of order"),
        ("period", "P1D/x", "invalid end date-time: less than 20 characters long"),
        ("uri", "/a", "relative url"),
        ("uri-template", "/a{b{c", "nested curly braces"),
        ("uuid", "x", "must have 5 elements"),
        ("semver", "1.2", "versionCore must have 3 numbers separated by dot"),
        ("json-pointer", "/a~2", "~ must be followed by 0 or 1"),
        ("relative-json-pointer", "01", "starts with zero"),
        ("regex", "[", "error parsing regexp: missing closing ]: `[`"),
    ] {
        assert_eq!(check(format, text.as_bytes()).as_deref(), Some(want), "{format} {text}");
    }
}

#[test]
fn what_fits_is_not_talked_about() {
    for (format, text) in [
        ("ipv4", "1.2.3.255"),
        ("ipv6", "::ffff:1.2.3.4"),
        ("hostname", "a.b-c."),
        ("email", "\"a b\"@[IPv6:::1]"),
        ("date-time", "2024-02-29t01:02:03.5-00:30"),
        ("time", "23:59:60Z"),
        ("duration", "P1Y2DT3H"),
        ("period", "2024-02-29T01:02:03Z/P1W"),
        ("uri", "urn:a"),
        ("uri-reference", "#a"),
        ("uri-template", "/a{b}"),
        ("semver", "1.2.3-a.1+b"),
        ("relative-json-pointer", "1/a~0"),
        ("nobody-knows", "x"),
    ] {
        assert_eq!(check(format, text.as_bytes()), None, "{format} {text}");
    }
}
