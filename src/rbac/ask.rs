//! What is asked about an object.

use super::action::Action;
use super::resource::Resource;

/// A verb on a type, as the bit that permission sets keep for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) resource: Resource,
    pub(super) bit: u32,
}

/// The bit for words that are no verb. Only permissions for every verb cover it: whether a verb exists is no question of the
/// decision (rbac.md 2 and 14).
const NO_VERB: u32 = 1 << Action::ALL.len();

/// The bits of a permission for every verb, also for those that a type does not know.
pub(super) const EVERY_VERB: u32 = NO_VERB | (NO_VERB - 1);

impl Ask {
    pub(super) fn new(resource: Resource, action: Option<Action>) -> Self {
        Self { resource, bit: bits(action) }
    }
}

/// The bit of a verb; none is a word that is no verb.
pub(super) const fn bits(action: Option<Action>) -> u32 {
    match action {
        Some(action) => action.bit(),
        None => NO_VERB,
    }
}
