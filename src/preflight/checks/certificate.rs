//! `certificate`: the server's certificate: for whom it was made, and when it ends.

use super::super::check::{Check, Said};
use super::super::look::Look;
use crate::database::Visit;

pub static CHECK: Check =
    Check { id: "certificate", summary: "the server's certificate has not ended, and does not end soon", run };

/// A certificate that ends sooner is told.
const DAYS: i64 = 30;

fn run(look: &Look) -> Vec<Said> {
    let now = look.ask.now;
    let one = |(_, subject, visit): (_, String, &Visit)| {
        let tls = visit.tls()?;
        let Some(first) = tls.chain.iter().min_by_key(|c| c.not_after) else {
            return Some(Said::unknown(subject, "the server's certificate cannot be read"));
        };
        let leaf = tls.chain.first().unwrap_or(first);
        let names = leaf.shown_names();
        let chain = tls.chain.len();
        Some(match first.days_left(now) {
            days if days < 0 => {
                Said::fail(subject, format!("{} ended {} days ago; made for {names}", first.subject, -days))
                    .advice("renew it; clients that verify refuse it")
            }
            _ if !first.is_valid_at(now) => {
                Said::fail(subject, format!("{} is not valid yet; made for {names}", first.subject))
            }
            days if days < DAYS => {
                Said::warn(subject, format!("{} ends in {days} days; made for {names}", first.subject))
                    .advice("renew it in time")
            }
            days => Said::pass(
                subject,
                format!("made for {names}; {chain} in the chain, the first to end has {days} days left"),
            ),
        })
    };
    look.visits().filter_map(one).collect()
}
