//! SCIM 2.0 on the wire (RFC 7644): a media type and a shape of failures of its own, for everything below one path.

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::document::{self, describe_response};
use crate::error::{Problem, ScimType, failure};
use crate::payload::{self, JSON};
use crate::schema::scim::{ERROR, SCIMError, SCIMUser};
use crate::wire::Wire;

/// Where SCIM is served.
pub const BASE: &str = "/scim/v2";

/// The media type of all answers, and of requests beside JSON.
pub const MEDIA_TYPE: &str = "application/scim+json";

/// Whether a path is one of SCIM.
pub fn is_below(path: &str) -> bool {
    document::is_below(BASE, path)
}

/// An answer with the status `STATUS`.
#[derive(Debug)]
pub struct Answer<const STATUS: u16, T>(pub T);

/// The answer to a request to make a user.
#[derive(Debug)]
pub enum Provisioned {
    /// The user was there.
    Known(SCIMUser),
    /// The user was made.
    Created(SCIMUser),
}

fn written<T: serde::Serialize>(status: StatusCode, body: &T) -> Response {
    let mut response = payload::json(status, body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

fn success<T: Wire>(status: u16) -> MetaResponse {
    let content = vec![MetaMediaType { content_type: MEDIA_TYPE, schema: T::schema_ref() }];
    MetaResponse { description: "", status: Some(status), status_range: None, content, headers: vec![] }
}

fn register<T: Wire>(registry: &mut Registry) {
    T::register(registry);
    SCIMError::register(registry);
}

impl<const STATUS: u16, T: Wire> IntoResponse for Answer<STATUS, T> {
    fn into_response(self) -> Response {
        written(StatusCode::from_u16(STATUS).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &self.0)
    }
}

impl<const STATUS: u16, T: Wire> ApiResponse for Answer<STATUS, T> {
    fn meta() -> MetaResponses {
        MetaResponses { responses: vec![success::<T>(STATUS)] }
    }

    fn register(registry: &mut Registry) {
        register::<T>(registry);
    }
}

impl IntoResponse for Provisioned {
    fn into_response(self) -> Response {
        let (status, user) = match self {
            Self::Known(user) => (StatusCode::OK, user),
            Self::Created(user) => (StatusCode::CREATED, user),
        };
        let mut response = written(status, &user);
        let location = HeaderValue::from_str(&user.meta.location).ok();
        if let Some(location) = location.filter(|_| status == StatusCode::CREATED) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

impl ApiResponse for Provisioned {
    fn meta() -> MetaResponses {
        MetaResponses { responses: [200, 201].map(success::<SCIMUser>).into() }
    }

    fn register(registry: &mut Registry) {
        register::<SCIMUser>(registry);
    }
}

/// A failure in the shape that SCIM has for it, and in the envelope of all others: one object is both.
pub fn refused(problem: &Problem) -> Response {
    problem.with_headers(written(problem.status, &error(problem)))
}

fn error(problem: &Problem) -> SCIMError {
    let body = problem.body.clone();
    let validations = body.validations.iter().map(|field| format!("{}: {}", field.field, field.detail));
    let parts = [body.message.clone(), body.detail].into_iter().chain(validations);
    let uniqueness = (problem.status == StatusCode::CONFLICT).then_some(ScimType::Uniqueness);
    SCIMError {
        detail: parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        message: body.message,
        schemas: vec![ERROR.to_owned()],
        scim_type: problem.scim_type.or(uniqueness).map_or("", ScimType::as_str).to_owned(),
        status: problem.status.as_u16().to_string(),
        validations: body.validations,
    }
}

/// Describes an operation of SCIM: what all of them can answer, in their own shape and media type. No cookie opens them, so
/// that nothing is said of requests that other sites make a browser send.
pub(crate) fn describe(operation: &mut Value) {
    let responses = &mut operation["responses"];
    responses["429"] = describe_response(&failure(429));
    let schema = json!({ "$ref": format!("#/components/schemas/{}", SCIMError::name()) });
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if status.starts_with(['4', '5']) {
            response["content"] = json!({ MEDIA_TYPE: { "schema": schema } });
        }
    }
    if let Some(responses) = responses.as_object_mut() {
        responses.sort_keys();
    }
    if let Some(body) = operation.get_mut("requestBody") {
        let described = body["content"][JSON].clone();
        body["content"][MEDIA_TYPE] = described;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ValidationError;

    #[test]
    fn a_failure_says_all_in_its_detail() {
        let field = ValidationError { field: "emails".to_owned(), detail: "No.".to_owned() };
        let problem = Problem::new(StatusCode::BAD_REQUEST, "Validation failed.").detail("So it is.");
        let told = error(&problem.validations(vec![field]).scim_type(Some(ScimType::InvalidValue)));
        assert_eq!((told.message.as_str(), told.status.as_str()), ("Validation failed.", "400"));
        assert_eq!(told.detail, "Validation failed. So it is. emails: No.");
        assert_eq!(told.scim_type, "invalidValue");
    }

    #[test]
    fn a_conflict_is_one_of_uniqueness() {
        assert_eq!(error(&Problem::new(StatusCode::CONFLICT, "x")).scim_type, "uniqueness");
        assert_eq!(error(&Problem::new(StatusCode::NOT_FOUND, "x")).scim_type, "");
    }

    #[test]
    fn only_what_is_below_is_scim() {
        for path in ["/scim/v2", "/scim/v2/", "/scim/v2/Users"] {
            assert!(is_below(path), "{path}");
        }
        for path in ["/scim", "/scim/v20", "/scim/v1/Users", "/api/scim/v2", "/SCIM/v2"] {
            assert!(!is_below(path), "{path}");
        }
    }
}
