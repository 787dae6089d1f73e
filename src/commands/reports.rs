//! Where reports go: the one way from what was asked to files and standard output.

use std::io::{IsTerminal, Write};

use crate::diagnostic::Plain;
use crate::report::{Format, Target};

/// Writes the reports that were asked for; the one for people, if none was. `written` gives the bytes of a format, with colours
/// or without.
///
/// # Errors
/// In words: a format that is not to be had, a file that cannot be written.
pub fn write(wanted: &[Target], written: impl Fn(Format, bool) -> Result<Vec<u8>, String>) -> Result<(), String> {
    let text = [Target { format: Format::Text, path: None }];
    let targets = if wanted.is_empty() { &text[..] } else { wanted };
    let stdout = std::io::stdout();
    let colour = stdout.is_terminal() && wants_colour();
    for target in targets {
        let bytes = written(target.format, colour && target.path.is_none())?;
        match &target.path {
            Some(path) => std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", Plain(path)))?,
            None => {
                // A closed pipe is the reader's choice; any other failure to write is ours to tell.
                if let Err(e) = stdout.lock().write_all(&bytes)
                    && e.kind() != std::io::ErrorKind::BrokenPipe
                {
                    return Err(format!("standard output: {e}"));
                }
            }
        }
    }
    Ok(())
}

/// Refuses the format that tells of places in files, for `what` has none: `a run`.
#[cfg(feature = "live")]
pub fn no_places(wanted: &[Target], what: &str) -> Result<(), String> {
    match wanted.iter().any(|target| target.format == Format::Sarif) {
        true => Err(format!(
            "--report sarif tells of places in files, and {what} has none: text, json, junit, github or html"
        )),
        false => Ok(()),
    }
}

/// Whether somebody who looks at a terminal wants colours.
fn wants_colour() -> bool {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    wanted && !dumb
}
