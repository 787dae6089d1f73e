//! An edge of which the parts are known: the settings that its client has, the server that they lead to, and the TLS that it gets.

use super::edge::Edge;
use super::edges::Bench;
use super::group::Group;
use super::reach::Reach;
use super::source::Why;
use super::value::Value;
use super::words::Part;
use crate::kube::{self, FileAt};
use crate::postgres::dsn::{self, Dsn, Keyword, Seen, Settings, Surroundings};
use crate::postgres::tls;

impl<'m> Bench<'_, '_, 'm> {
    /// Settings, reach and TLS of an edge of which the parts are known.
    pub(super) fn finish(&self, edge: &mut Edge<'m>, dsn: Dsn, text: &Value<'m>, group: &Group) {
        let environment = &self.book.environment;
        let env = |name: &str| match environment.get(name) {
            None => Seen::Absent,
            Some(var) => var.value.known().map_or(Seen::Unknown, |bytes| Seen::Text(bytes.into_owned().into())),
        };
        let file = |_: &str| Seen::Unknown;
        let around = Surroundings { env: &env, file: &file, user: None };
        let settings = dsn::foreign::effective(edge.client.driver, Some(&dsn), &around, dsn::Libpq::NEWEST);
        if let Ok(settings) = settings {
            self.place(edge, &settings, &dsn, text, group);
            edge.tls = tls::outcome(edge.client.driver, &settings, &|path| self.file(path));
            edge.settings = Some(settings);
        }
        edge.dsn = Some(dsn);
    }

    fn place(&self, edge: &mut Edge<'m>, settings: &Settings, dsn: &Dsn, text: &Value<'m>, group: &Group) {
        let Ok(hosts) = settings.hosts() else { return };
        let mut reaches = hosts.iter().map(|host| {
            let port = host.port_number();
            let Some(name) = host.name().or(host.hostaddr.as_ref()) else { return Reach::Socket };
            match name.text() {
                Some(known) => self.reach_of(&Value::known(known), port),
                None => {
                    let span = dsn.get(Keyword::Host).map(|p| p.span).unwrap_or_default();
                    let hole = text
                        .pieces()
                        .iter()
                        .filter(|p| p.range.start < span.end && span.start < p.range.end)
                        .find_map(|p| p.unknown.clone());
                    let of_group = || group.get(self.book, Part::Host).and_then(|s| s.value.why().cloned());
                    let of_run = || edge.unknown.iter().find(|(p, _)| *p == Part::Host).map(|(_, w)| w.clone());
                    Reach::Undecided(hole.or_else(of_group).or_else(of_run).unwrap_or(Why::Computed))
                }
            }
        });
        let first = reaches.next().unwrap_or(Reach::Socket);
        let also = reaches.collect();
        edge.reach = first;
        edge.also = also;
        if !text.is_empty() {
            let missing = [
                (Keyword::Host, Part::Host),
                (Keyword::Port, Part::Port),
                (Keyword::User, Part::User),
                (Keyword::Password, Part::Password),
                (Keyword::DbName, Part::Database),
                (Keyword::SslMode, Part::SslMode),
            ];
            for (keyword, part) in missing {
                let unknown = dsn.get(keyword).is_some_and(|p| !p.value.is_known());
                if unknown && !edge.unknown.iter().any(|(p, _)| *p == part) {
                    let span = dsn.get(keyword).map(|p| p.span).unwrap_or_default();
                    let hole = text
                        .pieces()
                        .iter()
                        .filter(|p| p.range.start < span.end && span.start < p.range.end)
                        .find_map(|p| p.unknown.clone());
                    edge.unknown.extend(hole.or_else(|| text.why().cloned()).map(|why| (part, why)));
                }
            }
        }
    }

    pub(super) fn reach_of(&self, host: &Value<'m>, port: Option<u16>) -> Reach<'m> {
        self.map.resolve(host, port, self.workload.namespace, Some(self.workload.id))
    }

    /// What is known of a file that the client looks for.
    fn file(&self, path: &str) -> tls::File {
        if let Some(below) = path.strip_prefix("~/") {
            let folder = below.split('/').next().unwrap_or_default();
            let mounted = self.container.mounts.iter().any(|m| m.path.ends_with(folder));
            return if mounted { tls::File::Unknown } else { tls::File::Absent };
        }
        let at = kube::file_at(self.shelf.inventory, &self.workload.pod, self.container, &self.book.environment, path);
        match at {
            FileAt::Provided { content, .. } => match content.known() {
                Some(bytes) if memchr::memmem::find(&bytes, b"-----BEGIN").is_some() => tls::File::Present,
                Some(_) => tls::File::Broken,
                None => tls::File::Unknown,
            },
            FileAt::Folder { .. } => tls::File::Broken,
            FileAt::Missing { .. } | FileAt::NoVolume { .. } => tls::File::Absent,
            FileAt::Unknown { why: kube::Why::NotRendered { optional: false, .. }, .. } => tls::File::Present,
            FileAt::Unknown { why: kube::Why::KeyMissing { .. }, .. } => tls::File::Absent,
            FileAt::Unknown { .. } | FileAt::InVolume { .. } => tls::File::Unknown,
            FileAt::NotMounted => {
                // Folders in which images bring certificates along.
                let in_image = ["/etc/ssl", "/etc/pki", "/usr/", "/opt/", "/app"].iter().any(|f| path.starts_with(f));
                if in_image { tls::File::Unknown } else { tls::File::Absent }
            }
        }
    }
}
