//! What a user sets for itself, and the key pair that signs its git traffic.

crate::migration! {
    up: &[
        "CREATE TABLE user_configs (
            user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            key {key} NOT NULL,
            value TEXT NOT NULL,
            CONSTRAINT user_configs_pkey PRIMARY KEY (user_id, key)
        )",
        "CREATE TABLE git_ssh_keys (
            user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            private_key TEXT NOT NULL,
            public_key TEXT NOT NULL,
            CONSTRAINT gitsshkeys_pkey PRIMARY KEY (user_id)
        )",
    ],
    down: &["DROP TABLE git_ssh_keys", "DROP TABLE user_configs"],
}
