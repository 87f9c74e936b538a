//! What the targets have in common: the rooms that read what strangers send, without the server around them. So they build in
//! seconds, and every line of theirs tells the fuzzer where it has been.
//!
//! Each function below takes any text, and panics when what is read from it does not keep what is promised of it.

#[path = "../../src/model/mod.rs"]
pub mod model;
#[path = "../../tests/it/random/promises.rs"]
pub mod promises;
#[path = "../../src/rbac/mod.rs"]
pub mod rbac;
