//! The dialect of the program.

use reqwest::Method;
use roster::domain::Dialect;
use serde_json::json;

use crate::process::{Child, Server, roster};
use crate::support::TestDatabase;

/// Whether a server speaks to clients of Coder, and serves the document that says so.
async fn speaks_coder(server: &Server) -> bool {
    let coder = server.owner().await.speaking(Dialect::Coder);
    let served = coder.finish(coder.request(Method::GET, "/openapi.json")).await.expect(200);
    let printed = Child::spawn(&mut roster(&["openapi", "--dialect", "coder"])).ended().await.expect(0);
    let roles = coder.request(Method::GET, "/api/v2/users/me/roles");
    let roles = coder.exchange(roles).await.expect(200).json();
    assert_eq!(roles["organization_roles"].is_object(), printed.out == served.text, "{roles}");
    printed.out == served.text
}

#[tokio::test]
async fn a_server_speaks_as_it_is_told_by_flag_or_environment() {
    let database = TestDatabase::new().await;
    let by_flag = Server::start_with(&database.url, &["--dialect", "coder"]).await;
    assert!(speaks_coder(&by_flag).await);

    let database = TestDatabase::new().await;
    let mut command = roster(&["server", "--http-address", "127.0.0.1:0", "--database-url", &database.url]);
    assert!(speaks_coder(&Server::from(command.env("ROSTER_DIALECT", "coder")).await).await);

    let database = TestDatabase::new().await;
    assert!(!speaks_coder(&Server::start(&database.url).await).await);
}

#[tokio::test]
async fn the_document_of_a_dialect_is_written_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    let out = ["openapi", "--out", file.to_str().unwrap(), "--dialect"];
    let run = async |flags: &[&str]| Child::spawn(roster(&out).args(flags)).ended().await;
    run(&["coder"]).await.expect(0);
    run(&["coder", "--check"]).await.expect(0);
    let stale = run(&["documented", "--check"]).await.expect(1);
    assert!(stale.complaint().contains("openapi.json") && !stale.complaint().contains("surface.txt"));
    let printed = Child::spawn(roster(&["openapi"]).env("ROSTER_DIALECT", "coder")).ended().await.expect(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), printed.out);
    let document: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(document["components"]["schemas"]["codersdk.UserRoles"]["type"], json!("object"));
}
