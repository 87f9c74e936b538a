//! What the first page of the audit log costs when there are very many entries, next to the same page of few.
//!
//! `cargo bench --bench audit` starts two servers, fills the log of one with 10,000 entries and that of the other with 1,000,000,
//! straight by SQL, and prints the CPU microseconds per request, and the ratio of the large log to the small one. It runs on SQLite
//! and, when `ROSTER_TEST_POSTGRES_URL` is set, on that PostgreSQL, in two schemas that it makes and drops; of the database itself
//! the time counts there, not the CPU. `ROSTER_BENCH_CORES` is as for the bench `load`.
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database, DbBackend, DbErr};
use tokio::runtime::Runtime;

use support::connection::Ask;
use support::schema::Schema;
use support::server::Server;
use support::{Outcome, setting, target};

const SIZES: [(&str, u64); 2] = [("10,000", 10_000), ("1,000,000", 1_000_000)];
/// One at a time: the time of a request is then its own.
const CONNECTIONS: usize = 1;
const ROUNDS: usize = 4;
const MEASURE: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_millis(500);
const WANTED: f64 = 2.0;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("audit: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let runtime = Runtime::new().map_err(told)?;
    bench(&runtime, [None, None])?;
    let Some(url) = setting("ROSTER_TEST_POSTGRES_URL") else {
        println!("\nPostgreSQL is not measured: ROSTER_TEST_POSTGRES_URL is not set");
        return Ok(());
    };
    println!();
    let schemas = [Schema::new(&url, "audit_small")?, Schema::new(&url, "audit_large")?];
    bench(&runtime, [Some(schemas[0].url()), Some(schemas[1].url())])
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A server whose log is filled, and what is asked of it.
struct Filled {
    server: Server,
    token: String,
}

impl Filled {
    fn new(runtime: &Runtime, name: &str, database: Option<String>, size: u64) -> Outcome<Self> {
        let server = Server::start(&format!("audit-{name}"), database, &[])?;
        let token = server.owner()?;
        let begun = Instant::now();
        runtime.block_on(fill(&server.database, size)).map_err(told)?;
        println!("filled with {name} entries in {:.1} s", begun.elapsed().as_secs_f64());
        Ok(Self { server, token })
    }
}

/// Microseconds of a request: of the server's CPU, and of time.
#[derive(Default)]
struct Cost {
    requests: u64,
    cpu: f64,
    seconds: f64,
}

impl Cost {
    fn each(&self) -> [f64; 2] {
        [self.cpu, self.seconds].map(|seconds| 1e6 * seconds / self.requests.max(1) as f64)
    }
}

fn bench(runtime: &Runtime, databases: [Option<String>; 2]) -> Outcome<()> {
    let mut filled = Vec::new();
    for ((name, size), database) in SIZES.into_iter().zip(databases) {
        filled.push(Filled::new(runtime, name, database, size)?);
    }
    println!("\n{:<28}{:>12}{:>12}{:>12}{:>12}{:>9}", "", "CPU us", "time us", "CPU us", "time us", "ratio");
    let mut ratios = Vec::new();
    for (name, query) in [
        ("first page of 100", ""),
        ("first page of 25", "?limit=25"),
        ("those of one organization", "?limit=25&q=organization:coder"),
        ("those of one user", "?limit=25&q=username:owner"),
    ] {
        let [small, large] = measure(&filled, query)?.map(|cost| cost.each());
        let ratio = large[1] / small[1];
        println!(
            "{name:<28}{:>12.0}{:>12.0}{:>12.0}{:>12.0}{ratio:>9.2}",
            small[0], small[1], large[0], large[1]
        );
        ratios.push((name, ratio));
    }
    println!("\ntargets");
    for (name, ratio) in ratios {
        target(name, ratio, &format!("at most {WANTED} x 10,000 entries"), ratio <= WANTED);
    }
    Ok(())
}

/// Small and large take turns, so that what else the machine does meets both.
fn measure(filled: &[Filled], query: &str) -> Outcome<[Cost; 2]> {
    let asks =
        |of: &Filled| vec![Ask::get(&format!("/api/v2/audit{query}"), &of.token, "\"count_cap\":2000")];
    let mut costs = [Cost::default(), Cost::default()];
    for of in filled {
        of.server.press(&[(&asks(of), CONNECTIONS)], WARM_UP)?;
    }
    for _ in 0..ROUNDS {
        for (of, cost) in filled.iter().zip(&mut costs) {
            let sample = of.server.press(&[(&asks(of), CONNECTIONS)], MEASURE)?;
            cost.requests += sample.requests[0];
            cost.cpu += sample.cpu;
            cost.seconds += sample.seconds;
        }
    }
    Ok(costs)
}

/// Entries of half a year, half of them in the default organization, all by the owner.
async fn fill(url: &str, size: u64) -> Result<(), DbErr> {
    let db = Database::connect(url).await?;
    let columns = "id, time, user_id, organization_id, resource_type, action, resource_id, resource_target, \
                   resource_target_lower, diff, status_code, additional_fields, request_id, resource_icon";
    let of = |id: &str, time: &str, nil: &str, rows: &str| {
        format!(
            "INSERT INTO audit_logs ({columns}) SELECT {id}, {time}, (SELECT id FROM users WHERE username = 'owner'), \
             CASE WHEN i % 2 = 0 THEN {nil} ELSE (SELECT id FROM organizations WHERE is_default) END, \
             'user', 'write', {id}, 'somebody', 'somebody', '{{}}', 200, '{{}}', {id}, '' FROM {rows}"
        )
    };
    let statement = match db.get_database_backend() {
        DbBackend::Postgres => of(
            "gen_random_uuid()",
            "to_timestamp(1700000000 + i * 15)",
            "'00000000-0000-0000-0000-000000000000'::uuid",
            &format!("generate_series(1, {size}) AS n(i)"),
        ),
        _ => of(
            "randomblob(16)",
            "strftime('%Y-%m-%dT%H:%M:%S+00:00', 1700000000 + i * 15, 'unixepoch')",
            "zeroblob(16)",
            &format!(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size}) SELECT i FROM n)"
            ),
        ),
    };
    db.execute_unprepared(&statement).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        // What autovacuum would do in a minute, where it runs.
        db.execute_unprepared("VACUUM ANALYZE audit_logs").await?;
    }
    db.close().await
}
