//! Scopes and filters as SQL conditions.

use entity::{api_keys, effective_group_members, groups, organization_members, organizations, users};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::engine::Engine;
use crate::model::ids::OrgId;
use crate::model::names::folded;
use crate::model::search::UserFilter;
use crate::rbac::{Rows, Scope, Shared};

/// Users that are neither deleted nor the server's own. Written as literals: SQLite uses its partial indexes only then.
pub(super) fn living() -> Condition {
    Condition::all().add(Expr::cust("users.deleted = FALSE")).add(Expr::cust("users.is_system = FALSE"))
}

/// A living user with this e-mail address, whatever the case. As literals, so that the unique index serves.
pub(super) fn has_email(email: &str) -> Expr {
    let same = users::Column::EmailLower.eq(folded(email));
    same.and(Expr::cust("users.deleted = FALSE AND users.email_lower <> ''"))
}

/// A living user with this username, whatever the case.
pub(super) fn has_username(username: &str) -> Expr {
    users::Column::UsernameLower.eq(folded(username)).and(Expr::cust("users.deleted = FALSE"))
}

/// Users have no organization and own themselves.
pub(super) fn users_in<V>(scope: &Scope<V>) -> Condition {
    let id = || users::Column::Id.into_expr();
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { own: true, .. } => Condition::all().add(id().eq(scope.subject())),
        Rows::Some { own: false, .. } => nothing(),
    };
    roles.add_option(scope.ids().map(|ids| id().is_in(ids.iter().copied())))
}

/// Organizations belong to themselves and to nobody.
pub(super) fn organizations_in<V>(scope: &Scope<V>) -> Condition {
    let id = || organizations::Column::Id.into_expr();
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { organizations, .. } => Condition::all().add(id().is_in(uuids(organizations))),
    };
    roles.add_option(scope.ids().map(|ids| id().is_in(ids.iter().copied())))
}

/// Memberships belong to their organization and to their user, whose id they carry. Which organization is known, so that who may
/// see only the own membership does not look through all of them.
pub(super) fn members_in<V>(scope: &Scope<V>, organization: OrgId) -> Condition {
    let user = || organization_members::Column::UserId.into_expr();
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { organizations, .. } if organizations.contains(&organization) => Condition::all(),
        Rows::Some { own_in, .. } if own_in.contains(&organization) => {
            Condition::all().add(user().eq(scope.subject()))
        }
        Rows::Some { .. } => nothing(),
    };
    roles.add_option(scope.ids().map(|ids| user().is_in(ids.iter().copied())))
}

/// Groups belong to their organization and to nobody; who is in one may see it.
pub(super) fn groups_in<V>(scope: &Scope<V>) -> Condition {
    let id = || groups::Column::Id.into_expr();
    let within = |ids: &[OrgId]| groups::Column::OrganizationId.is_in(uuids(ids));
    let shared = |Shared { groups, organizations }: &Shared| {
        let mine = id().is_in(groups.iter().copied()).or(id().eq(groups::Column::OrganizationId.into_expr()));
        within(organizations).and(mine)
    };
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { organizations, .. } => {
            Condition::any().add(within(organizations)).add_option(scope.shared().map(shared))
        }
    };
    Condition::all().add(roles).add_option(scope.ids().map(|ids| id().is_in(ids.iter().copied())))
}

/// That somebody is in a group belongs to the group's organization and to that somebody, whose id it carries.
pub(super) fn group_members_in<V>(scope: &Scope<V>) -> Condition {
    use effective_group_members::Column;
    let within = |ids: &[OrgId]| Column::OrganizationId.is_in(uuids(ids));
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { organizations, own_in, .. } => {
            let own = within(own_in).and(Column::UserId.eq(scope.subject()));
            Condition::any().add(within(organizations)).add(own)
        }
    };
    let listed = |ids: &[Uuid]| Column::UserId.is_in(ids.iter().copied());
    Condition::all().add(roles).add_option(scope.ids().map(listed))
}

/// Keys belong to their users. Their ids are no UUIDs, so that an allow list cannot name one.
pub(super) fn keys_in<V>(scope: &Scope<V>) -> Condition {
    let roles = match scope.rows() {
        Rows::All => Condition::all(),
        Rows::Some { own: true, .. } => Condition::all().add(api_keys::Column::UserId.eq(scope.subject())),
        Rows::Some { own: false, .. } => nothing(),
    };
    roles.add_option(scope.ids().map(|_| nothing()))
}

fn uuids(ids: &[OrgId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

fn nothing() -> Condition {
    Condition::all().add(Expr::cust("FALSE"))
}

/// The conditions of a search over users.
pub(super) fn matching(engine: Engine, filter: &UserFilter) -> Condition {
    let statuses = filter.statuses.iter().map(|s| s.as_str());
    let login_types = filter.login_types.iter().map(|l| l.as_str());
    Condition::all()
        .add_option(filter.text.as_deref().map(|text| {
            engine
                .contains(("users", "email_lower"), text)
                .or(engine.contains(("users", "username_lower"), text))
        }))
        .add_option(filter.name.as_deref().map(|text| engine.contains(("users", "name_lower"), text)))
        .add_option((!filter.statuses.is_empty()).then(|| users::Column::Status.is_in(statuses)))
        .add_option((!filter.login_types.is_empty()).then(|| users::Column::LoginType.is_in(login_types)))
        .add_option(
            (!filter.roles.is_empty()).then(|| engine.holds_any(("users", "rbac_roles"), &filter.roles)),
        )
        .add_option(filter.last_seen_before.map(|time| users::Column::LastSeenAt.lte(time)))
        .add_option(filter.last_seen_after.map(|time| users::Column::LastSeenAt.gte(time)))
        .add_option(filter.created_before.map(|time| users::Column::CreatedAt.lte(time)))
        .add_option(filter.created_after.map(|time| users::Column::CreatedAt.gte(time)))
        .add_option(filter.github_com_user_id.map(|id| users::Column::GithubComUserId.eq(id)))
        .add_option(filter.service_account.map(|yes| users::Column::IsServiceAccount.eq(yes)))
}
