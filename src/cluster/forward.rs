//! A connection to a port of a pod, through the API server, as `kubectl port-forward` makes it.

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::Portforwarder;
use tokio::io::{AsyncRead, AsyncWrite};

use super::access::Cluster;
use super::ask::{Refused, quoted};

/// One connection. It ends with this.
pub struct Tunnel {
    forwarder: Portforwarder,
    port: u16,
}

impl Cluster {
    /// Opens a connection to a port of a pod.
    ///
    /// # Errors
    /// [`Refused::Failed`]: the pod is not there, or its node does not answer in time. That nothing listens in the pod is found out
    /// by whoever reads.
    pub async fn tunnel(&self, namespace: &str, pod: &str, port: u16) -> Result<Tunnel, Refused> {
        let pods: Api<Pod> = Api::namespaced(self.patient.clone(), namespace);
        let failed = |why: String| Refused::Failed(format!("port {port} of pod {pod} cannot be reached: {why}"));
        match tokio::time::timeout(self.step, pods.portforward(pod, &[port])).await {
            Ok(Ok(forwarder)) => Ok(Tunnel { forwarder, port }),
            Ok(Err(error)) => Err(failed(quoted(&error.to_string()))),
            Err(_) => Err(failed(format!("no answer within {} s", self.step.as_secs_f64()))),
        }
    }
}

impl Tunnel {
    /// Its bytes; once.
    pub fn stream(&mut self) -> Option<impl AsyncRead + AsyncWrite + Unpin + use<>> {
        self.forwarder.take_stream(self.port)
    }
}
