//! Password hashing: argon2id on threads of its own.
//!
//! One hash takes some 20 ms of a core. On the async threads it would stop everything else; on ordinary threads it would still
//! take its share of the cores. These threads are as few as the cores less one, and of the lowest priority, so that hashing
//! gets what is left. Who waits too long, or finds too many waiting, is told to come back.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use thread_priority::ThreadPriority;
use tokio::sync::oneshot;

use super::error::{Error, Kind, broken};
use crate::model::ids::Secret;

/// How many hashes may wait.
const QUEUE: usize = 512;
/// How long one may wait.
const PATIENCE: Duration = Duration::from_secs(15);

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Hasher {
    jobs: SyncSender<Job>,
    /// The hash of nothing anybody knows: compared with where there is no account, so that both take as long.
    nobody: Arc<Secret>,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher")
    }
}

struct Job {
    work: Work,
    done: oneshot::Sender<Result<Outcome, String>>,
}

enum Work {
    Hash(Secret),
    Verify { password: Secret, hash: Secret },
}

enum Outcome {
    Hashed(Secret),
    Verified(bool),
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread or no randomness.
    pub fn start(secret_of_nobody: &Secret) -> Result<Self, String> {
        let (jobs, queue) = sync_channel(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        for number in 0..cores.saturating_sub(1).max(1) {
            let queue = queue.clone();
            let thread = std::thread::Builder::new().name(format!("password-{number}"));
            thread.spawn(move || work(&queue)).map_err(|e| e.to_string())?;
        }
        let nobody = Arc::new(hash(secret_of_nobody)?);
        Ok(Self { jobs, nobody })
    }

    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn hash(&self, password: &str) -> Result<Secret, Error> {
        match self.run(Work::Hash(Secret::new(password))).await? {
            Outcome::Hashed(hash) => Ok(hash),
            Outcome::Verified(_) => Err(broken("another job's outcome")),
        }
    }

    /// Whether a password is the one behind a hash. Without a hash the answer is no, after the same work.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn verify(&self, password: &str, hash: Option<&Secret>) -> Result<bool, Error> {
        let known = hash.filter(|hash| !hash.expose().is_empty());
        let hash = known.cloned().unwrap_or_else(|| (*self.nobody).clone());
        match self.run(Work::Verify { password: Secret::new(password), hash }).await? {
            Outcome::Verified(same) => Ok(same && known.is_some()),
            Outcome::Hashed(_) => Err(broken("another job's outcome")),
        }
    }

    async fn run(&self, work: Work) -> Result<Outcome, Error> {
        let busy = || Error::new(Kind::Unavailable, "Too many logins at the moment. Please try again.");
        let (done, outcome) = oneshot::channel();
        self.jobs.try_send(Job { work, done }).map_err(|_| busy())?;
        let outcome = tokio::time::timeout(PATIENCE, outcome).await.map_err(|_| busy())?;
        outcome.map_err(broken)?.map_err(broken)
    }
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

fn work(queue: &Mutex<Receiver<Job>>) {
    if let Err(error) = step_back() {
        tracing::debug!(?error, "password hashing runs at normal priority");
    }
    loop {
        // The lock is held while waiting, which is fine: whoever holds it takes the next job.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { work, done }) = next else { return };
        if done.is_closed() {
            continue;
        }
        let outcome = match work {
            Work::Hash(password) => hash(&password).map(Outcome::Hashed),
            Work::Verify { password, hash } => verify(&password, &hash).map(Outcome::Verified),
        };
        // Nobody waits any more: nothing is lost.
        let _ = done.send(outcome);
    }
}

/// argon2id with the crate's defaults: 19 MiB, 2 passes, 1 lane.
fn hash(password: &Secret) -> Result<Secret, String> {
    let hash = Argon2::default().hash_password(password.expose().as_bytes()).map_err(|e| e.to_string())?;
    Ok(Secret::new(hash.to_string()))
}

fn verify(password: &Secret, hash: &Secret) -> Result<bool, String> {
    let hash = PasswordHash::new(hash.expose()).map_err(|e| e.to_string())?;
    Ok(Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashes_verify() {
        let hasher = Hasher::start(&Secret::new("nobody knows")).unwrap();
        let hash = hasher.hash("right").await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("right", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("wrong", Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_can_log_in_without_a_hash() {
        let hasher = Hasher::start(&Secret::new("nobody knows")).unwrap();
        assert!(!hasher.verify("nobody knows", None).await.unwrap());
        assert!(!hasher.verify("nobody knows", Some(&Secret::new(""))).await.unwrap());
    }
}
