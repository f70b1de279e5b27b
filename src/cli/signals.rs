//! Ctrl-C and its like: the first asks a run to stop where it can go on later, the second ends the program at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Hears signals.
#[derive(Debug)]
pub(super) struct Signals {
    stop: Arc<AtomicBool>,
    /// The last one; 0 before there is any.
    which: Arc<AtomicUsize>,
}

impl Signals {
    /// Listens from now on.
    pub(super) fn listen() -> io::Result<Signals> {
        let (stop, which) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        for signal in [SIGINT, SIGTERM] {
            // In this order: a signal that finds the flag set ends the program, and only then sets it.
            flag::register_conditional_shutdown(signal, 128 + signal, stop.clone())?;
            flag::register(signal, stop.clone())?;
            flag::register_usize(signal, which.clone(), usize::try_from(signal).unwrap_or(0))?;
        }
        Ok(Signals { stop, which })
    }

    /// Whether there was one.
    pub(super) fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// The exit status that shells expect of a program that a signal has ended: 130 for Ctrl-C.
    pub(super) fn status(&self) -> u8 {
        u8::try_from(128 + self.which.load(Ordering::Relaxed)).unwrap_or(130)
    }
}
