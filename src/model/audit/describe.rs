//! Entries in the words of people (logs.md A6).

use super::{AuditAction, AuditEntry, AuditedType};

/// The entry as a sentence, with `{user}` and `{target}` for whoever shows it to fill in.
pub fn description(entry: &AuditEntry) -> String {
    let action = entry.action.map_or("unknown", AuditAction::as_str);
    let verb = match entry.status {
        303 => format!("was redirected attempting to {action}"),
        400.. => format!("unsuccessfully attempted to {action}"),
        _ => entry.action.map_or("unknown", AuditAction::friendly).to_owned(),
    };
    let of_passcode = entry.action == Some(AuditAction::RequestPasswordReset);
    let subject = if of_passcode { "" } else { "{user} " };
    format!("{subject}{verb}{}", object(entry, of_passcode))
}

fn object(entry: &AuditEntry, of_passcode: bool) -> String {
    use AuditAction::{Login, Logout, Register};
    match (entry.resource_type, entry.action) {
        (Some(AuditedType::ApiKey), Some(Login | Logout | Register)) => return String::new(),
        (Some(AuditedType::GitSshKey), _) => return " the git ssh key".to_owned(),
        _ => {}
    }
    let what = if of_passcode {
        "for".to_owned()
    } else {
        entry.resource_type.map_or_else(|| "unknown".to_owned(), AuditedType::friendly)
    };
    let to = if entry.resource_type == Some(AuditedType::ConvertLogin) { " to" } else { "" };
    format!(" {what}{to} {{target}}")
}

/// Where people find what the entry is about; empty for what has no place of its own or is gone.
pub fn resource_link(entry: &AuditEntry) -> String {
    if entry.target_gone || entry.resource_type != Some(AuditedType::User) {
        return String::new();
    }
    format!("/users?filter={}", escaped(&entry.target))
}

/// Usernames stay as they are; entries that were fed may name anything.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let written = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::model::ids::{AuditId, RequestId, UserId};

    fn entry(resource_type: AuditedType, action: AuditAction, status: u16) -> AuditEntry {
        AuditEntry {
            id: AuditId(Uuid::nil()),
            time: DateTime::UNIX_EPOCH,
            actor: UserId(Uuid::nil()),
            user: None,
            organization: None,
            place: None,
            ip: None,
            user_agent: None,
            action: Some(action),
            resource_type: Some(resource_type),
            resource_id: Uuid::nil(),
            target: "bea b".to_owned(),
            icon: String::new(),
            target_gone: false,
            diff: "{}".to_owned(),
            status,
            additional: "{}".to_owned(),
            request: RequestId(Uuid::nil()),
        }
    }

    #[test]
    fn sentences_are_those_of_the_contract() {
        use AuditAction::*;
        use AuditedType::{ApiKey, ConvertLogin, CustomRole, GitSshKey, User};
        let table = [
            (ApiKey, Login, 201, "{user} logged in"),
            (ApiKey, Login, 401, "{user} unsuccessfully attempted to login"),
            (ApiKey, Logout, 200, "{user} logged out"),
            (ApiKey, Register, 307, "{user} registered"),
            (ApiKey, Create, 201, "{user} created token {target}"),
            (GitSshKey, Write, 200, "{user} updated the git ssh key"),
            (User, RequestPasswordReset, 204, "password reset requested for {target}"),
            (User, Write, 303, "{user} was redirected attempting to write user {target}"),
            (User, Delete, 400, "{user} unsuccessfully attempted to delete user {target}"),
            (ConvertLogin, Create, 201, "{user} created login type conversion to {target}"),
            (CustomRole, Write, 200, "{user} updated custom role {target}"),
        ];
        for (kind, action, status, text) in table {
            assert_eq!(description(&entry(kind, action, status)), text);
        }
        let unknown = AuditEntry { resource_type: None, ..entry(User, Create, 201) };
        assert_eq!(description(&unknown), "{user} created unknown {target}");
    }

    #[test]
    fn links_lead_to_users_who_are_there() {
        let there = entry(AuditedType::User, AuditAction::Write, 200);
        assert_eq!(resource_link(&there), "/users?filter=bea%20b");
        assert_eq!(resource_link(&AuditEntry { target_gone: true, ..there.clone() }), "");
        assert_eq!(resource_link(&entry(AuditedType::CustomRole, AuditAction::Write, 200)), "");
    }
}
