//! A program in a container that runs, through the API server, as `kubectl exec` makes it. What it is given as arguments can be
//! read by others in the pod: never a secret.

use std::pin::Pin;
use std::task::{Context, Poll};

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::{AttachParams, AttachedProcess};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::access::Cluster;
use super::ask::{Refused, quoted};

/// Bytes that wait on either side.
const BUFFER: usize = 64 << 10;

/// The input and the output of a program that runs. Its end is theirs.
pub struct Process {
    attached: AttachedProcess,
    input: Box<dyn AsyncWrite + Unpin + Send>,
    output: Box<dyn AsyncRead + Unpin + Send>,
}

/// A program that has ended.
pub struct Ran {
    /// None: nobody said.
    pub code: Option<i32>,
    pub output: Vec<u8>,
}

impl Cluster {
    /// Starts a program that is spoken with.
    ///
    /// # Errors
    /// [`Refused::Failed`]: it may not be started, or the node does not answer in time.
    pub async fn start(&self, namespace: &str, of: (&str, &str), command: &[&str]) -> Result<Process, Refused> {
        let mut attached = self.attach(namespace, of, command, true).await?;
        match (attached.stdin(), attached.stdout()) {
            (Some(input), Some(output)) => Ok(Process { attached, input: Box::new(input), output: Box::new(output) }),
            _ => Err(Refused::Failed("the program in the pod has no input or output".into())),
        }
    }

    /// Runs a program to its end; no more than `most` bytes of its output are taken.
    ///
    /// # Errors
    /// [`Refused::Failed`]: it may not be started, does not end in time, or says more.
    pub async fn run(&self, namespace: &str, of: (&str, &str), command: &[&str], most: usize) -> Result<Ran, Refused> {
        let work = async {
            let mut attached = self.attach(namespace, of, command, false).await?;
            let status = attached.take_status();
            let mut output = Vec::new();
            if let Some(stdout) = attached.stdout() {
                let read = stdout.take(most as u64 + 1).read_to_end(&mut output).await;
                read.map_err(|e| {
                    Refused::Failed(format!("the program in the pod broke off: {}", quoted(&e.to_string())))
                })?;
            }
            if output.len() > most {
                return Err(Refused::Failed(format!("the program in the pod says more than {most} bytes")));
            }
            let status = match status {
                Some(status) => status.await,
                None => None,
            };
            let code = status.and_then(|status| match status.status.as_deref() {
                Some("Success") => Some(0),
                _ => status.details?.causes?.iter().find_map(|cause| match cause.reason.as_deref() {
                    Some("ExitCode") => cause.message.as_deref()?.parse().ok(),
                    _ => None,
                }),
            });
            Ok(Ran { code, output })
        };
        match tokio::time::timeout(self.step, work).await {
            Ok(ran) => ran,
            Err(_) => Err(Refused::Failed(format!(
                "the program in the pod does not end within {} s",
                self.step.as_secs_f64()
            ))),
        }
    }

    async fn attach(
        &self,
        namespace: &str,
        (pod, container): (&str, &str),
        command: &[&str],
        input: bool,
    ) -> Result<AttachedProcess, Refused> {
        let pods: Api<Pod> = Api::namespaced(self.patient.clone(), namespace);
        let how = AttachParams::default().container(container).stdin(input).stdout(true).stderr(false);
        let how = how.max_stdin_buf_size(BUFFER).max_stdout_buf_size(BUFFER);
        let failed = |why: &str| Refused::Failed(format!("nothing can be run in pod {pod}: {why}"));
        match tokio::time::timeout(self.step, pods.exec(pod, command.iter().copied(), &how)).await {
            Ok(Ok(attached)) => Ok(attached),
            Ok(Err(error)) => Err(failed(&quoted(&error.to_string()))),
            Err(_) => Err(failed(&format!("no answer within {} s", self.step.as_secs_f64()))),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.attached.abort();
    }
}

impl AsyncRead for Process {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.output).poll_read(cx, buf)
    }
}

impl AsyncWrite for Process {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.input).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.input).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.input).poll_shutdown(cx)
    }
}
