//! What the seats of AI features and the audit log add to a request: two servers in one run, one of which has them switched off.
//!
//! `cargo bench --bench features` prints the CPU microseconds of a page of 50 users and of some writes, with and without, and fails
//! no run: the ratio is what counts. Measured in turns, since a machine is not the same from minute to minute. It runs on SQLite
//! and, when `ROSTER_TEST_POSTGRES_URL` is set, on that PostgreSQL, in two schemas that it makes and drops; the CPU of its backends
//! counts too. `ROSTER_BENCH_CORES` names the servers' cores, as for `load`.
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

mod support;

use std::process::ExitCode;
use std::time::Duration;

use support::connection::{Ask, Connection};
use support::schema::Schema;
use support::server::Server;
use support::{Outcome, setting, target};

const USERS: usize = 500;
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 4;
const MEASURE: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_millis(300);

/// How much more a request may cost.
const ALLOWED: f64 = 1.10;

/// Stands for the default organization.
const DEFAULT_ORGANIZATION: &str = "00000000-0000-0000-0000-000000000000";

/// What the server without has switched off.
const OFF: [&str; 2] = ["--disable-features", "audit_log,ai_governance_user_limit"];

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
    bench([None, None])?;
    let Some(url) = setting("ROSTER_TEST_POSTGRES_URL") else {
        println!("\nPostgreSQL is not measured: ROSTER_TEST_POSTGRES_URL is not set");
        return Ok(());
    };
    println!();
    bench([Some(Schema::new(&url, "with")?), Some(Schema::new(&url, "without")?)])
}

/// Measures in two schemas; none is a SQLite file.
fn bench([with, without]: [Option<Schema>; 2]) -> Outcome<()> {
    let with = Filled::new("features-on", with, &[])?;
    let without = Filled::new("features-off", without, &OFF)?;
    println!("{:<36}{:>16}{:>16}{:>10}", "CPU us/req, the least of its rounds", "without", "with", "ratio");
    let mut ratios = Vec::new();
    for (name, asks) in ROWS {
        let (mut on, mut off) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            off = off.min(without.cost(&asks(&without))?);
            on = on.min(with.cost(&asks(&with))?);
        }
        println!("{name:<36}{off:>16.1}{on:>16.1}{:>10.3}", on / off);
        ratios.push((name, on / off));
    }
    println!("\ntargets");
    for (name, ratio) in ratios {
        target(name, ratio, &format!("at most {ALLOWED:.2}"), ratio <= ALLOWED);
    }
    Ok(())
}

type Row = (&'static str, fn(&Filled) -> Vec<Ask>);

/// What is measured: a list that tells of seats, and writes, each of which one entry tells of, from the cheapest there is to one
/// that weighs a password.
const ROWS: [Row; 4] = [
    ("GET /users?limit=50", Filled::page),
    ("POST /users/{user}/keys/tokens", Filled::token),
    ("PUT /users/{user}/profile", Filled::profiles),
    ("POST /users/login", Filled::login),
];

/// A server with users, half of whom have used AI features.
struct Filled {
    server: Server,
    schema: Option<Schema>,
    token: String,
}

impl Filled {
    fn new(name: &str, schema: Option<Schema>, flags: &[&str]) -> Outcome<Self> {
        let server = Server::start(name, schema.as_ref().map(Schema::url), flags)?;
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
        Ok(Self { server, schema, token })
    }

    fn page(&self) -> Vec<Ask> {
        vec![Ask::get("/api/v2/users?limit=50", &self.token, "\"has_ai_seat\"")]
    }

    /// A new token.
    fn token(&self) -> Vec<Ask> {
        vec![Ask::post("/api/v2/users/user-7/keys/tokens", &self.token, "{}")]
    }

    /// One name and another for many users, so that something becomes different each time.
    fn profiles(&self) -> Vec<Ask> {
        let named = |name: &'static str| {
            (1..=USERS).map(move |number| {
                let body = format!(r#"{{"username":"user-{number}","name":"{name}"}}"#);
                Ask::put(&format!("/api/v2/users/user-{number}/profile"), &self.token, &body)
            })
        };
        named("Ada").chain(named("Bea")).collect()
    }

    fn login(&self) -> Vec<Ask> {
        vec![Server::login()]
    }

    /// Microseconds of CPU for each request. Says how many there were in a second, since a server that is asked too little shows
    /// what it costs to stand by.
    fn cost(&self, asks: &[Ask]) -> Outcome<f64> {
        let load = [(asks, CONNECTIONS)];
        self.server.press(&load, WARM_UP)?;
        let before = self.database_seconds()?;
        let sample = self.server.press(&load, MEASURE)?;
        let database = self.database_seconds()? - before;
        let requests = sample.requests.iter().sum::<u64>() as f64;
        println!("  {:.0} requests a second", requests / sample.seconds);
        Ok((sample.cpu + database) * 1e6 / requests)
    }

    /// CPU of the database so far; none where it is a part of the server.
    fn database_seconds(&self) -> Outcome<f64> {
        self.schema.as_ref().map_or(Ok(0.0), Schema::cpu_seconds)
    }
}
