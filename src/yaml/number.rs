//! Floats as goyaml's encoder and sigs.k8s.io/yaml spell them.

use crate::go::strconv::format_float;

/// A float as goyaml's encoder writes it (`encode.go`, `floatv`).
pub fn float(n: f64) -> String {
    word(format_float(n, b'g', None, 64))
}

/// A float that is a key: `sigs.k8s.io/yaml` rounds it to 32 bits.
pub fn float_key(n: f64) -> String {
    word(format_float(n, b'g', None, 32))
}

/// A float that goes to a field of type string, where YAML's words for infinities are not used.
pub fn float_field(n: f64) -> String {
    format_float(n, b'g', None, 32)
}

fn word(text: String) -> String {
    match text.as_str() {
        "+Inf" => ".inf".to_string(),
        "-Inf" => "-.inf".to_string(),
        "NaN" => ".nan".to_string(),
        _ => text,
    }
}

/// A float64 as `toYaml` prints it: JSON's spelling of it, read again. JSON writes a whole number below 1e21 as its shortest
/// digits and zeros; what then fits 64 bits comes back as an integer. `None` for what JSON cannot say.
pub fn float_to_yaml(n: f64) -> Option<String> {
    if !n.is_finite() {
        return None;
    }
    if n.fract() == 0.0 && n.abs() < 1e15 {
        return Some((n as i64).to_string());
    }
    if n.fract() == 0.0 && n.abs() < 2e19 {
        let json = format!("{n}");
        if let Ok(n) = json.parse::<i64>() {
            return Some(n.to_string());
        }
        if let Ok(n) = json.parse::<u64>() {
            return Some(n.to_string());
        }
    }
    Some(float(n))
}
