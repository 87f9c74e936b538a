//! HTTP: who may knock, what they bring, how they are answered. Knows no SQL and no rules.
//!
//! `api` holds one struct per tag; a method unwraps, calls one use-case and converts. Their signatures *are* the document
//! ([`document()`]). `outer` is what every request passes, also those that match no route.

mod api;
mod auth;
mod convert;
mod error;
mod outer;
mod params;
mod permissions;
mod routes;
mod ui;

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Route};
use roster_openapi::document::{self, Info};
use serde_json::Value;

use crate::domain::Backend;

pub use permissions::PERMISSIONS;

/// Where the interactive pages are.
pub const SWAGGER_PATH: &str = "/swagger/";

/// The documented API, all tags.
type Api = (api::Authorization, api::General, api::Members, api::Organizations, api::Users);

const INFO: Info = Info {
    title: "Roster",
    version: env!("CARGO_PKG_VERSION"),
    description: "Users, organization members, roles and tokens. Log in with `POST /api/v2/users/login` and send the session token in the header `Coder-Session-Token`.",
};

/// The OpenAPI document of what is served.
pub fn document() -> Value {
    document::build::<Api>(&INFO, permissions::of)
}

/// Everything that is served.
///
/// # Errors
/// When the document is not valid OpenAPI.
pub fn endpoint(backend: Arc<Backend>) -> Result<BoxEndpoint<'static>, String> {
    let document = document::bytes(&document())?;
    let api: Api = (api::Authorization, api::General, api::Members, api::Organizations, api::Users);
    let route = routes::of(api, Route::new())
        .at("/healthz", routes::get(ui::healthz))
        .at("/readyz", routes::get(ui::readyz))
        .at("/openapi.json", routes::get(ui::openapi_json(document)))
        .at("/swagger", routes::get(ui::redirect_to_swagger))
        .at("/swagger/*path", routes::get(ui::swagger(ui::config())))
        .at("/", routes::get(ui::redirect_to_swagger));
    Ok(outer::Outer::new(route.data(backend.clone()), backend).boxed())
}
