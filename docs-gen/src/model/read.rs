//! Reads the operations out of the paths: what all versions have in common.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Finding, Operation, Parameter, Response, Tag, swagger2, v3};
use crate::diagnostics::{Problem, Severity};
use crate::document::{Document, Version, deref, is_skipped};
use crate::input::node::Node;
use crate::input::pointer::pointer;
use crate::markdown::squeezed;
use crate::security;

/// The order of operations on one path.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// The page of operations without a tag.
const DEFAULT_TAG: &str = "Default";

/// The page of webhooks without a tag.
const WEBHOOKS_TAG: &str = "Webhooks";

/// Where webhooks stand, since 3.1.
const WEBHOOKS: &str = "webhooks";

const OBJECT: Problem = Problem::Malformed { expected: "an object" };

/// The tags of all operations, by name, and what is wrong with them. A tag whose operations are all skipped is there too.
pub(crate) fn tags<'a>(document: &Document<'a>) -> (Vec<Tag<'a>>, Vec<Finding>) {
    let mut reading = Reading { document, tags: BTreeMap::new(), findings: Vec::new() };
    for (path, item) in document.paths() {
        reading.item("paths", path, item);
    }
    if document.version == Version::OpenApi3 {
        for (name, item) in document.root().get(WEBHOOKS).unwrap_or_default().entries() {
            reading.item(WEBHOOKS, name, deref(*item));
        }
    }
    let Reading { mut tags, mut findings, .. } = reading;
    tags.iter_mut().for_each(|(name, operations)| tell_apart(name, operations, &mut findings));
    let tags = tags.into_iter().map(|(name, operations)| Tag {
        name,
        operations: operations.into_iter().map(|placed| placed.operation).collect(),
    });
    (tags.collect(), findings)
}

struct Placed<'a> {
    operation: Operation<'a>,
    pointer: String,
}

struct Reading<'d, 'a> {
    document: &'d Document<'a>,
    tags: BTreeMap<String, Vec<Placed<'a>>>,
    findings: Vec<Finding>,
}

impl<'a> Reading<'_, 'a> {
    fn item(&mut self, place: &'static str, path: &'a str, item: Node<'a>) {
        if !item.is_map() {
            return self.error(pointer([place, path]), OBJECT);
        }
        for (method, node) in METHODS.iter().filter_map(|method| Some((*method, item.get(method)?))) {
            let at = pointer([place, path, method]);
            if !node.is_map() {
                self.error(at, OBJECT);
                continue;
            }
            let tag = tag_name(node, place);
            let mut reader =
                Reader { document: self.document, place, path, item, method, node, findings: Vec::new() };
            let operation = (!is_skipped(node)).then(|| reader.operation());
            self.findings.append(&mut reader.findings);
            let operations = self.tags.entry(tag).or_default();
            operations.extend(operation.map(|operation| Placed { operation, pointer: at }));
        }
    }

    fn error(&mut self, pointer: String, problem: Problem) {
        self.findings.push(Finding { severity: Severity::Error, pointer, problem });
    }
}

/// Gives operations that share a title anchors of their own, and tells of it.
fn tell_apart(tag: &str, operations: &mut [Placed<'_>], findings: &mut Vec<Finding>) {
    let mut seen: HashMap<String, (String, usize)> = HashMap::new();
    for placed in operations {
        let operation = &mut placed.operation;
        let request = operation.request(operation.path);
        let Some((first, count)) = seen.get_mut(&operation.title) else {
            seen.insert(operation.title.clone(), (request, 0));
            continue;
        };
        *count += 1;
        operation.slug = format!("{}-{count}", operation.slug);
        let problem = Problem::DuplicateTitle {
            tag: tag.to_owned(),
            title: operation.title.clone(),
            first: first.clone(),
            second: request,
        };
        findings.push(Finding { severity: Severity::Warning, pointer: placed.pointer.clone(), problem });
    }
}

fn tag_name(operation: Node<'_>, place: &str) -> String {
    let first = operation.get("tags").unwrap_or_default().items().first().and_then(|tag| tag.text());
    let named = first.map(squeezed).filter(|name| !name.is_empty());
    let default = if place == "paths" { DEFAULT_TAG } else { WEBHOOKS_TAG };
    named.unwrap_or_else(|| default.to_owned())
}

/// Reads one operation out of its path item.
pub(super) struct Reader<'d, 'a> {
    pub(super) document: &'d Document<'a>,
    place: &'static str,
    path: &'a str,
    item: Node<'a>,
    method: &'static str,
    pub(super) node: Node<'a>,
    findings: Vec<Finding>,
}

impl<'a> Reader<'_, 'a> {
    fn operation(&mut self) -> Operation<'a> {
        let method = self.method.to_uppercase();
        let title = if self.place == "paths" { self.title(&method) } else { squeezed(self.path) };
        let declared = self.declared_parameters();
        let (parameters, body) = match self.document.version {
            Version::OpenApi3 => (v3::parameters(&declared), v3::body(self.node)),
            Version::Swagger2 => (swagger2::parameters(self, &declared), swagger2::body(self, &declared)),
        };
        let is_webhook = self.place != "paths";
        if !is_webhook {
            self.check_path(&parameters);
        }
        let requirements = security::requirements(self.document, self.node);
        self.check_schemes(&requirements);
        Operation {
            slug: title.to_lowercase().replace(' ', "-").replace('"', "&quot;"),
            title,
            method,
            path: self.path,
            is_webhook,
            id: self.node.text_at("operationId"),
            deprecated: self.node.is_true("deprecated"),
            description: self.description(),
            parameters,
            body,
            responses: self.responses(),
            credentials: security::headers(self.document, &requirements),
            is_secured: !requirements.is_empty(),
            requirements,
        }
    }

    /// Webhooks go by their names, so that what sums them up is part of what describes them.
    fn description(&self) -> Option<&'a str> {
        let described = self.node.text_at("description");
        if self.place == "paths" { described } else { described.or_else(|| self.node.text_at("summary")) }
    }

    fn title(&mut self, method: &str) -> String {
        let named = |key: &str| self.node.text_at(key).map(squeezed).filter(|title| !title.is_empty());
        if let Some(summary) = named("summary") {
            return summary;
        }
        let title = named("operationId").unwrap_or_else(|| format!("{method} {}", self.path));
        self.warn(Problem::NoSummary { title: title.clone() });
        title
    }

    /// Those of the path and of the operation, which replaces one of the same name and place.
    fn declared_parameters(&mut self) -> Vec<Node<'a>> {
        let mut all: Vec<(&str, &str, Node<'a>)> = Vec::new();
        let segments = [self.place, self.path, self.method];
        for (owner, depth) in [(self.item, 2), (self.node, 3)] {
            for (index, node) in owner.get("parameters").unwrap_or_default().items().iter().enumerate() {
                let node = deref(*node);
                let (Some(name), Some(place)) = (node.text_at("name"), node.text_at("in")) else {
                    let index = index.to_string();
                    let at = segments.iter().take(depth).copied().chain(["parameters", index.as_str()]);
                    let problem = Problem::Malformed { expected: "a parameter with `name` and `in`" };
                    self.findings.push(Finding { severity: Severity::Error, pointer: pointer(at), problem });
                    continue;
                };
                all.retain(|(old, old_place, _)| (*old, *old_place) != (name, place));
                all.push((name, place, node));
            }
        }
        all.into_iter().map(|(_, _, node)| node).collect()
    }

    fn responses(&self) -> Vec<Response<'a>> {
        let declared = self.node.get("responses").unwrap_or_default().entries().iter();
        let declared = declared
            .filter(|(status, node)| !status.starts_with("x-") && node.is_map())
            .map(|(status, node)| (*status, *node, deref(*node)));
        let mut shown: Vec<_> = declared
            .filter(|(_, node, target)| !is_skipped(*node) && !is_skipped(*target))
            .map(|(status, _, node)| match self.document.version {
                Version::OpenApi3 => v3::response(status, node),
                Version::Swagger2 => swagger2::response(self, status, node),
            })
            .collect();
        shown.sort_by_key(|response| (response.status == "default", response.status));
        shown
    }

    fn check_path(&mut self, parameters: &[Parameter<'a>]) {
        let in_path: HashSet<_> =
            self.path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
        let declared: HashSet<_> =
            parameters.iter().filter(|one| one.place == "path").map(|one| one.name).collect();
        let mut odd: Vec<_> = in_path.difference(&declared).map(|name| (*name, "is not declared")).collect();
        odd.extend(declared.difference(&in_path).map(|name| (*name, "is not in the path")));
        odd.sort_unstable();
        for (name, missing) in odd {
            self.warn(Problem::PathParameter { name: name.to_owned(), missing });
        }
    }

    fn check_schemes(&mut self, requirements: &[Node<'a>]) {
        let names = requirements.iter().flat_map(|one| one.entries()).map(|(name, _)| *name);
        let known = self.document.security_schemes();
        let unknown: Vec<_> = names.filter(|name| !known.iter().any(|(scheme, _)| scheme == name)).collect();
        for name in unknown {
            self.warn(Problem::UnknownScheme { name: name.to_owned() });
        }
    }

    fn warn(&mut self, problem: Problem) {
        let pointer = pointer([self.place, self.path, self.method]);
        self.findings.push(Finding { severity: Severity::Warning, pointer, problem });
    }
}
