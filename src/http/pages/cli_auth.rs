//! A session token for a program that asks its user to log in by browser.

use askama::Template;
use poem::http::StatusCode;
use poem::{Request, Response, Result};
use roster_openapi::error::Problem;

use super::page::{login_href, page, see_other};
use crate::domain::{Ctx, Kind, Settings, keys, sessions, users};
use crate::http::edge::Entrant;
use crate::model::user::UserRef;

/// Where it is.
pub const PATH: &str = "/cli-auth";

#[derive(Template)]
#[template(path = "cli_auth.html")]
struct CliAuth<'a> {
    username: &'a str,
    /// Empty until it is made.
    token: &'a str,
    /// When that ends, as a sentence.
    end: String,
}

/// GET: asks whether to make a token.
///
/// # Errors
/// 401 for the suspended; when the database does not answer.
pub async fn show(request: Request) -> Result<Response> {
    match caller(&request).await? {
        Some(ctx) => render(&ctx, ""),
        None => Ok(see_other(&login_href("", PATH))),
    }
}

/// POST: makes one, as `POST /users/me/keys` does.
///
/// # Errors
/// As [`show`]; 403 through a session that may do less.
pub async fn send(request: Request) -> Result<Response> {
    let Some(ctx) = caller(&request).await? else { return Ok(see_other(&login_href("", PATH))) };
    let me = users::get(&ctx, &UserRef::Me).await.map_err(Problem::from)?;
    let made = keys::create(&ctx, &me).await.map_err(Problem::from)?;
    render(&ctx, made.token.expose())
}

/// Who has a session; none for those who have to log in first.
async fn caller(request: &Request) -> Result<Option<Ctx>> {
    let (visitor, checked) = Entrant::take(request)?;
    let known = match checked {
        Ok(known) => known,
        Err(refusal) if refusal.kind() == Kind::Unauthenticated => return Ok(None),
        Err(failure) => return Err(Problem::from(failure).into()),
    };
    let ctx = sessions::admit(visitor, known).await.map_err(Problem::from)?;
    Ok(Some(ctx))
}

fn render(ctx: &Ctx, token: &str) -> Result<Response> {
    let username = &ctx.person.person.user.username;
    page(StatusCode::OK, &CliAuth { username, token, end: end(ctx) })
}

fn end(ctx: &Ctx) -> String {
    let settings: &Settings = &ctx.backend().settings;
    let end = ctx.backend().now() + settings.default_token_lifetime;
    let unless = if settings.sessions_slide { ", unless it is used before" } else { "" };
    format!("It ends on {}{unless}.", end.format("%-d %B %Y, %H:%M UTC"))
}
