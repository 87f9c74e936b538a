# `just` alone lists the recipes. What each needs is in CONTRIBUTING.md.

# The database of `just test-pg`; see CONTRIBUTING.md, "Tests".
test_postgres := env("ROSTER_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/roster_test")

[private]
default:
    @just --list --unsorted

# Install what the tests in the browser, those of logins and `just probe` need, and the tool that looks at licences
setup:
    cd tests/browser && npm ci
    cd tests/openid && npm ci
    cd tests/documents && npm ci
    cargo install --locked cargo-deny
    python3 -m venv target/ci/schemathesis
    target/ci/schemathesis/bin/pip install --quiet 'schemathesis==4.32.5'

# Format all Rust code
fmt:
    cargo fmt --all

# Lints, documentation and licences
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
    cargo deny --locked check licenses bans sources

# Run the tests on SQLite, or those whose names contain the given words
test *names:
    env -u ROSTER_TEST_POSTGRES_URL cargo test --workspace {{ names }}

# Run the same tests on PostgreSQL
test-pg *names:
    ROSTER_TEST_POSTGRES_URL={{ quote(test_postgres) }} cargo test --workspace {{ names }}

# Probe every operation of a fresh server with schemathesis; `just probe 100 SEED` repeats a run
probe *arguments:
    tests/schemathesis/run {{ arguments }}

# Make a Python client from the document, and go through the main flow with it
client:
    tests/python-client/run

# Give what strangers send to libFuzzer; `just fuzz -1 1 search` goes on until something breaks
fuzz *arguments:
    fuzz/run {{ arguments }}

# Make the generated files again: openapi/*.json, *.txt and *.md, docs/reference/api/
gen:
    cargo run -q -- openapi --dialect documented --out openapi/openapi.json
    cargo run -q -- openapi --dialect coder --out openapi/openapi.coder.json
    cargo run -q -p docs-gen

# What changed for clients since the last release; fails on what breaks them
diff:
    cargo run -q -p docs-gen -- diff openapi/released.json openapi/openapi.json

# Compare docs-gen with widdershins: time, memory and size of the pages, of our own document and of GitHub's
bench-pages *arguments:
    cd tests/documents && npm ci
    cd benches/pages && npm ci
    cargo build --release -p docs-gen
    benches/pages/compare.py {{ arguments }}

# Everything that a change must pass
check:
    bash .ci/run

# Start the server on 127.0.0.1:3000 with the database roster.db
run *arguments:
    cargo run -- server {{ arguments }}

# Throw away the database of `just run`
db-reset:
    rm -f roster.db roster.db-shm roster.db-wal

# The nine steps of a new endpoint, for an operation NAME such as list_groups
endpoint NAME:
    @awk '/^## /{on = /nine steps/} on' CONTRIBUTING.md | sed 's/NAME/{{ NAME }}/g'
