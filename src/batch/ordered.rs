//! Work on many things at once whose results come out in order, in bounded memory.
//!
//! Threads take chunks of the source one after the other. What they make of a chunk waits in a `Window` until all
//! before it has been taken out; the thread whose chunk is next never waits, all others do while too much waits, so
//! that neither can wait for the other.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A result with a size.
pub trait Weigh {
    /// About how many bytes it takes in memory.
    fn weight(&self) -> usize;
}

/// What the one who takes the results out is told.
#[derive(Debug)]
pub enum Event<B> {
    /// The next result.
    Result(B),
    /// Nothing is ready: it is time to flush.
    Idle,
}

/// Where a worker puts what it made.
#[derive(Debug)]
pub struct Outlet<'a, B> {
    window: &'a Window<B>,
    chunk: u64,
}

impl<B: Weigh> Outlet<'_, B> {
    /// Hands over a part of what becomes of the chunk. Where it says `false`, nobody wants the rest.
    pub fn put(&self, result: B) -> bool {
        self.window.put(self.chunk, result)
    }
}

/// Threads whose stacks are as large as that of the main thread.
const STACK: usize = 8 << 20;

/// Takes chunks from `next` until there is none, works on up to `jobs` of them at a time, each thread with a worker
/// that `worker` makes, and gives `sink` what comes of them, in the order of the chunks, on the calling thread. At most
/// about `most` bytes of results wait. An error of `sink` ends the work.
///
/// # Errors
///
/// That of `sink`; or that the system gives no threads.
pub fn ordered<C, B, W, E>(
    jobs: NonZero<usize>,
    most: usize,
    next: impl FnMut() -> Option<C> + Send,
    worker: impl Fn() -> W + Sync,
    mut sink: impl FnMut(Event<B>) -> Result<(), E>,
) -> Result<(), E>
where
    C: Send,
    B: Send + Weigh,
    W: FnMut(C, &Outlet<'_, B>),
    E: From<std::io::Error>,
{
    let window = Window::new(most);
    let source = Mutex::new((next, 0));
    let work = || {
        let _leave = Leave(&window);
        let mut worker = worker();
        loop {
            let (chunk, number) = {
                let mut source = lock(&source);
                if window.stopped() {
                    return;
                }
                let Some(chunk) = (source.0)() else { return };
                let number = source.1;
                source.1 += 1;
                window.begin(number);
                (chunk, number)
            };
            worker(chunk, &Outlet { window: &window, chunk: number });
            window.end(number);
        }
    };
    thread::scope(|scope| {
        // Whatever ends this block, the threads end too.
        let _end = Stop(&window);
        for _ in 0..jobs.get() {
            window.enter();
            let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            if let Err(err) = thread {
                window.leave();
                // As many as there are will do.
                if window.is_empty() {
                    return Err(err.into());
                }
                break;
            }
        }
        loop {
            let event = match window.take(false) {
                Taken::Nothing => {
                    sink(Event::Idle)?;
                    window.take(true)
                }
                taken => taken,
            };
            match event {
                Taken::Result(result) => sink(Event::Result(result))?,
                Taken::End => return Ok(()),
                Taken::Nothing => {}
            }
        }
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Results on their way out.
#[derive(Debug)]
struct Window<B> {
    state: Mutex<State<B>>,
    /// Something came for the one who takes out.
    ready: Condvar,
    /// There is room, or the turn of another chunk has come.
    room: Condvar,
    most: usize,
}

#[derive(Debug)]
struct State<B> {
    /// The chunk whose results go out now.
    turn: u64,
    /// Chunks that were begun, and what came of them.
    chunks: BTreeMap<u64, Chunk<B>>,
    /// Weight of all results that wait.
    weight: usize,
    /// Threads at work.
    threads: usize,
    stopped: bool,
}

#[derive(Debug)]
struct Chunk<B> {
    results: VecDeque<B>,
    ended: bool,
}

enum Taken<B> {
    Result(B),
    /// None is ready.
    Nothing,
    /// There will be none.
    End,
}

impl<B> Window<B> {
    fn new(most: usize) -> Window<B> {
        let state = State { turn: 0, chunks: BTreeMap::new(), weight: 0, threads: 0, stopped: false };
        Window { state: Mutex::new(state), ready: Condvar::new(), room: Condvar::new(), most }
    }

    fn enter(&self) {
        lock(&self.state).threads += 1;
    }

    fn leave(&self) {
        lock(&self.state).threads -= 1;
        self.ready.notify_all();
    }

    fn is_empty(&self) -> bool {
        lock(&self.state).threads == 0
    }

    fn stopped(&self) -> bool {
        lock(&self.state).stopped
    }

    fn stop(&self) {
        lock(&self.state).stopped = true;
        self.room.notify_all();
        self.ready.notify_all();
    }

    fn begin(&self, chunk: u64) {
        lock(&self.state).chunks.insert(chunk, Chunk { results: VecDeque::new(), ended: false });
    }

    fn end(&self, chunk: u64) {
        let mut state = lock(&self.state);
        if let Some(chunk) = state.chunks.get_mut(&chunk) {
            chunk.ended = true;
        }
        let ready = state.turn == chunk;
        drop(state);
        if ready {
            self.ready.notify_one();
        }
    }
}

impl<B: Weigh> Window<B> {
    fn put(&self, chunk: u64, result: B) -> bool {
        let weight = result.weight();
        let mut state = lock(&self.state);
        while !state.stopped && state.turn != chunk && state.weight + weight > self.most {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return false;
        }
        let ready = state.turn == chunk;
        state.weight += weight;
        if let Some(chunk) = state.chunks.get_mut(&chunk) {
            chunk.results.push_back(result);
        }
        drop(state);
        if ready {
            self.ready.notify_one();
        }
        true
    }

    /// The next result in order; where none is ready and `wait`, waits for one.
    fn take(&self, wait: bool) -> Taken<B> {
        let mut state = lock(&self.state);
        loop {
            let (turn, threads) = (state.turn, state.threads);
            match state.chunks.get_mut(&turn) {
                Some(chunk) => {
                    if let Some(result) = chunk.results.pop_front() {
                        state.weight = state.weight.saturating_sub(result.weight());
                        drop(state);
                        self.room.notify_all();
                        return Taken::Result(result);
                    }
                    if chunk.ended {
                        state.chunks.remove(&turn);
                        state.turn += 1;
                        self.room.notify_all();
                        continue;
                    }
                    if threads == 0 {
                        return Taken::End;
                    }
                }
                None if threads == 0 => return Taken::End,
                None => {}
            }
            if !wait {
                return Taken::Nothing;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Ends the work when dropped, by an error or a panic too.
struct Stop<'a, B>(&'a Window<B>);

impl<B> Drop for Stop<'_, B> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// A thread at work; a panic in it ends the work of all.
struct Leave<'a, B>(&'a Window<B>);

impl<B> Drop for Leave<'_, B> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
        self.0.leave();
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    impl Weigh for u64 {
        fn weight(&self) -> usize {
            100
        }
    }

    fn run(jobs: usize, most: usize, count: u64) -> Vec<u64> {
        let mut numbers = 0..count;
        let mut out = Vec::new();
        ordered(
            NonZero::new(jobs).unwrap(),
            most,
            || numbers.next(),
            || {
                |number: u64, outlet: &Outlet<u64>| {
                    // Early ones take longest.
                    thread::sleep(Duration::from_micros(if number.is_multiple_of(7) { 500 } else { 0 }));
                    for part in 0..3 {
                        assert!(outlet.put(number * 3 + part));
                    }
                }
            },
            |event| {
                if let Event::Result(number) = event {
                    out.push(number);
                }
                Ok::<(), io::Error>(())
            },
        )
        .unwrap();
        out
    }

    #[test]
    fn results_come_in_order_with_any_number_of_threads_and_little_room() {
        let expected: Vec<u64> = (0..600).collect();
        for jobs in [1, 2, 5, 300] {
            for most in [0, 1, 250, usize::MAX] {
                assert_eq!(run(jobs, most, 200), expected, "{jobs} jobs, {most} bytes");
            }
        }
        assert!(run(2, 1, 0).is_empty());
    }

    #[test]
    fn an_error_of_the_sink_ends_the_work() {
        let taken = AtomicUsize::new(0);
        let result = ordered(
            NonZero::new(4).unwrap(),
            1000,
            || Some(taken.fetch_add(1, Ordering::Relaxed) as u64),
            || |number: u64, outlet: &Outlet<u64>| assert!(outlet.put(number) || number > 50),
            |event| match event {
                Event::Result(50) => Err(io::Error::other("full")),
                _ => Ok(()),
            },
        );
        assert_eq!(result.unwrap_err().to_string(), "full");
        assert!(taken.into_inner() < 1000);
    }

    #[test]
    fn the_sink_hears_when_nothing_is_ready() {
        // A source that gives the next number only when the last one was written and flushed, as a feeder may that
        // waits for each answer.
        let (answered, answers) = std::sync::mpsc::channel::<u64>();
        let mut numbers = 0..20;
        let next = move || {
            let number = numbers.next()?;
            if number > 0 {
                assert_eq!(answers.recv_timeout(Duration::from_secs(20)), Ok(number - 1));
            }
            Some(number)
        };
        let mut written = None;
        let worker = || |number: u64, outlet: &Outlet<u64>| assert!(outlet.put(number));
        ordered(NonZero::new(3).unwrap(), 1, next, worker, |event| {
            match event {
                Event::Result(number) => written = Some(number),
                Event::Idle => written.take().into_iter().for_each(|number| answered.send(number).unwrap()),
            }
            Ok::<(), io::Error>(())
        })
        .unwrap();
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_no_deadlock() {
        let mut numbers = 0..100;
        let worker = || {
            |number: u64, outlet: &Outlet<u64>| {
                assert!(number < 50, "as the test wants");
                outlet.put(number);
            }
        };
        let sink = |_| Ok::<(), io::Error>(());
        let _ = ordered(NonZero::new(3).unwrap(), 1, || numbers.next(), worker, sink);
    }
}
