//! Keys and tokens of the Users page.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{AnyOfBuilder, Type};
use utoipa::openapi::{AllOfBuilder, ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::api_key_scope::APIKeyScope;
use super::common::LoginType;
use super::rbac::RBACResource;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::APIKey)]
pub struct APIKey {
    /// What the key may touch at all; `*` stands for every type or every id.
    #[schema(required = false)]
    pub allow_list: Vec<APIAllowListTarget>,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub created_at: DateTime<Utc>,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub expires_at: DateTime<Utc>,
    #[schema(required)]
    pub id: String,
    /// To the hour; the Unix epoch for a key that was never used.
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub last_used: DateTime<Utc>,
    #[schema(required)]
    pub lifetime_seconds: i64,
    #[schema(required, inline)]
    pub login_type: KeyLoginType,
    #[schema(required = false, inline)]
    pub scope: OldScope,
    #[schema(required = false, value_type = Vec<APIKeyScope>)]
    pub scopes: Vec<String>,
    /// Empty for sessions.
    #[schema(required)]
    pub token_name: String,
    #[serde(with = "crate::time")]
    #[schema(required)]
    pub updated_at: DateTime<Utc>,
    #[schema(required)]
    pub user_id: Uuid,
    /// In lists only: who owns the key, empty if the caller may not see that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, extensions(("x-apidocgen" = json!({ "skip": true }))))]
    pub username: Option<String>,
}

// Read as text too, as `type:id`; the server answers objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = codersdk::APIAllowListTarget)]
pub struct APIAllowListTarget {
    /// A UUID, or `*`.
    #[schema(required = false)]
    pub id: String,
    #[serde(rename = "type")]
    #[schema(required = false, value_type = RBACResource)]
    pub kind: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateTokenRequest)]
pub struct CreateTokenRequest {
    /// What the token may touch at all, at most 128 entries; everything when empty. `"type:id"` is taken for an entry, too.
    #[serde(default)]
    pub allow_list: Vec<APIAllowListTarget>,
    /// In nanoseconds; the default of the deployment when 0.
    #[serde(default)]
    pub lifetime: i64,
    #[schema(inline, required = false)]
    pub scope: OldScope,
    /// What the token may do, as far as its owner may; everything when empty.
    #[serde(default)]
    #[schema(value_type = Vec<APIKeyScope>)]
    pub scopes: Vec<String>,
    /// Unique among the owner's tokens, expired ones included, and at most 1024 bytes long; the server chooses one when it is
    /// empty.
    #[serde(default)]
    pub token_name: String,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::GenerateAPIKeyResponse)]
pub struct GenerateAPIKeyResponse {
    /// Says what is odd about the new token.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(extensions(("x-apidocgen" = json!({ "skip": true }))))]
    pub detail: String,
    /// The whole key; shown this once.
    #[schema(required = false)]
    pub key: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::TokenConfig)]
#[serde(default)]
pub struct TokenConfig {
    /// In nanoseconds.
    pub max_token_lifetime: i64,
}

/// How a key was made; the reference narrows the login types to these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyLoginType(pub LoginType);

/// The single scope of old clients: one of two, or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OldScope(pub String);

impl<'de> Deserialize<'de> for OldScope {
    // Absent as an option is, since a default would become a part of the schema.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?.unwrap_or_default()))
    }
}

/// A reference to an enum with fewer values than it has. The builder knows no enum beside a reference; extensions are written
/// as they are.
fn narrowed<T: ToSchema>(description: Option<&str>, values: Value) -> RefOr<Schema> {
    let values = Extensions::from_iter([("enum", values)]);
    let of = Ref::from_schema_name(T::name().into_owned());
    AllOfBuilder::new().item(of).description(description).extensions(Some(values)).into()
}

impl PartialSchema for KeyLoginType {
    fn schema() -> RefOr<Schema> {
        narrowed::<LoginType>(None, json!(["password", "github", "oidc", "token"]))
    }
}

impl ToSchema for KeyLoginType {
    fn name() -> Cow<'static, str> {
        "KeyLoginType".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((LoginType::name().into_owned(), LoginType::schema()));
    }
}

impl PartialSchema for OldScope {
    fn schema() -> RefOr<Schema> {
        // Empty for a key that has neither; the reference names the two only.
        let empty = Extensions::from_iter([("x-apidocgen", json!({ "skip": true }))]);
        let empty =
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some([""])).extensions(Some(empty));
        let two = narrowed::<APIKeyScope>(None, json!(["all", "application_connect"]));
        AnyOfBuilder::new().item(two).item(empty).description(Some("Deprecated: use Scopes instead.")).into()
    }
}

impl ToSchema for OldScope {
    fn name() -> Cow<'static, str> {
        "OldScope".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((APIKeyScope::name().into_owned(), APIKeyScope::schema()));
    }
}

/// The two forms of an entry in requests.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    Text(String),
    Object {
        #[serde(default, rename = "type")]
        kind: String,
        #[serde(default)]
        id: String,
    },
}

impl<'de> Deserialize<'de> for APIAllowListTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Value::deserialize(deserializer)?;
        let shape = |_| D::Error::custom("allow_list entry must be an object or a string");
        let (kind, id) = match serde_json::from_value(given).map_err(shape)? {
            Given::Text(text) => split(&text).map_err(D::Error::custom)?,
            Given::Object { kind, id } if kind.is_empty() || id.is_empty() => {
                return Err(D::Error::custom("allow_list entry must include both type and id"));
            }
            Given::Object { kind, id } => (kind, id),
        };
        check(&kind, &id).map_err(D::Error::custom)?;
        Ok(Self { id, kind })
    }
}

fn split(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once(':').filter(|(kind, id)| !kind.is_empty() && !id.is_empty());
    let (kind, id) = parts.ok_or_else(|| format!("invalid allow_list entry {text:?}: want <type>:<id>"))?;
    Ok((kind.to_owned(), id.to_owned()))
}

fn check(kind: &str, id: &str) -> Result<(), String> {
    if !RBACResource::VALUES.contains(&kind) {
        return Err(format!("unknown resource type {kind:?}"));
    }
    if id != "*" && Uuid::try_parse(id).is_err() {
        return Err(format!("invalid {kind} ID (must be UUID): {id:?}"));
    }
    Ok(())
}

crate::wire!(APIKey, CreateTokenRequest, GenerateAPIKeyResponse, TokenConfig);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entry: Value) -> Result<(String, String), String> {
        let read = serde_json::from_value::<APIAllowListTarget>(entry);
        read.map(|entry| (entry.kind, entry.id)).map_err(|error| error.to_string())
    }

    #[test]
    fn both_forms_are_read() {
        let id = "00000000-0000-0000-0000-00000000000a";
        let read_as = Ok(("workspace".to_owned(), id.to_owned()));
        assert_eq!(read(json!(format!("workspace:{id}"))), read_as);
        assert_eq!(read(json!({ "type": "workspace", "id": id, "more": 1 })), read_as);
        assert_eq!(read(json!("*:*")), Ok(("*".to_owned(), "*".to_owned())));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let both = "allow_list entry must include both type and id";
        let table = [
            (json!("foo:*"), "unknown resource type \"foo\""),
            (json!({ "type": "nope", "id": "*" }), "unknown resource type \"nope\""),
            (json!("workspace:bad"), "invalid workspace ID (must be UUID): \"bad\""),
            (json!({ "type": "*", "id": "bad" }), "invalid * ID (must be UUID): \"bad\""),
            (json!("x"), "invalid allow_list entry \"x\": want <type>:<id>"),
            (json!(":"), "invalid allow_list entry \":\": want <type>:<id>"),
            (json!(""), "invalid allow_list entry \"\": want <type>:<id>"),
            (json!({}), both),
            (json!({ "type": "workspace" }), both),
            (json!({ "id": "*" }), both),
            (json!(3), "allow_list entry must be an object or a string"),
            (json!({ "type": 3, "id": "*" }), "allow_list entry must be an object or a string"),
        ];
        for (entry, why) in table {
            assert_eq!(read(entry.clone()), Err(why.to_owned()), "{entry}");
        }
    }
}
