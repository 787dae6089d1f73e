//! What commands about many charts share: their flags, `.plimsoll.yaml`, and how wrong usage is told.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::{self, Config};
use crate::diagnostic::{Plain, Refusal};
use crate::report::{Format, Target};

/// Which charts are meant, and where their configuration is.
#[derive(Args, Debug)]
pub struct Charts {
    /// Charts: folders or .tgz files. Without any, those of .plimsoll.yaml
    #[arg(value_name = "CHART")]
    pub named: Vec<String>,
    /// The configuration, instead of the nearest .plimsoll.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look at no configuration
    #[arg(long)]
    pub no_config: bool,
}

/// Which charts are meant, and how what is found about them is told.
#[derive(Args, Debug)]
pub struct Told {
    #[command(flatten)]
    pub charts: Charts,
    /// text, json, junit, github, or sarif for what has a place in a file: to standard output or a file (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target>,
}

impl Told {
    /// Refuses formats that are not to be had. `what`: `tests`.
    pub fn only(&self, known: &[Format], what: &str) -> Result<(), Usage> {
        let Some(target) = self.report.iter().find(|target| !known.contains(&target.format)) else { return Ok(()) };
        let names: Vec<&str> = known.iter().map(|format| format.name()).collect();
        Err(Usage(format!("--report {}: {what} are told as {}", target.format.name(), names.join(", "))))
    }
}

impl Charts {
    /// The configuration, and the charts by paths from here.
    ///
    /// # Errors
    /// A configuration that cannot be read; no chart at all.
    pub fn read(&self) -> Result<(Config, Vec<String>), Usage> {
        let config = read(self.config.as_deref(), self.no_config)?;
        let charts = charts(&self.named, &config)?;
        Ok((config, charts))
    }
}

/// What was asked makes no sense, or a file is missing: in words.
pub struct Usage(String);

impl Usage {
    pub fn new(words: String) -> Self {
        Usage(words)
    }

    /// Tells it; the result is the exit code.
    pub fn tell(&self) -> u8 {
        say(&format!("error[usage]: {}", self.0));
        2
    }
}

impl From<Refusal> for Usage {
    fn from(refusal: Refusal) -> Self {
        let place = refusal.place.as_ref().map(|p| format!("\n  --> {}", Plain(&p.to_string()))).unwrap_or_default();
        Usage(format!("{}{place}", Plain(&refusal.message)))
    }
}

impl From<String> for Usage {
    fn from(words: String) -> Self {
        Usage(words)
    }
}

/// The configuration: the file that is named, else the nearest one, else that of nobody.
fn read(file: Option<&Path>, none: bool) -> Result<Config, Refusal> {
    let found = match (file, none) {
        (_, true) => None,
        (Some(path), _) => Some(path.to_path_buf()),
        (None, _) => std::env::current_dir().ok().and_then(|folder| Config::find(&folder)),
    };
    Ok(found.map(|path| Config::read(&path)).transpose()?.unwrap_or_default())
}

/// The charts named, or those of the configuration by paths from here.
fn charts(named: &[String], config: &Config) -> Result<Vec<String>, Usage> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    if config.charts.is_empty() {
        return Err(Usage(format!("no chart was named, and no {} lists any", config::FILE)));
    }
    let here = std::env::current_dir().unwrap_or_default();
    let shown = |path: &Path| {
        let path = config.folder().join(path);
        path.strip_prefix(&here).unwrap_or(&path).to_string_lossy().into_owned()
    };
    Ok(config.charts.iter().map(|path| shown(path)).collect())
}

/// A line for standard error. Where nobody listens any more, there is nobody to tell that.
pub fn say(line: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
