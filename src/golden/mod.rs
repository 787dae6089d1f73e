//! Golden tests of a chart: what each case of it is to answer, and where it answers otherwise.
//!
//! | file | owns |
//! |---|---|
//! | `suite` | where the cases of a chart are |
//! | `case` | one case.yaml |
//! | `expected` | the expected files of a case, one answer for each Helm version |
//! | `answer` | what `helm template` would answer: standard output, standard error, exit code, NOTES |
//! | `documents` | an answer taken apart into documents, each with the name of its object |
//! | `compare` | what differs between two answers, document by document |
//! | `diff` | the lines that differ |
//! | `absent` | texts that must not be there |
//! | `check` | one case, all of it |
//! | `oracle` | real Helm, asked the same |
//! | `update` | the expected files as the answers are now |
//! | `coverage` | what the cases of a chart reach, and what none of them reaches |
//! | `run` | all cases of all charts, on as many threads as there are processors |
//! | `report` | what came of it, as text, JSON, JUnit and GitHub annotations |

mod absent;
mod answer;
mod case;
mod check;
mod compare;
mod coverage;
mod diff;
mod documents;
mod expected;
mod oracle;
pub mod report;
mod run;
mod suite;
mod update;

pub use answer::{Answer, Ask, Show};
pub use case::{Case, Oracle, Program, Stream};
pub use check::{CLOCK, Failure, Read, SEED, Subject, Unsure, Verdict};
pub use compare::{Difference, What, compare};
pub use coverage::{Coverage, Gap, Totals, lcov};
pub use diff::unified;
pub use documents::{Document, documents};
pub use expected::{Expected, file_name};
pub use oracle::Helm;
pub use run::{ChartTested, Job, Tested, Tests, run};
pub use suite::{Found, Suite};
