//! Who asks: keys and where they are shown, sessions, what a key is worth, and how all that ends.

mod activity;
mod at_once;
mod audit;
mod cookies;
mod csrf;
mod dormancy;
mod expiry;
mod faults;
mod format;
pub mod helpers;
mod limits;
mod login;
mod logout;
mod methods;
mod order;
mod passwords;
mod places;
mod proxies;
pub mod replicas;
mod scopes;
mod storage;
mod suspension;
