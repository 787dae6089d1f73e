//! The API server as an administrator sees it, asked without a client of ours: `kubectl proxy` on a socket, and plain HTTP.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Kinds that Kubernetes makes and forgets by itself, at any time, and that nobody owns: what happened, and who is alive.
const COME_AND_GO: &[&str] = &["events", "leases"];

/// The proxy. It ends with this.
pub struct Api {
    pub socket: PathBuf,
    child: Child,
    /// The lists of all kinds, by their paths.
    lists: Vec<String>,
}

/// One object: path of its kind's list, namespace, name, UID.
pub type Identity = (String, String, String, String);

impl Api {
    /// `kubectl proxy` as the command given, which has the cluster's credentials.
    pub fn start(mut kubectl: Command, folder: &Path) -> Api {
        let socket = folder.join("api.sock");
        let socket_flag = format!("--unix-socket={}", socket.display());
        let mut child = kubectl
            .args(["proxy", &socket_flag, "--reject-paths=^$"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("kubectl starts");
        let begin = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            let over = child.try_wait().unwrap();
            assert!(
                over.is_none() && begin.elapsed() < Duration::from_secs(30),
                "kubectl proxy does not serve: {over:?}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut api = Api { socket, child, lists: Vec::new() };
        api.lists = api.discover();
        assert!(api.lists.len() > 30, "an API server has more kinds than {:?}", api.lists);
        api
    }

    fn discover(&self) -> Vec<String> {
        let groups = self.must("GET", "/apis", None);
        let version = |group: &Value| format!("/apis/{}", group["preferredVersion"]["groupVersion"].as_str().unwrap());
        let mut bases: Vec<String> = groups["groups"].as_array().unwrap().iter().map(version).collect();
        bases.push("/api/v1".into());
        let mut lists = Vec::new();
        for base in bases {
            let found = self.must("GET", &base, None);
            for resource in found["resources"].as_array().unwrap() {
                let name = resource["name"].as_str().unwrap();
                let listed = resource["verbs"].as_array().unwrap().iter().any(|verb| verb == "list");
                // What has no UID is no object: componentstatuses are made up when they are asked for.
                if listed && !COME_AND_GO.contains(&name) && name != "componentstatuses" {
                    lists.push(format!("{base}/{name}"));
                }
            }
        }
        lists
    }

    /// One request; the status, and what was answered.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut stream = UnixStream::connect(&self.socket).expect("kubectl proxy serves");
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let body = body.map(Value::to_string).unwrap_or_default();
        // Of a list, the metadata are enough.
        let accept = match self.lists.iter().any(|list| list == path) && method == "GET" {
            true => "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
            false => "application/json",
        };
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: localhost\r\nAccept: {accept}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8(answer).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{method} {path}: {text}"));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// The same, where only success is expected.
    pub fn must(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.ask(method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    /// Everything that is in the cluster.
    pub fn everything(&self) -> BTreeSet<Identity> {
        let mut all = BTreeSet::new();
        for list in &self.lists {
            let found = self.must("GET", list, None);
            assert_eq!(found["kind"], "PartialObjectMetadataList", "{list}: {found}");
            // An empty one has null.
            for item in found["items"].as_array().into_iter().flatten() {
                let of = |key: &str| item["metadata"][key].as_str().unwrap_or_default().to_string();
                assert!(!of("uid").is_empty(), "{list}: an object without a UID: {item}");
                all.insert((list.clone(), of("namespace"), of("name"), of("uid")));
            }
        }
        all
    }

    /// Waits until something is there.
    pub fn await_object(&self, path: &str) {
        let begin = Instant::now();
        while self.ask("GET", path, None).0 != 200 {
            assert!(begin.elapsed() < Duration::from_secs(60), "{path} does not come");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
