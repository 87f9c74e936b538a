//! GitHub's OAuth and API.
