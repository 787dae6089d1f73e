//! A chart with its values, rendered for the cluster that it goes to: what it brings, which connections it makes, and the values
//! as one file. Owns everything.

use std::path::Path;

use serde_json::Value;

use crate::chart::{self, Log};
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::Dialect;
use crate::limits::{Limits, with_deep_stack};
use crate::lint::{Collected, Request, Stop, examine};
use crate::manifest::is_cluster_scoped;
use crate::postgres::topology::ServerKind;
use crate::preflight::{self, Ask, Connections};
use crate::redact::Secrets;
use crate::render::{Release, RenderedFile, Settings};
use crate::rules::Facts;
use crate::value::{Tree, to_json};
use crate::values::Overrides;
use crate::world::{Capabilities, KubeVersion, World};

/// What is to be rendered.
pub struct Wanted<'w> {
    pub chart: &'w Path,
    pub overrides: &'w Overrides,
    pub options: &'w chart::Options,
    pub limits: &'w Limits,
    pub dialect: &'static Dialect,
    pub release: Release,
    /// Version and APIs of the cluster; None: the dialect's own.
    pub cluster: Option<&'w (String, Vec<String>)>,
    /// Secrets and ConfigMaps that are there beside the release.
    pub live: &'w [RenderedFile],
    /// Another seed, other random texts.
    pub seed: u64,
    pub now: i64,
}

/// What came of it.
pub struct Shown {
    pub name: String,
    pub version: String,
    /// Everything that was set, as one map.
    pub values: Value,
    /// As `helm get manifest` has it, but for hooks, which are here too.
    pub text: Vec<u8>,
    pub release: preflight::Release,
    pub connections: Connections,
    /// What Helm would leave behind in a cluster, or make outside of the release's namespace and never remove.
    pub strays: Vec<String>,
    /// Some template asks the cluster.
    pub asks_cluster: bool,
    pub has_tests: bool,
    /// Postgres servers that it makes.
    pub servers: Vec<String>,
    pub secrets: Secrets,
}

/// Renders a chart.
///
/// # Errors
/// Kind and words of what refuses it.
pub fn show(wanted: &Wanted<'_>) -> Result<Shown, Refusal> {
    let shown = with_deep_stack(wanted.limits.stack, |stack| {
        let mut capabilities = Capabilities::default_of(wanted.dialect);
        if let Some((version, apis)) = wanted.cluster {
            capabilities.kube_version = KubeVersion::parse(version, wanted.dialect)
                .map_err(|e| Refusal::new(Kind::Usage, format!("the cluster's version {version:?}: {e}")))?;
            capabilities.api_versions.extend(apis.iter().cloned());
        }
        let settings = Settings {
            dialect: wanted.dialect,
            release: wanted.release.clone(),
            capabilities,
            limits: wanted.limits.clone(),
            skip_schema_validation: false,
        };
        let world = World::seeded(wanted.seed, wanted.now);
        let Wanted { chart, options, overrides, .. } = *wanted;
        let request = Request { chart, options, overrides, settings, world: &world, beside: &[], share: false };
        let (mut log, mut collected) = (Log::new(wanted.dialect), Collected::default());
        let ask = Ask { now: wanted.now, inside: true, ..Ask::default() };
        let done = examine(&request, stack, &mut log, &mut collected, |facts| of(facts, wanted, &ask));
        let mut shown = done.map_err(Stop::refusal)?;
        shown.secrets.extend(collected.into_secrets());
        Ok(shown)
    });
    shown.unwrap_or_else(|e| Err(Refusal::new(Kind::Limit, format!("no room for a stack: {e}"))))
}

fn of(facts: &Facts<'_>, wanted: &Wanted<'_>, ask: &Ask) -> Shown {
    let metadata = &facts.bound.root().metadata;
    let documents = &facts.manifests.documents;
    let outside = |kind: &str, namespace: &str| is_cluster_scoped(kind) || namespace != wanted.release.namespace;
    let mut strays = Vec::new();
    for document in documents {
        let keeps = document.root().dig("metadata.annotations").and_then(|a| a.get("helm.sh/resource-policy"));
        let stays = document.hook.is_some() || keeps.is_some() || document.kind == "CustomResourceDefinition";
        if stays && outside(document.kind, document.namespace) {
            strays.push(document.title());
        }
    }
    let asks = |text: &[u8]| memchr::memmem::find(text, b"lookup").is_some();
    let mut asks_cluster = false;
    let mut open = vec![facts.bound.root()];
    while let Some(chart) = open.pop() {
        asks_cluster |= chart.chart.templates.iter().any(|file| file.ready().is_some_and(asks));
        open.extend(chart.dependencies);
    }
    let connections = preflight::connections(facts, wanted.live, ask);
    let mut secrets = Secrets::new();
    connections.secrets.iter().for_each(|text| secrets.add(text));
    Shown {
        name: metadata.name.to_string(),
        version: metadata.version.to_string(),
        values: to_json(Tree::Map(facts.user)),
        text: facts.manifests.text.clone(),
        release: preflight::Release::of(facts),
        connections,
        strays,
        asks_cluster,
        has_tests: documents.iter().any(|d| d.hook.as_ref().is_some_and(|h| h.is_test())),
        servers: facts
            .topology
            .servers
            .iter()
            .filter(|s| matches!(s.kind, ServerKind::Postgres | ServerKind::Operator))
            .map(|s| s.name.to_string())
            .collect(),
        secrets,
    }
}
