//! The flags of `render`: those of `helm template`, each declared once.

use clap::{Arg, ArgAction, Args, Command};

use crate::commands::chart_flags::ChartFlags;
use crate::commands::cluster_flags::ClusterFlags;

/// Flags that change what is rendered.
#[derive(Args, Debug)]
pub struct Flags {
    /// Release name and chart: a folder or a .tgz. With one argument only, the chart.
    #[arg(value_names = ["NAME", "CHART"], num_args = 0..)]
    pub positional: Vec<String>,

    #[command(flatten)]
    pub chart: ChartFlags,
    #[command(flatten)]
    pub cluster: ClusterFlags,

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

    /// Ask the cluster what an install would: whether it has the kinds, and whether objects are somebody else's. Helm 4 calls it
    /// --dry-run=server
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", value_parser = go_bool)]
    pub validate: Option<bool>,
    /// With a cluster: objects that are there already may be anybody's
    #[arg(long)]
    pub take_ownership: bool,
    /// With a cluster: say nothing of the chart's CRDs
    #[arg(long)]
    pub skip_crds: bool,
    /// Take lookups and capabilities from this recording (see `record`)
    #[arg(long, value_name = "FILE")]
    pub world: Option<String>,
    /// `client` (as without), or `server`: lookups and capabilities come from the cluster
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
