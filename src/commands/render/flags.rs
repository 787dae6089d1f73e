//! The flags of `render`: those of `helm template`, each declared once.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Args, Command};

use crate::dialect::DIALECTS;

/// Flags that change what is rendered.
#[derive(Args, Debug)]
pub struct Flags {
    /// Release name and chart: a folder or a .tgz. With one argument only, the chart.
    #[arg(value_names = ["NAME", "CHART"], num_args = 0..)]
    pub positional: Vec<String>,

    /// The Helm version to be exact to: 4.3.1 or 3.22.0, or a range that one of them speaks for, such as 4.3
    #[arg(long, value_name = "VERSION", default_value = DIALECTS[0].version)]
    pub helm_version: String,

    /// Values from a YAML file, or from standard input with `-` (repeatable; later ones win)
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub values: Vec<String>,
    /// Set values: key1=val1,key2=val2 (repeatable)
    #[arg(long, value_name = "PAIRS")]
    pub set: Vec<String>,
    /// Set string values (repeatable)
    #[arg(long, value_name = "PAIRS")]
    pub set_string: Vec<String>,
    /// Set values from files: key1=path1,key2=path2 (repeatable)
    #[arg(long, value_name = "PAIRS")]
    pub set_file: Vec<String>,
    /// Set JSON values: key1=json1, or {"key1": json1} (repeatable)
    #[arg(long, value_name = "JSON")]
    pub set_json: Vec<String>,
    /// Set one literal string value: key=anything (repeatable)
    #[arg(long, value_name = "PAIR")]
    pub set_literal: Vec<String>,

    /// Namespace of the release
    #[arg(short = 'n', long)]
    pub namespace: Option<String>,
    /// Context of the kubeconfig, for its namespace
    #[arg(long, value_name = "NAME")]
    pub kube_context: Option<String>,
    /// The kubeconfig file
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// Further API versions for .Capabilities.APIVersions (repeatable, or separated by commas)
    #[arg(short = 'a', long = "api-versions", value_name = "VERSIONS")]
    pub api_versions: Vec<String>,
    /// Kubernetes version for .Capabilities.KubeVersion
    #[arg(long, value_name = "VERSION")]
    pub kube_version: Option<String>,

    /// Set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long)]
    pub is_upgrade: bool,
    /// Leave hooks out
    #[arg(long)]
    pub no_hooks: bool,
    /// Leave test hooks out
    #[arg(long)]
    pub skip_tests: bool,
    /// Put the charts' CRDs before the manifests
    #[arg(long)]
    pub include_crds: bool,
    /// Accept values that values.schema.json refuses
    #[arg(long)]
    pub skip_schema_validation: bool,

    /// Only the manifests of these templates (a path inside the chart, may be a pattern; repeatable)
    #[arg(short = 's', long = "show-only", value_name = "TEMPLATE")]
    pub show_only: Vec<String>,
    /// Write files below this folder instead of printing
    #[arg(long, value_name = "DIR")]
    pub output_dir: Option<String>,
    /// Put the release name into the path below --output-dir
    #[arg(long)]
    pub release_name: bool,
    /// A template for the release name
    #[arg(long, value_name = "TEMPLATE")]
    pub name_template: Option<String>,
    /// Make up the release name from the chart's and the time
    #[arg(short = 'g', long)]
    pub generate_name: bool,
    /// On a document that is not YAML, print what was rendered all the same
    #[arg(long)]
    pub debug: bool,

    /// Let symlinks of the chart lead into this folder too (repeatable)
    #[arg(long, value_name = "DIR")]
    pub allow_outside: Vec<PathBuf>,

    /// Let an input cost more, or less: fuel, bytes, time, depth, stack, chart-bytes, file-bytes, files or yaml-nodes
    /// (repeatable)
    #[arg(long, value_name = "NAME=N")]
    pub limit: Vec<String>,

    /// Validate against a cluster
    #[arg(long)]
    pub validate: bool,
    /// `client` (as without) or `server`
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "unset", value_name = "STRATEGY")]
    pub dry_run: Option<String>,
}

/// Flags of `helm template` that change nothing of its output: accepted, so that a script can swap the program.
/// `true`: the flag takes a value.
static WITHOUT_EFFECT: &[(&str, Option<char>, bool)] = &[
    ("atomic", None, false),
    ("burst-limit", None, true),
    ("ca-file", None, true),
    ("cert-file", None, true),
    ("color", None, true),
    ("colour", None, true),
    ("content-cache", None, true),
    ("create-namespace", None, false),
    // Where charts are missing, that is told as without it.
    ("dependency-update", None, false),
    ("description", None, true),
    ("devel", None, false),
    ("disable-openapi-validation", None, false),
    ("force", None, false),
    ("force-conflicts", None, false),
    ("force-replace", None, false),
    ("hide-notes", None, false),
    ("insecure-skip-tls-verify", None, false),
    ("key-file", None, true),
    ("keyring", None, true),
    ("kube-apiserver", None, true),
    ("kube-as-group", None, true),
    ("kube-as-user", None, true),
    ("kube-ca-file", None, true),
    ("kube-insecure-skip-tls-verify", None, false),
    ("kube-tls-server-name", None, true),
    ("kube-token", None, true),
    ("labels", Some('l'), true),
    ("pass-credentials", None, false),
    ("password", None, true),
    ("plain-http", None, false),
    ("qps", None, true),
    ("registry-config", None, true),
    ("render-subchart-notes", None, false),
    ("replace", None, false),
    ("repository-cache", None, true),
    ("repository-config", None, true),
    ("rollback-on-failure", None, false),
    ("server-side", None, false),
    ("skip-crds", None, false),
    ("take-ownership", None, false),
    ("timeout", None, true),
    ("username", None, true),
    ("version", None, true),
    ("wait", None, false),
    ("wait-for-jobs", None, false),
];

/// Flags of `helm template` that reach outside of chart and values: (name, takes a value).
pub static REACH_OUT: &[(&str, bool)] =
    &[("enable-dns", false), ("post-renderer", true), ("post-renderer-args", true), ("repo", true), ("verify", false)];

/// Adds the two tables to the command, and reads all flags as pflag does: `--flag=false` for a switch, a value that
/// begins with a dash, a flag given twice.
pub fn augment(command: Command) -> Command {
    let mut command = command.args_override_self(true).mut_args(|arg| match arg.get_action() {
        ArgAction::SetTrue => arg
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_value("false")
            .default_missing_value("true")
            .hide_default_value(true)
            .value_name("BOOL")
            .value_parser(go_bool),
        ArgAction::Set | ArgAction::Append if !arg.is_positional() => arg.allow_hyphen_values(true),
        _ => arg,
    });
    let without = WITHOUT_EFFECT.iter().copied();
    let reach = REACH_OUT.iter().map(|(name, value)| (*name, None, *value));
    for (name, short, takes_value) in without.chain(reach) {
        let mut arg = Arg::new(name).long(name).hide(true).action(ArgAction::Append).allow_hyphen_values(true);
        if let Some(short) = short {
            arg = arg.short(short);
        }
        if !takes_value {
            arg = arg.num_args(0..=1).require_equals(true).default_missing_value("true");
        }
        command = command.arg(arg);
    }
    command
}

/// `strconv.ParseBool`, as pflag reads `--flag=VALUE`.
pub fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
    }
}

/// The items of a pflag `StringSlice`: each flag's value is one line of CSV.
pub fn split_csv(values: &[String]) -> Vec<String> {
    values.iter().flat_map(|v| csv_line(v)).collect()
}

fn csv_line(line: &str) -> Vec<String> {
    if line.is_empty() {
        return Vec::new();
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        if let Some(mut quoted) = rest.strip_prefix('"') {
            let mut field = String::new();
            loop {
                let Some(end) = quoted.find('"') else {
                    field.push_str(quoted);
                    quoted = "";
                    break;
                };
                field.push_str(&quoted[..end]);
                quoted = &quoted[end + 1..];
                match quoted.strip_prefix('"') {
                    Some(more) => {
                        field.push('"');
                        quoted = more;
                    }
                    None => break,
                }
            }
            fields.push(field);
            match quoted.strip_prefix(',') {
                Some(more) => rest = more,
                None => return fields,
            }
        } else if let Some((field, more)) = rest.split_once(',') {
            fields.push(field.to_string());
            rest = more;
        } else {
            fields.push(rest.to_string());
            return fields;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_flag_is_a_line_of_csv() {
        let split = |s: &str| split_csv(&[s.to_string()]);
        assert_eq!(split("a,b"), ["a", "b"]);
        assert_eq!(split("\"a,b\",c"), ["a,b", "c"]);
        assert_eq!(split("\"a\"\"b\""), ["a\"b"]);
        assert_eq!(split("a,"), ["a", ""]);
        assert!(split("").is_empty());
    }
}
