//! Waits: each has a deadline, and says what it waited for and what it saw last.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// What one look showed.
pub enum Seen<T> {
    Done(T),
    /// Not yet, and what is missing.
    Not(String),
    /// It will never be.
    Never(String),
}

/// Between two looks.
pub const PAUSE: Duration = Duration::from_millis(500);

/// Looks until something is so. `tell` hears what is missing.
///
/// # Errors
/// In words: what was waited for, for how long, and what was seen last.
pub async fn until<T>(
    what: &str,
    deadline: Duration,
    tell: impl Fn(&str),
    mut look: impl AsyncFnMut() -> Seen<T>,
) -> Result<T, String> {
    let begin = Instant::now();
    let mut last = "nothing was seen yet".to_string();
    loop {
        let left = deadline.saturating_sub(begin.elapsed());
        match tokio::time::timeout(left, look()).await {
            Ok(Seen::Done(done)) => return Ok(done),
            Ok(Seen::Never(why)) => return Err(format!("{what}: {why}")),
            Ok(Seen::Not(why)) => {
                tell(&why);
                last = why;
            }
            Err(_) => {}
        }
        if begin.elapsed() + PAUSE >= deadline {
            return Err(format!("waited {} s for {what}: {last}", deadline.as_secs()));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The first of two to end.
pub enum First<A, B> {
    Left(A),
    Right(B),
}

/// Runs two at once until one of them ends; the other is dropped. Where both have ended, it is the left one's turn.
pub async fn race<A, B>(left: impl Future<Output = A>, right: impl Future<Output = B>) -> First<A, B> {
    let (mut left, mut right) = (pin!(left), pin!(right));
    poll_fn(move |cx| {
        if let Poll::Ready(done) = left.as_mut().poll(cx) {
            return Poll::Ready(First::Left(done));
        }
        right.as_mut().poll(cx).map(First::Right)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn a_wait_says_what_it_waited_for() {
        let never = async || Seen::<()>::Not("2 of 3 are ready".into());
        let late = block(until("the pods", Duration::from_millis(600), |_| (), never)).unwrap_err();
        assert_eq!(late, "waited 0 s for the pods: 2 of 3 are ready");
        let hangs = async || {
            tokio::time::sleep(Duration::from_secs(600)).await;
            Seen::Done(())
        };
        assert!(block(until("x", Duration::from_millis(600), |_| (), hangs)).unwrap_err().contains("nothing was seen"));
        let broken = async || Seen::<()>::Never("it crashed".into());
        assert_eq!(block(until("x", Duration::from_secs(9), |_| (), broken)).unwrap_err(), "x: it crashed");
        let mut n = 0;
        let third = async || {
            n += 1;
            if n == 3 { Seen::Done(n) } else { Seen::Not(String::new()) }
        };
        assert_eq!(block(until("x", Duration::from_secs(9), |_| (), third)), Ok(3));
    }

    #[test]
    fn the_first_of_two() {
        let slow = async || tokio::time::sleep(Duration::from_secs(600)).await;
        assert!(matches!(block(race(async { 1 }, slow())), First::Left(1)));
        assert!(matches!(block(race(slow(), async { 2 })), First::Right(2)));
    }
}
