//! A real API server for a test: the light bed of `scripts/testbed`, which builds what is missing and fails where it cannot be had.
//!
//! A bed lives as long as its [`ControlPlane`], and never longer than the test's process, however that ends.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// kube-apiserver, etcd and the controllers; no node, so pods are admitted and stay pending.
pub struct ControlPlane {
    folder: PathBuf,
    next: AtomicU32,
}

/// What a program said, and whether it was content.
pub struct Said {
    pub ok: bool,
    pub out: String,
    pub err: String,
}

impl ControlPlane {
    /// A bed of the caller's own: some seconds and a third of a GiB.
    pub fn start() -> ControlPlane {
        // The bed removes its folder itself, also when nobody is left to do so.
        let folder = tempfile::Builder::new().prefix("plimsoll-bed-").tempdir().expect("a temporary folder").keep();
        let plane = ControlPlane { folder, next: AtomicU32::new(1) };
        let own = std::process::id().to_string();
        let up = script("up").arg(&plane.folder).args(["--while", &own]).output().expect("scripts/testbed starts");
        assert!(up.status.success(), "scripts/testbed up: {}", String::from_utf8_lossy(&up.stderr));
        assert_eq!(String::from_utf8_lossy(&up.stdout).trim_end(), plane.kubeconfig().to_string_lossy());
        plane
    }

    /// The bed that the tests of one process share; tell their objects apart by [`namespace`](Self::namespace).
    pub fn shared() -> &'static ControlPlane {
        static SHARED: OnceLock<ControlPlane> = OnceLock::new();
        SHARED.get_or_init(ControlPlane::start)
    }

    /// An administrator's.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// Where certificates, keys and logs are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Any program with this bed as its cluster, and nothing else of the caller's environment but PATH.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", &self.folder).env("KUBECONFIG", self.kubeconfig());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }

    /// Runs kubectl; `stdin` is what `-f -` reads.
    pub fn kubectl(&self, args: &[&str], stdin: &str) -> Said {
        let mut command = self.command(&self.folder.join("kubectl"));
        command.arg("--request-timeout=60s").args(args);
        said(command, stdin)
    }

    /// As [`kubectl`](Self::kubectl), where only success is expected: its output.
    pub fn must(&self, args: &[&str], stdin: &str) -> String {
        let said = self.kubectl(args, stdin);
        assert!(said.ok, "kubectl {}: {}{}", args.join(" "), said.out, said.err);
        said.out
    }

    /// Makes a namespace that no other test has, in which pods can be admitted; its name.
    pub fn namespace(&self) -> String {
        let name = format!("test-{}", self.next.fetch_add(1, Ordering::Relaxed));
        self.must(&["create", "namespace", &name], "");
        self.must(&["wait", "--for=create", "serviceaccount/default", "-n", &name, "--timeout=30s"], "");
        name
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        let down = script("down").arg(&self.folder).status().expect("scripts/testbed starts");
        assert!(down.success() || std::thread::panicking(), "scripts/testbed down");
    }
}

fn script(command: &str) -> Command {
    let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/testbed"));
    script.args([command, "--control-plane"]);
    script
}

/// Runs a command to its end.
pub fn said(mut command: Command, stdin: &str) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    let mut input = child.stdin.take().unwrap();
    let text = stdin.to_owned();
    // A program that does not read its input closes the pipe; that is its right.
    let writer = std::thread::spawn(move || drop(input.write_all(text.as_bytes())));
    let output = child.wait_with_output().expect("the child can be waited for");
    writer.join().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { ok: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) }
}
