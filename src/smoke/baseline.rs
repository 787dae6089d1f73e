//! The baseline of an upgrade: which commit, and its chart. An explicit ref is never overridden, also where it equals HEAD.
//! Without one it is the merge base with `origin/main`, or HEAD's parent where that is HEAD itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::program::Program;

/// What asks.
const SHORT: Duration = Duration::from_secs(30);
/// A fetch over a network that does not answer.
const FETCH: Duration = Duration::from_secs(60);
/// A chart is not larger, unpacked, in bytes.
const LARGEST: u64 = 256 << 20;

/// A commit with a chart in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// Its full name.
    pub commit: String,
    /// How it was chosen, in words.
    pub words: String,
    /// The chart's folder from the repository's root, with a slash at its end; empty for the root.
    prefix: String,
    /// The repository's root.
    folder: PathBuf,
}

struct Git<'g> {
    program: Program,
    folder: &'g Path,
}

impl Git<'_> {
    async fn ask(&self, args: &[&str], deadline: Duration) -> Result<Result<String, String>, String> {
        let folder = self.folder.to_string_lossy();
        let all: Vec<&str> = ["-C", &folder].into_iter().chain(args.iter().copied()).collect();
        let said = self.program.run(&all, deadline).await.map_err(|failure| failure.to_string())?;
        Ok(if said.ok() { Ok(said.text()) } else { Err(said.words()) })
    }

    /// The full name of a commit; none where the ref does not resolve.
    async fn commit(&self, name: &str) -> Result<Option<String>, String> {
        let peeled = format!("{name}^{{commit}}");
        // A ref that begins with a dash is no flag.
        let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled];
        Ok(self.ask(&args, SHORT).await?.ok().filter(|text| !text.is_empty()))
    }
}

/// Finds the baseline of a chart folder.
///
/// # Errors
/// In words, with what to do: no repository, no such ref, no chart there.
pub async fn find(chart: &Path, given: Option<&str>) -> Result<Baseline, String> {
    let program = Program::new(Path::new("git")).env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    let git = Git { program, folder: chart };
    if !chart.is_dir() {
        return Err("the baseline comes from git, and this chart is an archive: name its folder".into());
    }
    let prefix = git.ask(&["rev-parse", "--show-prefix"], SHORT).await?;
    let prefix = prefix.map_err(|why| format!("{} is in no git repository: git {why}", chart.display()))?;
    // Git refuses to work in a folder that the commit does not have.
    let root = git.ask(&["rev-parse", "--show-toplevel"], SHORT).await?.map_err(|why| format!("git {why}"))?;
    let (commit, words) = match given {
        Some(name) => {
            let commit = git.commit(name).await?;
            (commit.ok_or_else(|| format!("--baseline {name}: there is no such commit"))?, format!("{name}, as asked"))
        }
        None => chosen(&git).await?,
    };
    let file = format!("{commit}:{prefix}Chart.yaml");
    if git.ask(&["cat-file", "-e", &file], SHORT).await?.is_err() {
        let short = commit.get(..12).unwrap_or(&commit);
        return Err(format!(
            "the baseline {short} ({words}) has no chart in {}: name one that has by --baseline",
            if prefix.is_empty() { "its root" } else { &prefix }
        ));
    }
    Ok(Baseline { commit, words, prefix, folder: PathBuf::from(root) })
}

async fn chosen(git: &Git<'_>) -> Result<(String, String), String> {
    let fetched = git.ask(&["fetch", "--quiet", "origin", "main"], FETCH).await;
    let fetched = fetched.unwrap_or_else(Err);
    let Some(main) = git.commit("origin/main").await? else {
        return Err(match fetched {
            Ok(_) => "there is no origin/main to compare with: name a baseline by --baseline".into(),
            Err(why) => {
                format!("origin/main cannot be fetched and is not known ({why}): name a baseline by --baseline")
            }
        });
    };
    let head = git.commit("HEAD").await?.ok_or("HEAD is no commit yet: name a baseline by --baseline")?;
    let base = git.ask(&["merge-base", &head, &main], SHORT).await?;
    let base = base.map_err(|_| "HEAD and origin/main have nothing in common: name a baseline by --baseline")?;
    let stale = if fetched.is_err() { ", which could not be fetched and is as it was" } else { "" };
    if base != head {
        return Ok((base, format!("the merge base with origin/main{stale}")));
    }
    let parent = git.commit("HEAD~1").await?;
    let parent = parent.ok_or("HEAD is on origin/main and has no parent: name a baseline by --baseline")?;
    Ok((parent, format!("the commit before HEAD, which is on origin/main{stale}")))
}

impl Baseline {
    /// Writes the chart of the baseline into a folder.
    ///
    /// # Errors
    /// In words.
    pub async fn extract(&self, into: &Path) -> Result<(), String> {
        let fail = |e: std::io::Error| format!("{}: {e}", into.display());
        std::fs::create_dir_all(into).map_err(fail)?;
        let archive = into.with_extension("tar");
        let git = Git { program: Program::new(Path::new("git")), folder: &self.folder };
        let output = format!("--output={}", archive.display());
        let tree = format!("{}:{}", self.commit, self.prefix);
        let made = git.ask(&["archive", "--format=tar", &output, &tree], FETCH).await?;
        made.map_err(|why| format!("git archive {why}"))?;
        if std::fs::metadata(&archive).map_err(fail)?.len() > LARGEST {
            return Err(format!("the baseline's chart is larger than {} MiB", LARGEST >> 20));
        }
        let mut tar = tar::Archive::new(std::fs::File::open(&archive).map_err(fail)?);
        tar.set_preserve_permissions(false);
        // Nothing is written outside of the folder, whatever the archive says.
        tar.unpack(into).map_err(fail)?;
        std::fs::remove_file(&archive).map_err(fail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with git, and a clone of it as `origin/main` has it.
    struct Bed {
        dir: tempfile::TempDir,
    }

    impl Bed {
        /// One commit without a chart, one with: in `work`, cloned from `origin`.
        fn new() -> Bed {
            let bed = Bed { dir: tempfile::tempdir().unwrap() };
            bed.git(".", &["init", "--quiet", "--initial-branch=main", "origin"]);
            bed.commit("origin", "README", "x");
            bed.commit("origin", "charts/a/Chart.yaml", "name: a\n");
            bed.git(".", &["clone", "--quiet", "origin", "work"]);
            bed
        }

        fn git(&self, folder: &str, args: &[&str]) -> String {
            let mut command = std::process::Command::new("git");
            command.arg("-C").arg(self.dir.path().join(folder));
            command.args(["-c", "user.name=t", "-c", "user.email=t@example.com"]).args(args);
            let done = command.output().unwrap();
            assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
            String::from_utf8_lossy(&done.stdout).trim().to_string()
        }

        fn commit(&self, folder: &str, file: &str, text: &str) {
            let path = self.dir.path().join(folder).join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            self.git(folder, &["add", "--all"]);
            self.git(folder, &["commit", "--quiet", "--message", file]);
        }

        fn head(&self, back: u32) -> String {
            self.git("work", &["rev-parse", &format!("HEAD~{back}")])
        }

        fn chart(&self) -> PathBuf {
            self.dir.path().join("work/charts/a")
        }

        fn find(&self, given: Option<&str>) -> Result<Baseline, String> {
            block(find(&self.chart(), given))
        }
    }

    fn block<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn an_explicit_ref_is_never_overridden() {
        let bed = Bed::new();
        let found = bed.find(Some("HEAD")).unwrap();
        assert_eq!((found.commit.clone(), found.prefix.as_str()), (bed.head(0), "charts/a/"));
        assert!(bed.find(Some("nowhere")).unwrap_err().contains("no such commit"));
        assert!(bed.find(Some("--all")).unwrap_err().contains("no such commit"));
        let into = bed.dir.path().join("out");
        block(found.extract(&into)).unwrap();
        assert_eq!(std::fs::read_to_string(into.join("Chart.yaml")).unwrap(), "name: a\n");
    }

    #[test]
    fn without_one_it_is_the_merge_base_or_the_commit_before() {
        let bed = Bed::new();
        // HEAD is on origin/main: the commit before it has no chart.
        let why = bed.find(None).unwrap_err();
        assert!(why.contains("has no chart in charts/a/") && why.contains("before HEAD"), "{why}");
        bed.commit("origin", "charts/a/values.yaml", "a: 1\n");
        bed.git("work", &["pull", "--quiet"]);
        assert_eq!(bed.find(None).unwrap().commit, bed.head(1));
        bed.commit("work", "charts/a/values.yaml", "a: 2\n");
        let found = bed.find(None).unwrap();
        assert!(found.commit == bed.head(1) && found.words.contains("merge base"), "{found:?}");
    }

    #[test]
    fn a_fetch_that_fails_is_tolerated_where_the_ref_is_known() {
        let bed = Bed::new();
        bed.commit("work", "charts/a/values.yaml", "a: 2\n");
        std::fs::rename(bed.dir.path().join("origin"), bed.dir.path().join("gone")).unwrap();
        let found = bed.find(None).unwrap();
        assert!(found.commit == bed.head(1) && found.words.contains("could not be fetched"), "{found:?}");
        bed.git("work", &["update-ref", "-d", "refs/remotes/origin/main"]);
        assert!(bed.find(None).unwrap_err().contains("cannot be fetched and is not known"));
    }

    #[test]
    fn what_is_in_no_repository_has_no_baseline() {
        let dir = tempfile::tempdir().unwrap();
        assert!(block(find(dir.path(), None)).unwrap_err().contains("in no git repository"));
        assert!(block(find(&dir.path().join("a.tgz"), None)).unwrap_err().contains("archive"));
    }
}
