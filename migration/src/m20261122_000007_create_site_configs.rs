//! Facts about the deployment, such as its id.

crate::migration! {
    up: &["CREATE TABLE site_configs (key {key} NOT NULL PRIMARY KEY, value TEXT NOT NULL)"],
    down: &["DROP TABLE site_configs"],
}
