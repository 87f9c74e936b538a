"""Goes through the main flow on a fresh server with the client that was made from its document.

The client's models read every answer; whatever they do not know, or would say otherwise, ends the flow.
"""

import json
import sys
from datetime import datetime, timedelta
from uuid import UUID

from pydantic_core import to_jsonable_python
from roster_client import ApiClient, Configuration
from roster_client.api.general_api import GeneralApi
from roster_client.api.authorization_api import AuthorizationApi
from roster_client.api.members_api import MembersApi
from roster_client.api.organizations_api import OrganizationsApi
from roster_client.api.users_api import UsersApi
from roster_client.exceptions import ApiException
from roster_client import models

PASSWORD = "PasswordSecured123!"
HOUR = 3_600_000_000_000


class StrictClient(ApiClient):
    """Compares what was read with what was sent."""

    answers = 0

    def response_deserialize(self, response_data, response_types_map=None):
        answer = super().response_deserialize(response_data, response_types_map)
        # The document says of a few answers that JSON comes, and no more.
        if response_types_map[str(response_data.status)]:
            same(json.loads(response_data.data), plain(answer.data), "the answer")
        StrictClient.answers += 1
        return answer


def plain(value):
    """A model as JSON again."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return to_jsonable_python(value.to_dict() if hasattr(value, "to_dict") else value)


def same(sent, read, place):
    """Fails where the client has read anything else than what was sent."""
    if isinstance(sent, dict):
        expect(sorted(read), sorted(sent), f"the members of {place}")
        for name, value in sent.items():
            same(value, read[name], f"{place}.{name}")
    elif isinstance(sent, list):
        expect(len(read), len(sent), f"the length of {place}")
        for number, (one, other) in enumerate(zip(sent, read)):
            same(one, other, f"{place}[{number}]")
    elif sent != read:
        expect(moment(read), moment(sent), place)


def moment(text):
    """A time, however it is written; anything else as it is."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return text


def expect(found, wanted, what):
    """Fails with what was found."""
    if found != wanted:
        raise SystemExit(f"{what}: {found!r} instead of {wanted!r}")


def refused(status, message, call):
    """Expects a call to be refused, in the one envelope."""
    try:
        call()
    except ApiException as error:
        expect((error.status, error.data.message), (status, message), "a refusal")
        same(json.loads(error.body), plain(error.data), "a refusal")
        return
    raise SystemExit(f"{message!r} was expected, and nothing was refused")


def client(base, key=None):
    """A client, with a key or without."""
    return StrictClient(Configuration(host=base, api_key={"CoderSessionToken": key} if key else {}))


def log_in(base):
    """Makes the first user, logs in, and gives the session's client and the organization."""
    anybody = UsersApi(client(base))
    refused(404, "The initial user has not been created!", anybody.check_initial_user_created)
    first = models.CodersdkCreateFirstUserRequest(email="ada@example.com", username="ada", password=PASSWORD)
    made = anybody.create_initial_user(first)
    anybody.check_initial_user_created()
    expect(anybody.get_authentication_methods().password.enabled, True, "logins by password")
    door = AuthorizationApi(client(base))
    wrong = models.CodersdkLoginWithPasswordRequest(email="ada@example.com", password="wrong")
    refused(401, "Incorrect email or password.", lambda: door.log_in_user(wrong))
    right = models.CodersdkLoginWithPasswordRequest(email="ada@example.com", password=PASSWORD)
    session = client(base, door.log_in_user(right).session_token)
    me = UsersApi(session).get_user_by_name("me")
    expect((me.id, me.username, me.organization_ids), (made.user_id, "ada", [made.organization_id]), "me")
    expect([role.name for role in me.roles], ["owner"], "my roles")
    return session, made.organization_id


def create_users(users, organization):
    """A person of each kind, and the list of them."""
    for name in ["bea", "carl"]:
        made = users.create_new_user(models.CodersdkCreateUserRequestWithOrgs(
            email=f"{name}@example.com", username=name, password=PASSWORD, organization_ids=[organization],
        ))
        expect((made.username, made.status), (name, models.CodersdkUserStatus.DORMANT), "a new user")
    robot = users.create_new_user(models.CodersdkCreateUserRequestWithOrgs(
        username="robot", service_account=True, login_type=models.CodersdkLoginType.NONE,
        organization_ids=[organization],
    ))
    expect((robot.is_service_account, robot.email), (True, ""), "a service account")
    refused(409, "User already exists.", lambda: users.create_new_user(models.CodersdkCreateUserRequestWithOrgs(
        email="bea@example.com", username="bea", password=PASSWORD, organization_ids=[organization],
    )))
    page = users.get_users(limit=2, offset=1)
    expect((page.count, [user.username for user in page.users]), (4, ["bea", "carl"]), "a page of users")
    found = users.get_users(q="bea")
    expect([user.username for user in found.users], ["bea"], "a search")
    profile = models.CodersdkUpdateUserProfileRequest(username="bea", name="Bea <Bee>")
    expect(users.update_user_profile("bea", profile).name, "Bea <Bee>", "a profile")
    expect(users.suspend_user_account("carl").status, models.CodersdkUserStatus.SUSPENDED, "a suspended user")
    expect(users.activate_user_account("carl").status, models.CodersdkUserStatus.ACTIVE, "an active user")


def set_roles(users, members, organization):
    """Site roles, a role of the organization's own, and who holds it."""
    names = [role.name for role in members.get_site_member_roles()]
    expect(names[0], "owner", "the site roles")
    set_to = users.assign_role_to_user("bea", models.CodersdkUpdateRoles(roles=["auditor"]))
    expect([role.name for role in set_to.roles], ["auditor"], "the roles of a user")
    expect([role.name for role in users.get_user_roles("bea").roles], ["auditor"], "the same, read")
    place = str(organization)
    read = models.CodersdkPermission(
        action=models.CodersdkRBACAction.READ, resource_type=models.CodersdkRBACResource.TEMPLATE, negate=False,
    )
    asked = models.CodersdkCustomRoleRequest(
        name="gardener", display_name="Gardener", organization_permissions=[read],
    )
    [made] = members.insert_a_custom_organization_role(organization, asked)
    expect((made.name, made.organization_id), ("gardener", organization), "a new role")
    asked.display_name = "Head gardener"
    [changed] = members.update_a_custom_organization_role(organization, asked)
    expect(changed.display_name, "Head gardener", "a changed role")
    own = [role for role in members.get_member_roles_by_organization(organization) if not role.built_in]
    expect([role.display_name for role in own], ["Head gardener"], "the roles of the organization")
    held = models.CodersdkUpdateRoles(roles=["gardener"])
    member = members.assign_role_to_organization_member(place, "bea", held)
    expect([role.display_name for role in member.roles], ["Head gardener"], "the roles of a member")
    [page] = members.paginated_organization_members(place, limit=1, offset=1)
    expect((page.count, page.members[0].username), (4, "bea"), "a page of members")
    expect(members.get_organization_member(place, "bea").global_roles[0].name, "auditor", "a member")
    expect(members.delete_a_custom_organization_role(organization, "gardener"), [], "the roles that are left")
    members.remove_organization_member(place, "carl")
    expect([one.username for one in members.list_organization_members(place)], ["ada", "bea", "robot"], "members")
    expect(members.add_organization_member(place, "carl").organization_id, organization, "a new member")


def make_tokens(base, users):
    """A narrowed token, what is told of it, and its end."""
    entry = models.CodersdkAPIAllowListTarget(type=models.CodersdkRBACResource.USER, id="*")
    made = users.create_token_api_key("me", models.CodersdkCreateTokenRequest(
        token_name="trowel", lifetime=HOUR, allow_list=[entry], scopes=[models.CodersdkAPIKeyScope.USER_COLON_READ],
    ))
    named = users.get_api_key_by_token_name("me", "trowel")
    expect(made.key.split("-")[0], named.id, "the id of a token")
    expect((named.lifetime_seconds, named.expires_at - named.created_at), (3600, timedelta(hours=1)), "its life")
    expect((named.allow_list, named.scopes), ([entry], [models.CodersdkAPIKeyScope.USER_COLON_READ]), "its bounds")
    expect(users.get_api_key_by_id("me", named.id), named, "the same, by id")
    expect([(key.id, key.username) for key in users.get_user_tokens("me")], [(named.id, "ada")], "the tokens")
    narrow = UsersApi(client(base, made.key))
    expect(narrow.get_user_by_name("bea").username, "bea", "what a narrow token reads")
    gone = "Resource not found or you do not have access to this resource"
    refused(404, gone, lambda: narrow.get_user_roles("bea"))
    users.expire_api_key("me", named.id)
    expect(users.get_user_tokens("me"), [], "the tokens that are good")
    expect(len(users.get_user_tokens("me", include_expired=True)), 1, "all tokens")
    users.delete_api_key("me", named.id)
    refused(404, gone, lambda: users.get_api_key_by_id("me", named.id))


def tell_of_deployment(session, organization):
    """What is told of the deployment, its organizations and one's own settings."""
    expect(GeneralApi(session).build_info().version, "v2.34.0", "the version")
    organizations = OrganizationsApi(session)
    expect(organizations.get_organization_by_id(organization).is_default, True, "the default organization")
    made = organizations.create_organization(models.CodersdkCreateOrganizationRequest(name="acme"))
    expect([one.name for one in organizations.get_organizations()], ["acme", "coder"], "the organizations")
    organizations.delete_organization(str(made.id))
    users = UsersApi(session)
    expect(users.get_user_git_ssh_key("me").public_key.split()[0], "ssh-ed25519", "a key for git")
    expect(isinstance(users.get_user_by_name("bea").id, UUID), True, "an id")
    users.delete_user("carl")
    refused(404, "Resource not found or you do not have access to this resource",
            lambda: users.get_user_by_name("carl"))
    expect(users.log_out_user().message, "Logged out!", "the end")
    refused(401, "You are signed out or your session has expired. Please sign in again to continue.",
            lambda: users.get_user_by_name("me"))


def main(base):
    session, organization = log_in(base)
    users = UsersApi(session)
    create_users(users, organization)
    set_roles(users, MembersApi(session), organization)
    make_tokens(base, users)
    tell_of_deployment(session, organization)
    print(f"The client read {StrictClient.answers} answers as its document has them.")


if __name__ == "__main__":
    main(sys.argv[1])
