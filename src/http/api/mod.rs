//! The API, one struct per reference page.

mod authorization;
mod general;
mod members;
mod organizations;
mod users;

pub use authorization::Authorization;
pub use general::General;
pub use members::Members;
pub use organizations::Organizations;
use poem_openapi::Tags;
pub use users::Users;

/// The reference pages.
#[derive(Tags)]
enum Tag {
    /// Logging in, scopes and permission checks.
    Authorization,
    /// The deployment itself.
    General,
    /// Who belongs to an organization, and with which roles.
    Members,
    /// Organizations.
    Organizations,
    /// People and service accounts.
    Users,
}
