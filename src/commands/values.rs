//! `values CHART`: the values that templates see; with `--origin`, a line for each with the file, flag or default that set it.

use std::io::Write;

use bumpalo::Bump;
use clap::Args;

use super::chart_flags::{ChartFlags, Setup};
use crate::chart::{self, Log};
use crate::diagnostic::{Plain, Refusal};
use crate::limits::with_deep_stack;
use crate::lint::Collected;
use crate::manifest::{Path, Step};
use crate::redact::{REDACTED, Secrets, is_secret, names_secret};
use crate::render::{self, Loaded};
use crate::value::{Pos, Sources, Tree, to_json};
use crate::values;
use crate::yaml;

/// Which values, and how they are told.
#[derive(Args, Debug)]
pub struct Flags {
    /// A folder or .tgz
    #[arg(value_name = "CHART")]
    pub name: String,
    /// A line for each value, with what set it
    #[arg(long)]
    pub origin: bool,
    #[command(flatten)]
    pub chart: ChartFlags,
}

/// Runs the subcommand; the result is the exit code.
pub fn run(flags: &Flags) -> u8 {
    let setup = match flags.chart.setup("release-name", false) {
        Ok(setup) => setup,
        Err(words) => {
            say(&format!("error[usage]: {words}"));
            return 2;
        }
    };
    let told = with_deep_stack(setup.settings.limits.stack, |_| tell(flags, &setup));
    match told {
        Err(e) => {
            say(&format!("error[limit]: no room for a stack: {e}"));
            2
        }
        Ok((Ok(text), secrets)) => {
            // A closed pipe is the reader's choice.
            let _ = std::io::stdout().lock().write_all(secrets.hide(&text).as_bytes());
            0
        }
        Ok((Err(refusal), secrets)) => {
            let words = secrets.hide(&refusal.message).into_owned();
            say(&format!("error[{}]: {}", refusal.kind.id(), Plain(&words)));
            2
        }
    }
}

fn tell(flags: &Flags, setup: &Setup) -> (Result<String, Refusal>, Secrets) {
    let mut collected = Collected::default();
    let told = effective(flags, setup, &mut collected);
    if told.is_err() {
        collected.overrides(&setup.overrides);
    }
    (told, collected.into_secrets())
}

fn effective(flags: &Flags, setup: &Setup, collected: &mut Collected) -> Result<String, Refusal> {
    let Setup { settings, overrides, options } = setup;
    let (arena, mut log) = (Bump::new(), Log::new(settings.dialect));
    let path = chart::locate(&flags.name)?;
    let Loaded { chart, user, sources } = render::load(&path, options, overrides, settings, &arena, &mut log)?;
    collected.values(Tree::Map(user));
    collected.chart(chart);
    let prepared = values::prepare(chart, user, settings.dialect, &arena, &settings.limits, &mut log)?;
    let root = prepared.root.values;
    collected.values(Tree::Map(root));
    let mut leaves = Vec::new();
    flatten(Tree::Map(root), Pos::default(), &mut Vec::new(), &mut leaves);
    if flags.origin {
        let width = leaves.iter().map(|l| l.text().len()).filter(|n| *n <= 60).max().unwrap_or(0);
        return Ok(leaves.iter().map(|l| l.line(width, &sources)).collect());
    }
    let mut json = to_json(Tree::Map(root));
    redact(&mut json, "");
    let json = json.to_string();
    // What YAML has no words for stays JSON, which is YAML too.
    let yaml = yaml::json_to_yaml(json.as_bytes()).unwrap_or_else(|_| format!("{json}\n").into_bytes());
    Ok(String::from_utf8_lossy(&yaml).into_owned())
}

/// Takes out what is a secret by its key, `name`.
fn redact(value: &mut serde_json::Value, name: &str) {
    match value {
        serde_json::Value::Object(map) => map.iter_mut().for_each(|(key, value)| redact(value, key)),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| redact(item, name)),
        serde_json::Value::String(text) if !text.is_empty() && is_secret(name, text) => *text = REDACTED.into(),
        serde_json::Value::Number(_) if names_secret(name) => *value = REDACTED.into(),
        _ => {}
    }
}

/// One value that is no map and no list, or an empty one.
struct Leaf {
    path: Path,
    shown: String,
    pos: Pos,
}

fn flatten(tree: Tree<'_>, pos: Pos, path: &mut Vec<Step>, out: &mut Vec<Leaf>) {
    match tree {
        Tree::Map(map) if !map.entries().is_empty() => {
            for entry in map.entries() {
                path.push(Step::Key(entry.key.to_string()));
                // What coalescing laid together has no place of its own: its parts do.
                flatten(entry.value, entry.pos, path, out);
                path.pop();
            }
        }
        Tree::List(list) if !list.items().is_empty() => {
            for (index, (item, pos)) in list.items().iter().enumerate() {
                path.push(Step::Index(index));
                flatten(*item, *pos, path, out);
                path.pop();
            }
        }
        leaf => {
            let mut keys = path.iter().rev().filter_map(|step| match step {
                Step::Key(key) => Some(key.as_str()),
                Step::Index(_) => None,
            });
            let mut json = to_json(leaf);
            redact(&mut json, keys.next().unwrap_or_default());
            out.push(Leaf { path: Path(path.clone()), shown: json.to_string(), pos });
        }
    }
}

impl Leaf {
    fn text(&self) -> String {
        format!("{}: {}", Plain(&self.path.to_string()), Plain(&self.shown))
    }

    fn line(&self, width: usize, sources: &Sources) -> String {
        let origin = sources.place(self.pos).map_or_else(|| "made while values were merged".into(), |p| p.to_string());
        format!("{:width$}  # {}\n", self.text(), Plain(&origin))
    }
}

fn say(line: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
