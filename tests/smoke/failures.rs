//! Failures that are injected into runs, on whatever cluster: what each of them is, the run, and what must hold afterwards.
//!
//! After every one the objects that were there before are there, the same ones by UID; what the run made is gone, or `smoke
//! clean --list` tells of it and `smoke clean` removes it once the failure is over. The run ends in time, with the exit code that
//! the documentation promises. A failure that has not happened is a failure of the test.

use crate::faulty_api::Rule;
use crate::faulty_database::Mode;
use crate::stage::Stage;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    Killed,
}

/// What a run has left when it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    Nothing,
    /// `smoke clean --list` tells of it.
    Listed,
    /// Either: it is a matter of time.
    Either,
}

type Fault = Box<dyn Fn(&Stage<'_>) + Send + Sync>;

/// One failure.
pub struct Failure {
    pub name: String,
    pub scenario: &'static str,
    /// A part of the line of the run at which it happens, and which one of several. Empty: before the run begins.
    pub at: (&'static str, usize),
    pub fault: Fault,
    /// What is prepared for it before the run begins.
    pub before: Option<fn(&Stage<'_>)>,
    pub ends: Vec<End>,
    pub left: Left,
    pub says: &'static str,
    pub args: Vec<&'static str>,
    /// Requests go by the port that answers wrongly.
    pub faulty: bool,
}

impl Failure {
    /// Something that happens when the run says a line.
    pub fn at(
        name: impl Into<String>,
        scenario: &'static str,
        line: &'static str,
        fault: impl Fn(&Stage<'_>) + Send + Sync + 'static,
    ) -> Failure {
        let (ends, fault) = (vec![End::Exit(3)], Box::new(fault));
        Failure {
            name: name.into(),
            scenario,
            at: (line, 1),
            fault,
            before: None,
            ends,
            left: Left::Nothing,
            says: "",
            args: Vec::new(),
            faulty: false,
        }
    }

    /// Something that is so before the run begins.
    pub fn from_the_start(
        name: impl Into<String>,
        scenario: &'static str,
        fault: impl Fn(&Stage<'_>) + Send + Sync + 'static,
    ) -> Failure {
        Failure::at(name, scenario, "", fault)
    }

    /// A signal when the run says a line for the nth time.
    pub fn signal(signal: &'static str, scenario: &'static str, line: &'static str, nth: usize) -> Failure {
        let which = if nth > 1 { format!(" ({nth})") } else { String::new() };
        let mut failure =
            Failure::at(format!("SIG{signal} at {scenario}: {line}{which}"), scenario, line, move |s| s.signal(signal));
        failure.at.1 = nth;
        match signal {
            "KILL" => failure.ends(&[End::Killed]).left(Left::Either),
            // Something may have failed before.
            _ => failure.ends(&[End::Exit(3)]).says("interrupted"),
        }
    }

    /// Requests to the API server that go wrong from a line on.
    pub fn api(name: impl Into<String>, scenario: &'static str, line: &'static str, rule: Rule) -> Failure {
        let mut failure = Failure::at(name, scenario, line, move |stage| {
            stage.api.set(rule);
            let hits = stage.api.hits();
            stage.prove("a request goes wrong", move || hits() > 0);
        });
        failure.faulty = true;
        failure
    }

    /// Connections to the database that go wrong from a line on.
    pub fn database(name: impl Into<String>, scenario: &'static str, line: &'static str, mode: Mode) -> Failure {
        Failure::at(name, scenario, line, move |stage| {
            stage.database.set(mode);
            let hits = stage.database.hits();
            stage.prove("a connection goes wrong", move || hits() > 0);
        })
        .exit(1)
    }

    pub fn ends(mut self, ends: &[End]) -> Failure {
        self.ends = ends.to_vec();
        self
    }

    pub fn exit(self, code: i32) -> Failure {
        self.ends(&[End::Exit(code)])
    }

    pub fn left(mut self, left: Left) -> Failure {
        self.left = left;
        self
    }

    pub fn says(mut self, text: &'static str) -> Failure {
        self.says = text;
        self
    }

    pub fn args(mut self, args: &[&'static str]) -> Failure {
        self.args = args.to_vec();
        self
    }
}
