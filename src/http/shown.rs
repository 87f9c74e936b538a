//! What a request shows of who sends it: its key, and the address it comes from.

use std::net::{IpAddr, SocketAddr};

use poem::Request;
use poem::http::header;
use roster_openapi::param::query_values;
use roster_openapi::security::{ACCESS_TOKEN_QUERY, SESSION_COOKIE, SESSION_HEADER};

use super::cookies::{self, session_name};
use crate::domain::{Proxies, Settings};

/// A header that is text.
pub fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

/// The key that counts: the first place that holds anything wins, and a bad one there is not made up for by the next
/// (auth.md 1.1).
pub fn key(request: &Request, settings: &Settings) -> Option<String> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    cookies::sent(request, session_name(settings))
        .and_then(given)
        .or_else(|| query_values(request, SESSION_COOKIE).into_iter().find(|value| !value.is_empty()))
        .or_else(|| header(request, SESSION_HEADER).and_then(given))
        .or_else(|| bearer(request).and_then(given))
        .or_else(|| {
            let tokens = query_values(request, ACCESS_TOKEN_QUERY);
            tokens.iter().map(|token| token.trim()).find(|token| !token.is_empty()).map(str::to_owned)
        })
}

/// The token of `Authorization: Bearer`.
pub fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = header(request, header::AUTHORIZATION.as_str())?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The address of the client: that of the connection or, where a trusted proxy holds it, the last one in the proxies' header that
/// is no trusted proxy. What stands before that one was written by whoever likes to.
pub fn address(request: &Request, proxies: &Proxies) -> Option<IpAddr> {
    let peer = request.remote_addr().as_socket_addr()?.ip().to_canonical();
    let trusted = |ip: &IpAddr| proxies.trusted.iter().any(|net| net.contains(ip));
    if !trusted(&peer) {
        return Some(peer);
    }
    let Some(name) = proxies.headers.iter().find(|name| request.headers().contains_key(name.as_str())) else {
        return Some(peer);
    };
    let lines: Vec<_> = request.headers().get_all(name.as_str()).into_iter().collect();
    let mut nearest = peer;
    for text in lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(',')) {
        // Beyond what is no address nobody vouches for anything.
        let Some(ip) = read(text.trim()) else { break };
        nearest = ip;
        if !trusted(&ip) {
            break;
        }
    }
    Some(nearest)
}

/// An address, with a port or without.
fn read(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    bare.parse().ok().or_else(with_port).map(|ip: IpAddr| ip.to_canonical())
}
