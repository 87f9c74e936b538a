//! Markdown reference pages from an OpenAPI document.
//!
//! The way of a document: [`render`] reads it into one tree (`input`), resolves every reference,
//! reads the operations into plain types (`model`), and writes one page for each tag (`pages`,
//! `operation`) plus the page of schemas, of authentication, and an index. [`mod@write`] makes a
//! directory hold the pages, [`manifest`] lists them for the site's navigation, and
//! [`changes`] tells what became of the operations between two documents.
//!
//! | module | knows |
//! |---|---|
//! | `input`, `document` | files, JSON, YAML, references, versions |
//! | `schema` | one schema, through references and wrappers |
//! | `model`, `security` | what an operation is, in each version |
//! | `pages`, `operation`, `schemas_page`, `fixed_pages` | which blocks stand on a page |
//! | `curl`, `parameters`, `responses`, `enums` | the blocks |
//! | `schema_rows`, `types`, `describe` | the rows of a schema and their cells |
//! | `sample`, `sample_text`, `value` | sample values, and printing them |
//! | `table`, `markdown`, `media`, `status`, `layout` | how text is laid out |
//! | `write`, `manifest` | files |
//! | `changes` | two documents |
//!
//! Nothing here panics on a document, whatever it holds: what cannot be understood is one of the
//! [`Errors`] or is rendered as a value of any type.

pub mod changes;
mod curl;
mod describe;
mod diagnostics;
mod document;
mod enums;
mod fixed_pages;
mod input;
mod layout;
pub mod manifest;
mod markdown;
mod media;
mod model;
mod operation;
mod pages;
mod parameters;
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
mod value;
pub mod write;

pub use diagnostics::{Diagnostic, Errors, Problem, Severity};
pub use input::{Arena, Spec};
pub use layout::{EnumStyle, Format, Options};
pub use pages::{Page, Prepared, Reference};

/// The pages of a document: one for each tag, the schemas, authentication, and the index.
///
/// ```
/// use docs_gen::{Options, Spec, render};
///
/// let text = r#"
/// openapi: 3.1.0
/// info: {title: Teapots, version: "1"}
/// paths:
///   /pots:
///     get: {tags: [Pots], summary: List pots, responses: {}}
/// "#;
/// let spec = Spec::Text { name: "teapots.yaml", text };
/// let reference = render(spec, &Options::default())?;
/// let files: Vec<_> = reference.pages.iter().map(|page| page.file.as_str()).collect();
/// assert_eq!(files, ["pots.md", "schemas.md", "index.md"]);
/// # Ok::<(), docs_gen::Errors>(())
/// ```
///
/// Large documents are better written page by page, see [`Prepared`].
///
/// # Errors
///
/// When a file cannot be read, the document is none that can be understood, a reference does not
/// resolve, or a tag that the options name is not there.
pub fn render(spec: Spec<'_>, options: &Options) -> Result<Reference, Errors> {
    let arena = Arena::new();
    let prepared = Prepared::open(&arena, spec, options)?;
    let mut pages = Vec::new();
    let collected = prepared.each(&mut |_, _| {}, |page| {
        pages.push(page.clone());
        Ok::<_, std::convert::Infallible>(())
    });
    match collected {
        Ok(()) => Ok(Reference { pages, warnings: prepared.warnings().to_vec() }),
        Err(never) => match never {},
    }
}
