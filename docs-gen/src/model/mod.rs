//! The operations of a document: what the pages need to know of each, and nothing else.
//!
//! The renderers read these types only, so that they do not know which language a document is in.

mod read;
mod swagger2;
mod v3;

use crate::diagnostics::{Problem, Severity};
use crate::input::node::Node;
use crate::schema::Schema;

pub(crate) use read::tags;

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
    /// The title as anchors have it, told apart from those of other operations of the tag.
    pub(crate) slug: String,
    pub(crate) method: String,
    pub(crate) path: &'a str,
    /// Whether the server sends this request, and `path` is the name of the event.
    pub(crate) is_webhook: bool,
    /// What programs call it.
    pub(crate) id: Option<&'a str>,
    pub(crate) deprecated: bool,
    pub(crate) description: Option<&'a str>,
    pub(crate) parameters: Vec<Parameter<'a>>,
    pub(crate) body: Option<Body<'a>>,
    /// Those that the pages show, by rising status.
    pub(crate) responses: Vec<Response<'a>>,
    /// The headers that carry credentials.
    pub(crate) credentials: Vec<&'a str>,
    /// Whether the operation declares that it needs authentication.
    pub(crate) is_secured: bool,
    /// What it asks for, any one of them; an empty one says that nothing need be sent.
    pub(crate) requirements: Vec<Node<'a>>,
}

/// A parameter in the path, the query, a header or a cookie.
#[derive(Debug)]
pub(crate) struct Parameter<'a> {
    pub(crate) name: &'a str,
    pub(crate) place: &'a str,
    pub(crate) required: bool,
    pub(crate) deprecated: bool,
    pub(crate) description: &'a str,
    pub(crate) schema: Schema<'a>,
    pub(crate) example: Option<Node<'a>>,
    pub(crate) style: Style,
    /// How lists and objects are spelled out, in the words of OpenAPI 3: `style` and `explode`.
    pub(crate) spelling: (&'a str, bool),
}

/// How the values of a list or an object are written in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Values with commas between them.
    Commas,
    /// Values with blanks between them.
    Spaces,
    /// Values with bars between them.
    Pipes,
    /// `name[key]=value` for each member.
    Deep,
}

/// A request body.
#[derive(Debug)]
pub(crate) struct Body<'a> {
    pub(crate) required: bool,
    pub(crate) description: &'a str,
    pub(crate) media: Media<'a>,
    /// Other forms that the server takes.
    pub(crate) others: Vec<Media<'a>>,
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
    /// Those that the author gives.
    pub(crate) examples: Vec<Example<'a>>,
}

/// An example that the author gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Example<'a> {
    /// What it is called, when there are several.
    pub(crate) name: Option<&'a str>,
    pub(crate) value: Node<'a>,
}

/// A header of a response.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) schema: Schema<'a>,
}

/// What is wrong with an operation, and where in the document.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) pointer: String,
    pub(crate) problem: Problem,
}

impl<'a> Response<'a> {
    /// The schema of the body: that of the first form that has one.
    pub(crate) fn schema(&self) -> Option<&Schema<'a>> {
        self.media.iter().find_map(|media| media.schema.as_ref())
    }
}

impl Operation<'_> {
    /// The request line, with the path as the page has it.
    pub(crate) fn request(&self, path: &str) -> String {
        let kind = if self.is_webhook { "webhook " } else { "" };
        format!("{} {kind}{path}", self.method)
    }
}
