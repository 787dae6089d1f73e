//! How deep our own recursion may go. Go grows its stacks; here deep templates run on a thread with a large reserved
//! one, and what recurses as the input nests asks before each level whether there is room left.

use super::Exhausted;

/// What must stay free for functions that do not ask.
const MARGIN: usize = 256 << 10;

/// The stack of the current thread, from here to its end.
#[derive(Clone, Copy, Debug)]
pub struct Stack {
    /// The address below which a level must not begin.
    floor: usize,
}

impl Stack {
    /// Says that `size` bytes are free below the caller's frame.
    pub fn of_size(size: usize) -> Self {
        Stack { floor: here().saturating_sub(size.saturating_sub(MARGIN)) }
    }

    /// Refuses when the stack is nearly used up.
    #[inline]
    pub fn check(self) -> Result<(), Exhausted> {
        if here() < self.floor { Err(Exhausted::Stack) } else { Ok(()) }
    }
}

/// The address of the current frame. Stacks grow downwards wherever this runs.
#[inline(always)]
fn here() -> usize {
    let marker = 0u8;
    std::hint::black_box(std::ptr::from_ref(&marker)) as usize
}

/// Runs `f` on a thread with a stack of so many bytes, and gives back what it gives. A panic of `f` goes on in the caller.
/// The bytes are reserved, not used: pages count when they are touched. 1001 nested includes need a few MiB.
///
/// # Errors
/// When the system has no room for such a stack.
pub fn with_deep_stack<R: Send>(size: usize, f: impl FnOnce(Stack) -> R + Send) -> std::io::Result<R> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(size).spawn_scoped(scope, || f(Stack::of_size(size)))?;
        thread.join().map_or_else(|panic| std::panic::resume_unwind(panic), Ok)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descend(stack: Stack, level: u32) -> Result<u32, Exhausted> {
        stack.check()?;
        let ballast = std::hint::black_box([level; 64]);
        descend(stack, level + 1).map(|n| n + ballast[0] / level.max(1))
    }

    #[test]
    fn endless_recursion_ends_in_a_refusal() {
        assert_eq!(with_deep_stack(64 << 20, |stack| descend(stack, 0)).unwrap(), Err(Exhausted::Stack));
        assert_eq!(descend(Stack::of_size(512 << 10), 0), Err(Exhausted::Stack));
    }
}
