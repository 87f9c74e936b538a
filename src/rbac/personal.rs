//! What is personal of a user, as a thing that decisions are about.

use super::object::{Object, Target};
use super::resource::Resource;
use crate::model::ids::UserId;

/// Something that is a user's own: settings, or keys for git. Whether one may read or change it is asked of its user
/// (users.md 1.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal<T> {
    /// Whose.
    pub user: UserId,
    /// What.
    pub thing: T,
}

impl<T> Target for Personal<T> {
    fn object(&self) -> Object {
        Object::of(Resource::User).with_id(self.user.0).owned_by(self.user.0)
    }
}
