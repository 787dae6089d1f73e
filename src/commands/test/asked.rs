//! The arguments of a case, read by the flags of `render`: a case asks what a user of `helm template` could.

use std::path::{Component, Path};

use clap::{Args, Command, FromArgMatches};

use crate::chart;
use crate::commands::chart_flags::split_csv;
use crate::commands::render;
use crate::golden::{Ask, Show, Subject};
use crate::render::{Release, Settings};
use crate::world::Capabilities;

/// The word that stands for the chart.
const CHART: &str = "chart";

/// Reads them. Files are those of the case, or of the chart; the machine's own settings (kubeconfig, environment) are not
/// asked.
///
/// # Errors
/// In words: flags that `helm template` does not have, that reach outside, or that a case has no use for.
pub fn read(arguments: &[String], of: &Subject<'_>) -> Result<Ask, String> {
    let command = render::augment(render::Flags::augment_args(Command::new("helm template")));
    let line = std::iter::once("helm template").chain(arguments.iter().map(String::as_str));
    let matches = command.try_get_matches_from(line).map_err(|e| first_line(&e))?;
    let given: Vec<&str> = render::REACH_OUT.iter().map(|(name, _)| *name).filter(|n| matches.contains_id(n)).collect();
    let flags = render::Flags::from_arg_matches(&matches).map_err(|e| first_line(&e))?;
    let useless = [
        ("--output-dir", flags.output_dir.is_some()),
        ("--validate", flags.validate == Some(true)),
        ("--dry-run", flags.dry_run.as_deref().is_some_and(|strategy| strategy != "client")),
        ("--generate-name", flags.generate_name),
        ("--name-template", flags.name_template.is_some()),
        ("--helm-version", arguments.iter().any(|a| a.starts_with("--helm-version"))),
        ("--allow-outside", !flags.chart.allow_outside.is_empty()),
        ("--limit", !flags.chart.limit.is_empty()),
        ("--kubeconfig", flags.chart.kubeconfig.is_some()),
        ("--kube-context", flags.chart.kube_context.is_some()),
    ];
    let useless = useless.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_string());
    if let Some(name) = given.iter().map(|name| format!("--{name}")).chain(useless).next() {
        return Err(format!("{name} is not for cases: what it does is not a matter of chart and values"));
    }
    let (release, chart) = match flags.positional.as_slice() {
        [chart] => ("release-name", chart),
        [name, chart] => (name.as_str(), chart),
        _ => return Err("a case asks for NAME and CHART".into()),
    };
    if chart != CHART {
        return Err(format!("the chart of a case is called {CHART:?}, and not {chart:?}"));
    }
    let dialect = of.dialect;
    let mut capabilities = Capabilities::default_of(dialect);
    if let Some(version) = flags.chart.kube_version(dialect).map_err(|refusal| refusal.message)? {
        capabilities.kube_version = version;
    }
    capabilities.api_versions.extend(split_csv(&flags.chart.api_versions));
    let mut overrides = flags.chart.overrides();
    for file in &mut overrides.files {
        *file = inside(file, of)?;
    }
    for pair in &mut overrides.set_file {
        let (key, file) = pair
            .split_once('=')
            .filter(|(_, file)| !file.contains(','))
            .ok_or_else(|| format!("--set-file {pair}: a case names one key=file a flag"))?;
        *pair = format!("{key}={}", inside(file, of)?);
    }
    let namespace = flags.chart.namespace.clone().filter(|n| !n.is_empty()).unwrap_or_else(|| "default".into());
    let release = Release { name: release.into(), namespace, is_upgrade: flags.is_upgrade };
    Ok(Ask {
        settings: Settings {
            dialect,
            release,
            capabilities,
            limits: of.limits.clone(),
            skip_schema_validation: flags.skip_schema_validation,
        },
        overrides,
        options: chart::Options::default(),
        show: Show {
            no_hooks: flags.no_hooks,
            skip_tests: flags.skip_tests,
            include_crds: flags.include_crds,
            only: flags.show_only.clone(),
        },
        debug: flags.debug,
    })
}

/// The path of a file that a case names: one beside case.yaml, or `chart/...` for one of the chart's own.
fn inside(file: &str, of: &Subject<'_>) -> Result<String, String> {
    let path = Path::new(file);
    let stays = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !stays || file.is_empty() || file == "-" {
        return Err(format!("{file:?} is no file of the case or of its chart"));
    }
    let path = match path.strip_prefix(CHART) {
        Ok(rest) => of.chart.join(rest),
        Err(_) => of.folder.join(path),
    };
    Ok(path.to_string_lossy().into_owned())
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim_start_matches("error: ").to_string()
}
