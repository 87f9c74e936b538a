//! The secret as a setting: by either name, and told to nobody.

use super::*;
use crate::process::{Server, roster};
use crate::support::{PASSWORD, TestDatabase};

/// A server with these variables that logs all it can, and what it says until it ends.
async fn server(database: &TestDatabase, variables: &[(&str, &str)]) -> Server {
    let mut command = roster(&["server", "--http-address", "127.0.0.1:0", "--database-url", &database.url]);
    command.args(["--log-level", "debug"]);
    for (name, value) in variables {
        command.env(name, value);
    }
    Server::from(&mut command).await
}

async fn opens(server: &Server, secret: &str) -> u16 {
    get(&server.client().with_authorization(secret), "/Users").await.status
}

#[tokio::test]
async fn the_secret_is_read_under_either_name_and_ours_wins() {
    let database = TestDatabase::new().await;
    let (ours, older) = ("ROSTER_SCIM_AUTH_HEADER", "CODER_SCIM_AUTH_HEADER");
    for (variables, secret, wrong) in [
        (&[(ours, "one")][..], "one", "two"),
        (&[(older, "two")], "two", "one"),
        (&[(ours, "Bearer one"), (older, "two")], "Bearer one", "two"),
    ] {
        let server = server(&database, variables).await;
        assert_eq!((opens(&server, secret).await, opens(&server, wrong).await), (200, 401), "{variables:?}");
    }
    for variables in [&[][..], &[(ours, "")], &[(older, "")], &[(ours, " ")]] {
        assert_eq!(opens(&server(&database, variables).await, "").await, 404, "{variables:?}");
    }
}

#[tokio::test]
async fn the_secret_is_neither_logged_nor_shown() {
    let database = TestDatabase::new().await;
    for variable in ["ROSTER_SCIM_AUTH_HEADER", "CODER_SCIM_AUTH_HEADER"] {
        let secret = "hunter2hunter2";
        let server = server(&database, &[(variable, secret)]).await;
        let owner = match variable {
            "ROSTER_SCIM_AUTH_HEADER" => server.owner().await,
            _ => server.client().with_token(&server.log_in("owner@example.com", PASSWORD).await),
        };
        assert_eq!(opens(&server, secret).await, 200);
        assert_eq!(opens(&server, &format!("{secret}x")).await, 401);
        let config = owner.get("/deployment/config").await.expect(200);
        assert!(!config.text.contains(secret), "{config:?}");
        let config = config.json();
        assert_eq!(config["config"]["scim_auth_header"], "");
        let options = config["options"].as_array().unwrap();
        let option = options.iter().find(|option| option["name"] == "scim_auth_header").unwrap();
        assert_eq!(option["annotations"], json!({ "secret": "true" }));
        let ended = server.stop().await;
        assert!(ended.err.contains("/scim/v2/Users"), "{ended:?}");
        assert!(!format!("{ended:?}").contains(secret), "{ended:?}");
        let help = roster(&["server", "--help"]).env(variable, secret).output().unwrap();
        let help = String::from_utf8([help.stdout, help.stderr].concat()).unwrap();
        assert!(help.contains("CODER_SCIM_AUTH_HEADER") && !help.contains(secret), "{help}");
    }
}
