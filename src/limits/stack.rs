//! How deep our own recursion may go. Go grows its stacks; here deep templates run on a large reserved one, and what
//! recurses as the input nests asks before each level whether there is room left.

use std::io;
use std::thread::{Builder, Scope, ScopedJoinHandle};

use corosensei::on_stack;
use corosensei::stack::DefaultStack;

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

/// Runs `f` on a stack of so many bytes, and gives back what it gives. A panic of `f` goes on in the caller.
/// The bytes are reserved, not used: pages count when they are touched. 1001 nested includes need a few MiB.
///
/// # Errors
/// When the system has no room for such a stack.
pub fn with_deep_stack<R>(size: usize, f: impl FnOnce(Stack) -> R) -> io::Result<R> {
    // Larger than any address space; to the crate that would be an error in the program.
    if size > isize::MAX as usize {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    // What runs before anything asks for room gets some, however little was asked for.
    let stack = DefaultStack::new(size.max(2 * MARGIN))?;
    Ok(on_stack(stack, || f(Stack::of_size(size))))
}

/// Runs `f` on a thread of the scope, whose stack has so many bytes, as [`with_deep_stack`] reserves them.
///
/// # Errors
/// When the system has no thread, or no room for such a stack.
pub fn beside<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    size: usize,
    f: impl FnOnce(Stack) -> R + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, R>> {
    Builder::new().stack_size(size.max(2 * MARGIN)).spawn_scoped(scope, move || f(Stack::of_size(size)))
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
