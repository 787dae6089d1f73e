//! The run's record: what it makes is written down, and on the disk, before it is made, with the identity once that is known.
//! Clean-up goes by this list alone.
//!
//! One line of JSON for each event, only ever appended. A last line that a crash cut off is left out: what it would have
//! announced was not made, since making comes after writing. While the run lives it holds a lock on the file. So does each
//! program of it that makes something, which has the file as its standard input: a run that was killed may leave one at work.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The file's name in the folder of its run.
const FILE: &str = "record.jsonl";
/// A longer record is none of ours, in bytes.
const LONGEST: u64 = 4 << 20;

/// Which run it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub version: u32,
    /// Every name that the run chooses ends in it.
    pub id: String,
    pub pid: u32,
    /// Seconds since 1970.
    pub began: i64,
    pub chart: String,
}

/// Something that the run makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Resource {
    /// A cluster of `kind`. Its identity: the ids of its containers, joined by commas.
    #[serde(rename_all = "camelCase")]
    KindCluster { name: String, program: PathBuf, runtime: String },
    /// A namespace of a cluster that was there. Its identity: its UID.
    #[serde(rename_all = "camelCase")]
    Namespace { name: String, cluster: Reach },
    /// A release of Helm in a namespace of the run. Its identity: that namespace's UID.
    #[serde(rename_all = "camelCase")]
    Release { name: String, namespace: String, helm: PathBuf, cluster: Reach },
}

/// How a cluster that was there is found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reach {
    /// None: as `KUBECONFIG` or the home folder says.
    pub kubeconfig: Option<PathBuf>,
    pub context: Option<String>,
    /// The UID of its namespace `kube-system`: another cluster has another.
    pub uid: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line {
    Run(Run),
    Intends { n: usize, what: Resource },
    Made { n: usize, identity: String },
    Gone { n: usize },
}

/// Something that a run made, or was about to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub n: usize,
    pub what: Resource,
    /// None: it was announced; whether it was made is not known.
    pub identity: Option<String>,
    pub gone: bool,
}

/// A record that is held.
#[derive(Debug)]
pub struct Ledger {
    file: Arc<File>,
    path: PathBuf,
    pub run: Run,
    pub entries: Vec<Entry>,
}

/// Whether a folder is that of a run with a record.
pub fn has_record(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

/// Why a record cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unheld {
    /// Its run is still going on.
    Running,
    /// In words.
    Unreadable(String),
}

impl Ledger {
    /// Begins the record of a run in its folder, which must not be there yet.
    ///
    /// # Errors
    /// In words: there is such a folder, it cannot be made or written to.
    pub fn begin(folder: &Path, run: Run) -> Result<Ledger, String> {
        let fail = |e: std::io::Error| format!("{}: {e}", folder.display());
        let parent = folder.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(fail)?;
        private(fs::DirBuilder::new()).create(folder).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => {
                format!("{} is there already: another run has this id; see plimsoll smoke clean", folder.display())
            }
            _ => fail(e),
        })?;
        let path = folder.join(FILE);
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(&path).map_err(fail)?;
        file.try_lock().map_err(|e| format!("{}: {e}", path.display()))?;
        let mut ledger = Ledger { file: Arc::new(file), path, run: run.clone(), entries: Vec::new() };
        if let Err(why) = ledger.write(&Line::Run(run)) {
            // Nothing was made: nobody has to clean up after this run.
            let _ = fs::remove_dir_all(folder);
            return Err(why);
        }
        // The file's own name must be on the disk as well.
        for folder in [folder, parent] {
            File::open(folder).and_then(|f| f.sync_all()).map_err(fail)?;
        }
        Ok(ledger)
    }

    /// Takes the record of a run that is over.
    ///
    /// # Errors
    /// [`Unheld`].
    pub fn take(folder: &Path) -> Result<Ledger, Unheld> {
        let path = folder.join(FILE);
        let fail = |e: std::io::Error| Unheld::Unreadable(format!("{}: {e}", path.display()));
        let mut file = OpenOptions::new().read(true).append(true).open(&path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Unheld::Running),
            Err(TryLockError::Error(e)) => return Err(fail(e)),
        }
        let mut text = String::new();
        (&mut file).take(LONGEST + 1).read_to_string(&mut text).map_err(fail)?;
        let (run, entries) = parse(&text).map_err(|why| Unheld::Unreadable(format!("{}: {why}", path.display())))?;
        // What a crash cut off goes, so that the next line is one.
        let whole = text.rfind('\n').map_or(0, |at| at + 1) as u64;
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::End(0))).map_err(fail)?;
        Ok(Ledger { file: Arc::new(file), path, run, entries })
    }

    /// Reads a record without taking it: for a list.
    ///
    /// # Errors
    /// In words.
    pub fn read(folder: &Path) -> Result<(Run, Vec<Entry>), String> {
        let path = folder.join(FILE);
        let file = File::open(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text).map_err(|e| format!("{}: {e}", path.display()))?;
        parse(&text).map_err(|why| format!("{}: {why}", path.display()))
    }

    fn write(&mut self, line: &Line) -> Result<(), String> {
        let fail = |e: &dyn std::fmt::Display| format!("the record {} cannot be kept: {e}", self.path.display());
        let mut text = serde_json::to_vec(line).map_err(|e| fail(&e))?;
        text.push(b'\n');
        let mut file = &*self.file;
        file.write_all(&text).and_then(|()| self.file.sync_all()).map_err(|e| fail(&e))
    }

    /// Announces something, before it is made: its number.
    ///
    /// # Errors
    /// In words: it is not on the disk, and must not be made.
    pub fn intend(&mut self, what: Resource) -> Result<usize, String> {
        let n = self.entries.len();
        self.write(&Line::Intends { n, what: what.clone() })?;
        self.entries.push(Entry { n, what, identity: None, gone: false });
        Ok(n)
    }

    /// Says which one it has become.
    pub fn made(&mut self, n: usize, identity: &str) -> Result<(), String> {
        if let Some(entry) = self.entries.get_mut(n) {
            entry.identity = Some(identity.to_string());
        }
        self.write(&Line::Made { n, identity: identity.to_string() })
    }

    /// Says that it is there no more.
    pub fn gone(&mut self, n: usize) -> Result<(), String> {
        if let Some(entry) = self.entries.get_mut(n) {
            entry.gone = true;
        }
        self.write(&Line::Gone { n })
    }

    /// The file, for a program that must hold the record as long as it lives.
    pub fn held(&self) -> Arc<File> {
        self.file.clone()
    }

    /// What is left, the last one first.
    pub fn left(&self) -> Vec<Entry> {
        self.entries.iter().rev().filter(|e| !e.gone).cloned().collect()
    }
}

#[cfg(unix)]
fn private(mut builder: fs::DirBuilder) -> fs::DirBuilder {
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn parse(text: &str) -> Result<(Run, Vec<Entry>), String> {
    if text.len() as u64 > LONGEST {
        return Err("it is longer than a record can be".into());
    }
    // Without its end, the last line was cut off.
    let whole = text.rfind('\n').map_or("", |at| text.get(..at).unwrap_or_default());
    let mut lines = whole.lines().enumerate().map(|(at, line)| {
        serde_json::from_str::<Line>(line).map_err(|e| format!("line {} is none of a record: {e}", at + 1))
    });
    let Some(Line::Run(run)) = lines.next().transpose()? else { return Err("it does not begin with a run".into()) };
    if run.version != VERSION {
        return Err(format!("its version is {}, and this program knows {VERSION}", run.version));
    }
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines {
        let known = |n: usize, entries: &mut Vec<Entry>| match n < entries.len() {
            true => Ok(n),
            false => Err(format!("it speaks of number {n}, which it has not announced")),
        };
        match line? {
            Line::Run(_) => return Err("it begins twice".into()),
            Line::Intends { n, what } if n == entries.len() => {
                entries.push(Entry { n, what, identity: None, gone: false });
            }
            Line::Intends { n, .. } => return Err(format!("number {n} is out of order")),
            Line::Made { n, identity } => {
                let n = known(n, &mut entries)?;
                entries.iter_mut().filter(|e| e.n == n).for_each(|e| e.identity = Some(identity.clone()));
            }
            Line::Gone { n } => {
                let n = known(n, &mut entries)?;
                entries.iter_mut().filter(|e| e.n == n).for_each(|e| e.gone = true);
            }
        }
    }
    Ok((run, entries))
}

/// The version of the format.
pub const VERSION: u32 = 1;

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Resource::KindCluster { name, .. } => write!(f, "kind cluster {name}"),
            Resource::Namespace { name, .. } => write!(f, "namespace {name}"),
            Resource::Release { name, namespace, .. } => write!(f, "release {name} in namespace {namespace}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> Run {
        Run { version: VERSION, id: "abc".into(), pid: 1, began: 2, chart: "chart".into() }
    }

    fn cluster(name: &str) -> Resource {
        Resource::KindCluster { name: name.into(), program: "kind".into(), runtime: "docker".into() }
    }

    #[test]
    fn what_was_announced_is_known_after_a_crash_and_what_was_cut_off_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("runs/abc");
        let mut ledger = Ledger::begin(&folder, run()).unwrap();
        assert!(Ledger::begin(&folder, run()).unwrap_err().contains("another run has this id"));
        let (a, b) = (ledger.intend(cluster("a")).unwrap(), ledger.intend(cluster("b")).unwrap());
        ledger.made(a, "1,2").unwrap();
        ledger.gone(b).unwrap();
        assert_eq!(Ledger::take(&folder).unwrap_err(), Unheld::Running);
        drop(ledger);
        let mut file = OpenOptions::new().append(true).open(folder.join(FILE)).unwrap();
        file.write_all(br#"{"event":"intends","n":2,"what":{"kind":"kind-clu"#).unwrap();
        drop(file);
        let mut taken = Ledger::take(&folder).unwrap();
        let want = Entry { n: 0, what: cluster("a"), identity: Some("1,2".into()), gone: false };
        assert_eq!((taken.left(), taken.entries.len()), (vec![want], 2));
        taken.gone(0).unwrap();
        drop(taken);
        assert!(Ledger::take(&folder).unwrap().left().is_empty());
    }

    #[test]
    fn a_file_that_is_no_record_is_refused() {
        let first = serde_json::to_string(&Line::Run(run())).unwrap();
        let made = serde_json::to_string(&Line::Made { n: 3, identity: String::new() }).unwrap();
        for (text, word) in [
            (String::new(), "begin with a run"),
            ("x\n".into(), "line 1"),
            (format!("{first}\n{first}\n"), "begins twice"),
            (format!("{first}\n{made}\n"), "not announced"),
            (first.replace("\"version\":1", "\"version\":9") + "\n", "version is 9"),
        ] {
            let why = parse(&text).unwrap_err();
            assert!(why.contains(word), "{text}: {why}");
        }
        assert!(parse(&format!("{first}\n")).is_ok());
    }
}
