//! Chart.yaml as Helm holds it (`pkg/chart/metadata.go` and `dependency.go` of Helm 3, the same under `chart/v2` in 4).
//!
//! Plain data in the chart's arena. `None` for a list or map is Go's nil: it prints as `null` where an empty one prints `[]`.

use bstr::BStr;

use crate::value::Tree;

/// `chart.Metadata`. Field names here are Go's in snake case, with two exceptions that Rust forces: `kind` is `Type`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'c> {
    pub name: &'c BStr,
    pub home: &'c BStr,
    pub sources: Option<&'c [&'c BStr]>,
    pub version: &'c BStr,
    pub description: &'c BStr,
    pub keywords: Option<&'c [&'c BStr]>,
    pub maintainers: Option<&'c [Maintainer<'c>]>,
    pub icon: &'c BStr,
    pub api_version: &'c BStr,
    pub condition: &'c BStr,
    pub tags: &'c BStr,
    pub app_version: &'c BStr,
    pub deprecated: bool,
    /// Sorted by key.
    pub annotations: Option<&'c [(&'c BStr, &'c BStr)]>,
    pub kube_version: &'c BStr,
    pub dependencies: Option<&'c [Dependency<'c>]>,
    pub kind: &'c BStr,
}

/// `chart.Maintainer`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Maintainer<'c> {
    pub name: &'c BStr,
    pub email: &'c BStr,
    pub url: &'c BStr,
}

/// `chart.Dependency`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dependency<'c> {
    pub name: &'c BStr,
    pub version: &'c BStr,
    pub repository: &'c BStr,
    pub condition: &'c BStr,
    pub tags: Option<&'c [&'c BStr]>,
    pub enabled: bool,
    pub import_values: Option<&'c [ImportValue<'c>]>,
    pub alias: &'c BStr,
}

/// One item of `import-values`.
#[derive(Clone, Copy, Debug)]
pub enum ImportValue<'c> {
    /// As written; what Helm makes of it, it decides when dependencies are processed.
    Written(Tree<'c>),
    /// As Helm leaves it behind: a `map[string]string` of `child` and `parent`.
    Resolved { child: &'c BStr, parent: &'c BStr },
}

impl Metadata<'_> {
    /// Whether its templates only define (`type: library`, in any case of letters).
    pub fn is_library(&self) -> bool {
        self.kind.eq_ignore_ascii_case(b"library")
    }
}
