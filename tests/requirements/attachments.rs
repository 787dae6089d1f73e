//! Section D: plans, locality, attachments.

use super::*;

#[test]
fn d01_replicas_on_one_volume() {
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n---\n";
    let server = |replicas: u32| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  replicas: {replicas}\n  serviceName: db\n  selector: {{matchLabels: {{app: db}}}}\n  template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n      containers:\n      - name: postgres\n        image: postgres:16-alpine\n        volumeMounts: [{{name: data, mountPath: /var/lib/postgresql/data}}]\n      volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]\n"
        )
    };
    let said = manifests(&(claim.to_string() + &server(2)));
    assert_eq!(said.exit, Some(1));
    said.finds("many-replicas-one-volume");
    manifests(&(claim.to_string() + &server(1))).accepts("many-replicas-one-volume");
}

/// Two servers of their own, each with Service, Secret and claim; `other` is what the second one's Secret is called.
fn two(other: &str) -> String {
    let one = |name: &str, secret: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData: {{POSTGRES_PASSWORD: x{name}}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 5432}}]}}\n---\n\
             apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec:\n  serviceName: {name}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n      - name: postgres\n        image: postgres:16-alpine\n        env: [{{name: POSTGRES_PASSWORD, valueFrom: {{secretKeyRef: {{name: {secret}, key: POSTGRES_PASSWORD}}}}}}]\n        volumeMounts: [{{name: data, mountPath: /var/lib/postgresql/data}}]\n  volumeClaimTemplates:\n  - metadata: {{name: data}}\n    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n---\n"
        )
    };
    one("orders", "orders") + &one("users", other)
}

#[test]
fn d02_instances_that_share() {
    manifests(&two("orders")).finds("instances-share");
    manifests(&two("users")).accepts("instances-share");
}

#[test]
fn d03_names_that_are_one_after_normalisation() {
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec: {containers: [{name: app, image: 'postgres:16', command: [psql], env: [{name: PGHOST, value: db}]}]}\n";
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {app: x}, ports: [{port: 5432}]}\n";
    manifests(&format!("{service}---\n{service}{pod}")).finds("names-collide");
    manifests(&format!("{service}{pod}")).accepts("names-collide");
}

#[test]
fn d04_an_attachment_that_is_overridden() {
    let pod = |more: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: app}}\nspec:\n  containers:\n  - name: app\n    image: postgres:16-alpine\n    command: [sh, -c, 'psql \"$DATABASE_URL\"']\n    env:\n    \
             - {{name: DATABASE_URL, valueFrom: {{secretKeyRef: {{name: db, key: uri}}}}}}\n    - {{name: DATABASE_HOST, value: db}}\n    - {{name: DATABASE_PORT, value: '5432'}}\n    - {{name: DATABASE_USER, value: app}}\n    - {{name: DATABASE_DATABASE, value: app}}\n{more}"
        )
    };
    manifests(&pod("    - {name: DATABASE_HOST, value: elsewhere}\n")).finds("attachment-overridden");
    manifests(&pod("")).accepts("attachment-overridden");
}
