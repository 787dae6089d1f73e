//! Section C: the catalogue of managed databases.

use super::{Refused, accepts, check, refuses};

/// Values that declare `orders` with these entries.
fn orders(entries: &str) -> String {
    format!("catalogue: {{databases: {{orders: {{{entries}}}}}}}")
}

const ORDERS: &str = "/catalogue/databases/orders";

fn at(key: &str) -> String {
    format!("{ORDERS}/{key}")
}

#[test]
fn c01_the_template_has_no_other_image_port_or_service() {
    for (entry, key, right) in [
        ("template: mysql", "template", "postgres"),
        ("template: ''", "template", "postgres"),
        ("image: 'postgres:17-alpine'", "image", "postgres:16-alpine"),
        ("image: 'docker.io/postgres:16-alpine'", "image", "postgres:16-alpine"),
        ("port: 5433", "port", "5432"),
        ("port: '5432'", "port", "5432"),
        ("serviceType: LoadBalancer", "serviceType", "ClusterIP"),
        ("serviceType: NodePort", "serviceType", "ClusterIP"),
    ] {
        let right = format!("catalogue.databases.orders.{key}={right}");
        check(Refused {
            values: &orders(&format!("plan: small, {entry}")),
            unless: &["--set", &right],
            naming: &[&at(key)],
        });
    }
}

#[test]
fn c01_no_key_exposes_a_database() {
    for key in ["externalIPs: [192.0.2.1]", "ingress: {enabled: true}", "nodePort: 30000"] {
        refuses(&orders(&format!("plan: small, {key}")), &[], &[ORDERS]);
    }
    accepts(&orders("plan: small"), &[]);
}

#[test]
fn c04_data_that_does_not_persist_is_acknowledged() {
    check(Refused {
        values: &orders("plan: small, persistent: false"),
        unless: &["--set", "catalogue.databases.orders.acknowledgeDataLoss=true"],
        naming: &[ORDERS],
    });
    check(Refused {
        values: &orders("plan: small, persistent: false, acknowledgeDataLoss: false"),
        unless: &["--set", "catalogue.databases.orders.acknowledgeDataLoss=true"],
        naming: &[&at("acknowledgeDataLoss")],
    });
    check(Refused {
        values: &orders("plan: small, acknowledgeDataLoss: true"),
        unless: &["--set", "catalogue.databases.orders.persistent=false"],
        naming: &[&at("acknowledgeDataLoss")],
    });
    check(Refused {
        values: &orders("plan: shared, persistent: false, acknowledgeDataLoss: true"),
        unless: &["--set", "catalogue.databases.orders.plan=small"],
        naming: &[&at("persistent")],
    });
}

#[test]
fn c05_no_credential_in_plain_text() {
    for (name, value) in [
        ("ORDERS_PASSWORD", "geheim"),
        ("API_TOKEN", "geheim"),
        ("MY_SECRET", "geheim"),
        ("STRIPE_API_KEY", "geheim"),
        ("REPORTS", "postgresql://app:geheim@db/reports"),
    ] {
        check(Refused {
            values: &format!("worker: {{extraEnv: [{{name: {name}, value: '{value}'}}]}}"),
            unless: &["--set", "worker.extraEnv[0].name=REPORTS_HOST", "--set", "worker.extraEnv[0].value=db"],
            naming: &["/worker/extraEnv/0/value"],
        });
    }
    accepts("worker: {extraEnv: [{name: API_TOKEN, valueFrom: {secretKeyRef: {name: api, key: token}}}]}", &[]);
}

#[test]
fn every_violation_is_a_finding_of_its_own() {
    refuses(
        "catalogue: {databases: {orders: {template: mysql, image: x, port: 1, serviceType: NodePort, plan: tiny, replicas: 2}, \
         scratch: {plan: small, persistent: false, follower: true}}, attachments: [{database: orders, follower: true}]}\n\
         worker: {extraEnv: [{name: DB_PASSWORD, value: geheim}]}\n\
         pgEdge: {nodes: [{name: n1, hostname: a, bootstrap: {mode: physical}}], initSpockJobConfig: {timeout: 0}}",
        &[],
        &[
            &at("template"),
            &at("image"),
            &at("port"),
            &at("serviceType"),
            &at("plan"),
            &at("replicas"),
            "/catalogue/databases/scratch",
            "/catalogue/databases/scratch/follower",
            "/catalogue/attachments/0",
            "/worker/extraEnv/0/value",
            "/pgEdge/nodes/0/bootstrap/mode",
            "/pgEdge/initSpockJobConfig/timeout",
        ],
    );
}
