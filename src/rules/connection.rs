//! What rules about connections share: what one is called, where it stands, which file it looks at, and the changes that a
//! machine can make to it. No change carries a password: where one is written out, there is no change but advice.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::fix::{DocRef, Fix, Op};
use super::{Facts, Spot, Subject};
use crate::go::encode::base64_encode;
use crate::kube::{self, Container, ContainerId, Environment, Inventory, StoreKind, Workload};
use crate::manifest::{DocId, Node, Path, Step};
use crate::postgres::driver::Driver;
use crate::postgres::dsn::Keyword;
use crate::postgres::topology::{Edge, Form, Link, Origin, Part, Reach, Seat, Source, UrlForm};

/// `connection Deployment/store/app STORE_URL`.
pub(super) fn subject(facts: &Facts<'_>, edge: &Edge<'_>) -> Subject {
    Subject::new("connection", format!("{} {}", owner(facts, edge), edge.role))
}

/// `Deployment/store/app`: who connects.
pub(super) fn owner(facts: &Facts<'_>, edge: &Edge<'_>) -> String {
    let Some(consumer) = facts.topology.consumer_of(edge) else { return "?".into() };
    let object = facts.document(consumer.doc).map(|d| facts.subject(d));
    let object = object.map_or_else(|| "?".into(), |o| format!("{}/{}", o.kind, o.name));
    match consumer.seat {
        Seat::Container(_) => format!("{object}/{}", consumer.name),
        Seat::Object(_) => object,
    }
}

/// Connections, counted by those who make them.
pub(super) fn count(facts: &Facts<'_>) -> usize {
    facts.topology.edges.iter().filter(|e| facts.topology.consumer_of(e).is_some()).count()
}

/// `container Deployment/store/app`.
pub(super) fn container_subject(facts: &Facts<'_>, workload: &Workload<'_>, container: &Container<'_>) -> Subject {
    let object = facts.document(workload.doc).map(|d| facts.subject(d));
    let object = object.map_or_else(|| "?".into(), |o| format!("{}/{}", o.kind, o.name));
    Subject::new("container", format!("{object}/{}", container.name))
}

/// Containers, counted by the documents that they stand in.
pub(super) fn count_containers(facts: &Facts<'_>) -> usize {
    let workloads = facts.manifests.documents.iter().flat_map(|d| facts.inventory.workloads_of(d.id));
    workloads.map(|w| w.pod.containers.len()).sum()
}

/// The container that connects, where it is one.
pub(super) fn container<'f>(facts: &Facts<'f>, edge: &Edge<'f>) -> Option<(&'f Workload<'f>, &'f Container<'f>)> {
    match facts.topology.consumer_of(edge)?.seat {
        Seat::Container(id) => facts.inventory.container(id),
        Seat::Object(_) => None,
    }
}

/// What was read shows that a password ended too early: no rule may quote it.
pub(super) fn is_torn(edge: &Edge<'_>) -> bool {
    edge.is_torn()
}

/// Where a connection is told to its reader.
pub(super) fn spot<'f>(facts: &Facts<'f>, edge: &Edge<'f>) -> Spot {
    source_spot(facts, container(facts, edge).map(|(_, c)| c), &edge.source)
}

/// Where a setting is told to its reader.
pub(super) fn source_spot<'f>(facts: &Facts<'f>, container: Option<&Container<'f>>, source: &Source<'f>) -> Spot {
    let entry = container.and_then(|c| env_entry(c, source));
    match (entry, source.place()) {
        (Some(node), _) => facts.at(node.get("value").or(node.get("valueFrom")).unwrap_or(node)),
        (None, Some((doc, line))) => line_spot(facts, doc, line),
        (None, None) => container.map_or(Spot::Chart, |c| facts.at(c.node)),
    }
}

/// A line of the output as a place.
pub(super) fn line_spot(facts: &Facts<'_>, doc: DocId, line: u32) -> Spot {
    match facts.manifests.at_line(line) {
        Some((document, path)) if document.id == doc => Spot::Field { doc, path, line, column: 1 },
        _ => Spot::Field { doc, path: Path::default(), line, column: 1 },
    }
}

/// The entry of `env` that tells a setting.
fn env_entry<'f>(container: &Container<'f>, source: &Source<'f>) -> Option<Node<'f>> {
    source.links.iter().find_map(|link| match link {
        Link::Env { name, .. } => container.env().filter(|(n, _)| n == name).last().map(|(_, node)| node),
        _ => None,
    })
}

/// Environments of containers, each built once: a container may have as many connections as variables.
pub(super) struct Environments<'f> {
    inventory: &'f Inventory<'f>,
    built: RefCell<HashMap<ContainerId, Rc<Environment<'f, 'f>>>>,
}

impl<'f> Environments<'f> {
    pub fn new(facts: &Facts<'f>) -> Self {
        Environments { inventory: facts.inventory, built: RefCell::default() }
    }

    pub fn of(&self, container: &Container<'f>) -> Rc<Environment<'f, 'f>> {
        let build = || Rc::new(kube::environment(self.inventory, container));
        self.built.borrow_mut().entry(container.id).or_insert_with(build).clone()
    }
}

/// The first host that is not in this release, and whether it is outside of the cluster.
pub(super) fn remote<'e>(edge: &'e Edge<'_>) -> Option<(&'e str, bool)> {
    let all = || std::iter::once(&edge.reach).chain(&edge.also);
    let outside = all().find_map(|reach| match reach {
        Reach::External { host, .. } => Some((host.as_str(), true)),
        _ => None,
    });
    outside.or_else(|| {
        all().find_map(|reach| match reach {
            Reach::InCluster { host } => Some((host.as_str(), false)),
            _ => None,
        })
    })
}

/// The mode that the client gets, where somebody set one that is known.
pub(super) fn mode<'e>(edge: &'e Edge<'_>) -> Option<&'e str> {
    use crate::postgres::dsn::Source as From;
    let setting = edge.settings.as_ref()?.get(Keyword::SslMode)?;
    match setting.from {
        From::Default | From::SystemRoots | From::User => None,
        _ => setting.value.text(),
    }
}

/// The text of a setting where it is written, before `$(VAR)`s are replaced: all of it in one place.
pub(super) struct Written<'f> {
    pub node: Node<'f>,
    pub text: String,
    store: Option<StoreKind>,
}

/// The connection string where it is written, unless a password stands in it.
pub(super) fn written<'f>(facts: &Facts<'f>, edge: &Edge<'f>) -> Option<Written<'f>> {
    let written = anywhere(facts, edge)?;
    let password = edge.dsn.as_ref().and_then(|d| d.get(Keyword::Password)).map(|p| &p.value);
    let shown = match password.map(|p| p.text()) {
        None | Some(Some("")) => false,
        Some(Some(_)) => !written.text.contains("$("),
        Some(None) => false,
    };
    (!shown).then_some(written)
}

/// The connection string where it is written, with its password: for changes that take it out.
pub(super) fn anywhere<'f>(facts: &Facts<'f>, edge: &Edge<'f>) -> Option<Written<'f>> {
    let text = edge.text.as_ref()?;
    match env_entry(container(facts, edge)?.1, &edge.source).and_then(|e| e.get("value")) {
        Some(node) if node.as_str().given().is_some_and(|t| !t.is_empty()) => {
            Some(Written { node, text: node.as_str().given()?.to_string(), store: None })
        }
        _ => {
            let mut pieces = text.pieces().iter().filter(|piece| !piece.range.is_empty());
            let origin = pieces.next().filter(|_| pieces.next().is_none())?.origin?;
            let (node, store) = match origin {
                Origin::Kube(kube::Source::Literal(node)) => (node, None),
                Origin::Kube(kube::Source::Key { kind, node, .. }) => (node, Some(kind)),
                Origin::Operator { .. } => return None,
            };
            Some(Written { node, text: text.text()?.to_string(), store })
        }
    }
}

impl Written<'_> {
    /// The whole text of the field is the connection string.
    pub fn is_alone(&self) -> bool {
        let held = self.node.as_str().given().unwrap_or_default();
        let decoded = crate::go::encode::base64_decode(held.as_bytes()).unwrap_or_default();
        held.trim_end() == self.text.trim_end() || decoded.trim_ascii_end() == self.text.trim_end().as_bytes()
    }

    /// Writes another text in its place.
    pub fn replaced(&self, facts: &Facts<'_>, text: &str) -> Option<Fix> {
        let path = facts.manifests.path_of(self.node);
        let encoded = self.store == Some(StoreKind::Secret) && path.0.first() == Some(&Step::Key("data".into()));
        let value = if encoded { base64_encode(text.as_bytes()) } else { text.to_string() };
        Some(Fix { ops: vec![set(facts, self.node.doc(), path, value.into())?] })
    }
}

fn set(facts: &Facts<'_>, doc: DocId, path: Path, value: Value) -> Option<Op> {
    Some(Op::SetField { doc: DocRef::of(facts.document(doc)?), path, value })
}

/// Sets a variable of a container: in the entry that it has, or in a new one behind the others.
pub(super) fn set_env(facts: &Facts<'_>, container: &Container<'_>, mut entry: Value) -> Option<Fix> {
    let name = entry.get("name")?.as_str()?.to_string();
    let mut path = facts.manifests.path_of(container.node);
    let at = container.env().position(|(n, _)| n == name).unwrap_or_else(|| container.env().count());
    path.0.extend([Step::Key("env".into()), Step::Index(at)]);
    entry.as_object_mut()?.entry("name").or_insert_with(|| name.into());
    Some(Fix { ops: vec![set(facts, container.node.doc(), path, entry)?] })
}

/// Appends to a list of a node, which may be absent.
pub(super) fn append(facts: &Facts<'_>, node: Node<'_>, list: &str, value: Value) -> Option<Fix> {
    let mut path = facts.manifests.path_of(node);
    path.0.extend([Step::Key(list.into()), Step::Index(node.list(list).count())]);
    Some(Fix { ops: vec![set(facts, node.doc(), path, value)?] })
}

/// Gives a connection a mode of TLS, where it is written.
pub(super) fn with_mode<'f>(facts: &Facts<'f>, edge: &Edge<'f>, mode: &str) -> Option<Fix> {
    let by_variable = |name: &str| {
        let (_, container) = container(facts, edge)?;
        set_env(facts, container, json!({"name": name, "value": mode}))
    };
    let form = match edge.form {
        Form::Url(form) => form,
        Form::Options(_) => {
            let says = edge.dsn.as_ref().is_some_and(|d| d.get(Keyword::SslMode).is_some());
            return if says { None } else { by_variable("PGSSLMODE") };
        }
        Form::Parts | Form::Variables => {
            let own = edge.parts.iter().find(|(part, _)| *part == Part::SslMode).map(|(_, source)| source);
            return match own {
                Some(source) => {
                    let name = source.links.iter().find_map(|l| match l {
                        Link::Env { name, .. } => Some(*name),
                        _ => None,
                    })?;
                    by_variable(name)
                }
                None => by_variable("PGSSLMODE"),
            };
        }
        _ => return None,
    };
    let Some(written) = written(facts, edge) else {
        let says = edge.dsn.as_ref().is_some_and(|d| d.get(Keyword::SslMode).is_some());
        return if says { None } else { by_variable("PGSSLMODE") };
    };
    let text = match written.text.find("sslmode=") {
        Some(at) => {
            let from = at + "sslmode=".len();
            let rest = written.text.get(from..)?;
            let end = rest.find(['&', ' ', '\'', '"']).unwrap_or(rest.len());
            format!("{}{mode}{}", written.text.get(..from)?, rest.get(end..)?)
        }
        None => {
            let join = match form {
                UrlForm::Words => " ",
                UrlForm::Semicolons => return None,
                _ if written.text.contains('?') => "&",
                _ => "?",
            };
            format!("{}{join}sslmode={mode}", written.text)
        }
    };
    written.replaced(facts, &text)
}

/// Whether a client takes a password from `PGPASSWORD`.
pub(super) fn reads_pgpassword(driver: Driver) -> bool {
    driver.is_libpq()
        || matches!(
            driver,
            Driver::Pgx | Driver::GoPq | Driver::Sqlx | Driver::NodePostgres | Driver::Asyncpg | Driver::Npgsql
        )
}

/// `user` and `password` of a URL as they are written, with where the password stands (its colon included).
pub(super) fn userinfo(text: &str) -> Option<(&str, std::ops::Range<usize>)> {
    let start = text.find("://")? + 3;
    let rest = text.get(start..)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    // A `/` inside of `$(A/B)` does not occur: names of variables have none.
    let at = rest.get(..end)?.rfind('@')?;
    let colon = rest.get(..at)?.find(':')?;
    Some((rest.get(colon + 1..at)?, start + colon..start + at))
}

/// The text of a URL that is known, with its password and where that stands.
pub(super) fn known_password<'e>(edge: &'e Edge<'_>) -> Option<(&'e str, &'e str, std::ops::Range<usize>)> {
    let text = edge.text.as_ref().filter(|text| text.is_known())?.filled();
    let (password, range) = userinfo(text)?;
    Some((text, password, range))
}

/// Takes the password out of a URL, wherever that is written, and gives it to libpq by itself.
pub(super) fn part_password<'f>(facts: &Facts<'f>, edge: &Edge<'f>) -> Option<Fix> {
    let (_, container) = container(facts, edge)?;
    let written = anywhere(facts, edge).filter(Written::is_alone)?;
    if written.store.is_none() {
        return move_password(facts, container, written.node);
    }
    let (_, range) = userinfo(&written.text)?;
    let without = format!("{}{}", written.text.get(..range.start)?, written.text.get(range.end..)?);
    let mut fix = written.replaced(facts, &without)?;
    let secret = format!("{}-postgres", facts.document(container.node.doc())?.name);
    let variable = json!({"name": "PGPASSWORD", "valueFrom": {"secretKeyRef": {"name": secret, "key": "password"}}});
    fix.ops.extend(set_env(facts, container, variable)?.ops);
    Some(fix)
}

/// The name of `$(NAME)`, where a text is nothing else.
pub(super) fn reference(text: &str) -> Option<&str> {
    text.strip_prefix("$(")?.strip_suffix(')').filter(|name| !name.contains(['(', ')', '$']))
}

/// Takes the password out of a URL that is written at a node and gives it to libpq by itself.
pub(super) fn move_password(facts: &Facts<'_>, container: &Container<'_>, node: Node<'_>) -> Option<Fix> {
    let text = node.as_str().given()?;
    let (password, range) = userinfo(text)?;
    let without = format!("{}{}", text.get(..range.start)?, text.get(range.end..)?);
    let mut fix = Fix { ops: vec![set(facts, node.doc(), facts.manifests.path_of(node), without.into())?] };
    let variable = match reference(password) {
        Some("PGPASSWORD") => return Some(fix),
        Some(name) => json!({"name": "PGPASSWORD", "value": format!("$({name})")}),
        None => {
            let secret = format!("{}-postgres", facts.document(node.doc())?.name);
            json!({"name": "PGPASSWORD", "valueFrom": {"secretKeyRef": {"name": secret, "key": "password"}}})
        }
    };
    fix.ops.extend(set_env(facts, container, variable)?.ops);
    Some(fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_in_urls() {
        assert_eq!(userinfo("postgres://u:$(P)@h/d?x=a:b@c"), Some(("$(P)", 12..17)));
        assert_eq!(userinfo("postgres://u:a@b@h/d").map(|(p, _)| p), Some("a@b"));
        assert_eq!(userinfo("postgres://u@h/d"), None);
        assert_eq!(userinfo("postgres://h:5432/d"), None);
        assert_eq!(reference("$(P)"), Some("P"));
        assert_eq!(reference("$(P)x"), None);
    }
}
