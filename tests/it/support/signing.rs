//! Keys of an identity provider, and tokens signed with them. Signs with another library than the one that verifies.

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair as RsaKeyPair, PublicKeyComponents};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding,
};
use ring::{digest, hmac};
use serde_json::{Value, json};

/// A key pair of a provider.
pub struct SigningKey {
    /// What the tokens name it by.
    pub kid: String,
    /// As tokens say it.
    pub algorithm: &'static str,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl SigningKey {
    /// A key for this algorithm. Those of RSA are all the same pair, as they take long to make.
    pub fn new(kid: &str, algorithm: &'static str) -> Self {
        Self { kid: kid.to_owned(), algorithm, pair: pair(algorithm) }
    }

    /// What the provider publishes.
    pub fn public(&self) -> Value {
        let mut key = self.shape();
        key["kid"] = self.kid.as_str().into();
        key["use"] = "sig".into();
        key["alg"] = self.algorithm.into();
        key
    }

    fn shape(&self) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "n": encode(&public.n), "e": encode(&public.e) })
            }
            Pair::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if self.algorithm == "ES256" { "P-256" } else { "P-384" };
                json!({ "kty": "EC", "crv": curve, "x": encode(x), "y": encode(y) })
            }
            Pair::Ed(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) })
            }
        }
    }

    /// A token with these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": self.algorithm, "kid": self.kid, "typ": "JWT" });
        self.sign_under(&header, claims)
    }

    /// A token with this header, which may lie.
    pub fn sign_under(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        format!("{message}.{}", encode(&self.signature(message.as_bytes())))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(rsa(self.algorithm).unwrap(), &random, message, &mut signature).unwrap();
                signature
            }
            Pair::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// What an id token says of the access token that it comes with.
    pub fn half_hash(&self, token: &str) -> String {
        let kind = match &self.algorithm[2..] {
            "256" => &digest::SHA256,
            "384" => &digest::SHA384,
            _ => &digest::SHA512,
        };
        let hash = digest::digest(kind, token.as_bytes());
        encode(&hash.as_ref()[..hash.as_ref().len() / 2])
    }
}

fn pair(algorithm: &str) -> Pair {
    let random = SystemRandom::new();
    let curve = match algorithm {
        "ES256" => &ECDSA_P256_SHA256_FIXED_SIGNING,
        "ES384" => &ECDSA_P384_SHA384_FIXED_SIGNING,
        "EdDSA" => {
            let pair = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
            return Pair::Ed(Ed25519KeyPair::from_pkcs8(pair.as_ref()).unwrap());
        }
        _ => {
            let pair = include_bytes!("../../fixtures/provider.rsa.pk8");
            return Pair::Rsa(Box::new(RsaKeyPair::from_pkcs8(pair).unwrap()));
        }
    };
    let pair = EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
    Pair::Ec(EcdsaKeyPair::from_pkcs8(curve, pair.as_ref(), &random).unwrap())
}

fn rsa(algorithm: &str) -> Option<&'static dyn RsaEncoding> {
    Some(match algorithm {
        "RS256" => &RSA_PKCS1_SHA256,
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        "PS256" => &RSA_PSS_SHA256,
        "PS384" => &RSA_PSS_SHA384,
        "PS512" => &RSA_PSS_SHA512,
        _ => return None,
    })
}

/// A token that nobody signed.
pub fn unsigned(claims: &Value) -> String {
    format!("{}.", message(&json!({ "alg": "none" }), claims))
}

/// A token that is signed with a shared secret.
pub fn with_shared_secret(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = message(header, claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", encode(tag.as_ref()))
}

fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()))
}

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
