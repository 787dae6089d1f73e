//! A client that writes while the release is upgraded. Every write that the server acknowledged is in the journal, and has to be
//! there afterwards; one without an answer may be or not. It connects anew as often as it must.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::ask::Scenario;
use super::bench::private_file;
use super::server::Server;
use crate::database::Bounds;
use crate::report::{Acknowledged, Writes};

/// The schema of its own, in the application's database.
const SCHEMA: &str = "plimsoll_smoke";
/// A write that takes longer counts as lost on its way.
const BOUNDS: Bounds = Bounds { step: Duration::from_secs(3) };
/// Between two writes, and between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// What came of its writes.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    pub acknowledged: BTreeSet<u64>,
    pub writes: Writes,
    /// The journal's file could not be written to.
    pub broken: Option<String>,
}

/// The writer at work. It ends with this.
pub struct Writer {
    journal: Rc<RefCell<Journal>>,
    /// When the run began.
    run: Instant,
    stop: Rc<Cell<bool>>,
    task: JoinHandle<()>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.task.abort();
        // A run that is over early has seen no more either.
        self.journal.borrow_mut().writes.ended = self.run.elapsed();
    }
}

impl Journal {
    fn note(&mut self, id: u64, run: Instant, began: Instant, file: &mut std::fs::File) {
        self.acknowledged.insert(id);
        self.writes.acknowledged.push(Acknowledged { at: run.elapsed(), took: began.elapsed() });
        if let Err(e) = writeln!(file, "{id}") {
            self.broken = Some(format!("the journal cannot be written to: {e}"));
        }
    }

    /// In words.
    pub fn told(&self) -> String {
        let writes = &self.writes;
        format!(
            "{} writes acknowledged, {} without an answer, {} reconnects, the longest gap {:.1} s, latency {} ms (median), {} ms \
             (99 of 100)",
            writes.acknowledged.len(),
            writes.unanswered.len(),
            writes.reconnects,
            writes.longest_gap().as_secs_f64(),
            writes.latency(50).as_millis(),
            writes.latency(99).as_millis()
        )
    }
}

impl Writer {
    /// Makes its table, and begins, in a run that began at `run`. Needs a `LocalSet`.
    ///
    /// # Errors
    /// In words: the role may not make a schema, or the journal cannot be kept.
    pub async fn begin(server: Rc<Server>, path: &Path, run: Instant) -> Result<Writer, String> {
        private_file(path, b"")?;
        let mut file = std::fs::OpenOptions::new().append(true).open(path).map_err(|e| e.to_string())?;
        let session = server.session(BOUNDS).await?;
        let table = format!(
            "CREATE SCHEMA {SCHEMA}; CREATE TABLE {SCHEMA}.writes (id bigint PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())"
        );
        session.ask_bare(&table).await.map_err(|why| format!("the writer's table cannot be made: {why}"))?;
        let writes = Writes { scenario: Scenario::Upgrade.name(), began: run.elapsed(), ..Writes::default() };
        let kept = Rc::new(RefCell::new(Journal { writes, ..Journal::default() }));
        let stop = Rc::new(Cell::new(false));
        let (journal, stopped) = (kept.clone(), stop.clone());
        let task = tokio::task::spawn_local(async move {
            let mut session = Some(session);
            let mut id = 0;
            while !stopped.get() {
                let Some(open) = &session else {
                    session = server.session(BOUNDS).await.ok();
                    journal.borrow_mut().writes.reconnects += u64::from(session.is_some());
                    tokio::time::sleep(PAUSE).await;
                    continue;
                };
                id += 1;
                let began = Instant::now();
                let written = open.ask_bare(&format!("INSERT INTO {SCHEMA}.writes (id) VALUES ({id})")).await;
                match written {
                    Ok(_) => journal.borrow_mut().note(id, run, began, &mut file),
                    Err(_) => {
                        journal.borrow_mut().writes.unanswered.push(run.elapsed());
                        session = None;
                    }
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        Ok(Writer { journal: kept, run, stop, task })
    }

    /// What comes of it, as long as it writes.
    pub fn journal(&self) -> Rc<RefCell<Journal>> {
        self.journal.clone()
    }

    /// Writes that were acknowledged so far.
    pub fn count(&self) -> usize {
        self.journal.borrow().acknowledged.len()
    }

    /// Ends it after the write at hand.
    pub async fn end(mut self) -> Journal {
        self.stop.set(true);
        let _ = tokio::time::timeout(BOUNDS.step * 4, &mut self.task).await;
        let journal = self.journal.clone();
        drop(self);
        journal.borrow().clone()
    }
}

/// The acknowledged writes that are not there.
///
/// # Errors
/// In words: it cannot be told.
pub async fn lost(server: &Server, journal: &Journal) -> Result<Vec<u64>, String> {
    let there = server.set(&format!("SELECT id FROM {SCHEMA}.writes")).await?;
    Ok(journal.acknowledged.iter().filter(|id| !there.contains(&id.to_string())).copied().collect())
}
