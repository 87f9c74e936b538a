//! The files that a document is made of: reading them, and finding places in them.

pub(crate) mod json;
pub(crate) mod node;
pub(crate) mod pointer;
mod repeats;
pub(crate) mod resolve;
mod yaml;

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use bumpalo::Bump;

use crate::diagnostics::{Diagnostic, Problem, Severity};
use node::Node;

/// The memory that a document lives in: the text of its files and what is read from them.
#[derive(Debug, Default)]
pub struct Arena(Bump);

/// Where a document is.
#[derive(Debug, Clone, Copy)]
pub enum Spec<'p> {
    /// In a file; references to other files are relative to it.
    File(&'p Path),
    /// In a text; references to other files are relative to the working directory.
    Text {
        /// What diagnostics call it.
        name: &'p str,
        /// The text, JSON or YAML.
        text: &'p str,
    },
}

/// A file that was read.
#[derive(Debug)]
struct Source<'a> {
    /// As diagnostics call it.
    name: String,
    /// What references in it are relative to.
    directory: PathBuf,
    text: &'a str,
    root: Node<'a>,
    /// Of YAML, whose texts are not borrowed from the source: line and column of each name.
    places: HashMap<usize, (usize, usize)>,
    /// Where lines end, looked up when somebody asks for a line.
    line_ends: OnceCell<Vec<usize>>,
    /// The place that was asked for last, and its column: a minified document is one line, long enough to be counted once.
    last: Cell<(usize, usize)>,
}

/// All files of one document, and what was found wrong with them. The first is the document itself.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) arena: &'a Bump,
    files: Vec<Source<'a>>,
    by_path: HashMap<PathBuf, usize>,
    pub(crate) found: Vec<Diagnostic>,
}

impl Arena {
    /// Room for a document.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<'a> Sources<'a> {
    /// Reads the document itself; files that it refers to are read when they are asked for.
    pub(crate) fn open(arena: &'a Arena, spec: Spec<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut sources =
            Self { arena: &arena.0, files: Vec::new(), by_path: HashMap::new(), found: Vec::new() };
        let opened = match spec {
            Spec::File(path) => sources.file(path).map(|_| ()),
            Spec::Text { name, text } => {
                let text = sources.arena.alloc_str(text);
                sources.add(name.to_owned(), PathBuf::new(), text).map(|_| ())
            }
        };
        match opened {
            Ok(()) => Ok(sources),
            Err(diagnostic) => Err(vec![*diagnostic]),
        }
    }

    /// The number of a file, which is read if it was not before.
    fn file(&mut self, path: &Path) -> Result<usize, Box<Diagnostic>> {
        let name = path.display().to_string();
        let unreadable = |error: &std::io::Error| {
            Box::new(Diagnostic {
                severity: Severity::Error,
                file: name.clone(),
                position: None,
                pointer: String::new(),
                problem: Problem::Unreadable { reason: error.to_string() },
            })
        };
        let real = fs::canonicalize(path).map_err(|error| unreadable(&error))?;
        if let Some(known) = self.by_path.get(&real) {
            return Ok(*known);
        }
        // Whoever writes a document must not make this read from a device that never ends.
        let is_reference = !self.files.is_empty();
        if is_reference && !real.is_file() {
            return Err(unreadable(&std::io::Error::other("not a file")));
        }
        let bytes = bytes(self.arena, path).map_err(|error| unreadable(&error))?;
        let text = std::str::from_utf8(bytes).map_err(|error| {
            unreadable(&std::io::Error::other(format!("not UTF-8 from byte {} on", error.valid_up_to())))
        })?;
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let number = self.add(name.clone(), directory, text)?;
        self.by_path.insert(real, number);
        Ok(number)
    }

    fn add(&mut self, name: String, directory: PathBuf, text: &'a str) -> Result<usize, Box<Diagnostic>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (root, places, repeats) = self.parse(&name, text)?;
        self.files.push(Source {
            name,
            directory,
            text,
            root,
            places,
            line_ends: OnceCell::new(),
            last: Cell::new((0, 0)),
        });
        let number = self.files.len() - 1;
        for pointer in repeats {
            self.report(Severity::Warning, number, pointer, Problem::DuplicateMember);
        }
        Ok(number)
    }

    fn parse(&self, name: &str, text: &'a str) -> Result<Parsed<'a>, Box<Diagnostic>> {
        let syntax = |reason: String, position| {
            Box::new(Diagnostic {
                severity: Severity::Error,
                file: name.to_owned(),
                position: Some(position),
                pointer: String::new(),
                problem: Problem::Syntax { reason },
            })
        };
        if is_json(name, text) {
            let read = json::read(self.arena, text);
            let repeats = |some| if some { repeats::find(text) } else { Vec::new() };
            return read.map(|(root, some)| (root, HashMap::new(), repeats(some))).map_err(|error| {
                let message = error.to_string();
                let reason = message.split(" at line ").next().unwrap_or(&message).to_owned();
                syntax(reason, (error.line().max(1), error.column().max(1)))
            });
        }
        let read = yaml::read(self.arena, text);
        read.map(|read| (read.root, read.places, read.repeats))
            .map_err(|failure| syntax(failure.message, (failure.line, failure.column)))
    }

    pub(crate) fn root(&self) -> Node<'a> {
        self.files.first().map_or(Node::Null, |file| file.root)
    }

    /// What diagnostics call the document itself.
    pub(crate) fn name(&self) -> String {
        self.files.first().map_or_else(String::new, |file| file.name.clone())
    }

    /// Notes that something is wrong in one of the files.
    pub(crate) fn report(&mut self, severity: Severity, file: usize, pointer: String, problem: Problem) {
        let position = self.position(file, &pointer);
        let file = self.files.get(file).map_or_else(String::new, |file| file.name.clone());
        self.found.push(Diagnostic { severity, file, position, pointer, problem });
    }

    /// Line and column of what a pointer leads to, or of the nearest thing above it.
    fn position(&self, file: usize, pointer: &str) -> Option<(usize, usize)> {
        let file = self.files.get(file)?;
        let mut node = file.root;
        let mut position = None;
        for segment in pointer::segments(pointer) {
            let Some(inner) = pointer::step(node, &segment) else { break };
            let landmark = match node {
                Node::Map(members) => members.entry(&segment).map(|(key, _)| key),
                _ => first_text(inner),
            };
            position = landmark.and_then(|text| file.place_of(text)).or(position);
            node = inner;
        }
        position.or(Some((1, 1)))
    }
}

type Parsed<'a> = (Node<'a>, HashMap<usize, (usize, usize)>, Vec<String>);

impl Source<'_> {
    /// Line and column of a text of the tree.
    fn place_of(&self, text: &str) -> Option<(usize, usize)> {
        let address = text.as_ptr().addr();
        if let Some(place) = self.places.get(&address) {
            return Some(*place);
        }
        let offset = address.checked_sub(self.text.as_ptr().addr())?;
        self.text.get(offset..).filter(|rest| !rest.is_empty())?;
        let ends = self.line_ends.get_or_init(|| memchr::memchr_iter(b'\n', self.text.as_bytes()).collect());
        let before = ends.partition_point(|end| *end < offset);
        let start = before.checked_sub(1).and_then(|last| ends.get(last)).map_or(0, |end| end + 1);
        // The text stands behind its quote.
        let (known, columns) = self.last.get();
        let (from, counted) = if (start..=offset).contains(&known) { (known, columns) } else { (start, 0) };
        let column = counted + self.text.get(from..offset)?.chars().count();
        self.last.set((offset, column));
        Some((before + 1, column.max(1)))
    }
}

/// The first text inside a node, which tells where it begins.
fn first_text(node: Node<'_>) -> Option<&str> {
    match node {
        Node::Text(text) => Some(text),
        Node::List(items) => items.iter().find_map(|item| first_text(*item)),
        Node::Map(members) => members.entries().first().map(|(key, _)| *key),
        _ => None,
    }
}

fn is_json(name: &str, text: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
    match extension.as_deref() {
        Some("json") => true,
        Some("yaml" | "yml") => false,
        _ => text.trim_start().is_empty() || text.trim_start().starts_with(['{', '[']),
    }
}

/// The bytes of a file, read straight into the arena.
fn bytes<'a>(arena: &'a Bump, path: &Path) -> std::io::Result<&'a [u8]> {
    let mut file = fs::File::open(path)?;
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    let buffer = arena.alloc_slice_fill_copy(size, 0_u8);
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => filled += read,
        }
    }
    let mut more = Vec::new();
    // A pipe says that it is empty, and a file may grow meanwhile.
    file.read_to_end(&mut more)?;
    if more.is_empty() {
        return Ok(buffer.get(..filled).unwrap_or_default());
    }
    more.splice(0..0, buffer.iter().take(filled).copied());
    Ok(arena.alloc_slice_copy(&more))
}
