//! What a run makes is gone afterwards, however it ends, and nothing else is touched.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::bed::{Bed, helm, namespaces, told, write};
use crate::cluster::ControlPlane;
use crate::support::count_line;

fn signal(child: &std::process::Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn b10_a_failure_leaves_diagnostics_and_the_cluster_as_it_was() {
    let plane = ControlPlane::start();
    let foreign = plane.namespace();
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());
    let answer = bed.run(&plane, &bed.existing(&helm, "fails1"));
    assert_eq!(answer.exit, Some(1), "{}", told(&answer));
    let out = String::from_utf8_lossy(&answer.stdout);
    assert!(out.contains("FAIL    rollout: install") && out.contains("Deployment/bare"), "{}", told(&answer));
    assert_eq!(namespaces(&plane), before);
    assert!(before.contains_key(&foreign));
    // What there was to see stays, and is no run that left something.
    let kept = bed.state().join("fails1/diagnostics/install");
    assert!(kept.join("events.txt").is_file() && kept.join("deployments.json").is_file(), "{}", told(&answer));
    let listed = bed.run(&plane, &["clean", "--list"]);
    assert_eq!(listed.exit, Some(0), "{}", told(&listed));
    count_line("smoke: 1 failing run, nothing left");
}

#[test]
fn b09_a_namespace_of_the_same_name_is_refused_and_left_alone() {
    let plane = ControlPlane::start();
    plane.must(&["create", "namespace", "plimsoll-install-taken1"], "");
    plane.must(&["create", "configmap", "theirs", "-n", "plimsoll-install-taken1"], "");
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());
    let answer = bed.run(&plane, &bed.existing(&helm, "taken1"));
    assert_eq!(answer.exit, Some(2), "{}", told(&answer));
    assert!(String::from_utf8_lossy(&answer.stderr).contains("there already: it is left alone"), "{}", told(&answer));
    assert_eq!(namespaces(&plane), before);
    plane.must(&["get", "configmap", "theirs", "-n", "plimsoll-install-taken1"], "");
    assert!(!bed.state().join("taken1").exists(), "nothing was made, nothing is recorded");
    count_line("smoke: 1 namespace of the same name");
}

#[test]
fn a_run_that_was_killed_is_finished_by_clean_and_another_of_the_same_name_is_not() {
    let plane = ControlPlane::start();
    plane.namespace();
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());

    // While it runs it is left alone; killed, it is listed, and then removed.
    let (mut child, _) = bed.started(&plane, &helm, "killed1");
    let running = bed.run(&plane, &["clean", "killed1"]);
    assert_eq!(running.exit, Some(3), "{}", told(&running));
    assert!(String::from_utf8_lossy(&running.stdout).contains("still going on"), "{}", told(&running));
    child.kill().unwrap();
    child.wait().unwrap();
    let listed = bed.run(&plane, &["clean", "--list"]);
    assert_eq!(listed.exit, Some(3), "{}", told(&listed));
    assert!(
        String::from_utf8_lossy(&listed.stdout).contains("namespace plimsoll-install-killed1"),
        "{}",
        told(&listed)
    );
    let cleaned = bed.cleaned(&plane);
    assert_eq!(cleaned.exit, Some(0), "{}", told(&cleaned));
    assert_eq!(namespaces(&plane), before);
    assert!(!bed.state().join("killed1").exists());

    // Somebody else's namespace, which took the name in the meantime.
    let (mut child, uid) = bed.started(&plane, &helm, "killed2");
    child.kill().unwrap();
    child.wait().unwrap();
    let name = "plimsoll-install-killed2";
    plane.must(&["delete", "namespace", name, "--timeout=50s"], "");
    plane.must(&["create", "namespace", name], "");
    plane.must(&["create", "configmap", "theirs", "-n", name], "");
    let theirs = namespaces(&plane);
    assert_ne!(theirs[name], uid);
    let cleaned = bed.run(&plane, &["clean", "killed2"]);
    assert_eq!(cleaned.exit, Some(0), "{}", told(&cleaned));
    assert!(String::from_utf8_lossy(&cleaned.stdout).contains("left alone"), "{}", told(&cleaned));
    assert_eq!(namespaces(&plane), theirs);
    plane.must(&["get", "configmap", "theirs", "-n", name], "");
    let again = bed.run(&plane, &["clean", "killed2"]);
    assert_eq!(again.exit, Some(2), "it is forgotten: {}", told(&again));
    count_line("smoke: 2 runs killed, 1 namespace of somebody else");
}

#[test]
fn what_is_in_a_cluster_that_is_not_reached_stays_listed() {
    let plane = ControlPlane::start();
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());
    let (mut child, _) = bed.started(&plane, &helm, "elsewhere1");
    child.kill().unwrap();
    child.wait().unwrap();
    let theirs = namespaces(&plane);

    // As if the run had been in another cluster, and its kubeconfig led to this one now.
    let record = bed.state().join("elsewhere1/record.jsonl");
    let text = fs::read_to_string(&record).unwrap();
    let another = text.replace(&before["kube-system"], "6f2c0000-0000-0000-0000-000000000000");
    assert_ne!(text, another);
    fs::write(&record, another).unwrap();
    let cleaned = bed.cleaned(&plane);
    assert_eq!(cleaned.exit, Some(3), "{}", told(&cleaned));
    assert!(String::from_utf8_lossy(&cleaned.stdout).contains("is another cluster"), "{}", told(&cleaned));
    assert_eq!(namespaces(&plane), theirs);
    let listed = bed.run(&plane, &["clean", "--list"]);
    assert_eq!(listed.exit, Some(3), "{}", told(&listed));

    fs::write(&record, text).unwrap();
    let cleaned = bed.cleaned(&plane);
    assert_eq!(cleaned.exit, Some(0), "{}", told(&cleaned));
    assert_eq!(namespaces(&plane), before);
    count_line("smoke: 1 run in a cluster that was not reached");
}

#[test]
fn signals_end_a_run_in_order() {
    let plane = ControlPlane::start();
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());
    for (n, name) in ["-INT", "-TERM", "-HUP"].into_iter().enumerate() {
        let (mut child, _) = bed.started(&plane, &helm, &format!("signal{n}"));
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(3), "{name}");
        assert_eq!(namespaces(&plane), before, "{name}");
        assert!(!bed.state().join(format!("signal{n}")).exists(), "{name}");
    }
    count_line("smoke: 3 signals, nothing left");
}

#[test]
fn b08_what_is_missing_is_told_and_nothing_is_made() {
    let plane = ControlPlane::start();
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());
    let program = |name: &str, script: &str| {
        write(bed.dir.path(), &[(name, script)]);
        let path = bed.dir.path().join(name);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_string()
    };
    let old_kind = program("old-kind", "#!/bin/sh\necho kind v0.11.1 go1.16 linux/amd64\n");
    let kind = program("kind", "#!/bin/sh\necho kind v0.30.0 go1.25 linux/amd64\n");
    let broken_kind = program("broken-kind", "#!/bin/sh\nexit 1\n");
    let old_helm = program("old-helm", "#!/bin/sh\nprintf v2.17.0\n");
    program("dead-runtime", "#!/bin/sh\necho Cannot connect to the daemon >&2\nexit 1\n");
    let dead = bed.dir.path().join("dead-runtime").to_str().unwrap().to_string();
    let on_kind = ["chart", "--provider", "kind"];
    let cases: Vec<(Vec<&str>, &str)> = vec![
        ([&on_kind[..], &["--helm", "/nowhere/helm"]].concat(), "install Helm, or name it by --helm"),
        ([&on_kind[..], &["--helm", &old_helm]].concat(), "too old"),
        ([&on_kind[..], &["--helm", "/bin/true"]].concat(), "is no helm"),
        ([&on_kind[..], &["--helm", &helm, "--kind-bin", "/nowhere/kind"]].concat(), "install kind"),
        ([&on_kind[..], &["--helm", &helm, "--kind-bin", &old_kind]].concat(), "too old"),
        ([&on_kind[..], &["--helm", &helm, "--kind-bin", &broken_kind]].concat(), "is no kind"),
        (
            [&on_kind[..], &["--helm", &helm, "--kind-bin", &kind, "--container-runtime", "/nowhere/docker"]].concat(),
            "needs a container runtime",
        ),
        (
            [&on_kind[..], &["--helm", &helm, "--kind-bin", &kind, "--container-runtime", &dead]].concat(),
            "Cannot connect to the daemon",
        ),
        (vec!["chart", "--provider", "existing", "--helm", &helm, "--kube-context", "nowhere"], "nowhere"),
        (vec!["chart", "--provider", "existing", "--helm", &helm, "--kubeconfig", "/nowhere/config"], "kubeconfig"),
        (vec!["chart", "--provider", "existing", "--helm", &helm, "--scenario", "upgrade"], "git"),
        (vec!["nowhere", "--provider", "existing", "--helm", &helm], "nowhere"),
        (vec!["chart", "--provider", "existing", "--helm", &helm, "--app", "nowhere.yaml"], "nowhere.yaml"),
        (vec!["chart", "--provider", "existing", "--helm", &helm, "--run", "../x"], "--run"),
        (vec!["clean", "nowhere1"], "no run nowhere1"),
    ];
    let count = cases.len();
    for (args, words) in cases {
        let answer = bed.run(&plane, &args);
        assert_eq!(answer.exit, Some(2), "{args:?}: {}", told(&answer));
        assert!(String::from_utf8_lossy(&answer.stderr).contains(words), "{args:?}: {}", told(&answer));
    }
    assert_eq!(namespaces(&plane), before);
    let left = std::fs::read_dir(bed.state()).map(|d| d.count()).unwrap_or(0);
    assert_eq!(left, 0, "records of runs that made nothing");
    count_line(&format!("smoke: {count} things that are missing"));
}

#[test]
fn a_record_that_cannot_be_kept_stops_the_run_before_it_makes_anything() {
    let plane = ControlPlane::start();
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());
    // A file in the place of the folder: as with a full disk, nothing can be written there.
    std::fs::write(bed.state(), "").unwrap();
    let answer = bed.run(&plane, &bed.existing(&helm, "norecord1"));
    assert_eq!(answer.exit, Some(2), "{}", told(&answer));
    assert_eq!(namespaces(&plane), before);
    // A record on a device that is always full.
    std::fs::remove_file(bed.state()).unwrap();
    std::fs::create_dir_all(bed.state()).unwrap();
    let mut command = bed.command(&plane, &bed.existing(&helm, "norecord2"));
    // The shell's limit on the size of files is that of its children.
    let program = command.get_program().to_owned();
    let args: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    let mut shell = plane.command(std::path::Path::new("/bin/sh"));
    shell
        .current_dir(bed.dir.path())
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
        .arg(program)
        .args(args);
    command = shell;
    let output = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(namespaces(&plane), before);
    count_line("smoke: 2 records that cannot be kept");
}

#[test]
fn killed_after_any_line_that_it_says_a_run_is_finished_by_clean() {
    use std::io::BufRead;
    let plane = ControlPlane::start();
    plane.namespace();
    let before = namespaces(&plane);
    let (bed, helm) = (Bed::new(), helm());
    let mut kills = 0;
    for line in 1..=20 {
        let id = format!("line{line:02}");
        let mut command = bed.command(&plane, &bed.existing(&helm, &id));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = std::io::BufReader::new(child.stderr.take().unwrap()).lines().take(line).count();
        if said < line {
            // It has ended by itself: there are no more lines.
            child.wait().unwrap();
            break;
        }
        let _ = child.kill();
        child.wait().unwrap();
        kills += 1;
        let listed = bed.run(&plane, &["clean", "--list"]);
        let left = namespaces(&plane) != before;
        assert!(!left || listed.exit == Some(3), "line {line}: something is left and not listed: {}", told(&listed));
        let cleaned = bed.cleaned(&plane);
        assert_eq!(cleaned.exit, Some(0), "line {line}: {}", told(&cleaned));
        assert_eq!(namespaces(&plane), before, "line {line}");
    }
    assert!(kills >= 6, "a run says more than {kills} lines");
    count_line(&format!("smoke: {kills} kills, nothing left"));
}
