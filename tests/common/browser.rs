//! A real browser without a window, told what to do over a pipe (the DevTools protocol), for pages as a person sees them.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long one answer may take, on a machine that does much else.
const DEADLINE: Duration = Duration::from_secs(60);
/// Where to look; `scripts/oracles` installs the first.
const PROGRAMS: [&str; 2] = ["chromium-headless-shell", "chromium"];
/// Nothing is fetched for the browser itself. Root has no sandbox; the pages are our own.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--remote-debugging-pipe",
];

/// One tab of one browser, which ends with this.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: Option<String>,
    asked: u64,
    /// What has happened since a page was opened.
    pub events: Vec<Value>,
    home: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// # Panics
    /// Where there is no browser.
    pub fn start() -> Browser {
        let home = tempfile::Builder::new().prefix("plimsoll-browser-").tempdir().unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let has = |program: &&&str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
        let program = PROGRAMS.iter().find(has).expect("a browser is in PATH: scripts/oracles installs one");
        // The browser hears on descriptor 3 and speaks on 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >&2", program])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", home.path().join("profile").display()))
            .env_clear()
            .env("PATH", &path)
            .env("HOME", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(home.path().join("log")).unwrap())
            .spawn()
            .expect("sh starts");
        let (to, out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let messages = BufReader::new(out).split(0).map_while(Result::ok);
            for message in messages.filter_map(|bytes| serde_json::from_slice(&bytes).ok()) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Browser { child, to, from, session: None, asked: 0, events: Vec::new(), home };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}));
        let session = browser.ask("Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}));
        browser.session = Some(session["sessionId"].as_str().unwrap().to_string());
        for domain in ["Page", "Runtime", "Log", "Network", "DOM", "Accessibility"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    fn hear(&mut self, until: Instant, what: &str) -> Value {
        let left = until.saturating_duration_since(Instant::now());
        self.from.recv_timeout(left).unwrap_or_else(|e| {
            let log = std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
            panic!("{what}: {e} after {DEADLINE:?}; the browser says:\n{log}")
        })
    }

    /// One call, and what it gives.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let (id, until) = (self.asked, Instant::now() + DEADLINE);
        let mut call = json!({"id": id, "method": method, "params": params});
        if let Some(session) = &self.session {
            call["sessionId"] = session.as_str().into();
        }
        self.to.write_all(format!("{call}\0").as_bytes()).expect("the browser listens");
        loop {
            let mut message = self.hear(until, method);
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].take();
            }
            if message.get("method").is_some() {
                self.events.push(message);
            }
        }
    }

    /// Opens a file, and waits until all of it is there.
    pub fn open(&mut self, page: &Path) {
        self.events.clear();
        let gone = self.ask("Page.navigate", json!({"url": format!("file://{}", page.display())}));
        assert!(gone.get("errorText").is_none(), "{}: {gone}", page.display());
        let until = Instant::now() + DEADLINE;
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let message = self.hear(until, "the page to load");
            self.events.push(message);
        }
    }

    /// The window's size, and what the reader prefers: `light` or `dark`, `screen` or `print`.
    pub fn shape(&mut self, width: u32, scheme: &str, media: &str) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.ask("Emulation.setDeviceMetricsOverride", size);
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.ask("Emulation.setEmulatedMedia", json!({"media": media, "features": features}));
    }

    /// The value of an expression. The page's policy does not bind what is asked from outside.
    pub fn value(&mut self, expression: &str) -> Value {
        let mut told = self.ask("Runtime.evaluate", json!({"expression": expression, "returnByValue": true}));
        assert!(told.get("exceptionDetails").is_none(), "{told:#}");
        told["result"]["value"].take()
    }

    /// A picture of the whole page.
    pub fn picture(&mut self, file: &Path) {
        let shown = self.ask("Page.captureScreenshot", json!({"captureBeyondViewport": true}));
        let bytes = plimsoll::go::encode::base64_decode(shown["data"].as_str().unwrap().as_bytes()).expect("a picture");
        std::fs::write(file, bytes).unwrap();
    }
}
