//! Helm 4: the rows from 4.3, the default, back to 4.0. Each says what its range does differently from the one after it.

use super::api_versions::{CLIENT_GO_0_34, CLIENT_GO_0_35, CLIENT_GO_0_36, CLIENT_GO_0_37};
use super::*;

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
    schema_library: SchemaLibrary::SanthoshTekuri603,
    unresolved_urn_accepts: true,
    crashes_without_subchart_values: false,
    semver: SemverRelease::V3_5,
    toml: TomlRelease::V1_6,
    values_type: "common.Values",
    release_package: "util",
    capabilities_package: "common",
    kube_version: (1, 37),
    kube_version_reader: KubeVersionReader::Generic,
    keeps_kube_version_suffix: true,
    multi_document_values: true,
    drops_long_last_line: false,
    log: LogStyle::Slog,
    chart_package: "v2",
    detects_chart_kind: true,
    alias_copies_dependencies: true,
    wraps_dependency_errors: true,
    unpacking: "error unpacking subchart",
    refuses_dot_names: true,
    prints_import_values: true,
    missing_dependencies: "an error occurred while checking for chart dependencies. \
        You may need to run 'helm dependency build' to fetch missing dependencies",
    max_chart_file: None,
    max_chart_folder: Some(100 << 20),
    max_chart_archive: Some(100 << 20),
    chart_too_large: "decompressed chart is larger than the maximum size",
    set_json_root: true,
    set_may_end_in_index: true,
    deprecates_notes_flags: true,
    cannot_install: "unable to continue with install",
    knows_generated_names: true,
    has_from_toml: true,
    has_must_to_yaml: true,
    has_must_to_toml: true,
    has_duration_helpers: true,
    empty_file_has_no_lines: true,
    go_version: "go1.26.8",
    git_commit: "",
    ranges_over_integers: true,
    names_compared_types: true,
    names_what_is_called: true,
    has_else_with: true,
    kube_client_version: Some("v1.37"),
    api_versions: CLIENT_GO_0_37,
};

/// Helm 4.2.4 and what follows it in 4.2.
pub static V4_2_4: Dialect = Dialect {
    version: "4.2.4",
    range: ((4, 2, 4), (4, 2, u32::MAX)),
    schema_library: SchemaLibrary::SanthoshTekuri602,
    kube_version: (1, 36),
    drops_long_last_line: true,
    max_chart_file: Some(5 << 20),
    max_chart_folder: None,
    has_duration_helpers: false,
    empty_file_has_no_lines: false,
    kube_client_version: Some("v1.36"),
    api_versions: CLIENT_GO_0_36,
    ..V4_3
};

/// Helm 4.2.0 to 4.2.3.
pub static V4_2: Dialect =
    Dialect { version: "4.2.3", range: ((4, 2, 0), (4, 2, 3)), document_split: DocumentSplit::Loose, ..V4_2_4 };

/// Helm 4.1.3 and 4.1.4; 4.1.3 still takes a chart that is called `.`.
pub static V4_1_3: Dialect = Dialect {
    version: "4.1.4",
    range: ((4, 1, 3), (4, 1, u32::MAX)),
    null_rule: NullRule::From3201,
    document_bytes: DocumentBytes::Trimmed,
    semver: SemverRelease::V3_4,
    kube_version: (1, 35),
    missing_dependencies: "an error occurred while checking for chart dependencies. \
        You may need to run `helm dependency build` to fetch missing dependencies",
    deprecates_notes_flags: false,
    has_must_to_toml: false,
    go_version: "go1.25.9",
    git_commit: "05fa37973dc9e42b76e1d2883494c87174b6074f",
    kube_client_version: Some("v1.35"),
    api_versions: CLIENT_GO_0_35,
    ..V4_2
};

/// Helm 4.1.0 and 4.1.1; there is no 4.1.2.
pub static V4_1: Dialect = Dialect {
    version: "4.1.1",
    range: ((4, 1, 0), (4, 1, 1)),
    null_rule: NullRule::From3195,
    refuses_dot_names: false,
    knows_generated_names: false,
    go_version: "go1.26.8",
    git_commit: "",
    ..V4_1_3
};

/// Helm 4.0.4 and 4.0.5.
pub static V4_0_4: Dialect = Dialect {
    version: "4.0.5",
    range: ((4, 0, 4), (4, 0, u32::MAX)),
    toml: TomlRelease::V1_5,
    kube_version: (1, 34),
    keeps_kube_version_suffix: false,
    kube_client_version: Some("v1.34"),
    api_versions: CLIENT_GO_0_34,
    ..V4_1
};

/// Helm 4.0.0 and 4.0.1.
pub static V4_0: Dialect =
    Dialect { version: "4.0.1", range: ((4, 0, 0), (4, 0, 1)), unresolved_urn_accepts: false, ..V4_0_4 };
