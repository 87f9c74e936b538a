//! Many at once.

use std::collections::BTreeMap;
use std::future::Future;

use entity::audit_logs::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tokio::task::JoinSet;

use super::{NOT_FOUND, member, page};
use crate::support::{Actor, Reply, TestApp};

/// How many requests are sent together.
pub const AT_ONCE: usize = 16;

/// The answers to requests that were sent together, and how often each status was among them.
pub async fn together<F>(ask: impl Fn(usize) -> F) -> (BTreeMap<u16, usize>, Vec<Reply>)
where
    F: Future<Output = Reply> + Send + 'static,
{
    let replies: JoinSet<Reply> = (0..AT_ONCE).map(ask).collect();
    let replies = replies.join_all().await;
    let mut statuses = BTreeMap::new();
    for reply in &replies {
        *statuses.entry(reply.status).or_default() += 1;
    }
    (statuses, replies)
}

fn adding(owner: &Actor, path: String) -> impl Future<Output = Reply> + Send + 'static {
    let client = owner.client.clone();
    async move { client.post_empty(&path).await }
}

fn removing(owner: &Actor, path: String) -> impl Future<Output = Reply> + Send + 'static {
    let client = owner.client.clone();
    async move { client.delete(&path).await }
}

async fn audited(app: &TestApp, action: &str) -> u64 {
    let entries = Entity::find().filter(Column::ResourceType.eq("organization_member"));
    let done = entries.filter(Column::StatusCode.lt(400));
    done.filter(Column::Action.eq(action)).count(&app.db).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_add_the_same_member_one_succeeds() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    app.user(&owner, "bea", &[]).await;
    let (statuses, replies) = together(|_| adding(&owner, member(acme, "bea"))).await;
    assert_eq!(statuses, BTreeMap::from([(200, 1), (400, AT_ONCE - 1)]));
    for refused in replies.iter().filter(|reply| reply.status == 400) {
        assert_eq!(refused.message(), "User is already an organization member");
        assert_eq!(refused.detail(), "bea is already a member of acme");
    }
    assert_eq!(audited(&app, "create").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_remove_the_same_member_one_succeeds() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let (statuses, replies) = together(|_| removing(&owner, member("default", "bea"))).await;
    assert_eq!(statuses, BTreeMap::from([(204, 1), (404, AT_ONCE - 1)]));
    let refused = replies.iter().filter(|reply| reply.status == 404);
    assert!(refused.into_iter().all(|reply| reply.message() == NOT_FOUND));
    assert_eq!(audited(&app, "delete").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn adding_different_members_together_succeeds() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let acme = app.organization("acme").await;
    for number in 0..AT_ONCE {
        app.user(&owner, &format!("user{number}"), &[]).await;
    }
    let (statuses, _) = together(|number| adding(&owner, member(acme, format!("user{number}")))).await;
    assert_eq!(statuses, BTreeMap::from([(200, AT_ONCE)]));
    let path = format!("{}?limit=1", super::paginated(acme));
    assert_eq!(super::page_of(owner.get(&path).await).1, AT_ONCE as i64);
}

/// Whoever comes first: each answer is one of the documented ones, and the log tells of as many as succeeded.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn adding_and_removing_together_never_fails() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    app.user(&owner, "bea", &[]).await;
    let path = || member("default", "bea");
    let (statuses, _) = together(|number| -> std::pin::Pin<Box<dyn Future<Output = Reply> + Send>> {
        if number % 2 == 0 { Box::pin(adding(&owner, path())) } else { Box::pin(removing(&owner, path())) }
    })
    .await;
    assert!(statuses.keys().all(|status| [200, 204, 400, 404].contains(status)), "{statuses:?}");
    let of = |status: u16| statuses.get(&status).copied().unwrap_or_default() as u64;
    assert_eq!((audited(&app, "create").await, audited(&app, "delete").await), (of(200), of(204)));
    let is_in = page(&owner, &[]).await.0.contains(&"bea".to_owned());
    assert_eq!(1 + of(200) - of(204), u64::from(is_in));
}
