//! What is wrong with a document, and where.

use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The pages can be made, but may not say what their author meant.
    Warning,
    /// No pages can be made.
    Error,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A file cannot be read.
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// A file is neither JSON nor YAML.
    Syntax {
        /// What was expected.
        reason: String,
    },
    /// The document does not say that it is of a version that can be read.
    Version {
        /// What was found instead.
        found: String,
    },
    /// A part of the document is of the wrong type.
    Malformed {
        /// What should stand there.
        expected: &'static str,
    },
    /// A `$ref` that leads nowhere.
    Reference {
        /// Its text.
        target: String,
        /// Why it leads nowhere.
        reason: String,
    },
    /// An object has two members with one name; the last one counts.
    DuplicateMember,
    /// Two operations of one tag share a summary, so their headings cannot be told apart.
    DuplicateTitle {
        /// The tag, and so the page.
        tag: String,
        /// The shared title.
        title: String,
        /// Method and path of the earlier operation.
        first: String,
        /// Method and path of the later operation.
        second: String,
    },
    /// Two pages would be written to one file; the later one gets another.
    DuplicateFile {
        /// The file that both would have.
        file: String,
        /// Title of the earlier page.
        first: String,
        /// Title of the later page.
        second: String,
        /// The file of the later page.
        instead: String,
    },
    /// An operation has no summary to serve as its title.
    NoSummary {
        /// The title that it gets.
        title: String,
    },
    /// A parameter in the path that the path does not have, or the other way round.
    PathParameter {
        /// The parameter.
        name: String,
        /// What is missing.
        missing: &'static str,
    },
    /// A page is asked for that the document has no tag for.
    UnknownTag {
        /// The tag.
        name: String,
        /// Those that the document has.
        known: String,
    },
    /// A requirement names a security scheme that is not there.
    UnknownScheme {
        /// The name.
        name: String,
    },
}

/// Something that is wrong, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The file, as it was named.
    pub file: String,
    /// Line and column, both from 1, if they are known.
    pub position: Option<(usize, usize)>,
    /// The place as a JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// What is wrong.
    pub problem: Problem,
}

/// Why there are no pages: at least one error, and the warnings besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors(pub Vec<Diagnostic>);

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { reason } => f.write_str(reason),
            Self::Syntax { reason } => write!(f, "not a document: {reason}"),
            Self::Version { found } => {
                write!(f, "neither OpenAPI 3.0 to 3.2 nor Swagger 2.0: {found}")
            }
            Self::Malformed { expected } => write!(f, "expected {expected}"),
            Self::Reference { target, reason } => write!(f, "the reference `{target}` {reason}"),
            Self::DuplicateMember => f.write_str("the name comes twice in one object; the last one counts"),
            Self::DuplicateTitle { tag, title, first, second } => {
                write!(f, "tag `{tag}`: {first} and {second} share the summary `{title}`")
            }
            Self::DuplicateFile { file, first, second, instead } => {
                write!(f, "the pages `{first}` and `{second}` would both be {file}; the latter is {instead}")
            }
            Self::NoSummary { title } => write!(f, "the operation has no summary; its title is `{title}`"),
            Self::PathParameter { name, missing } => write!(f, "the path parameter `{name}` {missing}"),
            Self::UnknownTag { name, known } => write!(f, "there is no tag `{name}`, but {known}"),
            Self::UnknownScheme { name } => write!(f, "there is no security scheme `{name}`"),
        }
    }
}

/// One line: file, line and column, how bad it is, the pointer, and what is wrong.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}: ", self.severity)?;
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        self.problem.fmt(f)
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Errors {}
