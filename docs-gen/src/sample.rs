//! Sample values: what a JSON body of a schema looks like.

use crate::input::node::{Node, Number};
use crate::sample_text;
use crate::schema::{Kind, Schema};
use crate::value::Value;

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
pub(crate) fn sample<'a>(schema: &Schema<'a>, purpose: Purpose) -> Value<'a> {
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
    fn value<'a>(&mut self, schema: &Schema<'a>, place: Place<'_>) -> Value<'a> {
        if self.left == 0 {
            return empty(schema);
        }
        self.left -= 1;
        if let Some(given) = given(schema) {
            return Value::Given(given);
        }
        let parts = schema.parts();
        if !parts.is_empty() {
            return self.merged(schema, &parts, place);
        }
        if let Some(first) = schema.alternatives().first() {
            return self.guarded(first.place_id(), first, place).unwrap_or(Value::NULL);
        }
        self.by_kind(schema, place)
    }

    fn by_kind<'a>(&mut self, schema: &Schema<'a>, place: Place<'_>) -> Value<'a> {
        match schema.kind() {
            Some(Kind::String) => Value::Text(sample_text::text(schema, place.name)),
            Some(Kind::Integer | Kind::Number) => Value::Given(Node::Number(number(schema))),
            Some(Kind::Boolean) => Value::Given(Node::Bool(true)),
            Some(Kind::Array | Kind::Object) if place.level > MAX_LEVEL => empty(schema),
            Some(Kind::Array) => self.array(schema, place),
            Some(Kind::Object) => self.object(schema, place),
            None => Value::NULL,
        }
    }

    fn array<'a>(&mut self, schema: &Schema<'a>, place: Place<'_>) -> Value<'a> {
        let Some(items) = schema.items() else { return Value::List(Vec::new()) };
        let wanted = schema.get("minItems").and_then(Node::whole).unwrap_or(1).max(1);
        let mut values = Vec::new();
        for _ in 0..wanted {
            values.push(self.nested(&items, place.inside("id")));
            if self.left == 0 {
                break;
            }
        }
        Value::List(values)
    }

    fn object<'a>(&mut self, schema: &Schema<'a>, place: Place<'_>) -> Value<'a> {
        let mut members = Vec::new();
        for property in schema.direct_properties() {
            if !self.leaves_out(&property.schema) {
                members.push((property.name, self.nested(&property.schema, place.inside(property.name))));
            }
        }
        if let Some(values) = schema.map_values() {
            for name in ["property1", "property2"] {
                let value = self.nested(&values, place.inside("id"));
                Value::insert(&mut members, name, value);
            }
        }
        Value::Map(members)
    }

    /// The samples of an `allOf`'s parts in one, after the properties of the schema itself.
    fn merged<'a>(&mut self, schema: &Schema<'a>, parts: &[Schema<'a>], place: Place<'_>) -> Value<'a> {
        let direct = !schema.direct_properties().is_empty();
        let mut all = if direct { self.object(schema, place) } else { Value::NULL };
        for part in parts {
            if let Some(value) = self.guarded(part.place_id(), part, place) {
                all.merge(value);
            }
        }
        all
    }

    fn nested<'a>(&mut self, schema: &Schema<'a>, place: Place<'_>) -> Value<'a> {
        let id = schema.type_id().unwrap_or_else(|| schema.place_id());
        self.guarded(id, schema, place).unwrap_or_else(|| empty(schema))
    }

    /// The sample, unless the schema is being opened already.
    fn guarded<'a>(&mut self, id: usize, schema: &Schema<'a>, place: Place<'_>) -> Option<Value<'a>> {
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
fn given<'a>(schema: &Schema<'a>) -> Option<Node<'a>> {
    // A default of `null` says that a value may be missing, not what one looks like.
    let not_null = |value: &Node<'a>| !value.is_null();
    if let Some(example) = schema.get("example").or_else(|| schema.get("x-example")) {
        return Some(example);
    }
    // What the place says about a named type counts before anything the type says.
    let narrowed = schema.name().and_then(|_| {
        let own = schema.own_enum_values();
        own.first().copied().or_else(|| schema.own("default").filter(not_null))
    });
    let first_example = || schema.get("examples").and_then(|list| list.items().first().copied());
    narrowed
        .or_else(|| schema.get("const"))
        .or_else(first_example)
        .or_else(|| schema.enum_values().first().copied())
        .or_else(|| schema.get("default").filter(not_null))
}

fn empty<'a>(schema: &Schema<'_>) -> Value<'a> {
    match schema.kind() {
        Some(Kind::Array) => Value::List(Vec::new()),
        Some(Kind::Object) => Value::Map(Vec::new()),
        _ => Value::NULL,
    }
}

fn number(schema: &Schema<'_>) -> Number {
    let bound = |key| schema.get(key).and_then(Node::number);
    let minimum = bound("minimum").filter(|number| number.as_f64() != 0.0);
    // OpenAPI 3.0 has no exclusive bounds of their own but a mark on the bounds.
    if schema.flag("exclusiveMinimum")
        && let Some(minimum) = minimum
    {
        return minimum.moved(1);
    }
    if let Some(minimum) = minimum {
        return minimum;
    }
    if let Some(below) = bound("exclusiveMinimum") {
        return below.moved(1);
    }
    if let Some(above) = bound("exclusiveMaximum") {
        return above.moved(-1);
    }
    match bound("maximum") {
        Some(maximum) if schema.flag("exclusiveMaximum") => maximum.moved(-1),
        Some(maximum) => maximum,
        None => Number::Unsigned(0),
    }
}
