//! A render whose `lookup`s a live cluster answers: rendered once to learn what is asked, and again with the answers, until
//! nothing new is asked. What was asked and answered is a recording.

use bumpalo::Bump;
use serde_json::Value;

use super::access::Cluster;
use super::ask::Refused;
use crate::diagnostic::{Kind, Refusal};
use crate::limits::Stack;
use crate::render::{Bound, RenderedFile, Stopped};
use crate::world::{Query, Recording, World};

/// A chart whose answers lead to further questions asks this often at most.
const ROUNDS: usize = 16;
/// Questions of one render, at most.
const MOST: usize = 2000;

/// What a cluster can do, without any object.
///
/// # Errors
/// [`Refused`], where it does not say.
pub async fn capabilities(cluster: &Cluster) -> Result<Recording, Refused> {
    let kubernetes = cluster.version().await?;
    let mut api_versions = cluster.api_versions().await?;
    for version in api_versions.clone() {
        // A version whose server is away (an APIService without a backend) has no kinds; Helm leaves them out as well.
        let Ok(resources) = cluster.resources(&version).await else { continue };
        api_versions.extend(resources.iter().map(|resource| format!("{version}/{}", resource.kind)));
    }
    api_versions.sort();
    api_versions.dedup();
    Ok(Recording { kubernetes, api_versions, ..Recording::default() })
}

/// Renders with a cluster. `recording` takes what is asked and answered; `run` waits for a call.
///
/// # Errors
/// What stops the render, and an answer that is not to be had: a lookup that may not be made is not empty.
pub fn rendered(
    bound: &Bound<'_>,
    stack: Stack,
    recording: &mut Recording,
    answer: &mut dyn FnMut(&Query) -> Result<Vec<Value>, Refused>,
) -> Result<Vec<RenderedFile>, Stopped> {
    for _ in 0..ROUNDS {
        let arena = Bump::new();
        let world = World::empty().with_cluster(recording.lookups());
        let mut asked = Vec::new();
        let files = bound.render_telling(&world, &arena, stack, &mut asked);
        let new: Vec<Query> = asked.into_iter().filter(|q| !recording.asked.contains(q)).collect();
        // What stopped a render may be an object that the chart was not told of yet.
        if new.is_empty() {
            return files;
        }
        if recording.asked.len() + new.len() > MOST {
            return Err(Refusal::new(Kind::Limit, format!("the chart makes more than {MOST} lookups")).into());
        }
        for query in new {
            let found = answer(&query).map_err(|refused| {
                let Query { api_version, kind, namespace, name } = &query;
                let words = format!("lookup {api_version} {kind} {namespace}/{name}: {refused}");
                Stopped::from(Refusal::new(Kind::NeedsCluster, words))
            })?;
            recording.objects.extend(found);
            recording.asked.insert(query);
        }
    }
    Err(Refusal::new(Kind::Limit, format!("after {ROUNDS} renders the chart still asks for more")).into())
}

/// The answer to one lookup.
///
/// # Errors
/// [`Refused`]; an object that is not there is no error, a kind that is not there is one, as for Helm.
pub async fn lookup(cluster: &Cluster, query: &Query) -> Result<Vec<Value>, Refused> {
    let Query { api_version, kind, namespace, name } = query;
    let found = match name.is_empty() {
        true => cluster.list(api_version, kind, namespace).await,
        false => cluster.object(api_version, kind, namespace, name).await.map(|object| vec![object]),
    };
    match found {
        Err(Refused::Missing) => Ok(Vec::new()),
        other => other,
    }
}
