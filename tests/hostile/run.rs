//! Runs our binary once and says what it cost: processor time and peak memory, as the kernel counted them.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::process::{self, Answer};

/// What one input may cost in a build for tests, which is several times slower than the one that is shipped.
pub struct Bounds {
    pub cpu: Duration,
    /// Bytes.
    pub rss: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { cpu: Duration::from_secs(8), rss: 256 << 20 }
    }
}

/// Wall time after which a run has failed whatever it does; machines that test are busy.
const DEADLINE: Duration = Duration::from_secs(60);

pub struct Ended {
    pub answer: Answer,
    pub cpu: Duration,
    /// Bytes at the peak.
    pub rss: usize,
}

/// `plimsoll render ARGS` in `work`, with an endless standard input.
// Waited for by `wait4`, which tells what it cost.
#[allow(clippy::zombie_processes)]
pub fn ours(work: &Path, args: &[String]) -> Ended {
    let mut command = process::ours(process::DEFAULT, work, work);
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(std::fs::File::open("/dev/zero").unwrap());
    let mut child = command.spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let pid = child.id() as libc::pid_t;
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let stdout = scope.spawn(move || all(&mut out));
        let stderr = scope.spawn(move || all(&mut err));
        scope.spawn(|| {
            let start = Instant::now();
            while !over.load(Ordering::Acquire) {
                if start.elapsed() > DEADLINE {
                    // Not reaped before `over` is set, so the number is still this child's.
                    child.kill().ok();
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
        let (status, usage) = wait(pid);
        over.store(true, Ordering::Release);
        let seconds = |t: libc::timeval| Duration::from_secs(t.tv_sec as u64) + Duration::from_micros(t.tv_usec as u64);
        Ended {
            answer: Answer { exit: libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)), stdout, stderr },
            cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            rss: usage.ru_maxrss as usize * 1024,
        }
    })
}

fn all(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Waits for a child that nobody else waits for.
fn wait(pid: libc::pid_t) -> (libc::c_int, libc::rusage) {
    let mut status = 0;
    // SAFETY: a rusage is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals that live through the call.
    let waited = unsafe { libc::wait4(pid, &mut status, 0, &mut usage) };
    assert_eq!(waited, pid, "the child is waited for");
    (status, usage)
}
