//! Markdown reference pages from an OpenAPI document.
//!
//! The way of a document: [`render`] takes its JSON, checks every reference (`references`), reads
//! the operations into plain types (`model`), and writes one page for each tag (`pages`,
//! `operation`) plus the page of schemas, of authentication, and an index. [`mod@write`] compares the
//! pages with a directory.
//!
//! | module | knows |
//! |---|---|
//! | `document`, `references`, `schema` | the JSON: references, wrappers, components |
//! | `model`, `security` | what an operation is |
//! | `pages`, `operation`, `schemas_page`, `fixed_pages` | which blocks stand on a page |
//! | `curl`, `parameters`, `responses`, `enums` | the blocks |
//! | `schema_rows`, `types`, `describe` | the rows of a schema and their cells |
//! | `sample`, `sample_text` | sample values |
//! | `table`, `markdown`, `media`, `status` | how text is laid out |
//! | `write` | files |
//!
//! Nothing here panics on a document, whatever it holds: what cannot be understood is an
//! [`Error`] or is rendered as a value of any type.

mod curl;
mod describe;
mod document;
mod enums;
mod error;
mod fixed_pages;
mod markdown;
mod media;
mod model;
mod operation;
mod pages;
mod parameters;
mod references;
mod responses;
mod sample;
mod sample_text;
mod schema;
mod schema_rows;
mod schemas_page;
mod security;
mod status;
mod table;
mod types;
pub mod write;

pub use error::Error;
pub use pages::{Options, Page};

/// The pages of a document: one for each tag, the schemas, authentication, and the index.
///
/// ```
/// let document = serde_json::json!({
///     "openapi": "3.1.0",
///     "info": {"title": "Teapots", "version": "1"},
///     "paths": {"/pots": {"get": {"tags": ["Pots"], "summary": "List pots", "responses": {}}}},
/// });
/// let pages = docs_gen::render(&document, &docs_gen::Options::default())?;
/// let files: Vec<_> = pages.iter().map(|page| page.file.as_str()).collect();
/// assert_eq!(files, ["pots.md", "schemas.md", "index.md"]);
/// # Ok::<(), docs_gen::Error>(())
/// ```
///
/// # Errors
///
/// When the JSON is not an OpenAPI 3 document, a reference does not resolve, two operations of a
/// tag share a summary, or two pages share a file name.
pub fn render(document: &serde_json::Value, options: &Options) -> Result<Vec<Page>, Error> {
    pages::all(document::Document::open(document)?, options)
}
