//! The scopes that may be asked for when a token is made (rbac.md 10.2).

/// The canonical names, sorted.
pub const REQUESTABLE_SCOPES: [&str; 54] = [
    "api_key:*",
    "api_key:create",
    "api_key:delete",
    "api_key:read",
    "api_key:update",
    "coder:all",
    "coder:apikeys.manage_self",
    "coder:application_connect",
    "coder:templates.author",
    "coder:templates.build",
    "coder:workspaces.access",
    "coder:workspaces.create",
    "coder:workspaces.delete",
    "coder:workspaces.operate",
    "file:*",
    "file:create",
    "file:read",
    "organization:*",
    "organization:delete",
    "organization:read",
    "organization:update",
    "task:*",
    "task:create",
    "task:delete",
    "task:read",
    "task:update",
    "template:*",
    "template:create",
    "template:delete",
    "template:read",
    "template:update",
    "template:use",
    "user:read",
    "user:read_personal",
    "user:update_personal",
    "user_secret:*",
    "user_secret:create",
    "user_secret:delete",
    "user_secret:read",
    "user_secret:update",
    "user_skill:*",
    "user_skill:create",
    "user_skill:delete",
    "user_skill:read",
    "user_skill:update",
    "workspace:*",
    "workspace:application_connect",
    "workspace:create",
    "workspace:delete",
    "workspace:read",
    "workspace:ssh",
    "workspace:start",
    "workspace:stop",
    "workspace:update",
];

#[cfg(test)]
mod tests {
    use super::super::key_scope::expand;
    use super::*;

    #[test]
    fn the_names_are_sorted_and_each_means_something() {
        assert!(REQUESTABLE_SCOPES.is_sorted());
        assert!(REQUESTABLE_SCOPES.iter().all(|name| expand(name).is_some()));
    }

    #[test]
    fn what_is_left_out_is_left_out() {
        for name in ["all", "application_connect", "user:*", "user.*", "debug_info:read", "no_user_data"] {
            assert!(!REQUESTABLE_SCOPES.contains(&name), "{name}");
        }
    }
}
