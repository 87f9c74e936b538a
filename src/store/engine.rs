//! Every difference between SQLite and PostgreSQL, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection, PgConnection, SqliteConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait, Value,
};
use serde_json::Value as Json;

use uuid::Uuid;

use super::Options;
use super::error::Error;
use super::link::Link;
use super::tx::Lock;

/// The kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, one process, one writer at a time.
    Sqlite,
    /// A server, any number of replicas.
    Postgres,
}

/// What a column holds of which many rows are put in at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A UUID.
    Uuid,
    /// A time.
    Time,
    /// A text.
    Text,
    /// A whole number.
    Number,
}

/// A value of such a row.
#[derive(Debug)]
pub(super) enum Cell {
    /// A UUID.
    Uuid(Option<Uuid>),
    /// A time.
    Time(Option<DateTime<Utc>>),
    /// A text.
    Text(Option<String>),
    /// A whole number.
    Number(Option<i32>),
}

/// How long a statement waits for a connection or, on SQLite, for another process that writes.
const PATIENCE: Duration = Duration::from_secs(5);
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

impl Engine {
    pub(super) fn of(url: &str) -> Result<Self, Error> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            _ => Err(Error::Settings("the database URL must begin with sqlite:// or postgres://".to_owned())),
        }
    }

    pub(super) async fn connect(self, options: &Options) -> Result<Pools, Error> {
        match self {
            Self::Sqlite => settle(&options.url).await?,
            Self::Postgres => knock(&options.url).await?,
        }
        // Measured: a local SQLite gains up to 8 connections, a local PostgreSQL loses beyond a few.
        let readers = pool(&options.url, options.connections.unwrap_or(8)).await?;
        let writer = if self.has_one_writer() { pool(&options.url, 1).await? } else { readers.clone() };
        Ok(Pools { readers: Link(readers), writer })
    }

    pub(super) const fn has_one_writer(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// Keeps other transactions with the same lock out until this one ends. SQLite has let in one writer only anyway.
    pub(super) async fn lock(self, tx: &impl ConnectionTrait, lock: Lock) -> Result<(), DbErr> {
        if self == Self::Postgres {
            let number = i64::from(lock as i32) + LOCKS_BEGIN;
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({number})")).await?;
        }
        Ok(())
    }

    /// Keeps other transactions that ask for the credentials of the same user out until this one ends. Two users may share a
    /// lock, which costs a little waiting: no transaction asks for two of them.
    pub(super) async fn lock_credentials(self, tx: &impl ConnectionTrait, user: Uuid) -> Result<(), DbErr> {
        if self == Self::Postgres {
            let [a, b, c, d, ..] = *user.as_bytes();
            let (class, number) = (CREDENTIALS, i32::from_be_bytes([a, b, c, d]));
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({class}, {number})")).await?;
        }
        Ok(())
    }

    /// The ids of all rows in one text, with commas, in the order of another column.
    pub(super) fn joined_ids(self, id: &str, order: &str) -> SimpleExpr {
        Expr::cust(match self {
            Self::Sqlite => format!("group_concat(hex({id}), ',' ORDER BY {order})"),
            Self::Postgres => format!("string_agg({id}::text, ',' ORDER BY {order})"),
        })
    }

    /// Whether a text has another one in it, taken literally. Not LIKE: there every `%` would have to be escaped, and SQLite
    /// takes no pattern beyond 50,000 bytes.
    pub(super) fn contains(self, column: (&str, &str), part: &str) -> SimpleExpr {
        let (table, name) = column;
        let found = match self {
            Self::Sqlite => format!("instr({table}.{name}, ?) > 0"),
            Self::Postgres => format!("strpos({table}.{name}, $1) > 0"),
        };
        Expr::cust_with_values(found, [part.to_owned()])
    }

    /// A JSON list of texts without one of them, the others in their order.
    pub(super) fn without(self, column: (&str, &str), text: &str) -> SimpleExpr {
        let (table, name) = column;
        let rest = match self {
            Self::Sqlite => format!(
                "(SELECT json_group_array(e.value ORDER BY e.key) FROM json_each({table}.{name}) AS e WHERE e.value <> ?)"
            ),
            Self::Postgres => format!("{table}.{name} - $1::text"),
        };
        Expr::cust_with_values(rest, [text.to_owned()])
    }

    /// Whether a text is one of many. One parameter for all of them: PostgreSQL compares each row with a thousand parameters
    /// one after the other, and keeps to that plan while the table grows.
    pub(super) fn is_any(self, column: (&str, &str), wanted: &[String]) -> SimpleExpr {
        let (table, name) = column;
        let found = match self {
            Self::Sqlite => format!("{table}.{name} IN (SELECT value FROM json_each(?))"),
            Self::Postgres => format!("{table}.{name} IN (SELECT jsonb_array_elements_text($1::jsonb))"),
        };
        Expr::cust_with_values(found, [serde_json::Value::from(wanted).to_string()])
    }

    /// Whether a JSON list of texts holds any of `wanted`. One parameter for all of them: a condition for each would nest
    /// as deep as a request likes.
    pub(super) fn holds_any(self, column: (&str, &str), wanted: &[String]) -> SimpleExpr {
        let (table, name) = column;
        let holds = match self {
            Self::Sqlite => format!(
                "EXISTS (SELECT 1 FROM json_each({table}.{name}) AS e WHERE e.value IN (SELECT value FROM json_each(?)))"
            ),
            Self::Postgres => format!(
                "EXISTS (SELECT 1 FROM jsonb_array_elements_text($1::jsonb) AS w WHERE jsonb_exists({table}.{name}, w))"
            ),
        };
        Expr::cust_with_values(holds, [serde_json::Value::from(wanted).to_string()])
    }

    /// A select of rows that come as parameters, and these. Its text is the same however many rows there are, so that it is
    /// parsed and planned once, and it has one parameter a column or one for all: thousands cost more than what they carry.
    pub(super) fn given<const N: usize>(self, kinds: [Kind; N], rows: &[[Cell; N]]) -> (String, Vec<Value>) {
        match self {
            Self::Sqlite => {
                let read = |(place, kind): (usize, &Kind)| match kind {
                    Kind::Uuid => format!("unhex(value ->> {place})"),
                    _ => format!("value ->> {place}"),
                };
                let columns: Vec<_> = kinds.iter().enumerate().map(read).collect();
                let rows: Json =
                    rows.iter().map(|row| row.iter().map(Cell::json).collect::<Json>()).collect();
                // Without a condition `ON CONFLICT` would be read as that of a join.
                let select = format!("SELECT {} FROM json_each(?) WHERE TRUE", columns.join(", "));
                (select, vec![rows.to_string().into()])
            }
            Self::Postgres => {
                let array =
                    |(place, kind): (usize, &Kind)| format!("${}::text::{}[]", place + 1, kind.postgres());
                let arrays: Vec<_> = kinds.iter().enumerate().map(array).collect();
                let column =
                    |place| Value::from(array_literal(rows.iter().map(|row: &[Cell; N]| &row[place])));
                (format!("SELECT * FROM unnest({})", arrays.join(", ")), (0..N).map(column).collect())
            }
        }
    }
}

impl Kind {
    const fn postgres(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Time => "timestamptz",
            Self::Text => "text",
            Self::Number => "integer",
        }
    }
}

impl Cell {
    /// The value as both engines read it from a text; for times that is how the driver writes them to SQLite.
    fn text(&self) -> Option<String> {
        match self {
            Self::Uuid(id) => id.map(|id| id.simple().to_string()),
            Self::Time(time) => time.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, false)),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.map(|number| number.to_string()),
        }
    }

    fn json(&self) -> Json {
        match self {
            Self::Number(number) => Json::from(*number),
            other => Json::from(other.text()),
        }
    }
}

/// An array as PostgreSQL writes it in a text.
fn array_literal<'c>(cells: impl Iterator<Item = &'c Cell>) -> String {
    let mut out = "{".to_owned();
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        match (cell.text(), cell) {
            (None, _) => out.push_str("NULL"),
            (Some(text), Cell::Text(_)) => {
                out.push('"');
                for letter in text.chars() {
                    if matches!(letter, '"' | '\\') {
                        out.push('\\');
                    }
                    out.push(letter);
                }
                out.push('"');
            }
            (Some(text), _) => out.push_str(&text),
        }
    }
    out.push('}');
    out
}

/// The connections of a store.
pub(super) struct Pools {
    /// Those that read; on PostgreSQL also those that write.
    pub(super) readers: Link<DatabaseConnection>,
    /// On SQLite the one that writes. It keeps in memory what it has read of the file as long as no other one writes; any of the
    /// others would read anew, for each transaction, all pages that it needs.
    writer: DatabaseConnection,
}

impl Pools {
    /// Begins a transaction that will write. SQLite must take its lock at once: one that reads first and writes later fails as
    /// soon as two of them overlap.
    #[expect(clippy::disallowed_methods, reason = "this is what Store::write begins with")]
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        self.writer
            .begin_with_options(TransactionOptions { sqlite_transaction_mode, ..Default::default() })
            .await
    }

    /// Ends all connections, the writer's last: SQLite folds its log into the file then.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        let read = self.readers.0.clone().close().await;
        self.writer.clone().close().await.and(read)
    }
}

async fn pool(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut connect = ConnectOptions::new(url);
    connect.max_connections(connections).sqlx_logging(false);
    connect.acquire_timeout(PATIENCE).connect_timeout(PATIENCE).test_before_acquire_if_idle_for(RECENTLY);
    connect.map_sqlx_sqlite_opts(opened);
    // A full disk makes SQLite end a transaction by itself. sqlx counts on as if it were open, and what it then begins on
    // that connection would be a savepoint, and what it commits might stay open for ever: such a connection is closed.
    connect.map_sqlx_sqlite_before_acquire(|connection, _| {
        let usable = !connection.is_in_transaction();
        Box::pin(async move { Ok(usable) })
    });
    connect.map_sqlx_postgres_opts(|postgres| postgres.statement_cache_capacity(256));
    Database::connect(connect).await
}

/// How a file is opened.
fn opened(sqlite: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(256)
        .pragma("mmap_size", "268435456")
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "memory")
}

/// Opens the file once. The first to open a new file changes how it keeps its journal, and SQLite refuses that at once, without
/// the waiting it does elsewhere, while another process does the same.
async fn settle(url: &str) -> Result<(), DbErr> {
    let refused = |error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)));
    let options = opened(url.parse().map_err(refused)?);
    let began = tokio::time::Instant::now();
    loop {
        match SqliteConnection::connect_with(&options).await {
            Err(error) if is_busy(&error) && began.elapsed() < PATIENCE => {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            outcome => return outcome.map_err(refused)?.close().await.map_err(refused),
        }
    }
}

/// SQLITE_BUSY, in any of its extended forms.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<i32>().ok()).is_some_and(|code| code & 0xff == 5)
}

/// One plain connection. The pool keeps what it is refused with to itself and tries on until its patience ends.
async fn knock(url: &str) -> Result<(), DbErr> {
    let refused = |error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)));
    let late = |_| refused(sqlx::Error::PoolTimedOut);
    let connection = tokio::time::timeout(PATIENCE, PgConnection::connect(url)).await.map_err(late)?;
    connection.map_err(refused)?.close().await.map_err(refused)
}

/// A pooled connection that was used so lately is believed to be there; asking costs a round trip.
const RECENTLY: Duration = Duration::from_secs(1);

/// Our advisory locks, away from small numbers that others may use.
const LOCKS_BEGIN: i64 = 0x526f_7374_6572;

/// The class of those that are about one user; locks with a class are apart from those without.
const CREDENTIALS: i32 = 0x526f_7374;
