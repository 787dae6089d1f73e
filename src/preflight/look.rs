//! The visits: one for each server of each connection. Servers that several connections lead to as the same client are asked
//! once for each, since each is somebody else there.

use super::ask::Ask;
use super::connection::{Connection, Connections, Known};
use super::nodes::{Node, NodeSeen, Nodes};
use super::surroundings::Surroundings;
use super::vantage::PodSeen;
use crate::database::{self, Bounds, Halt, Spock, Target, Told, Visit, Wanted, Way};

/// Everything that was seen.
#[derive(Clone, Debug)]
pub struct Look {
    pub ask: Ask,
    /// Of the release.
    pub namespace: String,
    pub cluster: Surroundings,
    pub connections: Connections,
    /// In the order of the connections.
    pub sights: Vec<Sight>,
    /// From which it was looked, where not from here.
    pub pods: Vec<PodSeen>,
    /// In the order of the render.
    pub nodes: Vec<NodeSeen>,
    /// The database that the nodes replicate.
    pub cluster_database: String,
}

/// What was seen of one connection.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Index of the connection.
    pub connection: usize,
    pub met: Met,
    /// Index of the pod that it was seen from; None: from here.
    pub pod: Option<usize>,
}

/// How far it came.
#[derive(Clone, Debug)]
pub enum Met {
    /// One for each server, until the one that its client would have taken.
    Visits(Vec<Result<Visit, Halt>>),
    /// It was not tried.
    Untried(String),
}

impl Look {
    /// Every connection that was tried, with its name and the visits that were made.
    pub fn visits(&self) -> impl Iterator<Item = (&Connection, String, &Visit)> {
        self.sights.iter().flat_map(move |sight| {
            let connection = self.connections.all.get(sight.connection);
            let visits = match &sight.met {
                Met::Visits(visits) => visits.as_slice(),
                Met::Untried(_) => &[],
            };
            let made = visits.iter().filter_map(|v| v.as_ref().ok());
            made.filter_map(move |visit| {
                connection.map(|c| (c, format!("{} at {}", c.role, visit.target.shown()), visit))
            })
        })
    }
}

/// Looks at the databases of all connections and nodes, beside what was seen of the cluster.
pub async fn look(connections: Connections, nodes: Nodes, ask: Ask, namespace: String, cluster: Surroundings) -> Look {
    let mut sights = Vec::new();
    for (n, connection) in connections.all.iter().enumerate() {
        let met = match connection.state.known() {
            Ok(known) => sight(known, &ask, None).await,
            Err(why) => Met::Untried(why.into()),
        };
        sights.push(Sight { connection: n, met, pod: None });
    }
    look_from(connections, nodes, ask, namespace, cluster, sights).await
}

/// Looks at the servers of one connection, until the one that its client would have taken.
pub(super) async fn sight(known: &Known, ask: &Ask, way: Option<&Way>) -> Met {
    let targets = match Target::all(&known.settings) {
        Ok(targets) => targets,
        Err(halt) => return Met::Untried(halt.to_string()),
    };
    let mut visits = Vec::new();
    for target in targets {
        let visit = match own(target, ask) {
            Ok(target) => Ok(one(&Target { way: way.cloned(), ..target }, known, ask, false).await),
            Err(halt) => Err(halt),
        };
        let arrived = visit.as_ref().is_ok_and(|v| v.connected().is_some());
        visits.push(visit);
        if arrived {
            break;
        }
    }
    Met::Visits(visits)
}

/// Looks at the nodes, and puts all together.
pub(super) async fn look_from(
    connections: Connections,
    nodes: Nodes,
    ask: Ask,
    namespace: String,
    cluster: Surroundings,
    sights: Vec<Sight>,
) -> Look {
    let cluster_database = nodes.database;
    let mut seen = Vec::new();
    for node in nodes.all {
        let spock = spock(&node, &ask).await;
        seen.push(NodeSeen { node, spock });
    }
    Look { ask, namespace, cluster, connections, sights, pods: Vec::new(), nodes: seen, cluster_database }
}

/// The server of a pod's connection, as it is reached from here.
fn own(target: Result<Target, Halt>, ask: &Ask) -> Result<Target, Halt> {
    let target = reached(target?, ask);
    if target.is_loopback() && target.instead.is_none() && target.name.as_ref().is_none_or(|n| *n == target.address) {
        return Err(Halt::Untried("it is the pod's own address, and another machine's here".into()));
    }
    Ok(target)
}

/// With the way around that the user names for it.
fn reached(target: Target, ask: &Ask) -> Target {
    let host = target.name.clone().unwrap_or_else(|| target.address.clone());
    Target { instead: ask.detour(&host, target.port), ..target }
}

async fn one(target: &Target, known: &Known, ask: &Ask, spock: bool) -> Visit {
    let wanted = Wanted { extensions: ask.extensions.clone(), spock };
    database::visit(target, known.plan.plan(), &known.anchors, &wanted, Bounds { step: ask.step }, ask.now).await
}

/// What the server of a node says; or why it says nothing.
async fn spock(node: &Node, ask: &Ask) -> Result<Told<Spock>, String> {
    let known = node.state.known()?;
    let mut last = "its connection string names no server".to_string();
    for target in Target::all(&known.settings).map_err(|halt| halt.to_string())? {
        let target = match target {
            Ok(target) => reached(target, ask),
            Err(halt) => {
                last = halt.to_string();
                continue;
            }
        };
        let visit = one(&target, known, ask, true).await;
        match (visit.facts, visit.attempts.last().and_then(|a| a.halt.as_ref())) {
            (Some(facts), _) => return Ok(facts.spock),
            (None, Some(halt)) => last = halt.to_string(),
            (None, None) => {}
        }
    }
    Err(last)
}
