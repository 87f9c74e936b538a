//! The SSH key pair that every user has for git.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey};

use crate::model::ids::{Ids, Secret};
use crate::model::user::KeyPair;

/// A new ed25519 pair.
pub fn generate(ids: &Ids) -> Result<KeyPair, String> {
    let seed = ids.bytes::<32>();
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed));
    let key = PrivateKey::new(pair, "").map_err(|e| e.to_string())?;
    let private = key.to_openssh(LineEnding::LF).map_err(|e| e.to_string())?;
    let public = key.public_key().to_openssh().map_err(|e| e.to_string())?;
    Ok(KeyPair { private: Secret::new(private.as_str()), public: format!("{}\n", public.trim_end()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_openssh() {
        let pair = generate(&Ids::random()).unwrap();
        assert!(pair.public.starts_with("ssh-ed25519 AAAA") && pair.public.ends_with('\n'));
        assert_eq!(pair.public.split_whitespace().count(), 2);
        let read = PrivateKey::from_openssh(pair.private.expose()).unwrap();
        assert_eq!(read.public_key().to_openssh().unwrap().trim_end(), pair.public.trim_end());
    }
}
