//! Logging in by a code that is typed in at GitHub, without a script (auth.md 9.5).
//!
//! The code and what belongs to it travel in the form; the state is in the browser's cookie too, as for any login by a provider.

use askama::Template;
use poem::http::StatusCode;
use poem::{Request, Response, Result};
use roster_openapi::error::Problem;

use super::form::Form;
use super::page::{page, see_other};
use crate::domain::provider::DeviceCode;
use crate::domain::sign_in::{self, Outcome, Refusal, Returned, device};
use crate::domain::{Error, Visitor};
use crate::http::callback::{self, Visit};
use crate::http::edge::Entrant;
use crate::model::ids::Secret;

/// Where it is.
pub const PATH: &str = "/login/device";

/// How many seconds more are waited for a provider that was asked too soon (RFC 8628).
const SLOWER: i64 = 5;
/// No provider wants more patience than the hour that the cookies of a login last.
const LONGEST: i64 = 3_600;

#[derive(Template)]
#[template(path = "device.html")]
struct Device<'a> {
    notice: &'a str,
    code: &'a DeviceCode,
    /// Whether the address is one to follow.
    linked: bool,
    state: &'a str,
}

/// GET: asks GitHub for a code and shows it, to the browser that began the login.
///
/// # Errors
/// 400 where codes are not the way; 400 and 401 for another state than the browser keeps; 500 when GitHub gives no code.
pub async fn show(request: Request) -> Result<Response> {
    let (visitor, _) = Entrant::take(&request)?;
    let visit = Visit::of(&request);
    let state = visit.state().to_owned();
    let way = device::way(&visitor.backend).map_err(Problem::from)?;
    sign_in::check(&visitor.backend, &way, visit.into_returned()).await.map_err(Problem::from)?;
    let code = device::device_code(&visitor).await.map_err(Problem::from)?;
    render("", &code, &state)
}

/// POST: asks GitHub whether the code was typed in, as the documented callback does.
///
/// # Errors
/// As [`show`], and those of the callback.
pub async fn send(request: Request) -> Result<Response> {
    let (visitor, checked) = Entrant::take(&request)?;
    let visit = Visit::of(&request);
    let form = Form::read(request).await?;
    let visit = visit.with(form.field("device_code"), form.field("state"));
    let returned = Returned { session: checked.ok(), ..visit.into_returned() };
    let settings = &visitor.backend.settings;
    match finish(&visitor, returned).await {
        Ok(outcome) => Ok(callback::spent(settings, callback::with_session(settings, &outcome, see_other))),
        Err(Refusal::Waiting { too_soon, .. }) => wait(&form, too_soon),
        Err(refusal) => Ok(callback::spent(settings, refused(refusal)?)),
    }
}

async fn finish(visitor: &Visitor, returned: Returned) -> std::result::Result<Outcome, Refusal> {
    let way = device::way(&visitor.backend)?;
    let checked = sign_in::check(&visitor.backend, &way, returned).await?;
    sign_in::finish(visitor, &way, checked).await
}

/// The page of a refusal; where the contract has the envelope, a page says the same.
fn refused(refusal: Refusal) -> Result<Response> {
    let told = |error: Error| super::page::failed(&Problem::from(error));
    callback::refused(refusal).or_else(told)
}

/// The same code again.
fn wait(form: &Form, too_soon: bool) -> Result<Response> {
    let asked: i64 = form.field("interval").parse().unwrap_or(SLOWER);
    let more = if too_soon { SLOWER } else { 0 };
    let interval = asked.clamp(1, LONGEST) + more;
    let code = DeviceCode {
        device_code: Secret::new(form.field("device_code")),
        user_code: form.field("user_code").to_owned(),
        verification_uri: form.field("verification_uri").to_owned(),
        expires_in: 0,
        interval,
    };
    let notice =
        format!("GitHub has not seen the code yet. Enter it there, wait {interval} seconds, and try again.");
    render(&notice, &code, form.field("state"))
}

fn render(notice: &str, code: &DeviceCode, state: &str) -> Result<Response> {
    let linked = ["https://", "http://"].iter().any(|scheme| code.verification_uri.starts_with(scheme));
    page(StatusCode::OK, &Device { notice, code, linked, state })
}
