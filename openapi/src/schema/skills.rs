//! Personal skills, which the contract has below `/api/experimental`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UserSkillMetadata)]
pub struct UserSkillMetadata {
    #[serde(with = "crate::time")]
    pub created_at: DateTime<Utc>,
    /// From the front matter; may be empty.
    pub description: String,
    pub id: Uuid,
    /// From the front matter; unique among the skills of the user.
    pub name: String,
    /// When the content was last written.
    #[serde(with = "crate::time")]
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UserSkill)]
pub struct UserSkill {
    /// The whole text as it was sent, front matter included.
    pub content: String,
    #[serde(with = "crate::time")]
    pub created_at: DateTime<Utc>,
    /// From the front matter; may be empty.
    pub description: String,
    pub id: Uuid,
    /// From the front matter; unique among the skills of the user.
    pub name: String,
    /// When the content was last written.
    #[serde(with = "crate::time")]
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::CreateUserSkillRequest)]
#[serde(default)]
pub struct CreateUserSkillRequest {
    /// Front matter with a `name` and maybe a `description` between two lines `---`, then Markdown; at most 65536 bytes.
    pub content: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = codersdk::UpdateUserSkillRequest)]
#[serde(default)]
pub struct UpdateUserSkillRequest {
    /// The whole new text, whose front matter must have the name of the path; otherwise as for a new skill.
    pub content: String,
}

crate::wire!(UserSkillMetadata, UserSkill, CreateUserSkillRequest, UpdateUserSkillRequest);
