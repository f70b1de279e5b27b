//! Time in proportion to the input, as the work of this thread: a machine that is busy otherwise is no fault of the reader.

use std::time::{Duration, Instant};

/// A byte of input may cost so much, under a sanitizer and without optimisation too.
const PER_BYTE: Duration = Duration::from_micros(30);
/// Whatever the input.
const ANYWAY: Duration = Duration::from_millis(500);

/// Runs `work` on so many bytes of input and asserts that it took no longer than they may take.
pub fn bounded<T>(bytes: usize, whose: &str, work: impl FnOnce() -> T) -> T {
    let clock = Clock::start();
    let result = work();
    let (took, most) = (clock.took(), ANYWAY + PER_BYTE * u32::try_from(bytes).unwrap_or(u32::MAX));
    assert!(took <= most, "{whose}: {bytes} bytes took {took:?}, more than {most:?}");
    result
}

/// How long this thread has been at work.
pub struct Clock {
    wall: Instant,
    work: Option<Duration>,
}

impl Clock {
    /// From now on.
    pub fn start() -> Clock {
        Clock { wall: Instant::now(), work: work() }
    }

    /// Since the start.
    pub fn took(&self) -> Duration {
        match (self.work, work()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.wall.elapsed(),
        }
    }
}

/// The time that this thread has run, where the system tells (Linux).
fn work() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
