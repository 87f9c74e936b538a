//! Where a browser ends, which is never at another site.

use reqwest::Url;

use super::world::World;
use crate::support::openid::CALLBACK;

const HOME: &str = "http://roster.test";

/// Wishes and where they end. What cannot be understood ends at the root.
const WISHES: &[(&str, &str)] = &[
    ("", "/"),
    ("/x", "/x"),
    ("/x?a=b&c=d", "/x?a=b&c=d"),
    ("/users/a%20b?q=%26", "/users/a%20b?q=%26"),
    ("http://roster.test/x?y", "/x?y"),
    ("https://evil.test/x", "/x"),
    ("HTTPS://evil.test:8443/x?y", "/x?y"),
    ("//evil.test/x", "/x"),
    ("https://evil.test", "/"),
    ("//evil.test", "/"),
    ("/\\evil.test", "/"),
    ("\\\\evil.test", "/"),
    ("https://evil.test//evil.test/x", "/"),
    ("////evil.test", "/"),
    ("/\t/evil.test", "/"),
    ("/\n/evil.test", "/"),
    ("/x\r\nSet-Cookie: a=b", "/"),
    ("javascript:alert(1)", "/"),
    ("x", "/"),
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Where a browser that stands on the callback goes by this header.
fn lands(location: &str) -> Url {
    format!("{HOME}{CALLBACK}").parse::<Url>().unwrap().join(location).unwrap()
}

#[tokio::test]
async fn a_wish_is_reduced_to_a_path_of_this_server() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    let mut browser = world.browser();
    for (wish, path) in WISHES {
        let back = browser.log_in_to(&format!("?redirect={}", encoded(wish)), "alice").await.expect(307);
        assert_eq!(back.header("location"), *path, "{wish:?}");
        assert_eq!(lands(back.header("location")).origin(), lands("/").origin(), "{wish:?}");
        assert!(
            back.headers.get_all("set-cookie").iter().all(|c| !c.as_bytes().starts_with(b"a=")),
            "{wish:?}"
        );
    }
}

#[tokio::test]
async fn a_wish_that_somebody_put_into_the_cookie_is_reduced_too() {
    let Some(world) = World::new().await else { return };
    world.app.owner().await;
    for (cookie, path) in [("https://evil.test/x", "/x"), ("//evil.test", "/"), ("/\\evil.test", "/")] {
        let mut browser = world.browser();
        let start = browser.begin("?redirect=%2Fmine").await.expect(307);
        let back = browser.at_provider(start.header("location"), "alice").await;
        browser.set_cookie("oauth_redirect", cookie);
        assert_eq!(browser.get(&back).await.expect(307).header("location"), path, "{cookie}");
    }
}
