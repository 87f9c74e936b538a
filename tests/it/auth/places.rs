//! Where a key may be shown, and which place counts.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE};

use super::helpers::SIGNED_OUT;
use crate::support::{Client, Reply, TestApp};

/// Well formed, and nobody's.
const STRANGE: &str = "0123456789-0123456789012345678901";

/// A place for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Cookie,
    Query,
    Header,
    Bearer,
    AccessToken,
}

/// All places, the one that counts most first.
const PLACES: [Place; 5] = [Place::Cookie, Place::Query, Place::Header, Place::Bearer, Place::AccessToken];

impl Place {
    fn query(self, key: &str) -> Option<String> {
        match self {
            Self::Query => Some(format!("coder_session_token={key}")),
            Self::AccessToken => Some(format!("access_token={key}")),
            _ => None,
        }
    }

    fn header(self, key: &str) -> Option<(&'static str, String)> {
        match self {
            Self::Cookie => Some((COOKIE.as_str(), format!("theme=dark; coder_session_token={key}"))),
            Self::Header => Some(("Coder-Session-Token", key.to_owned())),
            Self::Bearer => Some((AUTHORIZATION.as_str(), format!("Bearer {key}"))),
            _ => None,
        }
    }
}

/// Asks who one is, with keys in these places.
async fn who_am_i(client: &Client, shown: &[(Place, &str)]) -> Reply {
    let query: Vec<_> = shown.iter().filter_map(|(place, key)| place.query(key)).collect();
    let path = format!("/api/v2/users/me?{}", query.join("&"));
    let headers = shown.iter().filter_map(|(place, key)| place.header(key));
    let request = headers.fold(client.request(Method::GET, &path), |r, (name, value)| r.header(name, value));
    client.finish(request).await
}

async fn who_am_i_with(client: &Client, name: &str, value: &str) -> Reply {
    client.finish(client.request(Method::GET, "/api/v2/users/me").header(name, value)).await
}

#[tokio::test]
async fn a_key_counts_in_each_place() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for place in PLACES {
        let me = who_am_i(&app.client(), &[(place, &owner.token)]).await.expect(200).json();
        assert_eq!(me["username"], "owner", "{place:?}");
        who_am_i(&app.client(), &[(place, STRANGE)]).await.expect(401);
    }
}

#[tokio::test]
async fn of_two_keys_the_one_in_the_first_place_counts() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let pairs = PLACES.iter().flat_map(|a| PLACES.iter().map(move |b| (*a, *b))).filter(|(a, b)| a < b);
    for (first, second) in pairs {
        who_am_i(&app.client(), &[(first, &owner.token), (second, STRANGE)]).await.expect(200);
        let refused = who_am_i(&app.client(), &[(first, STRANGE), (second, &owner.token)]).await;
        assert_eq!(refused.expect(401).detail(), "API key is invalid.", "{first:?} before {second:?}");
    }
}

#[tokio::test]
async fn a_malformed_key_is_not_made_up_for_either() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let refused = who_am_i(&app.client(), &[(Place::Cookie, "abc"), (Place::Header, &owner.token)]).await;
    assert!(refused.expect(401).detail().ends_with("expected 2 got 1"));
}

#[tokio::test]
async fn an_empty_place_is_passed_over() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let pairs = PLACES.iter().flat_map(|a| PLACES.iter().map(move |b| (*a, *b))).filter(|(a, b)| a < b);
    for (empty, full) in pairs {
        let reply = who_am_i(&app.client(), &[(empty, ""), (full, &owner.token)]).await;
        assert_eq!(reply.status, 200, "nothing in {empty:?}, a key in {full:?}: {reply:?}");
    }
    let nothing = PLACES.map(|place| (place, ""));
    let refused = who_am_i(&app.client(), &nothing).await.expect(401);
    assert_eq!(refused.message(), SIGNED_OUT);
    assert!(refused.detail().contains("must be provided"), "{refused:?}");
}

#[tokio::test]
async fn the_bearer_scheme_is_read_in_any_case_and_its_key_trimmed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for scheme in ["Bearer ", "BEARER ", "bearer ", "bEaReR   "] {
        let value = format!("{scheme}{}  ", owner.token);
        who_am_i_with(&app.client(), "authorization", &value).await.expect(200);
    }
}

#[tokio::test]
async fn other_schemes_are_no_bearer() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for value in [format!("Basic {}", owner.token), owner.token.clone(), format!("Bearer{}", owner.token)] {
        let refused = who_am_i_with(&app.client(), "authorization", &value).await.expect(401);
        assert!(refused.detail().contains("must be provided"), "{value}: {refused:?}");
    }
}

#[tokio::test]
async fn an_access_token_is_trimmed() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    let padded = format!("%20{}+", owner.token);
    who_am_i(&app.client(), &[(Place::AccessToken, &padded)]).await.expect(200);
}

#[tokio::test]
async fn a_cookie_of_a_similar_name_is_another_cookie() {
    let app = TestApp::new().await;
    let owner = app.owner().await;
    for name in ["xcoder_session_token", "coder_session_token2", "Coder_Session_Token"] {
        let value = format!("{name}={}", owner.token);
        who_am_i_with(&app.client(), "cookie", &value).await.expect(401);
    }
}
