//! Questions about rights and their answers, from the wire and to it.

use std::collections::BTreeMap;

use roster_openapi::schema::authorization::{AuthorizationCheck, AuthorizationObject};
use roster_openapi::schema::experimental::{
    AuthorizationExplanation, AuthorizationExplanations, AuthorizationKey, AuthorizationPermission,
    AuthorizationRoleLine, AuthorizationVerdict, DecidedBy,
};

use crate::domain::authcheck::{Answer, By, Check, Checks, Explained, Line, Verdict};
use crate::model::key::AllowEntry;
use crate::rbac::{Action, Permission, Reason, Resource};

/// The questions of a request.
pub fn checks(asked: BTreeMap<String, AuthorizationCheck>) -> Checks {
    asked.into_iter().map(|(key, check)| (key, self::check(check))).collect()
}

fn check(AuthorizationCheck { action, object }: AuthorizationCheck) -> Check {
    let AuthorizationObject { any_org, organization_id, owner_id, resource_id, resource_type } = object;
    Check {
        action: action.0,
        resource: resource_type,
        id: resource_id,
        owner: owner_id,
        organization: organization_id,
        any_organization: any_org,
    }
}

/// Explained answers.
pub fn explained(Explained { user, hidden, answers }: Explained) -> AuthorizationExplanations {
    AuthorizationExplanations {
        checks: answers.into_iter().map(|(key, answer)| (key, explanation(answer))).collect(),
        hidden_organizations: hidden.into_iter().map(|id| id.0).collect(),
        user_id: user.user.id.0,
    }
}

fn explanation(Answer { verdict, by_roles, lines, key }: Answer) -> AuthorizationExplanation {
    AuthorizationExplanation {
        allowed: verdict.allowed,
        by_roles: AuthorizationVerdict { allowed: by_roles.allowed, decided_by: decided_by(by_roles) },
        decided_by: decided_by(verdict),
        key: key.map(|(scopes, list)| AuthorizationKey {
            allow_list: list.into_iter().map(|AllowEntry { kind, id }| format!("{kind}:{id}")).collect(),
            scopes,
        }),
        roles: lines.into_iter().map(line).collect(),
    }
}

fn line(Line { role, display_name, permission }: Line) -> AuthorizationRoleLine {
    let Permission { resource, action, negate } = permission;
    AuthorizationRoleLine {
        display_name,
        name: role.name.into_owned(),
        organization_id: role.organization.map(|id| id.0),
        permission: AuthorizationPermission {
            action: action.map_or("*", Action::as_str).to_owned(),
            negate,
            resource_type: resource.map_or("*", Resource::as_str).to_owned(),
        },
    }
}

const fn decided_by(verdict: Verdict) -> DecidedBy {
    let reason = match verdict.by {
        By::UnknownType => return DecidedBy::UnknownType,
        By::NotFound => return DecidedBy::NotFound,
        By::Decision(reason) => reason,
    };
    match reason {
        Reason::Site => DecidedBy::Site,
        Reason::User => DecidedBy::User,
        Reason::Organization => DecidedBy::Organization,
        Reason::OrganizationMember => DecidedBy::OrganizationMember,
        Reason::UserAcl => DecidedBy::UserAcl,
        Reason::GroupAcl => DecidedBy::GroupAcl,
        Reason::EveryoneAcl => DecidedBy::EveryoneAcl,
        Reason::NoPermission => DecidedBy::NoPermission,
        Reason::KeyScope => DecidedBy::KeyScope,
        Reason::AllowList => DecidedBy::AllowList,
        Reason::Contradiction => DecidedBy::Contradiction,
    }
}
