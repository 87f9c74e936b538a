//! The program as a process: how it starts and stops, what it does when the ground moves, its commands, and its README.

mod browser;
mod child;
mod cli;
mod commands;
mod connections;
mod database;
mod disk;
mod greedy;
mod login;
mod oidc;
mod outage;
mod readme;
mod server;
mod settings;
mod skills;
mod start;
mod stop;
mod wire;

pub use child::{Child, Ended, until};
pub use server::{Server, roster, user};
