//! The connections of a render: each with what its client is told, what TLS it would do, and the root certificates that it
//! would find. Owns everything: the render may go once they are known.

use std::collections::BTreeSet;

use bumpalo::Bump;

use super::ask::Ask;
use super::vantage::Stead;
use crate::chart::Log;
use crate::database::Anchors;
use crate::kube::{self, Container, FileAt, Inventory, StoreKind, Workload, WorkloadKind};
use crate::manifest::{self, Input, Manifests};
use crate::postgres::driver::Driver;
use crate::postgres::dsn::{Keyword, Settings};
use crate::postgres::tls::{self, Level, Outcome, Plan};
use crate::postgres::topology::{self, Edge, Link, Phase, Reach, Seat, Topology};
use crate::redact::passwords_of_urls;
use crate::render::RenderedFile;
use crate::rules::Facts;
use crate::value::{Tree, to_json};

/// Every connection of a render.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    pub all: Vec<Connection>,
    /// What the chart's values ask of every connection (`postgres.tls`), where they ask for anything.
    pub asked: Option<Level>,
    /// The name of that mode.
    pub asked_mode: String,
    /// Texts that no report may show.
    pub secrets: Vec<String>,
    /// The major of the image that connects, where it is one of Postgres' own.
    pub client_major: Option<u32>,
}

/// One connection, and who makes it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The name by which its clients know it: `STORE_URL`.
    pub role: String,
    /// `Secret db key connectionString`
    pub source: String,
    /// `Deployment/store`
    pub clients: Vec<String>,
    pub driver: Driver,
    pub state: State,
    /// Pods that hold it at once, at most, while they are rolled out.
    pub pods: Option<u64>,
    /// Its name says that it only reads.
    pub read_only: bool,
    /// The text has blanks or line ends around it.
    pub padded: bool,
    /// The container that makes it, the first of several.
    pub seat: Option<Stead>,
}

/// How much is known of a connection.
#[derive(Clone, Debug)]
pub enum State {
    Known(Box<Known>),
    /// Nobody here can read it.
    Unknown(String),
    /// Its client cannot use it.
    Refused(String),
    /// It leads to a server that this release makes.
    Inside(String),
    /// It stays in its pod: a proxy, a socket.
    InPod(String),
}

impl State {
    /// What its client does; or why nobody here can do the same.
    pub fn known(&self) -> Result<&Known, &str> {
        match self {
            State::Known(known) => Ok(known),
            State::Unknown(why) | State::Refused(why) | State::Inside(why) | State::InPod(why) => Err(why),
        }
    }
}

/// What its client does.
#[derive(Clone, Debug)]
pub struct Known {
    pub settings: Settings,
    pub tls: Outcome,
    pub plan: Planned,
    pub anchors: Anchors,
}

/// How sure the plan is that is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// It is what the client does.
    Certain(Plan),
    /// One of several, since something is not known.
    Guess(Plan),
}

impl Planned {
    pub fn plan(&self) -> &Plan {
        match self {
            Planned::Certain(plan) | Planned::Guess(plan) => plan,
        }
    }
}

impl std::fmt::Debug for Anchors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Anchors::Absent => "Absent",
            Anchors::File(_) => "File",
            Anchors::System => "System",
            Anchors::Unknown(_) => "Unknown",
        })
    }
}

/// A Secret or ConfigMap that pods read and the chart does not render: kind, namespace, name.
pub type Unrendered = (StoreKind, String, String);

/// All of them, each with the keys that are asked for by name.
pub fn unrendered(facts: &Facts<'_>) -> Vec<(Unrendered, BTreeSet<String>)> {
    let mut found: std::collections::BTreeMap<(bool, String, String), BTreeSet<String>> = Default::default();
    let mut add = |kind: StoreKind, namespace: &str, name: &str, key: Option<&str>| {
        if name.is_empty() || facts.inventory.store(kind, namespace, name).is_some() {
            return;
        }
        let entry = found.entry((kind == StoreKind::Secret, namespace.to_string(), name.to_string())).or_default();
        entry.extend(key.map(str::to_string));
    };
    for (workload, container) in facts.inventory.containers() {
        for (_, node) in container.env() {
            for (path, kind) in
                [("valueFrom.secretKeyRef", StoreKind::Secret), ("valueFrom.configMapKeyRef", StoreKind::ConfigMap)]
            {
                let Some(node) = node.dig(path) else { continue };
                if let Some(name) = node.str("name").given() {
                    add(kind, workload.namespace, name, node.str("key").given());
                }
            }
        }
        for from in &container.env_from {
            add(from.from.kind, workload.namespace, from.from.name, None);
        }
        for mount in &container.mounts {
            for object in workload.pod.volume(mount.volume).into_iter().flat_map(|v| v.objects()) {
                add(object.kind, workload.namespace, object.name, None);
            }
        }
    }
    let kind = |is_secret| if is_secret { StoreKind::Secret } else { StoreKind::ConfigMap };
    found.into_iter().map(|((secret, namespace, name), keys)| ((kind(secret), namespace, name), keys)).collect()
}

/// The connections of a render that stands beside further objects (`live`: Secrets and ConfigMaps of the cluster, as manifests).
pub fn connections(facts: &Facts<'_>, live: &[RenderedFile], ask: &Ask) -> Connections {
    let settings = facts.bound.settings();
    let arena = Bump::new();
    let files: Vec<RenderedFile> = facts.files.iter().chain(live).cloned().collect();
    let mut log = Log::new(settings.dialect);
    let chart = facts.bound.root().path.to_string();
    let input = Input {
        files: &files,
        crds: &[],
        chart: &chart,
        namespace: &settings.release.namespace,
        dialect: settings.dialect,
        limits: &settings.limits,
    };
    let manifests = manifest::read_input(&input, &arena, &mut log);
    let inventory = Inventory::of(&manifests, &arena);
    let topology = topology::infer(&manifests, &inventory, &arena);
    let (asked, asked_mode) = asked(facts);
    let mut found = Connections { asked, asked_mode, ..Connections::default() };
    for edge in &topology.edges {
        let bench = Bench { manifests: &manifests, inventory: &inventory, topology: &topology, ask };
        if let Some(connection) = bench.connection(edge, &mut found) {
            merge(&mut found.all, connection);
        }
    }
    found
}

/// What `postgres.tls` of the values asks for, while the server is external.
fn asked(facts: &Facts<'_>) -> (Option<Level>, String) {
    let values = Tree::Map(facts.bound.root().values);
    let text = |path: &[&str]| match dig(values, path) {
        Some(Tree::Str(text)) => std::str::from_utf8(text).ok(),
        _ => None,
    };
    let enabled = matches!(dig(values, &["postgres", "tls", "enabled"]), Some(Tree::Bool(true)));
    if !enabled || text(&["postgres", "mode"]) == Some("embedded") {
        return (None, String::new());
    }
    let mode = text(&["postgres", "tls", "mode"]).unwrap_or_default();
    let level = match mode {
        "require" => Some(Level::EncryptedUnverified),
        "verify-ca" => Some(Level::VerifiedCa),
        "verify-full" => Some(Level::VerifiedFull),
        _ => None,
    };
    (level, mode.to_string())
}

fn dig<'t>(tree: Tree<'t>, path: &[&str]) -> Option<Tree<'t>> {
    path.iter().try_fold(tree, |tree, key| match tree {
        Tree::Map(map) => map.get(key.as_bytes()).map(|entry| entry.value),
        _ => None,
    })
}

/// Whose place a pod can take.
fn placed(workload: &Workload<'_>, container: &Container<'_>) -> Option<Stead> {
    let node = match workload.kind {
        WorkloadKind::Pod => workload.node,
        WorkloadKind::CronJob => workload.node.dig("spec.jobTemplate.spec.template")?,
        WorkloadKind::Operator(_) | WorkloadKind::PodTemplate => return None,
        _ => workload.node.dig("spec.template")?,
    };
    let kind = workload.node.str("kind").given().unwrap_or_default();
    Some(Stead {
        workload: format!("{kind}/{}", workload.name),
        namespace: workload.namespace.to_string(),
        container: container.name.to_string(),
        template: to_json(node.tree()),
    })
}

/// The same connection of another container adds its pods.
fn merge(all: &mut Vec<Connection>, new: Connection) {
    let same = |a: &Connection| {
        a.role == new.role && a.source == new.source && a.driver == new.driver && same_state(&a.state, &new.state)
    };
    match all.iter_mut().find(|a| same(a)) {
        Some(known) => {
            known.pods = known.pods.zip(new.pods).map(|(a, b)| a.saturating_add(b));
            for client in new.clients {
                if !known.clients.contains(&client) {
                    known.clients.push(client);
                }
            }
        }
        None => all.push(new),
    }
}

fn same_state(a: &State, b: &State) -> bool {
    match (a, b) {
        (State::Known(a), State::Known(b)) => a.plan == b.plan && a.anchors == b.anchors && a.settings == b.settings,
        (State::Unknown(a), State::Unknown(b)) | (State::Refused(a), State::Refused(b)) => a == b,
        (State::Inside(a), State::Inside(b)) | (State::InPod(a), State::InPod(b)) => a == b,
        _ => false,
    }
}

struct Bench<'b, 'm> {
    manifests: &'b Manifests<'m>,
    inventory: &'b Inventory<'m>,
    topology: &'b Topology<'m>,
    ask: &'b Ask,
}

impl<'m> Bench<'_, 'm> {
    fn connection(&self, edge: &Edge<'m>, found: &mut Connections) -> Option<Connection> {
        let consumer = self.topology.consumer_of(edge)?;
        if consumer.phase == Phase::Test {
            return None;
        }
        if let Some(text) = edge.text.as_ref().and_then(|t| t.text()) {
            found.secrets.extend(passwords_of_urls(text).map(str::to_string));
            found.secrets.push(text.to_string());
        }
        let password = edge.value(Keyword::Password).and_then(|p| p.text());
        found.secrets.extend(password.map(str::to_string));
        let seat = match consumer.seat {
            Seat::Container(id) => self.inventory.container(id),
            Seat::Object(_) => None,
        };
        if let Some((_, container)) = seat
            && container.image.name() == "postgres"
        {
            found.client_major = found.client_major.or(container.image.major());
        }
        let title = self.manifests.get(consumer.doc).map(|d| format!("{}/{}", d.kind, d.name)).unwrap_or_default();
        let padded = self.is_padded(edge, seat);
        let upper = edge.role.to_ascii_uppercase();
        let read_only = ["READONLY", "READ_ONLY", "REPLICA", "FOLLOWER"].iter().any(|word| upper.contains(word));
        Some(Connection {
            role: edge.role.clone(),
            source: written(edge),
            clients: vec![title],
            driver: edge.client.driver,
            state: self.state(edge, seat),
            pods: seat.map_or(Some(0), |(workload, container)| pods(workload, container)),
            read_only,
            padded,
            seat: seat.and_then(|(workload, container)| placed(workload, container)),
        })
    }

    /// The topology reads what a shell or a program would trim; a variable keeps every byte.
    fn is_padded(&self, edge: &Edge<'m>, seat: Option<(&Workload<'m>, &Container<'m>)>) -> bool {
        let (Some((_, container)), Some(Link::Env { name, .. } | Link::EnvFrom { name, .. })) =
            (seat, edge.source.links.first())
        else {
            return false;
        };
        let environment = kube::environment(self.inventory, container);
        let bytes = environment.get(name).and_then(|var| var.value.known());
        bytes.is_some_and(|b| {
            b.first().is_some_and(u8::is_ascii_whitespace) || b.last().is_some_and(u8::is_ascii_whitespace)
        })
    }

    fn state(&self, edge: &Edge<'m>, seat: Option<(&Workload<'m>, &Container<'m>)>) -> State {
        if let Some(refused) = &edge.refused {
            return State::Refused(format!("it cannot be read: {refused}"));
        }
        match &edge.reach {
            Reach::Undecided(why) => return State::Unknown(why.to_string()),
            Reach::InRelease { server, .. } if !self.ask.inside => {
                let name = self.topology.server(*server).map_or("", |s| s.name);
                return State::Inside(name.to_string());
            }
            Reach::Loopback { .. } if self.ask.detours.is_empty() => {
                return State::InPod("it leads to the pod itself, where a proxy carries it on".into());
            }
            Reach::Socket => return State::InPod("it leads to a socket in the pod".into()),
            Reach::InRelease { .. }
            | Reach::Service { .. }
            | Reach::InCluster { .. }
            | Reach::External { .. }
            | Reach::Loopback { .. } => {}
        }
        let Some(settings) = edge.settings.clone() else {
            return State::Unknown("what its client is told is not known".into());
        };
        if let Some((part, why)) = edge.unknown.first() {
            return State::Unknown(format!("its {} is not known: {why}", part.name()));
        }
        if let Err(refused) = settings.check() {
            return State::Refused(format!("libpq refuses it: {refused}"));
        }
        let anchors = self.anchors(&settings, seat);
        let (tls, plan) = self.plan(edge, &settings, &anchors);
        State::Known(Box::new(Known { settings, tls, plan, anchors }))
    }

    /// What the client does, now that the file with its roots is known.
    fn plan(&self, edge: &Edge<'m>, settings: &Settings, anchors: &Anchors) -> (Outcome, Planned) {
        let outcome = match (anchors, &edge.tls.level, &self.ask.ca) {
            (Anchors::File(_), Level::Undecided, Some(_)) => {
                tls::outcome(edge.client.driver, settings, &|path| match path.starts_with("~/") {
                    true => tls::File::Absent,
                    false => tls::File::Present,
                })
            }
            _ => edge.tls.clone(),
        };
        let plan = planned(&outcome, settings, anchors);
        (outcome, plan)
    }

    /// What stands at `sslrootcert`, or where the client looks without it.
    fn anchors(&self, settings: &Settings, seat: Option<(&Workload<'m>, &Container<'m>)>) -> Anchors {
        let path = match settings.value(Keyword::SslRootCert) {
            Some(value) if value.is("system") => return Anchors::System,
            Some(value) if !value.is("") => value.text(),
            _ => None,
        };
        let Some(path) = path else { return Anchors::Absent };
        let given = |why: String| match &self.ask.ca {
            Some(pem) => Anchors::File(pem.clone()),
            None => Anchors::Unknown(why),
        };
        let Some((workload, container)) = seat else { return given("no container reads it".into()) };
        let environment = kube::environment(self.inventory, container);
        match kube::file_at(self.inventory, &workload.pod, container, &environment, path) {
            FileAt::Provided { content, .. } => match content.known() {
                Some(bytes) => Anchors::File(bytes.into_owned()),
                None => given(format!("what {path} holds is not rendered")),
            },
            FileAt::Folder { .. } | FileAt::Missing { .. } | FileAt::NoVolume { .. } | FileAt::NotMounted => {
                Anchors::Absent
            }
            FileAt::Unknown { why: kube::Why::NotRendered { kind, name, key, .. }, .. } => {
                given(format!("{path} comes from key {key} of {} {name}, which was not read", kind.kind()))
            }
            FileAt::Unknown { why: kube::Why::KeyMissing { .. }, .. } => Anchors::Absent,
            FileAt::Unknown { .. } | FileAt::InVolume { .. } => {
                given(format!("what {path} holds is known only in the pod"))
            }
        }
    }
}

/// The plan that is played for what a client would do.
pub(super) fn planned(outcome: &Outcome, settings: &Settings, anchors: &Anchors) -> Planned {
    match outcome.plans.as_slice() {
        [one] => Planned::Certain(one.clone()),
        // The strictest: nothing is sent that the client would not send.
        [_, ..] => {
            let strictest = outcome.plans.iter().max_by_key(|p| worth(p));
            Planned::Guess(strictest.cloned().unwrap_or_else(|| Plan::refused(tls::Failure::Settings)))
        }
        [] => {
            let libpq = tls::outcome(Driver::Libpq, settings, &|_| match anchors {
                Anchors::File(_) => tls::File::Present,
                _ => tls::File::Absent,
            });
            Planned::Guess(libpq.plans.into_iter().next().unwrap_or_else(|| Plan::refused(tls::Failure::Settings)))
        }
    }
}

fn worth(plan: &Plan) -> Level {
    match plan.level() {
        Level::Fails => Level::Plaintext,
        level => level,
    }
}

/// Where the text is written: the last station of its way.
fn written(edge: &Edge<'_>) -> String {
    edge.source.links.last().map_or_else(|| edge.source.name.clone(), ToString::to_string)
}

/// Pods of a workload that may run at once while it is rolled out: replicas and the surge of a rolling update.
fn pods(workload: &Workload<'_>, container: &Container<'_>) -> Option<u64> {
    if container.role == kube::Role::Init {
        // Its connection ends before those of the others begin.
        return Some(0);
    }
    if workload.is_batch() {
        return Some(1);
    }
    let replicas = u64::try_from(workload.replicas.most?).unwrap_or(0);
    if workload.kind != WorkloadKind::Deployment {
        return Some(replicas);
    }
    let strategy = workload.node.dig("spec.strategy");
    if strategy.and_then(|s| s.str("type").given()) == Some("Recreate") {
        return Some(replicas);
    }
    let surge =
        strategy.and_then(|s| s.dig("rollingUpdate.maxSurge")).and_then(|n| n.as_quantity().given().map(|q| q.text()));
    let surge = match surge {
        None => replicas.div_ceil(4),
        Some(text) => match text.trim().strip_suffix('%') {
            Some(percent) => (replicas * percent.parse::<u64>().ok()?).div_ceil(100),
            None => text.trim().parse().ok()?,
        },
    };
    Some(replicas.saturating_add(surge))
}
