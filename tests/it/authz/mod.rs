//! Who may do what, over all operations and over random people.

mod calls;
mod hidden;
mod rows;
mod stage;
mod statuses;
mod world;
