//! Where people log in: with a password, or by an identity provider.

use std::sync::Arc;

use askama::Template;
use form_urlencoded::byte_serialize;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response, Result};
use roster_openapi::error::Problem;
use roster_openapi::param::query_values;

use super::form::Form;
use super::page::{page, see_other};
use crate::domain::provider::{Github, Providers};
use crate::domain::sign_in::{Way, local_path};
use crate::domain::{Error, Kind, Visitor, first_user, sessions};
use crate::http::SWAGGER_PATH;
use crate::http::cookies::session_cookie;
use crate::http::edge::Entrant;
use crate::http::outer::fault_problem;

/// Where it is.
pub const PATH: &str = "/login";

/// The longest message that an address may have shown here.
const MESSAGE_LIMIT: usize = 500;

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    notice: &'a str,
    /// Whether the notice is about what was sent.
    refused: bool,
    /// Whether there is no user at all.
    nobody: bool,
    passwords: bool,
    email: &'a str,
    redirect: &'a str,
    buttons: Vec<Button<'a>>,
    access_url: &'a str,
    swagger: &'static str,
}

/// A provider to log in by.
struct Button<'a> {
    href: String,
    icon: &'a str,
    text: &'a str,
}

/// What the page begins with.
#[derive(Default)]
struct Begun<'a> {
    notice: &'a str,
    refused: bool,
    email: &'a str,
    redirect: &'a str,
}

/// GET: the page or, for who is logged in already, where they want to go.
///
/// # Errors
/// When the database does not answer.
pub async fn show(request: Request) -> Result<Response> {
    let (visitor, checked) = Entrant::take(&request)?;
    let redirect = local_path(&first(&request, "redirect"));
    let admitted = match checked {
        Ok(known) => sessions::admit(visitor.clone(), known).await.map(drop),
        Err(refusal) => Err(refusal),
    };
    match admitted {
        Ok(()) => return Ok(see_other(&redirect)),
        // Also with a session whose provider is gone from the settings: here one gets another.
        Err(refusal) if matches!(refusal.kind(), Kind::Unauthenticated | Kind::Internal) => {}
        Err(failure) => return Err(Problem::from(failure).into()),
    }
    let message: String = first(&request, "message").chars().take(MESSAGE_LIMIT).collect();
    let begun = Begun { notice: &message, redirect: &redirect, ..Begun::default() };
    render(&visitor, StatusCode::OK, begun).await
}

fn first(request: &Request, name: &str) -> String {
    query_values(request, name).into_iter().next().unwrap_or_default()
}

/// POST: logs in with an e-mail address and a password. Whoever is refused sees the page again, with the address but without the
/// password.
///
/// # Errors
/// As for any form; when the database does not answer.
pub async fn send(request: Request) -> Result<Response> {
    let (visitor, _) = Entrant::take(&request)?;
    let form = Form::read(request).await?;
    let (email, redirect) = (form.field("email"), local_path(form.field("redirect")));
    let session = match sessions::login(&visitor, email, form.field("password")).await {
        Ok(session) => session,
        Err(refusal) => {
            let (status, notice) = told(refusal)?;
            let begun = Begun { notice: &notice, refused: true, email, redirect: &redirect };
            return render(&visitor, status, begun).await;
        }
    };
    let mut response = see_other(&redirect);
    let cookie = session_cookie(&visitor.backend.settings, Some(&session.token));
    let value = HeaderValue::from_str(&cookie).map_err(|error| fault_problem().detail(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(response)
}

/// What a refused login is told as on the page, unless it is a fault of ours, which gets a page of its own.
fn told(refusal: Error) -> Result<(StatusCode, String)> {
    let invalid = refusal.kind() == Kind::Invalid;
    let problem = Problem::from(refusal);
    if problem.status == StatusCode::INTERNAL_SERVER_ERROR {
        return Err(problem.into());
    }
    let text = if invalid {
        // The API's words name fields and rules of its own.
        "Please enter your e-mail address and your password.".to_owned()
    } else {
        problem.body.message
    };
    Ok((problem.status, text))
}

async fn render(visitor: &Visitor, status: StatusCode, begun: Begun<'_>) -> Result<Response> {
    let backend = &visitor.backend;
    let nobody = !first_user::exists(backend).await.map_err(Problem::from)?;
    let Begun { notice, refused, email, redirect } = begun;
    let login = Login {
        notice,
        refused,
        nobody,
        passwords: backend.settings.password_login,
        email,
        redirect,
        buttons: buttons(&backend.providers, redirect),
        access_url: &backend.settings.access_url,
        swagger: SWAGGER_PATH,
    };
    page(status, &login)
}

/// One for each provider, in the order of the settings.
fn buttons<'p>(providers: &'p Providers, redirect: &str) -> Vec<Button<'p>> {
    let redirect: String = byte_serialize(redirect.as_bytes()).collect();
    let href = |way: Way| format!("{}?redirect={redirect}", way.callback_path());
    let oidc = providers.oidc.iter().map(|oidc| Button {
        href: href(Way::Oidc(oidc.clone())),
        icon: own_picture(&oidc.rules.icon_url),
        text: &oidc.rules.sign_in_text,
    });
    let github = |github: &Arc<Github>| href(Way::Github(github.clone()));
    let github = providers.github.iter().map(|it| Button { href: github(it), icon: "", text: "GitHub" });
    oidc.chain(github).collect()
}

/// A picture of this server; those of others are not asked for.
fn own_picture(url: &str) -> &str {
    if local_path(url) == url && url != "/" { url } else { "" }
}
