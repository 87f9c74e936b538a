//! Who is told by letter that something happened to an account (users.md 3.2, 3.4, 3.19 and 3.20).
//!
//! To be called after the commit, with the name of whoever did it. The request does not wait for it, and does not fail with it.

use super::ctx::Backend;
use crate::model::notice::{AccountEvent, Letter, Notice};
use crate::model::user::User;
use crate::store::users;

/// Tells every owner and user-admin but the new user itself.
pub fn account_created(backend: &Backend, by: &str, user: &User) {
    tell(backend, by, user, AccountEvent::Created);
}

/// Tells every owner and user-admin.
pub fn account_deleted(backend: &Backend, by: &str, user: &User) {
    tell(backend, by, user, AccountEvent::Deleted);
}

/// Tells every owner and user-admin, and the user.
pub fn account_suspended(backend: &Backend, by: &str, user: &User) {
    tell_oneself(backend, user, AccountEvent::Suspended);
    tell(backend, by, user, AccountEvent::Suspended);
}

/// Tells every owner and user-admin, and the user.
pub fn account_activated(backend: &Backend, by: &str, user: &User) {
    tell_oneself(backend, user, AccountEvent::Activated);
    tell(backend, by, user, AccountEvent::Activated);
}

fn tell_oneself(backend: &Backend, user: &User, what: AccountEvent) {
    if !user.email.is_empty() {
        let (to, addressee) = (user.email.clone(), user.username.clone());
        backend.notifier.take(Letter { to, addressee, notice: Notice::OwnAccount(what) });
    }
}

fn tell(backend: &Backend, by: &str, user: &User, what: AccountEvent) {
    let (store, notifier, id) = (backend.store.clone(), backend.notifier.clone(), user.id);
    let notice = Notice::Account { what, username: user.username.clone(), by: by.to_owned() };
    backend.background.spawn(async move {
        match users::select_caretakers(&store, id).await {
            Ok(caretakers) => {
                for (addressee, to) in caretakers {
                    notifier.take(Letter { to, addressee, notice: notice.clone() });
                }
            }
            Err(error) => tracing::error!(%error, kind = notice.kind(), "nobody could be told by letter"),
        }
    });
}
