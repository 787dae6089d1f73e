//! Where the texts of a topology come from, and why one is not known. Names and places only: nothing here holds a value.

use std::fmt;

use crate::kube::{self, StoreKind};
use crate::manifest::DocId;

/// Who writes a piece of a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin<'m> {
    /// A literal of a manifest, or a key of a Secret or ConfigMap.
    Kube(kube::Source<'m>),
    /// A key that an operator puts into a Secret of its own.
    Operator { secret: &'m str, key: &'m str },
}

/// Why a piece of a setting is not known.
#[derive(Clone, Debug, PartialEq)]
pub enum Why<'m> {
    /// The manifests do not say.
    Kube(kube::Why<'m>),
    /// The bytes are not UTF-8.
    NotText,
    /// A configuration file asks for a variable that the container does not have.
    NoVariable(String),
    /// A program computes it.
    Computed,
    /// A file that nobody here can see: written at run time, or on a volume.
    File(String),
    /// Made by an operator.
    Generated { secret: &'m str, key: &'m str },
    /// Too much text to look through.
    TooLong,
    /// It is no connection string that anybody can read.
    Unreadable,
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Kube(why) => kube_why(why, f),
            Why::NotText => f.write_str("it is not UTF-8"),
            Why::NoVariable(name) => write!(f, "the variable {name} is not set"),
            Why::Computed => f.write_str("the program computes it"),
            Why::File(path) => write!(f, "what {path} holds is known only when the pod runs"),
            Why::Generated { secret, key } => write!(f, "an operator makes key {key} of Secret {secret}"),
            Why::TooLong => f.write_str("it is too long to look through"),
            Why::Unreadable => f.write_str("it is no connection string that can be read"),
        }
    }
}

fn kube_why(why: &kube::Why<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match why {
        kube::Why::NotRendered { kind, name, key: "", .. } => {
            write!(f, "{} {name} is not rendered by the chart", kind.kind())
        }
        kube::Why::NotRendered { kind, name, key, .. } => {
            write!(f, "{} {name}, which has to have the key {key}, is not rendered by the chart", kind.kind())
        }
        kube::Why::KeyMissing { kind, key, .. } => write!(f, "the rendered {} has no key {key}", kind.kind()),
        kube::Why::NotBase64 { key, .. } => write!(f, "key {key} of the Secret is not base64"),
        kube::Why::FieldRef { path, .. } => write!(f, "{path} is known only when the pod runs"),
        kube::Why::ResourceField { .. } => f.write_str("a resource of the container is known only when the pod runs"),
        kube::Why::FileKey { .. } => f.write_str("it comes from a file that an init container leaves"),
        kube::Why::ServiceLink { .. } => f.write_str("the kubelet makes it of a Service"),
        kube::Why::MaybeFrom { name, .. } => {
            write!(f, "{name} may come from an object that the chart does not render")
        }
        kube::Why::WrongType { .. } => f.write_str("its field has the wrong type"),
        kube::Why::TooLong { .. } => f.write_str("it is too long"),
    }
}

/// One station on the way of a setting to its reader, nearest to the reader first. Lines are those of the output.
#[derive(Clone, Debug, PartialEq)]
pub enum Link<'m> {
    /// An entry of `env`.
    Env { name: &'m str, doc: DocId, line: u32 },
    /// A variable that `envFrom` brings.
    EnvFrom { name: &'m str, doc: DocId, line: u32 },
    /// A word of `command` or `args`.
    Argument { doc: DocId, line: u32 },
    /// A file that the container finds at a path.
    File { path: String },
    /// A key inside of a file: dotted, with its line in the file.
    Setting { key: String, line: u32 },
    /// A key of a Secret or ConfigMap; no document where the chart does not render it.
    Key { kind: StoreKind, name: String, key: String, at: Option<(DocId, u32)> },
    /// An init container writes it into a volume that both mount.
    Carried { by: &'m str, volume: &'m str },
    /// A field of an operator's object.
    Object { field: &'static str, doc: DocId, line: u32 },
    /// Read through the API server, named by an argument.
    Api { name: &'m str },
}

impl fmt::Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Link::Env { name, .. } => write!(f, "env {name}"),
            Link::EnvFrom { name, .. } => write!(f, "envFrom {name}"),
            Link::Argument { .. } => f.write_str("argument"),
            Link::File { path } => write!(f, "file {path}"),
            Link::Setting { key, line } => write!(f, "setting {key} (line {line})"),
            Link::Key { kind, name, key, at } => {
                write!(f, "{} {name} key {key}{}", kind.kind(), if at.is_some() { "" } else { " (not rendered)" })
            }
            Link::Carried { by, volume } => write!(f, "written by init container {by} into volume {volume}"),
            Link::Object { field, .. } => write!(f, "field {field}"),
            Link::Api { name } => write!(f, "ConfigMap {name}, read through the API server"),
        }
    }
}

/// A setting's way to its reader.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Source<'m> {
    /// The name by which the reader knows it: a variable, a key, an option.
    pub name: String,
    pub links: Vec<Link<'m>>,
}

impl Source<'_> {
    /// The first station that stands in the output: document and line.
    pub fn place(&self) -> Option<(DocId, u32)> {
        self.links.iter().find_map(|link| match link {
            Link::Env { doc, line, .. }
            | Link::EnvFrom { doc, line, .. }
            | Link::Argument { doc, line }
            | Link::Object { doc, line, .. } => Some((*doc, *line)),
            Link::Key { at, .. } => *at,
            _ => None,
        })
    }

    /// The last station that stands in the output: where the text itself is written.
    pub fn written(&self) -> Option<(DocId, u32)> {
        self.links.iter().rev().find_map(|link| match link {
            Link::Key { at, .. } => *at,
            Link::Env { doc, line, .. }
            | Link::EnvFrom { doc, line, .. }
            | Link::Argument { doc, line }
            | Link::Object { doc, line, .. } => Some((*doc, *line)),
            _ => None,
        })
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for link in &self.links {
            write!(f, " <- {link}")?;
        }
        Ok(())
    }
}
