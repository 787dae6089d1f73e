//! SIGINT, SIGTERM and SIGHUP: whoever made something stops, and cleans up.

use std::rc::Rc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

/// Hears signals from its making on.
#[derive(Clone)]
pub struct Interrupt(Rc<Notify>);

impl Interrupt {
    /// Begins to listen; needs a `LocalSet`.
    ///
    /// # Errors
    /// In words: signals cannot be heard.
    pub fn listen() -> Result<Interrupt, String> {
        let notify = Rc::new(Notify::new());
        for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
            let mut stream = signal(kind).map_err(|e| format!("signals cannot be heard: {e}"))?;
            let notify = notify.clone();
            tokio::task::spawn_local(async move {
                while stream.recv().await.is_some() {
                    notify.notify_one();
                }
            });
        }
        Ok(Interrupt(notify))
    }

    /// Ends with the next signal.
    pub async fn next(&self) {
        self.0.notified().await;
    }
}
