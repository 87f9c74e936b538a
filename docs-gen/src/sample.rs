//! Sample values: what a JSON body of a schema looks like.

use serde_json::{Map, Number, Value};

use crate::sample_text;
use crate::schema::{Kind, Schema};

/// Containers below this level are printed empty.
const MAX_LEVEL: usize = 10;

/// Values that one sample may hold; types that open each other many times over would grow without end.
const MAX_VALUES: usize = 20_000;

/// What a sample stands for; decides which properties it leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A request: without read-only properties.
    Request,
    /// A response: without write-only properties.
    Response,
    /// The type by itself, with all of its properties.
    Type,
}

/// The sample of a schema that is not a property of another.
pub(crate) fn sample(schema: &Schema<'_>, purpose: Purpose) -> Value {
    Sampler { purpose, left: MAX_VALUES, path: Vec::new() }.value(schema, Place::ROOT)
}

/// Where a value stands: the property it belongs to and how many containers hold it.
#[derive(Clone, Copy)]
struct Place<'n> {
    name: &'n str,
    level: usize,
}

impl Place<'_> {
    /// Anything that is not a property goes by the name `id`.
    const ROOT: Place<'static> = Place { name: "id", level: 1 };

    fn inside<'n>(self, name: &'n str) -> Place<'n> {
        Place { name, level: self.level + 1 }
    }
}

struct Sampler {
    purpose: Purpose,
    left: usize,
    /// The schemas being opened, to notice one that contains itself. The outermost is not in it,
    /// so a type that contains itself is opened one level further before it ends.
    path: Vec<usize>,
}

impl Sampler {
    fn value(&mut self, schema: &Schema<'_>, place: Place<'_>) -> Value {
        if self.left == 0 {
            return empty(schema);
        }
        self.left -= 1;
        if let Some(given) = given(schema) {
            return given;
        }
        let parts = schema.parts();
        if !parts.is_empty() {
            return self.merged(schema, &parts, place);
        }
        if let Some(first) = schema.alternatives().first() {
            return self.guarded(first.place_id(), first, place).unwrap_or(Value::Null);
        }
        self.by_kind(schema, place)
    }

    fn by_kind(&mut self, schema: &Schema<'_>, place: Place<'_>) -> Value {
        match schema.kind() {
            Some(Kind::String) => Value::String(sample_text::text(schema, place.name)),
            Some(Kind::Integer | Kind::Number) => number(schema),
            Some(Kind::Boolean) => Value::Bool(true),
            Some(Kind::Array | Kind::Object) if place.level > MAX_LEVEL => empty(schema),
            Some(Kind::Array) => self.array(schema, place),
            Some(Kind::Object) => self.object(schema, place),
            None => Value::Null,
        }
    }

    fn array(&mut self, schema: &Schema<'_>, place: Place<'_>) -> Value {
        let Some(items) = schema.items() else { return Value::Array(Vec::new()) };
        let wanted = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).max(1);
        let mut values = Vec::new();
        for _ in 0..wanted {
            values.push(self.nested(&items, place.inside("id")));
            if self.left == 0 {
                break;
            }
        }
        Value::Array(values)
    }

    fn object(&mut self, schema: &Schema<'_>, place: Place<'_>) -> Value {
        let mut members = Map::new();
        for property in schema.direct_properties() {
            if !self.leaves_out(&property.schema) {
                let value = self.nested(&property.schema, place.inside(property.name));
                members.insert(property.name.to_owned(), value);
            }
        }
        if let Some(values) = schema.map_values() {
            for name in ["property1", "property2"] {
                members.insert(name.to_owned(), self.nested(&values, place.inside("id")));
            }
        }
        Value::Object(members)
    }

    /// The samples of an `allOf`'s parts in one, after the properties of the schema itself.
    fn merged(&mut self, schema: &Schema<'_>, parts: &[Schema<'_>], place: Place<'_>) -> Value {
        let direct = !schema.direct_properties().is_empty();
        let mut all = if direct { self.object(schema, place) } else { Value::Null };
        for part in parts {
            if let Some(value) = self.guarded(part.place_id(), part, place) {
                merge(&mut all, value);
            }
        }
        all
    }

    fn nested(&mut self, schema: &Schema<'_>, place: Place<'_>) -> Value {
        let id = schema.type_id().unwrap_or_else(|| schema.place_id());
        self.guarded(id, schema, place).unwrap_or_else(|| empty(schema))
    }

    /// The sample, unless the schema is being opened already.
    fn guarded(&mut self, id: usize, schema: &Schema<'_>, place: Place<'_>) -> Option<Value> {
        if self.path.contains(&id) || self.path.len() > MAX_LEVEL * MAX_LEVEL {
            return None;
        }
        self.path.push(id);
        let value = self.value(schema, place);
        self.path.pop();
        Some(value)
    }

    fn leaves_out(&self, schema: &Schema<'_>) -> bool {
        match self.purpose {
            Purpose::Request => schema.flag("readOnly"),
            Purpose::Response => schema.flag("writeOnly"),
            Purpose::Type => false,
        }
    }
}

/// The value that the document itself gives.
fn given(schema: &Schema<'_>) -> Option<Value> {
    // A default of `null` says that a value may be missing, not what one looks like.
    let not_null = |value: &&Value| !value.is_null();
    if let Some(example) = schema.get("example") {
        return Some(example.clone());
    }
    // What the place says about a named type counts before anything the type says.
    let narrowed = schema.name().and_then(|_| {
        let own = schema.own_enum_values();
        own.first().copied().or_else(|| schema.own("default").filter(not_null))
    });
    let first_example = || schema.get("examples").and_then(Value::as_array).and_then(|list| list.first());
    narrowed
        .or_else(|| schema.get("const"))
        .or_else(first_example)
        .or_else(|| schema.enum_values().first().copied())
        .or_else(|| schema.get("default").filter(not_null))
        .cloned()
}

fn empty(schema: &Schema<'_>) -> Value {
    match schema.kind() {
        Some(Kind::Array) => Value::Array(Vec::new()),
        Some(Kind::Object) => Value::Object(Map::new()),
        _ => Value::Null,
    }
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(old) => merge(old, value),
                    None => {
                        into.insert(key, value);
                    }
                }
            }
        }
        (_, Value::Null) => {}
        (into, from) => *into = from,
    }
}

fn number(schema: &Schema<'_>) -> Value {
    let bound = |key| schema.get(key).and_then(Value::as_number);
    let minimum = bound("minimum").filter(|n| n.as_f64() != Some(0.0));
    // OpenAPI 3.0 has no exclusive bounds of their own but a mark on the bounds.
    if schema.flag("exclusiveMinimum")
        && let Some(minimum) = minimum
    {
        return moved(minimum, 1);
    }
    if let Some(minimum) = minimum {
        return minimum.clone().into();
    }
    if let Some(below) = bound("exclusiveMinimum") {
        return moved(below, 1);
    }
    if let Some(above) = bound("exclusiveMaximum") {
        return moved(above, -1);
    }
    match bound("maximum") {
        Some(maximum) if schema.flag("exclusiveMaximum") => moved(maximum, -1),
        Some(maximum) => maximum.clone().into(),
        None => 0.into(),
    }
}

fn moved(number: &Number, by: i32) -> Value {
    if let Some(sum) = number.as_i64().and_then(|n| n.checked_add(by.into())) {
        return sum.into();
    }
    let sum = number.as_f64().map(|n| n + f64::from(by));
    sum.and_then(Number::from_f64).map_or_else(|| number.clone().into(), Value::Number)
}
