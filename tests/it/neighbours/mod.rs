//! What clients ask of a deployment beside its users (neighbours.md).

mod config;
mod insights;
mod start;
