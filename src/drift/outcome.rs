//! What one Helm prints of a chart: the text, and its documents with who they are and where they come from.

use std::path::Path;

use bumpalo::Bump;

use crate::chart::{self, Log};
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::limits::{Limits, Stack};
use crate::lint::Collected;
use crate::provenance::{Lines, Provenance, leaves};
use crate::release::{self, Head};
use crate::render::{self, Loaded, Release, Settings};
use crate::value::Tree;
use crate::values::Overrides;
use crate::world::{Capabilities, KubeVersion, World};

/// A chart with its values; the row is still to be chosen.
pub struct Asked<'r> {
    /// What `chart::locate` gave.
    pub chart: &'r Path,
    pub options: &'r chart::Options,
    pub overrides: &'r Overrides,
    pub release: &'r Release,
    /// As the user wrote it: every Helm reads it for itself.
    pub kube_version: Option<&'r str>,
    pub api_versions: &'r [String],
    pub limits: &'r Limits,
    pub world: &'r World,
}

/// One printed document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// `Deployment web`; with the template's name where a document has none of its own.
    pub title: String,
    /// Tells documents of one title apart: the n-th of them.
    pub occurrence: usize,
    pub template: String,
    /// How many lines of what the template wrote stand before it.
    pub lines_before: u32,
    pub content: Vec<u8>,
}

/// A whole output.
#[derive(Debug)]
pub struct Output {
    pub text: Vec<u8>,
    pub documents: Vec<Printed>,
    /// The coalesced values: path and text of each leaf.
    pub values: Vec<(String, String)>,
    /// Who wrote which line, if that was asked.
    pub lines: Lines,
}

impl Output {
    pub fn find(&self, title: &str, occurrence: usize) -> Option<&Printed> {
        self.documents.iter().find(|d| d.title == title && d.occurrence == occurrence)
    }
}

/// Renders the chart by a row. `watched`: also who wrote which line.
pub fn outcome(
    asked: &Asked<'_>,
    dialect: &'static Dialect,
    stack: Stack,
    watched: bool,
    secrets: &mut Collected,
) -> Result<Output, Refusal> {
    let mut capabilities = Capabilities::default_of(dialect);
    if let Some(version) = asked.kube_version {
        capabilities.kube_version = KubeVersion::parse(version, dialect).map_err(|e| {
            Refusal::new(crate::diagnostic::Kind::Usage, format!("invalid kube version '{version}': {e}"))
        })?;
    }
    capabilities.api_versions.extend(asked.api_versions.iter().cloned());
    let settings = Settings {
        dialect,
        release: asked.release.clone(),
        capabilities,
        limits: asked.limits.clone(),
        skip_schema_validation: false,
    };
    let arena = Bump::new();
    let mut log = Log::new(dialect);
    secrets.overrides(asked.overrides);
    let Loaded { chart, user, .. } =
        render::load(asked.chart, asked.options, asked.overrides, &settings, &arena, &mut log)?;
    secrets.chart(chart);
    secrets.values(Tree::Map(user));
    release::name::check(&settings.release.name, dialect, &mut log)?;
    let stopped = |stopped: render::Stopped| stopped.refusal;
    let mut bound = render::bind(chart, user, settings, &arena, stack, &mut log).map_err(stopped)?;
    let heap = Bump::new();
    let rendered = bound.render(asked.world, &heap, stack).map_err(stopped)?;
    bound.confirm().map_err(stopped)?;
    let files: Vec<release::File<'_>> = rendered
        .iter()
        .filter(|f| !f.path.ends_with("NOTES.txt"))
        .map(|f| release::File { path: &f.path, content: &f.content })
        .collect();
    let sorted = release::sort(&files, dialect, asked.limits, &mut log)?;
    let printed = release::print(&sorted, &[], |_| true);
    let all =
        sorted.manifests.iter().map(|m| (m.path, m.content)).chain(sorted.hooks.iter().map(|h| (h.path, h.content)));
    let mut documents: Vec<Printed> = Vec::new();
    for (at, (path, content)) in all.enumerate() {
        let start = printed.starts.get(at).copied().unwrap_or(printed.text.len());
        let end = printed.starts.get(at + 1).map_or(printed.text.len(), |next| head_of_next(&printed.text, *next));
        let title = title(path, content, dialect, asked.limits);
        let occurrence = documents.iter().filter(|d| d.title == title).count();
        let whole = files.iter().find(|f| f.path == path).map_or(&[][..], |f| f.content);
        documents.push(Printed {
            title,
            occurrence,
            template: path.into(),
            lines_before: lines_before(whole, content),
            content: printed.text.get(start..end.max(start)).unwrap_or_default().to_vec(),
        });
    }
    let values = leaves(bound.root().values).into_iter().map(|(path, value)| (path.to_string(), format!("{value:?}")));
    let values = values.collect();
    let lines = match watched {
        true => Provenance::new(chart, user, &bound, asked.world.clone(), stack).lines().unwrap_or_default(),
        false => Lines::default(),
    };
    Ok(Output { text: printed.text, documents, values, lines })
}

/// Where the `---` before the next document stands.
fn head_of_next(text: &[u8], start: usize) -> usize {
    let mut ends = memchr::memrchr_iter(b'\n', text.get(..start).unwrap_or_default());
    // Its `# Source:` line, the dashes, and what is before them.
    ends.next();
    ends.next();
    ends.next().map_or(0, |end| end + 1)
}

fn title(path: &str, content: &[u8], dialect: &Dialect, limits: &Limits) -> String {
    match Head::read(path, content, dialect, limits, &Bump::new()) {
        Ok(head) if !head.kind.is_empty() && !head.name.is_empty() => format!("{} {}", head.kind, head.name),
        Ok(head) if !head.kind.is_empty() => format!("{} of {path}", head.kind),
        _ => format!("document of {path}"),
    }
}

/// `content` is a part of `whole`.
fn lines_before(whole: &[u8], content: &[u8]) -> u32 {
    let offset = (content.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    let before = whole.get(..offset).unwrap_or_default();
    u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX)
}
