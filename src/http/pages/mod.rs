//! The few pages for people with a browser: logging in, a token for a command line, and what those read who are not let in.
//!
//! They work without scripts, load nothing from elsewhere, and are no part of the API or its document. What is wrong with a
//! request to one of them is told as a page too.

mod asset;
mod cli_auth;
mod cross_site;
mod device;
mod door;
mod form;
mod login;
mod page;

use std::sync::Arc;

use poem::Route;
use poem::endpoint::make;

use super::limits::Limits;
use super::routes::{get, get_and_post};
use crate::domain::Backend;
use door::Doors;

pub use page::{location, refused, signed_out};

/// Adds the pages to the routes.
pub fn routes(route: Route, limits: &Arc<Limits>, backend: &Arc<Backend>) -> Route {
    let doors = Doors { backend: backend.clone(), limits: limits.clone() };
    let route =
        route.at(device::PATH, doors.of(device::PATH, get_and_post(make(device::show), make(device::send))));
    route
        .at(asset::SHEET.path, get(asset::SHEET.endpoint()))
        .at(asset::ICON.path, get(asset::ICON.endpoint()))
        // Where browsers look of their own accord.
        .at("/favicon.ico", get(asset::ICON.endpoint()))
        .at(login::PATH, doors.of(login::PATH, get_and_post(make(login::show), make(login::send))))
        .at(
            cli_auth::PATH,
            doors.of(cli_auth::PATH, get_and_post(make(cli_auth::show), make(cli_auth::send))),
        )
}
