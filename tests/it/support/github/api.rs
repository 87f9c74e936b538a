//! Its API, for those who come with a token.

use poem::http::header;
use poem::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Asked, Person, State, complains, pairs, says};

/// What the API says; to those without a good token nothing.
pub fn answer(state: &State, asked: &Asked) -> Response {
    if asked.header("user-agent").is_empty() {
        return complains(403, "Request forbidden by administrative rules.");
    }
    let token = asked.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
    let Some(person) = state.access.get(token).and_then(|login| state.person(login)) else {
        return complains(401, "Bad credentials");
    };
    let path = asked.what.strip_prefix("GET /api/v3/").unwrap_or_default();
    match path.split('/').collect::<Vec<_>>()[..] {
        ["user"] => says(200, &account(state, person)),
        ["user", "emails"] => page(state, asked, emails(person)),
        ["user", "memberships", "orgs"] => page(state, asked, memberships(person, &asked.query)),
        ["orgs", organization, "teams", team, "memberships", login] if login == person.login => {
            membership(person, organization, team)
        }
        _ => complains(404, "Not Found"),
    }
}

fn account(state: &State, person: &Person) -> Value {
    json!({
        "login": person.login, "id": person.id, "node_id": "MDQ6VXNlcjE=", "type": "User", "site_admin": false,
        "avatar_url": format!("{}/avatars/{}", state.base, person.id), "name": person.name, "email": null,
    })
}

fn emails(person: &Person) -> Vec<Value> {
    let email = |(email, primary, verified): &(String, bool, bool)| {
        let visibility = if *primary { json!("private") } else { Value::Null };
        json!({ "email": email, "primary": primary, "verified": verified, "visibility": visibility })
    };
    person.emails.iter().map(email).collect()
}

fn memberships(person: &Person, query: &str) -> Vec<Value> {
    let wanted = pairs(query).remove("state");
    let among = person
        .organizations
        .iter()
        .filter(|(_, state)| wanted.as_deref().is_none_or(|wanted| wanted == *state));
    let membership = |(name, state): &(String, &str)| json!({ "state": state, "role": "member", "organization": { "login": name, "id": 1 }, "user": { "login": person.login } });
    among.map(membership).collect()
}

fn membership(person: &Person, organization: &str, team: &str) -> Response {
    let same =
        |(org, name, _): &&(String, String, &str)| org.eq_ignore_ascii_case(organization) && name == team;
    match person.teams.iter().find(same) {
        Some((.., state)) => says(200, &json!({ "role": "member", "state": state, "url": "" })),
        None => complains(404, "Not Found"),
    }
}

/// A page of a list, with the way to the next.
fn page(state: &State, asked: &Asked, all: Vec<Value>) -> Response {
    let query = pairs(&asked.query);
    let number = |name: &str, usual: usize| query.get(name).map_or(usual, |text| text.parse().unwrap());
    let (page, size) = (number("page", 1), number("per_page", 30).min(100));
    let (_, path) = asked.what.split_once(' ').unwrap();
    let shown: Vec<&Value> = all.iter().skip((page - 1) * size).take(size).collect();
    let answer = says(200, &json!(shown));
    if all.len() <= page * size {
        return answer;
    }
    let next = format!("<{}{path}?page={}>; rel=\"next\"", state.base, page + 1);
    answer.with_header(header::LINK, next).into_response()
}
