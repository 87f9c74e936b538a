//! Connections as decisions see them. They belong to their organization and to nobody.

use super::object::{Object, Target};
use super::resource::Resource;
use crate::model::connection::{ConnectionEvent, ListedConnection};

/// Every entry of the connection log that is older than they are kept. No role is about their removal: the server itself does it.
#[derive(Debug, Clone, Copy)]
pub struct OldConnections;

impl Target for ConnectionEvent {
    fn object(&self) -> Object {
        Object::of(Resource::ConnectionLog).within(self.connection.organization)
    }
}

impl Target for ListedConnection {
    fn object(&self) -> Object {
        let log = &self.log;
        Object::of(Resource::ConnectionLog).with_id(log.id.0).within(log.connection.organization)
    }
}

impl Target for OldConnections {
    fn object(&self) -> Object {
        Object::of(Resource::System)
    }
}
