//! Bodies: answers serialised once with serde, requests read the lenient way the contract asks for.

use std::io;

use bytes::Bytes;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Request, RequestBody, Response, Result};
use poem_openapi::registry::{
    MetaMediaType, MetaRequest, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::{ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use uuid::Uuid;

use crate::error::{Envelope, Problem};
use crate::wire::Wire;

/// The media type of all bodies.
pub const JSON: &str = "application/json";

/// The largest request body, in bytes; a larger one is answered 413.
pub const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// A JSON answer with the status `STATUS`.
#[derive(Debug)]
pub struct Reply<const STATUS: u16, T>(pub T);

/// An answer without a body.
#[derive(Debug)]
pub struct Empty<const STATUS: u16>;

/// A JSON answer that also sets a cookie.
#[derive(Debug)]
pub struct ReplyWithCookie<const STATUS: u16, T> {
    /// What is answered.
    pub body: T,
    /// The value of `Set-Cookie`.
    pub cookie: String,
}

/// A message as answer to what has no other. The reference pages do not describe it, nor does the document: it says that JSON
/// comes, and no more.
#[derive(Debug)]
pub struct Remark<const STATUS: u16>(pub &'static str);

/// The reason phrase of a status.
pub fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("")
}

/// Writes a JSON response; a value that cannot be written is a bug and answers 500.
pub fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Response {
    let mut bytes = Vec::with_capacity(512);
    let mut serializer = Serializer::with_formatter(&mut bytes, HtmlSafe(CompactFormatter));
    let status =
        if value.serialize(&mut serializer).is_ok() { status } else { StatusCode::INTERNAL_SERVER_ERROR };
    bytes.push(b'\n');
    json_bytes(status, bytes)
}

/// A response of JSON that is already written.
pub fn json_bytes(status: StatusCode, bytes: impl Into<Bytes>) -> Response {
    let mut response = Response::builder().status(status).body(bytes.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// Compact JSON in which no text can close or open an HTML element, as the contract has it.
struct HtmlSafe(CompactFormatter);

impl Formatter for HtmlSafe {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let found = rest[at..].chars().next().unwrap_or_default();
            self.0.write_string_fragment(writer, &rest[..at])?;
            write!(writer, "\\u{:04x}", u32::from(found))?;
            rest = &rest[at + found.len_utf8()..];
        }
        self.0.write_string_fragment(writer, rest)
    }
}

fn success(status: u16, schema: MetaSchemaRef) -> MetaResponses {
    let content = vec![MetaMediaType { content_type: JSON, schema }];
    let responses = vec![MetaResponse {
        description: "",
        status: Some(status),
        status_range: None,
        content,
        headers: vec![],
    }];
    MetaResponses { responses }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl<const STATUS: u16, T: Wire> IntoResponse for Reply<STATUS, T> {
    fn into_response(self) -> Response {
        json(status_code(STATUS), &self.0)
    }
}

impl<const STATUS: u16, T: Wire> ApiResponse for Reply<STATUS, T> {
    fn meta() -> MetaResponses {
        success(STATUS, T::schema_ref())
    }
    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<const STATUS: u16, T: Wire> IntoResponse for ReplyWithCookie<STATUS, T> {
    fn into_response(self) -> Response {
        let mut response = json(status_code(STATUS), &self.body);
        if let Ok(cookie) = HeaderValue::from_str(&self.cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl<const STATUS: u16, T: Wire> ApiResponse for ReplyWithCookie<STATUS, T> {
    fn meta() -> MetaResponses {
        success(STATUS, T::schema_ref())
    }
    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<const STATUS: u16> IntoResponse for Remark<STATUS> {
    fn into_response(self) -> Response {
        json(status_code(STATUS), &Envelope::message(self.0))
    }
}

impl<const STATUS: u16> ApiResponse for Remark<STATUS> {
    fn meta() -> MetaResponses {
        success(STATUS, MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))
    }
    fn register(_: &mut Registry) {}
}

impl<const STATUS: u16> IntoResponse for Empty<STATUS> {
    fn into_response(self) -> Response {
        Response::builder().status(status_code(STATUS)).finish()
    }
}

impl<const STATUS: u16> ApiResponse for Empty<STATUS> {
    fn meta() -> MetaResponses {
        let (content, headers) = (vec![], vec![]);
        let response =
            MetaResponse { description: "", status: Some(STATUS), status_range: None, content, headers };
        MetaResponses { responses: vec![response] }
    }
    fn register(_: &mut Registry) {}
}

/// A request body, read but not yet parsed.
///
/// Parsing is a call of its own because many operations look at their path before they look at their body: a bad body
/// for a user that does not exist is a 404.
#[derive(Debug)]
pub struct Body<T> {
    bytes: Vec<u8>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T: Wire + DeserializeOwned> Body<T> {
    /// The parsed body.
    ///
    /// Unknown members are ignored, names match without regard to case, `null` is the zero value, and text after the
    /// first JSON value is not looked at.
    ///
    /// # Errors
    /// 400 `Request body must be valid JSON.` with the parser's text; `EOF` for an empty body.
    pub fn parse(&self) -> Result<T, Problem> {
        self.read().map_err(not_json)
    }

    /// The same for an operation that takes no more than `limit` bytes; the server takes [`BODY_LIMIT`].
    ///
    /// # Errors
    /// As [`Body::parse`], also for a body with more bytes.
    pub fn parse_up_to(&self, limit: usize) -> Result<T, Problem> {
        if self.bytes.len() > limit { Err(not_json("http: request body too large")) } else { self.parse() }
    }

    fn read(&self) -> Result<T, String> {
        let mut values = serde_json::Deserializer::from_slice(&self.bytes).into_iter::<Value>();
        let mut value = values.next().ok_or("EOF")?.map_err(|e| e.to_string())?;
        lenient(&mut value, &T::schema_ref(), T::shape())?;
        serde_json::from_value(value).map_err(|e| e.to_string())
    }
}

fn not_json(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "Request body must be valid JSON.").detail(detail)
}

/// Renames members to the spelling of the schema and drops nulls, at every level; a body of null is an empty
/// object, and a null in a list or for a key of a map the zero value.
fn lenient(value: &mut Value, schema: &MetaSchemaRef, registry: &Registry) -> Result<(), String> {
    let schema = match schema {
        MetaSchemaRef::Reference(name) => resolve(name, registry),
        MetaSchemaRef::Inline(_) => &Value::Null,
    };
    if value.is_null() && schema.get("properties").is_some() {
        *value = Value::Object(Default::default());
    }
    tidy(value, schema, registry)
}

fn resolve<'r>(name: &str, registry: &'r Registry) -> &'r Value {
    registry.schemas.get(name).map_or(&Value::Null, crate::wire::carried)
}

fn tidy(value: &mut Value, schema: &Value, registry: &Registry) -> Result<(), String> {
    let schema = match reference(schema) {
        Some(name) => resolve(name, registry),
        None => schema,
    };
    match value {
        Value::Object(members) => {
            let known = schema.get("properties").and_then(Value::as_object);
            let other = schema.get("additionalProperties").unwrap_or(&Value::Null);
            for (name, mut member) in std::mem::take(members) {
                let spelling = known.filter(|k| !k.contains_key(&name));
                let spelling = spelling.and_then(|k| k.keys().find(|key| key.eq_ignore_ascii_case(&name)));
                // Members that are read but not documented are in lower case too; the keys of maps stay as they are.
                let exact = known.is_none_or(|k| k.contains_key(&name));
                let name =
                    spelling.cloned().unwrap_or_else(|| if exact { name } else { name.to_ascii_lowercase() });
                if member.is_null() && known.is_some() {
                    continue;
                }
                if member.is_null() {
                    member = zero(other, registry);
                }
                tidy(&mut member, known.and_then(|k| k.get(&name)).unwrap_or(other), registry)?;
                members.insert(name, member);
            }
            Ok(())
        }
        // serde would take the items for the members, one after the other.
        Value::Array(_) if schema.get("properties").is_some() => {
            Err("invalid type: sequence, expected an object".to_owned())
        }
        Value::Array(items) => {
            let of = schema.get("items").unwrap_or(&Value::Null);
            items.iter_mut().filter(|item| item.is_null()).for_each(|item| *item = zero(of, registry));
            items.iter_mut().try_for_each(|item| tidy(item, of, registry))
        }
        _ => Ok(()),
    }
}

/// What a null in a list or in a map stands for.
fn zero(schema: &Value, registry: &Registry) -> Value {
    if let Some(name) = reference(schema) {
        return zero(resolve(name, registry), registry);
    }
    if schema.get("properties").is_some() {
        return Value::Object(Default::default());
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("uuid")) => Uuid::nil().to_string().into(),
        (Some("string"), _) => "".into(),
        _ => Value::Null,
    }
}

/// The schema name that a `$ref`, also one wrapped in an `allOf`, points to.
fn reference(schema: &Value) -> Option<&str> {
    let direct = schema.get("$ref").or_else(|| schema.get("allOf")?.get(0)?.get("$ref"));
    direct?.as_str()?.rsplit('/').next()
}

impl<'a, T: Wire + DeserializeOwned> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        _request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let bytes = body.take()?.into_bytes_limit(BODY_LIMIT).await?;
        Ok(Self { bytes: bytes.into(), of: std::marker::PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::roles::{CustomRoleRequest, Permission};
    use crate::schema::users::CreateUserRequestWithOrgs;

    fn parse(text: &str) -> Result<CreateUserRequestWithOrgs, Problem> {
        Body { bytes: text.as_bytes().to_vec(), of: std::marker::PhantomData }.parse()
    }

    #[test]
    fn bodies_are_read_leniently() {
        let body =
            r#"{"userName":"a","EMAIL":"e","nope":1,"roles":null,"name":null,"username":"b"} trailing"#;
        let read = parse(body).unwrap();
        assert_eq!((read.username.as_str(), read.email.as_str(), read.name.as_str()), ("b", "e", ""));
        assert!(read.roles.is_empty());
    }

    #[test]
    fn bad_bodies_name_the_parser_text() {
        assert_eq!(parse("").err().unwrap().body.detail, "EOF");
        assert!(parse("{").err().unwrap().body.detail.contains("EOF while parsing"));
        assert!(parse(r#"{"username":3}"#).err().unwrap().body.detail.contains("invalid type"));
    }

    #[test]
    fn lists_are_no_objects_and_null_is_an_empty_one() {
        for body in ["[]", r#"["a@b.co"]"#] {
            assert_eq!(parse(body).err().unwrap().body.detail, "invalid type: sequence, expected an object");
        }
        assert_eq!(parse("null").unwrap().username, "");
    }

    #[test]
    fn a_null_in_a_list_is_the_zero_value() {
        assert_eq!(parse(r#"{"roles":[null]}"#).unwrap().roles, [""]);
        let text = r#"{"name":"a","ORGANIZATION_PERMISSIONS":[null,{"Action":"read"}]}"#;
        let body = Body { bytes: text.as_bytes().to_vec(), of: std::marker::PhantomData };
        let role: CustomRoleRequest = body.parse().unwrap();
        let read = Permission { action: "read".to_owned(), ..Permission::default() };
        assert_eq!(role.organization_permissions, [Permission::default(), read]);
    }

    #[test]
    fn html_is_escaped_in_answers() {
        let text = "<b>&\u{2028}";
        let mut bytes = Vec::new();
        text.serialize(&mut Serializer::with_formatter(&mut bytes, HtmlSafe(CompactFormatter))).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), r#""\u003cb\u003e\u0026\u2028""#);
    }
}
