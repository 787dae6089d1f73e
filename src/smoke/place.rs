//! The cluster of a run: made by kind, or one that is there.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::ask::{Ask, Provider};
use super::bench::Place;
use super::clean::uid_of;
use super::kind::{Kind, Order};
use super::ledger::{Ledger, Reach, Resource};
use super::progress::Progress;
use crate::cluster::wait::{Seen, until};
use crate::cluster::{Access, Cluster, capabilities};

/// How long one call to the API server may take.
const STEP: Duration = Duration::from_secs(30);

/// Why there is no cluster, or no namespace in it.
pub enum NoPlace {
    /// What the user has to put right: exit code 2.
    Usage(String),
    /// It could not be made.
    Failed(String),
}

/// Makes or opens the cluster.
///
/// # Errors
/// [`NoPlace`]. What was begun is in the record.
pub async fn place(
    ask: &Ask,
    folder: &Path,
    ledger: &RefCell<Ledger>,
    progress: &Progress,
) -> Result<(Place, String), NoPlace> {
    let since = Instant::now();
    match &ask.provider {
        Provider::Kind { program, image, runtime } => {
            let kind = Kind::new(program, runtime.as_deref()).holding(ledger.borrow().held());
            let name = format!("plimsoll-{}", ask.id);
            if let Some(what) = kind.taken(&name).await.map_err(NoPlace::Usage)? {
                return Err(NoPlace::Usage(format!("{what} is there already: it is left alone")));
            }
            progress.begin(&format!("kind cluster {name}"));
            let (program, runtime) = (kind.path(), kind.runtime_name.clone());
            let what = Resource::KindCluster { name: name.clone(), program, runtime };
            let n = ledger.borrow_mut().intend(what).map_err(NoPlace::Usage)?;
            let kubeconfig = folder.join("kubeconfig");
            let order = Order { name: &name, kubeconfig: &kubeconfig, image: image.as_deref(), deadline: ask.deadline };
            let created = kind.create(&order).await;
            // Also of one that is half made.
            let ids = kind.containers(&name).await.unwrap_or_default();
            if !ids.is_empty() {
                ledger.borrow_mut().made(n, &ids.join(",")).map_err(NoPlace::Failed)?;
            }
            created.map_err(NoPlace::Failed)?;
            let place = opened(Some(kubeconfig), None, true, ask.deadline).await.map_err(NoPlace::Failed)?;
            let words = format!("kind cluster {name} with {} in {:.1} s", place.can.0, since.elapsed().as_secs_f64());
            Ok((place, words))
        }
        Provider::Existing { kubeconfig, context } => {
            let place =
                opened(kubeconfig.clone(), context.clone(), false, ask.deadline).await.map_err(NoPlace::Usage)?;
            let words = format!("{} with {}", place.cluster.server, place.can.0);
            Ok((place, words))
        }
    }
}

async fn opened(
    kubeconfig: Option<std::path::PathBuf>,
    context: Option<String>,
    own: bool,
    deadline: Duration,
) -> Result<Place, String> {
    let (path, of) = (kubeconfig.clone(), context.clone());
    let access = Access { path, context: of, overrides: Default::default(), step: STEP.min(deadline) };
    let cluster: Cluster = access.open().await?;
    let look = async || match uid_of(&cluster).await {
        Ok(uid) => Seen::Done(uid),
        // A cluster that is there answers at once or not at all.
        Err(refused) if !own => Seen::Never(refused.to_string()),
        Err(refused) => Seen::Not(refused.to_string()),
    };
    let uid = until("the API server", deadline, |_| (), look).await?;
    // Many calls, each in time: all of them together must be, too.
    let asked = tokio::time::timeout(deadline, capabilities(&cluster)).await;
    let late = || format!("waited {} s for what the API server can do", deadline.as_secs());
    let can = asked.map_err(|_| late())?.map_err(|refused| refused.to_string())?;
    let reach = Reach { kubeconfig, context, uid };
    Ok(Place { cluster: Rc::new(cluster), reach, own, can: (can.kubernetes, can.api_versions) })
}
