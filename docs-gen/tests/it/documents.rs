//! Documents of other projects: each has pages that are whole. `npm ci` in `tests/documents` installs them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use docs_gen::{Diagnostic, Options, Page, Reference, Severity, Spec, render};
use serde_json::Value;

use crate::checks::check_pages;
use crate::markdown::lines;

/// Larger ones take minutes without optimizations; `benches/pages` and release builds read them.
const MAX_BYTES: u64 = if cfg!(debug_assertions) { 2_000_000 } else { u64::MAX };

/// Documents without pages, for what they say themselves.
const REFUSED: [(&str, &str); 4] = [
    ("refs/hosted.yaml", "is on another server, and only files are read"),
    ("refs/openapi-with-url-refs.yaml", "is on another server, and only files are read"),
    ("refs/openapi-with-external-refs.yaml", "expected a parameter with `name` and `in`"),
    ("refs/openapi-with-external-refs-conflicting-names.yaml", "expected a parameter with `name` and `in`"),
];

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A line of the list.
pub struct Listed {
    pub path: PathBuf,
    operations: usize,
    schemas: usize,
}

/// What the list has, if it is installed.
pub fn listed() -> Option<Vec<Listed>> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/documents");
    let installed = home.join("node_modules");
    if !installed.is_dir() {
        skip("documents of other projects are not installed: npm ci in tests/documents");
        return None;
    }
    let list = fs::read_to_string(home.join("documents.txt")).unwrap();
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = |line: &str| {
        let parts: Vec<_> = line.split('\t').collect();
        let [path, _, operations, schemas] = parts[..] else { panic!("not four parts: {line}") };
        let number = |text: &str| text.parse().unwrap();
        Listed { path: installed.join(path), operations: number(operations), schemas: number(schemas) }
    };
    Some(lines.map(read).collect())
}

/// Says that a test did not run, and why. CI collects these lines and fails on them.
fn skip(why: &str) {
    eprintln!("skipped: {why}");
    #[expect(clippy::disallowed_methods, reason = "tests have no settings room")]
    let Some(path) = std::env::var_os("ROSTER_TEST_SKIPS") else { return };
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    writeln!(file.unwrap(), "{why}").unwrap();
}

#[test]
fn documents_of_other_projects_have_whole_pages() {
    let Some(mut all) = listed() else { return };
    let size = |one: &Listed| fs::metadata(&one.path).unwrap().len();
    all.retain(|one| size(one) <= MAX_BYTES);
    all.sort_by_key(|one| std::cmp::Reverse(size(one)));
    assert!(all.len() > 300, "only {} documents", all.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(check(one).into_iter().map(|what| format!("{}: {what}", one.path.display())));
        }
        found
    };
    let count = thread::available_parallelism().map_or(1, usize::from);
    let found: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(found.is_empty(), "{} complaints:\n{}", found.len(), found.join("\n"));
}

fn check(one: &Listed) -> Vec<String> {
    let refusal = REFUSED.iter().find(|(end, _)| one.path.ends_with(end));
    match (render(Spec::File(&one.path), &Options::default()), refusal) {
        (Ok(made), None) => {
            let mut found = check_pages(&made.pages);
            found.extend(counts(one, &made));
            found
        }
        (Err(errors), Some((_, reason))) => {
            let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
            let others = errors.0.iter().filter(is_error).filter(|one| !one.to_string().contains(reason));
            others.map(ToString::to_string).collect()
        }
        (Ok(_), Some(_)) => vec!["has pages, but should have none".to_owned()],
        (Err(errors), None) => vec![errors.to_string()],
    }
}

/// Operations and schemas that are missing, or that are not there.
fn counts(one: &Listed, made: &Reference) -> Vec<String> {
    let requests: Vec<_> = made.pages.iter().flat_map(requests).collect();
    let types: Vec<_> = made.pages.iter().filter(|page| page.file == "schemas.md").flat_map(types).collect();
    let mut found = Vec::new();
    if requests.len() != one.operations {
        found.push(format!("{} operations and not {}", requests.len(), one.operations));
    }
    // References into other files add some.
    if types.len() < one.schemas {
        found.push(format!("{} schemas and not {}", types.len(), one.schemas));
    }
    if one.path.extension().is_some_and(|end| end == "json") {
        let text = fs::read_to_string(&one.path).unwrap();
        let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        found.extend(difference("operation", &declared_operations(&document), &requests));
        found.extend(difference("schema", &declared_schemas(&document), &types));
    }
    found
}

/// The request lines of a page: what follows each code sample.
fn requests(page: &Page) -> Vec<String> {
    let lines: Vec<_> = lines(&page.text);
    let mut found = Vec::new();
    for (at, _) in
        lines.iter().enumerate().filter(|(_, line)| !line.is_code && line.text == "### Code samples")
    {
        let fence_end = (at + 2..lines.len()).find(|line| !lines[*line].is_code).unwrap();
        found.push(lines[fence_end + 2].text.trim_matches('`').trim().to_owned());
    }
    found
}

/// The headings that a sample follows: those of types. Descriptions have headings too.
fn types(page: &Page) -> Vec<String> {
    let lines: Vec<_> = lines(&page.text);
    let headings = lines.windows(3).filter(|three| !three[0].is_code && three[2].text.ends_with("```json"));
    headings.filter_map(|three| Some(three[0].text.strip_prefix("## ")?.to_owned())).collect()
}

fn declared_operations(document: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let target = item["$ref"].as_str().and_then(|text| document.pointer(text.strip_prefix('#')?));
        let item = target.unwrap_or(item);
        let methods = METHODS.iter().filter(|method| item.get(method).is_some());
        all.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    all
}

fn declared_schemas(document: &Value) -> Vec<String> {
    let all = document.get("definitions").unwrap_or(&document["components"]["schemas"]);
    let heading = |name: &String| {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        name.trim_end_matches(['.', ',', ';', ':', '!', ' ']).to_owned()
    };
    all.as_object().into_iter().flatten().map(|(name, _)| heading(name)).collect()
}

/// What one list has more often than the other.
fn difference(kind: &str, declared: &[String], made: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    declared.iter().for_each(|name| *counts.entry(name).or_default() += 1);
    made.iter().for_each(|name| *counts.entry(name).or_default() -= 1);
    let odd = counts.into_iter().filter(|(_, count)| *count != 0);
    odd.map(|(name, count)| format!("{kind} {name}: {count} more in the document than on the pages"))
        .collect()
}
