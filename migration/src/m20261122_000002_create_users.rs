//! Users. A deleted one keeps its row and frees its username and e-mail address.
//!
//! The `_lower` columns hold what is compared without regard to case, folded by the server: the engines' own `lower` differ
//! beyond ASCII. One unique index on each serves both spellings.

crate::migration! {
    up: &[
        "CREATE TABLE users (
            id {uuid} NOT NULL PRIMARY KEY,
            username {key} NOT NULL,
            username_lower {key} NOT NULL,
            email {key} NOT NULL,
            email_lower {key} NOT NULL,
            name TEXT NOT NULL DEFAULT '',
            name_lower {key} NOT NULL DEFAULT '',
            avatar_url TEXT NOT NULL DEFAULT '',
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            last_seen_at {time} NOT NULL,
            status TEXT NOT NULL DEFAULT 'dormant',
            login_type TEXT NOT NULL DEFAULT 'password',
            hashed_password TEXT NOT NULL DEFAULT '',
            rbac_roles {json} NOT NULL,
            deleted {bool} NOT NULL DEFAULT FALSE,
            is_system {bool} NOT NULL DEFAULT FALSE,
            is_service_account {bool} NOT NULL DEFAULT FALSE,
            github_com_user_id BIGINT,
            quiet_hours_schedule TEXT NOT NULL DEFAULT '',
            hashed_one_time_passcode TEXT,
            one_time_passcode_expires_at {time},
            CONSTRAINT users_username_min_length CHECK (length(username) >= 1),
            CONSTRAINT users_status_known CHECK (status IN ('active', 'dormant', 'suspended')),
            CONSTRAINT users_login_type_known CHECK (login_type IN ('password', 'github', 'oidc', 'none')),
            CONSTRAINT users_email_not_empty CHECK ((is_service_account = TRUE) = (email = '')),
            CONSTRAINT users_service_account_login_type CHECK (is_service_account = FALSE OR login_type = 'none'),
            CONSTRAINT users_one_time_passcode_set
                CHECK ((hashed_one_time_passcode IS NULL) = (one_time_passcode_expires_at IS NULL))
        )",
        "CREATE UNIQUE INDEX users_username_lower_idx ON users (username_lower) WHERE deleted = FALSE",
        "CREATE UNIQUE INDEX users_email_lower_idx ON users (email_lower) WHERE deleted = FALSE AND email_lower <> ''",
    ],
    down: &["DROP TABLE users"],
}
