//! What a key leaves of its owner's rights: scopes and the allow list (rbac.md 3.5, 3.6, 10).

use super::action::Action::{self, *};
use super::allow_list::AllowList;
use super::permission::Permission;
use super::resource::Resource::{self, *};
use super::rights::{Lists, Rights};
use crate::model::key::AllowEntry;

/// The scope of sessions: whatever the owner may do.
pub const ALL: &str = "coder:all";

/// A key's scopes and allow list, ready for decisions.
///
/// A scope has the shape of a role; those that the server knows grant on the site level only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledKey {
    pub(super) rights: Rights,
    pub(super) list: AllowList,
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

/// A permission for everything.
const EVERYTHING: Permission = Permission { resource: None, action: None, negate: false };

impl CompiledKey {
    /// No narrowing at all.
    pub fn everything() -> Self {
        Self::granting(&[EVERYTHING], AllowList::everything())
    }

    /// The union of the scopes, cut to the allow list.
    ///
    /// # Errors
    /// When a name means nothing.
    pub fn compile(scopes: &[String], allow_list: &[AllowEntry]) -> Result<Self, KeyScopeError> {
        let unknown = |name: &String| KeyScopeError(format!("unknown scope {name:?}"));
        let expanded = scopes.iter().map(|name| expand(name).ok_or_else(|| unknown(name)));
        let permissions = expanded.collect::<Result<Vec<_>, _>>()?.concat();
        Ok(Self::granting(&permissions, AllowList::read(allow_list)?))
    }

    /// Whether nobody may do anything through this key that the same person could not do through `wider`. Exact for keys of
    /// known scopes, which grant on the site level only; any other shape is never within another one.
    pub fn is_within(&self, wider: &Self) -> bool {
        let within = |resource: &Resource| {
            let own = self.rights.site.granted(*resource);
            // What the list keeps out altogether is granted in vain.
            if own == 0 || !self.list.names(*resource) {
                return true;
            }
            own & !wider.rights.site.granted(*resource) == 0 && self.list.is_within(&wider.list, *resource)
        };
        self.rights.is_of_the_site() && Resource::ALL.iter().all(within)
    }

    fn granting(site: &[Permission], list: AllowList) -> Self {
        Self { rights: Rights::join([(Lists { site, ..Lists::default() }, None)]), list }
    }
}

/// What a scope name grants; none for a name that means nothing.
pub(super) fn expand(name: &str) -> Option<Vec<Permission>> {
    let composite: &[(Resource, &[Action])] = match name {
        ALL => return Some(vec![EVERYTHING]),
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
