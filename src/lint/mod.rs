//! From a chart with values to what is wrong with it: schema first, then rules.
//!
//! | file | owns |
//! |---|---|
//! | [`examine`](examine()) | one chart with one set of values, rendered, read and shown to somebody |

mod examine;

pub use examine::{Request, Stop, examine};
