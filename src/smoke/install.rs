//! Scenario `install`: the chart from nothing to the end of its work.

use super::bench::{Bench, Over};

impl Bench<'_> {
    /// Plays it.
    ///
    /// # Errors
    /// [`Over`]: nothing more can be shown; an answer says why.
    pub async fn play_install(&self, namespace: &str) -> Result<(), Over> {
        let scene = self.ask.app.as_ref().map(|app| app.install.clone()).unwrap_or_default();
        let shown = self.rendered(&self.ask.chart, namespace, &scene.values, false)?;
        self.deploy("helm-install", &self.ask.chart, &shown).await?;
        self.rollout(&shown).await?;
        let server = self.server(&shown).await;
        self.driven(server.as_ref()).await?;
        let before = self.state(server.as_ref()).await;
        self.end_state(server.as_ref(), scene.done.as_deref()).await;
        self.counts(before.as_ref(), server.as_ref()).await;
        self.applied("applied-manifests", &self.ask.chart, &shown).await;
        self.helm_test(&shown).await;
        self.no_restarts(&shown).await;
        Ok(())
    }
}
