//! Where one failure is played: a folder, a run with an id, and what can be done to it.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::api::{Api, Identity};
use crate::bed::helm;
use crate::cluster::said;
use crate::faulty_api::FaultyApi;
use crate::faulty_database::FaultyDatabase;

/// What ids begin with. Three digits and a letter follow, so that none is the beginning of another.
pub const ID: &str = "fault";

/// What the runs are on: a cluster, or a container runtime that makes one.
pub trait Site: Sync {
    /// A program that sees it, with the environment of its own.
    fn program(&self, path: &Path) -> Command;
    /// Its API server.
    fn api(&self) -> &Api;
    /// Where that one is asked; any path where there is none.
    fn socket(&self) -> PathBuf {
        self.api().socket.clone()
    }
    /// Everything that is there.
    fn everything(&self) -> BTreeSet<Identity>;
    /// Makes what is nobody's business.
    fn foreign(&self, stage: &Stage<'_>);
    /// The chart, the place and what belongs to them: arguments.
    fn prepare(&self, stage: &Stage<'_>) -> Vec<String>;
    /// An administrator's kubeconfig; None where runs make clusters.
    fn kubeconfig(&self) -> Option<PathBuf>;
    /// kubectl in the namespace of a stage.
    fn kubectl(&self, stage: &Stage<'_>) -> Command {
        panic!("no failure here is one of objects: {}", stage.id);
    }
    /// The port of the database that the chart is given; 0 where it makes its own.
    fn database(&self) -> u16 {
        0
    }
    /// Statements in the database of a stage, as its superuser.
    fn sql(&self, _: &Stage<'_>, sql: &str) {
        panic!("no failure here is one of a database: {sql}");
    }
    /// The run's account is another one from now on, with a certificate for so many days and a role with these verbs for everything;
    /// healed, it may do everything.
    fn become_user(&self, stage: &Stage<'_>, _days: &str, _verbs: &str) {
        panic!("no failure here is one of an account: {}", stage.id);
    }
    /// What nobody may be told.
    fn secret(&self) -> &str;
}

/// Where one failure is played.
pub struct Stage<'s> {
    pub site: &'s dyn Site,
    /// Of the run; every name that it chooses ends in it.
    pub id: String,
    pub scenario: &'static str,
    pub folder: &'s Path,
    /// What the run has as its kubeconfig, a copy of its own.
    pub kubeconfig: PathBuf,
    pub api: FaultyApi,
    pub database: FaultyDatabase,
    pub pid: AtomicU32,
    /// What has to be put right again, whatever the run did.
    pub healing: Mutex<Vec<Box<dyn FnOnce() + Send>>>,
    /// What is done when all is over.
    pub endings: Mutex<Vec<Box<dyn FnOnce() + Send>>>,
    /// What must have happened.
    pub proofs: Mutex<Vec<Proof>>,
}

/// What must have happened, in words, and whether it has.
pub type Proof = (String, Box<dyn Fn() -> bool + Send>);

impl Stage<'_> {
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().unwrap();
        assert!(sent.success(), "{}: the run is not there any more", self.id);
    }

    fn pid(&self) -> u32 {
        self.pid.load(Ordering::SeqCst)
    }

    pub fn namespace(&self) -> String {
        format!("plimsoll-{}-{}", self.scenario, self.id)
    }

    /// What is done when the run is over, before the rest is removed.
    pub fn heal(&self, healing: impl FnOnce() + Send + 'static) {
        self.healing.lock().unwrap().push(Box::new(healing));
    }

    /// What is done when all is over.
    pub fn last(&self, ending: impl FnOnce() + Send + 'static) {
        self.endings.lock().unwrap().push(Box::new(ending));
    }

    /// kubectl, which must succeed.
    pub fn kubectl(&self, args: &[&str]) {
        let mut command = self.site.kubectl(self);
        command.args(args);
        let done = said(command, "");
        assert!(done.ok, "kubectl {args:?}: {}{}", done.out, done.err);
    }

    /// What must have happened.
    pub fn prove(&self, what: &str, happened: impl Fn() -> bool + Send + 'static) {
        self.proofs.lock().unwrap().push((what.into(), Box::new(happened)));
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// What helm does from now on, before it is the real one: lines of a shell script.
    pub fn helm_does(&self, script: &str) {
        self.does("helm", script);
    }

    /// The same for kind.
    pub fn kind_does(&self, script: &str) {
        self.does("kind", script);
    }

    fn does(&self, name: &str, script: &str) {
        let seen = self.folder.join(format!("{name}-seen"));
        let path = self.write(&format!("{name}-fault"), &format!("{script}\n"));
        self.heal(move || std::fs::remove_file(path).unwrap());
        self.prove(&format!("{name} is called"), move || seen.exists());
    }

    /// A real helm behind a script, in which it is `$HELM`.
    pub fn helm(&self) -> String {
        self.wrapper("helm", "HELM", &helm())
    }

    /// A real kind behind a script, in which it is `$KIND`.
    pub fn kind(&self) -> String {
        // The bed has it in PATH, where the wrapper is not.
        self.wrapper("kind", "KIND", "kind")
    }

    fn wrapper(&self, name: &str, variable: &str, real: &str) -> String {
        let file = |suffix: &str| self.folder.join(format!("{name}-{suffix}"));
        let (fault, seen) = (file("fault"), file("seen"));
        let (fault, seen) = (fault.display(), seen.display());
        let script = format!(
            "#!/bin/sh\n{variable}={real}\nif [ -f {fault} ]; then : >{seen}; . {fault}; fi\nexec ${variable} \"$@\"\n"
        );
        let path = self.write(name, &script);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_string()
    }

    pub fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    pub fn smoke(&self, args: &[&str]) -> Command {
        let mut command = self.site.program(Path::new(env!("CARGO_BIN_EXE_plimsoll")));
        command.current_dir(self.folder).arg("smoke").args(args).arg("--state").arg(self.state());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// `smoke clean`: the exit code, and what was said.
    pub fn clean(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.smoke(&[&["clean"], args].concat()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    }

    /// What is in the cluster, without that of the other failures that are played at the same time.
    pub fn there(&self) -> BTreeSet<Identity> {
        let mut all = self.site.everything();
        all.retain(|(_, namespace, name, _)| {
            let of = [namespace, name].into_iter().find_map(|text| text.find(ID).and_then(|at| text.get(at..)));
            // A user is who asks, and no object of a cluster.
            of.is_none_or(|of| of.starts_with(&self.id)) && !name.starts_with("user-")
        });
        all
    }
}
