//! What holds for every operation, those to come included: the tests walk the document instead of naming operations.
//!
//! [`walk`] reads the document, [`world`] holds good values for its parameters. A new operation is covered as soon as it
//! is documented; at most it needs a line in a table of [`world`] or of [`samples`].

mod any_body;
mod bodies;
mod document;
mod envelope;
mod fresh;
mod golden;
mod hostile;
mod panics;
pub mod raw;
mod refused;
mod samples;
pub mod walk;
pub mod world;
