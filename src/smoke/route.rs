//! A port of this machine that leads to a Service's port, each connection to a pod that is ready then: after a rollout it is
//! another one.

use std::rc::Rc;

use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::cluster::{Cluster, Refused};

/// The way. It ends with this.
pub struct Route {
    pub port: u16,
    accepting: JoinHandle<()>,
}

impl Drop for Route {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Route {
    /// Opens it; needs a `LocalSet`. A connection to a Service without a ready pod is closed at once.
    ///
    /// # Errors
    /// In words: this machine gives no port.
    pub async fn open(cluster: Rc<Cluster>, namespace: &str, service: &str, port: u16) -> Result<Route, String> {
        let listener =
            TcpListener::bind(("127.0.0.1", 0)).await.map_err(|e| format!("no port of this machine: {e}"))?;
        let own = listener.local_addr().map_err(|e| format!("no port of this machine: {e}"))?.port();
        let (namespace, service) = (namespace.to_string(), service.to_string());
        let accepting = tokio::task::spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (cluster, namespace, service) = (cluster.clone(), namespace.clone(), service.clone());
                tokio::task::spawn_local(async move {
                    // Who connected sees that it is closed, and tries again.
                    let _ = carry(&cluster, &namespace, &service, port, stream).await;
                });
            }
        });
        Ok(Route { port: own, accepting })
    }
}

async fn carry(
    cluster: &Cluster,
    namespace: &str,
    service: &str,
    port: u16,
    mut from: TcpStream,
) -> Result<(), Refused> {
    let (pod, port) = endpoint(cluster, namespace, service, port).await?;
    let mut tunnel = cluster.tunnel(namespace, &pod, port).await?;
    if let Some(mut to) = tunnel.stream() {
        let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
    }
    Ok(())
}

/// A pod that is ready behind a Service, and its port.
///
/// # Errors
/// [`Refused`]; `Missing` where no pod is ready.
pub async fn endpoint(cluster: &Cluster, namespace: &str, service: &str, port: u16) -> Result<(String, u16), Refused> {
    let object = cluster.object("v1", "Service", namespace, service).await?;
    let ports = object["spec"]["ports"].as_array().into_iter().flatten();
    let named = ports.into_iter().find(|p| p["port"].as_u64() == Some(u64::from(port))).ok_or(Refused::Missing)?;
    let name = named["name"].as_str().unwrap_or_default();
    let slices = cluster.list("discovery.k8s.io/v1", "EndpointSlice", namespace).await?;
    let of_service = |s: &&Value| s["metadata"]["labels"]["kubernetes.io/service-name"].as_str() == Some(service);
    for slice in slices.iter().filter(of_service) {
        let ports = slice["ports"].as_array().into_iter().flatten();
        let number = ports.into_iter().find(|p| p["name"].as_str().unwrap_or_default() == name);
        let number = number.and_then(|p| p["port"].as_u64()).and_then(|p| u16::try_from(p).ok());
        let ready = slice["endpoints"].as_array().into_iter().flatten().find(|e| e["conditions"]["ready"] != false);
        let pod = ready.and_then(|e| e["targetRef"]["name"].as_str());
        if let (Some(pod), Some(number)) = (pod, number) {
            return Ok((pod.to_string(), number));
        }
    }
    Err(Refused::Missing)
}
