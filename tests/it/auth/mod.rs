//! Who asks: keys and where they are shown, sessions, what a key is worth, and how all that ends.

mod activity;
mod at_once;
mod audit;
mod cookies;
mod dormancy;
mod expiry;
mod faults;
mod format;
mod helpers;
mod login;
mod logout;
mod methods;
mod passwords;
mod places;
mod replicas;
mod scopes;
mod storage;
mod suspension;
