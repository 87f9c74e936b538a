//! One schema of the document, seen through the references and wrappers around it.

use std::collections::HashSet;

use serde_json::Value;

use crate::document::{Document, MAX_HOPS, elements, entries, is_skipped, reference_of};

/// The broad type of a schema's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

/// A schema as its user meets it.
///
/// A property may say `$ref`, or wrap a reference in an `allOf` of one to give it a description or
/// an enum of its own. The view keeps the nodes on that way as layers, the place itself first, so
/// that a keyword of the place wins over the same keyword of the type it refers to.
#[derive(Debug, Clone)]
pub(crate) struct Schema<'a> {
    document: Document<'a>,
    layers: Vec<&'a Value>,
    /// The named type, and how many layers stand before it.
    named: Option<(&'a str, usize)>,
    nullable: bool,
}

/// A property of an object schema.
#[derive(Debug, Clone)]
pub(crate) struct Property<'a> {
    pub(crate) name: &'a str,
    pub(crate) schema: Schema<'a>,
    pub(crate) required: bool,
}

/// How a layer leads on to the next one.
enum Link<'a> {
    Reference(&'a str),
    Wraps { inner: &'a Value, nullable: bool },
}

impl<'a> Schema<'a> {
    /// The schema that stands at `place`.
    pub(crate) fn new(document: Document<'a>, place: &'a Value) -> Self {
        let mut schema = Self { document, layers: vec![place], named: None, nullable: false };
        let mut node = place;
        while schema.layers.len() < MAX_HOPS {
            match link(node) {
                Some(Link::Reference(reference)) => {
                    let Some(target) = document.lookup(reference) else { break };
                    let name = document.component_name(reference).map(|n| (n, schema.layers.len()));
                    schema.named = schema.named.or(name);
                    node = target;
                }
                Some(Link::Wraps { inner, nullable }) => {
                    schema.nullable |= nullable;
                    node = inner;
                }
                None => break,
            }
            schema.layers.push(node);
        }
        schema
    }

    /// The name of the component, when the schema refers to one.
    pub(crate) fn name(&self) -> Option<&'a str> {
        self.named.map(|(name, _)| name)
    }

    /// A keyword, the place's own before that of the type.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// A keyword that stands at the place and not in the named type. An unnamed schema is its own place.
    pub(crate) fn own(&self, key: &str) -> Option<&'a Value> {
        self.own_layers().iter().find_map(|layer| layer.get(key))
    }

    /// A keyword that holds text.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    /// A keyword that holds a boolean; `false` without it.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The enum values, without the `null` that makes an enum nullable.
    pub(crate) fn enum_values(&self) -> Vec<&'a Value> {
        elements(self.get("enum")).filter(|value| !value.is_null()).collect()
    }

    /// The enum values that stand at the place itself.
    pub(crate) fn own_enum_values(&self) -> Vec<&'a Value> {
        elements(self.own("enum")).filter(|value| !value.is_null()).collect()
    }

    /// Whether `null` is a value of the schema.
    pub(crate) fn is_nullable(&self) -> bool {
        self.nullable
            || self.flag("nullable")
            || self.layers.iter().flat_map(|layer| elements(layer.get("type"))).any(|name| name == "null")
    }

    /// The type as the document writes it, `null` left out; from other keywords if it writes none.
    pub(crate) fn type_name(&self) -> Option<String> {
        let names = self.declared_types();
        if !names.is_empty() {
            return Some(names.join("¦"));
        }
        self.inferred_kind().map(|kind| kind.name().to_owned())
    }

    /// The broad type: the first one declared, else what the other keywords suggest.
    pub(crate) fn kind(&self) -> Option<Kind> {
        let declared = self.declared_types().into_iter().find_map(Kind::from_name);
        declared.or_else(|| self.inferred_kind())
    }

    /// The schema of an array's items.
    pub(crate) fn items(&self) -> Option<Schema<'a>> {
        if self.kind() != Some(Kind::Array) {
            return None;
        }
        self.get("items").map(|items| Self::new(self.document, items))
    }

    /// The schema of a map's values; none for a map of anything.
    pub(crate) fn map_values(&self) -> Option<Schema<'a>> {
        let values = self.get("additionalProperties")?;
        let says_something = values.as_object().is_some_and(|members| !members.is_empty());
        says_something.then(|| Self::new(self.document, values))
    }

    /// All properties, those of an `allOf`'s parts included, in the order of the document.
    pub(crate) fn properties(&self) -> Vec<Property<'a>> {
        let mut gathered = Gathered::default();
        gathered.add(self);
        let Gathered { mut properties, required, .. } = gathered;
        for property in &mut properties {
            property.required = required.contains(property.name);
        }
        properties
    }

    /// The properties written in this schema itself, without those of `allOf` parts.
    pub(crate) fn direct_properties(&self) -> Vec<Property<'a>> {
        let mut names = HashSet::new();
        let declared = self.layers.iter().flat_map(|layer| entries(layer.get("properties")));
        declared
            .filter(|(name, node)| !is_skipped(node) && names.insert(*name))
            .map(|(name, node)| Property { name, schema: Self::new(self.document, node), required: false })
            .collect()
    }

    /// The parts of an `allOf` that is more than a wrapper.
    pub(crate) fn parts(&self) -> Vec<Schema<'a>> {
        self.combined("allOf")
    }

    /// The alternatives of a `oneOf` or `anyOf`, `null` left out.
    pub(crate) fn alternatives(&self) -> Vec<Schema<'a>> {
        let one_of = self.combined("oneOf");
        if one_of.is_empty() { self.combined("anyOf") } else { one_of }
    }

    /// Tells the place apart from every other place of the document.
    pub(crate) fn place_id(&self) -> usize {
        self.layers.first().map_or(0, |place| address(place))
    }

    /// Tells the schema apart from every other; equal for two plain references to one type.
    ///
    /// A place that adds keywords to a named type is a schema of its own and has none.
    pub(crate) fn type_id(&self) -> Option<usize> {
        match self.named {
            Some(_) if self.is_wrapped() => None,
            Some((_, index)) => self.layers.get(index).map(|layer| address(layer)),
            None => Some(self.place_id()),
        }
    }

    /// Whether the place gives the named type a description, an enum or the like of its own.
    fn is_wrapped(&self) -> bool {
        const NEUTRAL: [&str; 6] = ["$ref", "allOf", "anyOf", "oneOf", "nullable", "type"];
        let own = self.own_layers();
        own.iter()
            .flat_map(|layer| entries(Some(layer)))
            .any(|(key, _)| !NEUTRAL.contains(&key) && !key.starts_with("x-"))
    }

    fn own_layers(&self) -> &[&'a Value] {
        let own = self.named.map_or(self.layers.len(), |(_, index)| index);
        self.layers.get(..own).unwrap_or(&self.layers)
    }

    fn declared_types(&self) -> Vec<&'a str> {
        // A wrapper may say `type: [object, null]` next to its reference; the type itself knows better.
        let declared = self.layers.iter().rev().find_map(|layer| layer.get("type"));
        match declared {
            Some(Value::String(name)) => vec![name.as_str()],
            list => elements(list).filter_map(Value::as_str).filter(|name| *name != "null").collect(),
        }
    }

    fn inferred_kind(&self) -> Option<Kind> {
        const HINTS: [(Kind, &[&str]); 4] = [
            (
                Kind::Object,
                &["properties", "additionalProperties", "required", "maxProperties", "minProperties"],
            ),
            (Kind::Array, &["items", "maxItems", "minItems", "uniqueItems"]),
            (Kind::String, &["pattern", "minLength", "maxLength", "format"]),
            (Kind::Number, &["multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"]),
        ];
        let hinted = HINTS.iter().find(|(_, keys)| keys.iter().any(|key| self.get(key).is_some()));
        let composed = || (!self.properties().is_empty()).then_some(Kind::Object);
        hinted.map(|(kind, _)| *kind).or_else(composed)
    }

    fn combined(&self, key: &str) -> Vec<Schema<'a>> {
        let last = self.layers.last().filter(|layer| link(layer).is_none());
        let members = elements(last.and_then(|layer| layer.get(key)));
        members
            .filter(|node| !is_null(node) && !is_skipped(node))
            .map(|node| Self::new(self.document, node))
            .collect()
    }
}

impl Kind {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// Properties collected over the parts of an `allOf`; each part is visited once, so cycles end.
#[derive(Default)]
struct Gathered<'a> {
    properties: Vec<Property<'a>>,
    names: HashSet<&'a str>,
    required: HashSet<&'a str>,
    visited: HashSet<usize>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, schema: &Schema<'a>) {
        let mut open = vec![schema.clone()];
        while let Some(schema) = open.pop() {
            if !schema.layers.last().is_some_and(|layer| self.visited.insert(address(layer))) {
                continue;
            }
            let fresh = schema.direct_properties();
            self.properties.extend(fresh.into_iter().filter(|p| self.names.insert(p.name)));
            let required = schema.layers.iter().flat_map(|layer| elements(layer.get("required")));
            self.required.extend(required.filter_map(Value::as_str));
            open.extend(schema.parts().into_iter().rev());
        }
    }
}

fn link(node: &Value) -> Option<Link<'_>> {
    if let Some(reference) = reference_of(node) {
        return Some(Link::Reference(reference));
    }
    // With properties of its own the node extends the type instead of wrapping it.
    let extends = ["properties", "additionalProperties", "items"].iter().any(|key| node.get(key).is_some());
    if extends {
        return None;
    }
    ["allOf", "anyOf", "oneOf"].iter().find_map(|key| {
        let members = node.get(key)?.as_array()?;
        let mut others = members.iter().filter(|member| !is_null(member) && !is_skipped(member));
        let inner = others.next()?;
        let nullable = members.iter().any(is_null);
        (others.next().is_none()).then_some(Link::Wraps { inner, nullable })
    })
}

/// Whether a schema has no value but `null`.
fn is_null(node: &Value) -> bool {
    match node.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.len() == 1 && names.first().is_some_and(|n| n == "null"),
        _ => false,
    }
}

fn address(node: &Value) -> usize {
    std::ptr::from_ref(node).addr()
}
