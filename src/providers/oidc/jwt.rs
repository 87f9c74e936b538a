//! Signatures of JSON Web Tokens, with the keys of a provider.
//!
//! The crate `openidconnect` has a verifier of whole id tokens. It reads every standard claim into a type of its own and refuses the
//! token when a provider says `"email_verified": "true"`, which is to be understood here. So it only does the cryptography.

use base64ct::{Base64UrlUnpadded, Encoding};
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeyType, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse, JwsSigningAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::discovery::Keys;
use crate::domain::provider::Claims;

/// Those that a provider signs with. Never `none`, and none with a shared secret: everybody has the public key.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// A token whose signature is right.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) claims: Claims,
    pub(super) algorithm: CoreJwsSigningAlgorithm,
    pub(super) key: CoreJsonWebKey,
}

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// With other keys it may be.
    Key(&'static str),
    /// It never is.
    Token(&'static str),
}

impl Doubt {
    pub(super) const fn why(&self) -> &'static str {
        match self {
            Self::Key(why) | Self::Token(why) => why,
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// The claims of a token that one of the keys has signed.
pub(super) fn read(token: &str, keys: &Keys) -> Result<Signed, Doubt> {
    let (message, signature) = token.rsplit_once('.').ok_or(Doubt::Token("it is no JSON Web Token"))?;
    let (header, claims) = message.split_once('.').ok_or(Doubt::Token("it is no JSON Web Token"))?;
    let header: Header = part(header)?;
    if header.crit.is_some() {
        return Err(Doubt::Token("its header asks for an extension"));
    }
    let algorithm = algorithm(&header.alg)?;
    let signature = bytes(signature)?;
    let key = signer(keys, &header, &algorithm, message.as_bytes(), &signature)?;
    Ok(Signed { claims: part(claims)?, algorithm, key })
}

fn algorithm(name: &str) -> Result<CoreJwsSigningAlgorithm, Doubt> {
    let known: Option<CoreJwsSigningAlgorithm> = serde_json::from_value(name.into()).ok();
    known
        .filter(|algorithm| ALGORITHMS.contains(algorithm))
        .ok_or(Doubt::Token("its algorithm is not one to sign with"))
}

fn signer(
    keys: &Keys,
    header: &Header,
    algorithm: &CoreJwsSigningAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<CoreJsonWebKey, Doubt> {
    let named = |key: &&CoreJsonWebKey| {
        header.kid.as_deref().is_none_or(|kid| key.key_id().is_some_and(|id| id.as_str() == kid))
    };
    let mut fitting = keys.keys().iter().filter(named).filter(|key| fits(key, algorithm)).peekable();
    if fitting.peek().is_none() {
        return Err(Doubt::Key("the provider has no such key"));
    }
    let right = fitting.find(|key| key.verify_signature(algorithm, message, signature).is_ok());
    right.cloned().ok_or(Doubt::Key("its signature is wrong"))
}

/// Whether the key is for signatures of that kind.
fn fits(key: &CoreJsonWebKey, algorithm: &CoreJwsSigningAlgorithm) -> bool {
    let signs = key.key_use().is_none_or(CoreJsonWebKeyUse::allows_signature);
    let kind: Option<CoreJsonWebKeyType> = algorithm.key_type();
    let kind = kind.as_ref() == Some(key.key_type());
    let same = match key.signing_alg() {
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Algorithm(only) => only == algorithm,
        JsonWebKeyAlgorithm::Unsupported => false,
    };
    signs && kind && same
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Doubt> {
    serde_json::from_slice(&bytes(text)?).map_err(|_| Doubt::Token("it makes no sense"))
}

fn bytes(text: &str) -> Result<Vec<u8>, Doubt> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| Doubt::Token("it makes no sense"))
}
