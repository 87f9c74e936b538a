//! Pages of an organization of many members: by name, without those that lists leave out, and counted rightly.

use sea_orm::Set;
use uuid::Uuid;

use super::{change_user, join, member, outsider, page_of, paginated, texts, with_query};
use crate::support::{Actor, TestApp};

/// More than a page, and more than the server counts one by one.
const SIZE: usize = 1_300;

/// An organization of many, its id and those of its members in the order of the list.
async fn crowded(app: &TestApp) -> (Uuid, Vec<Uuid>) {
    let crowd = app.organization("crowd").await;
    (crowd, app.crowd(crowd, "m", SIZE).await)
}

fn names(places: impl IntoIterator<Item = usize>) -> Vec<String> {
    places.into_iter().map(|place| format!("m-{place:06}")).collect()
}

/// A page of at most three, as usernames and count.
async fn three(owner: &Actor, organization: Uuid, parameters: &[(&str, &str)]) -> (Vec<String>, i64) {
    let parameters = [&[("limit", "3")], parameters].concat();
    page_of(owner.get(&with_query(&paginated(organization), &parameters)).await)
}

async fn after(owner: &Actor, organization: Uuid, user: Uuid) -> (Vec<String>, i64) {
    three(owner, organization, &[("after_id", &user.to_string())]).await
}

#[tokio::test]
async fn what_comes_after_a_cursor_is_counted_wherever_it_is() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (crowd, ids) = crowded(&app).await;
    let places = (0..SIZE).step_by(37).chain([1, 274, 275, 276, 787, 788, 789, SIZE - 2, SIZE - 1]);
    for place in places {
        let left = SIZE - place - 1;
        let expected = (names(place + 1..SIZE.min(place + 4)), left as i64);
        assert_eq!(after(&owner, crowd, ids[place]).await, expected, "after {place}");
    }
}

#[tokio::test]
async fn a_cursor_and_an_offset_add_up_in_a_crowd() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (crowd, ids) = crowded(&app).await;
    for (place, offset) in [(0, 1), (0, 600), (99, 1_000), (700, 500), (700, 596), (700, 598), (700, 599)] {
        let (cursor, offset_text) = (ids[place].to_string(), offset.to_string());
        let page = three(&owner, crowd, &[("after_id", &cursor), ("offset", &offset_text)]).await;
        let begin = place + 1 + offset;
        let expected = names(begin..SIZE.min(begin + 3));
        let count = if expected.is_empty() { 0 } else { (SIZE - place - 1) as i64 };
        assert_eq!(page, (expected, count), "after {place}, offset {offset}");
    }
    for offset in [1, 500, SIZE - 1] {
        let expected = (names(offset..SIZE.min(offset + 3)), SIZE as i64);
        assert_eq!(
            three(&owner, crowd, &[("offset", &offset.to_string())]).await,
            expected,
            "offset {offset}"
        );
    }
}

#[tokio::test]
async fn who_comes_and_who_goes_is_counted_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (crowd, ids) = crowded(&app).await;
    let all = SIZE as i64;
    assert_eq!(after(&owner, crowd, ids[9]).await, (names(10..13), all - 10));
    let late = app.user(&owner, "z-late", &[]).await;
    join(&owner, crowd, &late).await;
    assert_eq!(after(&owner, crowd, ids[9]).await, (names(10..13), all - 9));
    assert_eq!(three(&owner, crowd, &[]).await, (names(0..3), all + 1));
    for place in [11, 600, 5] {
        owner.delete(&member(crowd, ids[place])).await.expect(204);
    }
    assert_eq!(after(&owner, crowd, ids[9]).await, (names([10, 12, 13]), all - 11));
    assert_eq!(three(&owner, crowd, &[]).await, (names(0..3), all - 2));
}

#[tokio::test]
async fn the_deleted_and_the_servers_own_are_not_counted_and_only_these_are_cursors() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (crowd, ids) = crowded(&app).await;
    change_user(&app, ids[50], |row| row.deleted = Set(true)).await;
    change_user(&app, ids[60], |row| row.is_system = Set(true)).await;
    change_user(&app, ids[1_200], |row| row.deleted = Set(true)).await;
    let left = |place: usize| (SIZE - place - 1) as i64;
    assert_eq!(after(&owner, crowd, ids[10]).await, (names(11..14), left(10) - 3));
    assert_eq!(after(&owner, crowd, ids[49]).await, (names(51..54), left(49) - 3));
    // With a user go the memberships, and without one there is no place in the list (members.md 4).
    assert_eq!(after(&owner, crowd, ids[50]).await, (names([]), 0));
    assert_eq!(after(&owner, crowd, ids[60]).await, (names(61..64), left(60) - 1));
    assert_eq!(three(&owner, crowd, &[("offset", "49")]).await, (names([49, 51, 52]), SIZE as i64 - 3));
}

#[tokio::test]
async fn who_is_renamed_stands_by_the_new_name() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (crowd, ids) = crowded(&app).await;
    for (place, name) in [(3, "A-first"), (700, "m-000002x"), (4, "Zz-last")] {
        change_user(&app, ids[place], |row| {
            row.username = Set(name.to_owned());
            row.username_lower = Set(name.to_lowercase());
        })
        .await;
    }
    let all = SIZE as i64;
    assert_eq!(three(&owner, crowd, &[]).await, ([texts(&["A-first"]), names(0..2)].concat(), all));
    assert_eq!(after(&owner, crowd, ids[3]).await, (names(0..3), all - 1));
    let expected = [texts(&["m-000002x"]), names(5..7)].concat();
    assert_eq!(after(&owner, crowd, ids[2]).await, (expected, all - 4));
    assert_eq!(after(&owner, crowd, ids[700]).await, (names(5..8), all - 5));
    let last = [names([SIZE - 1]), texts(&["Zz-last"])].concat();
    assert_eq!(after(&owner, crowd, ids[SIZE - 2]).await, (last, 2));
    assert_eq!(after(&owner, crowd, ids[4]).await, (Vec::new(), 0));
}

#[tokio::test]
async fn a_cursor_from_elsewhere_counts_by_its_name_in_any_case() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (crowd, _) = crowded(&app).await;
    let elsewhere = app.organization("elsewhere").await;
    let stranger = outsider(&app, &owner, elsewhere, "M-000500-x").await;
    assert_eq!(after(&owner, crowd, stranger.id).await, (names(501..504), (SIZE - 501) as i64));
    owner.delete(&member(elsewhere, stranger.id)).await.expect(204);
    assert_eq!(after(&owner, crowd, stranger.id).await, (Vec::new(), 0));
}

#[tokio::test]
async fn members_who_see_only_themselves_find_themselves_in_a_crowd() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let (crowd, _) = crowded(&app).await;
    app.set_sharing(crowd, "none").await;
    let bea = outsider(&app, &owner, crowd, "bea").await;
    let list = bea.get(&super::members(crowd)).await.expect(200).json();
    assert_eq!(super::usernames(&list), ["bea"]);
}

/// Where a mark comes or goes with one member: every 512th, counted from the end.
#[tokio::test]
async fn around_the_marks_each_who_comes_and_goes_is_counted_at_once() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for mark in [512, 1_024] {
        let name = format!("m{mark}");
        let crowd = app.organization(&name).await;
        let ids = app.crowd(crowd, &name, mark + 3).await;
        let counted = async |size: usize| {
            for place in [0, 1, 2, 3, 4, 5, 255, size - 5, size - 4] {
                let left = (size - place - 1) as i64;
                assert_eq!(after(&owner, crowd, ids[place]).await.1, left, "after {place} of {size}");
            }
        };
        for size in (mark - 3..mark + 3).rev() {
            owner.delete(&member(crowd, ids[size])).await.expect(204);
            counted(size).await;
        }
        for (before, id) in ids.iter().enumerate().skip(mark - 3) {
            owner.post_empty(&member(crowd, id)).await.expect(200);
            counted(before + 1).await;
        }
    }
}
