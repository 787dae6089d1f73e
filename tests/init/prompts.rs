//! Asking on a real terminal: a pseudo-terminal that answers when it is asked.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{plimsoll, text};

/// Both ends of a terminal.
fn terminal() -> (File, OwnedFd) {
    let (mut master, mut slave) = (0, 0);
    // SAFETY: both integers are there to be written, and the other pointers may be null.
    let done = unsafe {
        libc::openpty(&raw mut master, &raw mut slave, std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut())
    };
    assert_eq!(done, 0, "a pseudo-terminal");
    // SAFETY: it is open, and the flag is one of files.
    assert_eq!(unsafe { libc::fcntl(master, libc::F_SETFL, libc::O_NONBLOCK) }, 0);
    // SAFETY: openpty has just opened them, and nobody else has them.
    unsafe { (File::from_raw_fd(master), OwnedFd::from_raw_fd(slave)) }
}

/// Answers each question with its line, and gives exit code, standard output and all that stood on the terminal.
fn dialogue(args: &[&str], answers: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let (mut master, slave) = terminal();
    let mut command = plimsoll(folder.path());
    command.args(["init", "values"]).args(args);
    command.stdin(Stdio::from(slave.try_clone().unwrap())).stderr(Stdio::from(slave)).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Its copies of the other end would keep the terminal open.
    drop(command);
    let (mut shown, mut seen) = (String::new(), 0);
    let deadline = Instant::now() + Duration::from_secs(60);
    for (question, answer) in answers {
        while !shown[seen..].contains(question) {
            let in_time = Instant::now() < deadline && more(&mut master, &mut shown);
            assert!(in_time, "{question} was not asked: {shown} {:?}", child.kill());
        }
        seen = shown.len();
        master.write_all(answer.as_bytes()).unwrap();
    }
    while more(&mut master, &mut shown) {
        assert!(Instant::now() < deadline, "it does not end: {shown} {:?}", child.kill());
    }
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    (child.wait().unwrap().code(), stdout, shown)
}

/// What has come to stand on the terminal; false once nobody has the other end any more (Linux says EIO).
fn more(master: &mut File, shown: &mut String) -> bool {
    let mut bytes = [0; 1024];
    match master.read(&mut bytes) {
        Ok(0) => return false,
        Ok(n) => *shown += &text(&bytes[..n]),
        Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => std::thread::sleep(Duration::from_millis(5)),
        Err(_) => return false,
    }
    true
}

#[test]
fn only_what_is_missing_is_asked_for_and_a_password_is_not_shown() {
    let (exit, stdout, shown) = dialogue(
        &["--provider", "rds", "--inline", "--user", "app"],
        &[
            ("Host", "not a host\n"),
            ("That is neither", "queue.abc.eu-west-1.rds.amazonaws.com\n"),
            ("Secret that holds, or will hold, the CA of Amazon RDS: ", "rds-ca\n"),
            ("Database: ", "queue\n"),
            ("Password (not shown): ", "gehe im@\n"),
        ],
    );
    assert_eq!(exit, Some(0), "{shown}");
    assert!(!shown.contains("gehe im") && !shown.contains("User") && !shown.contains("Port"), "{shown}");
    let values: Value = serde_yaml::from_str(&stdout).unwrap();
    assert_eq!(
        values["postgres"]["external"]["connectionString"],
        "postgresql://app:gehe%20im%40@queue.abc.eu-west-1.rds.amazonaws.com:5432/queue"
    );
    assert_eq!(values["postgres"]["tls"]["caBundleSecret"], "rds-ca");
}

#[test]
fn mode_and_provider_are_asked_for_and_control_c_ends_it() {
    let (exit, stdout, shown) = dialogue(
        &[],
        &[
            ("embedded or external: ", "extern\n"),
            ("embedded or external: ", "external\n"),
            ("Provider (rds, ", "noen\n"),
            ("is neon meant?", "neon\n"),
            ("the CA of Neon: ", "isrg\n"),
            ("the connection string: ", "queue-db\n"),
        ],
    );
    assert_eq!(exit, Some(0), "{shown}");
    assert!(stdout.contains("existingSecret: queue-db") && stdout.contains("caBundleSecret: isrg"), "{stdout}");

    let (exit, stdout, shown) = dialogue(&["--mode", "embedded"], &[("Password (not shown): ", "half\u{3}\n")]);
    assert_eq!((exit, stdout), (Some(2), String::new()), "{shown}");
    assert!(shown.contains("interrupted") && !shown.contains("half"), "{shown}");

    let wrong = [("Secret", "A\n"), ("That is no name", "B\n"), ("That is no name", "C\n")];
    let (exit, _, shown) = dialogue(&["--provider", "rds"], &wrong);
    assert_eq!(exit, Some(2), "{shown}");
    assert!(shown.contains("--ca-secret: no answer that makes sense"), "{shown}");
}
