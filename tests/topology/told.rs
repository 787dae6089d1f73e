//! What the topology says of manifests, in lines that a test can state.

use bumpalo::Bump;
use plimsoll::chart::Log;
use plimsoll::dialect::V4_3;
use plimsoll::kube::Inventory;
use plimsoll::limits::Limits;
use plimsoll::manifest::{Input, Manifests, read_input};
use plimsoll::postgres::topology::{Edge, Held, Persistence, Reach, Topology, infer};
use plimsoll::render::RenderedFile;

/// Infers the topology of a text of manifests and hands it over.
pub fn with<R>(text: impl Into<Vec<u8>>, f: impl FnOnce(&Topology<'_>, &Manifests<'_>) -> R) -> R {
    let (arena, limits) = (Bump::new(), Limits::default());
    let files = [RenderedFile { path: "c/templates/all.yaml".into(), content: text.into() }];
    let input = Input { files: &files, crds: &[], chart: "c", namespace: "ns", dialect: &V4_3, limits: &limits };
    let manifests = read_input(&input, &arena, &mut Log::new(&V4_3));
    let inventory = Inventory::of(&manifests, &arena);
    let topology = infer(&manifests, &inventory, &arena);
    f(&topology, &manifests)
}

/// `serves NAME MAJOR DATA`, `WORKLOAD/CONTAINER ROLE -> REACH`, `holds CONTAINER WHY`: in the order of the topology.
pub fn told(text: &str) -> Vec<String> {
    with(text, |topology, manifests| {
        let mut lines = Vec::new();
        for server in &topology.servers {
            let major = server.major.map_or("?".into(), |m| m.to_string());
            lines.push(format!("serves {} {major} {}", server.name, data(&server.persistence)));
        }
        for edge in &topology.edges {
            let consumer = topology.consumer_of(edge).expect("an edge has its consumer");
            let workload = manifests.get(consumer.doc).map_or("", |d| d.name);
            lines.push(format!("{workload}/{} {} -> {}", consumer.name, edge.role, reach(topology, edge)));
        }
        for holder in &topology.holders {
            let why = match holder.why {
                Held::Conduct(conduct) => format!("{conduct:?}").split('(').next().unwrap_or_default().to_string(),
                why => format!("{why:?}"),
            };
            lines.push(format!("holds {} {why}", holder.name));
        }
        lines
    })
}

fn data(persistence: &Persistence<'_>) -> &'static str {
    match persistence {
        Persistence::ClaimTemplate { .. } => "claim-template",
        Persistence::Claim { .. } => "claim",
        Persistence::Ephemeral { .. } | Persistence::Nowhere => "gone",
        Persistence::Managed => "managed",
        _ => "other",
    }
}

/// Where an edge leads.
pub fn reach(topology: &Topology<'_>, edge: &Edge<'_>) -> String {
    let name = |id| topology.server(id).map_or("?", |s| s.name);
    match &edge.reach {
        Reach::InRelease { server, .. } => format!("server {}", name(*server)),
        Reach::Service { .. } => "another service".into(),
        Reach::InCluster { host } => format!("cluster {host}"),
        Reach::Loopback { server } => format!("loopback {}", server.map_or("?", name)),
        Reach::Socket => "socket".into(),
        Reach::External { host, .. } => format!("outside {host}"),
        Reach::Undecided(why) => format!("undecided: {why}"),
    }
}

/// A Deployment of one container from the lines of its spec, indented by six.
pub fn deployment(name: &str, container: &str) -> String {
    pod("apps/v1", "Deployment", name, &format!("containers:\n    - name: main\n{}", indent(container, 6)))
}

/// Any workload from its pod spec.
pub fn pod(api: &str, kind: &str, name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n template:\n  metadata: {{labels: {{app: {name}}}}}\n  spec:\n   {}\n",
        indent(spec, 3).trim_start()
    )
}

pub fn indent(text: &str, by: usize) -> String {
    text.lines().map(|l| format!("{}{l}\n", " ".repeat(by))).collect()
}

/// A Service upon `app: NAME`.
pub fn service(name: &str, app: &str, port: u16) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {app}}}, ports: [{{port: {port}}}]}}\n"
    )
}

/// A Secret or ConfigMap with one key each line of `data` (`key: value`).
pub fn store(kind: &str, name: &str, data: &str) -> String {
    let field = if kind == "Secret" { "stringData" } else { "data" };
    format!("---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n{field}:\n{}", indent(data, 1))
}

/// A StatefulSet that serves Postgres 16 with a claim, and its Service `db`.
pub fn database() -> String {
    let pod = "containers:\n- name: postgres\n  image: postgres:16-alpine\n  ports: [{containerPort: 5432}]\n  env: [{name: POSTGRES_PASSWORD, value: x}]\n  volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]";
    let set = self::pod("apps/v1", "StatefulSet", "db", pod);
    let claims = " volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]\n";
    format!("{set}{claims}{}", service("db", "db", 5432))
}
