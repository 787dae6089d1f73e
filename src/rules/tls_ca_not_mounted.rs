//! `tls-ca-not-mounted`: the file that `sslrootcert` names is not there.
//!
//! Source: libpq's `initialize_SSL` (fe-secure-openssl.c): a root file that is missing stops `verify-ca` and `verify-full`, and
//! makes `require` encrypt without looking at the certificate; kubernetes `pkg/volume` for what a mount shows.

use super::connection::Environments;
use super::{Evidence, Facts, Finding, Judgement, Reason, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::kube::{self, FileAt, Projection, VolumeSource};
use crate::postgres::dsn::Keyword;
use crate::postgres::topology::Edge;
use serde_json::json;

pub static RULE: Rule = Rule {
    id: "tls-ca-not-mounted",
    summary: "a connection names a CA file that no volume of its container provides",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("tls_ca_not_mounted.md"),
    check,
    subjects: connection::count,
};

/// What is known of the file that a connection trusts.
pub(super) enum Ca {
    /// None is named, or it is a word (`system`).
    Unnamed,
    /// It is there, as far as anybody can tell.
    There(String),
    Missing(String),
    Unknown(String),
}

/// Bundles that images bring, and folders with certificates of the operating system.
const SYSTEM: [&str; 8] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/usr/local/share/ca-certificates",
];

/// Folders in which images bring files along.
const IN_IMAGES: [&str; 6] = ["/etc/ssl/", "/etc/pki/", "/usr/", "/opt/", "/app/", "/home/"];

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let around = connection::Environments::new(facts);
    let judge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: verdict(facts, &around, edge) };
    facts.topology.edges.iter().map(judge).collect()
}

/// The path that `sslrootcert` names, where it is known and one.
fn path<'e>(edge: &'e Edge<'_>) -> Option<&'e str> {
    let value = edge.settings.as_ref()?.value(Keyword::SslRootCert)?;
    value.text().filter(|path| path.starts_with('/'))
}

pub(super) fn ca<'f>(facts: &Facts<'f>, around: &Environments<'f>, edge: &Edge<'f>) -> Ca {
    let value = edge.settings.as_ref().and_then(|s| s.value(Keyword::SslRootCert));
    let Some(value) = value else { return Ca::Unnamed };
    if !value.is_known() {
        return Ca::Unknown("the path of the CA file is not known".into());
    }
    let Some(path) = path(edge) else {
        return match value.text() {
            None | Some("" | "system") => Ca::Unnamed,
            Some(_) => Ca::Unknown("the path of the CA file is relative: it depends on the working folder".into()),
        };
    };
    let Some((workload, container)) = connection::container(facts, edge) else {
        return Ca::Unknown("an operator makes the pod that connects".into());
    };
    let environment = around.of(container);
    match kube::file_at(facts.inventory, &workload.pod, container, &environment, path) {
        FileAt::Provided { content, .. } => match content.known() {
            // An empty file, or a placeholder: a mistake of another kind, which nobody can tell from a real one here.
            Some(bytes) if memchr::memmem::find(&bytes, b"-----BEGIN").is_none() => {
                Ca::Unknown(format!("what is mounted at {path} is no certificate in PEM"))
            }
            _ => Ca::There(format!("{path} is mounted")),
        },
        FileAt::Folder { .. } => Ca::Missing(format!("{path} is a folder there")),
        FileAt::InVolume { volume, .. } => {
            Ca::Unknown(format!("{path} lies in volume {}: something writes it at run time, or not", volume.name))
        }
        FileAt::Missing { mount } => {
            Ca::Missing(format!("volume {} is mounted at {} and has no such file", mount.volume, mount.path))
        }
        FileAt::NoVolume { mount } => Ca::Missing(format!("the pod has no volume {}", mount.volume)),
        FileAt::Unknown { why: kube::Why::NotRendered { kind, name, key, .. }, .. } => {
            Ca::There(format!("key {key} of {} {name}, which somebody else makes, is mounted there", kind.kind()))
        }
        FileAt::Unknown { why: kube::Why::KeyMissing { kind, key, .. }, .. } => {
            Ca::Missing(format!("the {} that is mounted there has no key {key}", kind.kind()))
        }
        FileAt::Unknown { .. } => Ca::Unknown(format!("it cannot be told what is mounted at {path}")),
        FileAt::NotMounted if SYSTEM.iter().any(|s| path.starts_with(s)) => {
            Ca::There(format!("{path} is a bundle that images bring"))
        }
        FileAt::NotMounted if IN_IMAGES.iter().any(|f| path.starts_with(f)) => {
            Ca::Unknown(format!("nothing is mounted at {path}: the image may bring it"))
        }
        FileAt::NotMounted => Ca::Missing("no volume is mounted there".into()),
    }
}

fn verdict<'f>(facts: &Facts<'f>, around: &Environments<'f>, edge: &'f Edge<'f>) -> Verdict {
    let why = match ca(facts, around, edge) {
        Ca::Unnamed => return Verdict::Holds(Evidence("it names no CA file".into())),
        Ca::There(why) => return Verdict::Holds(Evidence(why.into())),
        Ca::Unknown(why) => return Verdict::Undecided(Reason::new(why).at(connection::spot(facts, edge))),
        Ca::Missing(_) if connection::mode(edge) == Some("disable") => {
            return Verdict::Holds(Evidence("TLS is off, and nobody looks for the file".into()));
        }
        Ca::Missing(why) => why,
    };
    let path = path(edge).unwrap_or_default();
    let comes = match connection::mode(edge) {
        Some("verify-ca" | "verify-full") => "the client refuses to connect",
        _ => "a client of libpq connects without looking at the certificate",
    };
    let finding = Finding::new(format!("{} names the CA file {path}, and {why}: {comes}", edge.role))
        .at(connection::spot(facts, edge))
        .help("mount the Secret or ConfigMap with the CA into this container, at the folder of that path");
    Verdict::Broken(Box::new(match mount(facts, edge, path) {
        Some(fix) => finding.fix(fix),
        None => finding,
    }))
}

/// Mounts the volume of the pod that looks like the CA's.
fn mount<'f>(facts: &Facts<'f>, edge: &Edge<'f>, path: &str) -> Option<super::Fix> {
    let (workload, container) = connection::container(facts, edge)?;
    let (folder, file) = path.rsplit_once('/')?;
    let taken = container.mounts.iter().any(|m| m.path == folder);
    let volume = workload.pod.volumes.iter().find(|volume| {
        let VolumeSource::Projected { sources, .. } = &volume.source else { return false };
        sources.iter().any(|source| match source {
            Projection::Object { from, items } if items.is_empty() => {
                let store = facts.inventory.store(from.kind, workload.pod.namespace, from.name);
                let words = ["ca", "cert", "certs", "tls", "ssl", "bundle"];
                store.map_or_else(
                    || format!("{}-{}", volume.name, from.name).split(['-', '.', '_']).any(|w| words.contains(&w)),
                    |store| store.get(file).is_some(),
                )
            }
            Projection::Object { items, .. } => items.iter().any(|item| item.path == file),
            _ => false,
        })
    })?;
    let (path, sub) = if taken { (path, Some(file)) } else { (folder, None) };
    let mut entry = json!({"name": volume.name, "mountPath": path, "readOnly": true});
    if let (Some(sub), Some(map)) = (sub, entry.as_object_mut()) {
        map.insert("subPath".into(), sub.into());
    }
    connection::append(facts, container.node, "volumeMounts", entry)
}
