//! The two engines behave alike: the same tests, unchanged, pass on both.

mod constraints;
mod introspect;
mod migrations;
mod outage;
mod paging;
mod parity;
mod races;
mod rows;
mod times;
