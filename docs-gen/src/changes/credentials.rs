//! What an operation asks for before it answers.

use super::finding::{Difference, Verdict};
use crate::document::{Document, deref};
use crate::input::node::Node;
use crate::model::Operation;

/// One way to be let in: schemes as they work, each with the scopes that it must have.
type Way<'a> = Vec<(String, Vec<&'a str>)>;

/// What became of the security requirements.
pub(super) fn compare<'a>(
    (old_document, old): (&Document<'a>, &Operation<'a>),
    (new_document, new): (&Document<'a>, &Operation<'a>),
) -> Option<Difference> {
    let (was, is) = (ways(old_document, old), ways(new_document, new));
    let is_open = |ways: &[Way<'_>]| ways.is_empty() || ways.iter().any(Vec::is_empty);
    match (is_open(&was), is_open(&is)) {
        (true, false) => {
            let verdict = Verdict::always("requests without credentials are refused");
            return Some(Difference::added(format!("needs authentication now: {}", words(new)), verdict));
        }
        (false, true) => {
            return Some(Difference::removed("needs no authentication any more", Verdict::HARMLESS));
        }
        _ => {}
    }
    let suffices = |way: &Way<'_>| is.is_empty() || is.iter().any(|needed| covers(way, needed));
    let is_new = |way: &Way<'_>| !was.iter().any(|known| covers(known, way) && covers(way, known));
    if !was.iter().all(suffices) {
        let verdict = Verdict::always("credentials that were enough are refused");
        return Some(Difference::changed(changed_words(old, new), verdict));
    }
    is.iter().any(is_new).then(|| Difference::changed(changed_words(old, new), Verdict::HARMLESS))
}

fn changed_words(old: &Operation<'_>, new: &Operation<'_>) -> String {
    let (was, is) = (words(old), words(new));
    if was == is {
        format!("authentication by {is} works differently")
    } else {
        format!("authentication is {is}, was {was}")
    }
}

/// Whether credentials have all that is needed.
fn covers(has: &Way<'_>, needed: &Way<'_>) -> bool {
    needed.iter().all(|(scheme, scopes)| {
        has.iter().any(|(known, held)| known == scheme && scopes.iter().all(|scope| held.contains(scope)))
    })
}

fn ways<'a>(document: &Document<'a>, operation: &Operation<'a>) -> Vec<Way<'a>> {
    let way = |requirement: &Node<'a>| {
        let schemes = requirement.entries().iter();
        schemes.map(|(name, scopes)| {
            (identity(document, name), scopes.items().iter().filter_map(|one| one.text()).collect())
        })
    };
    operation.requirements.iter().map(|requirement| way(requirement).collect()).collect()
}

/// How a scheme works, whatever its name.
fn identity(document: &Document<'_>, name: &str) -> String {
    let scheme = document.security_schemes().iter().find(|(known, _)| *known == name);
    let Some((_, scheme)) = scheme else { return format!("? {name}") };
    let scheme = deref(*scheme);
    let text = |key| scheme.text_at(key).unwrap_or("");
    match text("type") {
        "basic" => "http basic".to_owned(),
        "http" => format!("http {}", text("scheme").to_ascii_lowercase()),
        "apiKey" if text("in") == "header" => format!("apiKey header {}", text("name").to_ascii_lowercase()),
        "apiKey" => format!("apiKey {} {}", text("in"), text("name")),
        "openIdConnect" => format!("openIdConnect {}", text("openIdConnectUrl")),
        other => other.to_owned(),
    }
}

fn words(operation: &Operation<'_>) -> String {
    let way = |requirement: &Node<'_>| {
        let scheme = |(name, scopes): &(&str, Node<'_>)| {
            let scopes: Vec<_> = scopes.items().iter().filter_map(|scope| scope.text()).collect();
            if scopes.is_empty() { format!("`{name}`") } else { format!("`{name}` ({})", scopes.join(", ")) }
        };
        let schemes: Vec<_> = requirement.entries().iter().map(scheme).collect();
        if schemes.is_empty() { "nothing".to_owned() } else { schemes.join(" with ") }
    };
    let ways: Vec<_> = operation.requirements.iter().map(way).collect();
    if ways.is_empty() { "nothing".to_owned() } else { ways.join(" or ") }
}
