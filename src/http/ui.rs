//! What is served beside the API: health, the document, and the interactive pages made of it.

use std::sync::Arc;

use bytes::Bytes;
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::Data;
use poem::{Endpoint, IntoResponse, Response, Result, endpoint, handler};
use roster_openapi::error::Problem;
use roster_openapi::payload::{json, json_bytes};
use utoipa_swagger_ui::Config;

use super::SWAGGER_PATH;
use crate::domain::{Backend, deployment};

/// 200 as long as the process serves; asks nobody.
#[handler]
pub fn healthz() -> &'static str {
    "OK"
}

/// 200 when the database answers too.
#[handler]
pub async fn readyz(backend: Data<&Arc<Backend>>) -> Result<&'static str> {
    deployment::ready(&backend).await.map_err(Problem::from)?;
    Ok("OK")
}

/// The document.
pub fn openapi_json(document: Bytes) -> impl Endpoint {
    endpoint::make_sync(move |_| json_bytes(StatusCode::OK, document.clone()))
}

/// To the interactive pages; their assets are relative, so the slash matters.
#[handler]
pub fn redirect_to_swagger() -> Response {
    Response::builder().status(StatusCode::TEMPORARY_REDIRECT).header(header::LOCATION, SWAGGER_PATH).finish()
}

/// Swagger UI over our document, with no request to any other host.
pub fn config() -> Arc<Config<'static>> {
    let config = Config::new(["/openapi.json"]).validator_url("none").try_it_out_enabled(true);
    Arc::new(config.persist_authorization(false).display_request_duration(true).filter(true))
}

/// Only our own files may run; the pages style themselves inline.
const POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// The files of Swagger UI, from this binary.
pub fn swagger(config: Arc<Config<'static>>) -> impl Endpoint {
    endpoint::make(move |request: poem::Request| {
        let config = config.clone();
        async move {
            let path = request.raw_path_param("path").unwrap_or_default();
            file(path, config)
        }
    })
}

fn file(path: &str, config: Arc<Config<'static>>) -> Result<Response> {
    let found = utoipa_swagger_ui::serve(path, config);
    let fault = |e: Box<dyn std::error::Error>| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "An internal server error occurred.")
            .detail(e.to_string())
    };
    let Some(file) = found.map_err(fault)? else {
        return Ok(json(
            StatusCode::NOT_FOUND,
            &Problem::new(StatusCode::NOT_FOUND, "Route not found.").body,
        ));
    };
    let mut response = file.bytes.into_owned().with_content_type(file.content_type).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
