//! `render NAME CHART`: a drop-in for `helm template`. Exit codes are Helm's (0 and 1); 2 where a cluster or a network
//! would be needed.

mod dry_run;
mod flags;
mod output;
mod outside;

pub use flags::{Flags, REACH_OUT, augment, go_bool};

use std::io::Write;
use std::mem::ManuallyDrop;

use bumpalo::Bump;
use clap::ArgMatches;

use super::chart_flags::ChartFlags;
use crate::chart::{self, Log};
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::Dialect;
use crate::limits::{Limits, Stack, with_deep_stack};
use crate::release;
use crate::render::{self, Arenas, Loaded, Release, RenderedFile, Settings, Stopped};
use crate::world::{Capabilities, World};
use outside::Outside;

/// The flags given that would reach outside of chart and values.
pub fn reaching_out(matches: &ArgMatches) -> Vec<&'static str> {
    let Some(given) = matches.subcommand_matches("render") else { return Vec::new() };
    let is_off = |name: &str| given.get_one::<String>(name).is_some_and(|v| flags::go_bool(v) == Ok(false));
    let names = flags::REACH_OUT.iter().map(|(name, _)| *name);
    names.filter(|name| given.contains_id(name) && !is_off(name)).collect()
}

/// What a run leaves behind.
#[derive(Default)]
struct Outcome {
    stdout: Vec<u8>,
    log: Vec<String>,
    stopped: Option<Stopped>,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags, reaching_out: &[&str]) -> u8 {
    let usage = |words: String| {
        say(&format!("error[usage]: {words}"));
        2
    };
    let dialect = match ChartFlags::dialect(&flags.chart.helm_version) {
        Ok(dialect) => dialect,
        Err(words) => return usage(words),
    };
    let limits = match flags.chart.limits() {
        Ok(limits) => limits,
        Err(words) => return usage(words),
    };
    let run = |stack| attempt(flags, reaching_out, dialect, &limits, stack);
    let outcome = with_deep_stack(limits.stack, run).unwrap_or_else(|e| Outcome {
        stopped: Some(Refusal::new(Kind::Limit, format!("no room for a stack of {} bytes: {e}", limits.stack)).into()),
        ..Outcome::default()
    });
    for line in &outcome.log {
        say(line);
    }
    // A closed pipe is the reader's choice; any other failure to write is ours to tell.
    if let Err(e) = std::io::stdout().lock().write_all(&outcome.stdout)
        && e.kind() != std::io::ErrorKind::BrokenPipe
    {
        say(&format!("Error: {e}"));
        return 1;
    }
    match outcome.stopped {
        None => 0,
        Some(stopped) => {
            say(&stopped.words(flags.debug));
            if stopped.refusal.kind == Kind::NeedsCluster { 2 } else { 1 }
        }
    }
}

/// A line for standard error. Where nobody listens any more, there is nobody to tell that.
fn say(line: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

fn attempt(flags: &Flags, reaching_out: &[&str], dialect: &'static Dialect, limits: &Limits, stack: Stack) -> Outcome {
    let mut log = Log::new(dialect);
    let mut stdout = Vec::new();
    let stopped = render_to(flags, reaching_out, dialect, limits, stack, &mut log, &mut stdout).err();
    Outcome { stdout, log: log.lines, stopped }
}

fn render_to(
    flags: &Flags,
    reaching_out: &[&str],
    dialect: &'static Dialect,
    limits: &Limits,
    stack: Stack,
    log: &mut Log,
    stdout: &mut Vec<u8>,
) -> Result<(), Stopped> {
    let given = flags.dry_run.as_deref();
    dry_run::deprecated(given, flags.validate, dialect, log)?;
    let kube_version = flags.chart.kube_version(dialect)?;
    let reach = dry_run::check(given, flags.validate == Some(true), dialect, log)?;
    if let Some(flag) = reaching_out.first() {
        return Err(dry_run::needs_cluster(&format!("--{flag}")).into());
    }
    let (name, chart) = name_and_chart(flags, dialect, limits, stack)?;
    let path = chart::locate(&chart)?;
    let mut outside = Outside::of(flags, reach)?;
    let mut capabilities = outside.capabilities(dialect)?.unwrap_or_else(|| Capabilities::default_of(dialect));
    // What a live cluster says about itself is not for flags to change.
    if !reach.capabilities {
        capabilities.kube_version = kube_version.unwrap_or(capabilities.kube_version);
        capabilities.api_versions.extend(flags.chart.api_versions());
    }
    let settings = Settings {
        dialect,
        release: Release { name, namespace: flags.chart.namespace(), is_upgrade: flags.is_upgrade },
        capabilities,
        limits: limits.clone(),
        skip_schema_validation: flags.skip_schema_validation,
    };
    let overrides = flags.chart.overrides();
    let options = chart::Options { allow_outside: flags.chart.allow_outside.clone() };
    // The program ends once this is written: what it has built is not taken apart.
    let (arena, mut spare, heap) =
        (ManuallyDrop::new(Bump::new()), ManuallyDrop::new(Bump::new()), ManuallyDrop::new(Bump::new()));
    let Loaded { chart, user, .. } = render::load(&path, &options, &overrides, &settings, &arena, log)?;
    release::name::check(&settings.release.name, dialect, log)?;
    if let Outside::Nothing = outside {
        let arenas = Arenas { chart: &arena, spare: &mut spare };
        let rendered = render::bind_and_render(chart, user, settings, arenas, stack, log, |bound| {
            bound.render(&World::empty(), &heap, stack)
        })?;
        let (bound, files) = &*ManuallyDrop::new(rendered);
        return write(flags, bound, files, &outside, log, stdout);
    }
    let mut bound = render::bind(chart, user, settings, &arena, stack, log)?;
    if reach.install && !flags.skip_crds && !bound.crds(&Bump::new())?.is_empty() {
        let words = "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.";
        log.slog("WARN", words, &[]);
    }
    let files = outside.render(&bound, stack)?;
    bound.confirm()?;
    write(flags, &bound, &files, &outside, log, stdout)
}

/// From rendered files to what is printed or written.
fn write(
    flags: &Flags,
    bound: &render::Bound<'_>,
    files: &[RenderedFile],
    outside: &Outside,
    log: &mut Log,
    stdout: &mut Vec<u8>,
) -> Result<(), Stopped> {
    let late = |refusal| Stopped { refusal, has_release: true };
    let Settings { dialect, release, limits, .. } = bound.settings();
    let files: Vec<release::File<'_>> = files
        .iter()
        .filter(|f| !f.path.ends_with("NOTES.txt"))
        .map(|f| release::File { path: &f.path, content: &f.content })
        .collect();
    let sorted = match release::sort(&files, dialect, limits, log) {
        Ok(sorted) => sorted,
        Err(refusal) => {
            if flags.debug {
                *stdout = output::unsorted(&files);
            }
            return Err(late(refusal));
        }
    };
    let arena = Bump::new();
    let crds = if flags.include_crds { bound.crds(&arena)? } else { Vec::new() };
    if let Some(dir) = flags.output_dir.as_deref().filter(|d| !d.is_empty()) {
        let below = flags.release_name.then_some(release.name.as_str());
        output::write_files(&sorted, &crds, dir, below, flags, stdout)
            .map_err(|e| late(Refusal::new(Kind::Unreadable, e)))?;
        // Nothing is left to choose from once everything is in files.
        return match flags.show_only.first() {
            Some(pattern) => Err(Refusal::new(Kind::Usage, release::not_shown(pattern)).into()),
            None => {
                stdout.push(b'\n');
                Ok(())
            }
        };
    }
    outside.install(|| output::objects(&sorted, &crds, limits), bound, flags)?;
    let text = output::text(&sorted, &crds, flags);
    *stdout = if flags.show_only.is_empty() {
        text
    } else {
        release::show_only(&text, &flags.show_only, dialect).map_err(|e| Refusal::new(Kind::Usage, e))?
    };
    Ok(())
}

/// `NameAndChart`
fn name_and_chart(
    flags: &Flags,
    dialect: &'static Dialect,
    limits: &Limits,
    stack: Stack,
) -> Result<(String, String), Refusal> {
    let usage = |words: &str| Err(Refusal::new(Kind::Usage, words));
    match flags.positional.as_slice() {
        [] => usage("\"helm template\" requires at least 1 argument\n\nUsage:  helm template [NAME] [CHART] [flags]"),
        [name, chart] => {
            if flags.generate_name {
                return usage("cannot set --generate-name and also specify a name");
            }
            if flags.name_template.as_ref().is_some_and(|t| !t.is_empty()) {
                return usage("cannot set --name-template and also specify a name");
            }
            Ok((name.clone(), chart.clone()))
        }
        [chart] => {
            let name = match flags.name_template.as_deref() {
                Some(template) if !template.is_empty() => render::name_from_template(template, dialect, limits, stack)?,
                // `helm template` names every release that is not named.
                _ => "release-name".to_string(),
            };
            Ok((name, chart.clone()))
        }
        [_, _, more @ ..] => {
            usage(&format!("expected at most two arguments, unexpected arguments: {}", more.join(", ")))
        }
    }
}
