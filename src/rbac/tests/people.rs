//! What nobody does to whom (house rules about people; members.md 6.3 and 6.4, users.md 3.4, 3.13, 3.18 and 3.19).

use super::matrix::{member_of, person, subject, texts};
use super::words::{id, organization};
use crate::model::ids::UserId;
use crate::model::user::User;
use crate::rbac::{Change, Deed, Refusal, Subject, check, not_oneself};

/// Somebody with these site roles and these roles in the organization A.
fn actor(site: &[&str], here: &[&str]) -> Subject {
    subject(&person(site, false, vec![member_of("A", here)]), &[])
}

/// Somebody else with these site roles.
fn other(site: &[&str]) -> User {
    let mut user = person(site, false, vec![]).user;
    user.id = UserId(id("x"));
    user
}

fn change(now: &[&str], wanted: &[&str]) -> Change {
    Change::between(&texts(now), &texts(wanted))
}

fn role(name: &str) -> Result<(), Refusal> {
    Err(Refusal::Role(name.to_owned()))
}

#[test]
fn a_change_is_what_comes_and_what_goes() {
    let mixed = change(&["a", "b", "c"], &["d", "b", "e"]);
    assert_eq!(mixed, Change { added: texts(&["d", "e"]), removed: texts(&["a", "c"]) });
    assert_eq!(mixed.names().collect::<Vec<_>>(), ["d", "e", "a", "c"]);
    assert_eq!(change(&["a", "b"], &["b", "a"]), Change::default());
}

#[test]
fn nobody_does_to_oneself_what_takes_somebody_else() {
    let nothing = Change::default();
    let me = actor(&["owner"], &[]);
    let myself = person(&["owner"], false, vec![]).user;
    for deed in [
        Deed::SetSiteRoles(&nothing),
        Deed::SetOrganizationRoles(organization("A"), &nothing),
        Deed::Remove,
        Deed::Suspend,
        Deed::Delete,
    ] {
        assert_eq!(check(&me, &deed, &myself, 5), Err(Refusal::Oneself), "{deed:?}");
        assert_eq!(not_oneself(me.id(), &deed, myself.id), Err(Refusal::Oneself), "{deed:?}");
        assert_eq!(not_oneself(me.id(), &deed, other(&[]).id), Ok(()), "{deed:?}");
    }
    for deed in [Deed::ChangePassword, Deed::ManageKeys] {
        assert_eq!(check(&me, &deed, &myself, 0), Ok(()), "{deed:?}");
    }
}

#[test]
fn nobody_but_owners_acts_on_owners() {
    let deeds = [Deed::ChangePassword, Deed::ManageKeys, Deed::Delete];
    for deed in deeds {
        for strong in [&["user-admin"][..], &["auditor", "template-admin"], &[]] {
            let admin = actor(strong, &["organization-admin"]);
            assert_eq!(check(&admin, &deed, &other(&["owner"]), 5), Err(Refusal::Stronger), "{deed:?}");
            assert_eq!(check(&admin, &deed, &other(&["user-admin", "auditor"]), 5), Ok(()), "{deed:?}");
        }
        let owner = actor(&["owner"], &[]);
        assert_eq!(check(&owner, &deed, &other(&["auditor", "owner"]), 5), Ok(()), "{deed:?}");
    }
}

/// A role of an organization that is called so gives nothing of it.
#[test]
fn only_the_site_role_makes_an_owner() {
    let pretender = actor(&[], &["owner"]);
    let refused = check(&pretender, &Deed::ChangePassword, &other(&["owner"]), 5);
    assert_eq!(refused, Err(Refusal::Stronger));
}

#[test]
fn owners_are_suspended_by_nobody() {
    for site in [&["owner"][..], &["user-admin"]] {
        for others in [0, 5] {
            let refused = check(&actor(site, &[]), &Deed::Suspend, &other(&["owner"]), others);
            assert_eq!(refused, Err(Refusal::HoldsOwner), "{site:?}");
        }
        assert_eq!(check(&actor(site, &[]), &Deed::Suspend, &other(&["user-admin"]), 0), Ok(()), "{site:?}");
    }
}

#[test]
fn the_last_owner_stays() {
    let owner = actor(&["owner"], &[]);
    let (demotion, promotion) =
        (change(&["owner", "auditor"], &["auditor"]), change(&["owner"], &["owner", "auditor"]));
    for (deed, expected) in [
        (Deed::SetSiteRoles(&demotion), Err(Refusal::LastOwner)),
        (Deed::Delete, Err(Refusal::LastOwner)),
        (Deed::SetSiteRoles(&promotion), Ok(())),
        (Deed::Remove, Ok(())),
        (Deed::ChangePassword, Ok(())),
    ] {
        assert_eq!(check(&owner, &deed, &other(&["owner"]), 0), expected, "{deed:?}");
        assert_eq!(check(&owner, &deed, &other(&["owner"]), 1), Ok(()), "{deed:?}");
        let taking = matches!(deed, Deed::SetSiteRoles(change) if !change.removed.is_empty());
        if !taking {
            assert_eq!(check(&owner, &deed, &other(&["auditor"]), 0), Ok(()), "{deed:?}");
        }
    }
}

/// What an owner may is not bound to organizations.
#[test]
fn what_happens_in_an_organization_does_not_look_at_site_roles() {
    let admin = actor(&[], &["organization-admin"]);
    let given = change(&[], &["organization-auditor"]);
    for deed in [Deed::Remove, Deed::SetOrganizationRoles(organization("A"), &given)] {
        assert_eq!(check(&admin, &deed, &other(&["owner"]), 0), Ok(()), "{deed:?}");
    }
}

#[test]
fn site_roles_are_given_and_taken_by_owners() {
    let (user_admin, owner) = (actor(&["user-admin"], &[]), actor(&["owner"], &[]));
    for role_name in ["owner", "auditor", "template-admin", "user-admin"] {
        let (given, taken) = (change(&[], &[role_name]), change(&[role_name], &[]));
        for change in [&given, &taken] {
            let deed = Deed::SetSiteRoles(change);
            assert_eq!(check(&owner, &deed, &other(&[]), 1), Ok(()), "{change:?}");
            assert_eq!(check(&user_admin, &deed, &other(&[]), 1), role(role_name), "{change:?}");
        }
    }
    let same = change(&["auditor"], &["auditor"]);
    assert_eq!(check(&user_admin, &Deed::SetSiteRoles(&same), &other(&["auditor"]), 1), Ok(()));
    // The implied role counts as given.
    assert_eq!(check(&actor(&["auditor"], &[]), &Deed::SetSiteRoles(&same), &other(&[]), 1), role("member"));
}

#[test]
fn organization_roles_are_given_and_taken_by_the_matrix() {
    let (here, there) = (organization("A"), organization("B"));
    let (given, taken) = (change(&[], &["agents-access", "made-here"]), change(&["organization-admin"], &[]));
    let admin = actor(&[], &["organization-admin"]);
    let user_admin = actor(&["user-admin"], &[]);
    for (actor, place, change, expected) in [
        (&admin, here, &given, Ok(())),
        (&admin, here, &taken, Ok(())),
        (&admin, there, &given, role("agents-access")),
        (&user_admin, here, &given, role("made-here")),
        (&user_admin, here, &taken, role("organization-admin")),
        (&user_admin, there, &Change::default(), Ok(())),
        (&actor(&[], &[]), here, &Change::default(), role("organization-member")),
        (&actor(&["owner"], &[]), there, &given, Ok(())),
    ] {
        let deed = Deed::SetOrganizationRoles(place, change);
        assert_eq!(check(actor, &deed, &other(&[]), 0), expected, "{change:?} in {place}");
    }
}
