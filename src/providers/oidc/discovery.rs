//! What a provider says of itself, and its keys: asked for when they are first needed, then kept for a while.

use std::sync::{Arc, Mutex, PoisonError};

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::url::Url;
use openidconnect::{AdditionalProviderMetadata, IssuerUrl, JsonWebKeySet, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::Limits;
use super::failure::undiscovered;
use super::wire::Wire;
use crate::domain::provider::Failure;

/// What the provider says of itself.
pub(super) type Metadata = ProviderMetadata<
    Pkce,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The keys that it signs with.
pub(super) type Keys = JsonWebKeySet<CoreJsonWebKey>;

/// The member of RFC 8414 that OpenID Connect itself does not have.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pkce {
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl AdditionalProviderMetadata for Pkce {}

/// Whether a challenge may be sent.
pub(super) fn knows_pkce(metadata: &Metadata) -> bool {
    let methods = metadata.additional_metadata().code_challenge_methods_supported.as_ref();
    methods.is_some_and(|methods| methods.iter().any(|method| method == "S256"))
}

/// All that is known of a provider.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) metadata: Arc<Metadata>,
    pub(super) keys: Keys,
}

/// Finds out about one provider.
#[derive(Debug)]
pub(super) struct Discovery {
    issuer: IssuerUrl,
    wire: Wire,
    limits: Limits,
    memory: Mutex<Memory>,
    /// Held while the provider is asked, so that it is asked once and not by everybody who waits.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Memory {
    known: Option<Arc<Known>>,
    good_until: Option<Instant>,
    failed: Option<(Failure, Instant)>,
    keys_asked: Option<Instant>,
}

impl Discovery {
    pub(super) fn new(issuer: IssuerUrl, wire: Wire, limits: Limits) -> Self {
        Self { issuer, wire, limits, memory: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// What is known, asked for when it is not known yet, or known for long.
    pub(super) async fn known(&self) -> Result<Arc<Known>, Failure> {
        if let Some(remembered) = self.remembered() {
            return remembered;
        }
        // Whoever finds old knowledge while somebody else asks goes on with it.
        let old = self.memory().known.clone();
        if let Some(old) = old {
            return Ok(self.renewed(old).await);
        }
        let _turn = self.turn.lock().await;
        match self.remembered() {
            Some(remembered) => remembered,
            None => self.ask().await,
        }
    }

    /// What is known with keys that were fetched after these; none when there are no newer ones to have for now.
    pub(super) async fn with_newer_keys(&self, than: &Arc<Known>) -> Option<Arc<Known>> {
        let _turn = self.turn.lock().await;
        let current = self.memory().known.clone()?;
        if !Arc::ptr_eq(&current, than) {
            return Some(current);
        }
        if !self.may_ask_for_keys() {
            return None;
        }
        match Keys::fetch_async(current.metadata.jwks_uri(), &self.wire).await {
            Ok(keys) => Some(self.keep_keys(&current, keys)),
            Err(error) => {
                tracing::warn!(issuer = %*self.issuer, why = %undiscovered(error), "no new keys of the provider");
                None
            }
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        // Every write leaves it whole.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self) -> Option<Result<Arc<Known>, Failure>> {
        let memory = self.memory();
        let now = Instant::now();
        if let Some(known) = memory.known.as_ref() {
            return memory.good_until.is_some_and(|end| now < end).then(|| Ok(known.clone()));
        }
        let (failure, at) = memory.failed.as_ref()?;
        (now < *at + self.limits.failure_memory).then(|| Err(failure.clone()))
    }

    async fn renewed(&self, old: Arc<Known>) -> Arc<Known> {
        let Ok(_turn) = self.turn.try_lock() else { return old };
        match self.ask().await {
            Ok(known) => known,
            Err(why) => {
                tracing::warn!(issuer = %*self.issuer, %why, "going on with what the provider said before");
                self.memory().good_until = Some(Instant::now() + self.limits.between_renewals);
                old
            }
        }
    }

    async fn ask(&self) -> Result<Arc<Known>, Failure> {
        let asked = self.fetch().await;
        let mut memory = self.memory();
        match asked {
            Ok(known) => {
                let known = Arc::new(known);
                memory.known = Some(known.clone());
                memory.good_until = Some(Instant::now() + self.limits.document_lifetime);
                memory.failed = None;
                Ok(known)
            }
            Err(failure) => {
                memory.failed = Some((failure.clone(), Instant::now()));
                Err(failure)
            }
        }
    }

    async fn fetch(&self) -> Result<Known, Failure> {
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.wire).await;
        let metadata = metadata.map_err(undiscovered)?;
        check_endpoints(self.issuer.url(), &metadata)?;
        Ok(Known { keys: metadata.jwks().clone(), metadata: Arc::new(metadata) })
    }

    fn may_ask_for_keys(&self) -> bool {
        let mut memory = self.memory();
        let now = Instant::now();
        let soon = memory.keys_asked.is_some_and(|at| now < at + self.limits.between_keys);
        if !soon {
            memory.keys_asked = Some(now);
        }
        !soon
    }

    fn keep_keys(&self, current: &Known, keys: Keys) -> Arc<Known> {
        let known = Arc::new(Known { metadata: current.metadata.clone(), keys });
        self.memory().known = Some(known.clone());
        known
    }
}

/// A provider of https sends codes, secrets and tokens nowhere else.
fn check_endpoints(issuer: &Url, metadata: &Metadata) -> Result<(), Failure> {
    let Some(token) = metadata.token_endpoint() else {
        return Err(Failure::Unreachable("the discovery document names no token endpoint".to_owned()));
    };
    let more = metadata.userinfo_endpoint().map(|endpoint| endpoint.url());
    let named = [metadata.authorization_endpoint().url(), token.url(), metadata.jwks_uri().url()];
    let bad = named.into_iter().chain(more).find(|url| !as_safe(issuer, url));
    match bad {
        None => Ok(()),
        Some(url) => Err(Failure::Unreachable(format!(
            "the discovery document names an endpoint that is not of https: {}",
            url.origin().ascii_serialization()
        ))),
    }
}

fn as_safe(issuer: &Url, endpoint: &Url) -> bool {
    endpoint.scheme() == "https" || (issuer.scheme() == "http" && endpoint.scheme() == "http")
}
