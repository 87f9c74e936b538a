//! HTTP: who may knock, what they bring, how they are answered. Knows no SQL and no rules.
//!
//! `api` holds one struct per tag; a method unwraps, calls one use-case and converts. Their signatures *are* the document
//! ([`document()`]). `outer` is what every request passes, also those that match no route.

mod api;
mod auth;
mod callback;
pub mod calls;
mod convert;
mod convert_audit;
mod convert_checks;
mod convert_connections;
mod convert_deployment;
mod convert_groups;
mod convert_keys;
mod convert_roles;
mod convert_scim;
mod convert_settings;
mod convert_sign_in;
mod convert_skills;
mod cookies;
mod csrf;
mod edge;
mod error;
mod limits;
mod outer;
mod pages;
mod params;
mod permissions;
mod routes;
mod seated;
mod shown;
mod ui;

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use poem::endpoint::BoxEndpoint;
use poem::{EndpointExt, Route};
use roster_openapi::document::{self, Info};
use serde_json::Value;

use crate::domain::{Backend, Dialect};
use edge::Edge;
use limits::Limits;

pub use crate::rbac::roles_table;
pub use convert_audit::line as audit_line;
pub use convert_connections::{entry as connection_entry, told as connection_event};
pub use limits::LOGIN_GROUP;
pub use permissions::{Call, Door, Need, PERMISSIONS, Place};

/// Where the interactive pages are.
pub const SWAGGER_PATH: &str = "/swagger/";

/// The API in a dialect, as a type and as what serves it: the members, whatever the dialect answers, and all other pages. The
/// methods of one path stand in the document in this order. In groups, since a tuple has room for sixteen.
macro_rules! api {
    ($([$($page:ident),+ $(,)?]),+ $(,)?) => {
        type Api<Spoken> = (api::Members, Spoken, $(($(api::$page,)+),)+);

        const fn api<Spoken>(spoken: Spoken) -> Api<Spoken> {
            (api::Members, spoken, $(($(api::$page,)+),)+)
        }
    };
}

api!(
    [AiSeats, Audit, Authorization, Connections, Enterprise, Experimental, General, Groups, Insights],
    [Keys, Neighbours, Organizations, Passwords, People, Scim, Settings, SignIn, Skills, Users]
);

/// The operations that the reference pages leave out: ours or experimental, which are not promised to stay as they are; those that
/// never succeed here; and those of the contract whose pages are not made here.
const UNLISTED: &[&str] = &[
    "add-new-license",
    "callback-of-another-openid-provider",
    "create-a-user-skill",
    "delete-a-user-skill",
    "delete-license",
    "explain-authorization",
    "generate-fake-audit-log",
    "get-a-user-skill-by-name",
    "get-audit-logs",
    "get-connection-logs",
    "list-ai-seats",
    "list-user-skills",
    "record-ai-seat-usage",
    "record-audit-log",
    "record-connections",
    "scim-20-get-user-by-id",
    "update-a-user-skill",
];

const INFO: Info = Info {
    title: "Roster",
    version: env!("CARGO_PKG_VERSION"),
    description: "Users, organization members, roles and tokens. Log in with `POST /api/v2/users/login` and send the session token in the header `Coder-Session-Token`.",
    unlisted: UNLISTED,
};

/// The same for a server that speaks to clients of Coder.
const CODER_INFO: Info = Info {
    description: "Users, organization members, roles and tokens, in the dialect that clients of Coder read. Log in with `POST /api/v2/users/login` and send the session token in the header `Coder-Session-Token`.",
    ..INFO
};

/// The OpenAPI document of what is served in a dialect.
pub fn document(dialect: Dialect) -> Value {
    match dialect {
        Dialect::Documented => document::build::<Api<api::DocumentedDialect>>(&INFO, permissions::of),
        Dialect::Coder => document::build::<Api<api::CoderDialect>>(&CODER_INFO, permissions::of),
    }
}

/// The document of a dialect in bytes. They are the same as long as the process lives, and so made once, for however many
/// endpoints.
fn document_bytes(dialect: Dialect) -> Result<Bytes, String> {
    type Made = LazyLock<Result<Bytes, String>>;
    static DOCUMENTED: Made = LazyLock::new(|| made(Dialect::Documented));
    static CODER: Made = LazyLock::new(|| made(Dialect::Coder));
    fn made(dialect: Dialect) -> Result<Bytes, String> {
        document::bytes(&document(dialect)).map(Bytes::from)
    }
    let made = match dialect {
        Dialect::Documented => &DOCUMENTED,
        Dialect::Coder => &CODER,
    };
    (**made).clone()
}

/// The routes of the API in a dialect.
fn routes(dialect: Dialect, limits: &Arc<Limits>, backend: &Arc<Backend>) -> Route {
    match dialect {
        Dialect::Documented => routes::of(api(api::DocumentedDialect), Route::new(), limits, backend),
        Dialect::Coder => routes::of(api(api::CoderDialect), Route::new(), limits, backend),
    }
}

/// Everything that is served.
///
/// # Errors
/// When the document is not valid OpenAPI.
pub fn endpoint(backend: Arc<Backend>) -> Result<BoxEndpoint<'static>, String> {
    let dialect = backend.settings.web.dialect;
    let document = document_bytes(dialect)?;
    let limits = Arc::new(Limits::new(backend.settings.web.limits));
    let route = routes(dialect, &limits, &backend)
        .at("/healthz", routes::get(ui::healthz))
        .at("/readyz", routes::get(ui::readyz.data(backend.clone())))
        .at("/openapi.json", routes::get(ui::openapi_json(document)))
        .at("/swagger", routes::get(ui::redirect_to_swagger))
        .at("/swagger/*path", routes::get(ui::swagger(ui::config())))
        .at("/", routes::get(ui::redirect_to_swagger));
    let route = pages::routes(route, &limits, &backend);
    let edge = Edge::new(route, backend.clone(), limits);
    Ok(outer::Outer::new(edge, backend).boxed())
}
