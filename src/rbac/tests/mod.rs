//! The authorization model held against its contract (rbac.md).
//!
//! The cases that rbac.md lists as worth a test, as far as they need no server:
//!
//! | cases | file |
//! |---|---|
//! | 1 | `worked` |
//! | 2 to 7 | `levels`, `versus` |
//! | 8, 9, 21 | `shared`, `versus` |
//! | 10, 11, 12, 25 | `keys` |
//! | 13 | `properties`; with tables in `tests/it/authz/rows.rs` |
//! | 14 | `properties` |
//! | 15 to 20 | `builtin`, `tables`; the validity of all lines in `rbac/builtin.rs` |
//! | 22, 23 | `matrix` |
//! | 24 | `rbac/role_name.rs` |
//! | 28 (normalization), 29 | `allow_lists`, `properties` |

mod allocations;
mod allow_lists;
mod builtin;
mod definition;
mod dice;
mod handing_on;
mod keys;
mod levels;
mod matrix;
mod oracle;
mod people;
mod properties;
mod random;
mod shared;
mod tables;
mod versus;
mod words;
mod worked;
