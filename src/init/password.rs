//! Where passwords come from: a file, a variable, standard input, the operating system's randomness. Never the command line,
//! which every process of the machine can read.

use std::io::Read;

use super::wrong;
use crate::diagnostic::{Kind, Refusal};

/// More than any password.
const LONGEST: u64 = 64 << 10;

/// From a file, without the line end that editors leave.
pub fn from_file(flag: &str, path: &str) -> Result<String, Refusal> {
    let file = std::fs::File::open(path).map_err(|e| wrong(flag, format!("the file cannot be read: {e}")))?;
    read(flag, file)
}

/// From standard input, to its end.
pub fn from_stdin(flag: &str) -> Result<String, Refusal> {
    read(flag, std::io::stdin().lock())
}

/// From a variable of the environment.
pub fn from_env(flag: &str, name: &str) -> Result<String, Refusal> {
    std::env::var(name).map_err(|_| wrong(flag, "this variable is not set, or is not UTF-8"))
}

fn read(flag: &str, from: impl Read) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    from.take(LONGEST).read_to_end(&mut bytes).map_err(|e| wrong(flag, format!("cannot be read: {e}")))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong(flag, "is not UTF-8"))?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |t| t.strip_suffix('\r').unwrap_or(t));
    Ok(line.to_string())
}

/// A new one: 32 letters and digits, 190 bits.
pub fn generate() -> Result<String, Refusal> {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut out = String::with_capacity(32);
    while out.len() < 32 {
        let mut bytes = [0u8; 64];
        getrandom::fill(&mut bytes).map_err(|e| Refusal::new(Kind::Undecided, format!("no randomness: {e}")))?;
        // Bytes beyond the last whole round of letters would make some letters likelier.
        let letters = bytes.iter().filter(|b| **b < 248).filter_map(|b| LETTERS.get(usize::from(*b) % LETTERS.len()));
        out.extend(letters.map(|b| char::from(*b)).take(32 - out.len()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_dropped_and_no_more() {
        let is = |text: &str, want: &str| assert_eq!(read("x", text.as_bytes()).unwrap(), want);
        is("a\n", "a");
        is("a\r\n", "a");
        is("a\n\n", "a\n");
        is(" a ", " a ");
        let (a, b) = (generate().unwrap(), generate().unwrap());
        assert!(a != b && a.len() == 32 && a.bytes().all(|c| c.is_ascii_alphanumeric()));
    }
}
