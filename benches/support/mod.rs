//! What the benches share: the release server as a process, connections to it, and load.

pub mod connection;
pub mod schema;
pub mod server;

/// A result, or what went wrong in words.
pub type Outcome<T> = Result<T, String>;

/// A setting from the environment; an empty one is none.
#[expect(clippy::disallowed_methods, reason = "a bench is not the server: it has no config to ask")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Prints a ratio beside what is wanted of it.
pub fn target(name: &str, ratio: f64, wanted: &str, met: bool) {
    println!("  {name:<30}{ratio:>7.2}   {wanted:<32}{}", if met { "met" } else { "NOT MET" });
}
