//! What the pages depend on besides the document.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::markdown::{anchor, squeezed};

/// How the pages are laid out, by the year whose reference pages they are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Format {
    /// As in 2025: request lines without the base path, a row for each enumerated value.
    Y2025,
    /// As in 2026: request lines as the document has them, a row for each property with enumerated values.
    #[default]
    Y2026,
}

/// How enumerated values are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumStyle {
    /// A row for each property, its values sorted and each once.
    Grouped,
    /// A row for each value, in the order of the document.
    Rows,
}

/// What the pages depend on besides the document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Scheme and host of the server in code samples.
    pub host: String,
    /// The layout.
    pub format: Format,
    /// How enumerated values are listed, if not as the format has it.
    pub enum_style: Option<EnumStyle>,
    /// The tags to make pages of; all if there are none.
    pub tags: Vec<String>,
    /// Whether there is a page of schemas, to which the names of types link.
    pub schemas: bool,
}

impl Default for Options {
    fn default() -> Self {
        let host = "http://coder-server:8080".to_owned();
        Self { host, format: Format::default(), enum_style: None, tags: Vec::new(), schemas: true }
    }
}

/// The options as the renderers need them.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Scheme, host and base path of the server.
    pub(crate) base: String,
    pub(crate) enums: EnumStyle,
    /// Whether the names of types are links.
    pub(crate) links: bool,
    /// The anchors of types whose headings look like those of others.
    pub(crate) anchors: HashMap<String, String>,
    strips_version: bool,
}

impl Layout {
    /// `types` are the names of all types, in the order of their page.
    pub(crate) fn new<'n>(options: &Options, base_path: &str, types: impl Iterator<Item = &'n str>) -> Self {
        let default = if options.format == Format::Y2025 { EnumStyle::Rows } else { EnumStyle::Grouped };
        Self {
            base: format!("{}{base_path}", options.host.trim_end_matches('/')),
            enums: options.enum_style.unwrap_or(default),
            links: options.schemas,
            anchors: told_apart(types),
            strips_version: options.format == Format::Y2025,
        }
    }

    /// A path as request lines have it.
    ///
    /// Where the document keeps its base path in every path, the format of 2025 leaves it out all the same.
    pub(crate) fn path<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let stripped =
            if self.strips_version { path.strip_prefix("/api/v").and_then(after_number) } else { None };
        stripped.map_or(Cow::Borrowed(path), |rest| if rest.is_empty() { "/".into() } else { rest.into() })
    }
}

/// Of headings that look alike, the later ones have a number behind their anchor.
fn told_apart<'n>(names: impl Iterator<Item = &'n str>) -> HashMap<String, String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut others = HashMap::new();
    for name in names {
        let anchor = anchor(&squeezed(name));
        let count = seen.entry(anchor.clone()).and_modify(|count| *count += 1).or_insert(0);
        if *count > 0 {
            others.insert(name.to_owned(), format!("{anchor}-{count}"));
        }
    }
    others
}

/// What follows a number that ends its segment.
fn after_number(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len() && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{Format, Layout, Options};

    #[test]
    fn request_lines_of_2025_have_no_base_path() {
        let of = |format| Layout::new(&Options { format, ..Options::default() }, "", std::iter::empty());
        let table = [
            ("/api/v2/users", "/users"),
            ("/api/v2", "/"),
            ("/api/vx/a", "/api/vx/a"),
            ("/api/v2x/a", "/api/v2x/a"),
            ("/a", "/a"),
        ];
        for (path, expected) in table {
            assert_eq!(of(Format::Y2025).path(path), expected);
            assert_eq!(of(Format::Y2026).path(path), path);
        }
    }
}
