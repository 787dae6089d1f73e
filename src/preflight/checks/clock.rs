//! `clock`: the server's clock against this machine's.

use super::super::check::{Check, Said};
use super::super::look::Look;
use super::each;

pub static CHECK: Check = Check { id: "clock", summary: "the server's clock agrees", run };

/// More than this is told, in seconds.
const MUCH: f64 = 5.0;

fn run(look: &Look) -> Vec<Said> {
    each(
        look,
        |_, facts| &facts.clock,
        |_, subject, clock| {
            let off = clock.ahead.abs() - clock.error;
            let shown = format!(
                "the server's clock is {:.1} s {} this machine's",
                clock.ahead.abs(),
                if clock.ahead < 0.0 { "behind" } else { "ahead of" }
            );
            match off > MUCH {
                true => Said::warn(subject, shown)
                    .advice("leases, tokens and certificates go wrong where clocks differ: look at NTP"),
                false => Said::pass(subject, format!("the clocks agree within {:.1} s", clock.ahead.abs().max(0.1))),
            }
        },
    )
}
