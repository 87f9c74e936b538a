//! How many events of connections the server takes in a second, a thousand at a time.
//!
//! `cargo bench --bench connections` starts the release server on an empty database and feeds it over four connections: events that
//! make entries, the ends of these connections, and the same once more, which changes nothing. It runs on SQLite or, when
//! `ROSTER_TEST_POSTGRES_URL` is set, on that PostgreSQL, in a schema that it makes and drops.
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use support::connection::{Ask, Connection, text_member};
use support::schema::Schema;
use support::server::Server;
use support::{Outcome, setting, target};

const FEED: &str = "/api/experimental/connectionlog";
const EVENTS: usize = 1_000;
const BATCHES: usize = 200;
const CONNECTIONS: usize = 4;
const WANTED: f64 = 20_000.0;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("connections: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let url = setting("ROSTER_TEST_POSTGRES_URL");
    let schema = url.map(|url| Schema::new(&url, "connections")).transpose()?;
    let server = Server::start("connections", schema.as_ref().map(Schema::url), &[])?;
    let token = server.owner()?;
    let feed = Feed::new(&server, token)?;
    println!("\n{:<32}{:>8}{:>12}", "", "seconds", "events/s");
    let begin = feed.measure("connections begin", "\"status\":\"connected\"")?;
    let end = "\"status\":\"disconnected\",\"code\":0,\"disconnect_reason\":\"bye\"";
    let ended = feed.measure("they end", end)?;
    feed.measure("the same ends once more", end)?;
    println!("\ntargets");
    let wanted = format!("at least {WANTED} events a second");
    target("begin, events a second", begin, &wanted, begin >= WANTED);
    target("end, events a second", ended, &wanted, ended >= WANTED);
    Ok(())
}

/// Feeds a server.
struct Feed<'s> {
    server: &'s Server,
    token: String,
    organization: String,
    owner: String,
}

impl<'s> Feed<'s> {
    fn new(server: &'s Server, token: String) -> Outcome<Self> {
        let mut connection = Connection::open(server.address)?;
        connection.ask(&Ask::get("/api/v2/users/me", &token, "owner"))?;
        let me = connection.body();
        let member = |name: &str| text_member(&me, name).ok_or_else(|| format!("no {name} in {me}"));
        let (organization, owner) = (member("organization_ids")?, member("id")?);
        Ok(Self { server, token, organization, owner })
    }

    /// A batch of events that differ in their connections only.
    fn batch(&self, number: usize, status: &str) -> Ask {
        let Self { organization, owner, .. } = self;
        let mut body = String::from("{\"events\":[");
        for event in number * EVENTS..(number + 1) * EVENTS {
            let comma = if event % EVENTS == 0 { "" } else { "," };
            // As far apart as random ids are.
            let id = (event as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
            let id = uuid::Uuid::from_u128(id);
            let _ = write!(
                body,
                "{comma}{{\"agent_name\":\"main\",\"connection_id\":\"{id}\",\"organization_id\":\"{organization}\",{status},\
                 \"time\":\"2026-05-20T00:{:02}:{:02}.{:06}Z\",\"type\":\"ssh\",\"ip\":\"192.0.2.1\",\
                 \"workspace_id\":\"{}\",\"workspace_name\":\"garden\",\"workspace_owner_id\":\"{owner}\"}}",
                event / 60_000 % 60,
                event / 1_000 % 60,
                event % 1_000_000,
                uuid::Uuid::from_u128(event as u128 % 500),
            );
        }
        body.push_str("]}");
        Ask::posted(FEED, &self.token, &body, 204)
    }

    /// Feeds all batches, and prints and answers how many events a second that is.
    fn measure(&self, what: &str, status: &str) -> Outcome<f64> {
        let start = Barrier::new(CONNECTIONS + 1);
        let seconds = thread::scope(|scope| {
            let feeders: Vec<_> = (0..CONNECTIONS)
                .map(|first| {
                    let start = &start;
                    scope.spawn(move || self.feed(first, status, start))
                })
                .collect();
            start.wait();
            let begun = Instant::now();
            for feeder in feeders {
                feeder.join().map_err(|_| "a thread panicked")??;
            }
            Ok::<_, String>(begun.elapsed().as_secs_f64())
        })?;
        let rate = (BATCHES * EVENTS) as f64 / seconds;
        println!("{what:<32}{seconds:>8.2}{rate:>12.0}");
        Ok(rate)
    }

    fn feed(&self, first: usize, status: &str, start: &Barrier) -> Outcome<()> {
        let opened = Connection::open(self.server.address);
        let batches: Vec<Ask> =
            (first..BATCHES).step_by(CONNECTIONS).map(|number| self.batch(number, status)).collect();
        // Also when there is no connection: the others wait.
        start.wait();
        let mut connection = opened?;
        batches.iter().try_for_each(|batch| connection.ask(batch))
    }
}
