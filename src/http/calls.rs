//! The page "who may call what": operation by role, asked of the function that makes every decision.

use std::fmt::Write;

use serde_json::Value;

use super::permissions::{Call, Door, Need, PERMISSIONS, Place};
use crate::rbac::{EXAMPLE_ORGANIZATION, EXAMPLE_STRANGER, EXAMPLE_USER, Object, Subject, decide, example};

/// Who a column is about: title, site roles, and for members of the organization their roles in it.
type Column = (&'static str, &'static [&'static str], Option<&'static [&'static str]>);

/// The columns of the page.
pub const COLUMNS: [Column; 10] = [
    ("owner", &["owner"], None),
    ("user-admin", &["user-admin"], None),
    ("template-admin", &["template-admin"], None),
    ("auditor", &["auditor"], None),
    ("organization-admin", &[], Some(&["organization-admin"])),
    ("organization-user-admin", &[], Some(&["organization-user-admin"])),
    ("organization-template-admin", &[], Some(&["organization-template-admin"])),
    ("organization-auditor", &[], Some(&["organization-auditor"])),
    ("member", &[], Some(&[])),
    ("outsider", &[], None),
];

const PREAMBLE: &str = "\
# Who may call what

<!-- Made from src/http/permissions.rs and src/rbac by `just gen`; edit these instead. -->

Roles of the deployment and of the organization in the path, each beside what everybody holds. Organization roles are those of
members, in an organization where workspaces may be shared by everyone; an outsider is a user of another organization. A key
may do less than its owner: its scopes and its allow list narrow every cell. Lists are never refused; their cells say which rows
they show.

| in a cell | means |
|---|---|
| yes | on everything, or on everything in the organization |
| own | on one's own account or membership |
| – | refused, and mostly told as if nothing were there |
| anyone | without a session |

";

/// What a column says to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Without a session.
    Anyone,
    /// On everything.
    Yes,
    /// On what is one's own.
    Own,
    /// Refused.
    No,
}

impl Answer {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Yes => "yes",
            Self::Own => "own",
            Self::No => "–",
        }
    }
}

/// What somebody of a column may do by a call, as far as permissions say.
pub fn answer(call: &Call, column: &Column) -> Answer {
    let needs = match call.door {
        Door::Open => return Answer::Anyone,
        Door::Session => return Answer::Yes,
        Door::Directory => return Answer::No,
        Door::Needs(needs) => needs,
    };
    let (_, site, organization) = column;
    let subject = example(site, *organization);
    let all = |own: bool| needs.iter().all(|need| allowed(&subject, need, own));
    match (all(false), all(true)) {
        (true, _) => Answer::Yes,
        (false, true) => Answer::Own,
        (false, false) => Answer::No,
    }
}

fn allowed(subject: &Subject, need: &Need, own: bool) -> bool {
    let user = if own { EXAMPLE_USER.0 } else { EXAMPLE_STRANGER.0 };
    let any = Object::of(need.resource);
    let object = match need.place {
        Place::Deployment => any,
        Place::Organization => any.within(EXAMPLE_ORGANIZATION),
        Place::Member => any.within(EXAMPLE_ORGANIZATION).with_id(user).owned_by(user),
        Place::Key | Place::Skill => any.owned_by(user),
        Place::User => any.with_id(user).owned_by(user),
    };
    decide(subject, need.action, &object).allowed
}

/// The page, for the operations of a document.
pub fn who_may_call_what(document: &Value) -> String {
    let mut out = PREAMBLE.to_owned();
    let titles = COLUMNS.map(|(title, ..)| title).join(" | ");
    let _ = writeln!(out, "| Operation | {titles} | |");
    let _ = writeln!(out, "|---|{}---|", "---|".repeat(COLUMNS.len()));
    for (operation, title) in operations(document) {
        let Some(call) = PERMISSIONS.iter().find(|call| call.operation == operation) else { continue };
        let cells = COLUMNS.map(|column| answer(call, &column).as_str()).join(" | ");
        let note = if call.note.is_empty() { String::new() } else { format!("{} ", call.note) };
        let _ = writeln!(out, "| {title} | {cells} | {note}|");
    }
    out
}

/// Operation ids, with method and path as people read them.
fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let each =
        paths.flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |of| (path, of)));
    let row = |(path, (method, operation)): (&String, (&String, &Value))| {
        let id = operation["operationId"].as_str().unwrap_or_default();
        (id.to_owned(), format!("`{} {path}`", method.to_uppercase()))
    };
    each.map(row).collect()
}
