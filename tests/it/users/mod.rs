//! Users.

mod smoke;
