//! The arrows between the rooms: who may import whom.
//!
//! The rooms are the modules below `src/` (`src/<room>.rs`, `src/<room>/**`); the packages beside it count as
//! rooms too. Every path that a source file names is compared with `RULES`, also in tests and in groups of
//! `use`; comments and literals are not looked at. To draw a new arrow, change the table and ARCHITECTURE.md.

use std::fs;
use std::path::{Path, PathBuf};

/// One row of the table.
struct Rule {
    /// Name of the room, or the folder of a package.
    room: &'static str,
    /// The other rooms it may import. A room may always import itself.
    rooms: &'static [&'static str],
    crates: Crates,
}

/// What a room may use of the crates that the packages depend on (`std` is open to all).
#[derive(Debug)]
enum Crates {
    Only(&'static [&'static str]),
    Never(&'static [&'static str]),
}
use Crates::{Never, Only};

const fn rule(room: &'static str, rooms: &'static [&'static str], crates: Crates) -> Rule {
    Rule { room, rooms, crates }
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    rule("lib", &[], Only(&[])),
    rule("main", &["app", "cli", "config"], Never(WATCHED)),
    rule("cli", &["app", "config", "domain", "http", "model", "store"], Never(&["entity", "sea_orm"])),
    rule("app", &["config", "domain", "http", "model", "notify", "providers", "store"], Never(&["entity"])),
    rule("http", &["domain", "model", "rbac"], Never(&["entity", "migration", "sea_orm", "sea_orm_migration"])),
    rule("domain", &["model", "rbac", "store"], Never(WATCHED)),
    rule("store", &["model", "rbac"], Never(&["poem", "poem_openapi", "roster_openapi", "utoipa"])),
    rule("notify", &["model"], Never(WATCHED)),
    rule("providers", &["domain", "model"], Never(WATCHED)),
    // `allocation_counter` is for its tests; what is no test cannot reach a dev-dependency.
    rule("rbac", &["model"], Only(&["allocation_counter", "uuid"])),
    rule("model", &[], Only(&["chrono", "rand", "serde", "uuid"])),
    rule("config", &[], Only(&["basic_toml", "clap", "humantime", "ipnet", "serde", "serde_json", "url", "uuid"])),
    rule("openapi", &[], Never(&["entity", "migration", "roster", "sea_orm", "sea_orm_migration"])),
    rule("entity", &[], Only(&["chrono", "sea_orm", "serde", "serde_json", "uuid"])),
    rule("migration", &[], Only(&["sea_orm", "sea_orm_migration"])),
    rule("docs-gen", &[], Never(WATCHED)),
];

/// The crates that the arrows are about. In a room, `roster` is the root and not a crate.
#[rustfmt::skip]
const WATCHED: &[&str] = &[
    "entity", "migration", "poem", "poem_openapi", "roster", "roster_openapi", "sea_orm", "sea_orm_migration",
    "utoipa", "utoipa_swagger_ui",
];

/// Rooms that decide or describe and never do: no `async`, no I/O.
const STILL: &[&str] = &["model", "rbac"];
/// Names that say nothing about what is inside. The one exception is the page of shared types of the reference.
const VAGUE: &[&str] = &["common", "helpers", "services", "util", "utils"];
const MAX_LINES: usize = 600;
const PACKAGES: &[&str] = &["", "docs-gen", "entity", "migration", "openapi"];

#[test]
fn no_import_runs_against_the_arrows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates: Vec<String> = PACKAGES
        .iter()
        .flat_map(|package| dependencies(&read(&root.join(package).join("Cargo.toml"))))
        .collect();
    let mut broken = Vec::new();
    for package in PACKAGES {
        let mut files = Vec::new();
        collect(&root.join(package).join("src"), &mut files);
        assert!(!files.is_empty(), "no sources found in the package `{package}`");
        for file in files {
            let name = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            broken.extend(check(&name, &read(&file), &crates));
        }
    }
    assert!(broken.is_empty(), "{} broken rules:\n{}\n", broken.len(), broken.join("\n"));
}

/// The names, as code writes them, of the crates that a manifest depends on.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            names.extend(line.split(['.', ' ', '=']).next().map(|name| name.replace('-', "_")));
        }
    }
    names
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Compares one file with the rules. `crates` are the crates that the packages depend on.
fn check(file: &str, source: &str, crates: &[String]) -> Vec<String> {
    let parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    let (room, inner) = match parts.as_slice() {
        ["src", inner @ ..] => (inner[0], inner),
        [package, _src, inner @ ..] => (*package, inner),
        _ => return vec![format!("{file}: is neither in src/ nor in a package")],
    };
    let mut broken = Vec::new();
    if inner.iter().any(|name| VAGUE.contains(name)) && file != "openapi/src/schema/common.rs" {
        broken.push(format!("{file}:1: the name says nothing about what is inside (none of {VAGUE:?})"));
    }
    let lines = source.lines().count();
    if lines > MAX_LINES {
        broken.push(format!("{file}:{lines}: is longer than {MAX_LINES} lines; split it by operation"));
    }
    let Some(rule) = RULES.iter().find(|rule| rule.room == room) else {
        broken.push(format!("{file}:1: `{room}` is not a room of the table in tests/arrows.rs"));
        return broken;
    };
    let tokens = tokens(source);
    let module: Vec<&str> =
        inner.iter().copied().filter(|name| !matches!(*name, "mod" | "lib" | "main")).collect();
    for (line, path) in paths(&tokens, &module) {
        if let Some(reason) = refuse(rule, parts[0] == "src", &path, crates) {
            let (path, row) = (path.join("::"), (rule.rooms, &rule.crates));
            broken.push(format!("{file}:{line}: `{room}` {reason} (named `{path}`; its row: {row:?})"));
        }
        let value = matches!(path.as_slice(), ["serde_json", "Value" | "value" | "*", ..]);
        if file.starts_with("src/http/api") && value {
            let reason = "an API method takes and gives types, not `serde_json::Value`";
            broken.push(format!("{file}:{line}: {reason}"));
        }
    }
    if STILL.contains(&room) {
        let moving = tokens.iter().filter(|token| matches!(token.text, "async" | "await"));
        broken.extend(moving.map(|token| format!("{file}:{}: `{room}` has no `{}`", token.line, token.text)));
    }
    broken.dedup();
    broken
}

/// Why the room may not name this path, if so.
fn refuse(rule: &Rule, in_rooms: bool, path: &[&str], crates: &[String]) -> Option<String> {
    let at_root = matches!(rule.room, "lib" | "main");
    let known = |name: &str| WATCHED.contains(&name) || crates.iter().any(|it| it == name);
    let target = match path {
        ["crate" | "roster"] | ["crate" | "roster", "self" | "*"]
            if in_rooms && !(at_root && path[0] == "crate") =>
        {
            return Some("may not import the root as a whole".into());
        }
        ["crate" | "roster", target, ..] if in_rooms => target,
        [target, ..] if in_rooms && at_root && !known(target) => target,
        ["std", part @ ("fs" | "net" | "process"), ..] if STILL.contains(&rule.room) => {
            return Some(format!("does no I/O and may not use `std::{part}`"));
        }
        [name, ..] => {
            let allowed = match rule.crates {
                Never(never) => !never.contains(name),
                Only(only) => only.contains(name) || !known(name),
            };
            return (!allowed).then(|| format!("may not use the crate `{name}`"));
        }
        [] => return None,
    };
    let is_room = RULES.iter().take_while(|rule| rule.room != "openapi").any(|rule| rule.room == *target);
    let allowed = !is_room || *target == rule.room || rule.rooms.contains(target);
    (!allowed).then(|| format!("may not import the room `{target}`"))
}

struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// Words, `::` and single signs, without comments and literals.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let mut kept = false;
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => find(source, at, "\n"),
            [b'/', b'*', ..] => comment_end(bytes, at),
            [b'"', ..] => quoted_end(bytes, at + 1, b'"'),
            [b'\'', b'\\', ..] => quoted_end(bytes, at + 1, b'\''),
            [b'\'', ..] => {
                // A character, or else the tick of a lifetime.
                let close = at + 1 + source[at + 1..].chars().next().map_or(0, char::len_utf8);
                if bytes.get(close) == Some(&b'\'') { close + 1 } else { at + 1 }
            }
            [first, rest @ ..] if is_word(*first) => {
                let word = at + 1 + rest.iter().take_while(|byte| is_word(**byte)).count();
                let fence = bytes[word..].iter().take_while(|byte| **byte == b'#').count();
                let raw = matches!(&source[at..word], "r" | "br" | "cr");
                if raw && bytes.get(word + fence) == Some(&b'"') {
                    let close = format!("\"{}", "#".repeat(fence));
                    find(source, word + fence + 1, &close) + close.len()
                } else {
                    // `r#type` is the word `type`.
                    kept = !(raw && fence == 1);
                    word + usize::from(!kept)
                }
            }
            [b':', b':', ..] => {
                kept = true;
                at + 2
            }
            [sign, ..] => {
                kept = !sign.is_ascii_whitespace();
                at + 1
            }
            [] => break,
        };
        let text = &source[at..end.min(bytes.len())];
        if kept {
            found.push(Token { text, line });
        }
        line += text.matches('\n').count();
        at += text.len();
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn find(source: &str, from: usize, what: &str) -> usize {
    source.get(from..).and_then(|rest| rest.find(what)).map_or(source.len(), |found| from + found)
}

fn quoted_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

fn comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Every path the tokens name, with its line: `a::b` wherever it stands, and each leaf of a `use`. Paths that
/// begin with `self` or `super` come out as paths from `crate`; `module` is where the file is.
fn paths<'a>(tokens: &[Token<'a>], module: &[&'a str]) -> Vec<(usize, Vec<&'a str>)> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut found = Vec::new();
    let mut inside: Vec<(&str, usize)> = Vec::new();
    let (mut at, mut depth) = (0, 0);
    while at < tokens.len() {
        let first = found.len();
        let path_starts =
            text(at + 1) == "::" && text(at).as_bytes().first().is_some_and(|byte| is_word(*byte));
        let path_goes_on = at > 0
            && (text(at - 1) == "."
                || text(at - 1) == "::" && at > 1 && matches!(text(at - 2), ">" | "]" | ")"));
        match text(at) {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inside.retain(|(_, opened)| *opened <= depth);
            }
            "mod" if text(at + 2) == "{" => inside.push((text(at + 1), depth + 1)),
            "use" => at = tree(tokens, at + 1, &[], &mut found) - 1,
            "crate" if at > 0 && text(at - 1) == "extern" => {
                found.push((tokens[at].line, vec![text(at + 1)]))
            }
            _ if path_starts && !path_goes_on => at = tree(tokens, at, &[], &mut found) - 1,
            _ => {}
        }
        for (_, path) in &mut found[first..] {
            let mut here: Vec<&str> =
                module.iter().copied().chain(inside.iter().map(|(name, _)| *name)).collect();
            let relative = path.iter().take_while(|part| matches!(**part, "self" | "super")).count();
            if relative > 0 && relative < path.len() {
                let ups = path[..relative].iter().filter(|part| **part == "super").count();
                here.truncate(here.len().saturating_sub(ups));
                here.insert(0, "crate");
                path.splice(..relative, here);
            }
        }
        at += 1;
    }
    found
}

/// Reads one tree of paths that begins at a token; says where the next token is.
fn tree<'a>(
    tokens: &[Token<'a>],
    mut at: usize,
    prefix: &[&'a str],
    found: &mut Vec<(usize, Vec<&'a str>)>,
) -> usize {
    let mut path = prefix.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        match token.text {
            "::" => at += 1,
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    let next = tree(tokens, at, &path, found);
                    let aliased = tokens[next.min(tokens.len())..]
                        .iter()
                        .take_while(|it| !matches!(it.text, "," | "}"));
                    at = next + aliased.count();
                    at += usize::from(tokens.get(at).is_some_and(|token| token.text == ","));
                }
                return at + 1;
            }
            text if text == "*" || is_word(text.as_bytes()[0]) => {
                path.push(text);
                at += 1;
                let next = tokens.get(at + 1).map_or("", |token| token.text);
                let goes_on = next == "{" || next == "*" || next.bytes().next().is_some_and(is_word);
                if tokens.get(at).is_none_or(|token| token.text != "::") || !goes_on {
                    break;
                }
            }
            _ => break,
        }
    }
    if path.len() > prefix.len() {
        found.push((line, path));
    }
    at.max(1)
}

/// The checker itself, on made-up sources.
mod checker {
    use super::check;

    /// The broken rules of a source, as `line: reason`, without what stands in brackets.
    fn finds(file: &str, source: &str, expected: &[&str]) {
        let crates = ["clap", "entity", "poem", "sea_orm", "serde", "serde_json", "tokio", "uuid"];
        let found = check(file, source, &crates.map(String::from));
        let short = |it: &String| it[file.len() + 1..].split(" (").next().unwrap_or_default().to_owned();
        assert_eq!(found.iter().map(short).collect::<Vec<_>>(), expected, "{file}: {source}");
    }

    #[test]
    fn an_import_against_the_arrow_is_found() {
        let http_store = "//! Doors.\n\nuse crate::store::Store;\n";
        finds("src/http/auth.rs", http_store, &["3: `http` may not import the room `store`"]);
        finds("src/rbac.rs", "fn f(it: serde::Ser) {}", &["1: `rbac` may not use the crate `serde`"]);
        finds("src/app.rs", "use entity;", &["1: `app` may not use the crate `entity`"]);
        finds("src/app.rs", "extern crate entity;", &["1: `app` may not use the crate `entity`"]);
        finds("src/main.rs", "use roster::store;", &["1: `main` may not import the room `store`"]);
        finds("src/lib.rs", "pub use store::Store;", &["1: `lib` may not import the room `store`"]);
        finds("entity/src/users.rs", "use roster::model;", &["1: `entity` may not use the crate `roster`"]);
        finds("docs-gen/src/main.rs", "entity::x();", &["1: `docs-gen` may not use the crate `entity`"]);
    }

    #[test]
    fn imports_along_the_arrows_pass() {
        finds("src/domain/users.rs", "use crate::{model::User, rbac, store::{self, users as rows}};", &[]);
        finds("src/domain/mod.rs", "pub use users::list; use super::model; use self::users::entity;", &[]);
        finds(
            "src/store/users.rs",
            "use entity::users; use sea_orm::prelude::*; use crate::rbac::Scope;",
            &[],
        );
        finds("src/config.rs", "#[derive(clap::Parser, serde::Deserialize)] pub struct Config;", &[]);
        finds(
            "src/main.rs",
            "mod tests { use super::*; } fn main() { cli::run(roster::config::read()) }",
            &[],
        );
        finds("openapi/src/lib.rs", "use crate::store; pub(crate) mod store {}", &[]);
    }

    #[test]
    fn groups_are_opened() {
        let source =
            "use {\n crate::{\n  model::{self, User as domain},\n  domain::{\n   users,\n  },\n },\n};";
        finds("src/store/keys.rs", source, &["5: `store` may not import the room `domain`"]);
        let source = "use crate::{model, http as web};\nuse ::sea_orm::{self as orm};";
        let expected =
            ["1: `domain` may not import the room `http`", "2: `domain` may not use the crate `sea_orm`"];
        finds("src/domain/keys.rs", source, &expected);
    }

    #[test]
    fn there_is_no_way_round_the_root() {
        for source in
            ["use crate::*;", "use crate as all;", "use crate::{self as all};", "use super::super::*;"]
        {
            finds("src/http/ui.rs", source, &["1: `http` may not import the root as a whole"]);
        }
        finds("src/main.rs", "use roster::*;", &["1: `main` may not import the root as a whole"]);
        finds("src/http.rs", "type S = super::store::S;", &["1: `http` may not import the room `store`"]);
        let source = "mod tests { mod deep { use super::super::super::super::store; } }";
        finds("src/http/ui.rs", source, &["1: `http` may not import the room `store`"]);
    }

    #[test]
    fn tests_inside_a_room_count() {
        let source = "#[cfg(test)]\nmod tests {\n    use super::*;\n    use crate::http::routes;\n}";
        finds("src/store/mod.rs", source, &["4: `store` may not import the room `http`"]);
    }

    #[test]
    fn comments_and_literals_are_no_imports() {
        for source in [
            "//! [`crate::store`]\n/* /* crate::http::x */ use entity::a; */\nfn f<'a>() {}",
            r####"const A: &str = "\"crate::http::x"; const B: &str = r#"" entity::x "#;"####,
            "const C: [char; 3] = ['\"', '\\'', 'é']; const D: &[u8] = b\"entity::x\";",
        ] {
            finds("src/model/ids.rs", source, &[]);
        }
        let source = "const C: char = '\"'; // \"\nconst S: &str = \"\n\"; use crate::store;";
        finds("src/model/ids.rs", source, &["3: `model` may not import the room `store`"]);
    }

    #[test]
    fn names_that_only_look_like_crates_pass() {
        finds("src/http/ui.rs", "fn f() { it.entity::<u8>(); <User as Row>::entity::find(); }", &[]);
    }

    #[test]
    fn still_rooms_wait_for_nothing() {
        let expected = [
            "1: `rbac` does no I/O and may not use `std::fs`",
            "1: `rbac` may not use the crate `tokio`",
            "1: `rbac` has no `async`",
        ];
        finds("src/rbac/decide.rs", "async fn f() { std::fs::read(p); tokio::spawn(g) }", &expected);
    }

    #[test]
    fn rooms_names_and_length_are_checked() {
        finds("src/error.rs", "", &["1: `error` is not a room of the table in tests/arrows.rs"]);
        finds("src/store/helpers.rs", "", &["1: the name says nothing about what is inside"]);
        finds("src/store/util/ids.rs", "", &["1: the name says nothing about what is inside"]);
        finds("src/store/users.rs", &"\n".repeat(600), &[]);
        let expected = ["601: is longer than 600 lines; split it by operation"];
        finds("docs-gen/src/pages.rs", &"\n".repeat(601), &expected);
    }

    #[test]
    fn api_methods_have_types() {
        let expected = ["1: an API method takes and gives types, not `serde_json::Value`"];
        finds("src/http/api/users.rs", "use serde_json::{json, Value};", &expected);
        finds("src/http/error.rs", "use serde_json::Value;", &[]);
    }
}
