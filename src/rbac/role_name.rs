//! Names of roles as they are told apart inside and in error texts: `name` and `name:<organization id>` (rbac.md 5).

use std::borrow::Cow;
use std::fmt;

use uuid::Uuid;

use super::assign::Granted;
use crate::model::ids::OrgId;

impl fmt::Display for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.organization.map_or(Ok(()), |id| write!(f, ":{id}"))
    }
}

impl Granted {
    /// Reads a name with or without its organization.
    ///
    /// # Errors
    /// What is wrong with it: an empty name, more than one colon, or an organization that is no UUID.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("invalid role name {text:?}: {why}");
        let (name, organization) = text.split_once(':').map_or((text, None), |(name, id)| (name, Some(id)));
        if name.is_empty() {
            return Err(wrong("the name is empty"));
        }
        if organization.is_some_and(|id| id.contains(':')) {
            return Err(wrong("more than one colon"));
        }
        let read =
            organization.map(|id| Uuid::try_parse(id).map_err(|_| wrong("the organization is no UUID")));
        Ok(Self { name: Cow::Owned(name.to_owned()), organization: read.transpose()?.map(OrgId) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["owner", "organization-admin:7c60d51f-b44e-4682-87d6-449835ea4de6"] {
            assert_eq!(Granted::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_no_role_names() {
        let id = "7c60d51f-b44e-4682-87d6-449835ea4de6";
        for text in ["", ":", ":x", "a:", "a:b:c", "a:not-a-uuid", &format!("a:{id}:"), &format!(":{id}")] {
            assert!(Granted::parse(text).is_err(), "{text:?}");
        }
    }
}
