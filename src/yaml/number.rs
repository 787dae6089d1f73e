//! Floats as goyaml's encoder and sigs.k8s.io/yaml's keys spell them.

/// Go's `strconv.FormatFloat(n, 'g', -1, 64)`, given the shortest digits in Rust's scientific form.
fn general(scientific: &str) -> String {
    let (sign, rest) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific),
    };
    let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
    let (digits, exponent) = (mantissa.replace('.', ""), exponent.parse::<i32>().unwrap_or(0));
    // Go takes the scientific form as if the precision were 6.
    if !(-4..6).contains(&exponent) {
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{direction}{:02}", exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    }
    let whole = exponent.unsigned_abs() as usize + 1;
    match digits.split_at_checked(whole) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}

/// A float as goyaml's encoder writes it.
pub fn float(n: f64) -> String {
    special(n).map_or_else(|| general(&format!("{n:e}")), str::to_string)
}

/// A float that is a key, or the value of a field that is a string: `sigs.k8s.io/yaml` rounds it to 32 bits.
pub fn float_key(n: f64) -> String {
    let n = n as f32;
    special(f64::from(n)).map_or_else(|| general(&format!("{n:e}")), str::to_string)
}

fn special(n: f64) -> Option<&'static str> {
    match n {
        _ if n.is_nan() => Some(".nan"),
        f64::INFINITY => Some(".inf"),
        f64::NEG_INFINITY => Some("-.inf"),
        _ => None,
    }
}

/// Whether encoding/json writes this float without an exponent: from 1e-6 up to 1e21 (`floatEncoder`).
fn json_is_plain(n: f64) -> bool {
    n == 0.0 || (1e-6..1e21).contains(&n.abs())
}

/// A float64 as `toYaml` prints it: JSON's spelling of it, read again. A whole number that fits 64 bits comes back as an
/// integer. `None` for what JSON cannot say.
pub fn float_to_yaml(n: f64) -> Option<String> {
    if !n.is_finite() {
        return None;
    }
    // Below 2^63 (2^64 without a sign) the digits that JSON writes are an integer's.
    if json_is_plain(n) && n.fract() == 0.0 && n >= i64::MIN as f64 && n < u64::MAX as f64 {
        return Some(if n < 0.0 { (n as i64).to_string() } else { (n as u64).to_string() });
    }
    Some(float(n))
}

/// A float that goes to a field of type string, where YAML's words for infinities are not used.
pub(super) fn float_field(n: f64) -> String {
    let n = n as f32;
    match n {
        _ if n.is_nan() => "NaN".to_string(),
        f32::INFINITY => "+Inf".to_string(),
        f32::NEG_INFINITY => "-Inf".to_string(),
        _ => general(&format!("{n:e}")),
    }
}
