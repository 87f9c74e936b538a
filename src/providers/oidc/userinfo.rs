//! The userinfo endpoint.

use oauth2::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use oauth2::http::{Request, StatusCode};
use oauth2::{AsyncHttpClient, HttpResponse};

use super::wire::Wire;
use crate::model::ids::Secret;

/// What the endpoint tells: claims, or a token with them.
#[derive(Debug)]
pub(super) enum Told {
    Json(Vec<u8>),
    Jwt(Secret),
}

/// Asks about whoever the access token is of.
pub(super) async fn ask(wire: &Wire, endpoint: &str, access: &Secret) -> Result<Told, String> {
    let bearer = HeaderValue::try_from(format!("Bearer {}", access.expose()));
    let mut bearer = bearer.map_err(|_| "the access token cannot be sent".to_owned())?;
    bearer.set_sensitive(true);
    let request = Request::get(endpoint).header(ACCEPT, "application/json").header(AUTHORIZATION, bearer);
    let request = request.body(Vec::new()).map_err(|_| "the userinfo endpoint is no URL".to_owned())?;
    let answer = wire.call(request).await.map_err(|trouble| format!("userinfo failed: {trouble}"))?;
    if answer.status() != StatusCode::OK {
        return Err(format!("userinfo failed: it answered {}", answer.status()));
    }
    told(answer)
}

fn told(answer: HttpResponse) -> Result<Told, String> {
    if !is_jwt(&answer) {
        return Ok(Told::Json(answer.into_body()));
    }
    let text = String::from_utf8(answer.into_body()).map_err(|_| "userinfo makes no sense".to_owned())?;
    Ok(Told::Jwt(Secret::new(text.trim())))
}

fn is_jwt(answer: &HttpResponse) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/jwt")
}
