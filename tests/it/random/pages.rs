//! Whatever the limits, and however cursors and offsets are mixed, pages join to the whole list without overlap or gap, and
//! their counts are those of users.md 3.1 and members.md 4.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Client, TestApp, dice, uuid};

const PEOPLE: usize = 40;
const WALKS: usize = 12;

/// One of the two lists that have pages.
enum List {
    Users,
    Members(Uuid),
}

/// A page: who is on it, and what is counted.
struct Page {
    rows: Vec<(String, Uuid)>,
    count: usize,
}

impl List {
    async fn page(&self, client: &Client, query: &str) -> Page {
        let (path, id, members) = match self {
            Self::Users => ("/users".to_owned(), "id", "users"),
            Self::Members(id) => (format!("/organizations/{id}/paginated-members"), "user_id", "members"),
        };
        let answer = client.get(&format!("{path}?{query}")).await.expect(200).json();
        let page = if matches!(self, Self::Users) { &answer } else { &answer[0] };
        let row = |row: &Value| (row["username"].as_str().unwrap().to_owned(), uuid(&row[id]));
        let rows = page[members].as_array().unwrap().iter().map(row).collect();
        Page { rows, count: page["count"].as_u64().unwrap().try_into().unwrap() }
    }
}

/// A good username: letters of both cases, digits and single hyphens.
fn username(dice: &mut StdRng) -> String {
    let letters = b"aAbBzZ019";
    let part = |dice: &mut StdRng| {
        let letter = |dice: &mut StdRng| char::from(letters[dice.random_range(0..letters.len())]);
        (0..dice.random_range(1..4)).map(|_| letter(dice)).collect::<String>()
    };
    (0..dice.random_range(1..4)).map(|_| part(dice)).collect::<Vec<_>>().join("-")
}

/// Two organizations with random people, of whom some are in both.
struct World {
    app: TestApp,
    owner: Actor,
    auditor: Actor,
    member: Actor,
    elsewhere: Uuid,
    /// All usernames in the order of lists, and whether each is in the second organization.
    names: BTreeMap<String, (String, bool)>,
}

impl World {
    async fn new(dice: &mut StdRng) -> Self {
        let app = TestApp::new().await;
        let owner = app.owner().await;
        let auditor = app.user(&owner, "Auditor", &["auditor"]).await;
        let elsewhere = app.organization("elsewhere").await;
        let body = json!({ "username": "Member", "organization_ids": [elsewhere] });
        let member = app.user_from(&owner, body).await;
        let known = [("owner", false), ("Auditor", false), ("Member", true)];
        let mut names: BTreeMap<_, _> =
            known.map(|(name, there)| (name.to_lowercase(), (name.to_owned(), there))).into();
        for _ in 0..dice.random_range(0..PEOPLE) {
            let (name, there) = (username(dice), dice.random());
            let free = !names.contains_key(&name.to_lowercase());
            if free {
                let home = if there { elsewhere } else { app.organization };
                let body = json!({
                    "username": name, "email": format!("{name}@example.com"), "login_type": "none",
                    "organization_ids": [home],
                });
                owner.post("/users", body).await.expect(201);
                names.insert(name.to_lowercase(), (name, there));
            }
        }
        Self { app, owner, auditor, member, elsewhere, names }
    }

    fn everybody(&self, is: impl Fn(bool) -> bool) -> Vec<String> {
        self.names.values().filter(|(_, there)| is(*there)).map(|(name, _)| name.clone()).collect()
    }

    /// Every list with somebody who asks for it, and who is on it for them.
    fn lists(&self) -> Vec<(List, &Actor, Vec<String>)> {
        let (here, there) = (List::Members(self.app.organization), || List::Members(self.elsewhere));
        vec![
            (List::Users, &self.owner, self.everybody(|_| true)),
            (List::Users, &self.auditor, self.everybody(|_| true)),
            (List::Users, &self.member, vec!["Member".to_owned()]),
            (here, &self.owner, self.everybody(|there| !there)),
            (there(), &self.auditor, self.everybody(|there| there)),
            (there(), &self.member, self.everybody(|there| there)),
        ]
    }
}

/// A query for what comes after the first `seen` rows, and how many rows its cursor has left behind.
fn query(dice: &mut StdRng, whole: &[(String, Uuid)], seen: usize, limit: usize) -> (String, usize) {
    let behind = if dice.random() { seen } else { dice.random_range(0..=seen) };
    let offset = seen - behind;
    let cursor = behind.checked_sub(1).map_or(String::new(), |last| whole[last].1.to_string());
    (format!("limit={limit}&offset={offset}&after_id={cursor}"), behind)
}

/// Walks through a list in pages of one length or of any, and compares them with the whole.
async fn walk(dice: &mut StdRng, list: &List, client: &Client, whole: &[(String, Uuid)], what: &str) {
    let even = dice.random_range(1..whole.len() + 3);
    let any: bool = dice.random();
    let mut seen = 0;
    loop {
        let limit = if any { dice.random_range(1..whole.len() + 3) } else { even };
        let (query, behind) = query(dice, whole, seen, limit);
        let page = list.page(client, &query).await;
        let expected: Vec<_> = whole.iter().skip(seen).take(limit).cloned().collect();
        let count = if expected.is_empty() { 0 } else { whole.len() - behind };
        assert_eq!((&page.rows, page.count), (&expected, count), "{what}: {query}");
        if expected.is_empty() {
            return;
        }
        seen += expected.len();
    }
}

#[tokio::test]
async fn any_pages_join_to_the_whole() {
    let (seed, mut dice) = dice("any_pages_join_to_the_whole");
    let world = World::new(&mut dice).await;
    for (number, (list, caller, names)) in world.lists().into_iter().enumerate() {
        let what = format!("ROSTER_TEST_SEED={seed}, list {number}");
        let whole = list.page(caller, "").await;
        let seen: Vec<String> = whole.rows.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!((&seen, whole.count), (&names, names.len()), "{what}");
        for _ in 0..WALKS {
            walk(&mut dice, &list, caller, &whole.rows, &what).await;
        }
    }
}
