//! What the seats of AI features and the audit log add to a request: two servers in one run, one of which has them switched off.
//!
//! `cargo bench --bench features` prints CPU microseconds of the server for a page of 50 users and for a write, with and
//! without, and fails no run: the ratio is what counts. Measured in turns, since a machine is not the same from minute to minute.
//! `ROSTER_BENCH_CORES` names the servers' cores, as for `load`.
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

mod support;

use std::process::ExitCode;
use std::time::Duration;

use support::connection::{Ask, Connection};
use support::server::Server;
use support::{Outcome, target};

const USERS: usize = 500;
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 4;
const MEASURE: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_millis(300);

/// How much more a request may cost.
const ALLOWED: f64 = 1.10;

/// Stands for the default organization.
const DEFAULT_ORGANIZATION: &str = "00000000-0000-0000-0000-000000000000";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("features: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let with = Filled::new("features-on", &[])?;
    let without = Filled::new("features-off", &["--disable-features", "audit_log,ai_governance_user_limit"])?;
    println!("{:<34}{:>16}{:>16}{:>10}", "CPU us/req, the least of its rounds", "without", "with", "ratio");
    for (name, ask) in [
        ("GET /users?limit=50", Filled::page as fn(&Filled) -> Ask),
        ("POST /users/{user}/keys/tokens", Filled::write),
    ] {
        let (mut on, mut off) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            off = off.min(without.cost(&ask(&without))?);
            on = on.min(with.cost(&ask(&with))?);
        }
        println!("{name:<34}{off:>16.1}{on:>16.1}{:>10.3}", on / off);
        target(name, on / off, "at most 1.10", on / off <= ALLOWED);
    }
    Ok(())
}

/// A server with users, half of whom have used AI features.
struct Filled {
    server: Server,
    token: String,
}

impl Filled {
    fn new(name: &str, flags: &[&str]) -> Outcome<Self> {
        let server = Server::start(name, None, flags)?;
        let token = server.owner()?;
        let mut connection = Connection::open(server.address)?;
        for number in 1..=USERS {
            let body = format!(
                r#"{{"email":"u{number}@example.com","username":"user-{number}","login_type":"none","organization_ids":["{DEFAULT_ORGANIZATION}"]}}"#
            );
            connection.ask(&Ask::post("/api/v2/users", &token, &body))?;
            if number % 2 == 0 {
                let body = format!(r#"{{"user":"user-{number}","event_type":"task"}}"#);
                connection.ask(&Ask::posted("/api/experimental/ai-seats/usage", &token, &body, 204))?;
            }
        }
        Ok(Self { server, token })
    }

    fn page(&self) -> Ask {
        Ask::get("/api/v2/users?limit=50", &self.token, "\"has_ai_seat\"")
    }

    /// A new token, which one entry tells of.
    fn write(&self) -> Ask {
        Ask::post("/api/v2/users/user-7/keys/tokens", &self.token, "{}")
    }

    /// Microseconds of CPU for each request. Says how many there were in a second, since a server that is asked too little shows
    /// what it costs to stand by.
    fn cost(&self, ask: &Ask) -> Outcome<f64> {
        let load = [(std::slice::from_ref(ask), CONNECTIONS)];
        self.server.press(&load, WARM_UP)?;
        let sample = self.server.press(&load, MEASURE)?;
        let requests = sample.requests.iter().sum::<u64>() as f64;
        println!("  {:.0} requests a second", requests / sample.seconds);
        Ok(sample.cpu * 1e6 / requests)
    }
}
