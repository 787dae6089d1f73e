//! The list of all checks, by the ids that answers bear, in the order in which they are asked. A finding of a rule bears the
//! rule's id.

/// Each id, and what holds when it passes.
pub const CHECKS: &[(&str, &str)] = &[
    ("cluster", "there is a cluster"),
    ("baseline", "the baseline is known, and has the chart"),
    ("chart-renders", "the chart renders with the values"),
    ("leaves-nothing", "in a cluster that others use, nothing of the chart would stay behind"),
    (
        "baseline-differs",
        "the chart renders otherwise than its baseline: without that, the upgrade shows little (NOTE)",
    ),
    ("rules", "no rule refuses the chart"),
    ("password-rotated", "the connection keeps the password that the server in the release was made with"),
    ("managed-server", "a Postgres is there that the chart did not make"),
    ("embedded-absent", "beside it, the chart makes no server of its own"),
    ("connection-tls", "every connection verifies the server in full"),
    ("helm-install", "helm installs the chart"),
    ("rollout", "every workload has rolled out"),
    ("applied-before", "the cluster has what the baseline's chart renders"),
    ("database-reached", "the database answers to the connection of the chart, and takes writes"),
    ("state-driven", "there is real state: the last stage was reached"),
    ("upgrade-dry-run", "the API server would take every object, in the way in which Helm applies it"),
    ("helm-upgrade", "helm upgrades the release in place"),
    ("progress-after-rollout", "the last stage is reached again after the rollout has settled"),
    ("writes-kept", "every write that was acknowledged is there, also those during the upgrade"),
    ("end-state", "all work gets done"),
    ("counts", "nothing has become less, and no identity is lost"),
    ("applied-manifests", "the cluster has what the chart renders, and nothing else"),
    ("helm-test", "every test hook succeeds"),
    ("no-crash-loop", "no container is in trouble"),
    ("server-log-tls", "the server's log has connections, all of them with TLS"),
    ("server-log-role-ddl", "the server's log has no statement about roles or their rights"),
    ("interrupted", "no signal has ended the run"),
    ("clean-up", "everything that the run made is gone"),
];
