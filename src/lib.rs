//! Plimsoll: renders a Helm chart exactly as Helm does, and refuses what is unsafe for the Postgres it lives on.
//!
//! Data goes one way, top to bottom; a module imports only what stands above it (`tests/layers.rs` holds the code to this).
//!
//! | module | owns |
//! |---|---|
//! | [`diagnostic`] | what is said about an input: severity, place, refusal |
//! | [`limits`] | budgets: fuel, bytes, depth, time |
//! | [`dialect`] | one row per range of Helm versions; the only place where versions are compared |
//! | [`value`] | Go's values: nil, numbers, truth, order, aliasing; immutable trees with the origin of every leaf |
//! | [`go`] | look-alikes of Go's standard library and of the Go libraries that templates see through |
//! | [`redact`] | which names promise secrets, and the last look for known ones before a byte leaves |
//! | [`yaml`] | goyaml's YAML exactly: scan, resolve, emit, with spans |
//! | [`chart`] | load only: folder or .tgz, `.helmignore`, Chart.yaml; immutable and shared |
//! | [`values`] | values files, `--set`, dependencies, coalescing; the origin of every leaf |
//! | [`schema`] | values.schema.json: Helm's verdict in Helm's words, and a second opinion |
//! | [`world`] | clock, randomness, lookups, DNS: all that Helm takes from outside |
//! | [`template`] | text/template: lex, parse, link, exec, functions |
//! | [`release`] | what Helm makes of rendered files: documents, hooks, install order |
//! | [`render`] | the only place where the stages are chained |
//! | [`manifest`] | the only parse of the output: documents with their places, hooks, install order |
//! | [`provenance`] | the values behind a field; the same chart in other worlds |
//! | [`kube`] | the pods of a render, what their containers see, which Service reaches whom |
//! | [`postgres`] | what a connection string means, what TLS it gets, which client reads it |
//! | [`rules`] | what must hold of a chart on Postgres: one rule a file, with its page |
//! | [`report`] | what was found, in text, JSON, SARIF, JUnit, GitHub's annotations and pages |
//! | [`config`] | `.plimsoll.yaml`: charts, versions, cases, and what is allowed |
//! | [`lint`] | a chart with its values, judged: schema first, then rules |
//! | [`drift`] | the same chart through several Helms: which documents change, and why |
//! | [`golden`] | golden cases of a chart: what each is to answer, and what it answers |
//! | [`init`] | values files and what goes with them, written for people
//! | [`database`] | a Postgres server, looked at as its client would meet it (feature `live`) |
//! | [`cluster`] | the API server: objects, kinds, applies that change nothing (feature `live`) |
//! | [`preflight`] | live facts before a deploy: what the connections of a render meet (feature `live`) |
//! | [`smoke`] | a chart on a real cluster, and what is left of it afterwards: nothing (feature `live`) |
//! | [`kubeconfig`] | the namespace that the user works in |
//! | [`commands`] | the subcommands, one each, which own their flags |
//! | [`cli`] | which subcommand was meant |

#![forbid(unsafe_code)]

pub mod diagnostic;
pub mod dialect;
pub mod limits;
pub mod value;

pub mod go;
pub mod redact;

pub mod yaml;

pub mod chart;
pub mod schema;
pub mod values;

pub mod world;

pub mod template;

pub mod render;

pub mod manifest;

pub mod provenance;

pub mod kube;

pub mod postgres;

pub mod rules;

pub mod report;

pub mod config;

pub mod lint;

pub mod drift;

pub mod golden;

#[cfg(feature = "live")]
pub mod database;
pub mod init;

#[cfg(feature = "live")]
pub mod cluster;

#[cfg(feature = "live")]
pub mod preflight;

#[cfg(feature = "live")]
pub mod smoke;

pub mod kubeconfig;

pub mod commands;

pub mod cli;
pub mod release;
