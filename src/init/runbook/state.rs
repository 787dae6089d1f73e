//! What a render says about its servers, the applications that use them, and how those connect: in values of its own, for the
//! render is gone when the text is written.

use serde_json::{Map, Value, json};

use crate::diagnostic::{Kind, Refusal};
use crate::kube::{Container, Role, VolumeSource, Workload, WorkloadKind, environment};
use crate::manifest::{Document, Node, Path, Step};
use crate::postgres::dsn::Keyword;
use crate::postgres::topology::{Edge, Link, Persistence, Phase, Seat, Server, ServerKind};
use crate::rules::Facts;
use crate::value::{Tree, to_json};

/// One side of the move.
#[derive(Clone, Debug)]
pub struct State {
    /// The embedded server, where the render has one.
    pub server: Option<Embedded>,
    pub apps: Vec<App>,
    pub connections: Vec<Connection>,
    /// Whether `helm test` has anything to do.
    pub has_tests: bool,
    /// The chart's defaults below `postgres.external` and `postgres.tls`, where it has them.
    pub defaults: Vec<(&'static str, Value)>,
}

/// A Postgres of the release itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    pub statefulset: String,
    pub container: String,
    pub image: String,
    pub user: String,
    pub database: String,
    /// The claim that holds the data, and that outlives the StatefulSet.
    pub claim: String,
}

/// Something that has to stand still while data moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// `deployment` or `statefulset`.
    pub kind: &'static str,
    pub name: String,
    pub replicas: i64,
    /// `a=b,c=d`
    pub selector: String,
    /// The value that sets its replicas.
    pub path: Vec<String>,
}

/// A connection of an application.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The name by which the application knows it.
    pub role: String,
    /// Secret and key that hold it and that the chart does not render.
    pub secret: Option<(String, String)>,
    /// The connection string, where the render says it. A secret.
    pub text: Option<String>,
    /// What a pod needs to connect as the application does.
    pub client: Client,
}

/// The parts of a pod's spec that a connection needs.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub spec: Map<String, Value>,
    pub mounts: Vec<Value>,
    pub security: Option<Value>,
}

fn undecided(words: impl Into<String>) -> Refusal {
    Refusal::new(Kind::Undecided, words)
}

impl State {
    /// Reads a render. `with_values`: also which values set the replicas, which takes renders of its own.
    ///
    /// # Errors
    /// [`Kind::Undecided`], with the object that cannot be handled.
    pub fn read(facts: &Facts<'_>, with_values: bool) -> Result<State, Refusal> {
        let mut servers = facts.topology.servers.iter().filter(|s| s.kind == ServerKind::Postgres && !s.is_hook);
        let server = match (servers.next(), servers.next()) {
            (None, _) => None,
            (Some(server), None) => Some(embedded(facts, server)?),
            (Some(a), Some(b)) => return Err(undecided(format!("two servers: {} and {}", a.name, b.name))),
        };
        if let Some(operator) = facts.topology.servers.iter().find(|s| s.kind == ServerKind::Operator) {
            return Err(undecided(format!(
                "{} belongs to an operator: it has ways of its own to move data",
                operator.name
            )));
        }
        let mut state =
            State { server, apps: Vec::new(), connections: Vec::new(), has_tests: false, defaults: Vec::new() };
        for edge in &facts.topology.edges {
            let Some(consumer) = facts.topology.consumer_of(edge) else { continue };
            match consumer.phase {
                Phase::Running | Phase::Init => {}
                Phase::Test => {
                    state.has_tests = true;
                    continue;
                }
                Phase::Hook { .. } => continue,
                Phase::Job | Phase::Schedule => {
                    return Err(undecided(format!(
                        "{} connects now and then: it cannot be scaled down",
                        consumer.name
                    )));
                }
            }
            let Seat::Container(id) = consumer.seat else {
                return Err(undecided(format!("{} connects, and is no container", consumer.name)));
            };
            let Some((workload, container)) = facts.inventory.container(id) else { continue };
            state.app(facts, workload, with_values)?;
            if consumer.phase == Phase::Running {
                state.connections.push(connection(edge, workload, container));
            }
        }
        for key in ["external", "tls"] {
            let node = facts.chart.values.as_map().and_then(|m| m.get(b"postgres")).and_then(|e| e.value.as_map());
            let value = node.and_then(|m| m.get(key.as_bytes())).map(|e| to_json(e.value));
            state.defaults.extend(value.map(|value| (key, value)));
        }
        Ok(state)
    }

    fn app(&mut self, facts: &Facts<'_>, workload: &Workload<'_>, with_values: bool) -> Result<(), Refusal> {
        let kind = match workload.kind {
            WorkloadKind::Deployment => "deployment",
            WorkloadKind::StatefulSet => "statefulset",
            _ => return Err(undecided(format!("{} connects and cannot be scaled", workload.name))),
        };
        if self.apps.iter().any(|app| app.kind == kind && app.name == workload.name) {
            return Ok(());
        }
        if workload.replicas.autoscaler.is_some() {
            return Err(undecided(format!(
                "an autoscaler would raise {kind} {} again while data moves",
                workload.name
            )));
        }
        let labels = workload.node.dig("spec.selector.matchLabels").map(selector).unwrap_or_default();
        if labels.is_empty() || workload.node.dig("spec.selector.matchExpressions").is_some() {
            return Err(undecided(format!("the pods of {kind} {} are not selected by labels alone", workload.name)));
        }
        let Some(replicas) = workload.replicas.most else {
            return Err(undecided(format!("the replicas of {kind} {} are not known", workload.name)));
        };
        let document = facts.document(workload.doc).filter(|_| with_values);
        let path = document.map(|document| replicas_value(facts, document)).transpose()?.unwrap_or_default();
        self.apps.push(App { kind, name: workload.name.into(), replicas, selector: labels, path });
        Ok(())
    }
}

fn selector(labels: Node<'_>) -> String {
    let pairs = labels.entries().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str().given()?)));
    pairs.collect::<Vec<_>>().join(",")
}

/// The value that sets `spec.replicas` of a document and changes least beside it.
fn replicas_value(facts: &Facts<'_>, document: &Document<'_>) -> Result<Vec<String>, Refusal> {
    let path = Path(["spec", "replicas"].map(|key| Step::Key(key.into())).to_vec());
    let behind = facts.provenance.search(facts.manifests).values(document, &path);
    let found =
        behind.influences.into_iter().map(|i| i.path.0).find(|path| path.last().is_some_and(|k| k.contains("eplica")));
    found.ok_or_else(|| {
        undecided(format!("no value is found that sets the replicas of {} {}", document.kind, document.name))
    })
}

fn embedded(facts: &Facts<'_>, server: &Server<'_>) -> Result<Embedded, Refusal> {
    let fail = |words: &str| undecided(format!("the embedded server {} {words}", server.name));
    let Seat::Container(id) = server.seat else { return Err(fail("is no container")) };
    let Some((workload, container)) = facts.inventory.container(id) else { return Err(fail("has no container")) };
    if workload.kind != WorkloadKind::StatefulSet {
        return Err(fail("is no StatefulSet"));
    }
    let variables = environment(facts.inventory, container);
    let named = |name: &str| match variables.get(name) {
        None => Ok(None),
        Some(var) => var
            .value
            .known_str()
            .map(|text| Some(text.into_owned()))
            .ok_or_else(|| fail(&format!("takes {name} from elsewhere"))),
    };
    let user = named("POSTGRES_USER")?.unwrap_or_else(|| "postgres".into());
    let mut databases: Vec<String> = facts
        .topology
        .edges_to(server.id)
        .filter_map(|edge| edge.value(Keyword::DbName).and_then(|v| v.text()).map(str::to_string))
        .collect();
    databases.sort();
    databases.dedup();
    let database = match databases.as_slice() {
        [] => named("POSTGRES_DB")?.unwrap_or_else(|| user.clone()),
        [one] => one.clone(),
        several => return Err(fail(&format!("has several databases: {}", several.join(", ")))),
    };
    let claim = claim(facts, workload, server).map_err(|words| fail(&words))?;
    let (statefulset, container) = (workload.name.into(), container.name.into());
    let image = facts.inventory.container(id).map(|(_, c)| c.image.text.to_string()).unwrap_or_default();
    Ok(Embedded { statefulset, container, image, user, database, claim })
}

/// The claim with the data, which has to be there after the StatefulSet.
fn claim(facts: &Facts<'_>, workload: &Workload<'_>, server: &Server<'_>) -> Result<String, String> {
    match &server.persistence {
        Persistence::ClaimTemplate { index, .. } => {
            let policy = workload.node.dig("spec.persistentVolumeClaimRetentionPolicy.whenDeleted");
            if policy.and_then(|p| p.as_str().given()) == Some("Delete") {
                return Err(
                    "takes its volume with it when it goes (whenDeleted: Delete): the way back would be gone".into()
                );
            }
            let template = workload.claim_templates.get(*index).ok_or("has no such claim template")?;
            Ok(format!("{}-{}-0", template.name, workload.name))
        }
        Persistence::Claim { name, doc, .. } => {
            let document = doc.and_then(|id| facts.document(id));
            let keeps = |d: &Document<'_>| {
                let annotations = d.root().dig("metadata.annotations");
                annotations.and_then(|a| a.get("helm.sh/resource-policy")).and_then(|p| p.as_str().given())
                    == Some("keep")
            };
            match document {
                Some(document) if !keeps(document) => {
                    Err("loses its volume with the swap: the claim is the release's and has no helm.sh/resource-policy: keep".into())
                }
                _ => Ok((*name).to_string()),
            }
        }
        _ => Err("keeps its data where nobody can tell whether it outlives the server".into()),
    }
}

fn connection(edge: &Edge<'_>, workload: &Workload<'_>, container: &Container<'_>) -> Connection {
    let secret = edge.source.links.iter().find_map(|link| match link {
        Link::Key { name, key, at: None, .. } => Some((name.clone(), key.clone())),
        _ => None,
    });
    let text = edge.text.as_ref().and_then(|value| value.text()).map(str::to_string);
    Connection { role: edge.role.clone(), secret, text, client: client(workload, container) }
}

/// What the application's pod has and a client needs: identity, sidecars that run on, mounted Secrets.
fn client(workload: &Workload<'_>, container: &Container<'_>) -> Client {
    let json = |node: Node<'_>| to_json(node.tree());
    let mut spec = Map::new();
    for key in ["serviceAccountName", "securityContext", "imagePullSecrets", "nodeSelector", "tolerations"] {
        if let Some(node) = workload.pod.spec.get(key).filter(|n| !matches!(n.tree(), Tree::Null)) {
            spec.insert(key.into(), json(node));
        }
    }
    let sidecars: Vec<&Container<'_>> = workload.pod.containers.iter().filter(|c| c.role == Role::Sidecar).collect();
    let is_secret = |name: &str| {
        let volume = workload.pod.volumes.iter().find(|v| v.name == name);
        volume.is_some_and(|v| matches!(v.source, VolumeSource::Projected { .. }) && v.node.get("secret").is_some())
    };
    let shared = |name: &str| sidecars.iter().any(|c| c.mounts.iter().any(|m| m.volume == name));
    let kept: Vec<_> = container.mounts.iter().filter(|m| is_secret(m.volume) || shared(m.volume)).collect();
    let needed = |name: &str| kept.iter().any(|m| m.volume == name) || shared(name);
    let volumes = workload.pod.volumes.iter().filter(|v| needed(v.name)).map(|v| json(v.node)).collect();
    if !sidecars.is_empty() {
        spec.insert("initContainers".into(), sidecars.iter().map(|c| json(c.node)).collect());
    }
    spec.insert("volumes".into(), Value::Array(volumes));
    let security = container.node.get("securityContext").map(json);
    Client { spec, mounts: kept.iter().map(|m| json(m.node)).collect(), security }
}

impl Client {
    /// The pod that connects as the application does, with a service file at `/etc/plimsoll`.
    pub fn pod(&self, name: &str, namespace: &str, image: &str) -> Value {
        let mut spec = self.spec.clone();
        let mut volumes = spec.remove("volumes").and_then(|v| v.as_array().cloned()).unwrap_or_default();
        volumes.push(json!({"name": "plimsoll-service", "secret": {"secretName": name, "defaultMode": 0o440}}));
        let mut mounts = self.mounts.clone();
        mounts.push(json!({"name": "plimsoll-service", "mountPath": "/etc/plimsoll", "readOnly": true}));
        let mut container = json!({
            "name": "client",
            "image": image,
            // A day, then it ends by itself.
            "command": ["sleep", "86400"],
            "env": [{"name": "PGSERVICEFILE", "value": "/etc/plimsoll/pg_service.conf"}],
            "volumeMounts": mounts,
        });
        if let (Some(security), Some(map)) = (&self.security, container.as_object_mut()) {
            map.insert("securityContext".into(), security.clone());
        }
        // A proxy beside it may need the account's token.
        if !spec.contains_key("initContainers") {
            spec.insert("automountServiceAccountToken".into(), json!(false));
        }
        spec.insert("restartPolicy".into(), json!("Never"));
        spec.insert("volumes".into(), Value::Array(volumes));
        spec.insert("containers".into(), json!([container]));
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace},
            "spec": spec,
        })
    }
}
