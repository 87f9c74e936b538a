//! The threads that hash.
//!
//! A hash is some 20 ms of a core's work. On the async threads it would stop everything else; on ordinary threads it would still
//! take its share of the cores. These threads are as few as the cores less one, and run only when nobody else wants a core, so
//! that hashing gets what is left. Where nothing is left for long, one more thread of ordinary priority takes over what has
//! waited longest: one job, then a pause, so that it never costs more than a small part of a core.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use thread_priority::ThreadPriority;
use tokio::sync::oneshot;

use super::hashes;
use crate::model::ids::Secret;

/// How many jobs may wait.
const QUEUE: usize = 512;
/// A job that is older is starving.
const STARVING: Duration = Duration::from_secs(1);
/// Between two jobs of the thread that helps out: some 20 ms of work each, so a tenth of a core at most.
const BREATH: Duration = Duration::from_millis(200);

/// What is to be done.
pub(super) enum Work {
    Hash(Secret),
    Verify { password: Secret, hash: Secret },
}

/// What came out of it.
pub(super) enum Outcome {
    Hashed(Secret),
    Verified(bool),
}

pub(super) type Answer = Result<Outcome, String>;

struct Job {
    work: Work,
    since: Instant,
    /// Taken by whoever has the answer first.
    asker: Mutex<Option<oneshot::Sender<Answer>>>,
}

impl Job {
    fn is_wanted(&self) -> bool {
        lock(&self.asker).as_ref().is_some_and(|asker| !asker.is_closed())
    }

    fn starves(&self) -> bool {
        self.since.elapsed() >= STARVING
    }

    fn run(&self, done: &AtomicU64) {
        let answer = match &self.work {
            Work::Hash(password) => hashes::hash(password).map(Outcome::Hashed),
            Work::Verify { password, hash } => hashes::verify(password, hash).map(Outcome::Verified),
        };
        if let Some(asker) = lock(&self.asker).take() {
            done.fetch_add(1, Relaxed);
            // Nobody waits any more: nothing is lost.
            let _ = asker.send(answer);
        }
    }
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Arc<Job>>,
    /// Begun by a thread that may not get a core for long.
    begun: Vec<Arc<Job>>,
    closed: bool,
}

/// The queue and its threads, which end with it.
pub(super) struct Threads(Arc<Shared>);

#[derive(Default)]
struct Shared {
    jobs: Mutex<Jobs>,
    more: Condvar,
    done: AtomicU64,
}

impl Drop for Threads {
    fn drop(&mut self) {
        lock(&self.0.jobs).closed = true;
        self.0.more.notify_all();
    }
}

impl Threads {
    pub(super) fn start() -> Result<Self, String> {
        let shared = Arc::new(Shared::default());
        let start = |name: String, run: fn(&Shared)| {
            let shared = shared.clone();
            let thread = std::thread::Builder::new().name(name);
            thread.spawn(move || run(&shared)).map(drop).map_err(|e| e.to_string())
        };
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        for number in 0..cores.saturating_sub(1).max(1) {
            start(format!("password-{number}"), Shared::work_aside)?;
        }
        start("password-help".to_owned(), Shared::help_out)?;
        Ok(Self(shared))
    }

    /// Where the answer will come; none when too many wait.
    pub(super) fn ask(&self, work: Work) -> Option<oneshot::Receiver<Answer>> {
        let (asker, answer) = oneshot::channel();
        let job = Arc::new(Job { work, since: Instant::now(), asker: Mutex::new(Some(asker)) });
        let mut jobs = lock(&self.0.jobs);
        if jobs.waiting.len() >= QUEUE {
            return None;
        }
        jobs.waiting.push_back(job);
        drop(jobs);
        self.0.more.notify_all();
        Some(answer)
    }

    pub(super) fn done(&self) -> u64 {
        self.0.done.load(Relaxed)
    }
}

impl Shared {
    /// What most of the threads do: job after job, while nobody else wants the core.
    fn work_aside(&self) {
        if let Err(error) = step_back() {
            tracing::debug!(?error, "password hashing runs at normal priority");
        }
        while let Some(job) = self.begin_next() {
            job.run(&self.done);
            lock(&self.jobs).begun.retain(|begun| !Arc::ptr_eq(begun, &job));
        }
    }

    fn begin_next(&self) -> Option<Arc<Job>> {
        let mut jobs = lock(&self.jobs);
        loop {
            if jobs.closed {
                return None;
            }
            match jobs.waiting.pop_front() {
                Some(job) if job.is_wanted() => {
                    jobs.begun.push(job.clone());
                    return Some(job);
                }
                Some(_) => {}
                None => jobs = self.more.wait(jobs).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// What the last thread does: now and then the job that starves, also one that another thread has begun.
    fn help_out(&self) {
        while let Some(job) = self.next_starving() {
            job.run(&self.done);
            std::thread::sleep(BREATH);
        }
    }

    fn next_starving(&self) -> Option<Arc<Job>> {
        let mut jobs = lock(&self.jobs);
        loop {
            if jobs.closed {
                return None;
            }
            if let Some(job) = jobs.begun.iter().find(|job| job.starves() && job.is_wanted()) {
                return Some(job.clone());
            }
            if jobs.waiting.front().is_some_and(|job| job.starves()) {
                match jobs.waiting.pop_front() {
                    Some(job) if job.is_wanted() => return Some(job),
                    _ => continue,
                }
            }
            let oldest = jobs.begun.iter().chain(jobs.waiting.front()).filter(|job| job.is_wanted());
            let rest = oldest.map(|job| STARVING.saturating_sub(job.since.elapsed())).min();
            jobs = match rest {
                Some(rest) => {
                    let waited = self.more.wait_timeout(jobs, rest.max(Duration::from_millis(1)));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.more.wait(jobs).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves the cores to whoever else wants them. Merely the lowest niceness would still interrupt a busy core for
/// milliseconds at a time; measured on one core, that took a third of the rate of other requests.
#[cfg(target_os = "linux")]
fn step_back() -> Result<(), thread_priority::Error> {
    use thread_priority::{NormalThreadSchedulePolicy, ThreadSchedulePolicy};
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let this = thread_priority::thread_native_id();
    thread_priority::set_thread_priority_and_policy(this, ThreadPriority::Min, idle)
}

#[cfg(not(target_os = "linux"))]
fn step_back() -> Result<(), thread_priority::Error> {
    thread_priority::set_current_thread_priority(ThreadPriority::Min)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A queue without threads, on which the test does their work.
    fn idle() -> Threads {
        Threads(Arc::new(Shared::default()))
    }

    fn old(threads: &Threads) {
        let mut jobs = lock(&threads.0.jobs);
        let aged = |job: &Arc<Job>| {
            let asker = Mutex::new(lock(&job.asker).take());
            let Work::Hash(password) = &job.work else { panic!("another kind of work") };
            let since = job.since.checked_sub(STARVING).unwrap();
            Arc::new(Job { work: Work::Hash(password.clone()), since, asker })
        };
        jobs.waiting = jobs.waiting.iter().map(aged).collect();
        jobs.begun = jobs.begun.iter().map(aged).collect();
    }

    #[test]
    fn a_job_that_was_begun_and_starves_is_done_by_another_thread() {
        let threads = idle();
        let mut answer = threads.ask(Work::Hash(Secret::new("x"))).unwrap();
        threads.0.begin_next().unwrap();
        old(&threads);
        threads.0.next_starving().unwrap().run(&threads.0.done);
        assert!(matches!(answer.try_recv(), Ok(Ok(Outcome::Hashed(_)))));
        assert_eq!(threads.done(), 1);
    }

    #[test]
    fn what_two_threads_did_is_answered_once() {
        let threads = idle();
        let mut answer = threads.ask(Work::Hash(Secret::new("x"))).unwrap();
        let job = threads.0.begin_next().unwrap();
        job.run(&threads.0.done);
        job.run(&threads.0.done);
        assert!(answer.try_recv().is_ok());
        assert_eq!(threads.done(), 1);
    }

    #[test]
    fn a_job_that_waits_too_long_is_taken_from_the_queue() {
        let threads = idle();
        let _first = threads.ask(Work::Hash(Secret::new("x"))).unwrap();
        let _second = threads.ask(Work::Hash(Secret::new("y"))).unwrap();
        old(&threads);
        threads.0.next_starving().unwrap().run(&threads.0.done);
        assert_eq!(lock(&threads.0.jobs).waiting.len(), 1);
    }

    #[test]
    fn the_queue_has_an_end() {
        let threads = idle();
        let waiting: Vec<_> = (0..QUEUE).filter_map(|_| threads.ask(Work::Hash(Secret::new("x")))).collect();
        assert_eq!(waiting.len(), QUEUE);
        assert!(threads.ask(Work::Hash(Secret::new("x"))).is_none());
    }
}
