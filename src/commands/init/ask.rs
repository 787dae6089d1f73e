//! Answers: from flags, and on a terminal by asking for what is missing. Elsewhere a missing answer names its flag.

use std::io::{IsTerminal, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::diagnostic::{Kind, Plain, Refusal};
use crate::init::wrong;

/// Who can be asked.
pub struct Asker {
    terminal: bool,
}

/// After so many answers that make no sense nobody is asked again.
const TRIES: usize = 3;
const LONGEST_LINE: usize = 64 << 10;
/// Control-C as a character, while the terminal does not turn it into a signal.
const INTERRUPT: char = '\u{3}';

impl Asker {
    /// Asks where somebody sits at both ends; `silent`: nobody, for standard input is needed for something else.
    pub fn new(silent: bool) -> Self {
        Asker { terminal: !silent && std::io::stdin().is_terminal() && std::io::stderr().is_terminal() }
    }

    /// The answer to a question: the flag's, or the one that is typed. `read` understands it, in words where it cannot.
    pub fn answer<T>(
        &self,
        flag: &str,
        given: Option<&str>,
        question: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Refusal> {
        if let Some(text) = given {
            return read(text).map_err(|words| wrong(flag, format!("{:?} {words}", Plain(text).to_string())));
        }
        self.asked(flag, question, false, read)
    }

    /// [`Asker::answer`] without an echo, and without a flag that holds it: `flags` names those that say where it is.
    pub fn secret(
        &self,
        flags: &str,
        question: &str,
        read: impl Fn(&str) -> Result<(), String>,
    ) -> Result<String, Refusal> {
        self.asked(flags, question, true, |text| read(text).map(|()| text.to_string()))
    }

    fn asked<T>(
        &self,
        flag: &str,
        question: &str,
        hidden: bool,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Refusal> {
        if !self.terminal {
            return Err(wrong(flag, "is missing, and there is no terminal to ask on"));
        }
        for _ in 0..TRIES {
            let line = if hidden { hidden_line(question)? } else { shown_line(question)? };
            match read(&line) {
                Ok(answer) => return Ok(answer),
                Err(words) => print(&format!("That {words}.\n")),
            }
        }
        Err(wrong(flag, "no answer that makes sense"))
    }
}

fn print(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // Who does not see the question does not answer it.
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

fn shown_line(question: &str) -> Result<String, Refusal> {
    print(&format!("{question}: "));
    line()
}

/// One line, byte by byte: what follows it belongs to the next question.
fn line() -> Result<String, Refusal> {
    let fail = |words: String| Refusal::new(Kind::Usage, format!("standard input: {words}"));
    let (mut bytes, mut byte) = (Vec::new(), [0u8; 1]);
    let mut stdin = std::io::stdin().lock();
    loop {
        match stdin.read(&mut byte) {
            Ok(0) if bytes.is_empty() => return Err(fail("ended before there was an answer".into())),
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) if bytes.len() >= LONGEST_LINE => return Err(fail("this line does not end".into())),
            Ok(_) => bytes.extend(byte),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(fail(e.to_string())),
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| fail("is not UTF-8".into()))?;
    Ok(text.trim_end_matches('\r').to_string())
}

/// A line that is not shown: the terminal hides it before it is asked for, and is as before afterwards, also when it is
/// interrupted.
fn hidden_line(question: &str) -> Result<String, Refusal> {
    let stdin = std::io::stdin();
    let fail = |e| Refusal::new(Kind::Usage, format!("the terminal cannot hide what is typed: {e}"));
    let before = tcgetattr(&stdin).map_err(fail)?;
    let mut hiding = before.clone();
    hiding.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
    tcsetattr(&stdin, OptionalActions::Drain, &hiding).map_err(fail)?;
    let _restored = Restore(before);
    print(&format!("{question}: "));
    let line = line();
    print("\n");
    match line {
        Ok(text) if text.contains(INTERRUPT) => Err(Refusal::new(Kind::Usage, "interrupted")),
        line => line,
    }
}

struct Restore(Termios);

impl Drop for Restore {
    fn drop(&mut self) {
        // There is nobody to tell.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}
