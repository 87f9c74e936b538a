//! Password hashing: argon2id, on threads of its own. Hashes of imported users, which may be PBKDF2, are read too.

mod hashes;
mod threads;

use std::sync::Arc;
use std::time::Duration;

use super::error::{Error, Kind, broken};
use crate::model::ids::Secret;
pub use hashes::check_foreign;
use threads::{Outcome, Threads, Work};

/// How long a hash may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Hashes and verifies passwords. Who waits too long, or finds too many waiting, is told to come back.
#[derive(Clone)]
pub struct Hasher {
    threads: Arc<Threads>,
    /// The hash of nothing anybody knows: compared with where there is no account, so that both take as long.
    nobody: Arc<Secret>,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher")
    }
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread or no randomness.
    pub fn start(secret_of_nobody: &Secret) -> Result<Self, String> {
        let nobody = Arc::new(hashes::hash(secret_of_nobody)?);
        Ok(Self { threads: Arc::new(Threads::start()?), nobody })
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

    /// Whether a password is the one behind a hash. Without a hash, or with one that cannot be verified, the answer is no, after
    /// the work of a hash that is made today.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn verify(&self, password: &str, hash: Option<&Secret>) -> Result<bool, Error> {
        let known = hash.filter(|hash| !hash.expose().is_empty()).filter(|hash| is_readable(hash));
        let hash = known.cloned().unwrap_or_else(|| (*self.nobody).clone());
        match self.run(Work::Verify { password: Secret::new(password), hash }).await? {
            Outcome::Verified(same) => Ok(same && known.is_some()),
            Outcome::Hashed(_) => Err(broken("another job's outcome")),
        }
    }

    /// Whether a hash is weaker than those that are made today: of another kind, or of less work.
    pub fn is_weak(&self, hash: &Secret) -> bool {
        hashes::is_weak(hash)
    }

    /// How many passwords were hashed or compared since the start.
    pub fn done(&self) -> u64 {
        self.threads.done()
    }

    async fn run(&self, work: Work) -> Result<Outcome, Error> {
        let busy = || Error::new(Kind::Unavailable, "Too many logins at the moment. Please try again.");
        let answer = self.threads.ask(work).ok_or_else(busy)?;
        let answer = tokio::time::timeout(PATIENCE, answer).await.map_err(|_| busy())?;
        answer.map_err(broken)?.map_err(broken)
    }
}

fn is_readable(hash: &Secret) -> bool {
    let readable = check_foreign(hash.expose());
    if let Err(why) = &readable {
        tracing::warn!(why, "a stored password hash cannot be verified");
    }
    readable.is_ok()
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

    #[tokio::test]
    async fn what_is_no_hash_is_compared_with_at_the_same_cost() {
        let hasher = Hasher::start(&Secret::new("nobody knows")).unwrap();
        for odd in ["hunter2", "$pbkdf2-sha256$99999999$AAAA$AAAA"] {
            let before = hasher.done();
            assert!(!hasher.verify("hunter2", Some(&Secret::new(odd))).await.unwrap());
            assert_eq!(hasher.done(), before + 1);
        }
    }
}
