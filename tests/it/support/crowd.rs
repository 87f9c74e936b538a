//! Many members at once, for what shows only where there are many.

use entity::{Texts, organization_members, users};
use roster::model::ids::Ids;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::TestApp;

const AT_ONCE: usize = 500;

impl TestApp {
    /// Makes new users members of an organization, in the database: `NAME-000000`, `NAME-000001` and so on. Answers their ids
    /// in that order, which is not the one in which they joined.
    pub async fn crowd(&self, organization: Uuid, name: &str, size: usize) -> Vec<Uuid> {
        let fresh = Ids::random();
        let ids: Vec<Uuid> = (0..size).map(|_| fresh.uuid()).collect();
        // A prime: every place once, far from the one before.
        let places: Vec<usize> = (0..size).map(|number| number * 7_919 % size).collect();
        for places in places.chunks(AT_ONCE) {
            let users = places.iter().map(|place| user(ids[*place], &format!("{name}-{place:06}")));
            users::Entity::insert_many(users).exec_without_returning(&self.db).await.unwrap();
            let members = places.iter().map(|place| membership(organization, ids[*place]));
            organization_members::Entity::insert_many(members)
                .exec_without_returning(&self.db)
                .await
                .unwrap();
        }
        ids
    }
}

fn user(id: Uuid, username: &str) -> users::ActiveModel {
    let (now, email) = (DateTimeUtc::UNIX_EPOCH, format!("{username}@example.com"));
    users::ActiveModel {
        id: Set(id),
        username: Set(username.to_owned()),
        username_lower: Set(username.to_owned()),
        email: Set(email.clone()),
        email_lower: Set(email),
        created_at: Set(now),
        updated_at: Set(now),
        last_seen_at: Set(now),
        status: Set("active".to_owned()),
        rbac_roles: Set(Texts(Vec::new())),
        ..Default::default()
    }
}

fn membership(organization: Uuid, user: Uuid) -> organization_members::ActiveModel {
    organization_members::ActiveModel {
        organization_id: Set(organization),
        user_id: Set(user),
        created_at: Set(DateTimeUtc::UNIX_EPOCH),
        updated_at: Set(DateTimeUtc::UNIX_EPOCH),
        roles: Set(Texts(Vec::new())),
        ..Default::default()
    }
}
