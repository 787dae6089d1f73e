//! Everything that one container is told: variables, mounted files and what stands in them, arguments. Each with its way.
//!
//! Nothing is judged here, except whether a name or a value can have to do with a database at all; the rest is passed over.

mod arguments;
mod desk;
mod files;
mod shelf;
mod variables;

use std::collections::HashSet;

use super::run::Run;
use super::source::{Link, Origin, Source, Why};
use super::url;
use super::value::Value;
use super::words::Words;
use crate::kube::{self, Container, Environment, StoreKind, Text, Workload};

pub use shelf::Shelf;

/// Which settings belong together: those of one space may be parts of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    Environment,
    /// Files of one value each: their names are the settings.
    Folder,
    /// The settings inside of a file.
    File(u32),
    Arguments,
    /// One run of a client program in a script.
    Program(u32),
}

/// One thing that a container is told.
#[derive(Clone, Debug)]
pub struct Setting<'m> {
    pub words: Words,
    pub value: Value<'m>,
    pub source: Source<'m>,
    pub space: Space,
    /// It comes with everything else of an object: `envFrom`, or a folder of files. Nobody asked for it by name.
    pub bulk: bool,
    /// What another of the same name would have said.
    pub losers: Vec<Source<'m>>,
}

impl<'m> Setting<'m> {
    fn new(words: Words, value: Value<'m>, space: Space, name: impl Into<String>, links: Vec<Link<'m>>) -> Self {
        let source = Source { name: name.into(), links };
        Setting { words, value, source, space, bulk: false, losers: Vec::new() }
    }

    fn in_bulk(self) -> Self {
        Setting { bulk: true, ..self }
    }
}

/// All of them.
pub struct Book<'i, 'm> {
    pub settings: Vec<Setting<'m>>,
    pub environment: Environment<'i, 'm>,
    /// Variables that others are made from: `$(NAME)`, placeholders, shell.
    pub used: HashSet<String>,
    /// Words of command and arguments, scripts taken apart: for telling what runs.
    pub commands: Vec<String>,
    /// A shell runs them.
    pub is_script: bool,
    /// Client programs that a script runs.
    pub programs: Vec<Run<'m>>,
    /// Secrets and ConfigMaps that `envFrom` takes and the chart does not render.
    pub opaque: Vec<(StoreKind, &'m str)>,
}

/// The container that is read, with what all containers share.
#[derive(Clone, Copy)]
struct Spot<'s, 'i, 'm> {
    shelf: &'s Shelf<'i, 'm>,
    workload: &'s Workload<'m>,
    container: &'s Container<'m>,
}

/// Reads a container.
pub fn read<'i, 'm>(shelf: &Shelf<'i, 'm>, workload: &Workload<'m>, container: &Container<'m>) -> Book<'i, 'm> {
    let spot = Spot { shelf, workload, container };
    let environment = kube::environment(shelf.inventory, container);
    let opaque = environment.opaque.iter().map(|o| (o.from.kind, o.from.name)).collect();
    let mut book = Book {
        settings: Vec::new(),
        environment,
        used: HashSet::new(),
        commands: Vec::new(),
        is_script: false,
        programs: Vec::new(),
        opaque,
    };
    book.take_variables(spot);
    book.take_files(spot);
    book.take_arguments(spot);
    book
}

impl Book<'_, '_> {
    /// Notes the variables that a text of the pod refers to.
    fn note_references(&mut self, text: &str) {
        for part in kube::parts(text) {
            if let kube::Part::Variable { name, .. } = part {
                self.used.insert(name.to_string());
            }
        }
    }
}

/// Whether a setting can have to do with a connection.
fn matters(words: &Words, value: &Value<'_>) -> bool {
    words.part().is_some() || url::looks_like_one(value.filled())
}

/// A text of `kube` as ours.
fn value_of<'m>(text: &Text<'m>) -> Value<'m> {
    let mut value = Value::default();
    for piece in &text.pieces {
        match piece {
            kube::Piece::Known { bytes, source } => match std::str::from_utf8(bytes) {
                Ok(text) => value.push(text, Some(Origin::Kube(*source))),
                Err(_) => value.push_unknown(Why::NotText, Some(Origin::Kube(*source))),
            },
            kube::Piece::Unknown(why) => value.push_unknown(Why::Kube(*why), None),
        }
    }
    value
}
