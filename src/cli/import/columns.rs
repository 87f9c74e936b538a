//! The columns of a file of users, which are the members of its JSON objects too.

use crate::domain::import::{Place, Row};
use crate::model::ids::Secret;

/// All columns, in the order in which they are written.
pub const COLUMNS: [&str; 10] = [
    "username",
    "email",
    "name",
    "login_type",
    "status",
    "service_account",
    "created_at",
    "roles",
    "organizations",
    PASSWORD_HASH,
];
/// The one that is written only when asked for.
pub const PASSWORD_HASH: &str = "password_hash";
/// Stands for no membership at all, where nothing stands for the default one.
pub const NOWHERE: &str = "-";

/// Why there is no column for passwords.
pub const NO_PASSWORDS: &str = "passwords are not imported, which would take hours to hash; give password_hash, or let users set one later";

/// The column of a name.
///
/// # Errors
/// Why there is none.
pub fn column(name: &str) -> Result<&'static str, String> {
    let known = COLUMNS.into_iter().find(|known| *known == name);
    known.ok_or_else(|| match name {
        "password" => NO_PASSWORDS.to_owned(),
        _ => format!("there is no such column; use {}", COLUMNS.join(", ")),
    })
}

/// Sets a value from the text of a CSV file.
///
/// # Errors
/// Why the text has no value.
pub fn set(row: &mut Row, column: &str, text: &str) -> Result<(), String> {
    match column {
        "service_account" => row.service_account = boolean(text)?,
        "roles" => row.roles = list(text, ';'),
        "organizations" => row.organizations = places(text),
        PASSWORD_HASH => row.password_hash = (!text.is_empty()).then(|| Secret::new(text)),
        _ => set_text(row, column, text.to_owned()),
    }
    Ok(())
}

/// Sets a value that is a plain text in both formats.
pub fn set_text(row: &mut Row, column: &str, text: String) {
    match column {
        "username" => row.username = text,
        "email" => row.email = text,
        "name" => row.name = text,
        "login_type" => row.login_type = text,
        "status" => row.status = text,
        "created_at" => row.created_at = text,
        _ => {}
    }
}

/// The text of a value for a CSV file, the other way round than [`set`].
pub fn text(row: &Row, column: &str) -> String {
    match column {
        "username" => row.username.clone(),
        "email" => row.email.clone(),
        "name" => row.name.clone(),
        "login_type" => row.login_type.clone(),
        "status" => row.status.clone(),
        "service_account" => row.service_account.to_string(),
        "created_at" => row.created_at.clone(),
        "roles" => row.roles.join(";"),
        "organizations" => row.organizations.as_deref().map(places_text).unwrap_or_default(),
        _ => row.password_hash.as_ref().map_or("", Secret::expose).to_owned(),
    }
}

fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

fn list(text: &str, separator: char) -> Vec<String> {
    text.split(separator).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// `acme:organization-admin+my-role;other`
fn places(text: &str) -> Option<Vec<Place>> {
    let place = |text: String| {
        let (organization, roles) = text.split_once(':').unwrap_or((&text, ""));
        Place { organization: organization.trim().to_owned(), roles: list(roles, '+') }
    };
    match text.trim() {
        "" => None,
        NOWHERE => Some(Vec::new()),
        text => Some(list(text, ';').into_iter().map(place).collect()),
    }
}

fn places_text(places: &[Place]) -> String {
    if places.is_empty() {
        return NOWHERE.to_owned();
    }
    let text = |place: &Place| match &place.roles[..] {
        [] => place.organization.clone(),
        roles => format!("{}:{}", place.organization, roles.join("+")),
    };
    places.iter().map(text).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let place = |organization: &str, roles: &[&str]| Place {
            organization: organization.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        let two = vec![place("acme", &["organization-admin", "mine"]), place("other", &[])];
        for organizations in [None, Some(Vec::new()), Some(two)] {
            let row = Row {
                username: "ada".to_owned(),
                roles: vec!["auditor".to_owned(), "owner".to_owned()],
                service_account: true,
                organizations,
                password_hash: Some(Secret::new("$x")),
                ..Row::default()
            };
            let mut read = Row::default();
            for column in COLUMNS {
                set(&mut read, column, &text(&row, column)).unwrap();
            }
            assert_eq!(read, row);
        }
    }

    #[test]
    fn blanks_around_the_parts_of_lists_do_not_count() {
        let mut row = Row::default();
        set(&mut row, "organizations", " acme : mine + other ;; two; ").unwrap();
        assert_eq!(text(&row, "organizations"), "acme:mine+other;two");
    }
}
