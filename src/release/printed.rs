//! What `helm template` prints of a sorted render: CRDs, manifests, hooks, each below a line that names its template.

use super::{Hook, Sorted, trim};

/// A CRD of `crds/`: its name as Helm prints it, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crd<'a> {
    pub path: String,
    pub content: &'a [u8],
}

/// The printed text, and where each document of it begins: one place for each CRD, then for each manifest, then for each
/// hook that is shown, in their order.
#[derive(Debug, Default)]
pub struct Printed {
    pub text: Vec<u8>,
    /// Byte offset of the document's own first line, after its `# Source:` line.
    pub starts: Vec<usize>,
}

/// Prints everything; of the hooks those that `shows` lets through.
pub fn print(sorted: &Sorted<'_>, crds: &[Crd<'_>], shows: impl Fn(&Hook<'_>) -> bool) -> Printed {
    let mut out = Printed::default();
    for crd in crds {
        out.document(&crd.path, crd.content);
    }
    for m in &sorted.manifests {
        out.document(m.path, m.content);
    }
    let end = trim(&out.text).len();
    // The text begins with `---`, so only its end is trimmed.
    out.text.truncate(end);
    out.text.push(b'\n');
    for hook in sorted.hooks.iter().filter(|h| shows(h)) {
        out.document(hook.path, hook.content);
    }
    out
}

impl Printed {
    fn document(&mut self, path: &str, content: &[u8]) {
        let start = document(&mut self.text, path, content);
        self.starts.push(start);
    }
}

/// Appends one document; the result is where its content begins.
pub fn document(out: &mut Vec<u8>, path: &str, content: &[u8]) -> usize {
    out.extend_from_slice(b"---\n# Source: ");
    out.extend_from_slice(path.as_bytes());
    out.push(b'\n');
    let start = out.len();
    out.extend_from_slice(content);
    out.push(b'\n');
    start
}
