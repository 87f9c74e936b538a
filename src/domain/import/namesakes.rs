//! Who is there already, and whether that is the user of the line.

use std::collections::HashMap;

use super::check::Draft;
use crate::domain::error::Error;
use crate::model::names::folded;
use crate::model::page::FieldError;
use crate::model::user::Person;
use crate::rbac::{Resource, Scope, Subject};
use crate::store::{Source, bulk};

/// What is to become of a good line.
pub enum Verdict {
    /// Nobody has its names.
    Fresh,
    /// Its user is there, just as it says.
    There,
    /// Somebody else has a name of it, or its user is there as another one.
    Refused(Vec<FieldError>),
}

/// The living who have a name that some lines have.
pub struct Namesakes {
    people: Vec<Person>,
    by_username: HashMap<String, usize>,
    by_email: HashMap<String, usize>,
}

impl Namesakes {
    /// Looks them up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(db: &impl Source, subject: &Subject, drafts: &[Draft]) -> Result<Self, Error> {
        let usernames: Vec<String> = drafts.iter().map(|draft| folded(&draft.account.username)).collect();
        let emails =
            drafts.iter().map(|draft| folded(&draft.account.email)).filter(|email| !email.is_empty());
        let emails: Vec<String> = emails.collect();
        let scope: Scope = subject.scope(Resource::User);
        let people = bulk::select_namesakes(db, &scope, &usernames, &emails).await?;
        let names = |name: fn(&Person) -> &str| {
            let name = |(place, person)| (folded(name(person)), place);
            people.iter().enumerate().map(name).filter(|(name, _)| !name.is_empty()).collect()
        };
        let by_username = names(|person| &person.user.username);
        let by_email = names(|person| &person.user.email);
        Ok(Self { people, by_username, by_email })
    }

    /// What is to become of a line.
    pub fn judge(&self, draft: &Draft) -> Verdict {
        let account = &draft.account;
        let same_username = self.by_username.get(&folded(&account.username));
        let same_email = self.by_email.get(&folded(&account.email));
        let taken = |field, has: &str| FieldError::new(field, format!("another user has this {has}"));
        let reasons = match (same_username, same_email) {
            (None, None) => return Verdict::Fresh,
            (Some(one), Some(other)) if one == other => differences(&self.people[*one], draft),
            (Some(one), None) if account.email.is_empty() => differences(&self.people[*one], draft),
            (username, email) => {
                let username = username.map(|_| taken("username", "username"));
                username.into_iter().chain(email.map(|_| taken("email", "e-mail address"))).collect()
            }
        };
        if reasons.is_empty() { Verdict::There } else { Verdict::Refused(reasons) }
    }
}

/// In what the user who is there is not the one of the line. Neither status nor password count: both change when a user who
/// was imported logs in, and a second run of the same file is to go on after that.
fn differences(person: &Person, draft: &Draft) -> Vec<FieldError> {
    let (user, account) = (&person.user, &draft.account);
    let mut roles = user.roles.clone();
    roles.sort_unstable();
    let mut joined: Vec<_> =
        person.memberships.iter().map(|it| (it.organization, it.roles.clone())).collect();
    joined.iter_mut().for_each(|(_, roles)| roles.sort_unstable());
    joined.sort_unstable();
    let same = [
        ("username", user.username == account.username),
        ("email", user.email == account.email),
        ("name", user.name == account.name),
        ("login_type", user.login_type == account.login_type),
        ("service_account", user.is_service_account == account.service_account),
        ("created_at", draft.created_at.is_none_or(|time| user.created_at == time)),
        ("roles", roles == account.roles),
        ("organizations", joined == draft.organizations),
    ];
    let different = same.into_iter().filter(|(_, same)| !same);
    different
        .map(|(field, _)| FieldError::new(field, "the user is there already, with another value"))
        .collect()
}
