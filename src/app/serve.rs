//! Connections: accepted, served with limits on slow and greedy clients, and ended gracefully.
//!
//! poem has a server of its own; this one adds what that one leaves out: no delay for small packets, a limit on the time a
//! client takes for its headers, a pause instead of a busy loop when the process is out of file descriptors.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint};
use tokio::net::{TcpListener, TcpStream};

/// How long a client may take for the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// How long requests in flight may take once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(25);
const AFTER_ACCEPT_ERROR: Duration = Duration::from_millis(50);

/// Serves until `stop` is ready, then finishes what is in flight.
pub async fn serve(listener: TcpListener, endpoint: BoxEndpoint<'static>, stop: impl Future<Output = ()>) {
    let endpoint = Arc::new(endpoint);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, remote)) => connection(stream, remote, &endpoint, &graceful),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(AFTER_ACCEPT_ERROR).await;
            }
        }
    }
    drop(listener);
    tracing::info!(connections = graceful.count(), "stopping; finishing what is in flight");
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests took too long and were cut off");
    }
}

fn connection(
    stream: TcpStream,
    remote: SocketAddr,
    endpoint: &Arc<BoxEndpoint<'static>>,
    graceful: &GracefulShutdown,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection is gone already");
    }
    let local = stream.local_addr().map_or(Addr::Custom("tcp", "unknown".into()), Addr::SocketAddr);
    let (local, remote) = (LocalAddr(local), RemoteAddr(Addr::SocketAddr(remote)));
    let endpoint = endpoint.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let endpoint = endpoint.clone();
        let request = poem::Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
        async move { Ok::<_, Infallible>(hyper::Response::from(endpoint.get_response(request).await)) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(200);
    let served = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    let served = graceful.watch(served);
    tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::trace!(%error, "a connection ended early");
        }
    });
}
