//! Where GitHub, or a GitHub Enterprise server, is asked what.

use reqwest::Url;

use crate::domain::provider::Failure;

const SITE: &str = "https://github.com";
const API: &str = "https://api.github.com";

/// The URLs of one GitHub.
#[derive(Debug)]
pub struct Endpoints {
    /// Where browsers begin.
    pub authorize: Url,
    /// Where codes become tokens.
    pub token: Url,
    /// Where device codes come from.
    pub device: Url,
    api: Url,
}

impl Endpoints {
    /// Those of the Enterprise server at `base`, or of github.com without one.
    ///
    /// # Errors
    /// When `base` is no URL of a server.
    pub fn new(base: Option<&str>) -> Result<Self, String> {
        let base = base.map(|base| base.trim_end_matches('/'));
        let (site, api) = match base.filter(|base| !base.eq_ignore_ascii_case(SITE)) {
            Some(base) => (base, format!("{base}/api/v3")),
            None => (SITE, API.to_owned()),
        };
        let url = |text: String| {
            let url = Url::parse(&text).map_err(|error| format!("{site:?} is no URL: {error}"))?;
            if url.cannot_be_a_base() { Err(format!("{site:?} is no URL of a server")) } else { Ok(url) }
        };
        Ok(Self {
            authorize: url(format!("{site}/login/oauth/authorize"))?,
            token: url(format!("{site}/login/oauth/access_token"))?,
            device: url(format!("{site}/login/device/code"))?,
            api: url(api)?,
        })
    }

    /// The URL of something in the API, by the names on its path.
    ///
    /// # Errors
    /// When a name would lead elsewhere: nothing, `.` and `..` cannot be encoded.
    pub fn api(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, Failure> {
        let astray = || Failure::Unreachable(format!("{path:?} cannot be asked for"));
        if path.iter().any(|name| matches!(*name, "" | "." | "..")) {
            return Err(astray());
        }
        let mut url = self.api.clone();
        url.path_segments_mut().map_err(|()| astray())?.pop_if_empty().extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(base: Option<&str>) -> Vec<String> {
        let urls = Endpoints::new(base).unwrap();
        let user = urls.api(&["user"], &[]).unwrap();
        [urls.authorize, urls.token, urls.device, user].map(String::from).to_vec()
    }

    #[test]
    fn github_com_has_a_host_for_its_api() {
        let wanted = [
            "https://github.com/login/oauth/authorize",
            "https://github.com/login/oauth/access_token",
            "https://github.com/login/device/code",
            "https://api.github.com/user",
        ];
        assert_eq!(shown(None), wanted);
        assert_eq!(shown(Some("https://GitHub.com/")), wanted);
    }

    #[test]
    fn an_enterprise_server_has_a_path_for_its_api() {
        let wanted = [
            "https://git.example.com:8443/login/oauth/authorize",
            "https://git.example.com:8443/login/oauth/access_token",
            "https://git.example.com:8443/login/device/code",
            "https://git.example.com:8443/api/v3/user",
        ];
        assert_eq!(shown(Some("https://git.example.com:8443/")), wanted);
    }

    #[test]
    fn names_are_encoded_and_lead_nowhere_else() {
        let urls = Endpoints::new(None).unwrap();
        let url = urls.api(&["orgs", "a/b?c#d e%", "x"], &[("page", "1&2")]).unwrap();
        assert_eq!(url.as_str(), "https://api.github.com/orgs/a%2Fb%3Fc%23d%20e%25/x?page=1%262");
        for name in ["", ".", ".."] {
            assert!(urls.api(&["orgs", name], &[]).is_err(), "{name:?}");
        }
        assert!(Endpoints::new(Some("data:text/plain")).is_err() && Endpoints::new(Some("nowhere")).is_err());
    }
}
