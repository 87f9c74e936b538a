//! What a request costs: starts the release server, fills it with users, and puts load on it.
//!
//! `cargo bench --bench load` prints requests per second and CPU microseconds of the server per request, each also
//! as a ratio to `GET /healthz` of the same run: ratios travel between machines, absolute numbers do not.
//!
//! The server is pinned to one core and the load to the others (where `taskset` exists), so that both do not fight
//! for time. `ROSTER_BENCH_DATABASE_URL` names an empty database to use instead of a temporary SQLite file;
//! `ROSTER_BENCH_CORES` names the server's cores (default `0`; `all` pins nothing).
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use support::connection::{Ask, Connection};
use support::server::Server;
use support::{Outcome, setting, target};

const USERS: usize = 10_000;
const CREATORS: usize = 8;
const CONNECTIONS: usize = 32;
const LOGINS: usize = 16;
const MEASURE: Duration = Duration::from_secs(4);
const WARM_UP: Duration = Duration::from_millis(500);

/// Stands for the default organization.
const DEFAULT_ORGANIZATION: &str = "00000000-0000-0000-0000-000000000000";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let server = Server::start("load", setting("ROSTER_BENCH_DATABASE_URL"), &[])?;
    let token = fill(&server)?;
    println!("{} users, {} s per row, {CONNECTIONS} connections\n", USERS + 1, MEASURE.as_secs());

    let healthz = Ask::get("/healthz", "", "OK");
    let single = Ask::get("/api/v2/users/user-5000", &token, "\"user-5000\"");
    let page = Ask::get("/api/v2/users?limit=50", &token, &format!("\"count\":{}", USERS + 1));
    let login = Server::login();

    let base = measure(&server, &[(&healthz, CONNECTIONS)])?;
    println!("{:<34}{:>10}{:>12}{:>14}{:>16}", "", "req/s", "CPU us/req", "CPU x healthz", "rate x healthz");
    base.print("GET /healthz", &base);
    let single = measure(&server, &[(&single, CONNECTIONS)])?;
    single.print("GET /users/{user}", &base);
    let page = measure(&server, &[(&page, CONNECTIONS)])?;
    page.print("GET /users?limit=50", &base);
    measure(&server, &[(&login, LOGINS)])?.print(&format!("POST /users/login ({LOGINS} clients)"), &base);
    let shared = measure(&server, &[(&healthz, CONNECTIONS), (&login, LOGINS)])?;
    let share = shared.rates[0] / base.rates[0];
    let row = format!("GET /healthz beside {LOGINS} logins");
    println!("{row:<34}{:>10.0}{:>12}{:>14}{share:>16.3}", shared.rates[0], "-", "-");
    println!("{:<34}{:>10.1}", "  the logins beside it", shared.rates[1]);

    println!("\ntargets");
    target("single user, CPU", single.cpu / base.cpu, "at most 3.0 x healthz", single.cpu <= 3.0 * base.cpu);
    target("page of 50, CPU", page.cpu / base.cpu, "at most 40.0 x healthz", page.cpu <= 40.0 * base.cpu);
    target("healthz beside logins, rate", share, "at least 0.90 x healthz alone", share >= 0.9);
    Ok(())
}

/// Makes the first user and then [`USERS`] more; answers the owner's session token.
fn fill(server: &Server) -> Outcome<String> {
    let token = server.owner()?;
    let begun = Instant::now();
    let create = |first: usize| -> Outcome<()> {
        let mut connection = Connection::open(server.address)?;
        for number in (first..=USERS).step_by(CREATORS) {
            let body = format!(
                r#"{{"email":"u{number}@example.com","username":"user-{number}","login_type":"none","organization_ids":["{DEFAULT_ORGANIZATION}"]}}"#
            );
            connection.ask(&Ask::post("/api/v2/users", &token, &body))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let creators: Vec<_> = (1..=CREATORS).map(|first| scope.spawn(move || create(first))).collect();
        creators.into_iter().try_for_each(|creator| creator.join().map_err(|_| "a thread panicked")?)
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("created {USERS} users in {seconds:.1} s ({:.0} per second)", USERS as f64 / seconds);
    Ok(token)
}

/// Puts load on the server: each kind of request over its number of connections, all at the same time.
fn measure(server: &Server, load: &[(&Ask, usize)]) -> Outcome<Measured> {
    let load: Vec<_> = load.iter().map(|(ask, count)| (std::slice::from_ref(*ask), *count)).collect();
    server.press(&load, WARM_UP)?;
    let sample = server.press(&load, MEASURE)?;
    Ok(Measured {
        rates: sample.requests.iter().map(|count| *count as f64 / sample.seconds).collect(),
        cpu: sample.cpu * 1e6 / sample.requests.iter().sum::<u64>() as f64,
    })
}

/// What one measurement found.
struct Measured {
    /// Requests per second of each kind.
    rates: Vec<f64>,
    /// Microseconds of the server's CPU per request.
    cpu: f64,
}

impl Measured {
    fn print(&self, name: &str, base: &Self) {
        let (rate, cpu) = (self.rates[0], self.cpu);
        let (cpu_ratio, rate_ratio) = (cpu / base.cpu, rate / base.rates[0]);
        println!("{name:<34}{rate:>10.0}{cpu:>12.1}{cpu_ratio:>14.2}{rate_ratio:>16.3}");
    }
}
