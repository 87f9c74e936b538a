//! Letters on their way: as many as there is room for, each tried a few times.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::smtp::Sender;
use super::{Letter, Notice, Notifier};

/// How much may be on its way, and how long it is tried.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Letters that may wait, of each of the two kinds.
    pub room: usize,
    /// Letters of each kind that are handed over at the same time.
    pub at_once: usize,
    /// The pauses between one try and the next.
    pub pauses: Vec<Duration>,
}

impl Default for Limits {
    /// A code is good for twenty minutes, and a mail server that makes strangers wait does so for five.
    fn default() -> Self {
        Self { room: 1000, at_once: 2, pauses: [2, 15, 60, 300].map(Duration::from_secs).into() }
    }
}

/// Delivers by SMTP, in tasks of its own. Codes, which somebody waits for, have a lane of their own, so that no flood of other
/// letters holds them up.
#[derive(Debug)]
pub struct Queue {
    sender: Arc<Sender>,
    pauses: Arc<[Duration]>,
    codes: Lane,
    others: Lane,
    tasks: TaskTracker,
    closing: CancellationToken,
}

#[derive(Debug, Clone)]
struct Lane {
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Lane {
    fn new(limits: &Limits) -> Self {
        let room = Arc::new(Semaphore::new(limits.room));
        Self { room, turns: Arc::new(Semaphore::new(limits.at_once)) }
    }
}

impl Queue {
    /// An empty one.
    pub fn new(sender: Sender, limits: Limits) -> Self {
        let (codes, others) = (Lane::new(&limits), Lane::new(&limits));
        let (tasks, closing) = (TaskTracker::new(), CancellationToken::new());
        Self { sender: Arc::new(sender), pauses: limits.pauses.into(), codes, others, tasks, closing }
    }

    /// Tries whatever is left once more at once, and waits for it at most this long.
    pub async fn finish(&self, grace: Duration) {
        self.closing.cancel();
        self.tasks.close();
        if tokio::time::timeout(grace, self.tasks.wait()).await.is_err() {
            tracing::error!(letters = self.tasks.len(), "letters are lost: the mail server took too long");
        }
    }
}

impl Notifier for Queue {
    fn take(&self, letter: Letter) {
        let lane = if matches!(letter.notice, Notice::Passcode { .. }) { &self.codes } else { &self.others };
        let Ok(room) = lane.room.clone().try_acquire_owned() else {
            let (to, kind) = (letter.to, letter.notice.kind());
            tracing::error!(to, kind, "a letter is dropped: too many wait for the mail server");
            return;
        };
        let (sender, pauses) = (self.sender.clone(), self.pauses.clone());
        let delivery =
            Delivery { letter, turns: lane.turns.clone(), closing: self.closing.clone(), _room: room };
        self.tasks.spawn(delivery.run(sender, pauses));
    }
}

struct Delivery {
    letter: Letter,
    turns: Arc<Semaphore>,
    closing: CancellationToken,
    _room: OwnedSemaphorePermit,
}

impl Delivery {
    async fn run(self, sender: Arc<Sender>, pauses: Arc<[Duration]>) {
        let (to, kind) = (&self.letter.to, self.letter.notice.kind());
        let mut pauses = pauses.iter();
        loop {
            let last = self.closing.is_cancelled();
            let Err(refused) = self.attempt(&sender).await else { return };
            let why = refused.why;
            let Some(pause) = pauses.next().filter(|_| !refused.lasting && !last) else {
                tracing::error!(to, kind, why, "a letter is given up");
                return;
            };
            tracing::warn!(to, kind, why, again_in = ?pause, "a letter could not be delivered yet");
            self.wait(*pause).await;
        }
    }

    async fn attempt(&self, sender: &Sender) -> Result<(), super::smtp::Undelivered> {
        // Never closed, so that an error cannot be.
        let _turn = self.turns.acquire().await;
        sender.deliver(&self.letter).await
    }

    async fn wait(&self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.closing.cancelled() => {}
        }
    }
}
