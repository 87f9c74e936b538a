//! Who is told of entries, and whether any are written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::AuditEvent;
use crate::store::Store;

/// Somebody besides the database who is told of every entry, once the write that it tells of is durable.
///
/// The database is no such: its entry is part of the write itself, both or neither.
pub trait Auditor: Send + Sync {
    /// Takes an entry. Must not block: the write's answer waits for it.
    fn export(&self, entry: &AuditEvent);
}

/// Tells the log of the process, at the level `info`.
#[derive(Debug, Clone, Copy)]
pub struct LogAuditor;

impl Auditor for LogAuditor {
    fn export(&self, entry: &AuditEvent) {
        let AuditEvent { id, time, actor, action, target, status, additional, origin } = entry;
        tracing::info!(
            %id,
            %time,
            user_id = %actor,
            organization_id = target.organization.map(tracing::field::display),
            action = action.as_str(),
            resource_type = target.resource_type.as_str(),
            resource_id = %target.id,
            resource_target = target.name,
            diff = %target.diff.to_json(),
            status_code = status,
            additional_fields = %serde_json::Value::Object(additional.clone()),
            request_id = %origin.request,
            ip = origin.ip,
            user_agent = origin.user_agent,
            "audit_log"
        );
    }
}

/// Whether entries are written, and who is told besides.
pub(in crate::store) struct Auditing {
    on: AtomicBool,
    told: RwLock<Vec<Arc<dyn Auditor>>>,
}

impl Default for Auditing {
    fn default() -> Self {
        Self { on: AtomicBool::new(true), told: RwLock::default() }
    }
}

impl Auditing {
    /// The entries that are to be written; none while the log is off.
    pub(in crate::store) fn admit(&self, events: Vec<AuditEvent>) -> Vec<AuditEvent> {
        if self.on.load(Ordering::Relaxed) { events } else { Vec::new() }
    }

    pub(in crate::store) fn export(&self, events: &[AuditEvent]) {
        let told = self.told.read().unwrap_or_else(PoisonError::into_inner);
        told.iter().for_each(|auditor| events.iter().for_each(|event| auditor.export(event)));
    }
}

impl Store {
    /// Switches the audit log on, which it is, or off: no entry is written then, by whatever write. What is there stays.
    pub fn set_audited(&self, on: bool) {
        self.0.auditing.on.store(on, Ordering::Relaxed);
    }

    /// Whether entries are written.
    pub fn is_audited(&self) -> bool {
        self.0.auditing.on.load(Ordering::Relaxed)
    }

    /// Has somebody told of every entry from now on.
    pub fn tell(&self, auditor: Arc<dyn Auditor>) {
        self.0.auditing.told.write().unwrap_or_else(PoisonError::into_inner).push(auditor);
    }
}
