//! One schema of the document, seen through the references and wrappers around it.

use std::borrow::Cow;
use std::collections::HashSet;

use smallvec::{SmallVec, smallvec};

use crate::document::is_skipped;
use crate::input::node::Node;
use crate::input::resolve::MAX_HOPS;

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
    layers: SmallVec<[Node<'a>; 2]>,
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
enum Next<'a> {
    Reference { target: Node<'a>, name: Option<&'a str> },
    Wraps { inner: Node<'a>, nullable: bool },
}

impl<'a> Schema<'a> {
    /// The schema that stands at `place`.
    pub(crate) fn new(place: Node<'a>) -> Self {
        let mut schema = Self { layers: smallvec![place], named: None, nullable: false };
        let mut node = place;
        while schema.layers.len() < MAX_HOPS {
            match next(node) {
                Some(Next::Reference { target, name }) => {
                    schema.named = schema.named.or(name.map(|name| (name, schema.layers.len())));
                    node = target;
                }
                Some(Next::Wraps { inner, nullable }) => {
                    schema.nullable |= nullable;
                    node = inner;
                }
                None => break,
            }
            schema.layers.push(node);
        }
        schema
    }

    /// The name of the type, when the schema refers to a named one.
    pub(crate) fn name(&self) -> Option<&'a str> {
        self.named.map(|(name, _)| name)
    }

    /// The named type that the schema refers to, without what the place adds to it.
    pub(crate) fn named_type(&self) -> Option<Schema<'a>> {
        let (_, index) = self.named?;
        self.layers.get(index).map(|target| Self::new(*target))
    }

    /// A keyword, the place's own before that of the type.
    #[inline]
    pub(crate) fn get(&self, key: &str) -> Option<Node<'a>> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// A keyword that stands at the place and not in the named type. An unnamed schema is its own place.
    #[inline]
    pub(crate) fn own(&self, key: &str) -> Option<Node<'a>> {
        self.own_layers().iter().find_map(|layer| layer.get(key))
    }

    /// A keyword that holds text.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Node::text)
    }

    /// A keyword that holds a boolean; `false` without it.
    #[inline]
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Node::flag).unwrap_or(false)
    }

    /// The enum values, without the `null` that makes an enum nullable.
    pub(crate) fn enum_values(&self) -> Vec<Node<'a>> {
        not_null(self.get("enum"))
    }

    /// The enum values that stand at the place itself.
    pub(crate) fn own_enum_values(&self) -> Vec<Node<'a>> {
        not_null(self.own("enum"))
    }

    /// Whether `null` is a value of the schema.
    pub(crate) fn is_nullable(&self) -> bool {
        let says_null = |layer: &Node<'a>| {
            let listed = layer.get("type").unwrap_or_default().items().contains(&Node::Text("null"));
            listed || ["nullable", "x-nullable"].iter().any(|key| layer.is_true(key))
        };
        self.nullable || self.layers.iter().any(says_null)
    }

    /// The type as the document writes it, `null` left out; from other keywords if it writes none.
    pub(crate) fn type_name(&self) -> Option<Cow<'a, str>> {
        match self.declared_types().as_slice() {
            [] => self.inferred_kind().map(|kind| kind.name().into()),
            [name] => Some((*name).into()),
            names => Some(names.join("¦").into()),
        }
    }

    /// The broad type: the first one declared, else what the other keywords suggest.
    pub(crate) fn kind(&self) -> Option<Kind> {
        let declared = self.declared_types().iter().find_map(|name| Kind::from_name(name));
        declared.or_else(|| self.inferred_kind())
    }

    /// The schema of an array's items.
    pub(crate) fn items(&self) -> Option<Schema<'a>> {
        if self.kind() != Some(Kind::Array) {
            return None;
        }
        self.get("items").map(Self::new)
    }

    /// The schema of a map's values; none for a map of anything.
    pub(crate) fn map_values(&self) -> Option<Schema<'a>> {
        let values = self.get("additionalProperties")?;
        (!values.entries().is_empty()).then(|| Self::new(values))
    }

    /// All properties, those of an `allOf`'s parts included, in the order of the document.
    pub(crate) fn properties(&self) -> Vec<Property<'a>> {
        let mut gathered = Gathered::default();
        gathered.add(self);
        let Gathered { mut properties, required, .. } = gathered;
        for property in &mut properties {
            property.required = required.contains(&property.name);
        }
        properties
    }

    /// The properties written in this schema itself, without those of `allOf` parts.
    pub(crate) fn direct_properties(&self) -> Vec<Property<'a>> {
        let mut all: Vec<Property<'a>> = Vec::new();
        let mut layers = 0;
        for layer in &self.layers {
            let declared = layer.get("properties").unwrap_or_default().entries();
            let shown = declared.iter().filter(|(_, node)| !is_skipped(*node));
            // Within one layer no name comes twice.
            let earlier = if layers == 0 { 0 } else { all.len() };
            for (name, node) in shown {
                if !all.iter().take(earlier).any(|known| known.name == *name) {
                    all.push(Property { name, schema: Self::new(*node), required: false });
                }
            }
            layers += usize::from(!declared.is_empty());
        }
        all
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
        self.layers.first().map_or(0, |place| place.address())
    }

    /// Tells the schema apart from every other; equal for two plain references to one type.
    ///
    /// A place that adds keywords to a named type is a schema of its own and has none.
    pub(crate) fn type_id(&self) -> Option<usize> {
        match self.named {
            Some(_) if self.is_wrapped() => None,
            // A named type may be just another name of a type, whose own file may call it by that.
            Some((_, index)) => {
                let mut named = self.layers.iter().skip(index);
                named.find(|layer| !is_alias(**layer)).map(|layer| layer.address())
            }
            None => Some(self.place_id()),
        }
    }

    /// Whether the place gives the named type a description, an enum or the like of its own.
    fn is_wrapped(&self) -> bool {
        const NEUTRAL: [&str; 6] = ["$ref", "allOf", "anyOf", "oneOf", "nullable", "type"];
        let own = self.own_layers();
        own.iter()
            .flat_map(|layer| layer.entries())
            .any(|(key, _)| !NEUTRAL.contains(key) && !key.starts_with("x-"))
    }

    fn own_layers(&self) -> &[Node<'a>] {
        let own = self.named.map_or(self.layers.len(), |(_, index)| index);
        self.layers.get(..own).unwrap_or(&self.layers)
    }

    fn declared_types(&self) -> SmallVec<[&'a str; 2]> {
        // A wrapper may say `type: [object, null]` next to its reference; the type itself knows better.
        match self.layers.iter().rev().find_map(|layer| layer.get("type")) {
            Some(Node::Text(name)) => smallvec![name],
            Some(Node::List(names)) => {
                names.iter().filter_map(|name| name.text()).filter(|name| *name != "null").collect()
            }
            _ => SmallVec::new(),
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
        let composed =
            || (self.get("allOf").is_some() && !self.properties().is_empty()).then_some(Kind::Object);
        hinted.map(|(kind, _)| *kind).or_else(composed)
    }

    fn combined(&self, key: &str) -> Vec<Schema<'a>> {
        let last = self.layers.last().filter(|layer| next(**layer).is_none());
        let members = last.and_then(|layer| layer.get(key)).unwrap_or_default().items().iter();
        members.filter(|node| !is_null(**node) && !is_skipped(**node)).map(|node| Self::new(*node)).collect()
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
    required: Vec<&'a str>,
    visited: Vec<usize>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, schema: &Schema<'a>) {
        if schema.parts().is_empty() {
            self.properties = schema.direct_properties();
            self.require(schema);
            return;
        }
        let mut open = vec![schema.clone()];
        while let Some(schema) = open.pop() {
            let Some(address) = schema.layers.last().map(|layer| layer.address()) else { continue };
            if self.visited.contains(&address) {
                continue;
            }
            self.visited.push(address);
            let fresh = schema.direct_properties();
            self.properties.extend(fresh.into_iter().filter(|property| self.names.insert(property.name)));
            self.require(&schema);
            open.extend(schema.parts().into_iter().rev());
        }
    }

    fn require(&mut self, schema: &Schema<'a>) {
        let listed = schema.layers.iter().flat_map(|layer| layer.get("required").unwrap_or_default().items());
        self.required.extend(listed.filter_map(|name| name.text()));
    }
}

fn not_null(list: Option<Node<'_>>) -> Vec<Node<'_>> {
    list.unwrap_or_default().items().iter().filter(|value| !value.is_null()).copied().collect()
}

/// Whether a node is a reference and nothing besides.
fn is_alias(node: Node<'_>) -> bool {
    node.members().is_some_and(|members| members.link().is_some() && members.entries().len() == 1)
}

fn next(node: Node<'_>) -> Option<Next<'_>> {
    let members = node.members()?;
    if let Some(link) = members.link() {
        return Some(Next::Reference { target: link.target, name: link.name });
    }
    let combined = ["allOf", "anyOf", "oneOf"].iter().find_map(|key| members.entry(key));
    // With properties of its own the node extends the type instead of wrapping it.
    let extends =
        || ["properties", "additionalProperties", "items"].iter().any(|key| members.entry(key).is_some());
    combined.filter(|_| !extends()).and_then(|(_, list)| only_member(list))
}

/// The one thing in a list that is more than `null`, if it is the only one.
fn only_member(list: Node<'_>) -> Option<Next<'_>> {
    let members = list.items();
    let mut others = members.iter().filter(|member| !is_null(**member) && !is_skipped(**member));
    let inner = *others.next()?;
    let nullable = members.iter().any(|member| is_null(*member));
    others.next().is_none().then_some(Next::Wraps { inner, nullable })
}

/// Whether a schema has no value but `null`.
fn is_null(node: Node<'_>) -> bool {
    match node.get("type") {
        Some(Node::Text(name)) => name == "null",
        Some(Node::List([Node::Text(name)])) => *name == "null",
        _ => false,
    }
}
