//! The container runtime as a place for failures: runs that make kind clusters of their own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::api::{Api, Identity};
use crate::bed_site::in_bed;
use crate::cluster::said;
use crate::scenarios::{edit, image, repository};
use crate::stage::{ID, Site, Stage};

/// The daemon of the bed.
pub struct Docker {
    image: Option<String>,
    repository: tempfile::TempDir,
}

impl Docker {
    pub fn start() -> Docker {
        let repository = repository(|_| ());
        edit(&repository.path().join("chart"), "values.yaml", "podAnnotations: {}", "podAnnotations: {rolled: once}");
        Docker { image: image(), repository }
    }

    fn ask(&self, args: &[&str]) -> Vec<String> {
        let mut docker = in_bed(Path::new("docker"));
        docker.args(args);
        let said = said(docker, "");
        assert!(said.ok, "docker {args:?}: {}{}", said.out, said.err);
        said.out.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect()
    }

    /// Containers with their volumes, and the volumes of none.
    fn seen(&self) -> (BTreeSet<Identity>, BTreeSet<Identity>) {
        let (mut all, mut mounted) = (BTreeSet::new(), BTreeSet::new());
        let format = r#"{{.ID}}|{{.Names}}|{{.Label "io.x-k8s.kind.cluster"}}|{{.Mounts}}"#;
        for line in self.ask(&["ps", "--all", "--no-trunc", "--format", format]) {
            let parts: Vec<&str> = line.split('|').collect();
            let [id, name, cluster, mounts] = parts[..] else { panic!("{line}") };
            let volumes: Vec<&str> = mounts.split(',').filter(|mount| !mount.is_empty()).collect();
            mounted.extend(volumes.iter().map(|volume| volume.to_string()));
            if cluster.is_empty() || cluster.contains(ID) {
                all.insert(identity("containers", name, id));
                // It is called as its container is: a volume without a name has nothing else.
                all.extend(volumes.iter().map(|volume| identity("volumes", name, volume)));
            }
        }
        let mut loose = self.ask(&["volume", "ls", "--format", "{{.Name}}"]);
        loose.retain(|name| !mounted.contains(name));
        (all, loose.iter().map(|name| identity("volumes", name, name)).collect())
    }

    /// An image that is there: kind's node, whatever it is called.
    fn any_image(&self) -> String {
        self.ask(&["images", "--quiet"]).into_iter().next().expect("an image")
    }
}

fn identity(kind: &str, name: &str, id: &str) -> Identity {
    (kind.to_owned(), String::new(), name.to_owned(), id.to_owned())
}

impl Site for Docker {
    fn program(&self, path: &Path) -> Command {
        in_bed(path)
    }

    fn api(&self) -> &Api {
        panic!("each run has a cluster of its own");
    }

    fn socket(&self) -> PathBuf {
        "/nowhere".into()
    }

    /// Containers, networks and volumes. Clusters of kind that others make at the same time come and go, with their volumes.
    fn everything(&self) -> BTreeSet<Identity> {
        let (mut all, loose) = self.seen();
        if !loose.is_empty() {
            // A volume is there a moment before its container is, and after it.
            std::thread::sleep(Duration::from_secs(3));
            all.extend(self.seen().1.intersection(&loose).cloned());
        }
        for line in self.ask(&["network", "ls", "--no-trunc", "--format", "{{.ID}}|{{.Name}}"]) {
            let (id, name) = line.split_once('|').unwrap();
            // kind's own network serves all clusters that are made here, and stays for the next.
            if name != "kind" {
                all.insert(identity("networks", name, id));
            }
        }
        all
    }

    /// A container that is called as the run's node nearly is, a network and a volume.
    fn foreign(&self, stage: &Stage<'_>) {
        let name = format!("plimsoll-{}-theirs", stage.id);
        let label = format!("io.x-k8s.kind.cluster={name}");
        self.ask(&["create", "--name", &format!("{name}-control-plane"), "--label", &label, &self.any_image()]);
        self.ask(&["network", "create", &name]);
        self.ask(&["volume", "create", &name]);
    }

    fn prepare(&self, stage: &Stage<'_>) -> Vec<String> {
        let chart = self.repository.path().join("chart");
        let kind = stage.kind();
        let mut args = vec![chart.to_str().unwrap(), "--provider", "kind", "--kind-bin", &kind];
        if let Some(image) = &self.image {
            args.extend(["--image", image]);
        }
        args.into_iter().map(str::to_owned).collect()
    }

    fn kubeconfig(&self) -> Option<PathBuf> {
        None
    }

    fn secret(&self) -> &str {
        "not-a-secret"
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        for line in self.ask(&["ps", "--all", "--format", "{{.Names}}"]).iter().filter(|name| name.contains("-theirs-"))
        {
            self.ask(&["rm", "--force", "--volumes", line]);
        }
        for (what, format) in [("network", "{{.Name}}"), ("volume", "{{.Name}}")] {
            for line in
                self.ask(&[what, "ls", "--format", format]).iter().filter(|n| n.contains(ID) && n.ends_with("-theirs"))
            {
                self.ask(&[what, "rm", line]);
            }
        }
    }
}
