//! Hearing from other replicas on PostgreSQL what their transactions made stale.

use std::sync::{Arc, Weak};
use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use uuid::Uuid;

use super::engine::Engine;
use super::tx::Touched;
use super::{Inner, Store};
use crate::model::ids::{KeyId, OrgId, UserId};

/// Where replicas tell each other.
pub(super) const CHANNEL: &str = "roster_touched";

/// Says that everything is stale: what does not fit into a message of PostgreSQL.
const EVERYTHING: &str = "*";
const LONGEST_MESSAGE: usize = 7_900;
const RETRY: Duration = Duration::from_secs(1);

impl Touched {
    pub(super) fn message(&self) -> String {
        let people = self.people.iter().map(|user| format!("u{}", user.0.simple()));
        let keys = self.keys.iter().map(|key| format!("k{key}"));
        let organizations =
            self.organizations.iter().map(|organization| format!("o{}", organization.0.simple()));
        let counts = self.counts.then(|| "c".to_owned());
        let message = people.chain(keys).chain(organizations).chain(counts).collect::<Vec<_>>().join(",");
        if message.len() > LONGEST_MESSAGE { EVERYTHING.to_owned() } else { message }
    }

    /// None when the message says that everything is stale, or makes no sense.
    fn read(message: &str) -> Option<Self> {
        let mut touched = Self::default();
        for part in message.split(',') {
            match part.split_at_checked(1)? {
                ("u", id) => touched.people.insert(UserId(Uuid::try_parse(id).ok()?)),
                ("k", id) => touched.keys.insert(KeyId(id.to_owned())),
                ("o", id) => touched.organizations.insert(OrgId(Uuid::try_parse(id).ok()?)),
                ("c", "") => std::mem::replace(&mut touched.counts, true),
                _ => return None,
            };
        }
        Some(touched)
    }
}

/// Listens for as long as the store lives. SQLite has one process, which knows what it does.
pub(super) fn start(store: &Store) {
    if store.0.engine == Engine::Postgres {
        store.0.cache.set_deaf(true);
        tokio::spawn(listen_on(Arc::downgrade(&store.0)));
    }
}

async fn listen_on(store: Weak<Inner>) {
    while let Some(inner) = store.upgrade() {
        let url = inner.url.clone();
        drop(inner);
        let lost = hear(&store, &url).await;
        let Some(inner) = store.upgrade() else { return };
        inner.cache.set_deaf(true);
        drop(inner);
        let why = lost.err().map_or_else(|| "the connection is lost".to_owned(), |error| error.to_string());
        tracing::warn!(why, "not hearing other replicas; serving from the database until that is mended");
        tokio::time::sleep(RETRY).await;
    }
}

/// On a connection of its own: one of the pool would be gone for good.
async fn hear(store: &Weak<Inner>, url: &str) -> Result<(), sea_orm::sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    // A lost connection is to be told at once, not after however long a new one takes.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    let Some(inner) = store.upgrade() else { return Ok(()) };
    inner.cache.drop_everything();
    inner.cache.set_deaf(false);
    drop(inner);
    // `None` is a lost connection: messages may have been missed.
    while let Some(message) = listener.try_recv().await? {
        let Some(inner) = store.upgrade() else { return Ok(()) };
        match Touched::read(message.payload()) {
            Some(touched) => inner.cache.drop_touched(&touched),
            None => inner.cache.drop_everything(),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_was_touched() {
        let mut touched = Touched { counts: true, ..Touched::default() };
        touched.people.insert(UserId(Uuid::from_u128(7)));
        touched.keys.insert(KeyId("0123456789".to_owned()));
        assert_eq!(Touched::read(&touched.message()), Some(touched));
    }

    #[test]
    fn a_message_tells_whose_members_were_touched() {
        let organizations = [1, 2].map(|n| OrgId(Uuid::from_u128(n))).into();
        let touched = Touched { organizations, ..Touched::default() };
        assert_eq!(Touched::read(&touched.message()), Some(touched));
        for nonsense in ["o", "ox", "e", "everybody", "c,o"] {
            assert_eq!(Touched::read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn too_much_is_everything() {
        let people = (0..1000).map(|n| UserId(Uuid::from_u128(n))).collect();
        let touched = Touched { people, ..Touched::default() };
        assert_eq!(touched.message(), EVERYTHING);
        assert_eq!(Touched::read(EVERYTHING), None);
    }
}
