//! `init case CHART`: the folder of a golden case.

use std::path::{Path, PathBuf};

use clap::Args;

use super::say;
use crate::chart;
use crate::diagnostic::{Kind, Plain, Refusal};
use crate::init::case::Case;
use crate::init::{file, wrong};

/// Which case, of which chart.
#[derive(Args, Debug)]
pub struct Flags {
    /// The chart's folder
    #[arg(value_name = "CHART")]
    chart: String,
    /// Name of the case: what it shows
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// One sentence: why the case is there
    #[arg(long, value_name = "SENTENCE")]
    why: Option<String>,
    /// The values file of the case; none is the chart's defaults
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    values: Option<PathBuf>,
    /// A text that must not be in the output (repeatable)
    #[arg(long, value_name = "TEXT")]
    absent: Vec<String>,
    /// The folder of the suite, instead of golden/NAME-OF-THE-CHART beside the chart
    #[arg(long, value_name = "DIR")]
    suite: Option<PathBuf>,
    /// Replace what is there
    #[arg(long)]
    force: bool,
}

pub fn run(flags: &Flags) -> Result<u8, Refusal> {
    let name = flags.name.as_deref().ok_or_else(|| wrong("--name", "is missing"))?;
    let why = flags.why.as_deref().ok_or_else(|| wrong("--why", "is missing"))?;
    let found = chart::locate(&flags.chart)?;
    if !found.join("Chart.yaml").is_file() {
        return Err(wrong("CHART", "is no chart's folder"));
    }
    let values = flags.values.as_deref().map(read).transpose()?.unwrap_or_else(|| "{}\n".into());
    let here = std::env::current_dir().map_err(|e| Refusal::new(Kind::Usage, format!("the current folder: {e}")))?;
    let whole = |path: &Path| here.join(path);
    let last = found.file_name().map_or_else(|| PathBuf::from("chart"), PathBuf::from);
    let beside = found.parent().unwrap_or(Path::new(""));
    let suite = flags.suite.clone().unwrap_or_else(|| beside.join("golden").join(last));
    let case = Case { name, why, absent: &flags.absent, values: &values };
    let drafts = case.files(&whole(&found), &whole(&suite))?;
    file::write(&drafts, flags.force)?;
    let folder = suite.join(name);
    say(&format!("note: {} has no expected output yet", Plain(&folder.to_string_lossy())));
    Ok(0)
}

/// A values file as it is, comments and all: it has to be YAML.
fn read(path: &Path) -> Result<String, Refusal> {
    const LONGEST: u64 = 1 << 20;
    let fail =
        |words: &dyn std::fmt::Display| wrong("--values", format!("{}: {words}", Plain(&path.to_string_lossy())));
    let size = std::fs::metadata(path).map_err(|e| fail(&e))?.len();
    if size > LONGEST {
        return Err(fail(&"is larger than a case's values can be"));
    }
    let text = std::fs::read_to_string(path).map_err(|e| fail(&e))?;
    serde_yaml::from_str::<Option<serde_json::Map<String, serde_json::Value>>>(&text).map_err(|e| fail(&e))?;
    Ok(text)
}
