//! Nodes of a multi-node cluster (Spock), as charts write them: a list in a ConfigMap that a bootstrap job reads.
//!
//! Source: pgEdge's chart (`<app>-config`, key `nodes`: a YAML list of `name` and `hostname`; label `pgedge.com/app-name`),
//! and Spock's names: slot `spk_{db}_{provider}_sub_{provider}_{subscriber}`, subscription `sub_{provider}_{subscriber}`,
//! `-` written as `_`.

use bumpalo::Bump;
use serde_json::Value;

use super::{Facts, Fix};
use crate::limits::Limits;
use crate::manifest::{Document, Node};
use crate::value::{Origin, to_json};
use crate::yaml;

/// Longer lists are no lists of nodes.
const LONG: usize = 1 << 20;

/// The nodes of one cluster.
pub struct Nodes<'f> {
    pub document: &'f Document<'f>,
    /// The text that lists them.
    pub at: Node<'f>,
    list: Vec<Value>,
    pub names: Vec<String>,
}

/// All lists of nodes in ConfigMaps.
pub fn find<'f>(facts: &Facts<'f>) -> Vec<Nodes<'f>> {
    let maps = facts.manifests.documents.iter().filter(|d| d.api_version == "v1" && d.kind == "ConfigMap");
    maps.filter_map(|document| {
        let (at, list) = listed(document)?;
        let names = list.iter().filter_map(|node| Some(node.get("name")?.as_str()?.to_string())).collect();
        Some(Nodes { document, at, list, names })
    })
    .collect()
}

/// How many there are, counted from the stock of ConfigMaps.
pub fn count(facts: &Facts<'_>) -> usize {
    let stores = facts.inventory.of_kind("ConfigMap").iter().filter_map(|id| facts.document(*id));
    stores.filter(|d| d.root().dig("data.nodes").is_some() && listed(d).is_some()).count()
}

fn listed<'f>(document: &Document<'f>) -> Option<(Node<'f>, Vec<Value>)> {
    let at = document.root().get("data")?.get("nodes")?;
    let text =
        at.as_str().given().filter(|text| text.len() < LONG && text.contains("name") && text.contains("hostname"))?;
    let arena = Bump::new();
    let tree = yaml::load(text.as_bytes(), Origin::default(), &arena, &Limits::default()).ok()?;
    let Value::Array(list) = to_json(tree) else { return None };
    let is_node = |node: &Value| ["name", "hostname"].iter().all(|key| node.get(key).is_some_and(Value::is_string));
    (!list.is_empty() && list.iter().all(is_node)).then_some((at, list))
}

/// A node's name as Postgres has it.
pub fn normal(name: &str) -> String {
    name.replace('-', "_")
}

/// The slot on `provider` from which `subscriber` reads.
pub fn slot(database: &str, provider: &str, subscriber: &str) -> String {
    let (provider, subscriber) = (normal(provider), normal(subscriber));
    format!("spk_{}_{provider}_sub_{provider}_{subscriber}", normal(database))
}

/// The database that the bootstrap job is told of; pgEdge's own is `app`.
pub fn database<'f>(facts: &Facts<'f>) -> &'f str {
    let spock = facts.inventory.containers().filter(|(w, c)| w.name.contains("spock") || c.name.contains("spock"));
    let mut named = spock.flat_map(|(_, c)| c.env()).filter(|(name, _)| *name == "DB_NAME");
    named.find_map(|(_, node)| node.str("value").given()).unwrap_or("app")
}

/// A node of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    /// It is new: the mode of its bootstrap, and the node that it is made from.
    pub bootstrap: Option<(String, String)>,
}

impl<'f> Nodes<'f> {
    /// Each node, in the order of the list.
    pub fn members(&self) -> impl Iterator<Item = Member> {
        let text =
            |node: &Value, path: &str| node.pointer(path).and_then(Value::as_str).unwrap_or_default().to_string();
        self.list.iter().map(move |node| Member {
            name: text(node, "/name"),
            bootstrap: node
                .pointer("/bootstrap/mode")
                .and_then(Value::as_str)
                .filter(|mode| !mode.is_empty() && *mode != "none")
                .map(|mode| (mode.to_string(), text(node, "/bootstrap/sourceNode"))),
        })
    }

    /// A fix that takes the last node of a name out of the list.
    pub fn without_last(&self, facts: &Facts<'f>, name: &str) -> Fix {
        let mut list = self.list.clone();
        if let Some(at) = list.iter().rposition(|node| node.get("name").and_then(Value::as_str) == Some(name)) {
            list.remove(at);
        }
        self.written(facts, list)
    }

    /// A fix that cuts every name to a length.
    pub fn cut(&self, facts: &Facts<'f>, length: usize) -> Fix {
        let mut list = self.list.clone();
        for node in &mut list {
            let short =
                node.get("name").and_then(Value::as_str).map(|name| name.chars().take(length).collect::<String>());
            if let (Some(short), Value::Object(fields)) = (short, node) {
                fields.insert("name".into(), Value::String(short));
            }
        }
        self.written(facts, list)
    }

    /// JSON is YAML.
    fn written(&self, facts: &Facts<'f>, list: Vec<Value>) -> Fix {
        let path = facts.manifests.path_of(self.at).to_string();
        Fix::new().set_field(self.document, &path, Value::Array(list).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_named_as_spock_names_them() {
        assert_eq!(slot("app", "n-1", "n2"), "spk_app_n_1_sub_n_1_n2");
    }
}
