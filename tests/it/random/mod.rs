//! What holds whatever anybody sends or asks: tests that throw dice.

mod pages;
mod promises;
mod texts;

use roster::{model, rbac};
