//! What the golden suites expect of which Helm: `scripts/helms` lists the versions, `scripts/golden` writes the files.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use plimsoll::dialect::{Dialect, SchemaLibrary};
use serde::de::DeserializeOwned;
use serde_yaml::Value;

/// A file that stands where nothing was written.
const EMPTY: &str = "nothing-written";

/// One line of scripts/helms.
pub struct Helm {
    pub version: String,
    /// The neighbour whose files stand for its own where it has none; nothing for the first.
    pub same_as: Option<String>,
}

/// The Helms that golden output comes from, every neighbour before those that refer to it.
pub struct Helms(Vec<Helm>);

/// The exit codes of a case, by the version's mark (`` for the first, `-3.22.0`).
pub type Exits = BTreeMap<String, i32>;

impl Helms {
    pub fn all() -> Helms {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/helms");
        let text = fs::read_to_string(path).expect("scripts/helms can be read");
        let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let helms = rows.map(|row| {
            let mut fields = row.split_whitespace();
            let (version, same_as) = (fields.next(), fields.nth(1));
            Helm {
                version: version.expect("a version").to_owned(),
                same_as: same_as.filter(|v| *v != "-").map(str::to_owned),
            }
        });
        Helms(helms.collect())
    }

    pub fn versions(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|helm| helm.version.as_str())
    }

    /// The first that `find` has something for: asked with the version's own mark, then with those of its neighbours.
    fn nearest<T>(&self, version: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let helm = self.0.iter().find(|helm| helm.version == version).expect("a version of scripts/helms");
        match &helm.same_as {
            None => find(""),
            Some(neighbour) => find(&format!("-{version}")).or_else(|| self.nearest(neighbour, find)),
        }
    }

    /// What that version wrote; nothing when it wrote nothing.
    pub fn stream(&self, folder: &Path, version: &str, stem: &str, ending: &str) -> Vec<u8> {
        self.nearest(version, |mark| fs::read(folder.join(format!("{stem}{mark}{ending}"))).ok()).unwrap_or_default()
    }

    /// Where the files of `--output-dir` stand, if there are any.
    pub fn written(&self, folder: &Path, version: &str) -> Option<PathBuf> {
        let found = self.nearest(version, |mark| Some(folder.join(format!("out{mark}"))).filter(|path| path.is_dir()));
        found.filter(|path| !path.join(EMPTY).exists())
    }

    pub fn exit(&self, exits: &Exits, version: &str) -> i32 {
        self.nearest(version, |mark| exits.get(mark).copied()).unwrap_or(0)
    }
}

/// Whether that Helm tells errors of a schema in the order of a Go map, as its library up to 3.18.4 does: such an answer is kept
/// as sorted lines.
pub fn is_in_the_order_of_a_map(version: &str, stderr: &[u8]) -> bool {
    let library = Dialect::find(version).map(|dialect| dialect.schema_library);
    library == Some(SchemaLibrary::Xeipuuv)
        && memchr::memmem::find(stderr, b"values don't meet the specifications of the schema(s)").is_some()
}

/// As sorted lines.
pub fn sort_lines(text: &mut Vec<u8>) {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
    lines.sort_unstable();
    *text = lines.concat();
}

/// Whether a file or folder of a case comes from Helm.
pub fn is_expected(name: &str) -> bool {
    let stems = [("stdout", ".yaml"), ("stderr", ".txt"), ("out", "")];
    stems.into_iter().any(|(stem, ending)| {
        let mark = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(ending));
        mark.is_some_and(|mark| mark.is_empty() || mark.strip_prefix('-').is_some_and(is_version))
    })
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// A case.yaml, and its exit codes. The error is for people.
pub fn read_case<T: DeserializeOwned>(folder: &Path) -> Result<(T, Exits), String> {
    let text = fs::read_to_string(folder.join("case.yaml")).map_err(|error| error.to_string())?;
    let Value::Mapping(all) = serde_yaml::from_str(&text).map_err(|error| error.to_string())? else {
        return Err("case.yaml is not a map".into());
    };
    let mut exits = Exits::new();
    let mut rest = serde_yaml::Mapping::new();
    for (key, value) in all {
        let name = key.as_str().unwrap_or_default();
        match (name.strip_prefix("exit").filter(|mark| mark.is_empty() || mark.starts_with('-')), value.as_i64()) {
            (Some(mark), Some(code)) => drop(exits.insert(mark.to_owned(), code as i32)),
            _ => drop(rest.insert(key, value)),
        }
    }
    serde_yaml::from_value(Value::Mapping(rest)).map(|case| (case, exits)).map_err(|error| error.to_string())
}

/// The folders of all cases of the micro suite, sorted.
pub fn case_folders(suite: &Path) -> Vec<PathBuf> {
    let folders = |of: &Path| -> Vec<PathBuf> {
        fs::read_dir(of).into_iter().flatten().flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect()
    };
    let mut cases: Vec<PathBuf> = folders(suite).iter().flat_map(|family| folders(family)).collect();
    cases.sort();
    cases
}

/// The input of a case as Helm saw it: `chart` and what stands beside it.
pub fn stage(
    folder: &Path,
    work: &Path,
    copy_folder: impl Fn(&Path, &Path) -> std::io::Result<()>,
) -> std::io::Result<()> {
    const BARE_CHART: &str = "apiVersion: v2\nname: chart\nversion: 0.1.0\n";
    fs::create_dir_all(work)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if ["case.yaml", "template.yaml", "values.yaml"].contains(&name.as_str()) || is_expected(&name) {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => copy_folder(&entry.path(), &work.join(name))?,
            false => drop(fs::copy(entry.path(), work.join(name))?),
        }
    }
    let (chart, template, values) = (work.join("chart"), folder.join("template.yaml"), folder.join("values.yaml"));
    if template.exists() {
        fs::create_dir_all(chart.join("templates"))?;
        fs::copy(template, chart.join("templates/template.yaml"))?;
        if !chart.join("Chart.yaml").exists() {
            fs::write(chart.join("Chart.yaml"), BARE_CHART)?;
        }
    }
    if values.exists() {
        fs::copy(values, chart.join("values.yaml"))?;
    }
    Ok(())
}
