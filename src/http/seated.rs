//! People as answered, with whether they take a seat of the AI features: asked once for all who are in an answer (ai-seats.md 1).

use std::sync::Arc;

use roster_openapi::schema::audit::{AuditLog, AuditLogResponse};
use roster_openapi::schema::groups::{Group, GroupMembersResponse};
use roster_openapi::schema::members::OrganizationMemberWithUserData;
use roster_openapi::schema::users::User;

use super::{convert, convert_audit, convert_groups};
use crate::domain::ai_seats::holders;
use crate::domain::{Ctx, groups};
use crate::model::audit::AuditEntry;
use crate::model::group::GroupMember;
use crate::model::organization::MemberWithUser;
use crate::model::page::Counted;
use crate::model::user::Person;
use crate::rbac::Allowed;

/// A user.
pub async fn person(ctx: &Ctx, person: &Allowed<Arc<Person>>) -> User {
    convert::person(person, &holders(ctx.backend(), [&person.user]).await)
}

/// A page of users.
pub async fn people(ctx: &Ctx, people: &[Allowed<Arc<Person>>]) -> Vec<User> {
    let seats = holders(ctx.backend(), people.iter().map(|person| &person.user)).await;
    people.iter().map(|person| convert::person(person, &seats)).collect()
}

/// A member.
pub async fn member(ctx: &Ctx, member: Allowed<MemberWithUser>) -> OrganizationMemberWithUserData {
    let seats = holders(ctx.backend(), [&member.user]).await;
    convert::member_with_user(member, &seats)
}

/// A page of members.
pub async fn members(
    ctx: &Ctx,
    members: Vec<Allowed<MemberWithUser>>,
) -> Vec<OrganizationMemberWithUserData> {
    let seats = holders(ctx.backend(), members.iter().map(|member| &member.user)).await;
    members.into_iter().map(|member| convert::member_with_user(member, &seats)).collect()
}

/// A group with those in it.
pub async fn group<V>(ctx: &Ctx, shown: groups::Shown<V>) -> Group {
    let seats = holders(ctx.backend(), shown.members.iter().map(|member| &member.user)).await;
    convert_groups::group(shown, &seats)
}

/// Groups with those in them.
pub async fn groups(ctx: &Ctx, shown: Vec<groups::Shown>) -> Vec<Group> {
    let members = shown.iter().flat_map(|shown| &shown.members).map(|member| &member.user);
    let seats = holders(ctx.backend(), members).await;
    shown.into_iter().map(|shown| convert_groups::group(shown, &seats)).collect()
}

/// A page of those in a group.
pub async fn group_members(
    ctx: &Ctx,
    (members, count): (Vec<Allowed<GroupMember>>, u64),
) -> GroupMembersResponse {
    let seats = holders(ctx.backend(), members.iter().map(|member| &member.user)).await;
    convert_groups::members(members, count, &seats)
}

/// An entry of the audit log.
pub async fn entry<V>(ctx: &Ctx, entry: Allowed<AuditEntry, V>) -> AuditLog {
    let seats = holders(ctx.backend(), entry.user.as_ref()).await;
    convert_audit::entry(entry, &seats)
}

/// A page of the audit log.
pub async fn entries(ctx: &Ctx, found: Counted<Allowed<AuditEntry>>) -> AuditLogResponse {
    let seats = holders(ctx.backend(), found.rows.iter().filter_map(|entry| entry.user.as_ref())).await;
    convert_audit::page(found, &seats)
}
