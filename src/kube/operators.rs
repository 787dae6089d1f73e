//! Custom resources of operators, as data: those that embed pod templates or containers, and those whose object *is* a
//! Postgres server or a pooler before one. What such an operator makes (Services, Secrets) is rendered nowhere and yet is
//! not missing.
//!
//! Sources: the CRDs and the documentation of each operator; groups and kinds are theirs.

use crate::manifest::{DocId, Document, Node};

/// What an object of a kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Makes pods from a template of its own.
    Embeds,
    /// Is a Postgres server in this cluster.
    Server,
    /// Is a connection pooler before one.
    Pooler,
    /// Asks a cloud for a server outside of this cluster.
    Managed,
}

/// Which of a server's sessions a Service leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    ReadWrite,
    ReadOnly,
    /// Any member.
    Any,
    /// The primary through a pooler.
    Pooled,
}

/// One kind of custom resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Operator {
    pub name: &'static str,
    pub group: &'static str,
    pub kind: &'static str,
    pub role: Role,
    /// Places of `PodTemplateSpec`s or `PodSpec`s; `[]` stands for every item, `{}` for every entry.
    pub templates: &'static [&'static str],
    /// Places of what has the fields of a container (`image`, `env`, `envFrom`) without being in a pod template.
    pub containers: &'static [&'static str],
    /// Where the number of pods or instances stands; empty where there is none.
    pub replicas: &'static str,
    pub is_batch: bool,
    /// Services that the operator makes; `*` stands for the object's name.
    pub services: &'static [(&'static str, Access)],
    /// Secrets that it makes; `*` stands for the object's name, `?` for anything.
    pub secrets: &'static [&'static str],
    /// Where image or version of the server are said.
    pub versions: &'static [&'static str],
    /// Where a field must have one of some values for the row to hold (`engine` of a managed database).
    pub only: Option<(&'static str, &'static [&'static str])>,
}

const BLANK: Operator = Operator {
    name: "",
    group: "",
    kind: "",
    role: Role::Embeds,
    templates: &[],
    containers: &[],
    replicas: "",
    is_batch: false,
    services: &[],
    secrets: &[],
    versions: &[],
    only: None,
};

const fn embeds(
    name: &'static str,
    group: &'static str,
    kind: &'static str,
    paths: &'static [&'static str],
) -> Operator {
    Operator { name, group, kind, templates: paths, ..BLANK }
}

const fn contains(
    name: &'static str,
    group: &'static str,
    kind: &'static str,
    paths: &'static [&'static str],
) -> Operator {
    Operator { name, group, kind, containers: paths, ..BLANK }
}

impl Operator {
    const fn replicas(self, path: &'static str) -> Operator {
        Operator { replicas: path, ..self }
    }

    const fn batch(self) -> Operator {
        Operator { is_batch: true, ..self }
    }
}

const CNPG: Operator = Operator {
    name: "CloudNativePG",
    group: "postgresql.cnpg.io",
    kind: "Cluster",
    role: Role::Server,
    replicas: "spec.instances",
    services: &[("*-rw", Access::ReadWrite), ("*-ro", Access::ReadOnly), ("*-r", Access::Any)],
    secrets: &["*-app", "*-superuser", "*-ca", "*-server", "*-replication"],
    versions: &["spec.imageName", "spec.imageCatalogRef.major"],
    ..BLANK
};

const CNPG_POOLER: Operator = Operator {
    kind: "Pooler",
    role: Role::Pooler,
    templates: &["spec.template"],
    services: &[("*", Access::Pooled)],
    secrets: &[],
    versions: &[],
    ..CNPG
};

const CRUNCHY: Operator = Operator {
    name: "Crunchy Postgres for Kubernetes",
    group: "postgres-operator.crunchydata.com",
    kind: "PostgresCluster",
    role: Role::Server,
    services: &[
        ("*-primary", Access::ReadWrite),
        ("*-ha", Access::ReadWrite),
        ("*-replicas", Access::ReadOnly),
        ("*-pods", Access::Any),
        ("*-pgbouncer", Access::Pooled),
    ],
    secrets: &["*-pguser-?", "*-cluster-cert", "*-replication-cert", "*-pgbouncer"],
    versions: &["spec.image", "spec.postgresVersion"],
    ..BLANK
};

const POSTGRES: &[&str] = &["postgres", "aurora-postgresql"];

/// Every row; of a group and kind there is one.
pub static OPERATORS: &[Operator] = &[
    embeds("Argo Rollouts", "argoproj.io", "Rollout", &["spec.template"]).replicas("spec.replicas"),
    contains("Argo Workflows", "argoproj.io", "Workflow", WORKFLOW).batch(),
    contains("Argo Workflows", "argoproj.io", "WorkflowTemplate", WORKFLOW).batch(),
    contains("Argo Workflows", "argoproj.io", "ClusterWorkflowTemplate", WORKFLOW).batch(),
    contains(
        "Argo Workflows",
        "argoproj.io",
        "CronWorkflow",
        &[
            "spec.workflowSpec.templates[].container",
            "spec.workflowSpec.templates[].script",
            "spec.workflowSpec.templates[].initContainers[]",
            "spec.workflowSpec.templates[].sidecars[]",
        ],
    )
    .batch(),
    embeds("OpenShift", "apps.openshift.io", "DeploymentConfig", &["spec.template"]).replicas("spec.replicas"),
    embeds("Knative", "serving.knative.dev", "Service", &["spec.template"]),
    embeds("Knative", "serving.knative.dev", "Configuration", &["spec.template"]),
    embeds("Knative", "serving.knative.dev", "Revision", &["spec"]),
    embeds("KEDA", "keda.sh", "ScaledJob", &["spec.jobTargetRef.template"]).batch(),
    embeds("OpenKruise", "apps.kruise.io", "CloneSet", &["spec.template"]).replicas("spec.replicas"),
    embeds("OpenKruise", "apps.kruise.io", "StatefulSet", &["spec.template"]).replicas("spec.replicas"),
    embeds("OpenKruise", "apps.kruise.io", "DaemonSet", &["spec.template"]),
    embeds("OpenKruise", "apps.kruise.io", "BroadcastJob", &["spec.template"]).batch(),
    embeds(
        "OpenKruise",
        "apps.kruise.io",
        "AdvancedCronJob",
        &["spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template"],
    )
    .batch(),
    embeds(
        "OpenKruise",
        "apps.kruise.io",
        "UnitedDeployment",
        &[
            "spec.template.statefulSetTemplate.spec.template",
            "spec.template.advancedStatefulSetTemplate.spec.template",
            "spec.template.cloneSetTemplate.spec.template",
            "spec.template.deploymentTemplate.spec.template",
        ],
    )
    .replicas("spec.replicas"),
    Operator {
        containers: &["spec.driver", "spec.executor"],
        ..embeds(
            "Spark",
            "sparkoperator.k8s.io",
            "SparkApplication",
            &["spec.driver.template", "spec.executor.template"],
        )
    }
    .batch(),
    Operator {
        containers: &["spec.template.driver", "spec.template.executor"],
        ..embeds(
            "Spark",
            "sparkoperator.k8s.io",
            "ScheduledSparkApplication",
            &["spec.template.driver.template", "spec.template.executor.template"],
        )
    }
    .batch(),
    contains("Tekton", "tekton.dev", "Task", &["spec.steps[]", "spec.sidecars[]"]).batch(),
    contains("Tekton", "tekton.dev", "Pipeline", &["spec.tasks[].taskSpec.steps[]"]).batch(),
    embeds("JobSet", "jobset.x-k8s.io", "JobSet", &["spec.replicatedJobs[].template.spec.template"]).batch(),
    embeds(
        "LeaderWorkerSet",
        "leaderworkerset.x-k8s.io",
        "LeaderWorkerSet",
        &["spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"],
    ),
    embeds("Ray", "ray.io", "RayCluster", &["spec.headGroupSpec.template", "spec.workerGroupSpecs[].template"]),
    embeds(
        "Ray",
        "ray.io",
        "RayService",
        &["spec.rayClusterConfig.headGroupSpec.template", "spec.rayClusterConfig.workerGroupSpecs[].template"],
    ),
    embeds(
        "Ray",
        "ray.io",
        "RayJob",
        &[
            "spec.submitterPodTemplate",
            "spec.rayClusterSpec.headGroupSpec.template",
            "spec.rayClusterSpec.workerGroupSpecs[].template",
        ],
    )
    .batch(),
    embeds("Volcano", "batch.volcano.sh", "Job", &["spec.tasks[].template"]).batch(),
    embeds("Agones", "agones.dev", "GameServer", &["spec.template"]),
    embeds("Agones", "agones.dev", "Fleet", &["spec.template.spec.template"]).replicas("spec.replicas"),
    embeds("Actions Runner Controller", "actions.github.com", "AutoscalingRunnerSet", &["spec.template"]),
    embeds(
        "Flink",
        "flink.apache.org",
        "FlinkDeployment",
        &["spec.podTemplate", "spec.jobManager.podTemplate", "spec.taskManager.podTemplate"],
    ),
    embeds("Keycloak", "k8s.keycloak.org", "Keycloak", &["spec.unsupported.podTemplate"]).replicas("spec.instances"),
    contains("OpenTelemetry", "opentelemetry.io", "OpenTelemetryCollector", &["spec"]),
    CNPG,
    CNPG_POOLER,
    Operator { name: "EDB Postgres for Kubernetes", group: "postgresql.k8s.enterprisedb.io", ..CNPG },
    Operator { name: "EDB Postgres for Kubernetes", group: "postgresql.k8s.enterprisedb.io", ..CNPG_POOLER },
    Operator {
        name: "Zalando Postgres Operator",
        group: "acid.zalan.do",
        kind: "postgresql",
        role: Role::Server,
        replicas: "spec.numberOfInstances",
        services: &[
            ("*", Access::ReadWrite),
            ("*-repl", Access::ReadOnly),
            ("*-pooler", Access::Pooled),
            ("*-pooler-repl", Access::Pooled),
        ],
        secrets: &["?.*.credentials.postgresql.acid.zalan.do", "?.*.credentials"],
        versions: &["spec.dockerImage", "spec.postgresql.version"],
        ..BLANK
    },
    CRUNCHY,
    Operator {
        name: "Percona Operator for PostgreSQL",
        group: "pgv2.percona.com",
        kind: "PerconaPGCluster",
        ..CRUNCHY
    },
    Operator {
        name: "Percona Operator for PostgreSQL",
        group: "pg.percona.com",
        kind: "PerconaPGCluster",
        services: &[("*", Access::ReadWrite), ("*-pgbouncer", Access::Pooled), ("*-replica", Access::ReadOnly)],
        secrets: &["*-users", "*-pguser-?"],
        ..CRUNCHY
    },
    Operator {
        name: "StackGres",
        group: "stackgres.io",
        kind: "SGCluster",
        role: Role::Server,
        replicas: "spec.instances",
        services: &[("*", Access::ReadWrite), ("*-primary", Access::ReadWrite), ("*-replicas", Access::ReadOnly)],
        secrets: &["*"],
        versions: &["spec.postgres.version", "spec.postgresVersion"],
        ..BLANK
    },
    Operator {
        name: "KubeDB",
        group: "kubedb.com",
        kind: "Postgres",
        role: Role::Server,
        replicas: "spec.replicas",
        services: &[("*", Access::ReadWrite), ("*-standby", Access::ReadOnly), ("*-pods", Access::Any)],
        secrets: &["*-auth", "*-server-cert", "*-client-cert"],
        versions: &["spec.version"],
        ..BLANK
    },
    Operator {
        name: "KubeDB",
        group: "kubedb.com",
        kind: "PgBouncer",
        role: Role::Pooler,
        replicas: "spec.replicas",
        services: &[("*", Access::Pooled)],
        secrets: &["*-auth"],
        ..BLANK
    },
    Operator {
        name: "KubeDB",
        group: "kubedb.com",
        kind: "Pgpool",
        role: Role::Pooler,
        replicas: "spec.replicas",
        services: &[("*", Access::Pooled)],
        secrets: &["*-auth"],
        ..BLANK
    },
    Operator {
        name: "Kubegres",
        group: "kubegres.reactive-tech.io",
        kind: "Kubegres",
        role: Role::Server,
        replicas: "spec.replicas",
        services: &[("*", Access::ReadWrite), ("*-replica", Access::ReadOnly)],
        versions: &["spec.image"],
        ..BLANK
    },
    Operator {
        name: "Tembo",
        group: "coredb.io",
        kind: "CoreDB",
        role: Role::Server,
        replicas: "spec.replicas",
        services: &[("*-rw", Access::ReadWrite), ("*-ro", Access::ReadOnly), ("*-r", Access::Any)],
        secrets: &["*-connection", "*-app", "*-superuser"],
        versions: &["spec.image"],
        ..BLANK
    },
    managed("AWS Controllers for Kubernetes", "rds.services.k8s.aws", "DBInstance", Some(("spec.engine", POSTGRES))),
    managed("AWS Controllers for Kubernetes", "rds.services.k8s.aws", "DBCluster", Some(("spec.engine", POSTGRES))),
    managed("Crossplane", "rds.aws.upbound.io", "Instance", Some(("spec.forProvider.engine", POSTGRES))),
    managed("Crossplane", "rds.aws.upbound.io", "Cluster", Some(("spec.forProvider.engine", POSTGRES))),
    managed("Crossplane", "dbforpostgresql.azure.upbound.io", "FlexibleServer", None),
    managed("Azure Service Operator", "dbforpostgresql.azure.com", "FlexibleServer", None),
    managed("AlloyDB Config Connector", "alloydb.cnrm.cloud.google.com", "AlloyDBCluster", None),
    managed("Aiven", "aiven.io", "PostgreSQL", None),
];

const WORKFLOW: &[&str] = &[
    "spec.templates[].container",
    "spec.templates[].script",
    "spec.templates[].initContainers[]",
    "spec.templates[].sidecars[]",
    "spec.templates[].containerSet.containers[]",
];

const fn managed(
    name: &'static str,
    group: &'static str,
    kind: &'static str,
    only: Option<(&'static str, &'static [&'static str])>,
) -> Operator {
    Operator { name, group, kind, role: Role::Managed, only, ..BLANK }
}

/// The row of a group and kind.
pub(super) fn find(group: &str, kind: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|row| row.group == group && row.kind == kind)
}

/// The nodes that a row's path leads to.
pub(super) fn nodes<'m>(root: Node<'m>, path: &str) -> Vec<Node<'m>> {
    let mut found = vec![root];
    for step in path.split('.') {
        let (key, each_item) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        let (key, each_entry) = key.strip_suffix("{}").map_or((key, false), |key| (key, true));
        found = found
            .into_iter()
            .filter_map(|node| node.present(key))
            .flat_map(|node| match (each_item, each_entry) {
                (true, _) => node.items().collect(),
                (_, true) => node.entries().map(|(_, node)| node).collect(),
                _ => vec![node],
            })
            .collect();
    }
    found
}

/// An object that is a server, a pooler or an order for a managed database.
#[derive(Clone, Copy, Debug)]
pub struct OperatorObject<'m> {
    pub doc: DocId,
    pub operator: &'static Operator,
    pub name: &'m str,
    pub namespace: &'m str,
    pub node: Node<'m>,
}

impl<'m> OperatorObject<'m> {
    pub(super) fn read(document: &Document<'m>) -> Option<Self> {
        let operator = find(document.group(), document.kind).filter(|o| o.role != Role::Embeds)?;
        if let Some((path, values)) = operator.only {
            let value = document.root().dig(path)?.as_str().given()?;
            values.contains(&value).then_some(())?;
        }
        Some(OperatorObject {
            doc: document.id,
            operator,
            name: document.name,
            namespace: document.namespace,
            node: document.root(),
        })
    }

    /// What the Service of this name in its namespace leads to, when the operator makes it.
    pub fn service(&self, name: &str) -> Option<Access> {
        self.operator.services.iter().find(|(pattern, _)| matches(pattern, self.name, name)).map(|(_, access)| *access)
    }

    /// Whether the operator makes the Secret of this name in its namespace.
    pub fn makes_secret(&self, name: &str) -> bool {
        self.operator.secrets.iter().any(|pattern| matches(pattern, self.name, name))
    }
}

/// `*` is the object's name, `?` is anything, once.
fn matches(pattern: &str, object: &str, name: &str) -> bool {
    let pattern = pattern.replace('*', object);
    match pattern.split_once('?') {
        None => pattern == name,
        Some((before, after)) => {
            name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_unique_and_complete() {
        for (n, row) in OPERATORS.iter().enumerate() {
            assert!(
                OPERATORS[..n].iter().all(|o| (o.group, o.kind) != (row.group, row.kind)),
                "{} {}",
                row.group,
                row.kind
            );
            let embeds = !row.templates.is_empty() || !row.containers.is_empty();
            assert!(embeds || row.role != Role::Embeds, "{}", row.kind);
            assert!(row.role != Role::Server || !row.services.is_empty(), "{}", row.kind);
        }
    }

    #[test]
    fn names_of_what_operators_make() {
        assert!(matches("*-rw", "db", "db-rw") && !matches("*-rw", "db", "db-ro"));
        assert!(matches("*-pguser-?", "db", "db-pguser-app") && !matches("*-pguser-?", "db", "db-pguser-"));
        let zalando = "?.*.credentials.postgresql.acid.zalan.do";
        assert!(matches(zalando, "db", "app.db.credentials.postgresql.acid.zalan.do"));
    }
}
