"""What schemathesis needs to know of Roster to probe all of it for as long as it likes.

Whoever probes must not end the session it probes with, nor harm its own account: see HARMFUL. And the contract wants some
answers that a checker of schemas cannot expect: see CONTRACT.
"""

import atexit
import collections
import itertools
import os
import uuid

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import (
    EnsureResourceAvailability,
    IgnoredAuth,
    JsonSchemaError,
    RejectedPositiveData,
)

from world import HEADER, OWNER, log_in, make_organization, make_token, make_user

# What would end or lock the probing session, or leave nobody and nothing to probe: there, whoever stands for one of those whom
# world.py made is replaced by somebody who was made for it.
HARMFUL = {
    ("DELETE", "/api/v2/users/{user}"),
    ("PUT", "/api/v2/users/{user}/password"),
    ("PUT", "/api/v2/users/{user}/profile"),
    ("PUT", "/api/v2/users/{user}/roles"),
    ("PUT", "/api/v2/users/{user}/status/suspend"),
}
SUSPEND_BY_DIRECTORY = {("PATCH", "/scim/v2/Users/{id}"), ("PUT", "/scim/v2/Users/{id}")}
DELETE_ORGANIZATION = ("DELETE", "/api/v2/organizations/{organization}")
END_KEY = {("DELETE", "/api/v2/users/{user}/keys/{keyid}"), ("PUT", "/api/v2/users/{user}/keys/{keyid}/expire")}
LOG_OUT = ("POST", "/api/v2/users/logout")

PEOPLE = {os.environ[name] for name in ("PROBE_OWNER", "PROBE_GUINEA_PIG", "PROBE_GUINEA_HEN")}
NAMES = {"me", OWNER["username"], "guinea-pig", "guinea-hen"}
numbers = itertools.count()
seen = collections.defaultdict(collections.Counter)


@schemathesis.auth()
class Session:
    """A session of the owner; schemathesis asks for another one when an answer is 401."""

    token = None

    def get(self, case, context):
        Session.token = log_in()
        return Session.token

    def set(self, case, data, context):
        # Directories show a secret of their own, and no session.
        if case.operation.path.startswith("/scim/"):
            case.headers["Authorization"] = os.environ["ROSTER_SCIM_AUTH_HEADER"]
        else:
            case.headers[HEADER] = data


def is_needed(user):
    """Whether a path parameter stands for somebody whom world.py made, in any spelling that the server takes."""
    try:
        return str(uuid.UUID(str(user))) in PEOPLE
    except ValueError:
        return str(user).lower() in NAMES


def is_session(key):
    return Session.token is not None and str(key) == Session.token.split("-")[0]


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = (case.method.upper(), case.operation.path)
    parameters = case.path_parameters or {}
    if operation in HARMFUL and is_needed(parameters.get("user")):
        parameters["user"] = make_user(Session.token, f"guinea-{next(numbers)}", os.environ["PROBE_ORGANIZATION"])
    if operation in SUSPEND_BY_DIRECTORY and is_needed(parameters.get("id")):
        parameters["id"] = make_user(log_in(), f"guinea-{next(numbers)}", os.environ["PROBE_ORGANIZATION"])
    if operation == DELETE_ORGANIZATION and parameters.get("organization") == os.environ["PROBE_KENNEL"]:
        parameters["organization"] = make_organization(Session.token, f"kennel-{next(numbers)}")
    if operation in END_KEY and parameters.get("keyid") == os.environ["PROBE_KEY"]:
        parameters["keyid"] = make_token(Session.token, os.environ["PROBE_OWNER"], f"token-{next(numbers)}")
    if is_session(parameters.get("keyid")) and operation[0] != "GET":
        parameters["keyid"] = "0000000000"
    # A session of its own to end; but not instead of a bad key, which has to be refused.
    if operation == LOG_OUT and (case.headers or {}).get(HEADER) == Session.token:
        case.headers[HEADER] = log_in()


@schemathesis.hook
def map_body(context, body):
    """What goes with a password and a role: otherwise chance would hardly ever make a user, or a role of an organization."""
    if isinstance(body, dict):
        if "password" in body and isinstance(body.get("service_account"), bool):
            body["service_account"] = False
        for level in ("site_permissions", "user_permissions", "organization_member_permissions"):
            if isinstance(body.get(level), list):
                body[level] = []
    return body


@schemathesis.hook
def after_call(context, case, response):
    if case.method.upper() == case.operation.method.upper():
        seen[f"{case.operation.method.upper()} {case.operation.path}"][response.status_code] += 1


@atexit.register
def tell():
    """Which operations were never answered with a success: it may be time for a dictionary in schemathesis.toml."""
    for operation, statuses in sorted(seen.items()):
        if not any(status < 300 for status in statuses):
            print(f"never a success: {operation}: {dict(sorted(statuses.items()))}")


# ---- what the contract wants ----------------------------------------------------------------------------------


def breaks_a_rule(case, response):
    """A value that fits its schema may break a rule that no schema of the reference states: how strong a password is, which
    names are reserved, that nobody takes their own roles. But it is never malformed: then the schema would lie."""
    if response.status_code != 400:
        return False
    return response.json()["message"] not in (
        "Request body must be valid JSON.",
        "Query parameters have invalid values.",
    )


def wrong_values(case):
    """The values of a body that do not fit its schema, with their places."""
    body = case.operation.get_body_for_media_type(case.media_type) if case.media_type else None
    if body is None:
        return []
    validator = make_validator(body.optimized_schema, case.operation.schema.adapter.jsonschema_validator_cls)
    return [(error.instance, list(error.instance_path)) for error in validator.iter_errors(case.body)]


def has_nulls(case, response):
    """`null` is the zero value of every type, also of a whole body (users.md 1.1)."""
    wrong = wrong_values(case)
    return bool(wrong) and all(value is None for value, _ in wrong)


def asks_of_nothing(case, response):
    """Of types and verbs that do not exist one may ask, and the answer is no (rbac.md 10)."""
    wrong = wrong_values(case)
    about = all(isinstance(value, str) and place[-1:] in (["resource_type"], ["action"]) for value, place in wrong)
    return "authcheck" in case.operation.path and bool(wrong) and about


def has_empty_parameters(case, response):
    """A query parameter without a value was not given (users.md 3.1, members.md 3)."""
    data = case.meta.phase.data
    names = {mutation.parameter for mutation in data.mutations} or {data.parameter}
    in_query = data.parameter_location in (ParameterLocation.QUERY, None)
    return in_query and all(case.query.get(name) in ("", [""]) for name in names)


def is_no_answer(case, response):
    """What is neither yes nor no is a no (auth.md 7.3)."""
    data = case.meta.phase.data
    names = {mutation.parameter for mutation in data.mutations} or {data.parameter}
    return data.parameter_location in (ParameterLocation.QUERY, None) and names == {"include_expired"}


def is_no_entry(case, response):
    """The reference requires no member of an entry of an allow list, nor that its id is one; the server does (auth.md 7.2)."""
    detail = response.json().get("detail", "") if response.status_code == 400 else ""
    return detail.startswith("allow_list entry must include") or " ID (must be UUID): " in detail


def names_nothing(case, response):
    """Groups are listed by names of organizations and users, and by ids in one text; a name that nothing has, and what is no id
    in that text, is told as a bad parameter."""
    told = response.json().get("validations", []) if response.status_code == 400 else []
    listed = case.operation.path == "/api/v2/groups"
    known = lambda one: "names what does not exist" in one["detail"] or one["field"] == "group_ids"
    return listed and bool(told) and all(known(one) for one in told)


def does_not_count(case, response):
    """Of the resource that a directory puts in the place of another only `active` and `userName` count (neighbours.md 1)."""
    wrong = wrong_values(case)
    put = (case.method.upper(), case.operation.path) == ("PUT", "/scim/v2/Users/{id}")
    return put and bool(wrong) and all(place[:1] == ["emails"] for _, place in wrong)


def is_shown_to_nobody(failure, case):
    """A directory finds users by their names, and none by its id (neighbours.md 1)."""
    by_id = (case.method.upper(), case.operation.path) == ("GET", "/scim/v2/Users/{id}")
    return isinstance(failure, EnsureResourceAvailability) and by_id


def is_forged(failure, case):
    """A write that only a cookie vouches for is refused with 400 before anybody looks at the key (auth.md 4). The failure is about
    another answer than the one that came to this case, so that only its words tell of it."""
    writes = case.method.upper() not in ("GET", "HEAD", "OPTIONS", "TRACE")
    return isinstance(failure, IgnoredAuth) and writes and "got `400 Bad Request`" in failure.message


def is_of_a_service_account(failure):
    """Those have an empty address, which is no address (users.md 1.3)."""
    return isinstance(failure, JsonSchemaError) and failure.instance == "" and failure.instance_path[-1:] == ["email"]


CONTRACT = {
    RejectedPositiveData: [breaks_a_rule, is_no_entry, names_nothing],
    AcceptedNegativeData: [asks_of_nothing, has_nulls, has_empty_parameters, is_no_answer, does_not_count],
}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if is_of_a_service_account(failure) or is_forged(failure, case) or is_shown_to_nobody(failure, case):
        return False
    return not any(wanted(case, response) for wanted in CONTRACT.get(type(failure), []))
