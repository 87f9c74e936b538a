//! From the model to the wire: personal skills.

use roster_openapi::schema::skills::{UserSkill, UserSkillMetadata};

use crate::model::skill::{Skill, SkillHead};
use crate::rbac::Allowed;

/// A skill as answered to those who read, made or changed it.
pub fn skill<V>(skill: Allowed<Skill, V>) -> UserSkill {
    let Skill { head, content } = skill.into_inner();
    let SkillHead { id, user: _, name, description, created_at, updated_at } = head;
    UserSkill { content, created_at, description, id: id.0, name, updated_at }
}

/// A skill as lists show it.
pub fn head(head: Allowed<SkillHead>) -> UserSkillMetadata {
    let SkillHead { id, user: _, name, description, created_at, updated_at } = head.into_inner();
    UserSkillMetadata { created_at, description, id: id.0, name, updated_at }
}
