//! Helm 3: the rows from 3.22 back to 3.16. Each says what its range does differently from the one after it.

use super::api_versions::{
    CLIENT_GO_0_31, CLIENT_GO_0_32, CLIENT_GO_0_33, CLIENT_GO_0_34, CLIENT_GO_0_35, CLIENT_GO_0_36, CLIENT_GO_0_37,
};
use super::*;

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
    schema_library: SchemaLibrary::SanthoshTekuri603,
    unresolved_urn_accepts: true,
    crashes_without_subchart_values: false,
    semver: SemverRelease::V3_5,
    toml: TomlRelease::V1_6,
    values_type: "chartutil.Values",
    release_package: "releaseutil",
    capabilities_package: "chartutil",
    kube_version: (1, 37),
    kube_version_reader: KubeVersionReader::Generic,
    keeps_kube_version_suffix: false,
    multi_document_values: false,
    drops_long_last_line: false,
    log: LogStyle::Lines(log::v3_20_1),
    chart_package: "chart",
    detects_chart_kind: false,
    alias_copies_dependencies: false,
    wraps_dependency_errors: false,
    unpacking: "error unpacking subchart",
    refuses_dot_names: true,
    prints_import_values: true,
    missing_dependencies: "An error occurred while checking for chart dependencies. \
        You may need to run `helm dependency build` to fetch missing dependencies",
    max_chart_file: Some(5 << 20),
    max_chart_folder: None,
    max_chart_archive: Some(100 << 20),
    chart_too_large: "decompressed chart is larger than the maximum file size",
    set_json_root: false,
    set_may_end_in_index: false,
    deprecates_notes_flags: false,
    cannot_install: "Unable to continue with install",
    knows_generated_names: false,
    has_from_toml: true,
    has_must_to_yaml: false,
    has_must_to_toml: false,
    has_duration_helpers: false,
    empty_file_has_no_lines: true,
    go_version: "go1.26.8",
    git_commit: "",
    ranges_over_integers: true,
    names_compared_types: true,
    names_what_is_called: true,
    has_else_with: true,
    kube_client_version: None,
    api_versions: CLIENT_GO_0_37,
};

/// Helm 3.21.4.
pub static V3_21_4: Dialect = Dialect {
    version: "3.21.4",
    range: ((3, 21, 4), (3, 21, u32::MAX)),
    schema_library: SchemaLibrary::SanthoshTekuri602,
    kube_version: (1, 36),
    api_versions: CLIENT_GO_0_36,
    ..V3_22
};

/// Helm 3.21.0 to 3.21.3.
pub static V3_21: Dialect =
    Dialect { version: "3.21.3", range: ((3, 21, 0), (3, 21, 3)), empty_file_has_no_lines: false, ..V3_21_4 };

/// Helm 3.20.1 and 3.20.2; 3.20.1 still takes a chart that is called `.`.
pub static V3_20_1: Dialect = Dialect {
    version: "3.20.2",
    range: ((3, 20, 1), (3, 20, u32::MAX)),
    semver: SemverRelease::V3_4,
    kube_version: (1, 35),
    api_versions: CLIENT_GO_0_35,
    ..V3_21
};

/// Helm 3.20.0.
pub static V3_20: Dialect = Dialect {
    version: "3.20.0",
    range: ((3, 20, 0), (3, 20, 0)),
    null_rule: NullRule::From3195,
    log: LogStyle::Lines(log::v3_19_5),
    refuses_dot_names: false,
    ..V3_20_1
};

/// Helm 3.19.5.
pub static V3_19_5: Dialect = Dialect {
    version: "3.19.5",
    range: ((3, 19, 5), (3, 19, u32::MAX)),
    toml: TomlRelease::V1_5,
    kube_version: (1, 34),
    api_versions: CLIENT_GO_0_34,
    ..V3_20
};

/// Helm 3.19.1 to 3.19.4.
pub static V3_19_1: Dialect = Dialect {
    version: "3.19.4",
    range: ((3, 19, 1), (3, 19, 4)),
    null_rule: NullRule::From3171,
    log: LogStyle::Lines(log::v3_18_5),
    ..V3_19_5
};

/// Helm 3.19.0.
pub static V3_19: Dialect = Dialect {
    version: "3.19.0",
    range: ((3, 19, 0), (3, 19, 0)),
    unresolved_urn_accepts: false,
    crashes_without_subchart_values: true,
    ..V3_19_1
};

/// Helm 3.18.5 and 3.18.6.
pub static V3_18_5: Dialect = Dialect {
    version: "3.18.6",
    range: ((3, 18, 5), (3, 18, u32::MAX)),
    semver: SemverRelease::V3_3,
    kube_version: (1, 33),
    kube_version_reader: KubeVersionReader::Semver,
    api_versions: CLIENT_GO_0_33,
    ..V3_19
};

/// Helm 3.18.1 to 3.18.4. Nobody speaks for 3.18.0: the numbers of its values are texts (`json.Number`).
pub static V3_18_1: Dialect = Dialect {
    version: "3.18.4",
    range: ((3, 18, 1), (3, 18, 4)),
    schema_library: SchemaLibrary::Xeipuuv,
    log: LogStyle::Lines(log::v3_18_1),
    prints_import_values: false,
    ..V3_18_5
};

/// Helm 3.17.3 and 3.17.4.
pub static V3_17_3: Dialect = Dialect {
    version: "3.17.4",
    range: ((3, 17, 3), (3, 17, u32::MAX)),
    toml: TomlRelease::V1_4,
    kube_version: (1, 32),
    log: LogStyle::Lines(log::v3_17_1),
    ranges_over_integers: false,
    names_compared_types: false,
    api_versions: CLIENT_GO_0_32,
    ..V3_18_1
};

/// Helm 3.17.1 and 3.17.2.
pub static V3_17_1: Dialect = Dialect {
    version: "3.17.2",
    range: ((3, 17, 1), (3, 17, 2)),
    max_chart_file: None,
    max_chart_archive: None,
    go_version: "go1.23.7",
    git_commit: "cc0bbbd6d6276b83880042c1ecb34087e84d41eb",
    ..V3_17_3
};

/// Helm 3.17.0.
pub static V3_17: Dialect = Dialect {
    version: "3.17.0",
    range: ((3, 17, 0), (3, 17, 0)),
    null_rule: NullRule::Before3171,
    log: LogStyle::Lines(log::v3_16),
    go_version: "go1.23.4",
    git_commit: "301108edc7ac2a8ba79e4ebf5701b0b6ce6a31e4",
    ..V3_17_1
};

/// Helm 3.16.
pub static V3_16: Dialect = Dialect {
    version: "3.16.1",
    range: ((3, 16, 0), (3, 16, u32::MAX)),
    toml: TomlRelease::V1_3,
    kube_version: (1, 31),
    unpacking: "error unpacking",
    has_from_toml: false,
    go_version: "go1.22.7",
    git_commit: "5a5449dc42be07001fd5771d56429132984ab3ab",
    names_what_is_called: false,
    has_else_with: false,
    api_versions: CLIENT_GO_0_31,
    ..V3_17
};
