//! `roster skills`

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use super::users::with;
use super::{Outcome, line, say};
use crate::config::{Database, Server, Skills};
use crate::domain::skills_at_machine as skills;
use crate::model::skill::SkillHead;
use crate::model::user::UserRef;

/// Lists, shows, writes and deletes personal skills, in the database itself.
pub async fn run(database: Database, server: Server, what: Skills) -> Outcome {
    match what {
        Skills::List { user } => {
            with(&database, &server, async |visitor| {
                let found = skills::list(visitor, &UserRef::parse(&user)).await.map_err(line)?;
                found.iter().for_each(|head| say(&row(head)));
                Ok(())
            })
            .await
        }
        Skills::Show { user, name } => {
            with(&database, &server, async |visitor| {
                let found = skills::get(visitor, &UserRef::parse(&user), &name).await.map_err(line)?;
                print(&found.content)
            })
            .await
        }
        Skills::Put { user, file } => {
            with(&database, &server, async |visitor| {
                let content = read(file.as_deref())?;
                let (skill, made) =
                    skills::put(visitor, &UserRef::parse(&user), content).await.map_err(line)?;
                say(&format!("{} {}", if made { "created" } else { "updated" }, skill.head.name));
                Ok(())
            })
            .await
        }
        Skills::Delete { user, name } => {
            with(&database, &server, async |visitor| {
                let skill = skills::delete(visitor, &UserRef::parse(&user), &name).await.map_err(line)?;
                say(&format!("deleted {}", skill.head.name));
                Ok(())
            })
            .await
        }
    }
}

/// A skill on one line. Whoever wrote the description must not write to the operator's terminal.
fn row(head: &SkillHead) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let description: String = head.description.chars().map(shown).collect();
    format!("{}\t{description}", head.name)
}

/// The text as it is stored, to the last byte.
fn print(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("standard output: {error}").into())
        }
        _ => Ok(()),
    }
}

/// The text to store, from a file or from standard input.
fn read(file: Option<&Path>) -> Result<String, String> {
    let (name, bytes) = match file.filter(|file| file.as_os_str() != "-") {
        Some(file) => (file.display().to_string(), fs::read(file)),
        None => {
            let mut bytes = Vec::new();
            ("standard input".to_owned(), io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes))
        }
    };
    let bytes = bytes.map_err(|error| format!("{name}: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("{name}: the text is not UTF-8"))
}
