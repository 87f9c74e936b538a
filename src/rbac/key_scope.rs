//! What a key leaves of its owner's rights: scopes and the allow list (rbac.md 3.5, 3.6, 10).

use uuid::Uuid;

use super::action::Action::{self, *};
use super::object::Object;
use super::permission::{Permission, PermissionSet};
use super::resource::Resource::{self, *};
use crate::model::key::AllowEntry;

/// The scope of sessions: whatever the owner may do.
pub const ALL: &str = "coder:all";

/// A key's scopes and allow list, ready for decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledKey {
    permissions: PermissionSet,
    entries: Vec<(Option<Resource>, Option<Uuid>)>,
}

/// A stored scope or allow-list entry that means nothing; the key is then worthless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyScopeError(pub String);

impl std::fmt::Display for KeyScopeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyScopeError {}

impl CompiledKey {
    /// No narrowing at all.
    pub fn everything() -> Self {
        let mut permissions = PermissionSet::default();
        permissions.add(&[Permission { resource: None, action: None, negate: false }]);
        Self { permissions, entries: vec![(None, None)] }
    }

    /// The union of the scopes, cut to the allow list.
    ///
    /// # Errors
    /// When a name means nothing.
    pub fn compile(scopes: &[String], allow_list: &[AllowEntry]) -> Result<Self, KeyScopeError> {
        let mut permissions = PermissionSet::default();
        for name in scopes {
            let expanded = expand(name).ok_or_else(|| KeyScopeError(format!("unknown scope {name:?}")))?;
            permissions.add(&expanded);
        }
        let entries = allow_list.iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { permissions, entries })
    }

    pub(super) fn vote(&self, resource: Resource, action: Action) -> i8 {
        self.permissions.vote(resource, action)
    }

    /// Whether the allow list lets the object pass.
    pub(super) fn lists(&self, object: &Object) -> bool {
        self.entries.iter().any(|(resource, id)| {
            resource.is_none_or(|r| r == object.resource) && (id.is_none() || *id == object.id)
        })
    }

    /// The ids of a type that the allow list lets pass; none is any.
    pub(super) fn ids_of(&self, resource: Resource) -> Option<Vec<Uuid>> {
        let fitting = self.entries.iter().filter(|(r, _)| r.is_none_or(|r| r == resource));
        fitting.map(|(_, id)| *id).collect()
    }
}

fn entry(entry: &AllowEntry) -> Result<(Option<Resource>, Option<Uuid>), KeyScopeError> {
    let wrong = || KeyScopeError(format!("unknown allow list entry {}:{}", entry.kind, entry.id));
    let resource = match entry.kind.as_str() {
        "*" => None,
        kind => Some(Resource::parse(kind).ok_or_else(wrong)?),
    };
    let id = match entry.id.as_str() {
        "*" => None,
        id => Some(Uuid::try_parse(id).map_err(|_| wrong())?),
    };
    Ok((resource, id))
}

/// What a scope name grants; none for a name that means nothing.
fn expand(name: &str) -> Option<Vec<Permission>> {
    let composite: &[(Resource, &[Action])] = match name {
        ALL => return Some(vec![Permission { resource: None, action: None, negate: false }]),
        "coder:application_connect" => &[(Workspace, &[ApplicationConnect])],
        "coder:workspaces.create" => &[
            (Template, &[Read, Use]),
            (Workspace, &[Create, Read, Update, Start, Stop]),
            (OrganizationMember, &[Read]),
        ],
        "coder:workspaces.operate" => {
            &[(Template, &[Read]), (Workspace, &[Read, Update, Start, Stop]), (OrganizationMember, &[Read])]
        }
        "coder:workspaces.delete" => {
            &[(Template, &[Read, Use]), (Workspace, &[Read, Action::Delete]), (OrganizationMember, &[Read])]
        }
        "coder:workspaces.access" => &[
            (Template, &[Read]),
            (Workspace, &[Read, Ssh, ApplicationConnect]),
            (OrganizationMember, &[Read]),
        ],
        "coder:templates.build" => {
            &[(Template, &[Read]), (File, &[Create, Read]), (ProvisionerJobs, &[Read])]
        }
        "coder:templates.author" => {
            &[(Template, &[Create, Read, Update, Action::Delete, ViewInsights]), (File, &[Create, Read])]
        }
        "coder:apikeys.manage_self" => &[(ApiKey, &[Create, Read, Update, Action::Delete])],
        _ => return low_level(name).map(|permission| vec![permission]),
    };
    let each = composite.iter().flat_map(|(r, actions)| actions.iter().map(|a| Permission::grant(*r, *a)));
    Some(each.collect())
}

/// `<type>:<verb>` or `<type>:*`, where the verb belongs to the type.
fn low_level(name: &str) -> Option<Permission> {
    let (resource, action) = name.split_once(':')?;
    let resource = Resource::parse(resource)?;
    if action == "*" {
        return Some(Permission::all_of(resource));
    }
    let action = Action::parse(action).filter(|action| resource.actions().contains(action))?;
    Some(Permission::grant(resource, action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_name_expands_and_no_other() {
        let pairs = Resource::ALL.iter().flat_map(|r| r.actions().iter().map(|a| (r.as_str(), a.as_str())));
        let all = pairs.chain(Resource::ALL.iter().map(|r| (r.as_str(), "*")));
        assert_eq!(all.filter(|(r, a)| expand(&format!("{r}:{a}")).is_some()).count(), 166 + 47);
        for bad in ["workspace:", ":read", "unknown:read", "workspace:bogus", "a:b:c", "", "all", "user.*"] {
            assert!(expand(bad).is_none(), "{bad}");
        }
    }
}
