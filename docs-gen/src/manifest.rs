//! The manifest of a documentation site: its navigation, in which one entry lists the pages.

use std::fmt;
use std::path::Path;

use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Serializer, Value};

use crate::pages::INDEX;

/// The entry whose children are the pages, from the outermost title inwards.
const PLACE: [&str; 2] = ["Reference", "REST API"];

/// The page that comes before all others.
const FIRST: &str = "General";

/// What an entry keeps when it is made anew.
const KEPT: [&str; 3] = ["description", "icon_path", "state"];

/// Why a manifest cannot list the pages.
#[derive(Debug)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is no JSON.
    Syntax(serde_json::Error),
    /// It has no entry for the pages.
    NoPlace {
        /// The titles of the entries that should be there, one inside the other.
        titles: String,
    },
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => write!(f, "not a manifest: {error}"),
            Self::NoPlace { titles } => write!(f, "no route {titles}, whose children are the pages"),
        }
    }
}

impl std::error::Error for ManifestError {}

/// The manifest with the pages in it: one entry for each, the general one first, then by title.
///
/// The pages come by title and file. `directory` is where they are, seen from the manifest, such as `./reference/api`. An entry
/// with the title of an old one keeps its `state`, `description` and `icon_path`; everything else
/// in the manifest stays as it is.
///
/// # Errors
///
/// When the text is no JSON, or has no route `Reference` with a child `REST API`.
pub fn update<'p>(
    manifest: &str,
    pages: impl IntoIterator<Item = (&'p str, &'p str)>,
    directory: &str,
) -> Result<String, ManifestError> {
    let mut root: Value = serde_json::from_str(manifest).map_err(ManifestError::Syntax)?;
    let missing = || ManifestError::NoPlace { titles: PLACE.map(|title| format!("`{title}`")).join(" / ") };
    let place = place(&mut root).ok_or_else(missing)?;
    let old = place.get("children").and_then(Value::as_array).cloned().unwrap_or_default();
    place.insert("children".to_owned(), entries(pages, &old, directory).into());
    Ok(written(&root, indentation(manifest)))
}

/// The way from the folder of a manifest to another folder, as manifests have it.
pub fn relative(manifest: &Path, directory: &Path) -> String {
    let from: Vec<_> = manifest.parent().unwrap_or(Path::new("")).components().collect();
    let to: Vec<_> = directory.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let down = to.iter().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let way: Vec<_> = up.chain(down).collect();
    if way.first().is_some_and(|first| first == "..") {
        way.join("/")
    } else {
        format!("./{}", way.join("/"))
    }
}

fn place(root: &mut Value) -> Option<&mut Map<String, Value>> {
    let routes = root.get_mut("routes")?;
    let reference = titled(routes, PLACE.first()?)?;
    titled(reference.get_mut("children")?, PLACE.last()?)?.as_object_mut()
}

fn titled<'v>(list: &'v mut Value, title: &str) -> Option<&'v mut Value> {
    let entries = list.as_array_mut()?;
    entries.iter_mut().find(|entry| entry.get("title").and_then(Value::as_str) == Some(title))
}

fn entries<'p>(
    pages: impl IntoIterator<Item = (&'p str, &'p str)>,
    old: &[Value],
    directory: &str,
) -> Vec<Value> {
    let mut listed: Vec<_> = pages.into_iter().filter(|(_, file)| *file != INDEX).collect();
    listed.sort_by_key(|(title, file)| (*title != FIRST, *title, *file));
    listed.into_iter().map(|(title, file)| entry(title, file, old, directory)).collect()
}

fn entry(title: &str, file: &str, old: &[Value], directory: &str) -> Value {
    let known = old.iter().find(|entry| entry.get("title").and_then(Value::as_str) == Some(title));
    let mut entry = Map::new();
    entry.insert("title".to_owned(), title.into());
    entry.insert("path".to_owned(), format!("{}/{file}", directory.trim_end_matches('/')).into());
    for key in KEPT {
        if let Some(value) = known.and_then(|known| known.get(key)) {
            entry.insert(key.to_owned(), value.clone());
        }
    }
    entry.into()
}

/// What the text indents its first inner line with.
fn indentation(text: &str) -> &str {
    let inner = text.lines().find(|line| line.starts_with([' ', '\t']));
    inner.map_or("  ", |line| line.split_at(line.len() - line.trim_start().len()).0)
}

fn written(value: &Value, indent: &str) -> String {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    // A value writes itself without fail, and as UTF-8.
    let _ = serde::Serialize::serialize(value, &mut serializer);
    String::from_utf8(bytes).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::{relative, update};
    const AGENTS: (&str, &str) = ("Agents", "agents.md");
    const AI: (&str, &str) = ("AI", "ai.md");
    const GENERAL: (&str, &str) = ("General", "general.md");
    const USERS: (&str, &str) = ("Users", "users.md");
    const INDEX: (&str, &str) = ("API", "index.md");

    fn manifest(children: &Value) -> Value {
        json!({"versions": ["main"], "routes": [
            {"title": "About", "path": "./README.md"},
            {"title": "Reference", "children": [
                {"title": "REST API", "path": "./reference/api/index.md", "children": children, "state": ["new"]},
                {"title": "Command line"},
            ]},
        ]})
    }

    #[test]
    fn pages_are_listed_with_the_general_one_first() {
        let old = json!([
            {"title": "Users", "path": "./old.md", "state": ["beta"], "icon_path": "x.svg", "other": 1},
            {"title": "Gone", "path": "./gone.md"},
        ]);
        let text = serde_json::to_string_pretty(&manifest(&old)).unwrap();
        let made = update(&text, [AGENTS, AI, GENERAL, USERS, INDEX], "./reference/api").unwrap();
        let expected = json!([
            {"title": "General", "path": "./reference/api/general.md"},
            {"title": "AI", "path": "./reference/api/ai.md"},
            {"title": "Agents", "path": "./reference/api/agents.md"},
            {"title": "Users", "path": "./reference/api/users.md", "icon_path": "x.svg", "state": ["beta"]},
        ]);
        assert_eq!(serde_json::from_str::<Value>(&made).unwrap(), manifest(&expected));
        assert_eq!(update(&made, [AGENTS, AI, GENERAL, USERS], "./reference/api").unwrap(), made);
    }

    #[test]
    fn indentation_stays_and_the_whole_is_written_anew() {
        let text =
            "{\n\t\"routes\": [{\"title\": \"Reference\",\n\"children\": [{\"title\": \"REST API\"}]}]}";
        let made = update(text, [], "./api").unwrap();
        assert!(made.starts_with("{\n\t\"routes\": [\n\t\t{\n\t\t\t\"title\": \"Reference\",\n"), "{made}");
        assert!(made.ends_with("}\n"));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        let error = |text: &str| update(text, [], "./api").unwrap_err().to_string();
        assert!(error("{").starts_with("not a manifest: EOF"));
        let expected = "no route `Reference` / `REST API`, whose children are the pages";
        assert_eq!(error("{}"), expected);
        assert_eq!(error(r#"{"routes": [{"title": "Reference", "children": []}]}"#), expected);
    }

    #[test]
    fn the_way_to_the_pages_begins_at_the_manifest() {
        let way = |manifest: &str, pages: &str| relative(Path::new(manifest), Path::new(pages));
        assert_eq!(way("docs/manifest.json", "docs/reference/api"), "./reference/api");
        assert_eq!(way("site/manifest.json", "docs/api"), "../docs/api");
        assert_eq!(way("manifest.json", "api"), "./api");
    }
}
