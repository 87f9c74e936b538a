//! Whom the operator lets in of those at GitHub (auth.md 9.4).

use roster::domain::provider::GithubRules;

use super::github_world::{World, members_of, open, param};
use crate::support::Reply;
use crate::support::github::{Person, Trouble};

const MEMBERSHIPS: &str = "GET /api/v3/user/memberships/orgs";
const NO_MEMBER: &str = "You aren't a member of the authorized Github organizations!";

fn in_teams(teams: &[(&str, &str)]) -> GithubRules {
    let teams = teams.iter().map(|(organization, team)| ((*organization).to_owned(), (*team).to_owned()));
    GithubRules { teams: teams.collect(), ..members_of(&["acme", "other"]) }
}

/// A browser is sent back to where one logs in, with this message; nobody is made.
async fn assert_sent_back(world: &World, reply: Reply, message: &str) {
    let reply = reply.expect(401);
    let location = reply.header("location");
    assert!(location.starts_with("/login?"), "{location}");
    assert_eq!(
        (param(location, "message").as_str(), param(location, "redirect").as_str()),
        (message, "/x?y=z")
    );
    assert_eq!(world.stored().await, (0, 0));
}

#[tokio::test]
async fn active_members_of_a_listed_organization_may_come() {
    let ada = Person::new(7, "ada").of("else", "active").of("ACME", "active");
    let world = World::new(members_of(&["first", "Acme"]), [ada]).await;
    let (mut browser, reply) = world.log_in("ada").await;
    reply.expect(307);
    assert_eq!(browser.me().await["username"], "ada");
    assert_eq!(world.github.count("GET /api/v3/orgs/"), 0);
}

#[tokio::test]
async fn others_are_sent_back_with_a_message() {
    let strangers = [
        Person::new(7, "ada"),
        Person::new(7, "ada").of("acme-corp", "active"),
        Person::new(7, "ada").of("acme", "pending"),
    ];
    for ada in strangers {
        let world = World::new(members_of(&["acme"]), [ada]).await;
        let mut browser = world.browser();
        let reply = browser.log_in("?redirect=/x?y=z").await;
        assert_sent_back(&world, reply, NO_MEMBER).await;
        assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    }
}

#[tokio::test]
async fn who_leaves_the_organization_does_not_come_again() {
    let world = World::new(members_of(&["acme"]), [Person::new(7, "ada").of("acme", "active")]).await;
    world.log_in("ada").await.1.expect(307);
    world.github.change("ada", |ada| ada.organizations.clear());
    let (browser, reply) = world.log_in("ada").await;
    reply.expect(401);
    assert!(!browser.has_session());
}

#[tokio::test]
async fn memberships_are_not_asked_for_where_everybody_may_come() {
    let world = World::new(open(), [Person::new(7, "ada")]).await;
    world.log_in("ada").await.1.expect(307);
    assert_eq!(world.github.count(MEMBERSHIPS), 0);
    assert_eq!(world.github.count("GET /api/v3/orgs/"), 0);
}

#[tokio::test]
async fn one_listed_team_is_enough() {
    let ada = Person::new(7, "ada").of("Acme", "active").in_team("Acme", "ops", "active");
    let world = World::new(in_teams(&[("acme", "dev"), ("acme", "ops"), ("other", "ops")]), [ada]).await;
    world.log_in("ada").await.1.expect(307);
    let asked = ["dev", "ops"].map(|team| format!("GET /api/v3/orgs/acme/teams/{team}/memberships/ada"));
    let teams = world.github.asked().into_iter().map(|asked| asked.what);
    assert_eq!(teams.filter(|what| what.contains("/teams/")).collect::<Vec<_>>(), asked);
}

#[tokio::test]
async fn members_of_no_listed_team_are_sent_back() {
    let message = "You aren't a member of an authorized team in the acme Github organization(s)!";
    let ada = Person::new(7, "ada").of("acme", "active");
    let outside = [
        ada.clone(),
        ada.clone().in_team("acme", "ops", "pending"),
        ada.clone().in_team("acme", "others", "active"),
        // The team of an organization that she does not belong to (any more).
        ada.in_team("other", "dev", "active"),
    ];
    for ada in outside {
        let world = World::new(in_teams(&[("acme", "ops"), ("other", "dev")]), [ada]).await;
        let reply = world.browser().log_in("?redirect=/x?y=z").await;
        assert_sent_back(&world, reply, message).await;
        assert_eq!(world.github.count("GET /api/v3/orgs/other/"), 0);
    }
}

#[tokio::test]
async fn nobody_is_let_in_while_github_does_not_tell_of_memberships() {
    let ada = Person::new(7, "ada").of("acme", "active").in_team("acme", "ops", "active");
    let world = World::new(in_teams(&[("acme", "ops")]), [ada]).await;
    let restricted = r#"{"message":"The organization has enabled OAuth App access restrictions."}"#;
    let team = "GET /api/v3/orgs/acme/teams/ops/memberships/ada";
    for path in [MEMBERSHIPS, team] {
        world.github.trouble(path, Trouble::Says(403, restricted.to_owned()));
        let (browser, reply) = world.log_in("ada").await;
        let reply = reply.expect(500);
        assert_eq!(reply.message(), "Failed to obtain user information from GitHub.");
        assert!(reply.detail().contains("OAuth App access restrictions"), "{}", reply.text);
        assert!(!browser.has_session());
        world.github.recover();
    }
    assert_eq!(world.stored().await, (0, 0));
    world.log_in("ada").await.1.expect(307);
}
