//! The end of a change from a password to a provider (auth.md 8.1). The start is in [`crate::domain::convert_login`].

use super::way::Way;
use super::{Returned, refusal::Refusal};
use crate::domain::convert_cookie::{self, Claims, mark};
use crate::domain::ctx::Backend;
use crate::domain::error::{Error, Kind};
use crate::model::ids::Secret;
use crate::model::user::LoginType;
use crate::store::credentials::Credentials;

/// How the states of conversions begin. Nobody is logged in with such a state, so that a state which somebody else chose is of
/// no use.
pub const STATE_PREFIX: &str = "convert-";

/// The state of a conversion as a browser gives it at the start.
///
/// # Errors
/// 400 for one that cannot be.
pub(super) fn state(given: &str) -> Result<Secret, Error> {
    let rest = given.strip_prefix(STATE_PREFIX).unwrap_or_default();
    let possible = rest.len() == super::STATE_LENGTH && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    if possible {
        return Ok(Secret::new(given));
    }
    Err(Error::invalid("The parameter oidc_merge_state is not the state of a conversion."))
}

/// A conversion that a return asks for.
#[derive(Debug)]
pub(super) struct Asked {
    state: Secret,
    cookie: Secret,
}

impl Asked {
    /// What a return asks for, if its state is that of a conversion.
    pub(super) fn of(returned: &Returned) -> Option<Self> {
        let state = Some(&returned.kept_state).filter(|state| state.starts_with(STATE_PREFIX))?;
        Some(Self { state: Secret::new(state), cookie: Secret::new(&returned.conversion) })
    }

    /// What the server once signed.
    ///
    /// # Errors
    /// 400 when there is nothing, or nothing that counts (any more).
    pub(super) fn claims(&self, backend: &Backend) -> Result<Claims, Error> {
        if self.cookie.expose().is_empty() {
            let text = "Convert to oauth cookie not found. Missing signed jwt to authorize this action. Please try again.";
            return Err(Error::invalid(text));
        }
        let text = "Using an invalid jwt to authorize this action. Please try again.";
        convert_cookie::read(&self.cookie, &backend.signing_key, backend.now())
            .map_err(|why| Error::invalid(text).detail(why))
    }

    /// Whether what was signed is about this very change of this very user, whose password is still the one that was given.
    ///
    /// # Errors
    /// 403.
    pub(super) fn check(
        &self,
        backend: &Backend,
        claims: &Claims,
        user: &Credentials,
        to: LoginType,
    ) -> Result<(), Refusal> {
        let same = claims.deployment_id == backend.deployment
            && Secret::new(&claims.state) == self.state
            && claims.user_id == user.user.id.0
            && claims.from_login_type == LoginType::Password.as_str()
            && user.user.login_type == LoginType::Password
            && claims.to_login_type == to.as_str()
            && claims.password_mark == mark(&user.password, &backend.signing_key);
        if same {
            return Ok(());
        }
        let (from, to) = (LoginType::Password.as_str(), to.as_str());
        let text = format!("Request to convert login type from {from} to {to} failed");
        Err(Error::new(Kind::Forbidden, text).into())
    }
}

/// The refusal of a conversion by somebody whose address at the provider is nobody's here.
pub(super) fn of_nobody(way: &Way, email: &str) -> Error {
    let to = way.login_type().as_str();
    let text = format!(
        "The {to} account with the email {email:?} does not match the email of the account you are trying to convert. Contact your administrator to solve this issue."
    );
    Error::invalid(text)
}
