//! `roster openapi`

use std::fs;
use std::path::Path;

use roster_openapi::{document, surface};

use super::{Outcome, say};
use crate::config::Openapi;
use crate::http;

/// The name of the table of operations, beside the document.
const SURFACE: &str = "surface.txt";

/// Prints, writes or checks the document.
pub fn run(options: &Openapi) -> Outcome {
    let document = http::document();
    let bytes = document::bytes(&document)?;
    let Some(out) = &options.out else {
        say(String::from_utf8_lossy(&bytes).trim_end());
        return Ok(());
    };
    let surface = surface::text(&document);
    let files = [(out.clone(), bytes), (out.with_file_name(SURFACE), surface.into_bytes())];
    if options.check {
        let stale: Vec<_> =
            files.iter().filter(|(path, new)| !same(path, new)).map(|(path, _)| path).collect();
        let names = stale.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        return if stale.is_empty() { Ok(()) } else { Err(format!("stale, run `just gen`: {names}")) };
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
