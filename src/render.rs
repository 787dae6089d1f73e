//! The only place where the stages are chained: a chart and what the user says become rendered files.
//!
//! [`bind`] and [`Bound::render`] take one step after the other; [`bind_and_render`] shares them between two processors (`shared`).
//!
//! Source: helm `pkg/cmd/template.go`, `pkg/action/install.go`, `pkg/engine/engine.go`: what comes before what decides
//! which of two errors is told.

mod shared;

use std::path::Path;
use std::rc::Rc;

use bstr::BStr;
use bumpalo::Bump;

pub use shared::{Arenas, bind_and_render};

use crate::chart::{self, Chart, Log};
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::{Dialect, LogStyle};
use crate::go::semver::{Constraints, Version};
use crate::go::slog;
use crate::limits::{Limits, Stack};
use crate::release::{Crd, is_partial};
use crate::schema::{self, SecondOpinion};
use crate::template::ast::Template;
use crate::template::exec::{NoTrace, Recorder, Run, Span, Trace};
use crate::template::{Library, Parsed, Program, SourceFile, helm_order, objects};
use crate::value::{Heap, Hints, Map, MapNode, MapType, Sources, Value};
use crate::values::{self, Enabled, Overrides};
use crate::world::{Capabilities, Query, Visit, World};

/// What `.Release` says.
#[derive(Clone, Debug)]
pub struct Release {
    pub name: String,
    pub namespace: String,
    pub is_upgrade: bool,
}

/// Everything about a render that is neither chart nor values.
#[derive(Clone, Debug)]
pub struct Settings {
    pub dialect: &'static Dialect,
    pub release: Release,
    pub capabilities: Capabilities,
    pub limits: Limits,
    pub skip_schema_validation: bool,
}

/// Why a render ended, and how far Helm would have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    pub refusal: Refusal,
    /// Helm had a release in hand: it then hints at `--debug`.
    pub has_release: bool,
}

impl Stopped {
    /// What `helm template` prints of it on standard error, without the last line end; of what is ours our own words.
    /// `debug`: Helm has been told `--debug`, and hints at nothing.
    pub fn words(&self, debug: bool) -> String {
        let Stopped { refusal, has_release } = self;
        if refusal.kind.is_ours() {
            format!("error{refusal}")
        } else if *has_release && !debug {
            format!("Error: {refusal}\n\nUse --debug flag to render out invalid YAML")
        } else {
            format!("Error: {refusal}")
        }
    }
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Stopped { refusal, has_release: false }
    }
}

/// A rendered file: the template's full path, and what it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedFile {
    pub path: String,
    pub content: Vec<u8>,
}

/// Where a file would say `<no value>`, and Helm erased it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Which of the rendered files.
    pub file: usize,
    /// The byte of its content before which it stood.
    pub at: usize,
}

/// What one render gave.
#[derive(Clone, Debug)]
pub struct Whole {
    pub files: Vec<RenderedFile>,
    /// What the templates asked the cluster for.
    pub asked: Vec<Query>,
    pub erased: Vec<Erased>,
    /// They asked for the time or for randomness.
    pub by_chance: bool,
}

/// A chart and the user's values as they were read, before anything is merged.
pub struct Loaded<'c> {
    pub chart: &'c Chart<'c>,
    pub user: &'c MapNode<'c>,
    /// What the origins of all leaves mean.
    pub sources: Sources,
}

/// Loads a chart and reads the user's values, in Helm's order: values first.
pub fn load<'c>(
    path: &Path,
    options: &chart::Options,
    overrides: &Overrides,
    settings: &Settings,
    arena: &'c Bump,
    log: &mut Log,
) -> Result<Loaded<'c>, Refusal> {
    let Settings { dialect, limits, .. } = settings;
    let mut sources = Sources::default();
    let user = overrides.read(dialect, arena, limits, &mut sources)?;
    let chart: &'c Chart<'c> = arena.alloc(Chart::load(path, options, dialect, arena, limits, &mut sources, log)?);
    installable(chart, dialect, log)?;
    Ok(Loaded { chart, user, sources })
}

/// What Helm asks of a chart before it looks at values.
fn installable(chart: &Chart<'_>, dialect: &Dialect, log: &mut Log) -> Result<(), Refusal> {
    let metadata = &chart.metadata;
    if !(metadata.kind.is_empty() || metadata.kind == "application") {
        return Err(Refusal::new(Kind::Chart, format!("{} charts are not installable", metadata.kind)));
    }
    if metadata.deprecated {
        log.lines.push(match dialect.log {
            LogStyle::Slog => slog::line("WARN", "this chart is deprecated", &[]),
            LogStyle::Lines(_) => "WARNING: This chart is deprecated".into(),
        });
    }
    // Helm 4 has begun on charts of API v3: it tells them apart when it loads them, and can do nothing with them yet.
    let is_v3 = dialect.detects_chart_kind && metadata.api_version == "v3";
    if is_v3 {
        // Helm makes room for as many records as there are charts, and stumbles over those that stay empty.
        let (loaded, wanted) = (chart.dependencies.len(), metadata.dependencies.unwrap_or_default().len());
        if loaded > wanted {
            return Err(
                Refusal::new(Kind::Chart, "unsupported chart dependency type").context(dialect.missing_dependencies)
            );
        }
    }
    let have = |name: &BStr| chart.dependencies.iter().any(|d| d.metadata.name == name);
    let wanted = metadata.dependencies.unwrap_or_default().iter().map(|d| d.name);
    let missing: Vec<String> = wanted.filter(|name| !have(name)).map(|name| name.to_string()).collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        let text = format!("found in Chart.yaml, but missing in charts/ directory: {list}");
        return Err(Refusal::new(Kind::Chart, text).context(dialect.missing_dependencies));
    }
    if is_v3 {
        return Err(Refusal::new(Kind::Chart, "invalid chart apiVersion"));
    }
    Ok(())
}

/// A chart with its values, ready to be rendered any number of times.
pub struct Bound<'c> {
    settings: Settings,
    root: Enabled<'c>,
    /// Its files, parsed.
    library: Library<'c>,
    program: Program<'c>,
    /// Template files that write something, in the order in which Helm runs them.
    run: Vec<&'c BStr>,
    opinion: SecondOpinion,
    /// Where its templates find what they look up.
    hints: Rc<Hints>,
}

/// What another thread needs to have the same chart bound.
pub struct Kit<'b, 'c> {
    settings: &'b Settings,
    root: Enabled<'c>,
    parsed: Parsed<'b, 'c>,
    program: &'b Program<'c>,
    run: &'b [&'c BStr],
}

impl<'b, 'c: 'b> Kit<'b, 'c> {
    /// The chart as it was bound, but for the schema, which is not asked again. `arena` takes what is parsed anew.
    pub fn bound<'p>(&self, arena: &'p Bump) -> Bound<'p>
    where
        'c: 'p,
    {
        let settings = Settings { skip_schema_validation: true, ..self.settings.clone() };
        let (library, program) = (self.parsed.library(arena), self.program.clone());
        let (opinion, hints) = (SecondOpinion::none(), Rc::default());
        Bound { settings, root: self.root, library, program, run: self.run.to_vec(), opinion, hints }
    }
}

/// Dependencies, coalescing, schema, Kubernetes version, parsing.
pub fn bind<'c>(
    chart: &'c Chart<'c>,
    user: &'c MapNode<'c>,
    settings: Settings,
    arena: &'c Bump,
    stack: Stack,
    log: &mut Log,
) -> Result<Bound<'c>, Stopped> {
    let library = Library::new(arena, settings.dialect);
    bind_with(chart, user, settings, library, arena, stack, log)
}

fn bind_with<'c>(
    chart: &'c Chart<'c>,
    user: &'c MapNode<'c>,
    settings: Settings,
    library: Library<'c>,
    arena: &'c Bump,
    stack: Stack,
    log: &mut Log,
) -> Result<Bound<'c>, Stopped> {
    let root = values::prepare(chart, user, settings.dialect, arena, &settings.limits, log)?.root;
    let opinion = if settings.skip_schema_validation {
        SecondOpinion::none()
    } else {
        schema::check(&root, settings.dialect, stack, log)?
    };
    let bound = link(root, settings, library, arena, None, stack)?;
    Ok(Bound { opinion, ..bound })
}

/// Kubernetes version, parsing.
fn link<'c>(
    root: Enabled<'c>,
    settings: Settings,
    library: Library<'c>,
    arena: &'c Bump,
    spare: Option<&'c mut Bump>,
    stack: Stack,
) -> Result<Bound<'c>, Stopped> {
    let late = |refusal| Stopped { refusal, has_release: true };
    compatible(&root, &settings).map_err(late)?;
    let mut files = Vec::new();
    collect(&root, arena, &mut files);
    // Two files of one name are one file for Helm, the later one.
    files.reverse();
    files.sort_by(|a, b| helm_order(a.name, b.name));
    files.dedup_by(|earlier, later| earlier.name == later.name);
    let mut library = library.bounded(settings.limits.bytes / 2);
    if let Some(spare) = spare {
        shared::parse_on_two(&mut library, &files, &settings, spare, stack).map_err(late)?;
    }
    let program = library.link(files.iter().copied(), stack).map_err(late)?;
    let run = files.iter().map(|f| f.name).filter(|name| !is_partial(name)).collect();
    Ok(Bound { settings, root, library, program, run, opinion: SecondOpinion::none(), hints: Rc::default() })
}

/// `kubeVersion` of the chart against what the cluster is said to be (`IsCompatibleRange`).
fn compatible(root: &Enabled<'_>, settings: &Settings) -> Result<(), Refusal> {
    let wanted = root.metadata.kube_version;
    let (version, release) = (&settings.capabilities.kube_version, settings.dialect.semver);
    if wanted.is_empty() {
        return Ok(());
    }
    let fits = match (Version::parse(version.normalized.as_bytes(), release), Constraints::parse(wanted, release)) {
        (Ok(version), Ok(constraint)) => constraint.check(&version),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let shown = &version.version;
    let text = format!("chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {shown}");
    Err(Refusal::new(Kind::Chart, text))
}

/// All template files of the enabled charts; of a library only those that define.
fn collect<'c>(chart: &Enabled<'c>, arena: &'c Bump, out: &mut Vec<SourceFile<'c>>) {
    for sub in chart.dependencies {
        collect(sub, arena, out);
    }
    let library = chart.metadata.is_library();
    for file in chart.chart.templates {
        if library && !is_partial(file.name) {
            continue;
        }
        let name = BStr::new(arena.alloc_str(&format!("{}/{}", chart.path, file.name)));
        out.push(SourceFile { name, text: file.ready().unwrap_or_default() });
    }
}

fn collect_crds<'c: 'a, 'a>(chart: &Enabled<'c>, arena: &'a Bump, out: &mut Vec<Crd<'a>>) -> Result<(), Refusal> {
    for file in chart.chart.crds() {
        out.push(Crd { path: format!("{}/{}", chart.path, file.name), content: file.bytes(arena)? });
    }
    chart.dependencies.iter().try_for_each(|sub| collect_crds(sub, arena, out))
}

fn collect_crd_paths(chart: &Enabled<'_>, out: &mut Vec<String>) {
    out.extend(chart.chart.crds().map(|file| format!("{}/{}", chart.path, file.name)));
    chart.dependencies.iter().for_each(|sub| collect_crd_paths(sub, out));
}

impl<'c> Bound<'c> {
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The root chart and the enabled charts below it.
    pub fn root(&self) -> &Enabled<'c> {
        &self.root
    }

    /// What another thread needs to have the same chart bound.
    pub fn kit(&self) -> Kit<'_, 'c> {
        let Bound { settings, root, library, program, run, .. } = self;
        Kit { settings, root: *root, parsed: library.parsed(), program, run }
    }

    /// The CRDs of the chart, then those of the charts below it (`CRDObjects`); their bytes may go to `arena`.
    pub fn crds<'a>(&self, arena: &'a Bump) -> Result<Vec<Crd<'a>>, Refusal>
    where
        'c: 'a,
    {
        let mut crds = Vec::new();
        collect_crds(self.root(), arena, &mut crds)?;
        Ok(crds)
    }

    /// The paths of the files of [`Bound::crds`].
    pub fn crd_paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect_crd_paths(self.root(), &mut paths);
        paths
    }

    /// The same chart with other values or another release: what has been parsed is not parsed again, and the schema is not
    /// asked. `chart` is the one that this was bound from.
    pub fn rebind<'p>(
        &self,
        chart: &'p Chart<'p>,
        user: &'p MapNode<'p>,
        release: Release,
        arena: &'p Bump,
        stack: Stack,
    ) -> Result<Bound<'p>, Stopped>
    where
        'c: 'p,
    {
        let settings = Settings { release, skip_schema_validation: true, ..self.settings.clone() };
        let mut log = Log::new(settings.dialect);
        let bound = bind_with(chart, user, settings, self.library.moved(arena), arena, stack, &mut log)?;
        Ok(Bound { hints: self.hints.clone(), ..bound })
    }

    /// Renders every file, in Helm's order.
    pub fn render(&self, world: &World, arena: &Bump, stack: Stack) -> Result<Vec<RenderedFile>, Stopped> {
        self.render_whole(world, arena, stack).map(|whole| whole.files)
    }

    /// [`Bound::render`], with all that is to be known of it.
    pub fn render_whole(&self, world: &World, arena: &Bump, stack: Stack) -> Result<Whole, Stopped> {
        self.render_watched(world, arena, stack, NoTrace, |_, _| ())
    }

    /// [`Bound::render`], telling `look` for each file who wrote what of it.
    pub fn render_traced<'h>(
        &'h self,
        world: &World,
        arena: &'h Bump,
        stack: Stack,
        mut look: impl FnMut(&RenderedFile, &[Span<'h>]),
    ) -> Result<Vec<RenderedFile>, Stopped> {
        let look = |recorder: &mut Recorder<'h>, file: &RenderedFile| look(file, &recorder.take());
        self.render_watched(world, arena, stack, Recorder::default(), look).map(|whole| whole.files)
    }

    /// [`Bound::render`] for a cluster that is being asked: `asked` is told also where the render stops.
    pub fn render_telling(
        &self,
        world: &World,
        arena: &Bump,
        stack: Stack,
        asked: &mut Vec<Query>,
    ) -> Result<Vec<RenderedFile>, Stopped> {
        let visit = world.visit();
        let done = self.render_visiting(&visit, arena, stack, NoTrace, |_, _| ());
        asked.extend(visit.asked());
        done.map(|(files, _)| files)
    }

    /// All templates of the chart and of the enabled charts below it.
    pub fn templates(&self) -> impl Iterator<Item = &'c Template<'c>> {
        self.program.templates()
    }

    /// [`Bound::render_whole`], watched; `look` sees each file with whoever watches.
    pub fn render_watched<'h, T: Trace<'h>>(
        &'h self,
        world: &World,
        arena: &'h Bump,
        stack: Stack,
        trace: T,
        look: impl FnMut(&mut T, &RenderedFile),
    ) -> Result<Whole, Stopped> {
        let visit = world.visit();
        let (files, erased) = self.render_visiting(&visit, arena, stack, trace, look)?;
        Ok(Whole { files, by_chance: visit.by_chance(), asked: visit.asked(), erased })
    }

    fn render_visiting<'h, T: Trace<'h>>(
        &'h self,
        visit: &Visit<'_>,
        arena: &'h Bump,
        stack: Stack,
        trace: T,
        mut look: impl FnMut(&mut T, &RenderedFile),
    ) -> Result<(Vec<RenderedFile>, Vec<Erased>), Stopped> {
        let Settings { dialect, limits, .. } = &self.settings;
        let late = |refusal| Stopped { refusal, has_release: true };
        let heap = Heap::new(arena, limits, dialect).guided(&self.hints);
        let mut contexts = Vec::new();
        let release = self.release(&heap);
        let capabilities = objects::capabilities(&heap, &self.settings.capabilities);
        context(&heap, self.root(), true, release, capabilities, &mut contexts);
        let mut run = Run::traced(&self.program, &heap, visit, stack, trace);
        let mut files = Vec::with_capacity(self.run.len());
        let mut erased = Vec::new();
        for name in &self.run {
            let Some(context) = contexts.iter().rev().find(|c| c.owns(name)) else { continue };
            let mut content = Vec::new();
            context.announce(&heap, name);
            let done = run.file(name, Value::Map(context.map), &mut content);
            if let Some(why) = heap.spoilt() {
                return Err(late(why));
            }
            let holes = done.map_err(|e| late(e.refusal(dialect.error_style)))?;
            erased.extend(holes.into_iter().map(|at| Erased { file: files.len(), at }));
            let file = RenderedFile { path: name.to_string(), content };
            look(run.trace(), &file);
            files.push(file);
        }
        Ok((files, erased))
    }

    /// Hears the second opinion about the values; call it before anything is shown.
    pub fn confirm(&mut self) -> Result<(), Stopped> {
        Ok(self.opinion.confirm()?)
    }

    fn release<'h>(&self, heap: &Heap<'h>) -> Value<'h> {
        let Release { name, namespace, is_upgrade } = &self.settings.release;
        let map = heap.map(MapType::Any);
        for (key, value) in [
            ("Name", heap.str(name)),
            ("Namespace", heap.str(namespace)),
            ("IsUpgrade", Value::Bool(*is_upgrade)),
            ("IsInstall", Value::Bool(!is_upgrade)),
            ("Revision", Value::int(1)),
            ("Service", Value::str("Helm")),
        ] {
            map.set(heap, BStr::new(key), value);
        }
        Value::Map(map)
    }
}

/// The root context of one chart's templates: one map for all of its files.
struct Context<'h> {
    /// `mychart/charts/sub/`
    prefix: String,
    /// `.Template.BasePath`
    base_path: Value<'h>,
    map: &'h Map<'h>,
}

impl<'h> Context<'h> {
    /// Whether a template file belongs to this chart and not to one below it.
    fn owns(&self, name: &[u8]) -> bool {
        name.strip_prefix(self.prefix.as_bytes()).is_some_and(|rest| !rest.starts_with(b"charts/"))
    }

    /// Sets `.Template` before a file is rendered.
    fn announce(&self, heap: &Heap<'h>, name: &[u8]) {
        let template = heap.map(MapType::Values);
        template.set(heap, BStr::new("Name"), heap.str(name));
        template.set(heap, BStr::new("BasePath"), self.base_path);
        self.map.set(heap, BStr::new("Template"), Value::Map(template));
    }
}

/// Builds the contexts of a chart and of those below it (`recAllTpls`); the charts below come first.
fn context<'h>(
    heap: &Heap<'h>,
    chart: &Enabled<'h>,
    is_root: bool,
    release: Value<'h>,
    capabilities: Value<'h>,
    out: &mut Vec<Context<'h>>,
) -> &'h Map<'h> {
    let subcharts = heap.map(MapType::Any);
    for sub in chart.dependencies {
        let map = context(heap, sub, false, release, capabilities, out);
        // Its own templates see the same map under the name of a type.
        subcharts.set(heap, sub.metadata.name, Value::Map(map.view(heap, MapType::Any)));
    }
    let values = heap.thaw_map(chart.values, MapType::Any).view(heap, MapType::Values);
    let map = heap.map(MapType::Values);
    for (key, value) in [
        ("Chart", objects::chart(heap, &chart.metadata, is_root)),
        ("Files", objects::files(heap, chart.chart.files)),
        ("Release", release),
        ("Capabilities", capabilities),
        ("Values", Value::Map(values)),
        ("Subcharts", Value::Map(subcharts)),
    ] {
        map.set(heap, BStr::new(key), value);
    }
    let base_path = heap.str(format!("{}/templates", chart.path));
    out.push(Context { prefix: format!("{}/", chart.path), base_path, map });
    map
}

/// `--name-template`: a template without data, with Sprig's functions.
pub fn name_from_template(
    text: &str,
    dialect: &'static Dialect,
    limits: &Limits,
    stack: Stack,
) -> Result<String, Refusal> {
    let arena = Bump::new();
    let name = BStr::new("name-template");
    let file = SourceFile { name, text: text.as_bytes() };
    let program = Library::new(&arena, dialect).link([file], stack).map_err(|refusal| {
        // No chart is at fault here, so Go's own words stand.
        let words = refusal.message.replacen("parse error at (", "template: ", 1).replacen("): ", ": ", 1);
        Refusal { message: words, ..refusal }
    })?;
    let heap = Heap::new(&arena, limits, dialect);
    let world = World::empty();
    let visit = world.visit();
    let mut out = Vec::new();
    let done = Run::new(&program, &heap, &visit, stack).file(name, Value::Nil, &mut out);
    done.map_err(|e| e.refusal(crate::dialect::ErrorStyle::OneLine))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}
