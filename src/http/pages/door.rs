//! What requests to pages pass: whether another site sent them, whose session they show, whether they come too often. What
//! goes wrong here or behind is told as a page.

use std::sync::Arc;

use poem::http::Method;
use poem::{Endpoint, Request, Response, Result};

use super::{cross_site, device, login, page};
use crate::domain::Backend;
use crate::http::cookies;
use crate::http::edge::{Entrant, with_cookies};
use crate::http::limits::{Group, Limits};
use crate::http::outer::{fault_problem, told};
use crate::http::routes::Methods;
use crate::model::ids::RequestId;

/// Makes the doors of pages.
pub struct Doors {
    /// The server.
    pub backend: Arc<Backend>,
    /// The counters that the API has too.
    pub limits: Arc<Limits>,
}

impl Doors {
    /// The page at a path, behind its door.
    pub fn of(&self, path: &'static str, inner: Methods) -> Door {
        Door { backend: self.backend.clone(), limits: self.limits.clone(), path, inner }
    }
}

/// The door of one page.
pub struct Door {
    backend: Arc<Backend>,
    limits: Arc<Limits>,
    path: &'static str,
    inner: Methods,
}

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let id = request.data::<RequestId>().copied().ok_or_else(fault_problem)?;
        let due = cookies::due(&self.backend.settings, &request);
        let answered = match self.enter(request).await {
            Ok(response) => response,
            Err(error) => {
                let (problem, headers) = told(error, id);
                let mut response = page::failed(&problem)?;
                headers.apply(&mut response);
                response
            }
        };
        with_cookies(&self.backend.settings, Ok(answered), due)
    }
}

impl Door {
    async fn enter(&self, mut request: Request) -> Result<Response> {
        let settings = &self.backend.settings;
        cross_site::check(&request, settings)?;
        // Only the cookie: a link with a token in it must not make a browser act as somebody else.
        let key = cookies::sent(&request, cookies::session_name(settings)).filter(|key| !key.is_empty());
        let entrant = Entrant::meet(&request, &self.backend, key).await?;
        self.count(&entrant, request.method())?;
        request.set_data(entrant);
        self.inner.call(request).await
    }

    fn count(&self, entrant: &Entrant, method: &Method) -> Result<()> {
        let now = self.backend.now().timestamp_micros();
        let Some(twin) = twin(method, self.path) else {
            return entrant.pass(&self.limits, Group::Api, self.path, now);
        };
        entrant.pass(&self.limits, Group::Api, twin, now)?;
        entrant.pass(&self.limits, Group::Login, twin, now)
    }
}

/// The path of the operation that does the same as a page, where secrets can be guessed: whoever guesses at both has one limit.
fn twin(method: &Method, path: &str) -> Option<&'static str> {
    match (method, path) {
        (&Method::POST, login::PATH) => Some("/api/v2/users/login"),
        (&Method::POST, device::PATH) => Some("/api/v2/users/oauth2/github/callback"),
        // Each time GitHub is asked for a code.
        (_, device::PATH) => Some("/api/v2/users/oauth2/github/device"),
        _ => None,
    }
}
