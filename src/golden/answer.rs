//! What `helm template` would answer to a case, made in this process: standard output, standard error, exit code; and
//! NOTES, which only `helm install` shows.

use std::path::Path;

use bumpalo::Bump;

use crate::chart::{self, Log};
use crate::diagnostic::{Kind, Refusal};
use crate::limits::Stack;
use crate::lint::Collected;
use crate::manifest;
use crate::release;
use crate::render::{self, Loaded, RenderedFile, Settings, Stopped};
use crate::value::Tree;
use crate::values::Overrides;
use crate::world::World;

/// What is asked: a `helm template` with its flags.
#[derive(Clone, Debug)]
pub struct Ask {
    pub settings: Settings,
    pub overrides: Overrides,
    pub options: chart::Options,
    pub show: Show,
    pub debug: bool,
}

/// Which of the rendered documents are shown.
#[derive(Clone, Debug, Default)]
pub struct Show {
    pub no_hooks: bool,
    pub skip_tests: bool,
    pub include_crds: bool,
    /// Patterns of `--show-only`; empty: all.
    pub only: Vec<String>,
}

/// An answer of Helm's, or of ours in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub exit: u8,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// NOTES.txt of the root chart, trimmed, with a line end; empty when there are none. `None`: nobody knows.
    pub notes: Option<Vec<u8>>,
}

impl Ask {
    /// The answer.
    ///
    /// # Errors
    /// What is ours to refuse (`Kind::is_ours`): Helm would have said something else, and it is not known what.
    pub fn answer(&self, chart: &Path, world: &World, stack: Stack) -> Result<Answer, Refusal> {
        let mut log = Log::new(self.settings.dialect);
        let done = self.render(chart, world, stack, &mut log);
        let mut stderr: String = log.lines.iter().map(|line| format!("{line}\n")).collect();
        match done {
            Ok((stdout, notes)) => Ok(Answer { exit: 0, stdout, stderr: stderr.into_bytes(), notes: Some(notes) }),
            Err(stopped) if stopped.refusal.kind.is_ours() => Err(stopped.refusal),
            Err(stopped) => {
                stderr.push_str(&stopped.words(self.debug));
                stderr.push('\n');
                Ok(Answer { exit: 1, stdout: Vec::new(), stderr: stderr.into_bytes(), notes: Some(Vec::new()) })
            }
        }
    }

    fn render(&self, chart: &Path, world: &World, stack: Stack, log: &mut Log) -> Result<(Vec<u8>, Vec<u8>), Stopped> {
        let (arena, heap) = (Bump::new(), Bump::new());
        let Loaded { chart, user, .. } =
            render::load(chart, &self.options, &self.overrides, &self.settings, &arena, log)?;
        let mut bound = render::bind(chart, user, self.settings.clone(), &arena, stack, log)?;
        let files = bound.render(world, &heap, stack)?;
        bound.confirm()?;
        let notes = format!("{}/templates/NOTES.txt", bound.root().path);
        let notes = files.iter().find(|f| f.path == notes).map(|f| noted(&f.content)).unwrap_or_default();
        let crds = if self.show.include_crds { bound.crds(&heap)? } else { Vec::new() };
        let stdout = self.printed(&files, &crds, log)?;
        Ok((stdout, notes))
    }

    fn printed(&self, files: &[RenderedFile], crds: &[release::Crd<'_>], log: &mut Log) -> Result<Vec<u8>, Stopped> {
        let Settings { dialect, limits, .. } = &self.settings;
        let files: Vec<release::File<'_>> = files
            .iter()
            .filter(|f| !f.path.ends_with("NOTES.txt"))
            .map(|f| release::File { path: &f.path, content: &f.content })
            .collect();
        let late = |refusal| Stopped { refusal, has_release: true };
        let sorted = release::sort(&files, dialect, limits, log).map_err(late)?;
        let Show { no_hooks, skip_tests, only, .. } = &self.show;
        let text = release::print(&sorted, crds, |hook| !(*no_hooks || *skip_tests && hook.is_test())).text;
        if only.is_empty() {
            return Ok(text);
        }
        release::show_only(&text, only, dialect).map_err(|words| Refusal::new(Kind::Usage, words).into())
    }

    /// Collects what is secret in the values, in the chart's defaults and in what is rendered: what must not be repeated.
    pub fn secrets(&self, chart: &Path, world: &World, stack: Stack, collected: &mut Collected) {
        let mut log = Log::new(self.settings.dialect);
        let (arena, heap) = (Bump::new(), Bump::new());
        let loaded = render::load(chart, &self.options, &self.overrides, &self.settings, &arena, &mut log);
        let Ok(Loaded { chart, user, .. }) = loaded else { return collected.overrides(&self.overrides) };
        collected.values(Tree::Map(user));
        collected.chart(chart);
        let Ok(bound) = render::bind(chart, user, self.settings.clone(), &arena, stack, &mut log) else { return };
        let Ok(files) = bound.render(world, &heap, stack) else { return };
        if let Ok(manifests) = manifest::read(&bound, &files, &heap, &mut log) {
            collected.manifests(&manifests);
        }
    }

    /// The same for an expected output: what stands in its Secrets.
    pub fn secrets_of(&self, stdout: &[u8], collected: &mut Collected) {
        let arena = Bump::new();
        let file = [RenderedFile { path: "expected".into(), content: stdout.to_vec() }];
        let Settings { dialect, limits, release, .. } = &self.settings;
        let input = manifest::Input {
            files: &file,
            crds: &[],
            chart: "expected",
            namespace: &release.namespace,
            dialect,
            limits,
        };
        let manifests = manifest::read_input(&input, &arena, &mut Log::new(dialect));
        collected.manifests(&manifests);
    }
}

/// NOTES as they are kept: trimmed as `helm install` prints them, and a line end.
pub fn noted(text: &[u8]) -> Vec<u8> {
    let mut notes = release::trim(text).to_vec();
    if !notes.is_empty() {
        notes.push(b'\n');
    }
    notes
}
