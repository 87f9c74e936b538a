//! Logging in by an identity provider: the way there and back (auth.md 9).
//!
//! A browser comes to the callback route twice. First with nothing, and is sent to the provider with a state; then with the
//! provider's code and that state, which must be the one that this very browser keeps in a cookie. What the provider says is
//! made a profile, whichever provider it is, and that opens a session, a new account, or neither.

mod conversion;
pub mod device;
mod failure;
mod github;
mod oidc;
mod open;
mod profile;
mod redirect;
mod refusal;
mod sync;
pub(super) mod username;
mod way;

use ring::hmac;

use super::ctx::{Backend, Visitor};
use super::error::{Error, Kind};
use super::sessions::Known;
use crate::model::ids::Secret;

pub use conversion::STATE_PREFIX;
pub use open::Outcome;
pub use redirect::local_path;
pub use refusal::Refusal;
pub use way::Way;

use open::Arrival;

/// How many random characters a state has.
pub(super) const STATE_LENGTH: usize = 32;

/// Where a browser is sent, and what it must keep until it is back.
#[derive(Debug)]
pub struct Begun {
    /// Where to: at the provider or, for codes that people type in, at this server.
    pub url: String,
    /// What the provider gives back.
    pub state: Secret,
    /// Where the browser wants to go in the end; empty for nowhere in particular.
    pub redirect: String,
    /// What proves to the provider that it is the same browser, where it asks for that.
    pub verifier: Option<Secret>,
}

/// Begins a login: `merge_state` is the state of a conversion, empty for an ordinary login.
///
/// # Errors
/// 400 for the state of no conversion, 502 when the provider does not answer.
pub async fn begin(visitor: &Visitor, way: &Way, merge_state: &str, redirect: &str) -> Result<Begun, Error> {
    let backend = &visitor.backend;
    let state = match merge_state {
        "" => bound(backend, way, backend.ids.text(STATE_LENGTH - BINDING).expose()),
        given => conversion::state(given)?,
    };
    let redirect = if redirect.is_empty() { String::new() } else { local_path(redirect) };
    let start = way.start(backend, &state, &redirect).await?;
    Ok(Begun { url: start.url, state, redirect, verifier: start.verifier })
}

/// What a browser brought back: in the URL, and in its cookies. Not to be printed: it holds secrets.
#[derive(Default)]
pub struct Returned {
    /// The provider's code.
    pub code: String,
    /// The state in the URL.
    pub state: String,
    /// The state in the cookie.
    pub kept_state: String,
    /// The verifier in the cookie.
    pub verifier: String,
    /// The end of the way in the cookie.
    pub redirect: String,
    /// The signed cookie of a conversion.
    pub conversion: String,
    /// The session that the browser has.
    pub session: Option<Known>,
}

/// A return whose state is that of this browser. Whatever becomes of it, its cookies have had their use.
pub struct Checked(Returned);

/// Whether a browser came back from where it was sent (auth.md 9.1, rows 4 to 7).
///
/// # Errors
/// 400 and 401 as there; 502 when the provider would have to be asked and does not answer.
pub async fn check(backend: &Backend, way: &Way, returned: Returned) -> Result<Checked, Error> {
    let unauthenticated = |text: &'static str| Error::new(Kind::WrongCredentials, text);
    if returned.state.is_empty() {
        return Err(Error::invalid("State must be provided."));
    }
    if returned.kept_state.is_empty() {
        return Err(unauthenticated("Cookie \"oauth_state\" must be provided."));
    }
    if returned.state != returned.kept_state {
        return Err(unauthenticated("State mismatched."));
    }
    if began_elsewhere(backend, way, &returned.state) {
        return Err(unauthenticated("State mismatched."));
    }
    if returned.verifier.is_empty() && way.uses_pkce().await? {
        return Err(Error::invalid("PKCE challenge must be provided."));
    }
    Ok(Checked(returned))
}

/// Lets in whoever the provider vouches for, or says why not.
///
/// # Errors
/// The refusals of auth.md 9.1 row 8, 9.2 to 9.4 and 8.1.
pub async fn finish(visitor: &Visitor, way: &Way, checked: Checked) -> Result<Outcome, Refusal> {
    let Checked(returned) = checked;
    let redirect = local_path(&returned.redirect);
    let finished = async {
        let profile = way.profile(&visitor.backend, &returned).await?;
        let conversion = conversion::Asked::of(&returned);
        let Returned { session, .. } = returned;
        let arrival = Arrival { way, profile, conversion, session, redirect: redirect.clone() };
        open::open(visitor, arrival).await
    };
    finished.await.map_err(|refusal| refusal.for_browser_of(way, &redirect))
}

/// What the provider itself sent the browser back with (auth.md 9.1, row 2).
pub fn refused_by_provider(error: &str, description: &str, uri: &str) -> Error {
    let uri = if uri.is_empty() { String::new() } else { format!("error_uri: {uri}") };
    let parts: Vec<&str> = [description, &uri].into_iter().filter(|part| !part.is_empty()).collect();
    Error::invalid(format!("Encountered error in oidc process: {error}")).detail(parts.join(", "))
}

/// How many characters of a state say at which provider it began.
const BINDING: usize = 12;

/// Whether a state was made for another provider, which has seen it: with it, that provider could bring a browser back with
/// somebody else's code from this one (RFC 9700, 4.4). The state of a conversion is bound by what was signed for it.
fn began_elsewhere(backend: &Backend, way: &Way, state: &str) -> bool {
    let Some((begin, _)) = state.split_at_checked(STATE_LENGTH - BINDING) else { return false };
    let mut others = Way::all(backend).filter(|other| other.callback_path() != way.callback_path());
    others.any(|other| bound(backend, &other, begin).expose() == state)
}

/// A state for one provider.
fn bound(backend: &Backend, way: &Way, begin: &str) -> Secret {
    let key = hmac::Key::new(hmac::HMAC_SHA256, backend.signing_key.expose().as_bytes());
    let tag = hmac::sign(&key, format!("state {begin} for {}", way.callback_path()).as_bytes());
    let end: String = tag.as_ref().iter().take(BINDING / 2).map(|byte| format!("{byte:02x}")).collect();
    Secret::new(format!("{begin}{end}"))
}

/// Binds an id token to the browser that asked for it. It follows from the state, which that browser keeps, and only this
/// deployment can tell how: no cookie of its own is needed.
fn nonce(backend: &Backend, state: &str) -> Secret {
    let key = hmac::Key::new(hmac::HMAC_SHA256, backend.signing_key.expose().as_bytes());
    let tag = hmac::sign(&key, format!("nonce of an id token for {state}").as_bytes());
    Secret::new(tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
