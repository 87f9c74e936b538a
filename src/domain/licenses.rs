//! Licences, which clients may ask for and this server does without: what the deployment may do is a setting (ai-seats.md, "Roster
//! decides").

use super::error::{Error, Kind};

/// What becomes of a licence that somebody brings.
pub fn refused() -> Error {
    let detail = "This deployment takes no licenses. Its entitlements are a setting: the section [entitlements] of the file that --settings-file (ROSTER_SETTINGS_FILE) names.";
    Error::invalid("Invalid license").detail(detail)
}

/// What is said of a licence that somebody names.
pub fn unknown(id: &str) -> Error {
    let text = match id.parse::<i32>() {
        Ok(_) => "Unknown license ID",
        Err(_) => "License ID must be an integer",
    };
    Error::new(Kind::NotFound, text)
}
