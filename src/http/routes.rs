//! The API's routes, each with all its methods.

use std::collections::{BTreeMap, HashMap};

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, EndpointExt, Request, Response, Result, Route};
use poem_openapi::OpenApi;
use roster_openapi::error::Problem;

/// Adds the routes of an API.
///
/// poem-openapi's service would do the same, with a query parser and a cookie jar per request that nothing here needs.
pub fn of<A: OpenApi>(api: A, route: Route) -> Route {
    let mut table = HashMap::new();
    api.add_routes(&mut table);
    // In a stable order: a clash of routes should be the same clash every time.
    let table: BTreeMap<_, _> = table.into_iter().collect();
    table.into_iter().fold(route, |route, (path, methods)| route.at(path, Methods::new(methods)))
}

/// A path beside the API, which answers GET and, like all that do, HEAD.
pub fn get(endpoint: impl Endpoint + 'static) -> impl Endpoint {
    Methods::new(HashMap::from([(Method::GET, endpoint.map_to_response().boxed())]))
}

/// One path: its methods, HEAD for GET, and 405 with what is allowed for the rest.
struct Methods {
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
    let mut error = poem::Error::from(problem.detail(format!("This path answers {allow}.")));
    if let Ok(value) = HeaderValue::from_str(allow) {
        error.set_data(AllowedMethods(value));
    }
    error
}

/// The value of `Allow`, carried by the error to where responses are made.
#[derive(Clone)]
pub struct AllowedMethods(pub HeaderValue);

impl AllowedMethods {
    /// Puts the header into a response.
    pub fn apply(&self, response: &mut Response) {
        response.headers_mut().insert(header::ALLOW, self.0.clone());
    }
}
