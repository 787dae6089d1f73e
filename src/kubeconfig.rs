//! The one thing that offline commands need from a kubeconfig: the namespace that the user works in.
//!
//! As client-go's loading rules have it: `--kubeconfig`, else every file of `KUBECONFIG`, else `~/.kube/config`; the first
//! file that says something wins. A file that cannot be read or parsed counts as empty, as it does for Helm.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(rename = "current-context", default)]
    current_context: String,
    #[serde(default)]
    contexts: Vec<Context>,
}

#[derive(Debug, Deserialize)]
struct Context {
    name: String,
    #[serde(default)]
    context: ContextBody,
}

#[derive(Debug, Default, Deserialize)]
struct ContextBody {
    #[serde(default)]
    namespace: String,
}

/// What flags and environment say about the kubeconfig.
#[derive(Debug, Default, Clone, Copy)]
pub struct Lookup<'a> {
    /// `--kubeconfig`.
    pub path: Option<&'a Path>,
    /// `KUBECONFIG`, a list as the system writes lists of paths.
    pub env: Option<&'a std::ffi::OsStr>,
    /// `HOME`.
    pub home: Option<&'a Path>,
    /// `--kube-context`.
    pub context: Option<&'a str>,
}

/// The namespace of the chosen context; `None` when nothing says one.
pub fn namespace(lookup: Lookup<'_>) -> Option<String> {
    let mut current = lookup.context.map(str::to_string).filter(|c| !c.is_empty());
    let mut contexts: BTreeMap<String, String> = BTreeMap::new();
    for path in paths(lookup) {
        let file = read(&path);
        if current.is_none() && !file.current_context.is_empty() {
            current = Some(file.current_context);
        }
        for Context { name, context } in file.contexts {
            contexts.entry(name).or_insert(context.namespace);
        }
    }
    contexts.remove(&current?).filter(|n| !n.is_empty())
}

fn paths(lookup: Lookup<'_>) -> Vec<PathBuf> {
    if let Some(path) = lookup.path {
        return vec![path.to_path_buf()];
    }
    match lookup.env {
        Some(list) if !list.is_empty() => std::env::split_paths(list).filter(|p| !p.as_os_str().is_empty()).collect(),
        _ => lookup.home.map(|h| h.join(".kube/config")).into_iter().collect(),
    }
}

/// A kubeconfig is at most this long; what is longer is not one.
const MAX_BYTES: u64 = 4 << 20;

fn read(path: &Path) -> File {
    let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= MAX_BYTES);
    if !small {
        return File::default();
    }
    std::fs::read_to_string(path).ok().and_then(|text| serde_yaml::from_str(&text).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_that_speaks_wins() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let a = write("a", "current-context: x\ncontexts: [{name: x, context: {namespace: from-a}}]\n");
        let b = write(
            "b",
            "current-context: y\ncontexts: [{name: y, context: {namespace: from-b}}, {name: x, context: {namespace: late}}]\n",
        );
        let bad = write("bad", "contexts: 7\n");
        let env = std::env::join_paths([&bad, &a, &b]).unwrap();
        let lookup = Lookup { env: Some(&env), ..Lookup::default() };
        assert_eq!(namespace(lookup).as_deref(), Some("from-a"));
        assert_eq!(namespace(Lookup { context: Some("y"), ..lookup }).as_deref(), Some("from-b"));
        assert_eq!(namespace(Lookup { context: Some("z"), ..lookup }), None);
        assert_eq!(namespace(Lookup { path: Some(&bad), ..lookup }), None);
        assert_eq!(namespace(Lookup::default()), None);
    }
}
