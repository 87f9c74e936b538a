//! From the model to the wire and back: groups, and who is in them.

use roster_openapi::schema::groups::{
    CreateGroupRequest, Group, GroupMembersResponse, GroupSource as WireSource, PatchGroupRequest,
    ReducedUser,
};

use super::convert;
use crate::domain::ai_seats::Holders;
use crate::domain::groups::{Change, Request, Shown};
use crate::model::group::{Group as ModelGroup, GroupMember, GroupSource, ListedGroup};
use crate::model::organization::Organization;
use crate::model::user::User;
use crate::rbac::{Allowed, NewGroup, act};

/// A group as answered to those who read or changed it.
pub fn group<V>(Shown { group, members }: Shown<V>, seats: &Holders) -> Group {
    let members = members.into_iter().map(|member| reduced(member, seats)).collect();
    wire_group(group.into_inner(), members)
}

/// A group as answered to whoever made it.
pub fn new_group(new: Allowed<NewGroup, act::Create>, organization: Allowed<Organization>) -> Group {
    let (NewGroup(group), organization) = (new.into_inner(), organization.into_inner());
    let organization_name = organization.name;
    let organization_display_name = organization.display_name;
    wire_group(
        ListedGroup { group, organization_name, organization_display_name, member_count: 0 },
        Vec::new(),
    )
}

fn wire_group(listed: ListedGroup, members: Vec<ReducedUser>) -> Group {
    let ListedGroup { group, organization_name, organization_display_name, member_count } = listed;
    let ModelGroup { id, organization, name, display_name, avatar_url, quota_allowance, source } = group;
    Group {
        avatar_url,
        display_name,
        id: id.0,
        members,
        name,
        organization_display_name,
        organization_id: organization.0,
        organization_name,
        quota_allowance,
        source: match source {
            GroupSource::User => WireSource::User,
            GroupSource::Oidc => WireSource::Oidc,
        },
        total_member_count: whole(member_count),
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A page of those in a group.
pub fn members(members: Vec<Allowed<GroupMember>>, count: u64, seats: &Holders) -> GroupMembersResponse {
    let users = members.into_iter().map(|member| reduced(member, seats)).collect();
    GroupMembersResponse { count: whole(count), users }
}

fn reduced(member: Allowed<GroupMember>, seats: &Holders) -> ReducedUser {
    let GroupMember { group: _, organization: _, user } = member.into_inner();
    let User {
        id,
        username,
        name,
        email,
        avatar_url,
        created_at,
        updated_at,
        last_seen_at,
        status,
        login_type,
        roles: _,
        is_service_account,
        is_system: _,
        deleted: _,
    } = user;
    ReducedUser {
        avatar_url,
        created_at,
        email,
        has_ai_seat: seats.has(id),
        id: id.0,
        is_service_account,
        last_seen_at,
        login_type: convert::login_type(login_type),
        name,
        status: convert::status(status),
        theme_preference: String::new(),
        updated_at,
        username,
    }
}

/// A group as asked for.
pub fn request(body: CreateGroupRequest) -> Request {
    let CreateGroupRequest { avatar_url, display_name, name, quota_allowance } = body;
    Request { name, display_name, avatar_url, quota_allowance: quota_allowance.unwrap_or_default() }
}

/// A change as asked for. Names cannot be cleared: an empty one is the same as none.
pub fn change(body: PatchGroupRequest) -> Change {
    let PatchGroupRequest { add_users, avatar_url, display_name, name, quota_allowance, remove_users } = body;
    let name = Some(name).filter(|name| !name.is_empty());
    Change { name, display_name, avatar_url, quota_allowance, add_users, remove_users }
}
