//! `secret-keys`: the Secrets and ConfigMaps that pods read and somebody else makes: there, with their keys, and usable.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::super::release::Wanted;
use super::super::surroundings::decoded;
use crate::cluster::Refused;
use crate::kube::StoreKind;
use serde_json::Value;

pub static CHECK: Check =
    Check { id: "secret-keys", summary: "each Secret that is needed is there, with usable values", run };

fn run(look: &Look) -> Vec<Said> {
    look.cluster.stores.iter().flat_map(|(wanted, found)| one(wanted, found)).collect()
}

fn one(wanted: &Wanted, found: &Result<Value, Refused>) -> Vec<Said> {
    let subject = format!("{} {}", wanted.kind.kind(), wanted.name);
    let value = match found {
        Ok(value) => value,
        Err(Refused::Missing) if wanted.optional => {
            return vec![Said::pass(subject, "it is not there, and everybody can do without")];
        }
        Err(Refused::Missing) => {
            return vec![
                Said::fail(subject, "it is not there, and pods wait for it").advice("make it before the deploy"),
            ];
        }
        Err(refused) => return vec![Said::unknown(subject, refused.to_string())],
    };
    if wanted.keys.is_empty() {
        return vec![Said::pass(subject, "it is there")];
    }
    wanted.keys.iter().map(|key| of_key(wanted, value, key)).collect()
}

fn of_key(wanted: &Wanted, value: &Value, key: &str) -> Said {
    let subject = format!("{} {} key {key}", wanted.kind.kind(), wanted.name);
    let bytes = match (wanted.kind, &value["data"][key], &value["binaryData"][key]) {
        (_, Value::Null, Value::Null) if wanted.optional => {
            return Said::pass(subject, "it is not there, and everybody can do without");
        }
        (_, Value::Null, Value::Null) => {
            let keys: Vec<&str> =
                value["data"].as_object().into_iter().flatten().map(|(k, _)| k.as_str()).take(20).collect();
            return Said::fail(subject, "there is no such key, and pods wait for it")
                .advice(format!("its keys are: {}", keys.join(", ")));
        }
        (StoreKind::ConfigMap, Value::String(text), _) => text.clone().into_bytes(),
        (_, text, Value::Null) | (_, Value::Null, text) | (_, text, _) => match decoded(text) {
            Some(bytes) => bytes,
            None => return Said::unknown(subject, "its value is no base64"),
        },
    };
    if bytes.is_empty() {
        return Said::fail(subject, "its value is empty").advice("write it anew");
    }
    if !wanted.variables.contains(key) {
        return Said::pass(subject, "it is there");
    }
    if bytes.contains(&0) || std::str::from_utf8(&bytes).is_err() {
        return Said::fail(subject, "its value is binary, and becomes a variable").advice("write text there");
    }
    if bytes.last().is_some_and(|b| b.is_ascii_whitespace()) || bytes.first().is_some_and(|b| b.is_ascii_whitespace()) {
        return Said::fail(
            subject,
            "its value has a blank or a line end around it, which becomes a part of the variable",
        )
        .advice("write it again without one: `printf %s`, not `echo`");
    }
    Said::pass(subject, "it is there, and is text")
}
