//! What decisions cost: `cargo bench --bench decide`, with a word behind `--` for some of it. The times to stay below, by
//! organizations that the subject is in:
//!
//! | | 1 | 100 |
//! |---|---|---|
//! | `decide`: one question, through a token with scopes and an allow list | 50 ns | 80 ns |
//! | `list`: which rows of a list somebody sees | 2 us | 20 us |
//! | `compile`: what a subject costs before its first question | 5 us | 200 us |
//!
//! A decision takes no memory: the bench fails at once when one does.

use std::process::ExitCode;
use std::sync::Arc;

use divan::{Bencher, black_box};
use roster::model::clock::never;
use roster::model::ids::{OrgId, UserId};
use roster::model::key::AllowEntry;
use roster::model::organization::Sharing;
use roster::model::user::{LoginType, Membership, Person, User, UserStatus};
use roster::rbac::{
    Acl, AclEntry, Action, CompiledKey, CustomRole, Object, Permission, Resource, Roles, Subject, Switches,
    act, decide_shared,
};
use uuid::Uuid;

const ME: Uuid = Uuid::from_u128(7);
const THING: Uuid = Uuid::from_u128(8);
const GROUP: Uuid = Uuid::from_u128(9);
/// In how many organizations somebody is.
const ORGANIZATIONS: [usize; 3] = [1, 10, 100];

fn main() -> ExitCode {
    let allocating: Vec<String> =
        ORGANIZATIONS.into_iter().flat_map(|many| CASES.map(|c| (c, many))).filter_map(allocating).collect();
    if !allocating.is_empty() {
        eprintln!("decisions allocate: {allocating:?}");
        return ExitCode::FAILURE;
    }
    divan::main();
    ExitCode::SUCCESS
}

/// Spread over all bits, as random ids are, and in no order.
fn organization(number: usize) -> OrgId {
    OrgId(Uuid::from_u128((number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)))
}

fn person(many: usize, site: &[&str], role: &[&str]) -> Person {
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let user = User {
        id: UserId(ME),
        username: "me".to_owned(),
        name: String::new(),
        email: "me@example.com".to_owned(),
        avatar_url: String::new(),
        created_at: never(),
        updated_at: never(),
        last_seen_at: never(),
        status: UserStatus::Active,
        login_type: LoginType::Password,
        roles: texts(site),
        is_service_account: false,
        is_system: false,
        deleted: false,
    };
    let membership = |number| Membership {
        organization: organization(number),
        roles: texts(role),
        sharing: Sharing::Everyone,
        groups: Vec::new(),
    };
    Person { user, memberships: (0..many).map(membership).collect() }
}

/// One role of its own in each organization.
fn custom(many: usize) -> Vec<CustomRole> {
    let permissions = || {
        vec![
            Permission::grant(Resource::Template, Action::Read),
            Permission::grant(Resource::Template, Action::Update),
            Permission::all_of(Resource::Group),
            Permission::deny(Resource::Workspace, Action::Create),
        ]
    };
    let role = |number| CustomRole {
        organization: organization(number),
        name: "made-here".to_owned(),
        permissions: permissions(),
    };
    (0..many).map(role).collect()
}

/// A token with three scopes and three entries, of which the last fits.
fn token() -> CompiledKey {
    let scopes = ["organization:read", "template:*", "workspace:*"].map(str::to_owned);
    let list =
        [("organization", "*".to_owned()), ("template", "*".to_owned()), ("workspace", THING.to_string())];
    let list = list.map(|(kind, id)| AllowEntry { kind: kind.to_owned(), id });
    CompiledKey::compile(&scopes, &list).unwrap_or_else(|error| panic!("{error}"))
}

#[derive(Clone, Copy, Debug)]
enum Case {
    Owner,
    Member,
    Custom,
    Shared,
    Anywhere,
    Denied,
}

const CASES: [Case; 6] =
    [Case::Owner, Case::Member, Case::Custom, Case::Shared, Case::Anywhere, Case::Denied];

/// Somebody, a question, and the answer.
struct Question {
    subject: Subject,
    action: Action,
    object: Object,
    groups: Vec<AclEntry>,
    answer: bool,
}

impl Question {
    fn new(case: Case, many: usize) -> Self {
        let (site, role): (&[&str], &[&str]) = match case {
            Case::Owner => (&["owner"], &[]),
            Case::Custom => (&[], &["made-here"]),
            _ => (&[], &[]),
        };
        let person = person(many, site, role);
        let roles = Roles::compile(&person, &custom(many), Switches::default()).in_groups(vec![GROUP]);
        let subject = Subject::new(person.user.id, Arc::new(roles), Arc::new(token()));
        let place = organization(many / 2);
        let workspace = Object::of(Resource::Workspace).with_id(THING);
        let template = Object::of(Resource::Template).with_id(THING).within(place);
        let (action, object, answer) = match case {
            Case::Owner => (Action::Update, workspace.within(place).owned_by(THING), true),
            Case::Member => (Action::Update, workspace.within(place).owned_by(ME), true),
            Case::Custom => (Action::Update, template, true),
            Case::Shared => (Action::Use, template, true),
            Case::Anywhere => {
                let anywhere = Object { any_organization: true, ..workspace.owned_by(ME) };
                (Action::Create, anywhere, true)
            }
            Case::Denied => (Action::Update, workspace.within(place).owned_by(THING), false),
        };
        let shared = matches!(case, Case::Shared);
        let entry = |who| AclEntry::new(who, &[Action::Read, Action::Use]);
        let groups = if shared { [THING, ME, GROUP].map(entry).to_vec() } else { Vec::new() };
        Self { subject, action, object, groups, answer }
    }

    fn ask(&self) -> bool {
        let acl = Acl { users: &[], groups: &self.groups, itself: None };
        decide_shared(&self.subject, self.action, &self.object, acl).allowed
    }
}

/// The case by name, when it allocates.
fn allocating((case, many): (Case, usize)) -> Option<String> {
    let question = Question::new(case, many);
    let mut answer = false;
    let allocated = allocation_counter::measure(|| answer = black_box(&question).ask());
    assert_eq!(answer, question.answer, "{case:?} with {many} organizations");
    (allocated.count_total > 0).then(|| format!("{case:?} with {many} organizations"))
}

#[divan::bench(args = CASES, consts = ORGANIZATIONS)]
fn decide<const MANY: usize>(bencher: Bencher, case: Case) {
    let question = Question::new(case, MANY);
    bencher.bench_local(|| black_box(&question).ask());
}

#[divan::bench(args = ORGANIZATIONS)]
fn compile_plain(bencher: Bencher, many: usize) {
    let person = person(many, &[], &[]);
    bencher.bench_local(|| Roles::compile(black_box(&person), &[], Switches::default()));
}

#[divan::bench(args = ORGANIZATIONS)]
fn compile_custom(bencher: Bencher, many: usize) {
    let (person, custom) = (person(many, &["auditor"], &["organization-admin", "made-here"]), custom(many));
    bencher.bench_local(|| Roles::compile(black_box(&person), black_box(&custom), Switches::default()));
}

#[divan::bench]
fn compile_token(bencher: Bencher) {
    bencher.bench_local(token);
}

#[divan::bench(args = ORGANIZATIONS)]
fn list_organizations(bencher: Bencher, many: usize) {
    let subject = Question::new(Case::Member, many).subject;
    bencher.bench_local(|| black_box(&subject).scope::<act::Read>(Resource::Organization));
}

#[divan::bench(args = ORGANIZATIONS)]
fn list_own_workspaces(bencher: Bencher, many: usize) {
    let subject = Question::new(Case::Member, many).subject;
    bencher.bench_local(|| black_box(&subject).scope::<act::Read>(Resource::Workspace));
}
