//! What a page of members costs in a large organization, next to the same page in a small one of the same database.
//!
//! `cargo bench --bench members` fills one organization with 1,000 members and one with 100,000, straight by SQL, and prints
//! the CPU microseconds per request, and the ratio of the large one to the small one. It runs on SQLite and, when
//! `ROSTER_TEST_POSTGRES_URL` is set, on that PostgreSQL, in a schema that it makes and drops. There the CPU of the
//! database counts too: that of the backends that serve this bench, as `/proc` tells it, for which PostgreSQL must run
//! on this machine. `ROSTER_BENCH_CORES` is as for the bench `load`.
#![expect(clippy::print_stdout, reason = "a bench talks to a person")]

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use entity::{Texts, organization_members, organizations, users};
use roster::model::ids::Ids;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait,
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use support::connection::Ask;
use support::schema::Schema;
use support::server::Server;
use support::{Outcome, setting, target};

const SMALL: usize = 1_000;
const LARGE: usize = 100_000;
const AT_ONCE: usize = 1_000;
const CONNECTIONS: usize = 8;
const ROUNDS: usize = 4;
const MEASURE: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_millis(500);
/// How many pages, each after another member, take turns where a page begins in the middle.
const CURSORS: usize = 64;
const WANTED: f64 = 1.5;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("members: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let runtime = Runtime::new().map_err(told)?;
    bench(&runtime, None)?;
    let Some(url) = setting("ROSTER_TEST_POSTGRES_URL") else {
        println!("\nPostgreSQL is not measured: ROSTER_TEST_POSTGRES_URL is not set");
        return Ok(());
    };
    println!();
    bench(&runtime, Some(&Schema::new(&url, "members")?))
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Measures in a schema; none is a SQLite file.
fn bench(runtime: &Runtime, schema: Option<&Schema>) -> Outcome<()> {
    let server = Server::start("members", schema.map(Schema::url), &[])?;
    let token = server.owner()?;
    let begun = Instant::now();
    let filled = runtime.block_on(Filled::new(&server.database)).map_err(told)?;
    println!(
        "filled in {:.1} s; {} s per cell\n",
        begun.elapsed().as_secs_f64(),
        ROUNDS as u64 * MEASURE.as_secs()
    );

    let heads = ["1,000: CPU us", "req/s", "100,000: CPU us", "req/s", "CPU ratio"];
    println!("{:<36}{:>16}{:>10}{:>16}{:>10}{:>11}", "", heads[0], heads[1], heads[2], heads[3], heads[4]);
    let mut ratios = Vec::new();
    for (name, asks, wanted) in rows(&filled, &token) {
        let [small, large] = measure(&server, schema, &asks)?;
        let ratio = large.cpu() / small.cpu();
        println!("{name:<36}{}{}{ratio:>11.2}", small.text(), large.text());
        if wanted {
            ratios.push((name, ratio));
        }
    }
    if schema.is_some() {
        println!("CPU us: of the server + of PostgreSQL's backends");
    }
    println!("\ntargets");
    for (name, ratio) in ratios {
        target(name, ratio, &format!("at most {WANTED} x 1,000 members"), ratio <= WANTED);
    }
    Ok(())
}

type Row = (&'static str, [Vec<Ask>; 2], bool);

/// The rows of the table: the requests to the small and to the large organization, and whether the ratio has a target.
fn rows(filled: &Filled, token: &str) -> Vec<Row> {
    let each = |asks: &dyn Fn(&Organization) -> Vec<Ask>| [asks(&filled.small), asks(&filled.large)];
    let page = |of: &Organization, query: &str, holds: &str| {
        let path = format!("/api/v2/organizations/{}/paginated-members?limit=50{query}", of.id);
        Ask::get(&path, token, holds)
    };
    let count = |count: usize| format!("\"count\":{count},");
    let all = |of: &Organization| count(of.members.len());
    let middle = |of: &Organization| {
        let places = (0..CURSORS).map(|number| of.members.len() / 2 + 5 * number);
        let after = |place| {
            page(of, &format!("&after_id={}", of.members[place]), &count(of.members.len() - place - 1))
        };
        places.map(after).collect()
    };
    let single = |of: &Organization| {
        let id = of.members[of.members.len() / 2].to_string();
        vec![Ask::get(&format!("/api/v2/organizations/{}/members/{id}", of.id), token, &id)]
    };
    vec![
        ("first page of 50", each(&|of| vec![page(of, "", &all(of))]), true),
        ("page of 50 in the middle, after_id", each(&middle), true),
        ("page of 50 at offset 500", each(&|of| vec![page(of, "&offset=500", &all(of))]), true),
        ("page of 50, q=status:active", each(&|of| vec![page(of, "&q=status:active", "")]), false),
        ("page of 50, q=search:1", each(&|of| vec![page(of, "&q=search:1", "")]), false),
        ("one member", each(&single), false),
    ]
}

/// What was spent on some requests, in seconds.
#[derive(Default)]
struct Cost {
    requests: u64,
    seconds: f64,
    server: f64,
    database: f64,
}

impl Cost {
    /// Microseconds of CPU per request.
    fn cpu(&self) -> f64 {
        (self.server + self.database) * 1e6 / self.requests as f64
    }

    fn text(&self) -> String {
        let each = |seconds: f64| seconds * 1e6 / self.requests as f64;
        let database =
            if self.database > 0.0 { format!(" + {:.0}", each(self.database)) } else { String::new() };
        let cpu = format!("{:.0}{database}", each(self.server));
        format!("{cpu:>16}{:>10.0}", self.requests as f64 / self.seconds)
    }
}

/// Small and large take turns, so that what else the machine does meets both.
fn measure(server: &Server, schema: Option<&Schema>, asks: &[Vec<Ask>; 2]) -> Outcome<[Cost; 2]> {
    let mut costs = [Cost::default(), Cost::default()];
    for asks in asks {
        server.press(&[(asks, CONNECTIONS)], WARM_UP)?;
    }
    for _ in 0..ROUNDS {
        for (asks, cost) in asks.iter().zip(&mut costs) {
            let before = database_seconds(schema)?;
            let sample = server.press(&[(asks, CONNECTIONS)], MEASURE)?;
            cost.database += database_seconds(schema)? - before;
            cost.requests += sample.requests[0];
            cost.seconds += sample.seconds;
            cost.server += sample.cpu;
        }
    }
    Ok(costs)
}

/// CPU of the database so far; none where it is a part of the server.
fn database_seconds(schema: Option<&Schema>) -> Outcome<f64> {
    schema.map_or(Ok(0.0), Schema::cpu_seconds)
}

/// An organization and the ids of its members in the order of their usernames.
struct Organization {
    id: Uuid,
    members: Vec<Uuid>,
}

/// The organizations in the filled database.
struct Filled {
    small: Organization,
    large: Organization,
}

impl Filled {
    async fn new(url: &str) -> Result<Self, DbErr> {
        let db = Database::connect(url).await?;
        let ids = Ids::random();
        let small = organization(&db, &ids, "small", SMALL).await?;
        let large = organization(&db, &ids, "large", LARGE).await?;
        if db.get_database_backend() == DbBackend::Postgres {
            // What autovacuum would do in a minute, where it runs.
            db.execute_unprepared("VACUUM ANALYZE").await?;
        }
        db.close().await?;
        Ok(Self { small, large })
    }
}

/// Makes an organization with members whose order of joining is not that of their names.
async fn organization(
    db: &DatabaseConnection,
    ids: &Ids,
    name: &str,
    size: usize,
) -> Result<Organization, DbErr> {
    let now = DateTimeUtc::UNIX_EPOCH;
    let id = ids.uuid();
    let row = organizations::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        name_lower: Set(name.to_owned()),
        display_name: Set(name.to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    organizations::Entity::insert(row).exec_without_returning(db).await?;
    let mut members = vec![Uuid::nil(); size];
    // A prime that divides neither size: every place once, far from the one before.
    let places: Vec<usize> = (0..size).map(|number| number * 7_919 % size).collect();
    for places in places.chunks(AT_ONCE) {
        places.iter().for_each(|place| members[*place] = ids.uuid());
        let user = |place: &usize| user(members[*place], &format!("{name}-{place:06}"), now);
        users::Entity::insert_many(places.iter().map(user)).exec_without_returning(db).await?;
        let membership = |place: &usize| organization_members::ActiveModel {
            organization_id: Set(id),
            user_id: Set(members[*place]),
            created_at: Set(now),
            updated_at: Set(now),
            roles: Set(Texts(Vec::new())),
            ..Default::default()
        };
        let memberships = places.iter().map(membership);
        organization_members::Entity::insert_many(memberships).exec_without_returning(db).await?;
    }
    Ok(Organization { id, members })
}

fn user(id: Uuid, username: &str, now: DateTimeUtc) -> users::ActiveModel {
    let email = format!("{username}@example.com");
    users::ActiveModel {
        id: Set(id),
        username: Set(username.to_owned()),
        username_lower: Set(username.to_owned()),
        email: Set(email.clone()),
        email_lower: Set(email),
        created_at: Set(now),
        updated_at: Set(now),
        last_seen_at: Set(now),
        status: Set("active".to_owned()),
        rbac_roles: Set(Texts(Vec::new())),
        ..Default::default()
    }
}
