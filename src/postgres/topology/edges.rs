//! Making connections: from strings, from parts, from runs of client programs, from what operators make.

use super::book::{Book, Setting, Shelf, Space};
use super::consumers::{ConsumerId, is_tool};
use super::edge::{Edge, EdgeId, Form};
use super::group::Group;
use super::images;
use super::reach::{Map, Reach};
use super::run::Run;
use super::same::{dedupe, is_argument_of};
use super::source::{Link, Source, Why};
use super::understand;
use super::url;
use super::value::Value;
use super::words::{About, Part};
use crate::kube::{self, Container, Workload};
use crate::postgres::driver::{self, Client, Driver, Evidence};
use crate::postgres::dsn::{self, Keyword};
use crate::postgres::tls;

/// What making edges of a container needs.
pub struct Bench<'b, 'i, 'm> {
    pub shelf: &'b Shelf<'i, 'm>,
    pub map: &'b Map<'i, 'm>,
    pub workload: &'b Workload<'m>,
    pub container: &'b Container<'m>,
    pub book: &'b Book<'i, 'm>,
}

/// An edge before it has a consumer.
type Draft<'m> = Edge<'m>;

impl<'m> Bench<'_, '_, 'm> {
    /// Every connection of the container.
    pub fn edges(&self, groups: &[Group]) -> Vec<Draft<'m>> {
        let mut out: Vec<Draft<'m>> = Vec::new();
        for run in &self.book.programs {
            out.extend(self.of_run(run));
        }
        let ran = !out.is_empty();
        // A server's image that runs client programs with options of their own: what else it is told is not asked for.
        if ran && matches!(images::of(self.container.image.repository), Some(images::Kind::Server)) {
            return dedupe(out);
        }
        let only_runs = ran && self.runs_clients_alone();
        for group in groups {
            for setting in group.urls.iter().filter_map(|n| self.book.settings.get(*n)) {
                // What Postgres's own programs are given is theirs to read, whatever its scheme says.
                let is_given = self.book.used.contains(&setting.source.name) || is_argument_of(&setting.source);
                if only_runs && is_given && url::form(setting.value.filled()) == Some(url::Form::Foreign) {
                    continue;
                }
                out.extend(self.of_url(setting, group));
            }
        }
        let strings = !out.is_empty();
        for group in groups.iter().filter(|g| g.urls.is_empty() || !self.urls_stand(g)) {
            // Variables that a connection string, a file or a program is made from are no connection of their own.
            let used = group.get(self.book, Part::Host).is_some_and(|host| self.book.used.contains(&host.source.name));
            if used && (strings || ran || self.has_other(groups, group)) {
                continue;
            }
            out.extend(self.of_parts(group));
        }
        dedupe(out)
    }

    /// Nothing but Postgres's own programs and tools runs in the container.
    fn runs_clients_alone(&self) -> bool {
        let is_program = |word: &str| driver::by_program(word).is_some();
        let mut words = self.book.commands.iter().map(|word| word.rsplit('/').next().unwrap_or(word));
        match self.book.is_script {
            true => words.all(|word| is_program(word) || is_tool(word)),
            false => words.next().is_some_and(is_program),
        }
    }

    /// Some URL of the group is Postgres's for certain.
    fn urls_stand(&self, group: &Group) -> bool {
        group
            .urls
            .iter()
            .filter_map(|n| self.book.settings.get(*n))
            .any(|s| url::looks_like_one(s.value.filled()) || group.about >= Some(About::Database))
    }

    fn has_other(&self, groups: &[Group], this: &Group) -> bool {
        groups.iter().any(|g| {
            g.about == Some(About::Postgres)
                && (g.space, &g.prefix) != (this.space, &this.prefix)
                && g.members.contains_key(&Part::Host)
        })
    }

    fn of_url(&self, setting: &Setting<'m>, group: &Group) -> Option<Draft<'m>> {
        let text = setting.value.filled();
        let scheme = text.split("://").next().filter(|s| s.len() < text.len());
        let is_program = driver::by_image(self.container.image.repository).is_some();
        let is_bare = url::is_bare(text) && (group.about >= Some(About::Database) || is_program);
        if !url::looks_like_one(text) && !is_bare {
            // The name alone: nothing is known of the text.
            let is_database = group.about >= Some(About::Database)
                || (is_program && group.about == Some(About::Silent) && names_itself(setting));
            if setting.value.is_known() || !is_database {
                return None;
            }
            if let Some(edge) = self.of_operator_secret(setting) {
                return Some(edge);
            }
            let why = setting.value.why().cloned().unwrap_or(Why::Computed);
            let client = self.client(None, &setting.source.name, false);
            let mut edge = self.blank(setting, Form::Unknown, client);
            edge.reach = Reach::Undecided(why.clone());
            edge.unknown.push((Part::Url, why));
            return Some(edge);
        }
        let client = self.client(scheme, &setting.source.name, false);
        match understand::text(client.driver, &setting.value) {
            Ok((form, mut dsn)) => {
                let mut edge = self.blank(setting, Form::Url(form), client);
                edge.text = Some(setting.value.clone());
                // What the string leaves out may stand beside it: user and password of JDBC.
                for part in [Part::User, Part::Password, Part::Database, Part::SslMode, Part::SslRootCert] {
                    let Some(beside) = group.get(self.book, part) else { continue };
                    let more = understand::parts(std::iter::once((part, &beside.value)));
                    for more in more.parts {
                        if dsn.get(more.keyword).is_none() {
                            dsn.parts.push(more);
                            edge.parts.push((part, beside.source.clone()));
                        }
                    }
                }
                self.finish(&mut edge, dsn, &setting.value, group);
                Some(edge)
            }
            Err(error) => {
                let mut edge = self.blank(setting, Form::Url(url::form(text).unwrap_or(url::Form::Bare)), client);
                edge.text = Some(setting.value.clone());
                edge.refused = Some(error);
                match understand::salvage(edge.client.driver, &setting.value) {
                    Some(dsn) => self.finish(&mut edge, dsn, &setting.value, group),
                    None => {
                        let why = setting.value.why().cloned().unwrap_or(Why::Unreadable);
                        edge.reach = Reach::Undecided(why.clone());
                        edge.unknown.push((Part::Url, why));
                    }
                }
                Some(edge)
            }
        }
    }

    fn of_parts(&self, group: &Group) -> Option<Draft<'m>> {
        let host = group.get(self.book, Part::Host)?;
        let is_variables = host.source.name == "PGHOST";
        let has = |part| group.members.contains_key(&part);
        let enough = has(Part::User) || has(Part::Password) || has(Part::Database) || has(Part::Port);
        let reach = self.reach_of(&url::host_and_port(&host.value).0, None);
        let is_postgres = match group.about {
            Some(About::Postgres) => true,
            // The programs of the table live on Postgres, unless their settings name another kind.
            Some(About::Database) if enough && driver::by_image(self.container.image.repository).is_some() => true,
            _ => match &reach {
                Reach::InRelease { .. } => true,
                Reach::External { provider: Some(_), .. } => enough,
                _ => false,
            },
        };
        // An address alone says little, unless a server answers there.
        let answers = matches!(reach, Reach::InRelease { .. });
        if !is_postgres || !(enough || is_variables || answers) {
            return None;
        }
        let client = self.client(None, &host.source.name, is_variables);
        let mut edge = self.blank(host, if is_variables { Form::Variables } else { Form::Parts }, client);
        let members = group.members.iter().filter_map(|(part, n)| Some((*part, self.book.settings.get(*n)?)));
        let dsn = understand::parts(members.clone().map(|(part, s)| (part, &s.value)));
        edge.parts =
            members.clone().filter(|(part, _)| *part != Part::Host).map(|(part, s)| (part, s.source.clone())).collect();
        for (part, setting) in members {
            if let Some(why) = setting.value.why() {
                edge.unknown.push((part, why.clone()));
            }
        }
        self.finish(&mut edge, dsn, &Value::default(), group);
        if let Reach::Undecided(_) = edge.reach
            && let Some(found) = self.of_operator_secret(host)
        {
            edge.reach = found.reach;
        }
        Some(edge)
    }

    fn of_run(&self, run: &Run<'m>) -> Option<Draft<'m>> {
        let link = run.link.clone();
        let source = Source { name: run.program.to_string(), links: link.into_iter().collect() };
        let client = driver::by_program(run.program).unwrap_or(Client::UNKNOWN);
        let url = run.parts.iter().find(|(part, _)| *part == Part::Url);
        let members = run.parts.iter().filter(|(part, _)| *part != Part::Url).map(|(part, value)| (*part, value));
        let mut dsn = understand::parts(members);
        let mut text = Value::default();
        let mut refused = None;
        if let Some((_, value)) = url {
            text = value.clone();
            match dsn::foreign::parse(client.driver, value.filled(), &value.holes(), dsn::Libpq::NEWEST) {
                Ok(read) => drop(dsn.parts.splice(0..0, read.parts)),
                Err(error) => refused = Some(error),
            }
        }
        // Another client's URL, which libpq takes for the name of a database. It may hold a password.
        let stray = run.parts.iter().find(|(part, v)| *part == Part::Database && url::looks_like_one(v.filled()));
        if let Some((_, value)) = stray {
            text = value.clone();
            for part in dsn.parts.iter_mut().filter(|part| part.keyword == Keyword::DbName) {
                part.value = dsn::Value::known(value.filled(), true);
            }
        }
        let is_unset =
            url.is_some_and(|(_, value)| matches!(value.why(), Some(Why::NoVariable(_))) && value.is_blank());
        let has_host = dsn.get(Keyword::Host).is_some() || self.book.environment.get("PGHOST").is_some();
        if !has_host && refused.is_none() && stray.is_none() && !is_unset {
            return None;
        }
        let setting = Setting {
            words: super::words::Words::default(),
            value: text.clone(),
            source,
            space: Space::Program(0),
            bulk: false,
            losers: Vec::new(),
        };
        let mut edge = self.blank(&setting, Form::Options(run.program), client);
        for (part, value) in &run.parts {
            if let Some(why) = value.why() {
                edge.unknown.push((*part, why.clone()));
            }
        }
        if is_unset || refused.is_some() {
            let why = text.why().cloned().unwrap_or(Why::Unreadable);
            edge.reach = Reach::Undecided(why);
            edge.text = refused.is_some().then(|| text.clone());
            edge.refused = refused.filter(|_| text.is_known());
            return Some(edge);
        }
        edge.text = stray.is_some().then(|| text.clone());
        self.finish(&mut edge, dsn, &text, &Group::default());
        Some(edge)
    }

    /// A Secret that an operator makes: its server is known, its password is not.
    fn of_operator_secret(&self, setting: &Setting<'m>) -> Option<Draft<'m>> {
        let piece = setting.value.pieces().iter().find_map(|p| match &p.unknown {
            Some(Why::Kube(kube::Why::NotRendered { name, key, .. })) => Some((*name, *key)),
            _ => None,
        });
        let (secret, key) = piece?;
        let server = self.map.maker_of_secret(self.workload.namespace, secret)?;
        let client = self.client(None, &setting.source.name, false);
        let mut edge = self.blank(setting, Form::Unknown, client);
        edge.reach = Reach::InRelease { server: server.id, service: None, access: kube::Access::ReadWrite };
        edge.unknown.push((Part::Password, Why::Generated { secret, key }));
        Some(edge)
    }

    /// An edge that was written into a file for this container by another: read by this one's client, with this one's files.
    pub fn adopt(&self, edge: &Edge<'m>, by: &'m str, volume: &'m str) -> Draft<'m> {
        let mut edge = edge.clone();
        edge.source.links.insert(0, Link::Carried { by, volume });
        let text = edge.text.clone().unwrap_or_default();
        let scheme = text.filled().split_once("://").map(|(scheme, _)| scheme.to_string());
        edge.client = self.client(scheme.as_deref(), &edge.role, false);
        if let Some(dsn) = edge.dsn.clone() {
            let (reach, also) = (edge.reach.clone(), edge.also.clone());
            self.finish(&mut edge, dsn, &text, &Group::default());
            (edge.reach, edge.also) = (reach, also);
        }
        edge
    }

    /// A connection that can only be in an object that the chart does not render.
    pub fn opaque(&self, kind: kube::StoreKind, name: &'m str) -> Option<Draft<'m>> {
        let node = self.container.node;
        let why = kube::Why::NotRendered { kind, name, key: "", optional: false, at: node };
        let links = vec![Link::Key { kind, name: name.to_string(), key: String::new(), at: None }];
        let setting = Setting {
            words: super::words::Words::default(),
            value: Value::unknown(Why::Kube(why), None),
            source: Source { name: name.to_string(), links },
            space: Space::Environment,
            bulk: true,
            losers: Vec::new(),
        };
        let client = self.client(None, "", false);
        let mut edge = self.blank(&setting, Form::Unknown, client);
        edge.reach = Reach::Undecided(Why::Kube(why));
        edge.unknown.push((Part::Url, Why::Kube(why)));
        Some(edge)
    }

    fn client(&self, scheme: Option<&str>, key: &str, is_variables: bool) -> Client {
        let words = self.book.commands.iter().map(String::as_str);
        let told = driver::tell(scheme, words, self.container.image.repository, Some(key));
        if told.driver == Driver::Unknown {
            let is_server_image = matches!(
                images::of(self.container.image.repository),
                Some(images::Kind::Server | images::Kind::Pooler(_))
            );
            if is_server_image || is_variables {
                let evidence =
                    if is_server_image { Evidence::Image("Postgres's own programs") } else { Evidence::Key("PGHOST") };
                // libpq's variables are read by nearly every client: they tell no more than how to read them.
                let driver = if is_server_image { Driver::Libpq } else { Driver::Unknown };
                return Client { driver, evidence };
            }
        }
        told
    }

    fn blank(&self, setting: &Setting<'m>, form: Form, client: Client) -> Draft<'m> {
        Edge {
            id: EdgeId(0),
            consumer: ConsumerId(0),
            role: setting.source.name.clone(),
            form,
            client,
            bulk: setting.bulk,
            text: None,
            dsn: None,
            refused: None,
            settings: None,
            source: setting.source.clone(),
            parts: Vec::new(),
            losers: setting.losers.clone(),
            unknown: Vec::new(),
            reach: Reach::Undecided(Why::Computed),
            also: Vec::new(),
            tls: undecided(),
        }
    }
}

fn undecided() -> tls::Outcome {
    tls::Outcome {
        level: tls::Level::Undecided,
        floor: tls::Level::Plaintext,
        why: "the connection is not known".into(),
        source: "",
        evidence: tls::Evidence::Read,
        plans: Vec::new(),
    }
}
/// `DSN`, `MM_CONFIG`: the name of a connection string without a word for what it leads to.
fn names_itself(setting: &Setting<'_>) -> bool {
    setting.words.part().is_some_and(|(part, prefix)| part == Part::Url && prefix.is_empty())
        && !setting.words.is("url")
}
