//! The flags that every subcommand takes which renders a chart: values, versions, namespace, bounds. Each declared once.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::chart;
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::{DIALECTS, Dialect};
use crate::kubeconfig;
use crate::limits::Limits;
use crate::render::{Release, Settings};
use crate::values::Overrides;
use crate::world::{Capabilities, KubeVersion};

/// What a chart is rendered with.
#[derive(Args, Debug)]
pub struct ChartFlags {
    /// The Helm version to be exact to: 3.16 to 4.3, with or without the patch
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

    /// Let symlinks of the chart lead into this folder too (repeatable)
    #[arg(long, value_name = "DIR")]
    pub allow_outside: Vec<PathBuf>,
    /// Let an input cost more, or less: fuel, bytes, time, depth, stack, chart-bytes, file-bytes, files or yaml-nodes
    /// (repeatable)
    #[arg(long, value_name = "NAME=N")]
    pub limit: Vec<String>,
}

/// What a chart is rendered with, read from the flags.
pub struct Setup {
    pub settings: Settings,
    pub overrides: Overrides,
    pub options: chart::Options,
}

impl ChartFlags {
    /// Everything together, for commands that look at one chart. The error is in words.
    pub fn setup(&self, release: &str, is_upgrade: bool) -> Result<Setup, String> {
        let dialect = ChartFlags::dialect(&self.helm_version)?;
        let mut capabilities = Capabilities::default_of(dialect);
        if let Some(version) = self.kube_version(dialect).map_err(|refusal| refusal.message)? {
            capabilities.kube_version = version;
        }
        capabilities.api_versions.extend(self.api_versions());
        let release = Release { name: release.into(), namespace: self.namespace(), is_upgrade };
        let limits = self.limits()?;
        let settings = Settings { dialect, release, capabilities, limits, skip_schema_validation: false };
        let options = chart::Options { allow_outside: self.allow_outside.clone() };
        Ok(Setup { settings, overrides: self.overrides(), options })
    }

    /// The values files and flags, in Helm's order.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            files: split_csv(&self.values),
            set_json: self.set_json.clone(),
            set: self.set.clone(),
            set_string: self.set_string.clone(),
            set_file: self.set_file.clone(),
            set_literal: self.set_literal.clone(),
        }
    }

    /// The row of a Helm version. The error is ours, in words.
    pub fn dialect(version: &str) -> Result<&'static Dialect, String> {
        Dialect::find(version).ok_or_else(|| {
            let known: Vec<String> = DIALECTS.iter().map(|d| d.speaks_for()).collect();
            format!("no dialect speaks for Helm {version}; known: {}", known.join(", "))
        })
    }

    /// The bounds, with what `--limit` says. The error is ours, in words.
    pub fn limits(&self) -> Result<Limits, String> {
        let mut limits = Limits::default();
        match self.limit.iter().find_map(|text| limits.set(text).err()) {
            Some(wrong) => Err(format!("--limit: {wrong}")),
            None => Ok(limits),
        }
    }

    /// `--kube-version`, if it was given. The refusal is Helm's.
    pub fn kube_version(&self, dialect: &'static Dialect) -> Result<Option<KubeVersion>, Refusal> {
        let given = self.kube_version.as_deref().filter(|v| !v.is_empty());
        given.map(|version| kube_version(version, dialect)).transpose()
    }

    /// `--api-versions`, taken apart.
    pub fn api_versions(&self) -> Vec<String> {
        split_csv(&self.api_versions)
    }

    /// `--kube-context`, `HELM_KUBECONTEXT`; none: the kubeconfig's own.
    pub fn context(&self) -> Option<String> {
        let env = std::env::var("HELM_KUBECONTEXT").ok();
        self.kube_context.clone().or(env).filter(|context| !context.is_empty())
    }

    /// `--namespace`, `HELM_NAMESPACE`, the kubeconfig's context, `default`.
    pub fn namespace(&self) -> String {
        let env = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let given = self.namespace.clone().filter(|n| !n.is_empty()).or_else(|| env("HELM_NAMESPACE"));
        given.unwrap_or_else(|| {
            let (list, home) = (std::env::var_os("KUBECONFIG"), std::env::var_os("HOME"));
            let context = self.context();
            let lookup = kubeconfig::Lookup {
                path: self.kubeconfig.as_deref(),
                env: list.as_deref(),
                home: home.as_deref().map(Path::new),
                context: context.as_deref(),
            };
            kubeconfig::namespace(lookup).unwrap_or_else(|| "default".into())
        })
    }
}

/// A Kubernetes version as Helm reads one. The refusal is Helm's.
pub fn kube_version(version: &str, dialect: &'static Dialect) -> Result<KubeVersion, Refusal> {
    KubeVersion::parse(version, dialect)
        .map_err(|e| Refusal::new(Kind::Usage, format!("invalid kube version '{version}': {e}")))
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
