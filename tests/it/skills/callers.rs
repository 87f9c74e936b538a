//! Who may do what with whose skills (skills.md 4).

use super::*;

/// The statuses of list, get, create, update and delete.
type Answers = [u16; 5];

const ALL: Answers = [200, 200, 201, 200, 204];
/// May read and delete, and write nothing.
const SITE_OWNER: Answers = [200, 200, 403, 403, 204];
/// May read the user and none of its skills.
const READER: Answers = [404, 404, 403, 403, 404];
/// May not even read the user.
const STRANGER: Answers = [404; 5];

/// How a caller is answered about a user who has the skill `prune` and no `rake`; with bodies that are told by their status.
async fn assert_answers(client: &Client, user: &str, wanted: Answers, who: &str) {
    let replies = [
        list(client, user).await,
        get(client, user, "prune").await,
        post(client, user, &named("rake")).await,
        patch(client, user, "prune", &named("prune")).await,
        delete(client, user, "prune").await,
    ];
    for (reply, wanted) in replies.iter().zip(wanted) {
        let told = format!("{who} about {user}: {reply:?}");
        match wanted {
            403 => assert_forbidden(reply, &told),
            404 => assert_hidden(reply, &told),
            status => assert_eq!(reply.status, status, "{told}"),
        }
    }
}

#[tokio::test]
async fn callers_are_answered_by_their_roles() {
    let (app, owner, bea) = served().await;
    for (number, (site, organization, wanted)) in [
        (&["owner"][..], &[][..], SITE_OWNER),
        (&["user-admin"], &[], READER),
        (&["auditor"], &[], READER),
        (&["template-admin"], &[], READER),
        (&[], &["organization-admin"], READER),
        (&[], &["organization-user-admin"], READER),
        (&[], &["organization-auditor"], STRANGER),
        (&[], &["organization-template-admin"], STRANGER),
        (&[], &[], STRANGER),
    ]
    .into_iter()
    .enumerate()
    {
        let caller = app.user(&owner, &format!("caller-{number}"), site).await;
        app.set_member_roles(app.organization, caller.id, organization).await;
        let who = format!("{site:?} {organization:?}");
        for user in ["bea".to_owned(), bea.id.to_string()] {
            post(&bea, "me", &named("prune")).await.expect(201);
            assert_answers(&caller, &user, wanted, &who).await;
            if wanted != SITE_OWNER {
                delete(&bea, "me", "prune").await.expect(204);
            }
            assert_eq!(names(&bea).await, Vec::<String>::new(), "{who}");
        }
        // On one's own skills everybody may do everything.
        for own in ["me".to_owned(), caller.username.clone(), caller.id.to_string()] {
            post(&caller, "me", &named("prune")).await.expect(201);
            assert_answers(&caller, &own, ALL, &who).await;
            delete(&caller, "me", "rake").await.expect(204);
        }
    }
}

/// A role that an organization defines says nothing about what belongs to no organization.
#[tokio::test]
async fn roles_of_organizations_never_apply() {
    let (app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let grants: Vec<_> = ["create", "read", "update", "delete"].map(|verb| ("user_skill", verb)).into();
    app.custom_role(app.organization, "keeper", &[&grants[..], &[("user", "read")]].concat()).await;
    let keeper = app.user(&owner, "keeper", &[]).await;
    let roles = ["keeper", "organization-admin"];
    app.set_member_roles(app.organization, keeper.id, &roles).await;
    assert_answers(&keeper, "bea", READER, "keeper").await;
}

/// Who may not read the user is told so before anything of the body is looked at; who may is told of the body first.
#[tokio::test]
async fn a_text_is_looked_at_before_the_right_to_write_it() {
    let (app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    let admin = app.user(&owner, "admin", &["user-admin"]).await;
    for client in [&admin, &owner] {
        for content in ["", "---\nname: prune\n---\n"] {
            patch(client, "bea", "prune", content).await.expect(400);
            post(client, "bea", content).await.expect(400);
        }
        patch(client, "bea", "prune", &named("rake")).await.expect(400);
        assert_forbidden(&patch(client, "bea", "prune", &named("prune")).await, "good content");
        assert_forbidden(&post(client, "bea", &named("prune")).await, "a name that is in use");
    }
    // To who may not read it, a skill that is not there is the same as one that is.
    assert_forbidden(&patch(&admin, "bea", "rake", &named("rake")).await, "not there");
    let plain = app.user(&owner, "plain", &[]).await;
    for content in ["", &named("prune")] {
        assert_hidden(&post(&plain, "bea", content).await, "post");
        assert_hidden(&patch(&plain, "bea", "prune", content).await, "patch");
    }
    assert_eq!(audited(&app).await.len(), 1);
}

#[tokio::test]
async fn skills_of_nobody_are_hidden() {
    let (_app, owner, bea) = served().await;
    for user in ["nobody".to_owned(), Uuid::nil().to_string(), "%00".to_owned()] {
        assert_answers(&owner, &user, STRANGER, "owner").await;
        assert_answers(&bea, &user, STRANGER, "bea").await;
    }
}

#[tokio::test]
async fn a_suspended_user_has_its_skills_kept() {
    let (_app, owner, bea) = served().await;
    post(&bea, "me", &named("prune")).await.expect(201);
    owner.put_empty("/users/bea/status/suspend").await.expect(200);
    list(&bea, "me").await.expect(401);
    get(&owner, "bea", "prune").await.expect(200);
    owner.put_empty("/users/bea/status/activate").await.expect(200);
    assert_eq!(names(&bea).await, ["prune"]);
}
