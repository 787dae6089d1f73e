//! Clusters that are not there, not ours, slow or broken: an answer with its reason, in time.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cluster::ControlPlane;
use crate::program::{CHART, preflight, write};
use crate::tcp::{listen, silent};

fn kubeconfig(server: &str, token: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{{name: c, cluster: {{server: '{server}'}}}}]\n\
         users: [{{name: u, user: {{token: '{token}'}}}}]\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n"
    )
}

fn answer(mut stream: TcpStream, text: &[u8]) {
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).is_ok_and(|n| n > 0) {
        if stream.write_all(text).is_err() {
            return;
        }
    }
}

fn failing(stream: TcpStream) {
    answer(stream, b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}");
}

fn half_a_line(stream: TcpStream) {
    answer(stream, b"HTTP/1.1 200 O");
}

fn no_json(stream: TcpStream) {
    answer(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
}

fn endless(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    drop(stream.read(&mut buffer));
    drop(stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    let mut chunk = b"100000\r\n".to_vec();
    chunk.extend(vec![b' '; 1 << 20]);
    chunk.extend(b"\r\n");
    while stream.write_all(&chunk).is_ok() {}
}

#[test]
fn bad_clusters_are_unknown_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let token = "geheimes-token-0815";
    let at = |port: u16| kubeconfig(&format!("http://127.0.0.1:{port}"), token);
    let cases = [
        ("nobody listens", at(dead)),
        ("silent", at(listen(silent))),
        ("500", at(listen(failing))),
        ("half a line", at(listen(half_a_line))),
        ("no JSON", at(listen(no_json))),
        ("endless", at(listen(endless))),
        ("no YAML", "a: [".to_string()),
        ("no cluster", "apiVersion: v1\nkind: Config\n".to_string()),
        ("a name that is nobody's", kubeconfig("https://api.invalid:6443", token)),
    ];
    for (n, (what, config)) in cases.iter().enumerate() {
        let path = dir.path().join(format!("kubeconfig-{n}"));
        fs::write(&path, config).unwrap();
        let started = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(["preflight", "shop"])
            .arg(&chart)
            .args(["--timeout", "2", "--kubeconfig"])
            .arg(&path)
            .env("HOME", dir.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{what}: {text}");
        assert!(text.contains("UNKNOWN cluster-reachable"), "{what}: {text}");
        assert!(!text.contains(token), "{what}: {text}");
        assert!(started.elapsed() < Duration::from_secs(30), "{what} took {:?}", started.elapsed());
    }
    println!("preflight: {} bad clusters", cases.len());
}

#[test]
fn contexts_and_accounts_that_are_not_there() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let told = preflight(plane, &chart, "default", &["--kube-context", "nowhere"]);
    assert_eq!((told.exit, told.of("cluster-reachable")), (3, "UNKNOWN"), "{}", told.text);
    let told = preflight(plane, &chart, "not-there", &[]);
    assert_eq!(told.about("cluster-reachable", "Namespace"), "WARN", "{}", told.text);
    assert_ne!(told.exit, 0, "{}", told.text);
    println!("preflight: 2 cases of contexts");
}
