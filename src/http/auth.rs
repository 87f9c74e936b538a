//! The two kinds of callers: somebody with a key, and anybody. An API method asks for one of them; there is no third.

use std::ops::Deref;
use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::Registry;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use roster_openapi::error::Problem;
use roster_openapi::param::query_values;
use roster_openapi::security::{self, ACCESS_TOKEN_QUERY, SCHEMES, SESSION_COOKIE, SESSION_HEADER};

use crate::domain::{Backend, Ctx, Origin, Visitor, sessions};
use crate::model::ids::RequestId;

/// Somebody who showed a good key.
#[derive(Debug)]
pub struct Caller(Ctx);

impl Deref for Caller {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.0
    }
}

/// Anybody. `NAMED` says that the document lists the session schemes as optional, as the contract has it for some open
/// doors; a session is then accepted and not looked at.
#[derive(Debug)]
pub struct Public<const NAMED: bool = false>(Visitor);

impl<const NAMED: bool> Deref for Public<NAMED> {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.0
    }
}

impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        security::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        SCHEMES.to_vec()
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let visitor = visitor(request)?;
        let backend = visitor.backend.clone();
        let shown = shown_key(request);
        let ctx = sessions::authenticate(visitor, shown.as_deref()).await;
        ctx.map(Self).map_err(|error| challenged(error.into(), &backend).into())
    }
}

impl<'a, const NAMED: bool> ApiExtractor<'a> for Public<NAMED> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        security::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        if NAMED { SCHEMES.to_vec() } else { Vec::new() }
    }

    fn has_security_fallback() -> bool {
        NAMED
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        visitor(request).map(Self)
    }
}

fn visitor(request: &Request) -> Result<Visitor> {
    let missing = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "An internal server error occurred.");
    let backend = request.data::<Arc<Backend>>().ok_or_else(missing)?.clone();
    let request_id = request.data::<RequestId>().copied().ok_or_else(missing)?;
    let ip = request.remote_addr().as_socket_addr().map(|address| address.ip().to_string());
    let user_agent = text_header(request, header::USER_AGENT.as_str()).map(str::to_owned);
    Ok(Visitor { backend, origin: Origin { request: request_id, ip, user_agent } })
}

fn text_header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

/// The key that counts: the first place that holds anything wins, and a bad one there is not made up for by the next
/// (auth.md 1.1).
fn shown_key(request: &Request) -> Option<String> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    cookie(request, SESSION_COOKIE)
        .and_then(given)
        .or_else(|| query_values(request, SESSION_COOKIE).into_iter().find(|value| !value.is_empty()))
        .or_else(|| text_header(request, SESSION_HEADER).and_then(given))
        .or_else(|| text_header(request, header::AUTHORIZATION.as_str()).and_then(bearer).and_then(given))
        .or_else(|| {
            let tokens = query_values(request, ACCESS_TOKEN_QUERY);
            tokens.iter().map(|token| token.trim()).find(|token| !token.is_empty()).map(str::to_owned)
        })
}

fn cookie<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let headers = request.headers().get_all(header::COOKIE).into_iter();
    let pairs = headers.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Adds the challenge that RFC 6750 asks for.
fn challenged(mut problem: Problem, backend: &Backend) -> Problem {
    let error = match problem.status {
        StatusCode::UNAUTHORIZED => "invalid_token",
        StatusCode::FORBIDDEN => "insufficient_scope",
        _ => return problem,
    };
    let expired = [&problem.body.message, &problem.body.detail].iter().any(|text| text.contains("expired"));
    let why = if expired { "The access token has expired" } else { "The access token is invalid" };
    let metadata = format!("{}/.well-known/oauth-protected-resource", backend.settings.access_url);
    problem.challenge = Some(format!(
        "Bearer realm=\"coder\", error=\"{error}\", error_description=\"{why}\", resource_metadata=\"{metadata}\""
    ));
    problem
}
