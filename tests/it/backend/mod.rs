//! The two engines behave alike: the same tests, unchanged, pass on both.

mod audit_plans;
mod connection_plans;
mod constraints;
mod introspect;
mod listing;
mod migrations;
mod outage;
mod paging;
mod parity;
mod plans;
mod races;
pub mod rows;
mod storm;
mod times;
