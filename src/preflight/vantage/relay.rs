//! Connections and files as a pod has them. The pod lends its names, its routes and its files; the client stays here, so that no
//! password and no connection string is ever in the pod.

use std::rc::Rc;

use tokio::io::AsyncReadExt;

use crate::cluster::{Cluster, Process};
use crate::database::{Dial, Dialled, Halt, Stream};
use crate::diagnostic::excerpt;

/// Connects to `$1:$2` within `$3` seconds, says `+` or why not on a line, and carries bytes from then on. bash does it by itself;
/// nc connects twice, since it never says that it has.
const RELAY: &str = r#"
if command -v bash >/dev/null 2>&1; then
  exec bash -c '
    { exec 3<>"/dev/tcp/$0/$1"; } 2>&1 || exit 1
    echo +
    exec 4<&0
    cat <&3 & out=$!
    { cat <&4 >&3; kill "$out"; } >/dev/null 2>&1 &
    wait "$out"
  ' "$1" "$2"
elif command -v nc >/dev/null 2>&1; then
  said=$(nc -w "$3" "$1" "$2" </dev/null 2>&1) || { echo "-$said" | head -n 1; exit 1; }
  echo +
  exec nc "$1" "$2"
else
  echo "*"
fi
"#;
/// The longest line that says why not.
const LINE: usize = 400;
/// The longest file of root certificates.
const BUNDLE: usize = 4 << 20;

/// A container of a pod that runs.
pub struct Lodge {
    pub cluster: Rc<Cluster>,
    pub namespace: String,
    pub pod: String,
    pub container: String,
    /// Seconds that a connection may take.
    pub patience: u64,
}

/// What stands at a path.
pub enum FileThere {
    Bytes(Vec<u8>),
    Absent,
    /// And why.
    Unknown(String),
}

impl Lodge {
    /// What the container finds at a path, as the user that it runs as.
    pub async fn file(&self, path: &str) -> FileThere {
        let script = r#"[ -e "$1" ] || exit 44; exec cat -- "$1""#;
        let command = ["sh", "-c", script, "sh", path];
        match self.cluster.run(&self.namespace, (&self.pod, &self.container), &command, BUNDLE).await {
            Ok(ran) => match ran.code {
                Some(0) => FileThere::Bytes(ran.output),
                Some(44) => FileThere::Absent,
                Some(code) => FileThere::Unknown(format!("{path} cannot be read in the pod (cat ends with {code})")),
                None => FileThere::Unknown(format!("nobody says whether {path} could be read in the pod")),
            },
            Err(refused) => FileThere::Unknown(refused.to_string()),
        }
    }

    async fn connect(&self, host: &str, port: u16) -> Result<Stream, Halt> {
        if host.starts_with('-') {
            return Err(Halt::Untried("a host that begins with a hyphen is not handed to a program".into()));
        }
        let (port, patience) = (port.to_string(), self.patience.to_string());
        let command = ["sh", "-c", RELAY, "sh", host, &port, &patience];
        let started = self.cluster.start(&self.namespace, (&self.pod, &self.container), &command).await;
        let mut process = started.map_err(|refused| Halt::Untried(refused.to_string()))?;
        let line = first_line(&mut process).await?;
        match line.as_str() {
            "+" => Ok(Box::new(process)),
            "*" => Err(Halt::Untried("the pod's image has neither bash nor nc to carry a connection".into())),
            "" => Err(Halt::Untried("the pod's image has no shell to carry a connection".into())),
            why => Err(why_not(why)),
        }
    }
}

impl Dial for Lodge {
    fn dial<'a>(&'a self, host: &'a str, port: u16) -> Dialled<'a> {
        Box::pin(self.connect(host, port))
    }
}

/// One byte at a time: what follows belongs to the connection.
async fn first_line(process: &mut Process) -> Result<String, Halt> {
    let mut line = Vec::new();
    let mut byte = [0];
    while line.len() < LINE {
        match process.read(&mut byte).await {
            Ok(1) if byte[0] != b'\n' => line.push(byte[0]),
            Ok(_) => break,
            Err(e) => return Err(Halt::Untried(format!("the pod broke off: {}", excerpt(&e.to_string(), LINE)))),
        }
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// What bash, busybox and the other nc say. Source: gai_strerror(3), errno(3), busybox `networking/nc.c`.
fn why_not(said: &str) -> Halt {
    let said = excerpt(said.trim_start_matches('-'), LINE);
    let lower = said.to_ascii_lowercase();
    let of_names = [
        "bad address",
        "name or service",
        "name resolution",
        "name does not resolve",
        "not known",
        "lookup",
        "no address",
    ];
    match of_names.iter().any(|words| lower.contains(words)) {
        true => Halt::NoAddress(said),
        false => Halt::Unreachable(if said.is_empty() { "the program in the pod says no more".into() } else { said }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ways() {
        let is_name = |said: &str| matches!(why_not(said), Halt::NoAddress(_));
        assert!(is_name("-nc: bad address 'db'") && is_name("bash: line 2: db: Name or service not known"));
        assert!(!is_name("-nc: can't connect to remote host (10.0.0.1): Connection refused") && !is_name("-"));
    }
}
