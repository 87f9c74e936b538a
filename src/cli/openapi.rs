//! `roster openapi`

use std::fs;
use std::path::Path;

use roster_openapi::{document, surface};

use super::{Outcome, say};
use crate::app;
use crate::config::Openapi;
use crate::http;

/// The table of operations, beside the document.
const SURFACE: &str = "surface.txt";
/// The table of roles.
const ROLES: &str = "roles.txt";
/// The table of operations by role.
const CALLS: &str = "who-may-call-what.md";

/// Prints, writes or checks the document.
pub fn run(options: &Openapi) -> Outcome {
    let document = http::document(app::dialect(options.spoken));
    let bytes = document::bytes(&document)?;
    let Some(out) = &options.out else {
        say(String::from_utf8_lossy(&bytes).trim_end());
        return Ok(());
    };
    let beside = |name: &str, text: String| (out.with_file_name(name), text.into_bytes());
    let files = [
        (out.clone(), bytes),
        beside(SURFACE, surface::text(&document)),
        beside(ROLES, http::roles_table()),
        beside(CALLS, http::calls::who_may_call_what(&document)),
    ];
    if options.check {
        let stale: Vec<_> =
            files.iter().filter(|(path, new)| !same(path, new)).map(|(path, _)| path).collect();
        let names = stale.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        return if stale.is_empty() { Ok(()) } else { Err(format!("stale, run `just gen`: {names}").into()) };
    }
    for (path, new) in files.iter().filter(|(path, new)| !same(path, new)) {
        fs::write(path, new).map_err(|e| format!("{}: {e}", path.display()))?;
        say(&format!("wrote {}", path.display()));
    }
    Ok(())
}

fn same(path: &Path, new: &[u8]) -> bool {
    fs::read(path).is_ok_and(|old| old == new)
}
