//! What Go's `syscall.Errno` says, for the errors of the file system that Helm passes on.

use std::io::{Error, ErrorKind};

/// The text behind `open x: ` in a `PathError`.
pub fn text(error: &Error) -> String {
    // Numbers are Linux's; elsewhere the kinds below still find the common ones.
    let known = match error.raw_os_error() {
        Some(1) => "operation not permitted",
        Some(2) => "no such file or directory",
        Some(5) => "input/output error",
        Some(13) => "permission denied",
        Some(20) => "not a directory",
        Some(21) => "is a directory",
        Some(22) => "invalid argument",
        Some(24) => "too many open files",
        Some(36) => "file name too long",
        Some(40) => "too many levels of symbolic links",
        _ => match error.kind() {
            ErrorKind::NotFound => "no such file or directory",
            ErrorKind::PermissionDenied => "permission denied",
            _ => return error.to_string(),
        },
    };
    known.into()
}
