//! The floor of the house: ids, names, plain records and the clock.
//!
//! Every room may stand on it; it knows none of them. No I/O, no framework types, no rules about who may do what.

pub mod ai_seat;
pub mod audit;
pub mod clock;
pub mod connection;
pub mod connection_search;
pub mod feature;
pub mod front_matter;
pub mod git_key;
pub mod go_duration;
pub mod group;
pub mod ids;
pub mod key;
pub mod lexer;
pub mod names;
pub mod notice;
pub mod organization;
pub mod page;
pub mod password;
pub mod search;
pub mod settings;
pub mod skill;
pub mod token_name;
pub mod user;
