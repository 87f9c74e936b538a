//! What a line means, and what is wrong with it.

use std::collections::BTreeSet;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::directory::{Directory, Joining, once_each};
use super::namesakes::{Namesakes, Verdict};
use super::seen::Kind;
use super::{Batch, Import, Line, Refusal, Row, hash};
use crate::domain::accounts::Account;
use crate::domain::error::Error;
use crate::domain::users::{self, Request};
use crate::model::ids::Secret;
use crate::model::names::folded;
use crate::model::page::FieldError;
use crate::model::user::{LoginType, UserStatus};
use crate::rbac::is_site_role;

/// A good line: a user to be made, or one who is there.
pub struct Draft {
    pub line: u64,
    pub account: Account,
    pub password_hash: Secret,
    /// None for now.
    pub created_at: Option<DateTime<Utc>>,
    /// By organization.
    pub organizations: Vec<Joining>,
}

/// A batch of lines, each looked at.
#[derive(Default)]
pub struct Sorted {
    pub fresh: Vec<Draft>,
    pub there: u64,
    pub refused: Vec<Refusal>,
}

impl Import<'_> {
    /// Says what would become of some lines, the next ones of the file.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn check(&mut self, lines: &[Line]) -> Result<Batch, Error> {
        let Sorted { fresh, there, refused } = self.sort(lines).await?;
        self.refused.extend(refused.iter().map(|refusal| refusal.line));
        Ok(Batch { fresh: fresh.len() as u64, there, refused })
    }

    pub(super) async fn sort(&mut self, lines: &[Line]) -> Result<Sorted, Error> {
        let store = &self.visitor.backend.store;
        let rows: Vec<&Row> = lines.iter().filter_map(|line| line.row.as_ref().ok()).collect();
        let directory = Directory::of(store, &self.subject, &rows).await?;
        let (mut drafts, mut sorted) = (Vec::with_capacity(lines.len()), Sorted::default());
        for line in lines {
            match self.draft(line, &directory) {
                Ok(draft) => drafts.push(draft),
                Err(reasons) => sorted.refused.push(refusal(line.number, username(line), reasons)),
            }
        }
        let namesakes = Namesakes::of(store, &self.subject, &drafts).await?;
        for draft in drafts {
            match namesakes.judge(&draft) {
                Verdict::Fresh => sorted.fresh.push(draft),
                Verdict::There => sorted.there += 1,
                Verdict::Refused(reasons) => {
                    sorted.refused.push(refusal(draft.line, &draft.account.username, reasons));
                }
            }
        }
        sorted.refused.sort_unstable_by_key(|refusal| refusal.line);
        Ok(sorted)
    }

    /// The line by the rules of a single user, and by those that only a file has; all that is wrong with it is told at once.
    fn draft(&mut self, line: &Line, directory: &Directory) -> Result<Draft, Vec<FieldError>> {
        let row = line.row.as_ref().map_err(Clone::clone)?;
        let mut wrong = Vec::new();
        let login_type = self.login_type(row, &mut wrong);
        let roles = take(site_roles(row), &mut wrong);
        let status = take(status(&row.status), &mut wrong);
        let created_at = take(created_at(&row.created_at), &mut wrong);
        let organizations = take(directory.joined(row), &mut wrong);
        let password_hash = row.password_hash.clone().unwrap_or_else(|| Secret::new(""));
        if let Err(why) = row.password_hash.as_ref().map_or(Ok(()), |given| hash::check(given.expose())) {
            wrong.push(FieldError::new("password_hash", why));
        }
        wrong.extend(self.had_before(line.number, row));
        let (Some(login_type), true) = (login_type, wrong.is_empty()) else { return Err(wrong) };
        let account = Account {
            email: row.email.clone(),
            username: row.username.clone(),
            name: row.name.clone(),
            password: String::new(),
            login_type,
            status: status.unwrap_or(UserStatus::Dormant),
            roles: roles.unwrap_or_default(),
            service_account: row.service_account,
        };
        let (created_at, organizations) = (created_at.flatten(), organizations.unwrap_or_default());
        Ok(Draft { line: line.number, account, password_hash, created_at, organizations })
    }

    /// The fields that `POST /users` has too, by its rules.
    fn login_type(&self, row: &Row, wrong: &mut Vec<FieldError>) -> Option<LoginType> {
        let request = Request {
            email: row.email.clone(),
            username: row.username.clone(),
            name: row.name.clone(),
            password: row.password_hash.as_ref().map_or("", Secret::expose).to_owned(),
            login_type: row.login_type.clone(),
            service_account: row.service_account,
            ..Request::default()
        };
        take(users::check_fields(&request).map_err(|error| told("", error)), wrong);
        let service = users::check_service_account(&request).map_err(|error| told("service_account", error));
        // What no service account may have is told once.
        take(service, wrong)?;
        let settings = &self.visitor.backend.settings;
        let chosen = users::chosen_login_type(settings, &request) // Whoever moves house brings those along who log in elsewhere, before the new house knows of that place.
            .and_then(|chosen| users::supported(chosen, true));
        take(chosen.map_err(|error| told("login_type", error)), wrong)
    }

    fn had_before(&mut self, line: u64, row: &Row) -> Vec<FieldError> {
        let mut had = Vec::new();
        for (kind, field, name) in
            [(Kind::Username, "username", &row.username), (Kind::Email, "email", &row.email)]
        {
            let before = (!name.is_empty()).then(|| self.seen.before(kind, &folded(name), line)).flatten();
            had.extend(before.map(|first| FieldError::new(field, format!("is the same as in line {first}"))));
        }
        had
    }
}

fn username(line: &Line) -> &str {
    line.row.as_ref().map_or("", |row| &row.username)
}

fn refusal(line: u64, username: &str, reasons: Vec<FieldError>) -> Refusal {
    Refusal { line, username: username.to_owned(), reasons }
}

/// The value, or none when it is wrong, which is noted.
fn take<T>(checked: Result<T, Vec<FieldError>>, wrong: &mut Vec<FieldError>) -> Option<T> {
    checked.map_err(|reasons| wrong.extend(reasons)).ok()
}

/// The reasons of a refused request; those that name no field are about `field`.
fn told(field: &str, error: Error) -> Vec<FieldError> {
    let (message, _, fields) = error.into_parts();
    if fields.is_empty() { vec![FieldError::new(field, message)] } else { fields }
}

/// The site roles to store: known, each once, without the implied `member`.
fn site_roles(row: &Row) -> Result<Vec<String>, Vec<FieldError>> {
    let unknown: BTreeSet<&String> = row.roles.iter().filter(|role| !is_site_role(role)).collect();
    let told = |role| FieldError::new("roles", format!("{role:?} is not a supported role"));
    if !unknown.is_empty() {
        return Err(unknown.into_iter().map(told).collect());
    }
    Ok(once_each(&row.roles).into_iter().filter(|role| role != "member").collect())
}

fn status(text: &str) -> Result<UserStatus, Vec<FieldError>> {
    if text.is_empty() {
        return Ok(UserStatus::Dormant);
    }
    let unknown = || vec![FieldError::new("status", "must be active, dormant or suspended")];
    UserStatus::parse(text).ok_or_else(unknown)
}

/// A time that both databases keep as it is: in whole microseconds, of a year with four digits.
fn created_at(text: &str) -> Result<Option<DateTime<Utc>>, Vec<FieldError>> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong =
        || vec![FieldError::new("created_at", "must be a time like 2026-05-20T00:00:00Z, since 1970")];
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| wrong())?.to_utc();
    let time = time.duration_trunc(TimeDelta::microseconds(1)).map_err(|_| wrong())?;
    let last = DateTime::<Utc>::from_timestamp(253_402_300_799, 0);
    let known = time >= DateTime::UNIX_EPOCH && last.is_some_and(|last| time <= last);
    if known { Ok(Some(time)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_microsecond() {
        let read = created_at("2026-05-20T02:00:00.1234567+02:00").unwrap().unwrap();
        assert_eq!(read.to_rfc3339(), "2026-05-20T00:00:00.123456+00:00");
        assert_eq!(created_at("").unwrap(), None);
        for wrong in
            ["now", "2026-05-20", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "12026-01-01T00:00:00Z"]
        {
            assert!(created_at(wrong).is_err(), "{wrong}");
        }
    }
}
