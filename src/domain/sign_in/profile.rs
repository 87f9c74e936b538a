//! What the rules know of somebody whom a provider vouches for, whichever provider it is.

use crate::domain::provider::{Claims, Tokens};
use crate::model::ids::OrgId;
use crate::model::names::is_storable;

/// The longest address of a picture that is kept.
const PICTURE_LIMIT: usize = 4_096;

/// Somebody whom a provider vouches for.
#[derive(Debug)]
pub(super) struct Profile {
    /// Who it is, at the provider. Never empty.
    pub(super) linked_id: String,
    /// Verified, as far as the operator wants that.
    pub(super) email: String,
    /// What a new account is called, if nobody is called that.
    pub(super) username: String,
    /// Display name; none when the provider says nothing of it.
    pub(super) name: Option<String>,
    /// Picture, may be empty.
    pub(super) avatar_url: String,
    /// To ask the provider again with.
    pub(super) tokens: Tokens,
    /// What the provider said, to be shown to the user.
    pub(super) claims: Claims,
    /// The id at github.com.
    pub(super) github_id: Option<i64>,
    /// The site roles that the provider decides; none where roles are granted by hand.
    pub(super) roles: Option<Vec<String>>,
    /// The organizations that the provider decides; none where members are added by hand. The nil id is the default one.
    pub(super) organizations: Option<Vec<OrgId>>,
}

/// The address of a picture as it is kept; empty for one that cannot be.
pub(super) fn picture(url: &str) -> String {
    if is_storable(url) && url.len() <= PICTURE_LIMIT { url.to_owned() } else { String::new() }
}
