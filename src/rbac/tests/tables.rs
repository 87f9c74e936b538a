//! The tables of the built-in roles (rbac.md 6 and 7) with their lines, list by list and as the page writes them. What they come to
//! is in `builtin.rs`.

use std::collections::BTreeSet;

use crate::model::organization::Sharing;
use crate::rbac::builtin::{Builtin, implied_role, organization_role, site_role};
use crate::rbac::{Permission, Resource, Switches};

/// All of `workspace_dormant` but to start, to enter and to share.
const DORMANT: &str =
    "workspace_dormant: read delete create update stop create_agent delete_agent update_agent";

/// `type: verb verb; type: verb`, where `!` before a type denies and `*` is every verb.
fn lines(text: &str) -> BTreeSet<String> {
    let entries = text.split([';', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
    let each = entries.flat_map(|entry| {
        let (kind, verbs) = entry.split_once(':').unwrap_or_else(|| panic!("{entry:?} is no entry"));
        verbs.split_whitespace().map(move |verb| format!("{}:{verb}", kind.trim()))
    });
    each.collect()
}

/// Every verb on each type but some.
fn all_but(left_out: &str) -> String {
    let left_out: Vec<Resource> =
        left_out.split_whitespace().map(|kind| Resource::parse(kind).unwrap()).collect();
    let kept = Resource::ALL.iter().filter(|kind| !left_out.contains(kind));
    kept.map(|kind| format!("{}: *; ", kind.as_str())).collect()
}

fn written(list: &[Permission]) -> BTreeSet<String> {
    let line = |line: &Permission| {
        let sign = if line.negate { "!" } else { "" };
        let kind = line.resource.map_or("*", Resource::as_str);
        format!("{sign}{kind}:{}", line.action.map_or("*", crate::rbac::Action::as_str))
    };
    list.iter().map(line).collect()
}

/// The four lists of a role, as they should be: site, user, organization, member.
fn is(role: &Builtin, lists: [&str; 4]) {
    let own = [&role.site, &role.user, &role.organization, &role.member];
    for ((own, expected), level) in own.into_iter().zip(lists).zip(["site", "user", "organization", "member"])
    {
        assert_eq!(written(own), lines(expected), "{} on the level {level}", role.name);
    }
}

const OWNERS_WORKSPACE: &str =
    "workspace: create create_agent delete delete_agent read share start stop update update_agent";

#[test]
fn site_roles_are_as_written() {
    let owner = [
        &*all_but(
            "ai_seat boundary_usage usage_event user_secret workspace workspace_dormant user_skill prebuilt_workspace",
        ),
        DORMANT,
        OWNERS_WORKSPACE,
        "user_skill: read delete",
        "prebuilt_workspace: update delete",
    ]
    .join("\n");
    let own = all_but(
        "ai_seat boundary_usage chat organization_member prebuilt_workspace workspace workspace_dormant user \
         aibridge_interception",
    ) + "provisioner_daemon: read create update; user: read read_personal update_personal; \
         aibridge_interception: create update";
    for switches in Switches::all() {
        let role = |name| site_role(name, switches).unwrap();
        let exec = if switches.owner_workspace_exec { "workspace: ssh application_connect" } else { "" };
        is(role("owner"), [&format!("{owner}\n{exec}"), "", "", ""]);
        let workspaces = if switches.workspace_sharing { "" } else { "!workspace: share" };
        let chats = if switches.chat_sharing { "" } else { "!chat: share" };
        let site =
            format!("assign_role: read; oauth2_app: read; workspace_proxy: read; {workspaces}; {chats}");
        is(role("member"), [&site, &own, "", ""]);
        is(
            role("auditor"),
            [
                "assign_org_role: read; audit_log: read; connection_log: read; template: read view_insights; user: read
                 group: read; group_member: read; organization: read; organization_member: read
                 deployment_stats: read; deployment_config: read; aibridge_interception: read",
                "",
                "",
                "",
            ],
        );
        is(
            role("template-admin"),
            [
                "assign_org_role: read; template: create delete read update use view_insights; file: create read
                 workspace: read; workspace_dormant: read; prebuilt_workspace: update delete
                 provisioner_daemon: create read update delete; user: read; group: read; group_member: read
                 organization: read; organization_member: read",
                "",
                "",
                "",
            ],
        );
        is(
            role("user-admin"),
            [
                "assign_role: assign unassign read; assign_org_role: assign unassign read
                 user: create delete read read_personal update update_personal; group: create read update delete
                 group_member: read; organization: read; organization_member: create read update delete
                 idpsync_settings: read update",
                "",
                "",
                "",
            ],
        );
    }
}

#[test]
fn organization_roles_are_as_written() {
    let role = |name| organization_role(name).unwrap();
    let admin = [
        &*all_but(
            "ai_seat assign_role boundary_usage user_secret workspace workspace_dormant prebuilt_workspace",
        ),
        DORMANT,
        OWNERS_WORKSPACE,
        "prebuilt_workspace: update delete",
    ]
    .join("\n");
    is(role("organization-admin"), ["user: read", "", &admin, ""]);
    is(
        role("organization-auditor"),
        [
            "",
            "",
            "audit_log: read; connection_log: read; template: read view_insights; group: read; group_member: read
             organization: read; organization_member: read",
            "",
        ],
    );
    is(
        role("organization-user-admin"),
        [
            "user: read",
            "",
            "assign_org_role: assign unassign read; organization: read
             organization_member: create read update delete; group: create read update delete; group_member: read
             idpsync_settings: read update",
            "",
        ],
    );
    is(
        role("organization-template-admin"),
        [
            "",
            "",
            "template: create delete read update use view_insights; file: create read; workspace: read
             workspace_dormant: read; prebuilt_workspace: update delete; organization: read; organization_member: read
             group: read; group_member: read; provisioner_daemon: create read update delete
             provisioner_jobs: create read update",
            "",
        ],
    );
    let ban = "!workspace: create delete create_agent delete_agent";
    is(role("organization-workspace-creation-ban"), ["", "", ban, ""]);
    is(role("agents-access"), ["", "", "", "chat: create read share update"]);
}

#[test]
fn implied_roles_follow_the_sharing_mode() {
    let always = "provisioner_daemon: read; organization: read; assign_org_role: read; ";
    let own =
        all_but("chat prebuilt_workspace user workspace_dormant organization_member aibridge_interception")
            + DORMANT
            + "; organization_member: read; aibridge_interception: create update; ";
    let table = [
        (Sharing::Everyone, false, "organization_member: read; group: read", ""),
        (Sharing::Everyone, true, "organization_member: read; group: read", ""),
        (Sharing::ServiceAccounts, false, "organization_member: read", "!workspace: share"),
        (Sharing::ServiceAccounts, true, "organization_member: read; group: read", ""),
        (Sharing::None, false, "!workspace: share", "!workspace: share"),
        (Sharing::None, true, "!workspace: share", ""),
    ];
    for (mode, service_account, organization, member) in table {
        let role = implied_role(service_account, mode);
        let name = if service_account { "organization-service-account" } else { "organization-member" };
        assert_eq!(role.name, name);
        is(role, ["", "", &format!("{always}{organization}"), &format!("{own}{member}")]);
    }
}
