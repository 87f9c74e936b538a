//! What the database itself keeps true, whoever writes.

use entity::{groups, organization_members, organizations};
use roster::store::{Error, Unique};
use sea_orm::sea_query::Expr;
use sea_orm::{DbErr, Set};

use super::*;

fn group(id: Uuid, organization: Uuid, name: &str) -> groups::ActiveModel {
    groups::ActiveModel {
        id: Set(id),
        organization_id: Set(organization),
        name: Set(name.to_owned()),
        name_lower: Set(name.to_lowercase()),
        ..Default::default()
    }
}

async fn put_group(app: &TestApp, row: groups::ActiveModel) -> Result<(), Error> {
    let put: Result<_, DbErr> = groups::Entity::insert(row).exec_without_returning(&app.db).await;
    put.map(drop).map_err(Error::from)
}

async fn put_member(app: &TestApp, user: Uuid, group: Uuid, organization: Uuid) -> Result<(), Error> {
    let row = group_members::ActiveModel {
        user_id: Set(user),
        group_id: Set(group),
        organization_id: Set(organization),
    };
    let put: Result<_, DbErr> = group_members::Entity::insert(row).exec_without_returning(&app.db).await;
    put.map(drop).map_err(Error::from)
}

#[tokio::test]
async fn names_are_unique_in_an_organization() {
    let (app, ..) = served().await;
    let acme = app.organization("acme").await;
    let fresh = || app.backend.ids.uuid();
    put_group(&app, group(fresh(), acme, "Gardeners")).await.unwrap();
    put_group(&app, group(fresh(), app.organization, "gardeners")).await.unwrap();
    for name in ["gardeners", "EVERYONE"] {
        let refused = put_group(&app, group(fresh(), acme, name)).await;
        assert!(matches!(refused, Err(Error::Taken(Unique::GroupName))), "{name}: {refused:?}");
    }
}

#[tokio::test]
async fn quotas_and_sources_are_what_they_may_be() {
    let (app, ..) = served().await;
    let row = || group(app.backend.ids.uuid(), app.organization, "gardeners");
    let odd = [
        groups::ActiveModel { quota_allowance: Set(-1), ..row() },
        groups::ActiveModel { source: Set("scim".to_owned()), ..row() },
    ];
    for row in odd {
        assert!(put_group(&app, row).await.is_err());
    }
    let nowhere = group(app.backend.ids.uuid(), Uuid::from_u128(7), "gardeners");
    assert!(matches!(put_group(&app, nowhere).await, Err(Error::Dangling)));
}

#[tokio::test]
async fn nobody_is_in_a_group_of_an_organization_without_being_its_member() {
    let (app, owner, bea) = served().await;
    let acme = app.organization("acme").await;
    let there = app.backend.ids.uuid();
    put_group(&app, group(there, acme, "there")).await.unwrap();
    let here = make(&owner, "here").await;
    // Not a member there; a group of another organization; a user who is nobody; and everyone's group, which has no rows.
    for (user, group, organization) in [
        (bea.id, there, acme),
        (bea.id, there, app.organization),
        (bea.id, here, acme),
        (Uuid::from_u128(7), here, app.organization),
    ] {
        let refused = put_member(&app, user, group, organization).await;
        assert!(matches!(refused, Err(Error::Dangling)), "{refused:?}");
    }
    assert!(put_member(&app, bea.id, app.organization, app.organization).await.is_err());
    put_member(&app, bea.id, here, app.organization).await.unwrap();
    assert!(put_member(&app, bea.id, here, app.organization).await.is_err());
}

#[tokio::test]
async fn whatever_ends_a_membership_ends_it_in_the_groups() {
    let (app, owner, bea) = served().await;
    let here = make(&owner, "here").await;
    put_member(&app, bea.id, here, app.organization).await.unwrap();
    organization_members::Entity::delete_by_id((app.organization, bea.id)).exec(&app.db).await.unwrap();
    assert_eq!(stored(&app, here).await, [] as [Uuid; 0]);
}

/// Whatever statement makes an organization or deletes it.
#[tokio::test]
async fn the_group_of_everyone_comes_and_goes_with_its_organization() {
    let (app, ..) = served().await;
    let acme = app.organization("acme").await;
    let of = async || {
        let rows = groups::Entity::find().filter(groups::Column::OrganizationId.eq(acme));
        rows.all(&app.db).await.unwrap().into_iter().map(|row| (row.id, row.name)).collect::<Vec<_>>()
    };
    assert_eq!(of().await, [(acme, "Everyone".to_owned())]);
    put_group(&app, group(app.backend.ids.uuid(), acme, "gardeners")).await.unwrap();
    organizations::Entity::update_many()
        .col_expr(organizations::Column::Deleted, Expr::value(true))
        .filter(organizations::Column::Id.eq(acme))
        .exec(&app.db)
        .await
        .unwrap();
    assert_eq!(of().await, []);
}

/// Migration 16 gives one to those that were there before, but for the deleted.
#[tokio::test]
async fn organizations_that_are_older_get_their_group_of_everyone() {
    let (app, owner, _) = served().await;
    let (acme, gone) = (app.organization("acme").await, app.organization("gone").await);
    owner.delete(&format!("/organizations/{gone}")).await.expect(200);
    let steps = app.backend.store.migration_status().await.unwrap().len() as u32 - 15;
    app.backend.store.migrate_down(steps).await.unwrap();
    app.backend.store.migrate().await.unwrap();
    let mut ids: Vec<Uuid> =
        groups::Entity::find().all(&app.db).await.unwrap().into_iter().map(|row| row.id).collect();
    ids.sort_unstable();
    let mut expected = [acme, app.organization];
    expected.sort_unstable();
    assert_eq!(ids, expected);
}
