//! The bridge between utoipa's schemas and poem-openapi's operations.
//!
//! A type of the contract derives [`utoipa::ToSchema`] (which reads its serde attributes, so the two cannot differ) and
//! is listed in [`wire!`](crate::wire!). poem-openapi prunes and prints schemas of its own kind; ours ride through its registry as
//! JSON in the `example` of a placeholder and are put in place by [`crate::document`].

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, schema::Schema};

/// A type that may stand in a request or response body.
pub trait Wire: Serialize + Send + Sync {
    /// How an operation refers to the schema.
    fn schema_ref() -> MetaSchemaRef;
    /// Puts the schema, and those it refers to, into the registry.
    fn register(registry: &mut Registry);
    /// The schema and those it refers to, made once.
    fn shape() -> &'static Registry;
}

impl<T: Wire> Wire for Vec<T> {
    fn schema_ref() -> MetaSchemaRef {
        let items = Some(Box::new(T::schema_ref()));
        MetaSchemaRef::Inline(Box::new(MetaSchema { items, ..MetaSchema::new("array") }))
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn shape() -> &'static Registry {
        T::shape()
    }
}

/// Registers a utoipa type with everything it refers to.
pub fn register<T: ToSchema>(registry: &mut Registry) {
    let mut found = Vec::new();
    T::schemas(&mut found);
    found.push((T::name().into_owned(), T::schema()));
    for (name, schema) in found {
        registry.schemas.entry(name).or_insert_with(|| carrier(&schema));
    }
}

fn carrier(schema: &RefOr<Schema>) -> MetaSchema {
    let example = serde_json::to_value(schema).ok();
    MetaSchema { example, ..MetaSchema::new("object") }
}

/// The schema that a placeholder of the registry carries.
pub(crate) fn carried(schema: &MetaSchema) -> &Value {
    schema.example.as_ref().unwrap_or(&Value::Null)
}

/// Makes types with a utoipa schema usable in bodies.
#[macro_export]
macro_rules! wire {
    ($($type:ty),+ $(,)?) => { $(
        impl $crate::wire::Wire for $type {
            fn schema_ref() -> ::poem_openapi::registry::MetaSchemaRef {
                ::poem_openapi::registry::MetaSchemaRef::Reference(<$type as ::utoipa::ToSchema>::name().into_owned())
            }
            fn register(registry: &mut ::poem_openapi::registry::Registry) {
                $crate::wire::register::<$type>(registry);
            }
            fn shape() -> &'static ::poem_openapi::registry::Registry {
                static SHAPE: ::std::sync::LazyLock<::poem_openapi::registry::Registry> =
                    ::std::sync::LazyLock::new(|| {
                        let mut registry = ::poem_openapi::registry::Registry::new();
                        $crate::wire::register::<$type>(&mut registry);
                        registry
                    });
                &SHAPE
            }
        }
    )+ };
}

/// A string enum of the contract: the Rust enum, its wire texts, its parser and its schema from one list.
///
/// utoipa's derive ignores an empty `rename`, and the contract has empty values; hence this macro. The first value is the
/// default and the sample in the reference pages, so the order is the contract's.
#[macro_export]
macro_rules! string_enum {
    ($(#[$meta:meta])* $name:ident as $schema:literal { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = concat!("`", $text, "`")] $variant),+ }

        impl Default for $name {
            fn default() -> Self { [$(Self::$variant),+][0] }
        }

        impl $name {
            /// The wire texts, in the order of the contract.
            pub const VALUES: &'static [&'static str] = &[$($text),+];

            /// The wire text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(format!("{text:?} is not one of {:?}", Self::VALUES)) }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                ::utoipa::openapi::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::VALUES.iter().copied()))
                    .into()
            }
        }

        impl ::utoipa::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> { $schema.into() }
        }
    };
}
