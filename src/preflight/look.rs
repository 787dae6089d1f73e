//! The visits: one for each server of each connection. Servers that several connections lead to as the same client are asked
//! once for each, since each is somebody else there.

use super::ask::Ask;
use super::connection::{Connection, Connections, State};
use super::surroundings::Surroundings;
use crate::database::{self, Bounds, Halt, Target, Visit, Wanted};

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
}

/// What was seen of one connection.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Index of the connection.
    pub connection: usize,
    pub met: Met,
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

/// Looks at the databases of all connections, beside what was seen of the cluster.
pub async fn look(connections: Connections, ask: Ask, namespace: String, cluster: Surroundings) -> Look {
    let mut sights = Vec::new();
    for (n, connection) in connections.all.iter().enumerate() {
        let met = match &connection.state {
            State::Known(known) => match Target::all(&known.settings) {
                Ok(targets) => {
                    let mut visits = Vec::new();
                    for target in targets {
                        let visit = one(target, known, &ask).await;
                        let arrived = visit.as_ref().is_ok_and(|v| v.connected().is_some());
                        visits.push(visit);
                        if arrived {
                            break;
                        }
                    }
                    Met::Visits(visits)
                }
                Err(halt) => Met::Untried(halt.to_string()),
            },
            State::Unknown(why) | State::Refused(why) | State::Inside(why) | State::InPod(why) => {
                Met::Untried(why.clone())
            }
        };
        sights.push(Sight { connection: n, met });
    }
    Look { ask, namespace, cluster, connections, sights }
}

async fn one(target: Result<Target, Halt>, known: &super::Known, ask: &Ask) -> Result<Visit, Halt> {
    let mut target = target?;
    let host = target.name.clone().unwrap_or_else(|| target.address.clone());
    target.instead = ask.detour(&host, target.port);
    if target.is_loopback() && target.instead.is_none() && target.name.as_ref().is_none_or(|n| *n == target.address) {
        return Err(Halt::Untried("it is the pod's own address, and another machine's here".into()));
    }
    let wanted = Wanted { extensions: ask.extensions.clone() };
    let bounds = Bounds { step: ask.step };
    Ok(database::visit(&target, known.plan.plan(), &known.anchors, &wanted, bounds, ask.now).await)
}
