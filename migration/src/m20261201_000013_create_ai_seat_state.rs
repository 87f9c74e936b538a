//! Who has used AI features: first when, last when, and how. A row stays whatever becomes of the user's status, and goes only with
//! the user's own row; whether it counts as a seat is asked of the user when it is read.

crate::migration! {
    up: &[
        "CREATE TABLE ai_seat_state (
            user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            first_used_at {time} NOT NULL,
            last_used_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            last_event_type TEXT NOT NULL,
            last_event_description TEXT NOT NULL,
            CONSTRAINT ai_seat_state_pkey PRIMARY KEY (user_id),
            CONSTRAINT ai_seat_state_known CHECK (last_event_type IN ('aibridge', 'task'))
        )",
        // Counted without a look at the users: SQLite wants all that the count asks about in the index itself.
        "CREATE INDEX users_active_idx ON users (status, deleted, is_system)
            WHERE status = 'active' AND deleted = FALSE AND is_system = FALSE",
    ],
    down: &["DROP INDEX users_active_idx", "DROP TABLE ai_seat_state"],
}
