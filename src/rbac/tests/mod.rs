//! The authorization model held against its contract (rbac.md).

mod builtin;
mod keys;
mod levels;
mod lists;
mod matrix;
mod words;
mod worked;
