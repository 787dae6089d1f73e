//! Helm's versions as data: one row per range of versions whose behaviour is the same. No other file compares versions.

mod api_versions;
pub mod axes;
mod log;
mod v3;
mod v4;

pub use log::{LogPlace, LogStyle};
pub use v3::*;
pub use v4::*;

/// How a null in user values or chart defaults acts when values are coalesced. Five rules exist between 3.16 and 4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NullRule {
    /// Up to 3.17.0: a null takes a default away.
    Before3171,
    /// 3.17.1 to 3.19.4: values for a subchart keep their nulls until the subchart's own defaults have come.
    From3171,
    /// 3.19.5 to 3.20.0, 4.0.0 to 4.1.1: a null that no default answers is taken away too.
    From3195,
    /// 3.20.1 to 3.22, 4.1.3 to 4.1.4: a null stays where the default is null or missing.
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
    /// `(?m)^---[ \t]*`, 4.2.4 and later.
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

/// The library behind values.schema.json decides what it means and the words of its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaLibrary {
    /// xeipuuv/gojsonschema 1.2.0, up to 3.18.4.
    Xeipuuv,
    /// santhosh-tekuri/jsonschema 6.0.2, 3.18.5 to 3.21 and 4.0 to 4.2.
    SanthoshTekuri602,
    /// santhosh-tekuri/jsonschema 6.0.3, 3.22 and 4.3: counts the items after a tuple from the array's start, and compares a
    /// number with numbers only.
    SanthoshTekuri603,
}

/// The release of Masterminds/semver behind `semver`, `semverCompare`, `kubeVersion` and versions of dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SemverRelease {
    /// 3.3.0: every constraint for itself says whether it looks at prereleases; texts begin with capitals.
    V3_3,
    /// 3.4.0: the constraints that are joined by "and" say so together.
    V3_4,
    /// 3.5.0: long texts are refused; quotes what it shows.
    V3_5,
}

/// The release of BurntSushi/toml behind `toToml` and `fromToml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TomlRelease {
    /// 1.3.2: writes `+inf`.
    V1_3,
    /// 1.4.0: tells the line after an error at a line's end.
    V1_4,
    /// 1.5.0: writes floats without an exponent.
    V1_5,
    /// 1.6.0: TOML 1.1.
    V1_6,
}

/// What `--kube-version` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KubeVersionReader {
    /// Masterminds/semver: `1` is 1.0.0, a suffix stays (up to 3.18).
    Semver,
    /// apimachinery's `ParseGeneric`: two or more numbers, then anything.
    Generic,
}

/// The order in which kinds are printed and installed (`releaseutil.InstallOrder`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallOrder {
    /// Webhook configurations are unknown kinds.
    V3,
    /// Webhook configurations follow APIService.
    V4,
}

/// One row: everything in which a range of Helm versions differs from the others. [`axes`] gives each field a name for people.
#[derive(Clone, Copy, Debug)]
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
    /// A `$ref` to a `urn:` that nobody resolves is a schema that accepts everything; otherwise it is an error.
    pub unresolved_urn_accepts: bool,
    /// Helm crashes when no values stand for a subchart; otherwise the subchart's schema is left out.
    pub crashes_without_subchart_values: bool,
    pub semver: SemverRelease,
    pub toml: TomlRelease,
    /// The Go type of `.Values` as `typeOf` and `%T` print it.
    pub values_type: &'static str,
    /// The package of `SimpleHead`, named when a rendered document is not a map.
    pub release_package: &'static str,
    /// The package of `Capabilities`, `KubeVersion`, `VersionSet` in type names.
    pub capabilities_package: &'static str,
    /// `.Capabilities.KubeVersion` when nobody says otherwise: major and minor.
    pub kube_version: (u32, u32),
    pub kube_version_reader: KubeVersionReader,
    /// `.Capabilities.KubeVersion.Version` keeps a vendor's suffix, and the version without it stands beside it.
    pub keeps_kube_version_suffix: bool,
    /// Values files may hold several documents, merged in order.
    pub multi_document_values: bool,
    /// The last line of a values file is lost where no newline ends it and its length is a multiple of 4096 bytes.
    pub drops_long_last_line: bool,
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
    /// The words for an archive in `charts/` that cannot be unpacked: `error unpacking subchart`.
    pub unpacking: &'static str,
    /// A chart that is called `.` or `..` is refused for that.
    pub refuses_dot_names: bool,
    /// Entries of `import-values` whose `child` or `parent` is not a text are printed as one; otherwise Helm crashes.
    pub prints_import_values: bool,
    /// What stands before the names of charts that Chart.yaml wants and `charts/` lacks.
    pub missing_dependencies: &'static str,
    /// Bytes of the largest file of a chart that is loaded (`MaxDecompressedFileSize`).
    pub max_chart_file: Option<u64>,
    /// Bytes of all files of a chart folder (`MaxDecompressedChartSize`).
    pub max_chart_folder: Option<u64>,
    /// Bytes of all files of a chart archive (`MaxDecompressedChartSize`).
    pub max_chart_archive: Option<u64>,
    /// What is said of an archive beyond that, before the number.
    pub chart_too_large: &'static str,
    /// `--set-json '{...}'` may set the root.
    pub set_json_root: bool,
    /// A `--set` that ends inside an index (`a[0`) is taken for a good end; otherwise it is an error.
    pub set_may_end_in_index: bool,
    /// `--hide-notes` and `--render-subchart-notes` are said to be deprecated.
    pub deprecates_notes_flags: bool,
    /// What stands before an object that keeps an install from beginning.
    pub cannot_install: &'static str,
    /// Before an install, objects with a `generateName` are told from those with a name.
    pub knows_generated_names: bool,
    /// `fromToml`, `toYamlPretty`.
    pub has_from_toml: bool,
    /// `mustToYaml`, `mustToJson`.
    pub has_must_to_yaml: bool,
    /// `mustToToml`.
    pub has_must_to_toml: bool,
    /// The eleven duration helpers.
    pub has_duration_helpers: bool,
    /// `.Files.Lines` of an empty file is an empty list, not one empty line.
    pub empty_file_has_no_lines: bool,
    /// The Go release that built the binary that was measured.
    pub go_version: &'static str,
    /// The commit of a published build; empty for one by `go install`.
    pub git_commit: &'static str,
    /// `{{ range 3 }}` (Go 1.24).
    pub ranges_over_integers: bool,
    /// `eq` and its kin name the types that they cannot compare (Go 1.24).
    pub names_compared_types: bool,
    /// The builtin `call` names what cannot be called (Go 1.23).
    pub names_what_is_called: bool,
    /// `{{ else with }}` (Go 1.23).
    pub has_else_with: bool,
    /// `.Capabilities.HelmVersion.KubeClientVersion`; 3.x has no such field.
    pub kube_client_version: Option<&'static str>,
    /// `.Capabilities.APIVersions` when nobody says otherwise, separated by spaces.
    pub api_versions: &'static str,
}

/// Major, minor, patch.
pub type Version = (u32, u32, u32);

/// All rows: Helm 4 and then Helm 3, the newest first. The first is the default.
pub static DIALECTS: [&Dialect; 21] = [
    &V4_3, &V4_2_4, &V4_2, &V4_1_3, &V4_1, &V4_0_4, &V4_0, &V3_22, &V3_21_4, &V3_21, &V3_20_1, &V3_20, &V3_19_5,
    &V3_19_1, &V3_19, &V3_18_5, &V3_18_1, &V3_17_3, &V3_17_1, &V3_17, &V3_16,
];

impl Dialect {
    /// The row for a version as a user writes it: `4.3.1`, `v4.3`, `3.22`. Without a patch it is the newest row of that minor.
    /// `None` when no row speaks for it.
    pub fn find(version: &str) -> Option<&'static Dialect> {
        let text = version.strip_prefix('v').unwrap_or(version);
        let mut parts = [0u32, 0, u32::MAX];
        let mut count = 0;
        for part in text.split('.') {
            *parts.get_mut(count)? = part.parse().ok()?;
            count += 1;
        }
        if count < 2 {
            return None;
        }
        let wanted = (parts[0], parts[1], parts[2]);
        let speaks = |d: &Dialect| match count {
            2 => (d.range.0.0, d.range.0.1) == (wanted.0, wanted.1),
            _ => d.range.0 <= wanted && wanted <= d.range.1,
        };
        DIALECTS.into_iter().find(|d| speaks(d))
    }

    /// The versions that the row speaks for: `4.2.0 to 4.2.3`, `4.3`.
    pub fn speaks_for(&self) -> String {
        let ((major, minor, first), (_, _, last)) = self.range;
        match (first, last) {
            (0, u32::MAX) => format!("{major}.{minor}"),
            (_, u32::MAX) => format!("{major}.{minor}.{first} and later"),
            _ if first == last => format!("{major}.{minor}.{first}"),
            _ => format!("{major}.{minor}.{first} to {major}.{minor}.{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_find_their_row() {
        for (text, want) in [
            ("4.3.1", "4.3.1"),
            ("v4.3", "4.3.1"),
            ("4.3.9", "4.3.1"),
            ("3.22.0", "3.22.0"),
            ("3.22", "3.22.0"),
            ("4.2", "4.2.4"),
            ("4.2.1", "4.2.3"),
            ("3.19", "3.19.5"),
            ("3.19.2", "3.19.4"),
            ("3.17.0", "3.17.0"),
            ("3.16", "3.16.1"),
        ] {
            assert_eq!(Dialect::find(text).map(|d| d.version), Some(want), "{text}");
        }
        for text in
            ["", "4", "4.x", "2.17.0", "4.3.1.2", "3.22.0-rc.1", "3.18.0", "4.1.2", "3.23", "4.4.0", "3.15.4", "5.0"]
        {
            assert!(Dialect::find(text).is_none(), "{text}");
        }
    }
}
