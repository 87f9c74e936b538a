//! Who may do what, over all operations and over random people.

mod calls;
mod hidden;
mod rows;
pub mod stage;
mod statuses;
mod world;
