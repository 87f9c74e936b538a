//! The API, one struct per reference page.

mod authorization;
mod coder_dialect;
mod documented_dialect;
mod experimental;
mod general;
mod keys;
mod members;
mod organizations;
mod passwords;
mod people;
mod settings;
mod sign_in;
mod users;

pub use authorization::Authorization;
pub use coder_dialect::CoderDialect;
pub use documented_dialect::DocumentedDialect;
pub use experimental::Experimental;
pub use general::General;
pub use keys::Keys;
pub use members::Members;
pub use organizations::Organizations;
pub use passwords::Passwords;
pub use people::People;
use poem_openapi::Tags;
pub use settings::Settings;
pub use sign_in::SignIn;
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
