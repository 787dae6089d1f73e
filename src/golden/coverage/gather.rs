//! One case, counted: rendered once more, watched.

use std::path::Path;

use bstr::BStr;
use bumpalo::Bump;

use super::counter::Counter;
use super::{Coverage, Spot, branches};
use crate::chart::{Chart, Log};
use crate::golden::answer::Ask;
use crate::limits::{Limits, Stack};
use crate::lint::Names;
use crate::provenance::is_same;
use crate::release::is_partial;
use crate::render::{self, Loaded};
use crate::schema;
use crate::template::ast::Template;
use crate::value::{MapNode, Origin, Pos, Tree, position};
use crate::values;
use crate::world::World;
use crate::yaml;

/// More than any chart has; a map of values may be as large as its file.
const MAX_LEAVES: usize = 20_000;

impl Coverage {
    /// What a case reaches. A render that is refused reaches what it came to; a chart that does not load reaches nothing.
    /// `shown` is the chart as the user named it.
    pub fn of(ask: &Ask, chart: &Path, shown: &str, world: &World, stack: Stack) -> Coverage {
        let mut coverage = Coverage::default();
        let settings = &ask.settings;
        let (arena, heap) = (Bump::new(), Bump::new());
        let mut log = Log::new(settings.dialect);
        let loaded = render::load(chart, &ask.options, &ask.overrides, settings, &arena, &mut log);
        let Ok(Loaded { chart, user, .. }) = loaded else { return coverage };
        let names = Names::new(shown, &chart.metadata.name.to_string());
        let prepared = values::prepare(chart, user, settings.dialect, &arena, &settings.limits, &mut log);
        if let Ok(prepared) = prepared {
            coverage.values(chart, prepared.root.values, &names);
            coverage.clauses(chart, prepared.root.values, &names, stack, &settings.limits);
        }
        let Ok(bound) = render::bind(chart, user, settings.clone(), &arena, stack, &mut log) else { return coverage };
        let mut counter = Counter::default();
        // What a refused render came to counts as well.
        let _ = bound.render_watched(world, &heap, stack, &mut counter, |_, _| ());
        let own = format!("{}/templates/", bound.root().path);
        // A file that only defines is never rendered itself.
        let is_own = |t: &&Template<'_>| t.source.name.starts_with(own.as_bytes());
        let only_defines = |t: &Template<'_>| t.name == t.source.name && is_partial(t.name);
        for template in bound.templates().filter(is_own).filter(|t| !only_defines(t)) {
            let file = names.file(&template.source.name.to_string());
            branches::count(template, &counter, coverage.files.entry(file).or_default());
        }
        coverage
    }

    /// A leaf of the chart's own values is reached by a case in which it is another.
    fn values(&mut self, chart: &Chart<'_>, given: &MapNode<'_>, names: &Names) {
        let Tree::Map(root) = chart.values else { return };
        self.values_file = names.file(&format!("{}/values.yaml", chart.metadata.name));
        for (path, default, pos) in leaves(root) {
            let is_another = position(given, &path).1.is_none_or(|now| !is_same(now, default));
            let spot = Spot { line: pos.line, hits: u64::from(is_another) };
            self.values.insert(path.join("."), spot);
        }
    }

    /// A clause of the schema is reached by a case that it refuses.
    fn clauses(&mut self, chart: &Chart<'_>, given: &MapNode<'_>, names: &Names, stack: Stack, limits: &Limits) {
        let Some(text) = chart.schema else { return };
        self.schema_file = names.file(&format!("{}/values.schema.json", chart.metadata.name));
        let arena = Bump::new();
        // JSON is YAML: so its lines are known.
        let tree = yaml::load(text, Origin::default(), &arena, limits).ok();
        let root = tree.and_then(Tree::as_map);
        let refusing = schema::refusing(text, given, stack);
        for clause in schema::clauses(text) {
            let tokens: Vec<String> =
                clause.split('/').skip(1).map(|t| t.replace("~1", "/").replace("~0", "~")).collect();
            let line = root.and_then(|root| position(root, &tokens).0).map_or(0, |pos| pos.line);
            let hits = u64::from(refusing.contains(&clause));
            self.clauses.insert(clause, Spot { line, hits });
        }
    }
}

/// The leaves of values: scalars, lists, and maps without entries, each with its path.
fn leaves<'c>(root: &'c MapNode<'c>) -> Vec<(Vec<String>, Tree<'c>, Pos)> {
    let mut found = Vec::new();
    let mut open: Vec<(Vec<String>, &MapNode<'c>)> = vec![(Vec::new(), root)];
    while let Some((path, map)) = open.pop() {
        for entry in map.entries() {
            let mut path = path.clone();
            path.push(BStr::to_string(entry.key));
            match entry.value {
                Tree::Map(map) if !map.entries().is_empty() => open.push((path, map)),
                leaf if found.len() < MAX_LEAVES => found.push((path, leaf, entry.pos)),
                _ => return found,
            }
        }
    }
    found
}
