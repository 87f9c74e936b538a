//! The verbs.

macro_rules! actions {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A verb of the authorization model.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Action { $(#[doc = $text] $name),+ }

        impl Action {
            /// All verbs.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The wire text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }

        /// The verbs as types, so that a permission to read is no permission to write.
        pub mod act {
            $(
                #[doc = $text]
                #[derive(Debug, Clone, Copy, PartialEq, Eq)]
                pub enum $name {}
                impl super::super::Verb for $name { const ACTION: super::Action = super::Action::$name; }
            )+
        }
    };
}

actions! {
    ApplicationConnect = "application_connect",
    Assign = "assign",
    Create = "create",
    CreateAgent = "create_agent",
    Delete = "delete",
    DeleteAgent = "delete_agent",
    Read = "read",
    ReadPersonal = "read_personal",
    Ssh = "ssh",
    Share = "share",
    Unassign = "unassign",
    Update = "update",
    UpdateAgent = "update_agent",
    UpdatePersonal = "update_personal",
    Use = "use",
    ViewInsights = "view_insights",
    Start = "start",
    Stop = "stop",
}

impl Action {
    /// The verb of a text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text)
    }

    /// The verb as one bit of a set.
    pub(super) const fn bit(self) -> u32 {
        1 << (self as u8)
    }
}
