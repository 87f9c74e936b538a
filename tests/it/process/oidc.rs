//! Settings of OpenID Connect: what becomes of them, and those that cannot hold together.

use std::fs;
use std::path::Path;

use clap::Parser;
use roster::app;
use roster::config::Config;
use roster::domain::provider::{OidcRules, OrganizationSync, Providers, RoleSync};
use roster::model::ids::OrgId;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Child, roster};

const ISSUER: &str = "--oidc-issuer-url=https://login.example.com";
const CLIENT: &str = "--oidc-client-id=roster";

fn providers(flags: &[&str]) -> Result<Providers, String> {
    let config = Config::try_parse_from([&["roster"], flags].concat()).unwrap();
    app::providers(&config.server)
}

/// A file with these providers, in a folder of its own.
fn file(text: &str) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("providers.json");
    fs::write(&file, text).unwrap();
    let flag = format!("--oidc-providers-file={}", file.display());
    (folder, flag)
}

fn partners() -> Value {
    json!({ "name": "partners", "issuer_url": "https://login.partners.example", "client_id": "roster" })
}

#[test]
fn without_settings_there_is_no_provider() {
    assert!(providers(&[]).unwrap().oidc.is_empty());
}

#[test]
fn a_provider_by_flags_has_the_usual_rules() {
    let providers = providers(&[ISSUER, CLIENT]).unwrap();
    let [oidc] = &providers.oidc[..] else { panic!("{providers:?}") };
    assert_eq!(oidc.client.issuer(), "https://login.example.com");
    assert_eq!(oidc.rules, OidcRules::default());
}

#[test]
fn every_rule_can_be_set_by_flags_and_in_the_file() {
    let organization = Uuid::from_u128(7);
    let mapping = json!({ "staff": [organization] }).to_string();
    let flags = [
        ISSUER,
        CLIENT,
        "--oidc-client-secret=hunter2hunter2",
        "--oidc-allow-signups=false",
        "--oidc-signups-disabled-text=Ask Ada.",
        "--oidc-email-domain=@Example.com,example.org",
        "--oidc-ignore-email-verified",
        "--oidc-email-field=mail",
        "--oidc-username-field=nick",
        "--oidc-name-field=cn",
        "--oidc-sign-in-text=The house",
        "--oidc-icon-url=/icon.svg",
        "--oidc-user-role-field=groups",
        r#"--oidc-user-role-mapping={"admins":["user-admin","auditor"]}"#,
        "--oidc-user-role-default=auditor",
        "--oidc-organization-field=units",
        &format!("--oidc-organization-mapping={mapping}"),
        "--oidc-organization-assign-default=false",
    ];
    let member = json!({
        "name": "partners", "issuer_url": "https://login.partners.example", "client_id": "roster",
        "client_secret": "hunter2hunter2", "allow_signups": false, "signups_disabled_text": "Ask Ada.",
        "email_domain": ["@Example.com", "example.org"], "ignore_email_verified": true, "email_field": "mail",
        "username_field": "nick", "name_field": "cn", "sign_in_text": "The house", "icon_url": "/icon.svg",
        "user_role_field": "groups", "user_role_mapping": { "admins": ["user-admin", "auditor"] },
        "user_role_default": ["auditor"], "organization_field": "units",
        "organization_mapping": { "staff": [organization] }, "organization_assign_default": false,
        "scopes": ["openid"], "auth_url_params": {}, "claims_source": "access_token",
    });
    let (_folder, more) = file(&json!([member]).to_string());
    let both = providers(&[&flags[..], &[&more]].concat()).unwrap();
    let names = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let expected = OidcRules {
        slug: String::new(),
        sign_in_text: "The house".to_owned(),
        icon_url: "/icon.svg".to_owned(),
        allow_signups: false,
        signups_disabled_text: "Ask Ada.".to_owned(),
        email_domains: names(&["example.com", "example.org"]),
        ignore_email_verified: true,
        email_field: "mail".to_owned(),
        username_field: "nick".to_owned(),
        name_field: "cn".to_owned(),
        roles: RoleSync {
            field: "groups".to_owned(),
            mapping: [("admins".to_owned(), names(&["user-admin", "auditor"]))].into(),
            default: names(&["auditor"]),
        },
        organizations: OrganizationSync {
            field: "units".to_owned(),
            mapping: [("staff".to_owned(), vec![OrgId(organization)])].into(),
            assign_default: false,
        },
    };
    assert_eq!(both.oidc[0].rules, expected);
    assert_eq!(
        both.oidc_named("partners").unwrap().rules,
        OidcRules { slug: "partners".to_owned(), ..expected }
    );
    assert!(!format!("{both:?}").contains("hunter2"), "{both:?}");
}

#[test]
fn the_file_alone_will_do() {
    let mut second = partners();
    second["name"] = "second-1".into();
    second["issuer_url"] = "http://127.0.0.1:9/second".into();
    let (_folder, flag) = file(&json!([partners(), second]).to_string());
    let providers = providers(&[&flag]).unwrap();
    let slugs: Vec<&str> = providers.oidc.iter().map(|oidc| oidc.rules.slug.as_str()).collect();
    assert_eq!(slugs, ["partners", "second-1"]);
    assert_eq!(providers.oidc[0].rules, OidcRules { slug: "partners".to_owned(), ..OidcRules::default() });
}

#[test]
fn a_secret_may_be_in_a_file_beside_the_file() {
    let mut provider = partners();
    provider["client_secret_file"] = "secret".into();
    let (folder, flag) = file(&json!([provider]).to_string());
    let missing = providers(&[&flag]).unwrap_err();
    assert!(missing.contains("provider partners: client_secret_file secret: "), "{missing}");
    fs::write(folder.path().join("secret"), "hunter2hunter2\n").unwrap();
    let config = Config::try_parse_from(["roster", &flag]).unwrap();
    let read = config.server.oidc.providers().unwrap();
    assert_eq!(read[0].client_secret.as_ref().unwrap().0, "hunter2hunter2");
}

#[test]
fn a_file_that_makes_no_sense_is_refused_in_one_line() {
    let with = |name: &str, value: Value| {
        let mut provider = partners();
        provider[name] = value;
        json!([provider]).to_string()
    };
    let mut namesake = partners();
    namesake["issuer_url"] = "https://other.example".into();
    let mut second = partners();
    second["name"] = "other".into();
    let table = [
        ("{".to_owned(), "line 1"),
        (json!({ "name": "x" }).to_string(), "expected a sequence"),
        (with("colour", json!("red")), "unknown field `colour`"),
        (with("name", json!("")), "provider number 1: name: "),
        (with("name", json!("Two Words")), "provider Two Words: name: "),
        (with("issuer_url", json!("http://login.example.com")), "provider partners: issuer_url: "),
        (with("client_id", json!("")), "provider partners: client_id is missing"),
        (with("client_secret", json!(271_828)), "client_secret must be a string"),
        (with("scopes", json!(["email"])), "openid must be among the scopes"),
        (with("auth_url_params", json!({ "nonce": "x" })), "nonce cannot be set"),
        (with("email_domain", json!(["a@b"])), "provider partners: email_domain: "),
        (with("icon_url", json!("data:x")), "provider partners: icon_url: "),
        (with("claims_source", json!("moon")), "unknown variant `moon`"),
        (with("user_role_default", json!(["king"])), "user_role_default: there is no site role \"king\""),
        (
            with("user_role_mapping", json!({ "a": ["king"] })),
            "user_role_mapping: there is no site role \"king\"",
        ),
        (json!([partners(), namesake]).to_string(), "two providers have the name partners"),
        (
            json!([partners(), second]).to_string(),
            "two providers have the issuer https://login.partners.example",
        ),
    ];
    for (text, why) in table {
        let (_folder, flag) = file(&text);
        let line = providers(&[&flag]).unwrap_err();
        assert!(line.starts_with("--oidc-providers-file (ROSTER_OIDC_PROVIDERS_FILE)"), "{line}");
        assert!(line.contains(why) && !line.contains('\n') && !line.contains("271828"), "{why}: {line}");
    }
    let (_folder, flag) = file(&with("issuer_url", json!("https://login.example.com")));
    let same = providers(&[ISSUER, CLIENT, &flag]).unwrap_err();
    assert!(same.contains("two providers have the issuer https://login.example.com"), "{same}");
}

async fn complaint(code: i32, flags: &[&str], folder: &Path) -> String {
    let database = format!("--database-url=sqlite://{}", folder.join("roster.db").display());
    let arguments = [&["server", "--http-address", "127.0.0.1:0", &database], flags].concat();
    Child::spawn(&mut roster(&arguments)).ended().await.expect(code).complaint().to_owned()
}

#[tokio::test]
async fn settings_that_need_others_say_which() {
    let folder = TempDir::new().unwrap();
    let issuer = "--oidc-issuer-url (ROSTER_OIDC_ISSUER_URL)";
    let client = "--oidc-client-id (ROSTER_OIDC_CLIENT_ID)";
    let secret = "--oidc-client-secret (ROSTER_OIDC_CLIENT_SECRET)";
    let table: [(&[&str], String); 5] = [
        (&[ISSUER], format!("{issuer} needs {client}")),
        (&[ISSUER, "--oidc-client-id="], format!("{issuer} needs {client}")),
        (&[CLIENT], format!("{client} needs {issuer}")),
        (&["--oidc-client-secret=x"], format!("{secret} needs {issuer}")),
        (
            &[ISSUER, CLIENT, "--oidc-scopes=email"],
            "--oidc-scopes (ROSTER_OIDC_SCOPES): openid must be among the scopes".to_owned(),
        ),
    ];
    for (flags, line) in table {
        assert_eq!(complaint(2, flags, folder.path()).await, format!("roster: {line}"));
    }
}

#[tokio::test]
async fn a_server_whose_providers_make_no_sense_does_not_start() {
    let folder = TempDir::new().unwrap();
    let table: [(&[&str], String); 2] = [
        (
            &[ISSUER, CLIENT, "--oidc-user-role-default=king"],
            "--oidc-user-role-default (ROSTER_OIDC_USER_ROLE_DEFAULT): there is no site role \"king\""
                .to_owned(),
        ),
        (
            &[ISSUER, CLIENT, r#"--oidc-user-role-mapping={"a":["king"]}"#],
            "--oidc-user-role-mapping (ROSTER_OIDC_USER_ROLE_MAPPING): there is no site role \"king\""
                .to_owned(),
        ),
    ];
    for (flags, line) in table {
        assert_eq!(complaint(1, flags, folder.path()).await, format!("roster: {line}"));
    }
    let missing = complaint(1, &["--oidc-providers-file=nowhere.json"], folder.path()).await;
    assert!(
        missing.starts_with("roster: --oidc-providers-file (ROSTER_OIDC_PROVIDERS_FILE) nowhere.json: "),
        "{missing}"
    );
    // None of that made a database.
    assert!(!folder.path().join("roster.db").exists());
}

#[tokio::test]
async fn the_secret_of_the_client_is_never_shown() {
    let secret = "hunter2hunter2";
    let help = roster(&["--help"]).env("ROSTER_OIDC_CLIENT_SECRET", secret).output().unwrap();
    let refused =
        roster(&["--http-address", "127.0.0.1:0"]).env("ROSTER_OIDC_CLIENT_SECRET", secret).output().unwrap();
    for output in [help, refused] {
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.contains("ROSTER_OIDC_CLIENT_SECRET") && !said.contains(secret), "{said}");
    }
}
