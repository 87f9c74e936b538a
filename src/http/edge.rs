//! What requests to the API pass before they are told apart: where they come from, whether another site sent them, whose key they
//! show, and whether they come too often (auth.md 2.1).

use std::sync::{Arc, Mutex, PoisonError};

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use roster_openapi::document::is_limited;
use roster_openapi::error::Problem;
use roster_openapi::scim;

use super::limits::{Group, Limits, Refused, Who};
use super::outer::{Headers, fault_problem};
use super::{cookies, csrf, shown};
use crate::domain::scim as provisioning;
use crate::domain::sessions::{self, Known};
use crate::domain::{Backend, Error, Origin, Settings, Visitor, entitlements};
use crate::model::ids::RequestId;
use crate::rbac::Subject;

const WARNING: HeaderName = HeaderName::from_static("x-coder-entitlements-warning");
const BYPASS: &str = "x-coder-bypass-ratelimit";

/// The endpoint between what every request passes and the routes.
pub struct Edge<E> {
    inner: E,
    backend: Arc<Backend>,
    limits: Arc<Limits>,
}

impl<E> Edge<E> {
    /// Wraps the routes.
    pub fn new(inner: E, backend: Arc<Backend>, limits: Arc<Limits>) -> Self {
        Self { inner, backend, limits }
    }
}

/// Who knocks. Made once for each request to the API, and taken by the operation that answers it.
#[derive(Clone)]
pub struct Entrant(Arc<Parts>);

struct Parts {
    who: Who,
    /// Whether the request asks not to be counted, and may.
    bypass: Option<bool>,
    /// The same as at the door; it stays when that one is taken.
    visitor: Visitor,
    at_door: Mutex<Option<AtDoor>>,
}

/// A visitor, and what became of the key.
pub type AtDoor = (Visitor, Result<Known, Error>);

impl Entrant {
    /// The visitor with the key, for the one who answers.
    pub fn take(request: &Request) -> Result<AtDoor> {
        let entrant = request.data::<Self>();
        let taken = entrant.and_then(|it| it.0.at_door.lock().unwrap_or_else(PoisonError::into_inner).take());
        taken.ok_or_else(|| fault_problem().into())
    }

    /// Finds out who sends a request that shows this key. A bad key is no refusal: whoever needs a good one says so.
    ///
    /// # Errors
    /// When the request has not come through the outermost endpoint.
    pub async fn meet(request: &Request, backend: &Arc<Backend>, key: Option<&str>) -> Result<Self> {
        let address = shown::address(request, &backend.settings.web.proxies);
        let user_agent = shown::header(request, header::USER_AGENT.as_str()).map(str::to_owned);
        let id = request.data::<RequestId>().copied().ok_or_else(fault_problem)?;
        let origin = Origin { request: id, ip: address.map(|ip| ip.to_string()), user_agent };
        let visitor = Visitor::new(backend.clone(), origin);
        let checked = sessions::recognize(&visitor, key).await;
        let who = address.map_or(Who::Nobody, Who::Address);
        Ok(Self::new(request, visitor, who, checked))
    }

    fn new(request: &Request, visitor: Visitor, who: Who, checked: Result<Known, Error>) -> Self {
        let asks = shown::header(request, BYPASS).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let bypass = checked.as_ref().ok().filter(|_| asks).and_then(Known::is_owner);
        let who = checked.as_ref().map_or(who, |known| Who::User(known.user()));
        let at_door = Mutex::new(Some((visitor.clone(), checked)));
        Self(Arc::new(Parts { who, bypass, visitor, at_door }))
    }

    /// What the owner of the key may do with it, unless the key is none.
    fn subject(&self, backend: &Backend) -> Option<Subject> {
        let at_door = self.0.at_door.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, checked) = at_door.as_ref()?;
        checked.as_ref().ok()?.subject(backend.settings.switches)
    }

    /// Counts the request as one to this path.
    ///
    /// # Errors
    /// As [`pass`].
    pub fn pass(&self, limits: &Limits, group: Group, path: &str, now: i64) -> Result<()> {
        if !limits.has(group) {
            return Ok(());
        }
        match self.0.bypass {
            Some(true) => Ok(()),
            Some(false) => Err(not_yours().into()),
            None => limits.count(group, self.0.who, path, now).map_err(too_many),
        }
    }
}

/// Counts a request that has come to an operation of a group of its own.
///
/// # Errors
/// 429 for one too many, 428 for somebody who may not ask to pass uncounted.
pub fn pass(request: &Request, limits: &Limits, group: Group, backend: &Backend) -> Result<()> {
    let entrant = request.data::<Entrant>().ok_or_else(fault_problem)?;
    entrant.pass(limits, group, request.uri().path(), backend.now().timestamp_micros())
}

impl<E: Endpoint> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path();
        if scim::is_below(path) {
            // A secret of its own opens it, and no key: neither is one looked for, nor can a browser be made to show one.
            provisioning::check_configured(&self.backend).map_err(Problem::from)?;
            return self.enter(request, None).await;
        }
        if !path.starts_with("/api") && !path.starts_with("/oauth2/authorize") {
            return Ok(self.inner.call(request).await?.into_response());
        }
        let due = cookies::due(&self.backend.settings, &request);
        let answered = match csrf::refusal(&request, &self.backend.settings) {
            Some(refusal) => Ok(refusal),
            None => {
                let key = shown::key(&request, &self.backend.settings);
                self.enter(request, key).await
            }
        };
        with_cookies(&self.backend.settings, answered, due)
    }
}

impl<E: Endpoint> Edge<E> {
    async fn enter(&self, mut request: Request, key: Option<String>) -> Result<Response> {
        let entrant = Entrant::meet(&request, &self.backend, key.as_deref()).await?;
        if is_limited(request.uri().path()) {
            let now = self.backend.now().timestamp_micros();
            entrant.pass(&self.limits, Group::Api, request.uri().path(), now)?;
        }
        let told = entitlements::warnings_for(&self.backend, || entrant.subject(&self.backend));
        request.set_data(entrant.clone());
        let answered = self.inner.call(request).await.map(IntoResponse::into_response);
        let status = answered.as_ref().map_or_else(poem::Error::status, Response::status);
        entrant.0.visitor.conclude(status.as_u16()).await;
        match told {
            Some(report) => with_headers(warnings(&report.warnings), answered),
            None => answered,
        }
    }
}

/// Gives an answer the cookies that are due, and the one that follows from the session cookie that it sets.
pub fn with_cookies(settings: &Settings, answered: Result<Response>, due: Vec<String>) -> Result<Response> {
    let mut cookies = due;
    if let Ok(response) = &answered {
        let set = response.headers().get_all(header::SET_COOKIE).into_iter();
        let following: Vec<_> = set.filter_map(|set| cookies::following(settings, set)).collect();
        if !following.is_empty() {
            // What is due to the session that was shown is of no use to the one that begins or ends.
            cookies.retain(|cookie| !cookie.starts_with(cookies::CSRF_COOKIE));
            cookies.extend(following);
        }
    }
    if cookies.is_empty() {
        return answered;
    }
    let values = cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok());
    with_headers(Headers(values.map(|value| (header::SET_COOKIE, value)).collect()), answered)
}

/// What those who look after the deployment are told with every answer, whatever they asked for (ai-seats.md 5).
fn warnings(texts: &[String]) -> Headers {
    let values = texts.iter().filter_map(|text| HeaderValue::from_str(text).ok());
    Headers(values.map(|value| (WARNING, value)).collect())
}

fn with_headers(headers: Headers, answered: Result<Response>) -> Result<Response> {
    match answered {
        Ok(mut response) => {
            headers.apply(&mut response);
            Ok(response)
        }
        Err(error) => Err(headers.with(error)),
    }
}

fn not_yours() -> Problem {
    let problem = Problem::new(StatusCode::PRECONDITION_REQUIRED, "Only owners may bypass the rate limit.");
    problem.detail("Send the request without the header X-Coder-Bypass-Ratelimit.")
}

fn too_many(refused: Refused) -> poem::Error {
    let Refused { limit, reset, retry_after } = refused;
    let text = format!("You've been rate limited for sending more than {limit} requests in 1m0s.");
    let told = [
        (HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(limit)),
        (HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(0)),
        (HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(reset)),
        (header::RETRY_AFTER, HeaderValue::from(retry_after)),
    ];
    Headers(told.to_vec()).with(Problem::new(StatusCode::TOO_MANY_REQUESTS, text).into())
}
