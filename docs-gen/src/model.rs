//! The operations of a document: what the pages need to know of each, and nothing else.
//!
//! The renderers read these types only, so another kind of document needs no more than to be
//! turned into them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::{Document, elements, entries, is_skipped};
use crate::error::Error;
use crate::markdown::squeezed;
use crate::references::pointer;
use crate::schema::Schema;
use crate::security;

/// The order of operations on one path.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The page of operations without a tag.
const DEFAULT_TAG: &str = "Default";

/// The operations of one tag in the order of the page.
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    pub(crate) name: String,
    pub(crate) operations: Vec<Operation<'a>>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) title: String,
    pub(crate) method: String,
    pub(crate) path: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) parameters: Vec<Parameter<'a>>,
    pub(crate) body: Option<Body<'a>>,
    /// Those that the pages show, by rising status.
    pub(crate) responses: Vec<Response<'a>>,
    /// The headers that carry credentials.
    pub(crate) credentials: Vec<&'a str>,
    /// Whether the operation declares that it needs authentication.
    pub(crate) is_secured: bool,
}

/// A parameter in the path, the query, a header or a cookie.
#[derive(Debug)]
pub(crate) struct Parameter<'a> {
    pub(crate) name: &'a str,
    pub(crate) place: &'a str,
    pub(crate) required: bool,
    pub(crate) description: &'a str,
    pub(crate) schema: Schema<'a>,
    pub(crate) example: Option<&'a Value>,
}

/// A request body.
#[derive(Debug)]
pub(crate) struct Body<'a> {
    pub(crate) required: bool,
    pub(crate) description: &'a str,
    pub(crate) media: Media<'a>,
}

/// A response that the pages show.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    pub(crate) status: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) media: Vec<Media<'a>>,
    pub(crate) headers: Vec<Header<'a>>,
}

/// One form of a body.
#[derive(Debug)]
pub(crate) struct Media<'a> {
    pub(crate) media_type: &'a str,
    pub(crate) schema: Option<Schema<'a>>,
    pub(crate) example: Option<&'a Value>,
}

/// A header of a response.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) schema: Schema<'a>,
}

impl<'a> Response<'a> {
    /// The schema of the body: that of the first form that has one.
    pub(crate) fn schema(&self) -> Option<&Schema<'a>> {
        self.media.iter().find_map(|media| media.schema.as_ref())
    }
}

impl Operation<'_> {
    /// Method and path, as the request line has them.
    pub(crate) fn request(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// The tags of all operations, by name. A tag whose operations are all skipped is there too.
pub(crate) fn tags<'a>(document: Document<'a>) -> Result<Vec<Tag<'a>>, Error> {
    let mut tags: BTreeMap<String, Tag<'a>> = BTreeMap::new();
    for (path, item) in document.paths() {
        require_object(item, || pointer(["paths", path]))?;
        for (method, node) in METHODS.iter().filter_map(|m| Some((*m, item.get(m)?))) {
            require_object(node, || pointer(["paths", path, method]))?;
            let fresh = |name: &String| Tag { name: name.clone(), operations: Vec::new() };
            let tag = tags.entry(tag_name(node)).or_insert_with_key(fresh);
            if !is_skipped(node) {
                add(tag, Reader { document, path, item, method, node }.operation()?)?;
            }
        }
    }
    Ok(tags.into_values().collect())
}

fn require_object(node: &Value, pointer: impl FnOnce() -> String) -> Result<(), Error> {
    if node.is_object() {
        Ok(())
    } else {
        Err(Error::Malformed { pointer: pointer(), expected: "an object" })
    }
}

fn add<'a>(tag: &mut Tag<'a>, operation: Operation<'a>) -> Result<(), Error> {
    if let Some(earlier) = tag.operations.iter().find(|known| known.title == operation.title) {
        return Err(Error::DuplicateTitle {
            tag: tag.name.clone(),
            title: operation.title.clone(),
            first: earlier.request(),
            second: operation.request(),
        });
    }
    tag.operations.push(operation);
    Ok(())
}

fn tag_name(operation: &Value) -> String {
    let first = elements(operation.get("tags")).next().and_then(Value::as_str).map(squeezed);
    first.filter(|name| !name.is_empty()).unwrap_or_else(|| DEFAULT_TAG.to_owned())
}

/// Reads one operation out of its path item.
struct Reader<'a> {
    document: Document<'a>,
    path: &'a str,
    item: &'a Value,
    method: &'static str,
    node: &'a Value,
}

impl<'a> Reader<'a> {
    fn operation(&self) -> Result<Operation<'a>, Error> {
        let method = self.method.to_uppercase();
        let requirements = security::requirements(self.document, self.node);
        Ok(Operation {
            title: self.title().unwrap_or_else(|| format!("{method} {}", self.path)),
            description: text_of(self.node, "description"),
            parameters: self.parameters()?,
            body: self.body(),
            responses: self.responses(),
            credentials: security::headers(self.document, &requirements),
            is_secured: !requirements.is_empty(),
            method,
            path: self.path,
        })
    }

    fn title(&self) -> Option<String> {
        let named = ["summary", "operationId"].iter().filter_map(|key| text_of(self.node, key));
        named.map(squeezed).find(|title| !title.is_empty())
    }

    /// Those of the path and of the operation, which replaces one of the same name and place.
    fn parameters(&self) -> Result<Vec<Parameter<'a>>, Error> {
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        let segments = ["paths", self.path, self.method];
        for (owner, owner_path) in [(self.item, segments.get(..2)), (self.node, segments.get(..))] {
            for (index, node) in elements(owner.get("parameters")).enumerate() {
                let parameter = self.parameter(node).ok_or_else(|| {
                    let owner_path = owner_path.unwrap_or_default().iter().copied();
                    let pointer = pointer(owner_path.chain(["parameters", &index.to_string()]));
                    Error::Malformed { pointer, expected: "a parameter with `name` and `in`" }
                })?;
                parameters.retain(|old| (old.name, old.place) != (parameter.name, parameter.place));
                parameters.push(parameter);
            }
        }
        Ok(parameters)
    }

    fn parameter(&self, node: &'a Value) -> Option<Parameter<'a>> {
        let node = self.document.deref(node);
        let (name, place) = (text_of(node, "name")?, text_of(node, "in")?);
        Some(Parameter {
            name,
            place,
            required: place == "path" || is_true(node, "required"),
            description: text_of(node, "description").unwrap_or(""),
            schema: self.schema_of(node),
            example: self.example(node),
        })
    }

    fn body(&self) -> Option<Body<'a>> {
        let node = self.document.deref(self.node.get("requestBody")?);
        let (media_type, media) = entries(node.get("content")).next()?;
        Some(Body {
            required: is_true(node, "required"),
            description: text_of(node, "description").unwrap_or(""),
            media: self.media(media_type, media),
        })
    }

    fn responses(&self) -> Vec<Response<'a>> {
        let declared = entries(self.node.get("responses"))
            .filter(|(status, node)| !status.starts_with("x-") && node.is_object())
            .map(|(status, node)| (status, node, self.document.deref(node)));
        let mut shown: Vec<_> = declared
            .filter(|(_, node, target)| !is_skipped(node) && !is_skipped(target))
            .map(|(status, _, node)| self.response(status, node))
            .collect();
        shown.sort_by_key(|response| (response.status == "default", response.status));
        shown
    }

    fn response(&self, status: &'a str, node: &'a Value) -> Response<'a> {
        Response {
            status,
            description: text_of(node, "description").filter(|text| !text.trim().is_empty()),
            media: entries(node.get("content")).map(|(name, media)| self.media(name, media)).collect(),
            headers: entries(node.get("headers")).map(|(name, header)| self.header(name, header)).collect(),
        }
    }

    fn header(&self, name: &'a str, node: &'a Value) -> Header<'a> {
        let node = self.document.deref(node);
        let description = text_of(node, "description").unwrap_or("");
        Header { name, description, schema: self.schema_of(node) }
    }

    fn media(&self, media_type: &'a str, node: &'a Value) -> Media<'a> {
        let schema = node.get("schema").map(|schema| Schema::new(self.document, schema));
        Media { media_type, schema, example: self.example(node) }
    }

    /// The schema of a parameter or header: its own, or that of its one form.
    fn schema_of(&self, node: &'a Value) -> Schema<'a> {
        let in_content = || entries(node.get("content")).next().and_then(|(_, media)| media.get("schema"));
        Schema::new(self.document, node.get("schema").or_else(in_content).unwrap_or(&Value::Null))
    }

    /// The example that the document gives, if any.
    fn example(&self, node: &'a Value) -> Option<&'a Value> {
        let first = || entries(node.get("examples")).next().map(|(_, example)| self.document.deref(example));
        node.get("example").or_else(|| first().and_then(|example| example.get("value")))
    }
}

fn text_of<'a>(node: &'a Value, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Value::as_str)
}

fn is_true(node: &Value, key: &str) -> bool {
    node.get(key).and_then(Value::as_bool).unwrap_or(false)
}
