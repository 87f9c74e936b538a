//! Documents in, pages out: everything is tested through the public API or the binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod changes;
mod checks;
mod cli;
mod diagnostics;
mod documents;
mod files;
mod formats;
mod layout;
mod markdown;
mod mutations;
mod operations;
mod options;
mod reference;
mod robustness;
mod samples;
mod schema_tables;
mod schemas_page;
mod sections;
mod statuses;
mod support;
mod swagger2;
mod yaml;
