//! POSIX shell as far as runbooks use it: quoting, and taking lines apart again. What is not understood is an error.

/// One word that the shell takes as this text.
pub fn quote(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) && !text.starts_with('~') {
        return text.into();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The shell blocks of a Markdown text, in order.
pub fn scripts(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in markdown.lines() {
        match (&mut open, line) {
            (None, "```sh") => open = Some(String::new()),
            (Some(text), "```") => {
                found.push(std::mem::take(text));
                open = None;
            }
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    found
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// With quotes taken away. `inner`: the commands that `$(...)` in it runs.
    Word { text: String, inner: Vec<String> },
    /// `|`, `&&`, `;`
    Join,
    /// `<`, `>`: the next word is a file.
    Redirect,
    /// `<<'WORD'`
    Heredoc(String),
}

/// The tokens of one line. The error is in words.
pub fn words(line: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        if rest.starts_with('#') {
            return Ok(tokens);
        }
        if let Some(after) = rest.strip_prefix("<<'") {
            let (word, after) = after.split_once('\'').ok_or("a here-document without a word")?;
            tokens.push(Token::Heredoc(word.into()));
            rest = after.trim_start();
            continue;
        }
        let joint = ["&&", "|", ";"].iter().find_map(|j| rest.strip_prefix(j));
        if let Some(after) = joint {
            tokens.push(Token::Join);
            rest = after.trim_start();
            continue;
        }
        if let Some(after) = rest.strip_prefix(['<', '>']) {
            tokens.push(Token::Redirect);
            rest = after.trim_start();
            continue;
        }
        let (word, after) = word(rest)?;
        tokens.push(word);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn word(line: &str) -> Result<(Token, &str), String> {
    let (mut text, mut inner) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            ' ' | '\t' => break,
            '\'' => {
                let (quoted, after) = after.split_once('\'').ok_or("a quote that does not end")?;
                text.push_str(quoted);
                rest = after;
            }
            // What a quoted quote is made of.
            '\\' if after.starts_with('\'') => {
                text.push('\'');
                rest = &after[1..];
            }
            '"' => {
                let (command, after) = substitution(after)?;
                text.push_str("$(...)");
                inner.push(command.to_string());
                rest = after;
            }
            '|' | '&' | ';' | '<' | '>' | '(' | ')' | '$' | '`' | '\\' | '*' | '?' | '[' | '{' | '!' | '~' => {
                return Err(format!("{c:?} outside of quotes"));
            }
            c => {
                text.push(c);
                rest = after;
            }
        }
    }
    Ok((Token::Word { text, inner }, rest))
}

/// `$(COMMAND)"`: the only thing that stands in double quotes.
fn substitution(text: &str) -> Result<(&str, &str), String> {
    let body = text.strip_prefix("$(").ok_or("double quotes around something else than $(...)")?;
    let mut quoted = false;
    for (at, c) in body.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            ')' if !quoted => {
                let after = body[at + 1..].strip_prefix('"').ok_or("more than $(...) in double quotes")?;
                return Ok((&body[..at], after));
            }
            _ => {}
        }
    }
    Err("$(...) that does not end".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_undo_quotes_and_unknown_shell_is_an_error() {
        for text in ["a b", "it's", "$(x) `y` \"z\"", "", "~", "a\\b", "{{ x }}", "#x", "\u{fc}", "*"] {
            let line = format!("echo {} x", quote(text));
            let word = Token::Word { text: text.into(), inner: Vec::new() };
            assert_eq!(words(&line).unwrap()[1], word, "{line}");
        }
        let line = "test -z \"$(kubectl get pods -l 'a=b)' -o name)\"";
        let Token::Word { inner, .. } = &words(line).unwrap()[2] else { panic!() };
        assert_eq!(inner, &["kubectl get pods -l 'a=b)' -o name"]);
        for line in ["a $X", "a `b`", "a 'b", "a \"b\"", "a & b", "a*", "(a)", "a\\ b"] {
            assert!(words(line).is_err(), "{line}");
        }
        assert_eq!(scripts("x\n```sh\na\nb\n```\n```yaml\nc\n```\n```sh\nd\n```\n"), ["a\nb\n", "d\n"]);
    }
}
