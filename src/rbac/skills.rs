//! Personal skills as things that decisions are about.
//!
//! They belong to their user and to no organization, and have no id: of the entries of an allow list only those for every
//! skill let a key at them (skills.md 4).

use super::object::{Object, Target};
use super::resource::Resource;
use crate::model::ids::UserId;
use crate::model::skill::{Skill, SkillHead};

/// The skills of a user, whether there are any or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkillsOf(pub UserId);

impl Target for SkillsOf {
    fn object(&self) -> Object {
        Object::of(Resource::UserSkill).owned_by(self.0.0)
    }
}

impl Target for SkillHead {
    fn object(&self) -> Object {
        SkillsOf(self.user).object()
    }
}

impl Target for Skill {
    fn object(&self) -> Object {
        self.head.object()
    }
}
