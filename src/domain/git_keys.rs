//! The SSH key pair that every user has for git (users.md 3.8 and 3.9).
//!
//! A pair of most kinds is made in less than a millisecond, but RSA looks for two primes of 2048 bits, for seconds. That is
//! done on threads of its own, as passwords are hashed: as few as the cores less one, with a bounded queue. Unlike those they
//! have the usual priority: with the lowest one a busy machine never came to an end within the time that a request has. Nobody
//! holds a transaction meanwhile.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use ssh_key::private::{EcdsaKeypair, Ed25519Keypair, KeypairData, RsaKeypair};
use ssh_key::{EcdsaCurve, LineEnding, PrivateKey};
use tokio::sync::oneshot;

use super::audit;
use super::ctx::Ctx;
use super::error::{Error, Kind, broken};
use super::personal;
use crate::model::git_key::{GitKey, KeyAlgorithm};
use crate::model::ids::{Ids, Secret, UserId};
use crate::model::user::{KeyPair, UserRef};
use crate::rbac::{Allowed, Personal, act};
use crate::store;

/// How many pairs may wait.
const QUEUE: usize = 64;
/// How long one may wait, and be made; less than what a request may take.
const PATIENCE: Duration = Duration::from_secs(50);
/// What an RSA pair has, in bits.
const RSA_BITS: usize = 4096;

/// What every new pair begins with; the same seed gives the same pair.
type Seed = [u8; 32];

/// The public half of a user's pair.
///
/// # Errors
/// 404 for whom the caller may not see, or nothing personal of; 500 when there is no pair, which the server never leaves so.
pub async fn get(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Personal<GitKey>, act::ReadPersonal>, Error> {
    let user = personal::to_read(ctx, user).await?.user.id;
    let found = store::git_keys::find(ctx.store(), user).await?;
    let thing = found.ok_or_else(|| Error::new(Kind::Internal, "Internal error fetching user's SSH key."))?;
    Ok(ctx.subject.may(Personal { user, thing })?)
}

/// Gives a user a new pair in place of the old one, and answers its public half.
///
/// # Errors
/// 404 for whom the caller may not see, or change nothing personal of; 503 when too many pairs are being made.
pub async fn set(ctx: &Ctx, user: &UserRef) -> Result<Allowed<Personal<GitKey>, act::UpdatePersonal>, Error> {
    let user = to_change(ctx, user).await?;
    let pair = ctx.backend().git_keys.generate(&ctx.backend().ids).await?;
    // While the pair was made, seconds may have gone by.
    let mut turn = ctx.turn().await?;
    personal::still_there(&*turn.person(user).await?)?;
    let new: Allowed<_, act::UpdatePersonal> = turn.subject.may(Personal { user, thing: pair })?;
    let old = store::git_keys::find(&turn.tx, user).await?.map(|old| old.public);
    let key = store::git_keys::set(&mut turn.tx, &new, ctx.backend().now()).await?;
    let answer = turn.subject.may(Personal { user, thing: key })?;
    let target = audit::other_git_key(user, old, &new.thing.public, &new.thing.private);
    turn.tx.commit(vec![ctx.event(audit::Action::Write, target, 200)]).await?;
    Ok(answer)
}

/// Whoever may see the pair has tried something on it.
async fn to_change(ctx: &Ctx, user: &UserRef) -> Result<UserId, Error> {
    if let Ok(seen) = get(ctx, user).await {
        ctx.attempts(audit::Action::Write, audit::git_key(seen.user, &seen.thing.public));
    }
    Ok(personal::to_change(ctx, user).await?.user.id)
}

/// A new ed25519 pair, which takes microseconds.
///
/// # Errors
/// When the pair cannot be written down.
pub(super) fn ed25519(ids: &Ids) -> Result<KeyPair, Error> {
    make(KeyAlgorithm::Ed25519, ids.bytes()).map_err(broken)
}

/// Makes pairs, all of one kind.
#[derive(Clone)]
pub struct Maker {
    algorithm: KeyAlgorithm,
    /// None for kinds that need no threads.
    slow: Option<SyncSender<Job>>,
}

struct Job {
    seed: Seed,
    done: oneshot::Sender<Result<KeyPair, String>>,
}

impl std::fmt::Debug for Maker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Maker").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl Maker {
    /// Starts the threads, if this kind of pair needs them.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(algorithm: KeyAlgorithm) -> Result<Self, String> {
        if algorithm != KeyAlgorithm::Rsa4096 {
            return Ok(Self { algorithm, slow: None });
        }
        let (jobs, queue) = sync_channel(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        for number in 0..cores.saturating_sub(1).max(1) {
            let queue = queue.clone();
            let thread = std::thread::Builder::new().name(format!("git-key-{number}"));
            thread.spawn(move || work(algorithm, &queue)).map_err(|e| e.to_string())?;
        }
        Ok(Self { algorithm, slow: Some(jobs) })
    }

    /// A new pair.
    ///
    /// # Errors
    /// 503 when too many are being made.
    pub async fn generate(&self, ids: &Ids) -> Result<KeyPair, Error> {
        let seed = ids.bytes();
        let Some(jobs) = &self.slow else { return make(self.algorithm, seed).map_err(broken) };
        let busy = || {
            let text = "Too many SSH keys are being made at the moment. Please try again.";
            Error::new(Kind::Unavailable, text)
        };
        let (done, outcome) = oneshot::channel();
        jobs.try_send(Job { seed, done }).map_err(|_| busy())?;
        let outcome = tokio::time::timeout(PATIENCE, outcome).await.map_err(|_| busy())?;
        outcome.map_err(broken)?.map_err(broken)
    }
}

fn work(algorithm: KeyAlgorithm, queue: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting, which is fine: whoever holds it takes the next job.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { seed, done }) = next else { return };
        // Whoever gave up waiting gets none.
        if !done.is_closed() {
            let _ = done.send(make(algorithm, seed));
        }
    }
}

fn make(algorithm: KeyAlgorithm, seed: Seed) -> Result<KeyPair, String> {
    let pair = keys(algorithm, seed).map_err(|e| e.to_string())?;
    let key = PrivateKey::new(pair, "").map_err(|e| e.to_string())?;
    let private = key.to_openssh(LineEnding::LF).map_err(|e| e.to_string())?;
    let public = key.public_key().to_openssh().map_err(|e| e.to_string())?;
    Ok(KeyPair { private: Secret::new(private.as_str()), public: format!("{}\n", public.trim_end()) })
}

fn keys(algorithm: KeyAlgorithm, seed: Seed) -> ssh_key::Result<KeypairData> {
    let mut random = StdRng::from_seed(seed);
    Ok(match algorithm {
        KeyAlgorithm::Ed25519 => Ed25519Keypair::from_seed(&seed).into(),
        KeyAlgorithm::Ecdsa => EcdsaKeypair::random(&mut random, EcdsaCurve::NistP256)?.into(),
        KeyAlgorithm::Rsa4096 => RsaKeypair::random(&mut random, RSA_BITS)?.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kinds, how their lines begin, and how many bits the key has.
    const KINDS: [(KeyAlgorithm, &str); 3] = [
        (KeyAlgorithm::Ed25519, "ssh-ed25519 AAAA"),
        (KeyAlgorithm::Ecdsa, "ecdsa-sha2-nistp256 AAAA"),
        (KeyAlgorithm::Rsa4096, "ssh-rsa AAAA"),
    ];

    #[tokio::test]
    async fn pairs_are_openssh() {
        for (algorithm, beginning) in KINDS {
            let pair = Maker::start(algorithm).unwrap().generate(&Ids::random()).await.unwrap();
            assert!(pair.public.starts_with(beginning) && pair.public.ends_with('\n'), "{}", pair.public);
            assert_eq!(pair.public.split_whitespace().count(), 2);
            let read = PrivateKey::from_openssh(pair.private.expose()).unwrap();
            assert_eq!(read.public_key().to_openssh().unwrap().trim_end(), pair.public.trim_end());
            if let KeypairData::Rsa(rsa) = read.key_data() {
                assert_eq!(rsa.key_size(), 4096);
            }
        }
    }

    #[test]
    fn no_two_pairs_are_the_same_and_their_private_halves_do_not_print() {
        for algorithm in [KeyAlgorithm::Ed25519, KeyAlgorithm::Ecdsa] {
            let (one, other) = (make(algorithm, [1; 32]).unwrap(), make(algorithm, [2; 32]).unwrap());
            assert_ne!(one.public, other.public);
            assert!(!format!("{one:?}").contains("PRIVATE KEY"), "{one:?}");
        }
    }

    /// A queue that nobody works on fills up; the next one is told at once.
    #[tokio::test]
    async fn when_too_many_wait_the_next_is_told_so() {
        let (jobs, _queue) = sync_channel(0);
        let maker = Maker { algorithm: KeyAlgorithm::Rsa4096, slow: Some(jobs) };
        let refused = maker.generate(&Ids::random()).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Unavailable);
    }
}
