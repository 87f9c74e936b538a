//! A browser without a screen: it keeps cookies for each origin, follows no redirect by itself, and fills in the provider's form.

use chrono::DateTime;
use reqwest::header::{COOKIE, HOST, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Url};

use super::client::{Client, Reply};
use super::openid::CALLBACK;

/// More hops than any login has.
const HOPS: usize = 12;

/// Somebody in front of a browser.
#[derive(Clone)]
pub struct Browser {
    roster: Client,
    access_url: Url,
    cookies: Vec<Cookie>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Cookie {
    origin: String,
    path: String,
    name: String,
    value: String,
}

impl Browser {
    /// A browser that reaches `access_url` where `roster` speaks to.
    pub fn new(roster: Client, access_url: &str) -> Self {
        Self { roster, access_url: access_url.parse().unwrap(), cookies: Vec::new() }
    }

    /// Opens a page: a path of Roster's, or a whole URL.
    pub async fn get(&mut self, url: &str) -> Reply {
        let url = self.whole(url);
        self.send(Method::GET, url, |request| request).await
    }

    /// Sends a form to a page.
    pub async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Reply {
        let url = self.whole(url);
        self.send(Method::POST, url, |request| request.form(fields)).await
    }

    /// Begins a login with the first OpenID provider; `query` is that of the request.
    pub async fn begin(&mut self, query: &str) -> Reply {
        self.get(&format!("{CALLBACK}{query}")).await
    }

    /// Follows a link to the provider, logs in there as `account`, and gives the URL that it sends the browser back to, which is
    /// not opened.
    pub async fn at_provider(&mut self, start: &str, account: &str) -> String {
        self.walk(start, &[("account", account), ("password", "any"), ("answer", "allow")]).await
    }

    /// Changes its mind at the provider.
    pub async fn cancel_at_provider(&mut self, start: &str) -> String {
        self.walk(start, &[("answer", "deny")]).await
    }

    /// The whole way: begins, logs in to the provider as `account`, comes back.
    pub async fn log_in(&mut self, account: &str) -> Reply {
        self.log_in_to("", account).await
    }

    /// The same with a query for the beginning.
    pub async fn log_in_to(&mut self, query: &str, account: &str) -> Reply {
        let start = self.begin(query).await.expect(307);
        let back = self.at_provider(start.header("location"), account).await;
        self.get(&back).await
    }

    /// A cookie that would be sent to Roster's callback.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let url = self.whole(CALLBACK);
        self.cookies
            .iter()
            .find(|cookie| cookie.goes_to(&url) && cookie.name == name)
            .map(|c| c.value.as_str())
    }

    /// Loses Roster's cookie of this name.
    pub fn forget(&mut self, name: &str) {
        let origin = origin(&self.access_url);
        self.cookies.retain(|cookie| cookie.origin != origin || cookie.name != name);
    }

    /// Has another value for Roster's cookie of this name.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        let origin = origin(&self.access_url);
        self.keep(Cookie { origin, path: "/".to_owned(), name: name.to_owned(), value: value.to_owned() });
    }

    /// Somebody with the session of this browser, who speaks to the API without cookies.
    #[track_caller]
    pub fn client(&self) -> Client {
        let session = self.cookie("coder_session_token");
        self.roster.with_token(session.unwrap_or_else(|| panic!("no session among {:?}", self.cookies)))
    }

    async fn walk(&mut self, start: &str, form: &[(&str, &str)]) -> String {
        let mut at: Url = start.parse().unwrap();
        for _ in 0..HOPS {
            if origin(&at) == origin(&self.access_url) {
                return at.into();
            }
            let mut reply = self.get(at.as_str()).await;
            if reply.status == 200 {
                reply = self.post(at.as_str(), form).await;
            }
            assert!((300..400).contains(&reply.status), "{at} answered {}: {}", reply.status, reply.text);
            at = at.join(reply.header("location")).unwrap();
        }
        panic!("the provider goes in circles, at last {at}");
    }

    fn whole(&self, url: &str) -> Url {
        self.access_url.join(url).unwrap()
    }

    async fn send(
        &mut self,
        method: Method,
        url: Url,
        finish: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Reply {
        let cookies = self.header_for(&url);
        let with_cookies = |request: RequestBuilder| {
            finish(if cookies.is_empty() { request } else { request.header(COOKIE, cookies) })
        };
        let home = origin(&self.access_url);
        let reply = if origin(&url) == home {
            let request = self.roster.request(method, &url.as_str()[home.len()..]);
            self.roster.finish(with_cookies(request.header(HOST, url.authority()))).await
        } else {
            let request = self.roster.request_elsewhere(method, url.clone());
            self.roster.exchange(with_cookies(request)).await
        };
        self.take_cookies(&url, &reply);
        reply
    }

    fn header_for(&self, url: &Url) -> String {
        let sent = self.cookies.iter().filter(|cookie| cookie.goes_to(url));
        sent.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect::<Vec<_>>().join("; ")
    }

    fn take_cookies(&mut self, url: &Url, reply: &Reply) {
        for header in reply.headers.get_all(SET_COOKIE) {
            let (cookie, is_over) = Cookie::parse(&origin(url), header.to_str().unwrap());
            self.keep(cookie);
            if is_over {
                self.cookies.pop();
            }
        }
    }

    /// In place of one with the same name, path and origin.
    fn keep(&mut self, new: Cookie) {
        self.cookies.retain(|old| (&old.origin, &old.path, &old.name) != (&new.origin, &new.path, &new.name));
        self.cookies.push(new);
    }
}

impl Cookie {
    /// From a header, and whether it is over already.
    fn parse(origin: &str, header: &str) -> (Self, bool) {
        let mut parts = header.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
        let mut cookie = Self {
            origin: origin.to_owned(),
            path: "/".to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let mut is_over = false;
        for (attribute, value) in parts.filter_map(|part| part.split_once('=')) {
            match attribute.to_ascii_lowercase().as_str() {
                "path" => value.clone_into(&mut cookie.path),
                "max-age" => is_over = value.parse::<i64>().unwrap() <= 0,
                "expires" => is_over |= DateTime::parse_from_rfc2822(value).unwrap() <= DateTime::UNIX_EPOCH,
                _ => {}
            }
        }
        (cookie, is_over)
    }

    fn goes_to(&self, url: &Url) -> bool {
        let below = url.path().strip_prefix(self.path.as_str());
        let same_path =
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'));
        self.origin == origin(url) && same_path
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
