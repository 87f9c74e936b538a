//! The API's routes, each with all its methods.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, EndpointExt, Request, Response, Result, Route};
use poem_openapi::OpenApi;
use roster_openapi::error::Problem;

use super::edge;
use super::limits::{Group, LOGIN_GROUP, Limits};
use super::outer::Headers;
use crate::domain::Backend;

/// Adds the routes of an API.
///
/// poem-openapi's service would do the same, with a query parser and a cookie jar per request that nothing here needs.
pub fn of<A: OpenApi>(api: A, route: Route, limits: &Arc<Limits>, backend: &Arc<Backend>) -> Route {
    let mut table = HashMap::new();
    api.add_routes(&mut table);
    let narrow = narrow::<A>();
    // In a stable order: a clash of routes should be the same clash every time.
    let table: BTreeMap<_, _> = table.into_iter().collect();
    table.into_iter().fold(route, |route, (path, methods)| {
        let guard = |(method, endpoint): (Method, BoxEndpoint<'static>)| {
            let endpoint = match narrow.contains(&(nameless(&path), method.clone())) {
                true => Narrow { inner: endpoint, limits: limits.clone(), backend: backend.clone() }.boxed(),
                false => endpoint,
            };
            (method, endpoint)
        };
        let methods = methods.into_iter().map(guard).collect();
        route.at(&path, Methods::new(methods))
    })
}

/// The paths and methods of the operations with the narrow limit.
fn narrow<A: OpenApi>() -> HashSet<(String, Method)> {
    let paths = A::meta().into_iter().flat_map(|api| api.paths);
    let operations =
        paths.flat_map(|path| path.operations.into_iter().map(move |of| (path.path.clone(), of)));
    let narrow = operations.filter(|(_, of)| of.operation_id.is_some_and(|id| LOGIN_GROUP.contains(&id)));
    narrow.map(|(path, of)| (nameless(&path), of.method)).collect()
}

/// A template without the names of its parameters, which routes and document spell differently.
fn nameless(path: &str) -> String {
    let part = |part| if str::starts_with(part, [':', '{']) { "*" } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// An operation at which secrets can be guessed.
struct Narrow {
    inner: BoxEndpoint<'static>,
    limits: Arc<Limits>,
    backend: Arc<Backend>,
}

impl Endpoint for Narrow {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        edge::pass(&request, &self.limits, Group::Login, &self.backend)?;
        self.inner.call(request).await
    }
}

/// A path beside the API, which answers GET and, like all that do, HEAD.
pub fn get(endpoint: impl Endpoint + 'static) -> Methods {
    Methods::new(HashMap::from([(Method::GET, endpoint.map_to_response().boxed())]))
}

/// The same for one that forms are sent to.
pub fn get_and_post(shown: impl Endpoint + 'static, sent: impl Endpoint + 'static) -> Methods {
    let (shown, sent) = (shown.map_to_response().boxed(), sent.map_to_response().boxed());
    Methods::new(HashMap::from([(Method::GET, shown), (Method::POST, sent)]))
}

/// One path: its methods, HEAD for GET, and 405 with what is allowed for the rest.
pub struct Methods {
    endpoints: HashMap<Method, BoxEndpoint<'static>>,
    allow: String,
}

impl Methods {
    fn new(endpoints: HashMap<Method, BoxEndpoint<'static>>) -> Self {
        let mut names: Vec<_> = endpoints.keys().map(Method::as_str).collect();
        if endpoints.contains_key(&Method::GET) {
            names.push("HEAD");
        }
        names.sort_unstable();
        Self { allow: names.join(", "), endpoints }
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        match self.endpoints.get(method) {
            Some(endpoint) => endpoint.call(request).await,
            None => Err(not_allowed(&self.allow)),
        }
    }
}

fn not_allowed(allow: &str) -> poem::Error {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.");
    let error = poem::Error::from(problem.detail(format!("This path answers {allow}.")));
    let value = HeaderValue::from_str(allow).ok();
    Headers(value.map(|value| (header::ALLOW, value)).into_iter().collect()).with(error)
}
