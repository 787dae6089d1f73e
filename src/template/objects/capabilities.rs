//! `Capabilities` (Helm: pkg/chart/common/capabilities.go; pkg/chartutil in Helm 3).

use crate::dialect::Dialect;
use crate::value::{CallError, Field, Heap, ListType, Object, Signature, Value};
use crate::world;

static NO_PARAMETERS: Signature = Signature { params: &[], variadic: None };

fn field<'h>(name: &'static str, json: Option<&'static str>, value: Value<'h>) -> Field<'h> {
    Field { name, json, omit_empty: false, value }
}

/// `*Capabilities`
pub(super) struct Capabilities<'h>(pub &'h world::Capabilities);

impl<'h> Capabilities<'h> {
    fn kube_version(&self, heap: &Heap<'h>, addressable: bool) -> Value<'h> {
        heap.object(KubeVersion { version: &self.0.kube_version, addressable })
    }

    fn api_versions(&self, heap: &Heap<'h>) -> Value<'h> {
        let versions: Vec<Value<'h>> = self.0.api_versions.iter().map(|v| Value::str(v)).collect();
        heap.list(ListType::VersionSet, &versions)
    }
}

impl<'h> Object<'h> for Capabilities<'h> {
    fn type_name(&self, heap: &Heap<'h>) -> String {
        format!("{}.Capabilities", heap.dialect().capabilities_package)
    }

    fn is_pointer(&self) -> bool {
        true
    }

    fn fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        vec![
            field("KubeVersion", Some("KubeVersion"), self.kube_version(heap, false)),
            field("APIVersions", Some("APIVersions"), self.api_versions(heap)),
            field("HelmVersion", Some("HelmVersion"), heap.object(BuildInfo)),
        ]
    }

    fn field(&self, heap: &Heap<'h>, name: &str) -> Option<Value<'h>> {
        Some(match name {
            "KubeVersion" => self.kube_version(heap, true),
            "APIVersions" => self.api_versions(heap),
            "HelmVersion" => heap.object(BuildInfo),
            _ => return None,
        })
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        (name == "Copy").then_some(&NO_PARAMETERS)
    }

    fn call(&self, heap: &Heap<'h>, _: &str, _: &[Value<'h>]) -> Result<Value<'h>, CallError> {
        Ok(heap.object(Capabilities(self.0)))
    }
}

/// `KubeVersion`. Its methods are its pointer's: they are there as long as it is reached through `Capabilities`.
struct KubeVersion<'h> {
    version: &'h world::KubeVersion,
    addressable: bool,
}

/// Where a suffix is kept, a normalised version stands beside the one that is shown.
fn has_normalized(dialect: &Dialect) -> bool {
    dialect.keeps_kube_version_suffix
}

impl<'h> Object<'h> for KubeVersion<'h> {
    fn type_name(&self, heap: &Heap<'h>) -> String {
        format!("{}.KubeVersion", heap.dialect().capabilities_package)
    }

    fn is_pointer(&self) -> bool {
        false
    }

    fn fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        let mut fields = vec![field("Version", Some("Version"), Value::str(&self.version.version))];
        if has_normalized(heap.dialect()) {
            fields.push(field("normalizedVersion", None, Value::str(&self.version.normalized)));
        }
        fields.push(field("Major", Some("Major"), Value::str(&self.version.major)));
        fields.push(field("Minor", Some("Minor"), Value::str(&self.version.minor)));
        fields
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        (self.addressable && matches!(name, "String" | "GitVersion")).then_some(&NO_PARAMETERS)
    }

    fn call(&self, _: &Heap<'h>, name: &str, _: &[Value<'h>]) -> Result<Value<'h>, CallError> {
        let version = self.version;
        Ok(Value::str(if name == "String" { &version.normalized } else { &version.version }))
    }

    fn text(&self, _: &Heap<'h>) -> Option<String> {
        self.addressable.then(|| self.version.normalized.clone())
    }

    fn copied(&self, heap: &Heap<'h>) -> Option<Value<'h>> {
        self.addressable.then(|| heap.object(KubeVersion { version: self.version, addressable: false }))
    }
}

/// `version.BuildInfo`: of the Helm that we speak like, built from its module.
struct BuildInfo;

impl<'h> Object<'h> for BuildInfo {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "version.BuildInfo".into()
    }

    fn is_pointer(&self) -> bool {
        false
    }

    fn fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        let dialect = heap.dialect();
        let omitted = |name, json, value| Field { omit_empty: true, ..field(name, Some(json), value) };
        let mut fields = vec![
            omitted("Version", "version", heap.str(format!("v{}", dialect.version))),
            omitted("GitCommit", "git_commit", Value::str(dialect.git_commit)),
            omitted(
                "GitTreeState",
                "git_tree_state",
                Value::str(if dialect.git_commit.is_empty() { "" } else { "clean" }),
            ),
            omitted("GoVersion", "go_version", Value::str(dialect.go_version)),
        ];
        if let Some(client) = dialect.kube_client_version {
            fields.push(field("KubeClientVersion", Some("kube_client_version"), Value::str(client)));
        }
        fields
    }
}
