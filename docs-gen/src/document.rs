//! The document as a whole: opening it, its version, its named types.

use crate::diagnostics::{Diagnostic, Problem, Severity};
use crate::input::node::Node;
use crate::input::resolve::{self, MAX_HOPS};
use crate::input::{Arena, Sources, Spec};

/// Which language the document is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Swagger2,
    OpenApi3,
}

/// A document whose references are known to resolve.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) version: Version,
    pub(crate) sources: Sources<'a>,
    /// The named types: the document's own, and those that references into other files add.
    pub(crate) schemas: Vec<(&'a str, Node<'a>)>,
}

impl<'a> Document<'a> {
    /// Reads the document, and takes it if its version is known and all of its references lead somewhere.
    pub(crate) fn open(arena: &'a Arena, spec: Spec<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut sources = Sources::open(arena, spec)?;
        let version = match version(sources.root()).and_then(|version| check_shape(sources.root(), version)) {
            Ok(version) => version,
            Err(refusal) => {
                let (pointer, problem) = *refusal;
                sources.report(Severity::Error, 0, pointer, problem);
                return Err(sources.found);
            }
        };
        let adopted = resolve::all(&mut sources);
        if sources.found.iter().any(|found| found.severity == Severity::Error) {
            return Err(sources.found);
        }
        let own = sources.root().path(version.schemas()).unwrap_or_default().entries();
        let schemas = own.iter().copied().chain(adopted).collect();
        Ok(Self { version, sources, schemas })
    }

    pub(crate) fn root(&self) -> Node<'a> {
        self.sources.root()
    }

    /// The paths in byte order, with what they refer to.
    pub(crate) fn paths(&self) -> Vec<(&'a str, Node<'a>)> {
        let all = self.root().get("paths").unwrap_or_default().entries();
        let mut paths: Vec<_> = all.iter().filter(|(path, _)| path.starts_with('/')).copied().collect();
        paths.sort_by_key(|(path, _)| *path);
        paths.into_iter().map(|(path, item)| (path, deref(item))).collect()
    }

    /// The security schemes by name.
    pub(crate) fn security_schemes(&self) -> &'a [(&'a str, Node<'a>)] {
        let place: &[&str] = match self.version {
            Version::Swagger2 => &["securityDefinitions"],
            Version::OpenApi3 => &["components", "securitySchemes"],
        };
        self.root().path(place).unwrap_or_default().entries()
    }

    /// The name of the product that the document describes.
    pub(crate) fn product(&self) -> &'a str {
        let title = self.root().path(&["info", "title"]).and_then(Node::text).map(str::trim);
        title.filter(|title| !title.is_empty()).unwrap_or("the server")
    }

    /// The path part of the first server's address, without a slash at its end.
    pub(crate) fn base_path(&self) -> &'a str {
        let path = match self.version {
            Version::Swagger2 => self.root().text_at("basePath").unwrap_or(""),
            Version::OpenApi3 => path_of_server(self.root()),
        };
        path.trim_end_matches('/')
    }
}

impl Version {
    /// Where the named types stand.
    fn schemas(self) -> &'static [&'static str] {
        match self {
            Self::Swagger2 => &["definitions"],
            Self::OpenApi3 => &["components", "schemas"],
        }
    }
}

fn path_of_server<'a>(root: Node<'a>) -> &'a str {
    let first = root.get("servers").unwrap_or_default().items().first().copied().unwrap_or_default();
    let url = first.text_at("url").unwrap_or("");
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""),
        None => url,
    }
}

/// The node itself, or what it refers to when it is a reference object.
pub(crate) fn deref(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    for _ in 0..MAX_HOPS {
        match node.members().and_then(|members| members.link()) {
            Some(link) => node = link.target,
            None => break,
        }
    }
    node
}

/// Whether a node carries the mark that keeps it out of the pages.
pub(crate) fn is_skipped(node: Node<'_>) -> bool {
    node.get("x-apidocgen").is_some_and(|mark| mark.is_true("skip"))
}

/// A pointer, and what is wrong there.
type Refusal = Box<(String, Problem)>;

fn version(root: Node<'_>) -> Result<Version, Refusal> {
    if !root.is_map() {
        return Err(Box::new((
            String::new(),
            Problem::Malformed { expected: "an object with a member `openapi` or `swagger`" },
        )));
    }
    let (key, found) = match (root.get("openapi"), root.get("swagger")) {
        (Some(found), _) => ("openapi", found),
        (None, Some(found)) => ("swagger", found),
        (None, None) => {
            let found = "it has neither a member `openapi` nor `swagger`".to_owned();
            return Err(Box::new((String::new(), Problem::Version { found })));
        }
    };
    // YAML without quotes makes a number of it.
    let text = match found {
        Node::Text(text) => text.to_owned(),
        Node::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let is =
        |known: &str| text == known || text.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
    if key == "openapi" && ["3.0", "3.1", "3.2"].iter().any(|known| is(known)) {
        return Ok(Version::OpenApi3);
    }
    if key == "swagger" && (is("2.0") || text == "2") {
        return Ok(Version::Swagger2);
    }
    Err(Box::new((format!("/{key}"), Problem::Version { found: format!("`{key}` is `{text}`") })))
}

/// A document cut short must not pass for one without operations: its pages would be removed.
fn check_shape(root: Node<'_>, version: Version) -> Result<Version, Refusal> {
    let is_wrong = |key: &str| root.get(key).is_some_and(|node| !node.is_map());
    let needs_paths = match version {
        Version::Swagger2 => true,
        Version::OpenApi3 => ["components", "webhooks"].iter().all(|key| root.get(key).is_none()),
    };
    let wrong = ["paths", "components", "definitions", "webhooks"].into_iter().find(|key| is_wrong(key));
    let missing = (needs_paths && root.get("paths").is_none()).then_some("paths");
    match wrong.or(missing) {
        Some(key) => Err(Box::new((format!("/{key}"), Problem::Malformed { expected: "an object" }))),
        None => Ok(version),
    }
}
