//! The API, one struct per reference page.

mod ai_seats;
mod audit;
mod authorization;
mod coder_dialect;
mod connections;
mod documented_dialect;
mod enterprise;
mod experimental;
mod general;
mod groups;
mod insights;
mod keys;
mod members;
mod neighbours;
mod organizations;
mod passwords;
mod people;
mod scim;
mod settings;
mod sign_in;
mod skills;
mod users;

pub use ai_seats::AiSeats;
pub use audit::Audit;
pub use authorization::Authorization;
pub use coder_dialect::CoderDialect;
pub use connections::Connections;
pub use documented_dialect::DocumentedDialect;
pub use enterprise::Enterprise;
pub use experimental::Experimental;
pub use general::General;
pub use groups::Groups;
pub use insights::Insights;
pub use keys::Keys;
pub use members::Members;
pub use neighbours::Neighbours;
pub use organizations::Organizations;
pub use passwords::Passwords;
pub use people::People;
use poem_openapi::Tags;
pub use scim::Scim;
pub use settings::Settings;
pub use sign_in::SignIn;
pub use skills::Skills;
pub use users::Users;

/// The reference pages.
#[derive(Tags)]
enum Tag {
    /// Who did what, and who connected to what.
    Audit,
    /// Logging in, scopes and permission checks.
    Authorization,
    /// What the deployment may do.
    Enterprise,
    /// The deployment itself.
    General,
    /// How the deployment is used.
    Insights,
    /// Who belongs to an organization, and with which roles.
    Members,
    /// Organizations.
    Organizations,
    /// People and service accounts.
    Users,
}
