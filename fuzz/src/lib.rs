//! Fuzz targets: each is a function of bytes that must not panic, hang or contradict itself, whatever the bytes are.
//!
//! What is compared with the real Go libraries stands in the oracle tests; here no oracle is needed.

pub mod generate;
pub mod targets;

/// A target: what it is called, the pieces that its inputs are made of, and what it does with an input.
pub struct Target {
    pub name: &'static str,
    pub pieces: &'static [&'static str],
    pub run: fn(&[u8]),
}

pub const TARGETS: [Target; 7] = [
    Target { name: "yaml", pieces: targets::yaml::PIECES, run: targets::yaml::run },
    Target { name: "numbers", pieces: targets::numbers::PIECES, run: targets::numbers::run },
    Target { name: "regexps", pieces: targets::regexps::PIECES, run: targets::regexps::run },
    Target { name: "templates", pieces: targets::templates::PIECES, run: targets::templates::run },
    Target { name: "set", pieces: targets::set::PIECES, run: targets::set::run },
    Target { name: "archives", pieces: targets::archives::PIECES, run: targets::archives::run },
    Target { name: "schema", pieces: targets::schema::PIECES, run: targets::schema::run },
];
