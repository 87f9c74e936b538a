//! `roster users`

use std::io::{self, BufRead, IsTerminal};

use super::{Outcome, export, import, line, say, unusable};
use crate::app;
use crate::config::{Database, Server, Users};
use crate::domain::Visitor;
use crate::domain::first_user::Request;
use crate::domain::operator;
use crate::model::user::UserRef;

/// Creates an owner, resets a password, takes in many users or writes them out, in the database itself.
pub async fn run(database: Database, server: Server, what: Users) -> Outcome {
    match what {
        Users::Create { username, email, name, password } => {
            with(&database, &server, async |visitor| {
                let password = password_or_ask(password)?;
                let request = Request { email, username, name, password };
                let id = operator::create_owner(visitor, request).await.map_err(line)?;
                say(&format!("created {id}"));
                Ok(())
            })
            .await
        }
        Users::ResetPassword { user, password } => {
            with(&database, &server, async |visitor| {
                let password = password_or_ask(password)?;
                let user = UserRef::parse(&user);
                let id = operator::reset_password(visitor, &user, &password).await.map_err(line)?;
                say(&format!("set the password of {id} and ended all of its sessions"));
                Ok(())
            })
            .await
        }
        Users::Import(options) => import::run(database, server, options).await,
        Users::Export(options) => {
            with(&database, &server, async |visitor| export::run(visitor, options).await).await
        }
    }
}

/// Works on the database, and closes it.
pub async fn with(
    database: &Database,
    server: &Server,
    work: impl AsyncFnOnce(&Visitor) -> Outcome,
) -> Outcome {
    let visitor = app::offline(database, server).await.map_err(|e| unusable(line(e)))?;
    let outcome = work(&visitor).await;
    visitor.backend.store.close().await;
    outcome
}

fn password_or_ask(given: Option<String>) -> Result<String, String> {
    let unread = |e: io::Error| format!("no password: {e}");
    match given {
        Some(password) => Ok(password),
        None if io::stdin().is_terminal() => rpassword::prompt_password("Password: ").map_err(unread),
        None => {
            let mut text = String::new();
            io::stdin().lock().read_line(&mut text).map_err(unread)?;
            Ok(text.trim_end_matches(['\r', '\n']).to_owned())
        }
    }
}
