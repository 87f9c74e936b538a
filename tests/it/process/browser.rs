//! A real browser, and Swagger UI in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Child, Server};
use crate::support::TestDatabase;
use crate::support::environment::{skip, variable};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

/// What tests in a browser need and this machine lacks.
pub fn missing() -> Option<&'static str> {
    let browser = variable("CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".to_owned());
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        return Some("needs Node");
    }
    if !folder().join("node_modules/playwright-core").exists() {
        return Some("needs playwright-core (npm ci in tests/browser)");
    }
    (!Path::new(&browser).exists()).then_some("needs Chromium (the variable CHROMIUM names it)")
}

/// What a script of `tests/browser` reports, and where it left a picture of the page.
pub async fn drive(script: &str, base: &str, picture: &str, told: &str) -> (Value, PathBuf) {
    let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join(picture);
    let mut command = Command::new("node");
    command.args([script, base]).arg(&picture).arg(told).current_dir(folder());
    let ended = Child::spawn(&mut command).ended().await.expect(0);
    (serde_json::from_str(&ended.out).unwrap_or_else(|e| panic!("{e}: {ended:#?}")), picture)
}

#[tokio::test]
async fn the_interactive_pages_send_requests_with_a_token_and_talk_to_nobody_else() {
    if let Some(what) = missing() {
        return skip(what);
    }
    let database = TestDatabase::new().await;
    let server = Server::start(&database.url).await;
    server.owner().await;
    let token = server.log_in("owner@example.com", crate::support::PASSWORD).await;

    let (report, picture) = drive("swagger.mjs", &server.base, "swagger.png", &token).await;
    assert_eq!(report["status"], 200, "{report}");
    assert_eq!(
        (&report["body"]["count"], &report["body"]["users"][0]["username"]),
        (&1.into(), &"owner".into())
    );
    let shown = report["shown"].as_str().unwrap();
    assert!(shown.contains("\"username\": \"owner\""), "the page shows: {shown}");
    let requests: Vec<&str> =
        report["requests"].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
    assert!(requests.contains(&format!("{}/openapi.json", server.base).as_str()), "{requests:?}");
    let own = format!("{}/", server.base);
    assert!(requests.iter().all(|url| url.starts_with(&own)), "{requests:?}");
    assert!(std::fs::metadata(picture).unwrap().len() > 10_000);
}
