//! Section D: plans, locality, attachments.

use super::{Refused, accepts, check, contradicts, refuses};

/// Values that declare two databases and attach these.
fn attached(attachments: &str) -> String {
    format!(
        "catalogue: {{databases: {{orders: {{plan: small, follower: true}}, users: {{plan: small}}}}, attachments: [{attachments}]}}"
    )
}

fn declared(entries: &str) -> String {
    format!("catalogue: {{databases: {{orders: {{{entries}}}}}}}")
}

const ORDERS: &str = "/catalogue/databases/orders";

#[test]
fn d01_one_server_one_volume() {
    check(Refused {
        values: &declared("plan: small, replicas: 2"),
        unless: &["--set", "catalogue.databases.orders.replicas=1"],
        naming: &[&format!("{ORDERS}/replicas")],
    });
}

#[test]
fn d03_one_prefix_after_normalisation() {
    for (one, other, prefix) in [("my-db", "my_db", "MY_DB"), ("My-Db", "my-db", "MY_DB"), ("a", "A", "A")] {
        contradicts(
            &attached(&format!("{{database: orders, name: {one}}}, {{database: users, name: {other}}}")),
            &["--set", "catalogue.attachments[1].name=other"],
            &[&format!("orders and users would both be {prefix}_URL")],
        );
    }
    // The default is a name like any other.
    contradicts(
        &attached("{database: orders}, {database: users, name: database}"),
        &["--set", "catalogue.attachments[1].name=users"],
        &["orders and users would both be DATABASE_URL"],
    );
    contradicts(
        &attached(
            "{database: orders, name: database-users}, {database: orders, name: x, follower: true}, {database: orders, name: z}, {database: users}, {database: users, name: z}",
        ),
        &["--set-json", "catalogue.attachments=[]"],
        &["orders is attached twice", "orders and users would both be Z_URL", "users is attached twice"],
    );
}

#[test]
fn d03_names_of_databases_are_names_of_everything() {
    let named = |name: &str| format!("catalogue: {{databases: {{'{name}': {{plan: small}}}}}}");
    for name in ["my_db", "Orders", "-x", "x-", "1x", "a23456789012345678901234567890x"] {
        refuses(&named(name), &[], &["/catalogue/databases"]);
    }
    for name in ["postgres", "template1", "replicator"] {
        refuses(&named(name), &[], &[&format!("/catalogue/databases/{name}")]);
    }
    accepts(&named("a-b-1"), &[]);
}

#[test]
fn d04_a_variable_of_an_attachment_is_given_once() {
    for part in ["URL", "HOST", "PORT", "USER", "DATABASE"] {
        contradicts(
            &format!("{}\nworker: {{extraEnv: [{{name: DATABASE_{part}, value: x}}]}}", attached("{database: orders}")),
            &["--set", "worker.extraEnv[0].name=REPORTS"],
            &[&format!("DATABASE_{part} is given by the attachment of orders already")],
        );
    }
    contradicts(
        &attached("{database: orders, name: store}"),
        &["--set", "catalogue.attachments[0].name=stores"],
        &["STORE_URL of orders would take the place of the worker's own"],
    );
    contradicts(
        "worker: {extraEnv: [{name: BATCH, value: '3'}, {name: A, value: x}, {name: A, value: z}]}",
        &["--set", "worker.extraEnv[0].name=B", "--set", "worker.extraEnv[1].name=C"],
        &["BATCH is given by the worker itself already", "A is given by worker.extraEnv already"],
    );
}

#[test]
fn d05_four_plans_and_no_other() {
    for plan in ["small-local", "Small", "", "xlarge", "1Gi"] {
        check(Refused {
            values: &declared(&format!("plan: '{plan}'")),
            unless: &["--set", "catalogue.databases.orders.plan=small"],
            naming: &[&format!("{ORDERS}/plan")],
        });
    }
    check(Refused {
        values: &declared(""),
        unless: &["--set", "catalogue.databases.orders.plan=shared"],
        naming: &[ORDERS],
    });
    for plan in ["small", "medium", "large", "shared"] {
        accepts(&declared(&format!("plan: {plan}")), &[]);
    }
}

#[test]
fn d06_what_is_remote_has_no_plan_here() {
    for (entry, key) in [
        ("plan: small", "plan"),
        ("replicas: 0", "replicas"),
        ("persistent: true", "persistent"),
        ("follower: false", "follower"),
    ] {
        refuses(&declared(&format!("existingSecret: db, {entry}")), &[], &[&format!("{ORDERS}/{key}")]);
    }
    accepts(&declared("existingSecret: db"), &[]);
    refuses(&declared("existingSecret: ''"), &[], &[&format!("{ORDERS}/existingSecret")]);
}

#[test]
fn d07_an_attachment_has_a_role_and_a_database_of_its_own() {
    contradicts(
        &attached("{database: orders}, {database: orders, name: again}"),
        &["--set", "catalogue.attachments[1].database=users"],
        &["orders is attached twice"],
    );
}

#[test]
fn d08_what_is_attached_is_declared() {
    contradicts(
        &attached("{database: order}, {database: other, name: other}"),
        &["--set", "catalogue.attachments[0].database=orders", "--set", "catalogue.attachments[1].database=users"],
        &["order is not declared", "other is not declared"],
    );
    for name in ["1x", "a b", "a.b", "-a", "_a", "a-"] {
        check(Refused {
            values: &attached(&format!("{{database: orders, name: '{name}'}}")),
            unless: &["--set", "catalogue.attachments[0].name=fine"],
            naming: &["/catalogue/attachments/0/name"],
        });
    }
}

#[test]
fn d09_a_follower_has_a_name_and_a_server_of_its_own() {
    check(Refused {
        values: &attached("{database: orders}, {database: orders, follower: true}"),
        unless: &["--set", "catalogue.attachments[1].name=orders-read"],
        naming: &["/catalogue/attachments/1"],
    });
    contradicts(
        &attached("{database: users, name: read, follower: true}"),
        &["--set", "catalogue.databases.users.follower=true"],
        &["users has no follower"],
    );
    check(Refused {
        values: &declared("plan: shared, follower: true"),
        unless: &["--set", "catalogue.databases.orders.plan=small"],
        naming: &[&format!("{ORDERS}/follower")],
    });
    check(Refused {
        values: &declared("plan: small, persistent: false, acknowledgeDataLoss: true, follower: true"),
        unless: &["--set", "catalogue.databases.orders.follower=false"],
        naming: &[&format!("{ORDERS}/follower")],
    });
}
