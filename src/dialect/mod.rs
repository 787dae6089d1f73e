//! Helm's versions as data: one row per range of versions whose behaviour is the same. No other file compares versions.

mod api_versions;
mod log;

use api_versions::CLIENT_GO_0_37;
pub use log::{LogPlace, LogStyle};

/// How a null in user values or chart defaults acts when values are coalesced. Five rules exist between 3.16 and 4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullRule {
    /// Up to 3.17.0.
    Before3171,
    /// 3.17.1 to 3.19.4.
    From3171,
    /// 3.19.5 to 3.20.0, 4.0.0 to 4.1.1.
    From3195,
    /// 3.20.1 to 3.22, 4.1.3 to 4.1.4.
    From3201,
    /// 4.2.0 and later: nulls that come from chart defaults are stripped.
    From420,
}

/// How the rendered files become documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentBytes {
    /// Both ends of each document are trimmed (3.x, up to 4.1).
    Trimmed,
    /// Trailing newlines stay (4.2.0 and later).
    KeepsTrailingNewlines,
}

/// What separates documents in a rendered file (`releaseutil.SplitManifests`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentSplit {
    /// `(?:^|\s*\n)---\s*`
    Loose,
    /// `(?m)^---[ \t]*` and its relatives, 4.2.4 and later.
    Strict,
}

/// What `.Chart` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartShape {
    /// A Go struct: an unknown field is an error, `toYaml` gives lower-case keys (3.x).
    Struct,
    /// A map with Go field names as keys: an unknown key is empty (4.x).
    Map,
}

/// How a failed render is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorStyle {
    /// One line, as text/template made it (3.x).
    OneLine,
    /// Location, function and message on lines of their own (4.x).
    Trace,
}

/// The library behind values.schema.json decides the words of its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaLibrary {
    /// xeipuu/gojsonschema, up to 3.18.4.
    Xeipuu,
    /// santhosh-tekuri/jsonschema v6, 3.18.5 and later.
    SanthoshTekuri,
}

/// The order in which kinds are printed and installed (`releaseutil.InstallOrder`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallOrder {
    /// Webhook configurations are unknown kinds.
    V3,
    /// Webhook configurations follow APIService.
    V4,
}

/// One row: everything in which a range of Helm versions differs from the others.
#[derive(Debug)]
pub struct Dialect {
    /// The version that this row speaks for when it is chosen by name, without `v`.
    pub version: &'static str,
    /// First and last version of the range, for humans and for lookup.
    pub range: (Version, Version),
    pub null_rule: NullRule,
    pub document_bytes: DocumentBytes,
    pub document_split: DocumentSplit,
    pub install_order: InstallOrder,
    pub chart_shape: ChartShape,
    pub error_style: ErrorStyle,
    pub schema_library: SchemaLibrary,
    /// The Go type of `.Values` as `typeOf` and `%T` print it.
    pub values_type: &'static str,
    /// The package of `SimpleHead`, named when a rendered document is not a map.
    pub release_package: &'static str,
    /// The package of `Capabilities`, `KubeVersion`, `VersionSet` in type names.
    pub capabilities_package: &'static str,
    /// `.Capabilities.KubeVersion` when nobody says otherwise: major and minor.
    pub kube_version: (u32, u32),
    /// `.Capabilities.KubeVersion.Version` keeps a vendor's suffix.
    pub keeps_kube_version_suffix: bool,
    /// Values files may hold several documents, merged in order.
    pub multi_document_values: bool,
    /// How warnings on the way to a render look on stderr.
    pub log: LogStyle,
    /// The package of chart types in the errors of encoding/json (`v2.Maintainer`).
    pub chart_package: &'static str,
    /// Chart.yaml is looked at before anything else is loaded, to tell the chart's kind.
    pub detects_chart_kind: bool,
    /// An aliased chart gets dependency records and direct subcharts of its own; otherwise its aliases share them.
    pub alias_copies_dependencies: bool,
    /// `chart dependencies processing failed` stands before what goes wrong there, and is logged.
    pub wraps_dependency_errors: bool,
    /// What stands before the names of charts that Chart.yaml wants and `charts/` lacks.
    pub missing_dependencies: &'static str,
    /// Bytes of the largest file of a chart that is loaded (`MaxDecompressedFileSize`).
    pub max_chart_file: Option<u64>,
    /// Bytes of all files of a chart folder; an archive is always held to it (`MaxDecompressedChartSize`).
    pub max_chart_folder: Option<u64>,
    /// `--set-json '{...}'` may set the root.
    pub set_json_root: bool,
    /// A `--set` that ends inside an index (`a[0`) is taken for a good end; otherwise it is an error.
    pub set_may_end_in_index: bool,
    /// `mustToYaml`, `mustToJson`.
    pub has_must_to_yaml: bool,
    /// `mustToToml`.
    pub has_must_to_toml: bool,
    /// The eleven duration helpers.
    pub has_duration_helpers: bool,
    /// `.Files.Lines` of an empty file is an empty list, not one empty line.
    pub empty_file_has_no_lines: bool,
    /// The Go release that built it: wording of the standard library, Unicode tables.
    pub go_version: &'static str,
    /// `.Capabilities.HelmVersion.KubeClientVersion`; 3.x has no such field.
    pub kube_client_version: Option<&'static str>,
    /// `.Capabilities.APIVersions` when nobody says otherwise.
    pub api_versions: &'static [&'static str],
}

/// Major, minor, patch.
pub type Version = (u32, u32, u32);

/// Helm 4.3: the default.
pub static V4_3: Dialect = Dialect {
    version: "4.3.1",
    range: ((4, 3, 0), (4, 3, u32::MAX)),
    null_rule: NullRule::From420,
    document_bytes: DocumentBytes::KeepsTrailingNewlines,
    document_split: DocumentSplit::Strict,
    install_order: InstallOrder::V4,
    chart_shape: ChartShape::Map,
    error_style: ErrorStyle::Trace,
    schema_library: SchemaLibrary::SanthoshTekuri,
    values_type: "common.Values",
    release_package: "util",
    capabilities_package: "common",
    kube_version: (1, 37),
    keeps_kube_version_suffix: true,
    multi_document_values: true,
    log: LogStyle::Slog,
    chart_package: "v2",
    detects_chart_kind: true,
    alias_copies_dependencies: true,
    wraps_dependency_errors: true,
    missing_dependencies: "an error occurred while checking for chart dependencies. \
        You may need to run 'helm dependency build' to fetch missing dependencies",
    max_chart_file: None,
    max_chart_folder: Some(100 << 20),
    set_json_root: true,
    set_may_end_in_index: true,
    has_must_to_yaml: true,
    has_must_to_toml: true,
    has_duration_helpers: true,
    empty_file_has_no_lines: true,
    go_version: "go1.26.8",
    kube_client_version: Some("v1.37"),
    api_versions: CLIENT_GO_0_37,
};

/// Helm 3.22.
pub static V3_22: Dialect = Dialect {
    version: "3.22.0",
    range: ((3, 22, 0), (3, 22, u32::MAX)),
    null_rule: NullRule::From3201,
    document_bytes: DocumentBytes::Trimmed,
    document_split: DocumentSplit::Loose,
    install_order: InstallOrder::V3,
    chart_shape: ChartShape::Struct,
    error_style: ErrorStyle::OneLine,
    schema_library: SchemaLibrary::SanthoshTekuri,
    values_type: "chartutil.Values",
    release_package: "releaseutil",
    capabilities_package: "chartutil",
    kube_version: (1, 37),
    keeps_kube_version_suffix: false,
    multi_document_values: false,
    log: LogStyle::Lines(log::v3_22),
    chart_package: "chart",
    detects_chart_kind: false,
    alias_copies_dependencies: false,
    wraps_dependency_errors: false,
    missing_dependencies: "An error occurred while checking for chart dependencies. \
        You may need to run `helm dependency build` to fetch missing dependencies",
    max_chart_file: Some(5 << 20),
    max_chart_folder: None,
    set_json_root: false,
    set_may_end_in_index: false,
    has_must_to_yaml: false,
    has_must_to_toml: false,
    has_duration_helpers: false,
    empty_file_has_no_lines: true,
    go_version: "go1.26.8",
    kube_client_version: None,
    api_versions: CLIENT_GO_0_37,
};

/// All rows, newest first; the first is the default.
pub static DIALECTS: [&Dialect; 2] = [&V4_3, &V3_22];

impl Dialect {
    /// The row for a version as a user writes it: `4.3.1`, `v4.3`, `3.22`. `None` when no row speaks for it.
    pub fn find(version: &str) -> Option<&'static Dialect> {
        let text = version.strip_prefix('v').unwrap_or(version);
        let mut parts = [0u32; 3];
        let mut count = 0;
        for part in text.split('.') {
            *parts.get_mut(count)? = part.parse().ok()?;
            count += 1;
        }
        if count < 2 {
            return None;
        }
        let wanted = (parts[0], parts[1], parts[2]);
        DIALECTS.into_iter().find(|d| d.range.0 <= wanted && wanted <= d.range.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_find_their_row() {
        for (text, want) in [("4.3.1", "4.3.1"), ("v4.3", "4.3.1"), ("3.22.0", "3.22.0"), ("3.22", "3.22.0")] {
            assert_eq!(Dialect::find(text).map(|d| d.version), Some(want), "{text}");
        }
        for text in ["", "4", "4.x", "2.17.0", "4.3.1.2", "3.22.0-rc.1"] {
            assert!(Dialect::find(text).is_none(), "{text}");
        }
    }
}
