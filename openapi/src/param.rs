//! Path and query parameters: documented here, read raw, and judged by the operation.
//!
//! The contract wants all bad query parameters in one answer and looks at paths only after authentication, so these
//! extractors never fail: they hand over what was sent.

use std::borrow::Cow;
use std::marker::PhantomData;

use poem::{FromRequest, Request, RequestBody, Result};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

/// What the document says about a parameter's value.
pub trait Kind: Send + Sync + 'static {
    /// The schema.
    fn schema() -> MetaSchema;
}

macro_rules! kind {
    ($(#[$meta:meta])* $name:ident = $schema:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Kind for $name {
            fn schema() -> MetaSchema { $schema }
        }
    };
}

kind!(/// Any text.
    Text = MetaSchema::new("string"));
kind!(/// A UUID.
    UuidText = MetaSchema::new_with_format("string", "uuid"));
kind!(/// A UUID that the contract documents as a plain text; what it looks like is told by a pattern.
    UuidPattern = MetaSchema { pattern: Some(UUID.to_owned()), ..MetaSchema::new("string") });
kind!(/// The contract's odd `string(string)`.
    KeyText = MetaSchema::new_with_format("string", "string"));
kind!(/// A whole number from 0 to 2147483647.
    Count = MetaSchema { minimum: Some(0.0), maximum: Some(f64::from(i32::MAX)), ..MetaSchema::new("integer") });
kind!(/// A whole number, also a negative one.
    Whole = MetaSchema::new("integer"));
kind!(/// How many hours east of UTC it is somewhere.
    Hours = MetaSchema { minimum: Some(-12.0), maximum: Some(14.0), ..MetaSchema::new("integer") });
kind!(/// A yes or no.
    Flag = MetaSchema::new("boolean"));

const UUID: &str = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/// A path parameter, decoded.
#[derive(Debug)]
pub struct Path<K> {
    /// The text of the segment.
    pub text: String,
    kind: PhantomData<K>,
}

/// A query parameter with every value that was given for it.
#[derive(Debug)]
pub struct Query<K> {
    /// The values in the order of the query, decoded.
    pub values: Vec<String>,
    kind: PhantomData<K>,
}

/// A query parameter that the document says must be given.
#[derive(Debug)]
pub struct RequiredQuery<K>(pub Query<K>);

/// The names of all query parameters, in the order of the query, decoded; for operations that refuse those they do not know.
#[derive(Debug)]
pub struct QueryNames(pub Vec<String>);

impl<'a, K: Kind> ApiExtractor<'a> for Path<K> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;
    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Path)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(K::schema())))
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        // Bytes that are no text reach nobody; they are not the same as nothing.
        let text = request.raw_path_param(options.name).unwrap_or("\u{FFFD}");
        Ok(Self { text: storable(text.into()), kind: PhantomData })
    }
}

impl<'a, K: Kind> ApiExtractor<'a> for Query<K> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(K::schema())))
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self { values: query_values(request, options.name), kind: PhantomData })
    }
}

impl<'a, K: Kind> ApiExtractor<'a> for RequiredQuery<K> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;
    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(K::schema())))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Query::from_request(request, body, options).await.map(Self)
    }
}

impl<'a> FromRequest<'a> for QueryNames {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let pairs = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        Ok(Self(pairs.map(|(name, _)| storable(name)).collect()))
    }
}

/// All values of one query parameter.
pub fn query_values(request: &Request, name: &str) -> Vec<String> {
    let query = request.uri().query().unwrap_or_default();
    if query.is_empty() {
        return Vec::new();
    }
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(key, _)| key == name).map(|(_, value)| storable(value)).collect()
}

/// U+0000, which no stored text has and PostgreSQL does not even compare, reads like bytes that are no text.
pub fn storable(text: Cow<'_, str>) -> String {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}") } else { text.into_owned() }
}
