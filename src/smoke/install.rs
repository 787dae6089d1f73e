//! Scenario `install`: the chart from nothing to the end of its work.

use super::bench::{Bench, Over};
use super::show::Shown;
use super::steps::Verb;

impl Bench<'_> {
    /// Plays it.
    ///
    /// # Errors
    /// [`Over`]: nothing more can be shown; an answer says why.
    pub async fn play_install(&self, namespace: &str) -> Result<(), Over> {
        let scene = self.ask.app.as_ref().map(|app| app.install.clone()).unwrap_or_default();
        let shown = self.rendered(&self.ask.chart, namespace, &scene.values, false)?;
        self.deploy(Verb::Install, &self.ask.chart, &shown).await?;
        self.rollout(&shown).await?;
        self.works(&shown, scene.done.as_deref()).await
    }

    /// What has been installed does all its work, and its tests pass.
    ///
    /// # Errors
    /// [`Over`]: nothing more can be shown; an answer says why.
    pub async fn works(&self, shown: &Shown, done: Option<&str>) -> Result<(), Over> {
        let server = self.server(shown).await;
        self.driven(server.as_ref()).await?;
        let before = self.state(server.as_ref()).await;
        self.end_state(server.as_ref(), done).await;
        self.counts(before.as_ref(), server.as_ref()).await;
        self.applied("applied-manifests", &self.ask.chart, shown).await;
        self.helm_test(shown).await;
        self.no_restarts(shown).await;
        Ok(())
    }
}
