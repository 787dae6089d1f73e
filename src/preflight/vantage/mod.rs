//! Looks at the databases from pods beside the workloads that connect to them: one pod after the other, each removed before the
//! next is made, also after a signal.
//!
//! | file | owns |
//! |---|---|
//! | `stead` | the pod's manifest, from the workload whose place it takes |
//! | `pod` | a pod's life |
//! | `relay` | connections and files as the pod has them |
//! | `policies` | NetworkPolicies that tell the pod from the workload |

mod pod;
mod policies;
mod relay;
mod stead;

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::LocalSet;

use super::ask::Ask;
use super::connection::{Connection, Connections, Known, State, planned};
use super::look::{Look, Met, Sight, look_from, sight};
use super::nodes::Nodes;
use super::release::Release;
use super::surroundings::Surroundings;
use crate::cluster::wait::{First, race};
use crate::cluster::{Access, Cluster, Interrupt, Refused};
use crate::database::{Anchors, Way};
use crate::postgres::dsn::Keyword;
use crate::postgres::tls;
use relay::{FileThere, Lodge};
pub use stead::Stead;

/// What the user says about the pods.
#[derive(Clone, Debug)]
pub struct Pods {
    pub access: Access,
    /// None: the workload's own.
    pub image: Option<String>,
    /// How long one may take until it runs.
    pub deadline: Duration,
}

/// What became of a pod.
#[derive(Clone, Debug)]
pub struct PodSeen {
    /// `Pod/shop-plimsoll-vantage-0`
    pub title: String,
    /// Whose place it takes: `Deployment/shop`
    pub workload: String,
    pub image: String,
    /// The node that it ran on; or why it never did.
    pub stood: Result<String, String>,
    /// Of one that was made: it is gone, or may still be there.
    pub removed: Result<(), String>,
    pub left_out: Vec<String>,
    /// NetworkPolicies that tell it from the workload.
    pub policies: Result<Vec<String>, String>,
}

/// The objects that the release itself brings, and that are not there before an install.
pub fn to_come(release: &Release, is_upgrade: bool) -> BTreeSet<String> {
    let brought = release.objects.iter().map(|object| object.title.clone());
    brought.filter(|_| !is_upgrade).collect()
}

struct Run {
    pods: Pods,
    cluster: Rc<Cluster>,
    release: String,
    to_come: BTreeSet<String>,
    policies: Vec<Value>,
    mark: String,
}

/// Looks at the databases of all connections, each from a pod in the place of a container that makes it.
///
/// # Errors
/// In words: signals cannot be heard, and so nothing is made.
pub async fn look_from_pods(
    seen: (Connections, Nodes),
    ask: Ask,
    release: &Release,
    cluster: Surroundings,
    pods: Pods,
) -> Result<Look, String> {
    let local = LocalSet::new();
    local.run_until(whole(seen, ask, release, cluster, pods)).await
}

async fn whole(
    (mut connections, nodes): (Connections, Nodes),
    ask: Ask,
    release: &Release,
    surroundings: Surroundings,
    pods: Pods,
) -> Result<Look, String> {
    let interrupt = Interrupt::listen()?;
    let nobody = |met: &dyn Fn(&Connection) -> String| -> Vec<Sight> {
        let untried = |(n, c): (usize, &Connection)| Sight { connection: n, met: Met::Untried(met(c)), pod: None };
        connections.all.iter().enumerate().map(untried).collect()
    };
    let why = |c: &Connection| c.state.known().err().unwrap_or("no pod was made for it").to_string();
    let mut sights = nobody(&why);
    let mut seen: Vec<PodSeen> = Vec::new();
    match pods.access.open().await {
        Err(words) => sights = nobody(&|c| c.state.known().err().unwrap_or(&words).to_string()),
        Ok(cluster) => {
            let cluster = Rc::new(cluster);
            let live = cluster.list("networking.k8s.io/v1", "NetworkPolicy", &release.namespace).await;
            let to_come = to_come(release, ask.is_upgrade);
            let own = release.objects.iter().filter(|o| o.title.starts_with("NetworkPolicy/")).map(|o| o.value.clone());
            let unread = live.as_ref().err().map(Refused::to_string);
            let policies = live.unwrap_or_default().into_iter().chain(own).collect();
            let mark = format!("{:016x}", RandomState::new().build_hasher().finish());
            let run = Run { pods, cluster, release: release.name.clone(), to_come, policies, mark };
            let mut seats: Vec<Stead> = Vec::new();
            let known = connections.all.iter().filter(|c| matches!(c.state, State::Known(_)));
            for seat in known.filter_map(|c| c.seat.as_ref()) {
                if !seats.contains(seat) {
                    seats.push(seat.clone());
                }
            }
            let mut stopped = false;
            for (n, seat) in seats.iter().enumerate() {
                if stopped {
                    break;
                }
                stopped = run.one(n, seat, &mut connections, &ask, &interrupt, &mut sights, &mut seen).await;
                if let (Some(why), Some(last)) = (&unread, seen.last_mut()) {
                    last.policies = Err(why.clone());
                }
            }
        }
    }
    let mut look = look_from(connections, nodes, ask, release.namespace.clone(), surroundings, sights).await;
    look.pods = seen;
    Ok(look)
}

impl Run {
    /// One pod, from its making to its end; whether a signal came.
    #[allow(clippy::too_many_arguments)]
    async fn one(
        &self,
        n: usize,
        seat: &Stead,
        connections: &mut Connections,
        ask: &Ask,
        interrupt: &Interrupt,
        sights: &mut [Sight],
        seen: &mut Vec<PodSeen>,
    ) -> bool {
        let name = stead::name(&self.release, n);
        let lifetime = self.pods.deadline.as_secs().saturating_mul(2).saturating_add(300);
        let order = stead::Order {
            image: self.pods.image.clone(),
            to_come: self.to_come.clone(),
            lifetime,
            run: self.mark.clone(),
        };
        let mut told = PodSeen {
            title: format!("Pod/{name}"),
            workload: seat.workload.clone(),
            image: String::new(),
            stood: Err("it was not made".into()),
            removed: Ok(()),
            left_out: Vec::new(),
            policies: Ok(Vec::new()),
        };
        let mut stopped = false;
        match stead::plan(seat, &name, &order) {
            Err(why) => told.stood = Err(why),
            Ok(plan) => {
                let labels = |of: &Value| of["metadata"]["labels"].clone();
                let (workload, own) = (labels(&seat.template), labels(&plan.manifest));
                told.policies = Ok(policies::telling_apart(&self.policies, &workload, &own));
                told.image = plan.manifest["spec"]["containers"][0]["image"].as_str().unwrap_or_default().to_string();
                told.left_out = plan.left_out;
                let made = match pod::make(&self.cluster, &plan.manifest, &seat.namespace).await {
                    Ok(own) => Some(own),
                    Err((why, own)) => {
                        told.stood = Err(why);
                        if let Some(own) = own {
                            told.removed = pod::remove(&self.cluster, &own).await;
                        }
                        None
                    }
                };
                if let Some(own) = made {
                    let work = self.within(&own, seat, &plan.mounts, connections, ask, sights, seen.len());
                    match race(work, interrupt.next()).await {
                        First::Left(stood) => told.stood = stood,
                        First::Right(()) => {
                            told.stood = Err("a signal ended the run".into());
                            stopped = true;
                        }
                    }
                    told.removed = pod::remove(&self.cluster, &own).await;
                }
            }
        }
        if let Err(why) = &told.stood {
            let of_seat = |sight: &&mut Sight| {
                let connection = connections.all.get(sight.connection);
                matches!(sight.met, Met::Untried(_))
                    && connection.is_some_and(|c| c.seat.as_ref() == Some(seat) && c.state.known().is_ok())
            };
            for sight in sights.iter_mut().filter(of_seat) {
                sight.met = Met::Untried(format!("{}: {why}", told.title));
            }
        }
        seen.push(told);
        stopped
    }

    /// What is seen from a pod that was made; the node that it runs on.
    #[allow(clippy::too_many_arguments)]
    async fn within(
        &self,
        own: &pod::Own,
        seat: &Stead,
        mounts: &[String],
        connections: &mut Connections,
        ask: &Ask,
        sights: &mut [Sight],
        n: usize,
    ) -> Result<String, String> {
        let node = pod::ready(&self.cluster, own, self.pods.deadline).await?;
        let lodge = Rc::new(Lodge {
            cluster: self.cluster.clone(),
            namespace: own.namespace.clone(),
            pod: own.name.clone(),
            container: seat.container.clone(),
            patience: ask.step.as_secs().max(1),
        });
        let way = Way(lodge.clone());
        for sight in sights.iter_mut() {
            let Some(connection) = connections.all.get_mut(sight.connection) else { continue };
            if connection.seat.as_ref() != Some(seat) {
                continue;
            }
            let driver = connection.driver;
            let State::Known(known) = &mut connection.state else { continue };
            roots(known, driver, &lodge, mounts, ask).await;
            sight.met = self::sight(known, ask, Some(&way)).await;
            sight.pod = Some(n);
        }
        Ok(node)
    }
}

/// Whether a path is a folder, or below it.
fn lies_in(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Puts what the pod has as root certificates in the place of what the render promises.
async fn roots(
    known: &mut Known,
    driver: crate::postgres::driver::Driver,
    lodge: &Lodge,
    mounts: &[String],
    ask: &Ask,
) {
    let path = known.settings.value(Keyword::SslRootCert).and_then(|value| value.text());
    let Some(path) = path.filter(|path| path.starts_with('/')) else { return };
    let mounted = mounts.iter().any(|mount| lies_in(path, mount));
    if !mounted && known.anchors != Anchors::Absent && !matches!(known.anchors, Anchors::Unknown(_)) {
        // The release brings it: the pod cannot have it yet.
        return;
    }
    if !mounted && ask.ca.is_some() {
        return;
    }
    let anchors = match lodge.file(path).await {
        FileThere::Bytes(bytes) => Anchors::File(bytes),
        FileThere::Absent => Anchors::Absent,
        FileThere::Unknown(why) => Anchors::Unknown(why),
    };
    let file = |path: &str| match (&anchors, path.starts_with("~/")) {
        (Anchors::File(_), false) => tls::File::Present,
        _ => tls::File::Absent,
    };
    if !matches!(anchors, Anchors::Unknown(_)) {
        known.tls = tls::outcome(driver, &known.settings, &file);
        known.plan = planned(&known.tls, &known.settings, &anchors);
    }
    known.anchors = anchors;
}
