//! Files on their way into a chart, before it is known which chart they belong to, and what that may cost.

use crate::diagnostic::Refusal;
use crate::limits::{Bound, Limits};

/// What loading may still take, over folders and archives within archives.
#[derive(Debug)]
pub(super) struct Allowance {
    bytes: u64,
    files: usize,
}

impl Allowance {
    pub(super) fn new(limits: &Limits) -> Self {
        Allowance { bytes: limits.chart_bytes, files: limits.files }
    }

    /// Takes one file or folder.
    pub(super) fn file(&mut self) -> Result<(), Refusal> {
        self.files =
            self.files.checked_sub(1).ok_or_else(|| Bound::Files.refuse("the chart has too many files and folders"))?;
        Ok(())
    }

    /// Takes bytes that are about to be held in memory.
    pub(super) fn bytes(&mut self, n: u64) -> Result<(), Refusal> {
        self.bytes =
            self.bytes.checked_sub(n).ok_or_else(|| Bound::ChartBytes.refuse("the chart has too many bytes"))?;
        Ok(())
    }
}

/// Whether loading looks into the file of this name inside a chart, so that it is read at once.
pub(super) fn is_needed(mut name: &[u8]) -> bool {
    loop {
        if let Some(rest) = name.strip_prefix(b"charts/") {
            let Some(slash) = rest.iter().position(|&b| b == b'/') else {
                return rest.ends_with(b".tgz") && !matches!(rest.first(), Some(b'_' | b'.'));
            };
            if matches!(rest.first(), Some(b'_' | b'.')) {
                return false;
            }
            name = rest.get(slash + 1..).unwrap_or(b"");
            continue;
        }
        return name.starts_with(b"templates/")
            || matches!(
                name,
                b"Chart.yaml"
                    | b"Chart.lock"
                    | b"values.yaml"
                    | b"values.schema.json"
                    | b"requirements.yaml"
                    | b"requirements.lock"
            );
    }
}
