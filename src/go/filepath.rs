//! Go's `path/filepath` where its rules show: `Match` and its refusals, `Base`, `Clean` (Unix).

use super::utf8;

/// `syntax error in pattern`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPattern;

impl std::fmt::Display for BadPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("syntax error in pattern")
    }
}

/// `filepath.Match`: whether the whole name matches; `*` and `?` do not cross a slash. A pattern is refused only where
/// Go looks at the broken part.
pub fn matches(mut pattern: &[u8], mut name: &[u8]) -> Result<bool, BadPattern> {
    'pattern: while !pattern.is_empty() {
        let (star, chunk, rest) = scan_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains(&b'/'));
        }
        if let Some(left) = match_chunk(chunk, name)?
            && (left.is_empty() || !pattern.is_empty())
        {
            name = left;
            continue;
        }
        if star {
            let reach = name.iter().position(|&b| b == b'/').unwrap_or(name.len());
            for skipped in 1..=reach {
                if let Some(left) = match_chunk(chunk, name.get(skipped..).unwrap_or(b""))? {
                    if pattern.is_empty() && !left.is_empty() {
                        continue;
                    }
                    name = left;
                    continue 'pattern;
                }
            }
        }
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// The next stretch without a star, whether stars stand before it, and what follows.
fn scan_chunk(mut pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let mut star = false;
    while let Some(rest) = pattern.strip_prefix(b"*") {
        (star, pattern) = (true, rest);
    }
    let (mut in_range, mut at) = (false, 0);
    while let Some(&byte) = pattern.get(at) {
        match byte {
            b'\\' if at + 1 < pattern.len() => at += 1,
            b'[' => in_range = true,
            b']' => in_range = false,
            b'*' if !in_range => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = pattern.split_at(at.min(pattern.len()));
    (star, chunk, rest)
}

/// What is left of `name` after `chunk`; the whole chunk is checked even when the match has failed.
fn match_chunk<'n>(mut chunk: &[u8], mut name: &'n [u8]) -> Result<Option<&'n [u8]>, BadPattern> {
    let mut failed = false;
    while let Some((&op, rest)) = chunk.split_first() {
        failed |= name.is_empty();
        chunk = rest;
        match op {
            b'[' => {
                let rune = if failed { None } else { take_rune(&mut name).map(|(c, _)| c) };
                let negated = chunk.strip_prefix(b"^");
                chunk = negated.unwrap_or(chunk);
                let mut hit = false;
                let mut ranges = 0;
                loop {
                    if let (Some(rest), true) = (chunk.strip_prefix(b"]"), ranges > 0) {
                        chunk = rest;
                        break;
                    }
                    let low = class_rune(&mut chunk)?;
                    let mut high = low;
                    if let Some(rest) = chunk.strip_prefix(b"-") {
                        chunk = rest;
                        high = class_rune(&mut chunk)?;
                    }
                    // Once failed, Go compares with rune 0; the outcome no longer matters.
                    hit |= rune.is_some_and(|r| low <= r && r <= high);
                    ranges += 1;
                }
                failed |= hit == negated.is_some();
            }
            b'?' => {
                if !failed {
                    failed = name.first() == Some(&b'/');
                    take_rune(&mut name);
                }
            }
            mut literal => {
                if literal == b'\\' {
                    let (&escaped, rest) = chunk.split_first().ok_or(BadPattern)?;
                    (literal, chunk) = (escaped, rest);
                }
                if !failed && let Some((&first, rest)) = name.split_first() {
                    failed = first != literal;
                    name = rest;
                }
            }
        }
    }
    Ok((!failed).then_some(name))
}

/// `getEsc`: one end of a range; a class must not end right after it.
fn class_rune(chunk: &mut &[u8]) -> Result<char, BadPattern> {
    if matches!(chunk.first(), None | Some(b'-' | b']')) {
        return Err(BadPattern);
    }
    if let Some(rest) = chunk.strip_prefix(b"\\") {
        *chunk = rest;
    }
    match take_rune(chunk) {
        Some((_, false)) | None => Err(BadPattern),
        Some(_) if chunk.is_empty() => Err(BadPattern),
        Some((rune, true)) => Ok(rune),
    }
}

/// Takes a rune off the front, and whether it was encoded well.
fn take_rune(text: &mut &[u8]) -> Option<(char, bool)> {
    let rune = utf8::decode(text)?;
    *text = text.get(rune.width..).unwrap_or(b"");
    Some((rune.char, rune.valid))
}

/// `filepath.Base`: the last element; `.` of nothing, `/` of slashes.
pub fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|&b| b != b'/').map_or(0, |at| at + 1);
    let path = path.get(..end).unwrap_or(b"");
    match path.iter().rposition(|&b| b == b'/') {
        _ if path.is_empty() => b"/",
        Some(slash) => path.get(slash + 1..).unwrap_or(b""),
        None => path,
    }
}

/// `filepath.Ext`: from the last dot of the last element.
pub fn ext(path: &[u8]) -> &[u8] {
    let element = path.rsplit(|&b| b == b'/').next().unwrap_or(b"");
    element.iter().rposition(|&b| b == b'.').and_then(|at| element.get(at..)).unwrap_or(b"")
}

/// `path.Clean`.
pub fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in path.split(|&b| b == b'/') {
        match element {
            b"" | b"." => {}
            b".." => match kept.last() {
                Some(&last) if last != b".." => {
                    kept.pop();
                }
                _ if rooted => {}
                _ => kept.push(element),
            },
            _ => kept.push(element),
        }
    }
    let joined = kept.join(b"/".as_slice());
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/".as_slice(), &joined].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected: Go's path/filepath (its documentation's own examples, and runs of it).
    #[test]
    fn names_are_taken_apart() {
        let bases = [("", "."), ("/", "/"), ("///", "/"), ("a", "a"), ("a/", "a"), ("/a/b//", "b"), ("..", "..")];
        for (path, want) in bases {
            assert_eq!(base(path.as_bytes()), want.as_bytes(), "{path}");
        }
        for (path, want) in [("a.tgz", ".tgz"), ("a.b/c", ""), (".x", ".x"), ("a.", "."), ("", "")] {
            assert_eq!(ext(path.as_bytes()), want.as_bytes(), "{path}");
        }
        let cleaned =
            [("", "."), ("a/../b", "b"), ("../a", "../a"), ("/../a", "/a"), ("a//b/.", "a/b"), ("a/../..", "..")];
        for (path, want) in cleaned {
            assert_eq!(clean(path.as_bytes()), want.as_bytes(), "{path}");
        }
    }
}
