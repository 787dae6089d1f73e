//! The finished text, read back before it is printed: every command line by its own flags, every here-document as what its
//! name says, and no connection string or known secret anywhere.

use super::commands::Program;
use super::shell::{Token, scripts, words};
use crate::redact::{Secrets, passwords_of_urls};

/// What is wrong with a runbook, in words: a fault of this program, or a name that it cannot handle.
pub fn check(text: &str, secrets: &Secrets) -> Result<usize, String> {
    if secrets.hide(text) != text {
        return Err("it would hold a secret".into());
    }
    if passwords_of_urls(text).next().is_some() {
        return Err("it would hold a password".into());
    }
    let mut commands = 0;
    for script in scripts(text) {
        let mut lines = script.lines();
        while let Some(line) = lines.next() {
            let tokens = words(line).map_err(|why| format!("{line:?}: {why}"))?;
            commands += simple(&tokens).map_err(|why| format!("{line:?}: {why}"))?;
            let (file, end) = heredoc(&tokens);
            if let Some(end) = end {
                let mut body = String::new();
                loop {
                    let Some(line) = lines.next() else { return Err(format!("{line:?}: no line {end}")) };
                    if line == end {
                        break;
                    }
                    body.push_str(line);
                    body.push('\n');
                }
                document(file.unwrap_or_default(), &body).map_err(|why| format!("{line:?}: {why}"))?;
            }
        }
    }
    if commands == 0 { Err("it would say nothing to do".into()) } else { Ok(commands) }
}

/// The commands of one line.
fn simple(tokens: &[Token]) -> Result<usize, String> {
    let mut commands = 0;
    for part in tokens.split(|token| *token == Token::Join) {
        let mut words = Vec::new();
        let mut part = part.iter();
        while let Some(token) = part.next() {
            match token {
                Token::Redirect => match part.next() {
                    Some(Token::Word { .. }) => {}
                    _ => return Err("a redirection to nothing".into()),
                },
                Token::Word { text, inner } => {
                    for command in inner {
                        commands += simple(&super::shell::words(command)?)?;
                    }
                    words.push(text.as_str());
                }
                Token::Heredoc(_) | Token::Join => {}
            }
        }
        if words.is_empty() && tokens.is_empty() {
            continue;
        }
        commands += command(&words)?;
    }
    Ok(commands)
}

fn command(words: &[&str]) -> Result<usize, String> {
    let (program, rest) = Program::find(words).ok_or_else(|| format!("no such command: {:?}", words.first()))?;
    match program.check(rest)? {
        None => Ok(1),
        Some(inner) => Ok(1 + command(inner)?),
    }
}

fn heredoc(tokens: &[Token]) -> (Option<&str>, Option<&str>) {
    let end = tokens.iter().find_map(|token| match token {
        Token::Heredoc(word) => Some(word.as_str()),
        _ => None,
    });
    let file = tokens.windows(2).find_map(|pair| match pair {
        [Token::Redirect, Token::Word { text, .. }] => Some(text.as_str()),
        _ => None,
    });
    (file, end)
}

/// A file that the runbook writes.
fn document(file: &str, body: &str) -> Result<(), String> {
    if body.trim().is_empty() {
        return Err("an empty file".into());
    }
    if file.ends_with(".yaml") {
        serde_yaml::from_str::<serde_json::Value>(body).map_err(|e| e.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_printed() {
        let verdict = |script: &str| check(&format!("# x\n```sh\n{script}\n```\n"), &Secrets::new());
        assert_eq!(
            verdict("kubectl -n a get pods"),
            Err("\"kubectl -n a get pods\": no such command: Some(\"kubectl\")".into())
        );
        assert_eq!(verdict("kubectl exec -n a -i p -- pg_dump --dbname=service=x > f"), Ok(2));
        assert_eq!(verdict("test -z \"$(kubectl get pods -n a -l b=c -o name)\""), Ok(2));
        assert_eq!(verdict("cat > a.yaml <<'EOF'\na: 1\nEOF"), Ok(1));
        for (script, told) in [
            ("kubectl exec p -- pg_dump --password=x", "has no --password"),
            ("kubectl exec p -- sh -c x", "no such command"),
            ("helm upgrade a b --force", "has no --force"),
            ("helm upgrade a", "with 1 words"),
            ("kubectl scale deployment/a --replicas", "without a value"),
            ("cat > a.yaml <<'EOF'\na: [\nEOF", "line"),
            ("cat > a.yaml <<'EOF'\na: 1", "no line EOF"),
            ("diff a b > ", "redirection"),
            ("psql --dbname=postgresql://u:p@h/d", "password"),
        ] {
            let why = verdict(script).unwrap_err();
            assert!(why.contains(told), "{script}: {why}");
        }
        let mut secrets = Secrets::new();
        secrets.add("geheimes");
        assert!(check("```sh\ncd geheimes\n```", &secrets).unwrap_err().contains("secret"));
        assert!(check("nothing", &secrets).is_err());
    }
}
