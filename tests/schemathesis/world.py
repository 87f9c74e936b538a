"""Fills a fresh server, and tells the shell what is there: lines of NAME=VALUE."""

import os

import requests

ROOT = os.environ["PROBE_BASE"]
BASE = ROOT + "/api/v2"
PASSWORD = "PasswordSecured123!"
OWNER = {"email": "probe@example.com", "username": "probe", "password": PASSWORD}
HEADER = "Coder-Session-Token"


def call(method, path, token=None, **body):
    """Asks for something that has to succeed."""
    headers = {HEADER: token} if token else {}
    base = ROOT if path.startswith("/api/") else BASE
    answer = requests.request(method, base + path, json=body, headers=headers, timeout=20)
    answer.raise_for_status()
    return answer.json()


def log_in():
    """Makes a session of the owner."""
    return call("POST", "/users/login", email=OWNER["email"], password=PASSWORD)["session_token"]


def make_user(session, name, organization):
    """Makes an active member of an organization, and tells the id."""
    asked = {"username": name, "email": name + "@example.com", "password": PASSWORD, "user_status": "active"}
    return call("POST", "/users", session, organization_ids=[organization], **asked)["id"]


def make_organization(session, name):
    """Makes an organization with a role of its own, and tells the id."""
    made = call("POST", "/organizations", session, name=name)["id"]
    call("POST", f"/organizations/{made}/members/roles", session, name="keeper")
    return made


def make_token(session, user, name):
    """Makes a token of a user, and tells its id."""
    made = call("POST", f"/users/{user}/keys/tokens", session, token_name=name)
    return made["key"].split("-")[0]


def make_skill(session, name):
    """Makes a skill of the owner."""
    call("POST", "/api/experimental/users/me/skills", session, content=f"---\nname: {name}\n---\nWith care.")


def fill():
    """The owner, who is the one to probe, two people whom that may harm, and a second organization."""
    first = call("POST", "/users/first", **OWNER)
    session, default = log_in(), first["organization_id"]
    make_skill(session, "pruning")
    call("POST", f"/organizations/{default}/members/roles", session, name="keeper")
    return {
        "PROBE_KEY": make_token(session, "me", "trowel"),
        "PROBE_OWNER": first["user_id"],
        "PROBE_ORGANIZATION": default,
        "PROBE_KENNEL": make_organization(session, "kennel"),
        "PROBE_GUINEA_PIG": make_user(session, "guinea-pig", default),
        "PROBE_GUINEA_HEN": make_user(session, "guinea-hen", default),
    }


if __name__ == "__main__":
    for name, value in fill().items():
        print(f"{name}={value}")
