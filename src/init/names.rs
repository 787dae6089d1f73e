//! Texts that may name an object of the API, a key of a Secret, a folder of a container.

/// RFC 1123 subdomain, as the API server has it for Secrets and namespaces. The error is in words.
pub fn object(text: &str) -> Result<(), String> {
    let label = |label: &str| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.bytes().all(fits) && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.len() <= 253 && text.split('.').all(label) {
        return Ok(());
    }
    Err("is no name of an object: lower case letters, digits, - and . only".into())
}

/// RFC 1123 label: a namespace, a release. The error is in words.
pub fn label(text: &str, longest: usize) -> Result<(), String> {
    match object(text) {
        Ok(()) if !text.contains('.') && text.len() <= longest => Ok(()),
        _ => Err(format!("is no such name: at most {longest} lower case letters, digits and -")),
    }
}

/// A key of a Secret that is also a file's name. The error is in words.
pub fn key(text: &str) -> Result<(), String> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !text.is_empty() && text.len() <= 253 && text.bytes().all(fits) && !text.starts_with("..") && text != "." {
        return Ok(());
    }
    Err("is no key of a Secret: letters, digits, -, _ and . only".into())
}

/// A folder in a container. The error is in words.
pub fn folder(text: &str) -> Result<(), String> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
    if text.starts_with('/') && text.len() <= 1024 && text.bytes().all(fits) && !text.contains("//") {
        return Ok(());
    }
    Err("is no absolute folder: letters, digits, -, _, . and / only".into())
}

/// An image or an argument of a proxy: printable, without blanks. The error is in words.
pub fn word(text: &str) -> Result<(), String> {
    if !text.is_empty() && text.len() <= 1024 && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    Err("is empty, or has blanks or characters beyond ASCII".into())
}
