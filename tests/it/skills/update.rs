//! PATCH on a skill: what it leaves alone.

use super::*;

const OTHER_NAME: &str = "Skill name in path does not match frontmatter name.";

#[tokio::test]
async fn the_name_in_the_path_is_the_one_in_the_text() {
    let (app, _, bea) = served().await;
    let made = post(&bea, "me", &named("prune")).await.expect(201).json();
    post(&bea, "me", &named("rake")).await.expect(201);
    for other in ["rake", "dig"] {
        let refused = patch(&bea, "me", "prune", &named(other)).await;
        let detail = format!("path has \"prune\", frontmatter has {other:?}");
        assert_refused(&refused, 400, OTHER_NAME, &detail);
    }
    // Asked before whether there is such a skill.
    let refused = patch(&bea, "me", "PRUNE", &named("prune")).await;
    assert_refused(&refused, 400, OTHER_NAME, "path has \"PRUNE\", frontmatter has \"prune\"");
    assert_eq!(get(&bea, "me", "prune").await.expect(200).json(), made);
    assert_eq!(audited(&app).await.len(), 2);
}

#[tokio::test]
async fn what_is_not_there_is_not_changed() {
    let (app, owner, bea) = served().await;
    for (client, user) in [(&bea, "me"), (&owner, "me"), (&owner, "bea")] {
        assert_hidden(&patch(client, user, "prune", &named("prune")).await, user);
        assert_hidden(&delete(client, user, "prune").await, user);
        assert_hidden(&get(client, user, "prune").await, user);
    }
    assert_eq!(names(&bea).await, Vec::<String>::new());
    assert_eq!(audited(&app).await, []);
}

#[tokio::test]
async fn a_skill_is_changed_alone() {
    let (_app, owner, bea) = served().await;
    let other = post(&bea, "me", &named("rake")).await.expect(201).json();
    let namesake = post(&owner, "me", &named("prune")).await.expect(201).json();
    post(&bea, "me", &named("prune")).await.expect(201);
    patch(&bea, "me", "prune", &with_lines("name: prune")).await.expect(200);
    assert_eq!(get(&bea, "me", "rake").await.expect(200).json(), other);
    assert_eq!(get(&owner, "me", "prune").await.expect(200).json(), namesake);
    delete(&bea, "me", "prune").await.expect(204);
    assert_eq!(get(&owner, "me", "prune").await.expect(200).json(), namesake);
    assert_eq!(names(&bea).await, ["rake"]);
}
