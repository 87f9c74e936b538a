//! What is left of a list of changes when only `active` counts (RFC 7644, 3.5.2).
//!
//! Directories write the same in many ways: Okta with an object as value and no path, Entra with a path, `Replace`, and `"False"`
//! as text.

use serde_json::Value;

use super::filter::attribute;
use super::status::needs_active;
use super::{Reason, Refusal};
use crate::domain::error::Error;

/// One change.
#[derive(Debug, Clone, Default)]
pub struct Operation {
    /// `add`, `replace` or `remove`, whatever the case.
    pub op: String,
    /// The attribute; empty for those that the value names.
    pub path: String,
    /// What it becomes.
    pub value: Value,
}

/// Whether the user takes part after all changes; none when none of them is about that. Without a list of changes `plain`, which
/// stands beside it, says so.
///
/// # Errors
/// 400 for a change that makes no sense, for one that leaves open whether the user takes part, and when there is nothing at all.
pub fn wanted(operations: &[Operation], plain: Option<bool>) -> Result<Option<bool>, Refusal> {
    if operations.is_empty() {
        return plain.ok_or_else(needs_active).map(Some);
    }
    let mut active = None;
    for operation in operations {
        active = said(operation)?.or(active);
    }
    Ok(active)
}

fn said(operation: &Operation) -> Result<Option<bool>, Refusal> {
    let Operation { op, path, value } = operation;
    let about = attribute(path.trim());
    match (op.to_ascii_lowercase().as_str(), about.as_str()) {
        ("add" | "replace", "") => in_object(value),
        ("add" | "replace", "active") => truth(value).map(Some),
        ("remove", "") => Err(refused(Reason::NoTarget, "A removal needs a path.")),
        ("remove", "active") => Err(Refusal::mutability("The attribute active cannot be removed.")),
        ("add" | "replace" | "remove", _) => Ok(None),
        _ => Err(refused(Reason::Syntax, "The op of a change must be add, replace or remove.")),
    }
}

/// What an object of attributes says.
fn in_object(value: &Value) -> Result<Option<bool>, Refusal> {
    let Value::Object(members) = value else {
        return Err(Refusal::value(Error::invalid("A change without a path needs an object as value.")));
    };
    let named = members.iter().rfind(|(name, _)| attribute(name) == "active");
    named.map(|(_, value)| truth(value)).transpose()
}

fn truth(value: &Value) -> Result<bool, Refusal> {
    match value {
        Value::Bool(active) => Ok(*active),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(Refusal::value(Error::invalid("The attribute active must be true or false."))),
    }
}

fn refused(reason: Reason, text: &'static str) -> Refusal {
    Refusal { error: Error::invalid(text), reason: Some(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(op: &str, path: &str, value: Value) -> Operation {
        Operation { op: op.to_owned(), path: path.to_owned(), value }
    }

    fn of(operations: &[Operation]) -> Result<Option<bool>, Reason> {
        wanted(operations, None).map_err(|refusal| refusal.reason.unwrap())
    }

    #[test]
    fn every_spelling_says_whether_somebody_takes_part() {
        let full = "urn:ietf:params:scim:schemas:core:2.0:User:active";
        for (change, active) in [
            (change("replace", "active", json!(false)), Some(false)),
            (change("Replace", "active", json!("False")), Some(false)),
            (change("ADD", "Active", json!("true")), Some(true)),
            (change("replace", full, json!(true)), Some(true)),
            (change("replace", "", json!({ "active": false })), Some(false)),
            (change("add", "", json!({ "Active": "True", "displayName": "Bea" })), Some(true)),
            (change("replace", "", json!({ full: true })), Some(true)),
            (change("replace", "", json!({ "displayName": "Bea" })), None),
            (change("replace", "displayName", json!("Bea")), None),
            (change("remove", "title", Value::Null), None),
            (change("add", "emails[type eq \"work\"].value", json!("a@b.co")), None),
        ] {
            assert_eq!(of(std::slice::from_ref(&change)), Ok(active), "{change:?}");
        }
    }

    #[test]
    fn the_last_change_counts() {
        let (off, on) = (change("replace", "active", json!(false)), change("add", "active", json!(true)));
        let other = change("replace", "title", json!("x"));
        assert_eq!(of(&[off.clone(), on.clone(), other.clone()]), Ok(Some(true)));
        assert_eq!(of(&[on, other, off]), Ok(Some(false)));
    }

    #[test]
    fn changes_that_make_no_sense_are_refused() {
        for (change, reason) in [
            (change("", "active", json!(true)), Reason::Syntax),
            (change("set", "title", json!(true)), Reason::Syntax),
            (change("remove", "", Value::Null), Reason::NoTarget),
            (change("remove", "active", Value::Null), Reason::Mutability),
            (change("replace", "active", json!("yes")), Reason::Value),
            (change("replace", "active", json!(1)), Reason::Value),
            (change("replace", "active", Value::Null), Reason::Value),
            (change("replace", "", json!({ "active": {} })), Reason::Value),
            (change("replace", "", json!(true)), Reason::Value),
            (change("add", "", Value::Null), Reason::Value),
        ] {
            assert_eq!(of(std::slice::from_ref(&change)), Err(reason), "{change:?}");
        }
    }

    #[test]
    fn without_changes_the_plain_body_counts() {
        assert_eq!(wanted(&[], Some(false)).unwrap(), Some(false));
        assert_eq!(of(&[]), Err(Reason::Value));
        let other = change("replace", "title", json!("x"));
        assert_eq!(wanted(&[other], Some(false)).unwrap(), None);
    }
}
