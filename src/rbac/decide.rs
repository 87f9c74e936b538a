//! The decision (rbac.md 3).

use super::action::Action;
use super::object::Object;
use super::subject::{Levels, Subject};

/// What was decided, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether the subject may.
    pub allowed: bool,
    /// What settled it.
    pub reason: Reason,
}

/// What settles a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The site level of the roles.
    Site,
    /// What the subject owns outside of organizations.
    User,
    /// The organization level of the roles.
    Organization,
    /// What the subject owns in an organization.
    OrganizationMember,
    /// No role says anything.
    NoPermission,
    /// The roles allow it, the key's scope does not.
    KeyScope,
    /// The roles and the scope allow it, the key's allow list does not.
    AllowList,
    /// The question contradicts itself: any organization, and a certain one.
    Contradiction,
}

/// Decides whether `subject` may do `action` to `object`. Pure, and without allocation.
pub fn decide(subject: &Subject, action: Action, object: &Object) -> Decision {
    let any_and_one = object.any_organization && object.organization.is_some_and(|id| !id.0.is_nil());
    if any_and_one {
        return Decision { allowed: false, reason: Reason::Contradiction };
    }
    let by_roles = combine(&votes(subject, action, object));
    if !by_roles.allowed {
        return by_roles;
    }
    if subject.key.vote(object.resource, action) <= 0 {
        return Decision { allowed: false, reason: Reason::KeyScope };
    }
    if !subject.key.lists(object) {
        return Decision { allowed: false, reason: Reason::AllowList };
    }
    by_roles
}

struct Votes {
    site: i8,
    user: i8,
    organization: i8,
    member: i8,
}

fn votes(subject: &Subject, action: Action, object: &Object) -> Votes {
    let roles = &subject.roles;
    let resource = object.resource;
    let own = object.owner == Some(subject.id.0);
    let mut votes = Votes { site: roles.site.vote(resource, action), user: 0, organization: 0, member: 0 };
    let count = |levels: &Levels| {
        (
            levels.organization.vote(resource, action),
            if own { levels.member.vote(resource, action) } else { 0 },
        )
    };
    match object.organization.filter(|_| !object.any_organization) {
        Some(id) => {
            if let Some(levels) = roles.organizations.get(&id) {
                (votes.organization, votes.member) = count(levels);
            }
        }
        None if object.any_organization => {
            let all = || roles.organizations.values().map(count);
            votes.organization = all().map(|(organization, _)| organization).max().unwrap_or(0);
            votes.member = all().map(|(_, member)| member).max().unwrap_or(0);
        }
        None if own => votes.user = roles.user.vote(resource, action),
        None => {}
    }
    votes
}

/// The first level that votes wins; a denial by what one owns ends the same way as silence (rbac.md 3.3).
fn combine(votes: &Votes) -> Decision {
    let levels = [
        (votes.site, Reason::Site),
        (votes.user, Reason::User),
        (votes.organization, Reason::Organization),
        (votes.member, Reason::OrganizationMember),
    ];
    for (vote, reason) in levels {
        if vote != 0 {
            return Decision { allowed: vote > 0, reason };
        }
    }
    Decision { allowed: false, reason: Reason::NoPermission }
}
