//! The pages whose text hardly depends on the document: authentication and the index.

use crate::curl;
use crate::document::Document;
use crate::layout::Layout;
use crate::markdown::{Text, code, fence};
use crate::model::{Operation, Tag};
use crate::security;

/// Where most servers described here take their tokens.
const DEFAULT_HEADER: &str = "Authorization";

/// Writes the page on authentication.
pub(crate) fn authentication(page: &mut Text, layout: &Layout, document: &Document<'_>, tags: &[Tag<'_>]) {
    let (base, product) = (layout.base.as_str(), document.product());
    let header = security::any_header(document).unwrap_or(DEFAULT_HEADER);
    page.free(&format!("Most requests to {product} need a token, which says on whose behalf they are made."));
    log_in(page, tags, base);
    long_lived(page, tags, base, header);
    page.free(&format!("Send the token in the {} header of every request:", code(header)));
    page.push(&fence("console", &call(tags, base, header)));
}

/// Writes the first page.
/// `others` are the titles and files of the other pages.
pub(crate) fn index<'p>(
    page: &mut Text,
    layout: &Layout,
    document: &Document<'_>,
    tags: &[Tag<'_>],
    others: impl Iterator<Item = (&'p str, &'p str)>,
) {
    let product = document.product();
    page.push("## Quickstart");
    if security::is_used(document, tags) {
        page.free(&format!(
            "Make a token as the page on [authentication](authentication.md) shows, then ask {product} for something:"
        ));
    }
    let header = security::any_header(document).unwrap_or(DEFAULT_HEADER);
    page.push(&fence("shell", &call(tags, &layout.base, header)));
    if layout.links {
        page.push("## Use cases");
        page.push("The bodies that requests and responses carry are described under [Schemas](schemas.md).");
    }
    page.push("## Sections");
    page.push("<children>");
    page.push(&links(others));
    page.push("</children>");
}

fn links<'p>(pages: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let links = pages.map(|(title, file)| format!("- [{title}]({file})"));
    links.collect::<Vec<_>>().join("\n")
}

fn log_in(page: &mut Text, tags: &[Tag<'_>], base: &str) {
    let Some(operation) = find(tags, "POST", "/users/login") else { return };
    let body = r#"{"email": "user@example.com", "password": "PASSWORD"}"#;
    page.push("Log in with an email address and a password to get a token for a session:");
    page.push(&fence("shell", &post(&curl::address(base, operation.path), None, body)));
    page.push("The response has it as `session_token`.");
}

fn long_lived(page: &mut Text, tags: &[Tag<'_>], base: &str, header: &str) {
    let Some(operation) = find(tags, "POST", "/users/{user}/keys/tokens") else { return };
    let address = curl::address(base, &operation.path.replace("{user}", "me"));
    page.push("With a session, make a token that outlives it, for scripts and other programs:");
    page.push(&fence("shell", &post(&address, Some(header), r#"{"token_name": "my-token"}"#)));
    page.push("The response has it as `key` and is the only place that shows it, so keep it safe.");
}

fn post(address: &str, header: Option<&str>, body: &str) -> String {
    let header =
        header.map(|name| format!("  -H '{}: API_KEY' \\\n", curl::quoted(name))).unwrap_or_default();
    format!("curl -X POST {address} \\\n  -H 'Content-Type: application/json' \\\n{header}  -d '{body}'")
}

/// A call that works for anyone who has a token: the first GET without parameters to fill in.
fn call(tags: &[Tag<'_>], base: &str, header: &str) -> String {
    let simple = |one: &&Operation<'_>| {
        one.method == "GET"
            && one.is_secured
            && !one.is_webhook
            && !one.path.contains('{')
            && one.parameters.iter().all(|p| !p.required)
    };
    let all = || tags.iter().flat_map(|tag| &tag.operations);
    let listed = find(tags, "GET", "/users").or_else(|| all().filter(simple).min_by_key(|one| one.path));
    let path = listed.map_or("/", |one| one.path);
    format!("curl {} \\\n  -H '{}: API_KEY'", curl::address(base, path), curl::quoted(header))
}

fn find<'t, 'a>(tags: &'t [Tag<'a>], method: &str, end: &str) -> Option<&'t Operation<'a>> {
    let mut all = tags.iter().flat_map(|tag| &tag.operations);
    all.find(|one| one.method == method && one.path.ends_with(end))
}
