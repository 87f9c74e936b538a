//! Documents in, pages out: everything is tested through the public API or the binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cli;
mod operations;
mod reference;
mod robustness;
mod samples;
mod schema_tables;
mod schemas_page;
mod support;
