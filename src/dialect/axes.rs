//! The fields of a row under names that people can use: what differs between two Helms, one thing at a time.

use super::Dialect;

/// One behaviour that two rows may have differently.
pub struct Axis {
    pub name: &'static str,
    /// What it decides, as half a sentence.
    pub about: &'static str,
    /// Gives the first row what the second has.
    take: fn(&mut Dialect, &Dialect),
}

/// Every field of a row belongs to one axis.
pub static AXES: &[Axis] = &[
    Axis {
        name: "null rule",
        about: "what a null in values does to a default",
        take: |row, other| row.null_rule = other.null_rule,
    },
    Axis {
        name: "document bytes",
        about: "which white space of a document is printed",
        take: |row, other| row.document_bytes = other.document_bytes,
    },
    Axis {
        name: "document split",
        about: "where one document of a file ends",
        take: |row, other| row.document_split = other.document_split,
    },
    Axis {
        name: "install order",
        about: "the order in which kinds are printed and installed",
        take: |row, other| row.install_order = other.install_order,
    },
    Axis {
        name: ".Chart shape",
        about: "whether .Chart is a struct or a map",
        take: |row, other| row.chart_shape = other.chart_shape,
    },
    Axis {
        name: "function table",
        about: "which functions templates have",
        take: |row, other| {
            row.has_from_toml = other.has_from_toml;
            row.has_must_to_yaml = other.has_must_to_yaml;
            row.has_must_to_toml = other.has_must_to_toml;
            row.has_duration_helpers = other.has_duration_helpers;
        },
    },
    Axis {
        name: "template language",
        about: "what the text/template of its Go understands",
        take: |row, other| {
            row.ranges_over_integers = other.ranges_over_integers;
            row.has_else_with = other.has_else_with;
            row.names_compared_types = other.names_compared_types;
            row.names_what_is_called = other.names_what_is_called;
        },
    },
    Axis {
        name: ".Files.Lines",
        about: "what the lines of an empty file are",
        take: |row, other| row.empty_file_has_no_lines = other.empty_file_has_no_lines,
    },
    Axis {
        name: "schema library",
        about: "who judges values.schema.json",
        take: |row, other| {
            row.schema_library = other.schema_library;
            row.unresolved_urn_accepts = other.unresolved_urn_accepts;
            row.crashes_without_subchart_values = other.crashes_without_subchart_values;
        },
    },
    Axis {
        name: "semver library",
        about: "what versions and their constraints mean",
        take: |row, other| row.semver = other.semver,
    },
    Axis { name: "TOML library", about: "how TOML is read and written", take: |row, other| row.toml = other.toml },
    Axis {
        name: "Kubernetes version",
        about: "the version that is assumed without a cluster, and how one is read",
        take: |row, other| {
            row.kube_version = other.kube_version;
            row.kube_version_reader = other.kube_version_reader;
            row.keeps_kube_version_suffix = other.keeps_kube_version_suffix;
        },
    },
    Axis {
        name: "API versions",
        about: "the API versions that are assumed without a cluster",
        take: |row, other| row.api_versions = other.api_versions,
    },
    Axis {
        name: "values files",
        about: "how many documents of a values file count",
        take: |row, other| {
            row.multi_document_values = other.multi_document_values;
            row.drops_long_last_line = other.drops_long_last_line;
        },
    },
    Axis {
        name: "--set grammar",
        about: "what --set and --set-json accept",
        take: |row, other| {
            row.set_json_root = other.set_json_root;
            row.set_may_end_in_index = other.set_may_end_in_index;
        },
    },
    Axis {
        name: "subcharts",
        about: "how aliases and import-values are worked out",
        take: |row, other| {
            row.alias_copies_dependencies = other.alias_copies_dependencies;
            row.prints_import_values = other.prints_import_values;
        },
    },
    Axis {
        name: "chart loading",
        about: "which charts are taken, and how large they may be",
        take: |row, other| {
            row.detects_chart_kind = other.detects_chart_kind;
            row.refuses_dot_names = other.refuses_dot_names;
            row.max_chart_file = other.max_chart_file;
            row.max_chart_folder = other.max_chart_folder;
            row.max_chart_archive = other.max_chart_archive;
        },
    },
    Axis {
        name: "Go type names",
        about: "how types are called in templates and errors",
        take: |row, other| {
            row.values_type = other.values_type;
            row.release_package = other.release_package;
            row.capabilities_package = other.capabilities_package;
            row.chart_package = other.chart_package;
        },
    },
    Axis {
        name: "Helm version",
        about: "what .Capabilities.HelmVersion says",
        take: |row, other| {
            row.version = other.version;
            row.range = other.range;
            row.go_version = other.go_version;
            row.git_commit = other.git_commit;
            row.kube_client_version = other.kube_client_version;
        },
    },
    Axis {
        name: "install",
        about: "which objects of a cluster are looked at before an install",
        take: |row, other| row.knows_generated_names = other.knows_generated_names,
    },
    Axis {
        name: "words",
        about: "how errors and warnings are told",
        take: |row, other| {
            row.error_style = other.error_style;
            row.log = other.log;
            row.wraps_dependency_errors = other.wraps_dependency_errors;
            row.unpacking = other.unpacking;
            row.missing_dependencies = other.missing_dependencies;
            row.chart_too_large = other.chart_too_large;
            row.cannot_install = other.cannot_install;
            row.deprecates_notes_flags = other.deprecates_notes_flags;
        },
    },
];

/// The axes in which two rows differ.
pub fn differing(from: &Dialect, to: &Dialect) -> Vec<&'static Axis> {
    let shown = format!("{from:?}");
    AXES.iter().filter(|axis| format!("{:?}", mixed(from, to, &[axis])) != shown).collect()
}

/// A row with some axes of another.
pub fn mixed(from: &Dialect, to: &Dialect, axes: &[&Axis]) -> Dialect {
    let mut row = *from;
    axes.iter().for_each(|axis| (axis.take)(&mut row, to));
    row
}

/// [`mixed`], for a render: a render's row lives as long as the process, so this one does. It takes some hundred bytes.
pub fn hybrid(from: &Dialect, to: &Dialect, axes: &[&Axis]) -> &'static Dialect {
    Box::leak(Box::new(mixed(from, to, axes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::DIALECTS;

    #[test]
    fn all_axes_together_are_the_whole_row() {
        let all: Vec<&Axis> = AXES.iter().collect();
        for from in DIALECTS {
            for to in DIALECTS {
                assert_eq!(
                    format!("{:?}", mixed(from, to, &all)),
                    format!("{to:?}"),
                    "{} {}",
                    from.version,
                    to.version
                );
                assert_eq!(differing(from, to).is_empty(), from.version == to.version);
            }
        }
    }
}
