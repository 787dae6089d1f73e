//! The database of a release, reached as its clients reach it: the same settings, the same TLS, through a port of its pod.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use super::route::Route;
use crate::cluster::Cluster;
use crate::database::{self, Bounds, Rows, Session, Target};
use crate::preflight::{Connections, Known, State};

/// How long one step of a connection, and one question, may take.
pub const BOUNDS: Bounds = Bounds { step: Duration::from_secs(10) };

/// A server that can be asked.
pub struct Server {
    known: Known,
    target: Target,
    now: i64,
    /// The name by which the release knows the connection.
    pub role: String,
    /// Dropped with this.
    _route: Option<Route>,
}

impl Server {
    /// Chooses a connection of a release, and opens a way to its server.
    ///
    /// # Errors
    /// In words: there is none, or it cannot be told what its clients do.
    pub async fn find(
        cluster: &Rc<Cluster>,
        connections: &Connections,
        role: Option<&str>,
        namespace: &str,
        now: i64,
    ) -> Result<Server, String> {
        let fits = |c: &&crate::preflight::Connection| match role {
            Some(role) => c.role == role,
            None => !c.read_only && matches!(c.state, State::Known(_)),
        };
        let found = connections.all.iter().find(fits).ok_or_else(|| match role {
            Some(role) => format!("no container of the chart connects by {role}"),
            None => "no connection of the chart is known".into(),
        })?;
        let known = found.state.known().map_err(|why| format!("{}: {why}", found.role))?.clone();
        let targets = Target::all(&known.settings).map_err(|halt| halt.to_string())?;
        let first = targets.into_iter().next().ok_or("the connection names no host")?;
        let mut target = first.map_err(|halt| halt.to_string())?;
        let host = target.name.clone().unwrap_or_else(|| target.address.clone());
        let (service, of) = service(&host, namespace);
        let mut route = None;
        if let Some(service) = service
            && cluster.object("v1", "Service", of, service).await.is_ok()
        {
            let open = Route::open(cluster.clone(), of, service, target.port).await?;
            target.instead = Some(("127.0.0.1".into(), open.port));
            route = Some(open);
        }
        Ok(Server { known, target, now, role: found.role.clone(), _route: route })
    }

    /// `host:port`, as its clients name it.
    pub fn shown(&self) -> String {
        self.target.shown()
    }

    /// A connection of its own.
    ///
    /// # Errors
    /// In words.
    pub async fn session(&self, bounds: Bounds) -> Result<Session, String> {
        let plan = self.known.plan.plan();
        let opened = database::connect(&self.target, plan, &self.known.anchors, bounds, self.now).await;
        opened.map_err(|halt| halt.to_string())
    }

    /// The rows of one query, in a read-only transaction over a connection of its own.
    ///
    /// # Errors
    /// In words.
    pub async fn rows(&self, sql: &str) -> Result<Rows, String> {
        self.session(BOUNDS).await?.ask(sql).await.map_err(|silence| silence.to_string())
    }

    async fn one(&self, sql: &str) -> Result<String, String> {
        let rows = self.rows(sql).await?;
        match rows.as_slice() {
            [row] => row.first().cloned().flatten().ok_or_else(|| "its answer is NULL".into()),
            rows => Err(format!("its answer has {} rows, not one", rows.len())),
        }
    }

    /// The answer to a query of one number.
    ///
    /// # Errors
    /// In words.
    pub async fn number(&self, sql: &str) -> Result<i64, String> {
        let text = self.one(sql).await?;
        text.parse().map_err(|_| "its answer is no number".into())
    }

    /// The answer to a query of one truth.
    ///
    /// # Errors
    /// In words.
    pub async fn truth(&self, sql: &str) -> Result<bool, String> {
        match self.one(sql).await?.as_str() {
            "t" => Ok(true),
            "f" => Ok(false),
            _ => Err("its answer is neither true nor false".into()),
        }
    }

    /// The answers to a query of one column.
    ///
    /// # Errors
    /// In words; NULL is no identity.
    pub async fn set(&self, sql: &str) -> Result<BTreeSet<String>, String> {
        let rows = self.rows(sql).await?;
        let all = rows.into_iter().map(|row| row.into_iter().next().flatten());
        all.collect::<Option<BTreeSet<_>>>().ok_or_else(|| "an identity is NULL".into())
    }
}

/// The Service that a host's name means, and its namespace: `db`, `db.apps`, `db.apps.svc`, `db.apps.svc.cluster.local`.
fn service<'h>(host: &'h str, namespace: &'h str) -> (Option<&'h str>, &'h str) {
    let mut parts = host.trim_end_matches('.').split('.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => (Some(name), namespace),
        (Some(name), Some(of), None | Some("svc")) => (Some(name), of),
        _ => (None, namespace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_services() {
        assert_eq!(service("db", "apps"), (Some("db"), "apps"));
        assert_eq!(service("db.data", "apps"), (Some("db"), "data"));
        assert_eq!(service("db.data.svc.cluster.local.", "apps"), (Some("db"), "data"));
        assert_eq!(service("db.example.com", "apps"), (None, "apps"));
    }
}
