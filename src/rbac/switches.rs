//! Switches of the deployment that change what the built-in roles grant (rbac.md 8).

use super::resource::Resource;

/// What the operator has switched. By default nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Switches {
    /// Owners may enter other people's workspaces: `ssh` and `application_connect`.
    pub owner_workspace_exec: bool,
    /// Workspaces may be shared, and lists of those they are shared with count.
    pub workspace_sharing: bool,
    /// The same for chats.
    pub chat_sharing: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { owner_workspace_exec: true, workspace_sharing: true, chat_sharing: true }
    }
}

impl Switches {
    /// Every way to switch, the default one first.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        const BOTH: [bool; 2] = [true, false];
        let exec_and_workspaces = BOTH.into_iter().flat_map(|exec| BOTH.map(|workspaces| (exec, workspaces)));
        exec_and_workspaces.flat_map(|(owner_workspace_exec, workspace_sharing)| {
            BOTH.map(|chat_sharing| Self { owner_workspace_exec, workspace_sharing, chat_sharing })
        })
    }

    /// Whether objects of a type are shared with nobody, whatever their lists say.
    pub(super) const fn forbid_sharing(self, resource: Resource) -> bool {
        match resource {
            Resource::Workspace => !self.workspace_sharing,
            Resource::Chat => !self.chat_sharing,
            _ => false,
        }
    }
}
