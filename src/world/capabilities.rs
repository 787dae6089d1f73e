//! `.Capabilities`: what the cluster can do, as flags, a cluster or Helm's defaults say.

use crate::dialect::{Dialect, KubeVersionReader};
use crate::go::semver;

/// What templates see as `.Capabilities`.
#[derive(Clone, Debug)]
pub struct Capabilities {
    pub kube_version: KubeVersion,
    /// `v1`, `apps/v1`, and in a live cluster `apps/v1/Deployment` too; Helm's order.
    pub api_versions: Vec<String>,
}

/// `.Capabilities.KubeVersion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// As templates see it: `v1.30.0`, in 4.x with a vendor's suffix.
    pub version: String,
    /// Numbers only: what constraints of charts are checked against.
    pub normalized: String,
    pub major: String,
    pub minor: String,
}

impl Capabilities {
    /// What Helm assumes without a cluster.
    pub fn default_of(dialect: &Dialect) -> Self {
        let (major, minor) = dialect.kube_version;
        let version = format!("v{major}.{minor}.0");
        Capabilities {
            kube_version: KubeVersion {
                normalized: version.clone(),
                version,
                major: major.to_string(),
                minor: minor.to_string(),
            },
            api_versions: dialect.api_versions.split(' ').map(str::to_string).collect(),
        }
    }
}

impl KubeVersion {
    /// `--kube-version`, as that Helm reads it. The error is its library's text.
    pub fn parse(text: &str, dialect: &Dialect) -> Result<Self, String> {
        match dialect.kube_version_reader {
            KubeVersionReader::Generic => Self::parse_generic(text, dialect),
            KubeVersionReader::Semver => {
                let version = semver::Version::parse(text.as_bytes(), dialect.semver).map_err(|e| e.to_string())?;
                let shown = format!("v{version}");
                let (major, minor) = (version.major().to_string(), version.minor().to_string());
                Ok(KubeVersion { normalized: shown.clone(), version: shown, major, minor })
            }
        }
    }

    /// apimachinery's `ParseGeneric`: two or more numbers, then anything.
    fn parse_generic(text: &str, dialect: &Dialect) -> Result<Self, String> {
        let quoted = || crate::go::strconv::quote(text.as_bytes());
        let trimmed = text.trim_start_matches([' ', '\t', '\n', '\x0c', '\r']);
        let digits = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let numbers_end = numbers_end(digits.as_bytes());
        if numbers_end == 0 || digits[numbers_end..].contains('\n') {
            return Err(format!("could not parse {} as version", quoted()));
        }
        let components: Vec<&str> = digits[..numbers_end].split('.').collect();
        if components.len() < 2 {
            return Err(format!("illegal version string {}", quoted()));
        }
        let mut numbers = Vec::with_capacity(components.len());
        for (i, component) in components.iter().enumerate() {
            if i == 0 && component.starts_with('0') && *component != "0" {
                return Err(format!("illegal zero-prefixed version component \"{component}\" in {}", quoted()));
            }
            let number: u64 = component.parse().map_err(|_| {
                format!(
                    "illegal non-numeric version component \"{component}\" in {}: \
                     strconv.ParseUint: parsing \"{component}\": value out of range",
                    quoted()
                )
            })?;
            numbers.push(number.to_string());
        }
        let normalized = format!("v{}", numbers.join("."));
        let version = match (dialect.keeps_kube_version_suffix, text.starts_with('v')) {
            (false, _) => normalized.clone(),
            (true, true) => text.to_string(),
            (true, false) => format!("v{text}"),
        };
        let mut numbers = numbers.into_iter();
        Ok(KubeVersion {
            version,
            normalized,
            major: numbers.next().unwrap_or_default(),
            minor: numbers.next().unwrap_or_default(),
        })
    }
}

/// Length of the longest prefix that is `[0-9]+(\.[0-9]+)*`.
fn numbers_end(text: &[u8]) -> usize {
    let mut end = 0;
    for (i, b) in text.iter().enumerate() {
        match b {
            b'0'..=b'9' => end = i + 1,
            b'.' if i == end && i > 0 => {}
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{V3_22, V4_3};

    fn parse(text: &str, dialect: &Dialect) -> Result<(String, String, String, String), String> {
        KubeVersion::parse(text, dialect).map(|v| (v.version, v.normalized, v.major, v.minor))
    }

    #[test]
    fn versions_as_helm_reads_them() {
        let ok = |a: &str, b: &str, c: &str, d: &str| Ok((a.into(), b.into(), c.into(), d.into()));
        assert_eq!(parse("1.28.3.4", &V4_3), ok("v1.28.3.4", "v1.28.3.4", "1", "28"));
        assert_eq!(parse("1.30.0-gke.1+x", &V4_3), ok("v1.30.0-gke.1+x", "v1.30.0", "1", "30"));
        assert_eq!(parse("1.30.0-gke.1+x", &V3_22), ok("v1.30.0", "v1.30.0", "1", "30"));
        assert_eq!(parse("v1", &V4_3), Err("illegal version string \"v1\"".into()));
        assert_eq!(parse("1.x", &V4_3), Err("illegal version string \"1.x\"".into()));
        assert_eq!(parse("x", &V4_3), Err("could not parse \"x\" as version".into()));
        assert_eq!(parse("01.2.3", &V4_3), Err("illegal zero-prefixed version component \"01\" in \"01.2.3\"".into()));
    }
}
