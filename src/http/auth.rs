//! The kinds of callers: somebody with a key, anybody and, for SCIM alone, a directory with its secret. An API method asks for one of
//! them; there is no other.

use std::ops::Deref;

use poem::http::{StatusCode, header};
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::Registry;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use roster_openapi::error::Problem;
use roster_openapi::security::{self, SCHEMES, SCIM_SCHEME};

use super::edge::Entrant;
use super::shown;
use crate::domain::scim::Provisioner;
use crate::domain::sessions::{self, Known};
use crate::domain::{Backend, Ctx, Visitor};

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
/// doors; a bad session is then no refusal.
#[derive(Debug)]
pub struct Public<const NAMED: bool = false>(Visitor, Option<Known>);

impl<const NAMED: bool> Public<NAMED> {
    /// The good key that came along, if one did.
    pub fn known(&self) -> Option<&Known> {
        self.1.as_ref()
    }
}

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
        let (visitor, checked) = Entrant::take(request)?;
        let backend = visitor.backend.clone();
        let ctx = match checked {
            Ok(known) => sessions::admit(visitor, known).await,
            Err(refusal) => Err(refusal),
        };
        ctx.map(Self).map_err(|error| challenged(error.into(), &backend).into())
    }
}

/// A directory that showed the SCIM secret, which no session stands for.
#[derive(Debug)]
pub struct Directory(Provisioner);

impl Deref for Directory {
    type Target = Provisioner;

    fn deref(&self) -> &Provisioner {
        &self.0
    }
}

impl<'a> ApiExtractor<'a> for Directory {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        security::register_scim(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCIM_SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let (visitor, _no_key) = Entrant::take(request)?;
        let shown = shown::header(request, header::AUTHORIZATION.as_str());
        Ok(Self(Provisioner::admit(visitor, shown).map_err(Problem::from)?))
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
        let (visitor, checked) = Entrant::take(request)?;
        Ok(Self(visitor, checked.ok()))
    }
}

/// Adds to a refusal at the door where clients learn how to get a better key.
fn challenged(mut problem: Problem, backend: &Backend) -> Problem {
    let challenge = problem.challenge.take().or_else(|| challenge(&problem));
    problem.challenge = challenge.map(|challenge| {
        let url = &backend.settings.access_url;
        format!("{challenge}, resource_metadata=\"{url}/.well-known/oauth-protected-resource\"")
    });
    problem
}

/// The challenge that RFC 6750 asks for, wherever a key is found wanting (auth.md 2.2).
pub fn challenge(problem: &Problem) -> Option<String> {
    let error = match problem.status {
        StatusCode::UNAUTHORIZED => "invalid_token",
        StatusCode::FORBIDDEN => "insufficient_scope",
        _ => return None,
    };
    let expired = [&problem.body.message, &problem.body.detail].iter().any(|text| text.contains("expired"));
    let why = if expired { "The access token has expired" } else { "The access token is invalid" };
    Some(format!("Bearer realm=\"coder\", error=\"{error}\", error_description=\"{why}\""))
}
