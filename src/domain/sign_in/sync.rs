//! Roles and organizations that a provider decides, where the operator wants that.
//!
//! What the provider says holds from login to login: what it does not say is taken away. The last owner stays one, whatever
//! the provider says, as nobody could mend that.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::profile::Profile;
use crate::domain::audit;
use crate::domain::ctx::Visitor;
use crate::domain::error::Error;
use crate::domain::provider::{Claims, OrganizationSync, RoleSync};
use crate::model::ids::OrgId;
use crate::model::organization::Member;
use crate::model::user::{Person, User};
use crate::rbac::{Allowed, NewMember, OWNER, SiteRoles, Subject, act, is_site_role};
use crate::store::audit::Membership;
use crate::store::{AuditEvent, Diff, Tx, members, organizations, users};

/// The site roles that the claims mean; none where roles are granted by hand.
pub(super) fn roles(sync: &RoleSync, claims: &Claims) -> Option<Vec<String>> {
    if sync.field.is_empty() {
        return None;
    }
    let mut roles: BTreeSet<String> = sync.default.iter().cloned().collect();
    for name in names(claims.get(&sync.field)) {
        match sync.mapping.get(&name) {
            Some(meant) => roles.extend(meant.iter().cloned()),
            None => roles.extend([name]),
        }
    }
    // Implied, and not stored (users.md 1.3).
    roles.retain(|role| is_site_role(role) && role != "member");
    Some(roles.into_iter().collect())
}

/// The organizations that the claims mean, the nil id for the default one; none where members are added by hand.
pub(super) fn organizations(sync: &OrganizationSync, claims: &Claims) -> Option<Vec<OrgId>> {
    if sync.field.is_empty() {
        return None;
    }
    let named = names(claims.get(&sync.field));
    let mapped = named.iter().filter_map(|name| sync.mapping.get(name)).flatten().copied();
    let default = sync.assign_default.then_some(OrgId(uuid::Uuid::nil()));
    Some(mapped.chain(default).collect::<BTreeSet<_>>().into_iter().collect())
}

/// The names in a claim: a list of texts, or one text with commas.
fn names(claim: Option<&Value>) -> Vec<String> {
    let trimmed = |name: &str| Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    match claim {
        Some(Value::String(text)) => text.split(',').filter_map(trimmed).collect(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).filter_map(trimmed).collect(),
        _ => Vec::new(),
    }
}

/// Gives somebody who was there before what the provider says now. The entries are for the audit log.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn apply(
    tx: &mut Tx,
    subject: &Subject,
    visitor: &Visitor,
    user: &User,
    profile: &Profile,
    status: u16,
) -> Result<Vec<AuditEvent>, Error> {
    let Some(found) = tx.person(user.id).await? else { return Ok(Vec::new()) };
    let person = found.person;
    let mut events = Vec::new();
    if let Some(wanted) = &profile.roles
        && let Some(changed) = set_roles(tx, subject, &person, wanted).await?
    {
        let told = audit::changed_user(&(&person.user).into(), &(&changed).into());
        events.push(visitor.event(user.id, audit::Action::Write, told, status));
    }
    if let Some(wanted) = &profile.organizations {
        let now: BTreeSet<OrgId> = person.organizations().collect();
        let wanted = living(tx, wanted).await?;
        let joined = join(tx, subject, visitor, user, wanted.difference(&now)).await?;
        let left = leave(tx, subject, user, now.difference(&wanted)).await?;
        let told = |member: Member| Membership { member, username: user.username.clone() };
        for joined in joined.into_iter().map(told) {
            let target = audit::member(joined.member.organization, user).with(Diff::created(&joined));
            events.push(visitor.event(user.id, audit::Action::Create, target, status));
        }
        for left in left.into_iter().map(told) {
            let target = audit::member(left.member.organization, user).with(Diff::deleted(&left));
            events.push(visitor.event(user.id, audit::Action::Delete, target, status));
        }
    }
    Ok(events)
}

async fn set_roles(
    tx: &mut Tx,
    subject: &Subject,
    person: &Arc<Person>,
    wanted: &[String],
) -> Result<Option<User>, Error> {
    let mut wanted = wanted.to_vec();
    let loses_owner =
        person.user.roles.iter().any(|role| role == OWNER) && !wanted.iter().any(|role| role == OWNER);
    if loses_owner && users::count_other_holders(tx, OWNER, person.user.id).await? == 0 {
        tracing::warn!(user = %person.user.id, "the provider would take the last owner's role, which stays");
        wanted.push(OWNER.to_owned());
        wanted.sort_unstable();
    }
    if wanted == person.user.roles {
        return Ok(None);
    }
    let user = User { roles: wanted, ..person.user.clone() };
    let changed = Arc::new(Person { user: user.clone(), memberships: person.memberships.clone() });
    users::set_roles(tx, &subject.may(SiteRoles(changed))?).await?;
    Ok(Some(user))
}

/// Those of the organizations that are there.
async fn living(tx: &Tx, wanted: &[OrgId]) -> Result<BTreeSet<OrgId>, Error> {
    if wanted.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = organizations::find_all(tx, wanted).await?;
    Ok(found.into_iter().map(|organization| organization.id).collect())
}

async fn join(
    tx: &mut Tx,
    subject: &Subject,
    visitor: &Visitor,
    user: &User,
    organizations: impl Iterator<Item = &OrgId>,
) -> Result<Vec<Member>, Error> {
    let mut joined = Vec::new();
    for id in organizations {
        let member = Member::joining(*id, user.id, visitor.backend.now());
        members::insert(tx, &subject.may(NewMember(member.clone()))?).await?;
        joined.push(member);
    }
    Ok(joined)
}

async fn leave(
    tx: &mut Tx,
    subject: &Subject,
    user: &User,
    organizations: impl Iterator<Item = &OrgId>,
) -> Result<Vec<Member>, Error> {
    let mut left = Vec::new();
    for id in organizations {
        let Some(member) = members::find(tx, *id, user.id).await? else { continue };
        let leaving: Allowed<_, act::Delete> = subject.may(member)?;
        members::remove(tx, &leaving).await?;
        left.push(leaving.into_inner().member);
    }
    Ok(left)
}

/// Puts somebody new into the organizations that the provider says or, where it does not decide, into the default one.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn join_first(
    tx: &mut Tx,
    subject: &Subject,
    visitor: &Visitor,
    user: &User,
    profile: &Profile,
) -> Result<(), Error> {
    let default = [OrgId(uuid::Uuid::nil())];
    let wanted = living(tx, profile.organizations.as_deref().unwrap_or(&default)).await?;
    join(tx, subject, visitor, user, wanted.iter()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(groups: Value) -> Claims {
        let Value::Object(claims) = json!({ "groups": groups }) else { panic!("no object") };
        claims
    }

    #[test]
    fn roles_come_from_names_mapped_names_and_the_default() {
        let mapping = [("admins".to_owned(), vec!["owner".to_owned(), "auditor".to_owned()])];
        let sync = RoleSync {
            field: "groups".to_owned(),
            mapping: mapping.into(),
            default: vec!["template-admin".to_owned()],
        };
        let of = |groups| roles(&sync, &claims(groups)).unwrap();
        assert_eq!(of(json!(["admins", "user-admin"])), ["auditor", "owner", "template-admin", "user-admin"]);
        assert_eq!(of(json!("user-admin, member,nothing")), ["template-admin", "user-admin"]);
        assert_eq!(of(json!([1, null, {"a": "owner"}])), ["template-admin"]);
        assert_eq!(roles(&sync, &Claims::new()).unwrap(), ["template-admin"]);
        assert_eq!(roles(&RoleSync::default(), &claims(json!(["owner"]))), None);
    }

    #[test]
    fn organizations_come_from_mapped_names_only() {
        let (a, nil) = (OrgId(uuid::Uuid::from_u128(1)), OrgId(uuid::Uuid::nil()));
        let sync = OrganizationSync {
            field: "groups".to_owned(),
            mapping: [("a".to_owned(), vec![a])].into(),
            assign_default: true,
        };
        let of = |groups| organizations(&sync, &claims(groups)).unwrap();
        assert_eq!(of(json!(["a", "b", "a"])), [nil, a]);
        let without = OrganizationSync { assign_default: false, ..sync.clone() };
        assert_eq!(organizations(&without, &claims(json!([]))).unwrap(), []);
        assert_eq!(organizations(&OrganizationSync::default(), &claims(json!(["a"]))), None);
    }
}
