//! What each operation needs of its caller, for the document and the tables that people review.

use crate::rbac::Action::{self, *};
use crate::rbac::Resource::{self, *};

/// What one operation needs.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The operation id.
    pub operation: &'static str,
    /// Who is let in.
    pub door: Door,
    /// A rule beside the permissions, in words.
    pub note: &'static str,
}

/// Who is let in.
#[derive(Debug, Clone, Copy)]
pub enum Door {
    /// Anybody.
    Open,
    /// Anybody with a session; what is asked about decides the rest.
    Session,
    /// Whoever shows the SCIM secret, which no session stands for.
    Directory,
    /// Those who may do all of this.
    Needs(&'static [Need]),
}

/// A verb on a type, and which object it is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// The type.
    pub resource: Resource,
    /// The verb.
    pub action: Action,
    /// Which object.
    pub place: Place,
}

/// Which object a need is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Something of the deployment, that nobody owns.
    Deployment,
    /// Something of the organization in the path, that nobody owns.
    Organization,
    /// The membership of the user in the path, or the memberships of a list.
    Member,
    /// The user in the path, or the users of a list.
    User,
    /// A key of the user in the path, or the keys of a list.
    Key,
    /// A skill of the user in the path, or all of them.
    Skill,
}

const fn deployment(resource: Resource, action: Action) -> Need {
    Need { resource, action, place: Place::Deployment }
}

const fn within(resource: Resource, action: Action) -> Need {
    Need { resource, action, place: Place::Organization }
}

const READ_ORGANIZATION: Need = within(Organization, Read);
const READ_MEMBER: Need = Need { resource: OrganizationMember, action: Read, place: Place::Member };
const READ_USER: Need = Need { resource: User, action: Read, place: Place::User };

const READ_PERSONAL: Need = Need { resource: User, action: ReadPersonal, place: Place::User };
const UPDATE_PERSONAL: Need = Need { resource: User, action: UpdatePersonal, place: Place::User };
const READ_GROUP: Need = within(Group, Read);
const READABLE: &str = "Lists what one may read.";
const NO_WIDER: &str = "Not through a key that may do less than the new one.";

const fn open(operation: &'static str) -> Call {
    Call { operation, door: Door::Open, note: "" }
}

const fn session(operation: &'static str) -> Call {
    Call { operation, door: Door::Session, note: "" }
}

const fn directory(operation: &'static str) -> Call {
    Call { operation, door: Door::Directory, note: "Whoever knows the SCIM secret." }
}

const fn needs(operation: &'static str, needs: &'static [Need]) -> Call {
    Call { operation, door: Door::Needs(needs), note: "" }
}

impl Call {
    const fn but(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// The permissions as one text: `none` for open doors, `session` for what every session may, `scim` for what takes the secret.
    pub fn permission(&self) -> String {
        match self.door {
            Door::Open => "none".to_owned(),
            Door::Session => "session".to_owned(),
            Door::Directory => "scim".to_owned(),
            Door::Needs(needs) => {
                let texts =
                    needs.iter().map(|need| format!("{}:{}", need.resource.as_str(), need.action.as_str()));
                texts.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

const fn key(action: Action) -> Need {
    Need { resource: ApiKey, action, place: Place::Key }
}

const fn skill(action: Action) -> Need {
    Need { resource: UserSkill, action, place: Place::Skill }
}

const UPDATE_USER: Need = Need { resource: User, action: Update, place: Place::User };

/// Every operation.
pub const PERMISSIONS: &[Call] = &[
    needs("activate-user-account", &[READ_USER, UPDATE_USER]),
    needs("add-new-license", &[deployment(License, Create)])
        .but("Entitlements are a setting: none is taken."),
    needs(
        "add-organization-member",
        &[READ_ORGANIZATION, READ_USER, within(AssignOrgRole, Assign), within(OrganizationMember, Create)],
    ),
    needs(
        "assign-role-to-organization-member",
        &[READ_ORGANIZATION, READ_MEMBER, within(AssignOrgRole, Assign)],
    )
    .but("Only roles that one may grant; taking one needs `assign_org_role:unassign`. Not for oneself."),
    needs("assign-role-to-user", &[READ_USER, deployment(AssignRole, Assign)])
        .but("Only roles that one may grant; taking one needs `assign_role:unassign`. Not for oneself."),
    open("build-info"),
    open("callback-of-another-openid-provider"),
    session("check-authorization"),
    open("change-password-with-a-one-time-passcode"),
    open("check-initial-user-created"),
    needs("convert-user-from-password-to-oauth-authentication", &[READ_USER])
        .but("Whoever knows the user's password."),
    needs("create-a-user-skill", &[READ_USER, skill(Create)]),
    needs("create-group-for-organization", &[READ_ORGANIZATION, within(Group, Create)]),
    open("create-initial-user"),
    needs("create-new-session-key", &[READ_USER, key(Create)]).but(NO_WIDER),
    needs("create-new-user", &[deployment(User, Create), deployment(AssignRole, Assign)])
        .but("Site roles only as far as one may grant them."),
    needs("create-organization", &[deployment(Organization, Create)]),
    needs("create-token-api-key", &[READ_USER, key(Create)]).but(NO_WIDER),
    needs("delete-a-custom-organization-role", &[READ_ORGANIZATION, within(AssignOrgRole, Delete)]),
    needs("delete-a-user-skill", &[READ_USER, skill(Delete)]),
    needs("delete-api-key", &[READ_USER, key(Delete)]),
    needs("delete-group-by-id", &[READ_GROUP, within(Group, Delete)]).but("Not that of everyone."),
    needs("delete-license", &[deployment(License, Delete)]).but("There is none."),
    needs("delete-organization", &[READ_ORGANIZATION, within(Organization, Delete)])
        .but("Only an empty one, and not the default one."),
    needs("delete-user", &[READ_USER, Need { resource: User, action: Delete, place: Place::User }])
        .but("Not oneself, and an owner only as an owner."),
    needs("expire-api-key", &[READ_USER, key(Update)]),
    needs("explain-authorization", &[READ_USER]),
    needs("generate-fake-audit-log", &[within(AuditLog, Read), within(AuditLog, Create)])
        .but("An entry without an organization needs the right everywhere."),
    needs("get-a-user-skill-by-name", &[READ_USER, skill(Read)]),
    needs("get-api-key-by-id", &[READ_USER, key(Read)]),
    needs("get-api-key-by-token-name", &[READ_USER, key(Read)]),
    session("get-appearance"),
    needs("get-audit-logs", &[within(AuditLog, Read)])
        .but("Lists what one may read, in this organization or everywhere."),
    open("get-authentication-methods"),
    needs("get-autofill-build-parameters-for-user", &[READ_USER, READ_PERSONAL]),
    needs("get-deployment-config", &[deployment(DeploymentConfig, Read)]),
    session("get-enabled-experiments"),
    open("get-entitlements"),
    open("get-github-device-auth"),
    needs("get-group-by-id", &[READ_GROUP]).but("Also whoever is in it."),
    needs("get-group-by-organization-and-group-name", &[READ_ORGANIZATION, READ_GROUP])
        .but("Also whoever is in it."),
    needs("get-group-members-by-group-id", &[READ_GROUP]).but(READABLE),
    needs("get-group-members-by-organization-and-group-name", &[READ_ORGANIZATION, READ_GROUP]).but(READABLE),
    needs("get-groups", &[READ_GROUP]).but(READABLE),
    needs("get-groups-by-organization", &[READ_ORGANIZATION, READ_GROUP]).but(READABLE),
    needs("get-connection-logs", &[within(ConnectionLog, Read)]).but(READABLE),
    needs("get-insights-about-user-status-counts", &[deployment(DeploymentStats, Read)]),
    session("get-licenses").but(READABLE),
    needs("get-member-roles-by-organization", &[READ_ORGANIZATION, within(AssignOrgRole, Read)]),
    session("get-oidc-claims-for-the-authenticated-user").but("Only one's own; needs `user:read_personal`."),
    needs("get-organization-by-id", &[READ_ORGANIZATION]),
    needs("get-organization-by-user-and-organization-name", &[READ_USER, READ_ORGANIZATION]),
    needs("get-organization-member", &[READ_ORGANIZATION, READ_MEMBER]),
    needs("get-organizations", &[READ_ORGANIZATION]).but(READABLE),
    needs("get-organizations-by-user", &[READ_USER]).but(READABLE),
    session("get-safe-experiments"),
    needs("get-site-member-roles", &[deployment(AssignRole, Read)]),
    needs("get-token-config", &[READ_USER]),
    needs("get-user-appearance-settings", &[READ_USER, READ_PERSONAL]),
    needs("get-user-by-name", &[READ_USER]),
    needs("get-user-git-ssh-key", &[READ_USER, READ_PERSONAL]),
    session("get-user-login-type").but("Only one's own."),
    needs("get-user-preference-settings", &[READ_USER, READ_PERSONAL]),
    needs("get-user-roles", &[READ_USER, READ_PERSONAL]),
    needs("get-user-tokens", &[READ_USER, key(Read)]).but(READABLE),
    needs("get-users", &[READ_USER]).but(READABLE),
    needs("insert-a-custom-organization-role", &[READ_ORGANIZATION, within(AssignOrgRole, Create)])
        .but("Only with permissions that one has there."),
    needs("list-ai-seats", &[deployment(System, Read)]),
    open("list-api-key-scopes"),
    needs("list-organization-members", &[READ_ORGANIZATION, READ_MEMBER]).but(READABLE),
    needs("list-user-skills", &[READ_USER, skill(Read)]),
    open("log-in-user"),
    open("oauth-20-github-callback"),
    open("openid-connect-callback"),
    session("log-out-user"),
    needs("paginated-organization-members", &[READ_ORGANIZATION, within(OrganizationMember, Read)]),
    needs("record-connections", &[within(ConnectionLog, Update)])
        .but("In the organization of each event; all or nothing."),
    needs("record-ai-seat-usage", &[deployment(System, Create), READ_USER]),
    needs("record-audit-log", &[within(AuditLog, Create)])
        .but("An entry without an organization needs the right everywhere."),
    needs("regenerate-user-ssh-key", &[READ_USER, UPDATE_PERSONAL]),
    needs(
        "remove-organization-member",
        &[
            READ_ORGANIZATION,
            READ_MEMBER,
            Need { resource: OrganizationMember, action: Delete, place: Place::Member },
        ],
    )
    .but("Not for oneself."),
    open("request-one-time-passcode"),
    directory("scim-20-create-new-user"),
    directory("scim-20-get-user-by-id"),
    directory("scim-20-get-users"),
    directory("scim-20-replace-user-account"),
    open("scim-20-service-provider-config"),
    directory("scim-20-update-user-account"),
    session("ssh-config"),
    needs("suspend-user-account", &[READ_USER, UPDATE_USER]).but("Neither oneself nor an owner."),
    needs("update-a-custom-organization-role", &[READ_ORGANIZATION, within(AssignOrgRole, Update)])
        .but("Only with permissions that one has there."),
    needs("update-a-user-skill", &[READ_USER, skill(Read), skill(Update)]),
    open("update-check"),
    needs("update-group-by-id", &[READ_GROUP, within(Group, Update)])
        .but("Puts in those only whose membership one may read."),
    needs("update-license-entitlements", &[deployment(License, Create)]).but("Once a minute."),
    needs("update-organization", &[READ_ORGANIZATION, within(Organization, Update)]),
    needs("update-user-appearance-settings", &[READ_USER, UPDATE_PERSONAL]),
    needs("update-user-password", &[READ_USER, UPDATE_PERSONAL])
        .but("That of an owner only as one; one's own only with the old one."),
    needs("update-user-preference-settings", &[READ_USER, UPDATE_PERSONAL]),
    needs("update-user-profile", &[READ_USER, UPDATE_PERSONAL]).but("Another username needs `user:update`."),
    open("validate-user-password"),
];

/// The permission of an operation.
pub fn of(operation: &str) -> String {
    let call = PERMISSIONS.iter().find(|call| call.operation == operation);
    call.map_or_else(|| "undocumented".to_owned(), Call::permission)
}
