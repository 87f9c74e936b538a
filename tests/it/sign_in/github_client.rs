//! What GitHub is asked, and what is made of its answers.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use reqwest::redirect::Policy;
use roster::domain::provider::{Failure, GithubClient, Return, Tokens};
use roster::model::ids::Secret;
use roster::providers::github::{App, Client};

use crate::support::github::{CLIENT_ID, CLIENT_SECRET, GithubServer, Person, Trouble};

const CALLBACK: &str = "http://roster.test/api/v2/users/oauth2/github/callback";

fn now() -> DateTime<Utc> {
    "2026-05-20T00:00:00Z".parse().unwrap()
}

fn param(url: &str, name: &str) -> String {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// What a browser brings back that was sent to GitHub.
async fn returned(client: &Client) -> Return {
    let start = client.start(&Secret::new("the state"), CALLBACK);
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let answer = browser.get(&start.url).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    assert!(back.starts_with(CALLBACK) && param(back, "state") == "the state", "{back}");
    let code = Secret::new(param(back, "code"));
    Return { code, verifier: start.verifier, redirect_url: CALLBACK.to_owned() }
}

/// Tokens of whoever sits before the browser.
async fn tokens(client: &Client) -> Tokens {
    client.exchange(&returned(client).await, now()).await.unwrap()
}

fn refused(error: &str, description: &str) -> Failure {
    Failure::Refused { error: error.to_owned(), description: description.to_owned() }
}

#[track_caller]
fn unreachable<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> String {
    match outcome {
        Err(Failure::Unreachable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_browser_begins_at_github_with_a_challenge_of_its_own() {
    let app = App { client_id: "a b&c".to_owned(), client_secret: Secret::new("x"), base_url: None };
    let client = Client::new(app).unwrap();
    let (first, second) =
        (client.start(&Secret::new("s&1"), CALLBACK), client.start(&Secret::new("s"), CALLBACK));
    assert!(first.url.starts_with("https://github.com/login/oauth/authorize?"), "{}", first.url);
    let sent = ["client_id", "redirect_uri", "scope", "state", "code_challenge_method", "response_type"];
    let wanted = ["a b&c", CALLBACK, "read:user read:org user:email", "s&1", "S256", "code"];
    assert_eq!(sent.map(|name| param(&first.url, name)), wanted.map(str::to_owned));
    let challenges = [&first, &second].map(|start| param(&start.url, "code_challenge"));
    assert!(challenges[0] != challenges[1] && challenges[0].len() == 43, "{challenges:?}");
    let verifier = first.verifier.unwrap();
    assert!(verifier != second.verifier.unwrap() && !first.url.contains(verifier.expose()));
}

#[tokio::test]
async fn a_code_becomes_a_token_that_never_ends() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let tokens = tokens(&client).await;
    assert!(tokens.access.expose().starts_with("gho_"), "{tokens:?}");
    assert_eq!((tokens.refresh.expose(), tokens.expires_at), ("", None));
    let asked = github.asked().pop().unwrap();
    assert_eq!((asked.what.as_str(), asked.query.as_str()), ("POST /login/oauth/access_token", ""));
    assert_eq!((asked.header("accept"), asked.form["client_id"].as_str()), ("application/json", CLIENT_ID));
    assert!(asked.header("user-agent").starts_with("roster/"));
}

#[tokio::test]
async fn tokens_that_end_come_with_what_renews_them() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    github.tokens_end_after(28_800);
    let client = github.client();
    let old = tokens(&client).await;
    assert_eq!(old.expires_at, Some(now() + TimeDelta::hours(8)));
    let later = now() + TimeDelta::hours(9);
    let new = client.refresh(&old.refresh, later).await.unwrap();
    assert_eq!(new.expires_at, Some(later + TimeDelta::hours(8)));
    assert!(new.access != old.access && new.refresh != old.refresh);
    assert_eq!(client.account(&new).await.unwrap().login, "ada");
    let again = client.refresh(&old.refresh, later).await;
    assert_eq!(again, Err(refused("bad_refresh_token", "The refresh token passed is incorrect or expired.")));
}

#[tokio::test]
async fn a_refresh_token_that_is_not_replaced_stays_good() {
    let github = GithubServer::start().await;
    let answer = r#"{"access_token":"gho_new","token_type":"bearer","expires_in":60}"#;
    github.trouble("POST /login/oauth/access_token", Trouble::Says(200, answer.to_owned()));
    let new = github.client().refresh(&Secret::new("ghr_old"), now()).await.unwrap();
    assert_eq!((new.access.expose(), new.refresh.expose()), ("gho_new", "ghr_old"));
}

#[tokio::test]
async fn a_code_is_good_once_and_for_the_browser_that_began() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let wrong = "The code passed is incorrect or expired.";
    let used = returned(&client).await;
    client.exchange(&used, now()).await.unwrap();
    assert_eq!(client.exchange(&used, now()).await, Err(refused("bad_verification_code", wrong)));
    for verifier in [None, Some(Secret::new("x".repeat(43)))] {
        let stolen = Return { verifier, ..returned(&client).await };
        let outcome = client.exchange(&stolen, now()).await;
        assert_eq!(outcome, Err(refused("bad_verification_code", "The code verifier is wrong.")));
    }
    let elsewhere = Return { redirect_url: "http://evil.test/".to_owned(), ..returned(&client).await };
    let Err(Failure::Refused { error, .. }) = client.exchange(&elsewhere, now()).await else { panic!() };
    assert_eq!(error, "redirect_uri_mismatch");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_told_to_nobody() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client_with_secret("another-secret");
    let outcome = client.exchange(&returned(&client).await, now()).await;
    let words = "The client_id and/or client_secret passed are incorrect.";
    assert_eq!(outcome, Err(refused("incorrect_client_credentials", words)));
    let echo = r#"{"error":"no","error_description":"another-secret is wrong"}"#;
    github.trouble("POST /login/oauth/access_token", Trouble::Says(200, echo.to_owned()));
    let outcome = client.exchange(&returned(&client).await, now()).await;
    assert_eq!(outcome, Err(refused("no", "")));
    assert!(!format!("{client:?} {outcome:?}").contains("another-secret"));
}

#[tokio::test]
async fn a_refusal_with_another_status_is_one_too() {
    let github = GithubServer::start().await;
    let body = r#"{"error":"unauthorized_client","error_description":null}"#;
    github.trouble("POST /login/oauth/access_token", Trouble::Says(401, body.to_owned()));
    let outcome = github.client().refresh(&Secret::new("ghr"), now()).await;
    assert_eq!(outcome, Err(refused("unauthorized_client", "")));
}

#[tokio::test]
async fn a_device_code_is_pending_until_somebody_types_it_in() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let code = client.device_code().await.unwrap();
    assert_eq!((code.expires_in, code.interval), (899, 5));
    assert_eq!(code.verification_uri, format!("{}/login/device", github.base));
    for error in ["authorization_pending", "slow_down", "authorization_pending"] {
        let Err(Failure::Refused { error: told, .. }) =
            client.exchange_device(&code.device_code, now()).await
        else {
            panic!("{error}");
        };
        assert_eq!(told, error);
    }
    github.type_in(&code.user_code, "ada");
    let tokens = client.exchange_device(&code.device_code, now()).await.unwrap();
    assert_eq!(client.account(&tokens).await.unwrap().id, 7);
    assert!(github.asked().iter().all(|asked| !asked.form.contains_key("client_secret")));
    let Err(Failure::Refused { error, .. }) = client.exchange_device(&code.device_code, now()).await else {
        panic!()
    };
    assert_eq!(error, "incorrect_device_code");
}

#[tokio::test]
async fn a_device_code_that_is_denied_is_no_token() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let code = client.device_code().await.unwrap();
    github.deny(&code.user_code);
    let outcome = client.exchange_device(&code.device_code, now()).await;
    assert_eq!(outcome, Err(refused("access_denied", "The authorization request was denied.")));
}

#[tokio::test]
async fn a_device_code_without_a_page_to_type_it_in_is_none() {
    let github = GithubServer::start().await;
    let answer = |uri: &str| {
        format!(r#"{{"device_code":"d","user_code":"u","verification_uri":"{uri}","expires_in":9}}"#)
    };
    for bad in ["javascript:alert(1)", "", "/login/device"] {
        github.trouble("POST /login/device/code", Trouble::Says(200, answer(bad)));
        unreachable(github.client().device_code().await);
    }
    github.trouble("POST /login/device/code", Trouble::Says(200, answer("https://github.com/login/device")));
    assert_eq!(github.client().device_code().await.unwrap().interval, 5);
    let off = r#"{"error":"device_flow_disabled","error_description":"It is off."}"#;
    github.trouble("POST /login/device/code", Trouble::Says(200, off.to_owned()));
    assert_eq!(github.client().device_code().await, Err(refused("device_flow_disabled", "It is off.")));
}

#[tokio::test]
async fn an_account_is_asked_for_as_the_api_wants_it() {
    let mut nameless = Person::new(8, "bea");
    nameless.name = None;
    let github = GithubServer::with([Person::new(7, "ada"), nameless]).await;
    let client = github.client();
    let ada = tokens(&client).await;
    let account = client.account(&ada).await.unwrap();
    assert_eq!((account.id, account.login.as_str(), account.name.as_str()), (7, "ada", "The ada"));
    assert_eq!(account.avatar_url, format!("{}/avatars/7", github.base));
    let asked = github.asked().pop().unwrap();
    assert_eq!(asked.what, "GET /api/v3/user");
    assert_eq!(asked.header("accept"), "application/vnd.github+json");
    assert_eq!(asked.header("x-github-api-version"), "2022-11-28");
    assert_eq!(asked.header("authorization"), format!("Bearer {}", ada.access.expose()));
    github.sign_in("bea");
    assert_eq!(client.account(&tokens(&client).await).await.unwrap().name, "");
}

#[tokio::test]
async fn all_pages_of_a_list_are_read() {
    let mut ada = Person::new(7, "ada");
    ada.emails = (0..205).map(|n| (format!("ada{n}@example.com"), n == 204, true)).collect();
    ada.organizations = (0..200).map(|n| (format!("org{n}"), "active")).collect();
    let github = GithubServer::with([ada]).await;
    let client = github.client();
    let tokens = tokens(&client).await;
    let emails = client.emails(&tokens).await.unwrap();
    let last = emails.last().unwrap();
    assert_eq!((emails.len(), last.email.as_str(), last.primary), (205, "ada204@example.com", true));
    let organizations = client.organizations(&tokens).await.unwrap();
    assert_eq!((organizations.len(), organizations[199].as_str()), (200, "org199"));
    let (emails, memberships) = ("GET /api/v3/user/emails", "GET /api/v3/user/memberships/orgs");
    assert_eq!((github.count(emails), github.count(memberships)), (3, 2));
    let asked = github.asked().pop().unwrap();
    assert_eq!(asked.query, "state=active&per_page=100&page=2");
}

#[tokio::test]
async fn only_active_members_are_members() {
    let ada = Person::new(7, "ada").of("Acme", "active").of("Other", "pending");
    let ada = ada.in_team("Acme", "ops", "active").in_team("Acme", "dev", "pending");
    let github = GithubServer::with([ada]).await;
    let client = github.client();
    let tokens = tokens(&client).await;
    assert_eq!(client.organizations(&tokens).await.unwrap(), ["Acme"]);
    let unfiltered = r#"[{"state":"pending","organization":{"login":"Other"}}]"#;
    github.trouble("GET /api/v3/user/memberships/orgs", Trouble::Says(200, unfiltered.to_owned()));
    assert!(client.organizations(&tokens).await.unwrap().is_empty());
    for (team, is_in) in [("ops", true), ("dev", false), ("nobody", false)] {
        let team = ("acme".to_owned(), team.to_owned());
        assert_eq!(client.is_in_team(&tokens, &team, "ada").await, Ok(is_in), "{team:?}");
    }
}

#[tokio::test]
async fn names_lead_nowhere_else_in_the_api() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let tokens = tokens(&client).await;
    let team = ("a/../b".to_owned(), "c?d#e f".to_owned());
    assert_eq!(client.is_in_team(&tokens, &team, "%2e%2e").await, Ok(false));
    let asked = github.asked().pop().unwrap();
    let path = "/api/v3/orgs/a%2F..%2Fb/teams/c%3Fd%23e%20f/memberships/%252e%252e";
    assert_eq!((asked.what, asked.query), (format!("GET {path}"), String::new()));
    let before = github.asked().len();
    unreachable(client.is_in_team(&tokens, &team, "..").await);
    assert_eq!(github.asked().len(), before);
}

#[tokio::test]
async fn a_list_without_end_is_left() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let tokens = tokens(&client).await;
    github.trouble("GET /api/v3/user/emails", Trouble::NeverEnds);
    assert_eq!(unreachable(client.emails(&tokens).await), "GitHub's list /user/emails does not end");
    assert_eq!(github.count("GET /api/v3/user/emails"), 20);
}

#[tokio::test]
async fn a_token_that_was_taken_back_is_told_of() {
    let github = GithubServer::start().await;
    let tokens = Tokens { access: Secret::new("gho_gone"), refresh: Secret::new(""), expires_at: None };
    let why = unreachable(github.client().account(&tokens).await);
    assert_eq!(why, "GitHub answered with status 401 Unauthorized: Bad credentials");
    let team = ("acme".to_owned(), "ops".to_owned());
    assert_eq!(unreachable(github.client().is_in_team(&tokens, &team, "ada").await), why);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (github, other) = (GithubServer::with([Person::new(7, "ada")]).await, GithubServer::start().await);
    let client = github.client();
    let tokens = tokens(&client).await;
    github.trouble("GET /api/v3/user", Trouble::SendsTo(format!("{}/api/v3/user", other.base)));
    github.trouble("POST /login/device/code", Trouble::SendsTo(other.base.clone()));
    unreachable(client.account(&tokens).await);
    unreachable(client.device_code().await);
    assert_eq!(other.asked().len(), 0);
}

#[tokio::test]
async fn answers_that_make_no_sense_are_failures_that_repeat_nothing() {
    let github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let tokens = tokens(&client).await;
    let huge = format!("[{}\"\"]", "\"gho_secret\",".repeat(100_000));
    let answers = [
        "",
        "gho_secret",
        "<html>gho_secret",
        "{}",
        r#"["gho_secret"]"#,
        r#"{"access_token":["gho_secret"]}"#,
        &huge,
    ];
    for answer in answers {
        for path in ["POST /login/oauth/access_token", "GET /api/v3/user", "GET /api/v3/user/emails"] {
            github.trouble(path, Trouble::Says(200, answer.to_owned()));
        }
        let code = returned(&client).await;
        let said = [
            unreachable(client.exchange(&code, now()).await),
            unreachable(client.account(&tokens).await),
            unreachable(client.emails(&tokens).await),
        ];
        assert!(said.iter().all(|said| !said.contains("gho_secret")), "{said:?}");
    }
    for empty in [r#"{"access_token":""}"#, r#"{"access_token":null}"#] {
        github.trouble("POST /login/oauth/access_token", Trouble::Says(200, empty.to_owned()));
        unreachable(client.refresh(&Secret::new("ghr"), now()).await);
    }
}

#[tokio::test]
async fn a_github_that_is_away_is_told_of_without_secrets() {
    let mut github = GithubServer::with([Person::new(7, "ada")]).await;
    let client = github.client();
    let code = returned(&client).await;
    github.trouble("POST /login/oauth/access_token", Trouble::Says(503, "<html>Unicorn!</html>".to_owned()));
    let why = unreachable(client.exchange(&code, now()).await);
    assert_eq!(why, "GitHub answered with status 503 Service Unavailable");
    github.stop();
    let said = loop {
        // The port is closed a moment after the server was told to stop.
        let why = unreachable(client.exchange(&code, now()).await);
        if !why.contains("503") {
            break why;
        }
        tokio::task::yield_now().await;
    };
    for secret in [CLIENT_SECRET, code.code.expose(), code.verifier.unwrap().expose()] {
        assert!(!said.contains(secret), "{said}");
    }
}
