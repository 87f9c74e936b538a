//! Resolves every `$ref` of a document before anything is rendered, across files too.
//!
//! Doing it up front is what lets the error name the place of the reference, and what lets the
//! renderers follow references without a way to fail.

use std::collections::{HashMap, HashSet};

use super::Sources;
use super::node::{Link, Members, Node};
use super::pointer::{self, percent_decoded, push};
use crate::diagnostics::{Problem, Severity};

/// A chain of references longer than this is a circle.
pub(crate) const MAX_HOPS: usize = 16;

/// Members whose children are named by the author, so that `default` among them is just a name.
const NAME_MAPS: [&str; 19] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securityDefinitions",
    "securitySchemes",
    "webhooks",
];

/// Members that hold data, where a `$ref` is not a reference.
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];

/// Members that are a schema.
const SCHEMA: [&str; 11] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "schema",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Members that hold schemas.
const SCHEMAS: [&str; 10] = [
    "$defs",
    "allOf",
    "anyOf",
    "definitions",
    "dependentSchemas",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "properties",
    "schemas",
];

/// Where the document itself keeps its named types, by version.
const OWN_SCHEMAS: [&str; 2] = ["/components/schemas/", "/definitions/"];

/// The named types that other files add to those of the document.
pub(crate) type Adopted<'a> = Vec<(&'a str, Node<'a>)>;

/// Gives every reference its target. What does not resolve is reported.
pub(crate) fn all<'a>(sources: &mut Sources<'a>) -> Adopted<'a> {
    let mut resolver = Resolver {
        sources,
        references: Vec::new(),
        anchors: HashMap::new(),
        names: HashMap::new(),
        taken: HashSet::new(),
        adopted: Vec::new(),
    };
    let mut file = 0;
    let mut begun = 0;
    while let Some(root) = resolver.sources.files.get(file).map(|source| source.root) {
        resolver.collect(file, root);
        if file == 0 {
            resolver.own_names();
        }
        // Resolving opens the files that are referred to, and so adds to the list.
        while begun < resolver.references.len() {
            resolver.resolve(begun);
            begun += 1;
        }
        file += 1;
    }
    resolver.refuse_circles();
    resolver.adopted
}

/// An object with a `$ref`.
struct Reference<'a> {
    members: &'a Members<'a>,
    file: usize,
    pointer: String,
}

struct Resolver<'s, 'a> {
    sources: &'s mut Sources<'a>,
    references: Vec<Reference<'a>>,
    /// Nodes by file and `$anchor`.
    anchors: HashMap<(usize, &'a str), Node<'a>>,
    /// The names of types of other files, by address.
    names: HashMap<usize, &'a str>,
    taken: HashSet<String>,
    adopted: Adopted<'a>,
}

impl<'a> Resolver<'_, 'a> {
    fn collect(&mut self, file: usize, root: Node<'a>) {
        self.walk(file, root, &mut String::new(), false);
    }

    fn walk(&mut self, file: usize, node: Node<'a>, at: &mut String, names: bool) {
        match node {
            Node::List(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| is_container(**item)) {
                    self.step(file, *item, at, &index.to_string(), false);
                }
            }
            Node::Map(members) => {
                if !names {
                    self.note(file, members, at);
                }
                for (key, member) in members.entries().iter().filter(|(_, member)| is_container(*member)) {
                    if names || !(DATA.contains(key) || key.starts_with("x-")) {
                        self.step(file, *member, at, key, !names && NAME_MAPS.contains(key));
                    }
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, file: usize, node: Node<'a>, at: &mut String, segment: &str, names: bool) {
        let length = at.len();
        push(at, segment);
        self.walk(file, node, at, names);
        at.truncate(length);
    }

    fn note(&mut self, file: usize, members: &'a Members<'a>, at: &str) {
        if members.entry("$ref").is_some() {
            self.references.push(Reference { members, file, pointer: at.to_owned() });
        }
        if let Some((_, Node::Text(anchor))) = members.entry("$anchor") {
            self.anchors.insert((file, anchor), Node::Map(members));
        }
    }

    /// Types of other files that the document names itself keep that name, whoever refers to them.
    fn own_names(&mut self) {
        let root = self.sources.root();
        for (place, keys) in OWN_SCHEMAS.iter().zip([&["components", "schemas"][..], &["definitions"]]) {
            for (name, node) in root.path(keys).unwrap_or_default().entries() {
                self.taken.insert((*name).to_owned());
                let elsewhere = node.reference().filter(|text| !text.starts_with('#'));
                let link =
                    elsewhere.and_then(|text| self.link(0, Node::Text(text), &format!("{place}{name}")).ok());
                if let Some(link) = link.filter(|link| link.target.is_map()) {
                    self.names.entry(link.target.address()).or_insert(name);
                }
            }
        }
    }

    fn resolve(&mut self, number: usize) {
        let Some(Reference { members, file, pointer }) = self.references.get(number) else { return };
        let (members, file, pointer) = (*members, *file, pointer.clone());
        let target = members.entry("$ref").map(|(_, target)| target).unwrap_or_default();
        match self.link(file, target, &pointer) {
            Ok(link) => members.set_link(self.sources.arena.alloc(link)),
            Err(reason) => self.refuse(file, pointer, target, reason),
        }
    }

    fn refuse(&mut self, file: usize, pointer: String, target: Node<'a>, reason: String) {
        let target = target.text().map_or_else(|| "$ref".to_owned(), str::to_owned);
        self.sources.report(Severity::Error, file, pointer, Problem::Reference { target, reason });
    }

    fn link(&mut self, from: usize, target: Node<'a>, at: &str) -> Result<Link<'a>, String> {
        let text = target.text().ok_or("is not text")?;
        let (place, fragment) = text.split_once('#').unwrap_or((text, ""));
        // Strictly `#/` is a member without a name, but authors mean the whole file.
        let fragment = percent_decoded(if fragment == "/" { "" } else { fragment }).ok_or("is not UTF-8")?;
        let file = if place.is_empty() { from } else { self.file(from, place)? };
        let root = self.sources.files.get(file).map(|source| source.root).unwrap_or_default();
        let node = match self.anchors.get(&(file, fragment.as_str())) {
            Some(anchored) => *anchored,
            None => pointer::find(root, &fragment).ok_or("does not resolve")?,
        };
        let name =
            if file == 0 { own_name(root, &fragment) } else { self.adopt(from, at, place, &fragment, node) };
        Ok(Link { target: node, name })
    }

    fn file(&mut self, from: usize, place: &str) -> Result<usize, String> {
        if place.contains("://") {
            return Err("is on another server, and only files are read".to_owned());
        }
        let place = percent_decoded(place).ok_or("is not UTF-8")?;
        let directory =
            self.sources.files.get(from).map(|source| source.directory.clone()).unwrap_or_default();
        self.sources.file(&directory.join(place)).map_err(|diagnostic| match &diagnostic.problem {
            Problem::Unreadable { reason } => format!("leads to a file that cannot be read: {reason}"),
            problem => format!("leads to a file with an error ({}): {problem}", diagnostic.file),
        })
    }

    /// The name of a type in another file: the one under which the document itself has it, else its own there.
    fn adopt(
        &mut self,
        from: usize,
        at: &str,
        place: &str,
        fragment: &str,
        node: Node<'a>,
    ) -> Option<&'a str> {
        if !node.is_map() || !is_place_of_schema(at) {
            return None;
        }
        // `components.schemas.Pot` is a reference itself: what it leads to is the Pot.
        if from == 0 && own_segment(at).is_some() {
            return None;
        }
        if let Some(known) = self.names.get(&node.address()) {
            return Some(known);
        }
        let wanted = foreign_name(place, fragment)?;
        let free = (1..).map(|n| if n == 1 { wanted.clone() } else { format!("{wanted}_{n}") });
        let name = free.into_iter().find(|name| !self.taken.contains(name))?;
        self.taken.insert(name.clone());
        let name: &'a str = self.sources.arena.alloc_str(&name);
        self.names.insert(node.address(), name);
        self.adopted.push((name, node));
        Some(name)
    }

    fn refuse_circles(&mut self) {
        for number in 0..self.references.len() {
            let Some(Reference { members, file, pointer }) = self.references.get(number) else { return };
            if is_circle(members) {
                let (file, pointer) = (*file, pointer.clone());
                let target = members.entry("$ref").map(|(_, target)| target).unwrap_or_default();
                self.refuse(file, pointer, target, "goes round in a circle".to_owned());
            }
        }
    }
}

fn is_container(node: Node<'_>) -> bool {
    matches!(node, Node::Map(_) | Node::List(_))
}

fn is_circle(members: &Members<'_>) -> bool {
    let mut link = members.link();
    for _ in 0..MAX_HOPS {
        match link {
            Some(found) => link = found.target.members().and_then(Members::link),
            None => return false,
        }
    }
    true
}

/// The name of a type of the document itself, as its own source spells it.
fn own_name<'a>(root: Node<'a>, fragment: &str) -> Option<&'a str> {
    let name = own_segment(fragment)?;
    let place: &[&str] =
        if fragment.starts_with("/definitions/") { &["definitions"] } else { &["components", "schemas"] };
    root.path(place)?.members()?.entry(&name).map(|(name, _)| name)
}

/// Whether a schema stands where a pointer leads to, and not a parameter, a path item or the like.
fn is_place_of_schema(pointer: &str) -> bool {
    let mut segments = pointer.rsplit('/');
    let (last, parent) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    SCHEMA.contains(&last) || SCHEMAS.contains(&parent)
}

/// The last segment of a pointer to a named type.
fn own_segment(pointer: &str) -> Option<String> {
    let rest = OWN_SCHEMAS.iter().find_map(|place| pointer.strip_prefix(place))?;
    (!rest.contains('/')).then(|| rest.replace("~1", "/").replace("~0", "~"))
}

/// The name of a type in another file: that of its entry, or of the file when it is the whole of it.
fn foreign_name(place: &str, fragment: &str) -> Option<String> {
    if fragment.is_empty() {
        let stem = std::path::Path::new(place).file_stem()?.to_str()?;
        return Some(stem.to_owned());
    }
    if let Some(name) = own_segment(fragment) {
        return Some(name);
    }
    let segments: Vec<String> = pointer::segments(fragment).collect();
    match segments.as_slice() {
        [name] => Some(name.clone()),
        [.., kind, name] if kind == "schemas" || kind == "$defs" || kind == "definitions" => {
            Some(name.clone())
        }
        _ => None,
    }
}
