//! `roster server`

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, line, say, unusable};
use crate::app::{self, Mail, serve};
use crate::config::{Database, Server};
use crate::domain::Backend;
use crate::http;
use crate::model::clock::SystemClock;
use crate::model::ids::Ids;

/// Serves until SIGTERM or Ctrl-C.
pub async fn run(database: Database, server: Server) -> Outcome {
    let providers = app::providers(&server)?;
    app::entitlements(&server.entitlements)?;
    let address = server.http_address;
    let taken = |e| format!("--http-address (ROSTER_HTTP_ADDRESS): cannot listen on {address}: {e}");
    let listener = TcpListener::bind(address).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let store = app::connect(&app::store_options(&database)).await.map_err(unusable)?;
    let settings = app::settings(&server, address);
    let mail = Mail::new(&server.email, address, &settings.access_url)?;
    let (clock, ids) = (Arc::new(SystemClock), Ids::random());
    let outside = app::Outside { notifier: mail.notifier(), providers };
    let started = app::backend(store.clone(), settings, clock, ids, outside).await;
    let backend = started.map_err(|e| unusable(line(e)))?;
    app::start_jobs(&backend);
    let endpoint = http::endpoint(backend.clone())?;
    listen_to_operator(&backend)?;
    // Whoever has read the address may ask to stop at once.
    let stop = asked_to_stop()?;
    greet(&backend, &format!("http://{address}")).await?;
    serve::serve(listener, endpoint, stop).await;
    app::finish(&backend, &mail).await;
    app::flush(&backend).await;
    store.close().await;
    Ok(())
}

async fn greet(backend: &Backend, url: &str) -> Outcome {
    say(&format!("Roster listens on {url}"));
    say(&format!("Explore the API at {url}{}", http::SWAGGER_PATH));
    if !app::has_users(backend).await.map_err(line)? {
        say("There are no users yet. Create the first one, the owner:");
        say(&format!("  curl -X POST {url}/api/v2/users/first -H 'Content-Type: application/json' \\"));
        let body = r#"{"email":"admin@example.com","username":"admin","password":"PasswordSecured123!"}"#;
        say(&format!("    -d '{body}'"));
    }
    Ok(())
}

/// Ready when the process is asked to stop.
fn asked_to_stop() -> Result<impl Future<Output = ()>, String> {
    let listen = |kind| signal(kind).map_err(|e| format!("no signals: {e}"));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Reads the entitlements again whenever the process is told to (SIGHUP).
fn listen_to_operator(backend: &Arc<Backend>) -> Outcome {
    let mut told = signal(SignalKind::hangup()).map_err(|e| format!("no signals: {e}"))?;
    let backend = Arc::downgrade(backend);
    tokio::spawn(async move {
        while told.recv().await.is_some() {
            let Some(backend) = backend.upgrade() else { return };
            app::refresh_entitlements(&backend).await;
            tracing::info!("read the entitlements again");
        }
    });
    Ok(())
}
