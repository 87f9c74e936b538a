//! What a write made different, field by field (logs.md A5).

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::flags::Flag;

/// The fields that became different, as the log answers them: each with `old` and `new`, unless they are null, and `secret`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff(Map<String, Value>);

/// A value of a field. Its kind says how it is written, and what it is where there is no object.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Field {
    Text(String),
    Id(Uuid),
    Flag(bool),
    Number(i64),
    Time(DateTime<Utc>),
    /// A time that may be missing.
    TimeOrNull(Option<DateTime<Utc>>),
    /// An empty list is another than none.
    List(Vec<String>),
    /// Bytes, such as hashes; nobody is shown any.
    Bytes(Vec<u8>),
}

impl Field {
    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Id(id) if id.is_nil() => json!(""),
            Self::Id(id) => json!(id),
            Self::Flag(flag) => json!(flag),
            Self::Number(number) => json!(number),
            Self::Time(time) => json!(written(time)),
            Self::TimeOrNull(time) => json!(time.as_ref().map_or_else(|| "null".to_owned(), written)),
            Self::List(items) => json!(items),
            // Bytes are secrets, of which nothing is shown.
            Self::Bytes(_) => Value::Null,
        }
    }

    /// What the field of no object is.
    fn zero(&self) -> Value {
        match self {
            Self::Text(_) | Self::Id(_) => json!(""),
            Self::Flag(_) => json!(false),
            Self::Number(_) => json!(0),
            Self::Time(_) => json!(NEVER),
            Self::TimeOrNull(_) => json!("null"),
            Self::List(_) | Self::Bytes(_) => Value::Null,
        }
    }

    /// Whether it is as in no object.
    fn is_zero(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            other => other.json() == other.zero(),
        }
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Field {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}

impl From<bool> for Field {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i32> for Field {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Uuid> for Field {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<DateTime<Utc>> for Field {
    fn from(time: DateTime<Utc>) -> Self {
        Self::Time(time)
    }
}

const NEVER: &str = "0001-01-01T00:00:00Z";

/// As the API writes times: RFC 3339 in UTC, microseconds without their trailing zeros.
fn written(time: &DateTime<Utc>) -> String {
    let text = time.to_rfc3339_opts(SecondsFormat::Micros, true);
    let text = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    format!("{text}Z")
}

/// A thing that the log tells of, field by field.
pub trait Audited {
    /// What becomes of each of its columns.
    #[doc(hidden)]
    const FLAGS: &'static [(&'static str, Flag)];

    /// Its fields, but for those that the log ignores.
    #[doc(hidden)]
    fn fields(&self) -> Fields;
}

/// Fields by name.
pub struct Fields(pub(super) Vec<(&'static str, Field)>);

impl Diff {
    /// What is different between a thing as it was and as it is; none where there was or is nothing.
    pub fn between<T: Audited>(old: Option<&T>, new: Option<&T>) -> Self {
        let side = |thing: Option<&T>| thing.map_or_else(Vec::new, |thing| thing.fields().0);
        let (mut old, mut new) = (side(old), side(new));
        let mut out = Map::new();
        for (name, flag) in T::FLAGS {
            let (old, new) = (take(&mut old, name), take(&mut new, name));
            if let Some(change) = change(*flag, old, new) {
                out.insert((*name).to_owned(), change);
            }
        }
        Self(out)
    }

    /// A thing that was made.
    pub fn created<T: Audited>(new: &T) -> Self {
        Self::between(None, Some(new))
    }

    /// A thing that became another.
    pub fn changed<T: Audited>(old: &T, new: &T) -> Self {
        Self::between(Some(old), Some(new))
    }

    /// A thing that is gone.
    pub fn deleted<T: Audited>(old: &T) -> Self {
        Self::between(Some(old), None)
    }

    /// A diff that somebody else made.
    pub const fn given(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// As it is stored.
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

fn take(fields: &mut Vec<(&'static str, Field)>, name: &str) -> Option<Field> {
    let at = fields.iter().position(|(known, _)| *known == name)?;
    Some(fields.swap_remove(at).1)
}

/// Nothing when the field is the same, or ignored. Of a secret nothing is told but that it is another.
fn change(flag: Flag, old: Option<Field>, new: Option<Field>) -> Option<Value> {
    let kind = new.as_ref().or(old.as_ref())?;
    let same = match (&old, &new) {
        (Some(old), Some(new)) => old == new,
        (Some(only), None) | (None, Some(only)) => only.is_zero(),
        (None, None) => true,
    };
    if same || flag == Flag::Ignore {
        return None;
    }
    let secret = flag == Flag::Secret;
    let shown = |side: &Option<Field>| match side {
        Some(field) if !secret => field.json(),
        _ => kind.zero(),
    };
    let mut out = Map::new();
    for (side, value) in [("old", shown(&old)), ("new", shown(&new))] {
        if !value.is_null() {
            out.insert(side.to_owned(), value);
        }
    }
    out.insert("secret".to_owned(), json!(secret));
    Some(Value::Object(out))
}
