//! Settings of logins with GitHub.

use std::net::IpAddr;

use clap::Args;

use super::Password;

/// Settings of logins with GitHub.
#[derive(Debug, Clone, Args)]
pub struct Github {
    /// The client id of the OAuth app at GitHub that people log in with. Without one nobody does.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_CLIENT_ID", value_name = "ID", value_parser = something)]
    pub oauth2_github_client_id: Option<String>,
    /// A client secret of that app.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_CLIENT_SECRET", value_name = "SECRET", value_parser = secret, hide_env_values = true)]
    pub oauth2_github_client_secret: Option<Password>,
    /// Show people a code to type in at GitHub instead of sending their browsers there and back; the app must allow that.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_DEVICE_FLOW")]
    pub oauth2_github_device_flow: bool,
    /// The organizations at GitHub whose active members may log in, with commas between them.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_ALLOWED_ORGS", value_name = "NAMES", value_delimiter = ',', value_parser = organization)]
    pub oauth2_github_allowed_orgs: Vec<String>,
    /// The teams, as ORGANIZATION/TEAM with commas between them, of which those who log in must be in one; all members of the
    /// organizations may when not given.
    ///
    /// A team is named as in the address of its page: in small letters, with hyphens for spaces.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_ALLOWED_TEAMS", value_name = "TEAMS", value_delimiter = ',', value_parser = team)]
    pub oauth2_github_allowed_teams: Vec<Team>,
    /// Make an account for those who log in with GitHub and have none.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_ALLOW_SIGNUPS")]
    pub oauth2_github_allow_signups: bool,
    /// Let everybody log in who has an account at GitHub, instead of the members of some organizations.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_ALLOW_EVERYONE")]
    pub oauth2_github_allow_everyone: bool,
    /// URL of the GitHub Enterprise server that is asked instead of github.com.
    #[arg(long, env = "ROSTER_OAUTH2_GITHUB_ENTERPRISE_BASE_URL", value_name = "URL", value_parser = enterprise_url)]
    pub oauth2_github_enterprise_base_url: Option<String>,
}

/// A team of an organization at GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The organization's name.
    pub organization: String,
    /// The team's name in addresses.
    pub name: String,
}

const ID: &str = "--oauth2-github-client-id";
const SECRET: &str = "--oauth2-github-client-secret";
const ORGS: &str = "--oauth2-github-allowed-orgs";
const EVERYONE: &str = "--oauth2-github-allow-everyone";
const TEAMS: &str = "--oauth2-github-allowed-teams";

impl Github {
    /// Settings that cannot hold together, as a line that names them.
    pub(super) fn contradiction(&self) -> Option<String> {
        if self.oauth2_github_client_id.is_none() {
            return self.lonely().map(|flag| format!("{} needs {ID}", named(flag)));
        }
        if self.oauth2_github_client_secret.is_none() {
            return Some(format!("{} needs {SECRET}", named(ID)));
        }
        self.who_may_come()
    }

    /// A flag that means nothing without an app.
    fn lonely(&self) -> Option<&'static str> {
        let given = [
            (SECRET, self.oauth2_github_client_secret.is_some()),
            ("--oauth2-github-device-flow", self.oauth2_github_device_flow),
            (ORGS, !self.oauth2_github_allowed_orgs.is_empty()),
            (TEAMS, !self.oauth2_github_allowed_teams.is_empty()),
            ("--oauth2-github-allow-signups", self.oauth2_github_allow_signups),
            (EVERYONE, self.oauth2_github_allow_everyone),
            ("--oauth2-github-enterprise-base-url", self.oauth2_github_enterprise_base_url.is_some()),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(flag, _)| flag)
    }

    fn who_may_come(&self) -> Option<String> {
        let some = [
            (ORGS, self.oauth2_github_allowed_orgs.is_empty()),
            (TEAMS, self.oauth2_github_allowed_teams.is_empty()),
        ];
        let listed = some.into_iter().find(|(_, empty)| !empty).map(|(flag, _)| flag);
        match (self.oauth2_github_allow_everyone, listed) {
            (true, Some(flag)) => Some(format!("{} cannot be used with {flag}", named(EVERYONE))),
            (true, None) => None,
            (false, None) => Some(format!("{} needs {ORGS}, or {EVERYONE}", named(ID))),
            (false, Some(_)) => self.team_of_others(),
        }
    }

    fn team_of_others(&self) -> Option<String> {
        let allowed =
            |name: &str| self.oauth2_github_allowed_orgs.iter().any(|org| org.eq_ignore_ascii_case(name));
        let other = self.oauth2_github_allowed_teams.iter().find(|team| !allowed(&team.organization))?;
        let Team { organization, name } = other;
        Some(format!("{} \"{organization}/{name}\" needs {organization:?} among {ORGS}", named(TEAMS)))
    }
}

/// A flag with its variable.
fn named(flag: &str) -> String {
    format!("{flag} (ROSTER_{})", flag.trim_start_matches("--").replace('-', "_").to_uppercase())
}

fn something(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("it must not be empty".to_owned()) } else { Ok(text.to_owned()) }
}

fn secret(text: &str) -> Result<Password, String> {
    something(text).map(Password)
}

fn is_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes().all(good) && !matches!(text, "" | "." | "..")
}

fn organization(text: &str) -> Result<String, String> {
    let name = text.trim();
    if is_name(name) { Ok(name.to_owned()) } else { Err("it must be the name of an organization".to_owned()) }
}

fn team(text: &str) -> Result<Team, String> {
    let parts =
        text.trim().split_once('/').filter(|(organization, name)| is_name(organization) && is_name(name));
    let (organization, name) = parts.ok_or("it must look like organization/team")?;
    Ok(Team { organization: organization.to_owned(), name: name.to_owned() })
}

/// Tokens go there, so it must not be overheard.
fn enterprise_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let (scheme, rest) = text.split_once("://").ok_or("it must begin with https://")?;
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || rest.contains(|c: char| c.is_whitespace() || matches!(c, '@' | '?' | '#' | '\\')) {
        return Err("it must look like https://git.example.com".to_owned());
    }
    match scheme {
        "https" => Ok(text.to_owned()),
        "http" if is_loopback(host) => Ok(text.to_owned()),
        "http" => Err("it must begin with https://; http:// is for loopback addresses".to_owned()),
        _ => Err("it must begin with https://".to_owned()),
    }
}

/// Whether a host, which may have a port, is this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    };
    let ip = |name: &str| name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    name.is_some_and(|name| name.eq_ignore_ascii_case("localhost") || ip(name))
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;
    use clap::Parser;

    const APP: [&str; 2] = ["--oauth2-github-client-id=id", "--oauth2-github-client-secret=hunter2"];

    fn contradiction(flags: &[&str]) -> Option<String> {
        Config::try_parse_from([&["roster"], flags].concat()).unwrap().contradiction()
    }

    /// What is said against these flags beside an app.
    fn against(flags: &[&str]) -> Option<String> {
        contradiction(&[&APP, flags].concat())
    }

    #[test]
    fn nothing_is_said_against_what_holds_together() {
        assert_eq!(contradiction(&[]), None);
        assert_eq!(against(&["--oauth2-github-allow-everyone"]), None);
        let orgs = "--oauth2-github-allowed-orgs=Acme, other";
        assert_eq!(against(&[orgs]), None);
        assert_eq!(against(&[orgs, "--oauth2-github-allowed-teams=acme/ops,other/dev"]), None);
    }

    #[test]
    fn no_flag_means_anything_without_an_app() {
        let flags = [
            "client-secret=x",
            "device-flow",
            "allowed-orgs=acme",
            "allowed-teams=acme/ops",
            "allow-signups",
            "allow-everyone",
            "enterprise-base-url=https://git.example.com",
        ];
        for flag in flags {
            let line = contradiction(&[&format!("--oauth2-github-{flag}")]).unwrap();
            let flag = format!("--oauth2-github-{}", flag.split('=').next().unwrap());
            assert_eq!(line, format!("{} needs --oauth2-github-client-id", named(&flag)));
        }
        let line = contradiction(&APP[..1]).unwrap();
        let wanted =
            "--oauth2-github-client-id (ROSTER_OAUTH2_GITHUB_CLIENT_ID) needs --oauth2-github-client-secret";
        assert_eq!(line, wanted);
    }

    #[test]
    fn either_everyone_may_come_or_members_of_organizations() {
        let neither = against(&[]).unwrap();
        assert!(neither.starts_with("--oauth2-github-client-id (") && neither.contains(ORGS), "{neither}");
        for (both, flag) in [("allowed-orgs=acme", ORGS), ("allowed-teams=acme/ops", TEAMS)] {
            let line = against(&[EVERYONE, &format!("--oauth2-github-{both}")]).unwrap();
            let wanted =
                "--oauth2-github-allow-everyone (ROSTER_OAUTH2_GITHUB_ALLOW_EVERYONE) cannot be used with ";
            assert_eq!(line, format!("{wanted}{flag}"));
        }
    }

    #[test]
    fn teams_are_of_organizations_that_may_come() {
        for orgs in [&["--oauth2-github-allowed-orgs=acme"][..], &[]] {
            let line = against(&[orgs, &["--oauth2-github-allowed-teams=other/dev"]].concat()).unwrap();
            assert!(
                line.contains("\"other/dev\" needs \"other\" among --oauth2-github-allowed-orgs"),
                "{line}"
            );
        }
    }

    #[test]
    fn names_have_the_letters_of_github() {
        assert_eq!(organization(" acme-corp_1 "), Ok("acme-corp_1".to_owned()));
        let ops = Team { organization: "acme".to_owned(), name: "ops-team".to_owned() };
        assert_eq!(team("acme/ops-team"), Ok(ops));
        for bad in ["", "..", "a b", "a/b", "a%2Fb"] {
            assert!(organization(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "acme", "/ops", "acme/", "acme/..", "acme/Ops Team", "a/b/c"] {
            assert!(team(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_enterprise_server_is_asked_by_https_unless_it_is_here() {
        assert_eq!(enterprise_url("https://git.example.com/"), Ok("https://git.example.com".to_owned()));
        for good in ["http://localhost:1", "http://127.0.0.1", "http://[::1]:8080", "https://x/git"] {
            assert_eq!(enterprise_url(good), Ok(good.to_owned()));
        }
        let bad = [
            "git.example.com",
            "ftp://x",
            "https://",
            "http://git.example.com",
            "http://127.0.0.1.example.com",
            "https://me@x",
            "http://localhost@x",
            "https://x?y",
            "https://x#y",
            "https://a b",
            "http://10.0.0.1",
        ];
        for bad in bad {
            assert!(enterprise_url(bad).is_err(), "{bad}");
        }
    }
}
