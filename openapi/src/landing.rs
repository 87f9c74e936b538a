//! What a browser is answered on its way to an identity provider and back: it is sent on, or shown a page.

use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};

use crate::error::{Envelope, UNLISTED};
use crate::payload::JSON;
use crate::schema::sign_in::OAuth2DeviceFlowCallbackResponse as DeviceLanding;
use crate::wire::Wire;

/// The media type of pages.
pub const HTML: &str = "text/html";

/// Such an answer. The pages of the reference list the redirect alone; the document has the others too.
#[derive(Debug)]
pub struct Landing(pub Response);

fn response(status: u16, description: &'static str, content: Vec<MetaMediaType>) -> MetaResponse {
    MetaResponse { description, status: Some(status), status_range: None, content, headers: vec![] }
}

fn page() -> MetaMediaType {
    MetaMediaType { content_type: HTML, schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))) }
}

fn envelope() -> MetaMediaType {
    MetaMediaType { content_type: JSON, schema: Envelope::schema_ref() }
}

impl IntoResponse for Landing {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Landing {
    fn meta() -> MetaResponses {
        let device = MetaMediaType { content_type: JSON, schema: DeviceLanding::schema_ref() };
        let refusals = [401, 403].map(|status| response(status, UNLISTED, vec![envelope(), page()]));
        let mut responses = vec![response(307, "", vec![]), response(200, UNLISTED, vec![device])];
        responses.extend(refusals);
        MetaResponses { responses }
    }

    fn register(registry: &mut Registry) {
        Envelope::register(registry);
        DeviceLanding::register(registry);
    }
}
