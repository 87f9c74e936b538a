//! The pages whose text hardly depends on the document: authentication and the index.

use crate::document::Document;
use crate::markdown::{code, fence};
use crate::model::{Operation, Tag};
use crate::pages::Page;
use crate::security;

/// Where most servers described here take their tokens.
const DEFAULT_HEADER: &str = "Authorization";

/// The sections of the page on authentication.
pub(crate) fn authentication(document: Document<'_>, tags: &[Tag<'_>], base: &str) -> Vec<String> {
    let product = document.product();
    let header = security::any_header(document).unwrap_or(DEFAULT_HEADER);
    let mut sections =
        vec![format!("Most requests to {product} need a token, which says on whose behalf they are made.")];
    sections.extend(log_in(tags, base));
    sections.extend(long_lived(tags, base, header));
    sections.push(format!("Send the token in the {} header of every request:", code(header)));
    sections.push(fence("console", &call(tags, base, header)));
    sections
}

/// The sections of the first page.
pub(crate) fn index(document: Document<'_>, tags: &[Tag<'_>], base: &str, pages: &[Page]) -> Vec<String> {
    let product = document.product();
    let has_authentication = security::has_schemes(document);
    let mut sections = vec!["## Quickstart".to_owned()];
    if has_authentication {
        let text = format!(
            "Make a token as the page on [authentication](authentication.md) shows, then ask {product} for something:"
        );
        sections.push(text);
    }
    let header = security::any_header(document).unwrap_or(DEFAULT_HEADER);
    sections.push(fence("shell", &call(tags, base, header)));
    sections.push("## Use cases".to_owned());
    sections.push(
        "The bodies that requests and responses carry are described under [Schemas](schemas.md).".to_owned(),
    );
    sections.push("## Sections".to_owned());
    sections.push("<children>".to_owned());
    sections.push(links(pages));
    sections.push("</children>".to_owned());
    sections
}

fn links(pages: &[Page]) -> String {
    let links = pages.iter().map(|page| format!("- [{}]({})", page.title, page.file));
    links.collect::<Vec<_>>().join("\n")
}

fn log_in(tags: &[Tag<'_>], base: &str) -> Vec<String> {
    let Some(operation) = find(tags, "POST", "/users/login") else { return Vec::new() };
    let body = r#"{"email": "user@example.com", "password": "PASSWORD"}"#;
    vec![
        "Log in with an email address and a password to get a token for a session:".to_owned(),
        fence("shell", &post(&format!("{base}{}", operation.path), None, body)),
        "The response has it as `session_token`.".to_owned(),
    ]
}

fn long_lived(tags: &[Tag<'_>], base: &str, header: &str) -> Vec<String> {
    let Some(operation) = find(tags, "POST", "/users/{user}/keys/tokens") else { return Vec::new() };
    let address = format!("{base}{}", operation.path.replace("{user}", "me"));
    vec![
        "With a session, make a token that outlives it, for scripts and other programs:".to_owned(),
        fence("shell", &post(&address, Some(header), r#"{"token_name": "my-token"}"#)),
        "The response has it as `key` and is the only place that shows it, so keep it safe.".to_owned(),
    ]
}

fn post(address: &str, header: Option<&str>, body: &str) -> String {
    let header = header.map(|name| format!("  -H '{name}: API_KEY' \\\n")).unwrap_or_default();
    format!("curl -X POST {address} \\\n  -H 'Content-Type: application/json' \\\n{header}  -d '{body}'")
}

/// A call that works for anyone who has a token: the first GET without parameters to fill in.
fn call(tags: &[Tag<'_>], base: &str, header: &str) -> String {
    let simple = |one: &&Operation<'_>| {
        one.method == "GET"
            && one.is_secured
            && !one.path.contains('{')
            && one.parameters.iter().all(|p| !p.required)
    };
    let all = || tags.iter().flat_map(|tag| &tag.operations);
    let listed = find(tags, "GET", "/users").or_else(|| all().filter(simple).min_by_key(|one| one.path));
    let path = listed.map_or("/", |one| one.path);
    format!("curl {base}{path} \\\n  -H '{header}: API_KEY'")
}

fn find<'t, 'a>(tags: &'t [Tag<'a>], method: &str, end: &str) -> Option<&'t Operation<'a>> {
    let mut all = tags.iter().flat_map(|tag| &tag.operations);
    all.find(|one| one.method == method && one.path.ends_with(end))
}
