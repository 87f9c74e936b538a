//! `roster ai-seats`

use super::users::with;
use super::{Outcome, line, say};
use crate::config::{AiSeatCommand, Database, Server};
use crate::domain::Visitor;
use crate::domain::ai_seats::{self, Request};
use crate::model::ai_seat::takes_seat;
use crate::model::page::Page;

/// Notes a use, lists all, or counts seats, in the database itself.
pub async fn run(database: Database, server: Server, what: AiSeatCommand) -> Outcome {
    with(&database, &server, async |visitor| match what {
        AiSeatCommand::Record { user, event_type, description, time } => {
            record(visitor, Request { user, event_type, description, time }).await
        }
        AiSeatCommand::List => list(visitor).await,
        AiSeatCommand::Count => {
            let seats = ai_seats::list_offline(&visitor.backend, ONE).await.map_err(line)?;
            say(&seats.taken.to_string());
            Ok(())
        }
    })
    .await
}

const ONE: Page = Page { after: None, limit: 1, offset: 0 };
const SOME: Page = Page { after: None, limit: 500, offset: 0 };

async fn record(visitor: &Visitor, request: Request) -> Outcome {
    let first = ai_seats::record_offline(visitor, &request).await.map_err(line)?;
    let told = if first { "the first use" } else { "another use" };
    say(&format!("noted {told} by {}", request.user));
    Ok(())
}

/// Page by page, so that memory does not grow with the list.
async fn list(visitor: &Visitor) -> Outcome {
    let mut page = SOME;
    loop {
        let seats = ai_seats::list_offline(&visitor.backend, page).await.map_err(line)?;
        for state in &seats.rows {
            let seat = if takes_seat(&state.user) { "seat" } else { "no seat" };
            let last = state.last_used_at.format("%Y-%m-%dT%H:%M:%SZ");
            let (name, how, what) =
                (&state.user.username, state.last_reason.as_str(), &state.last_description);
            say(&format!("{name}\t{seat}\t{last}\t{how}\t{what}"));
        }
        match seats.rows.last() {
            Some(last) if seats.rows.len() as u64 == u64::from(SOME.limit) => page.after = Some(last.user.id),
            _ => return Ok(()),
        }
    }
}
