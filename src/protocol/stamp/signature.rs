//! Signatures by RSA (PKCS #1 v1.5) and by ECDSA on the curves P-256 and P-384.

use der::asn1::ObjectIdentifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::signature::Verifier;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::der::Encode;
use x509_cert::spki::{DecodePublicKey, SubjectPublicKeyInfoOwned};

/// The digests that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// By its object identifier.
    pub fn of(oid: ObjectIdentifier) -> Option<Self> {
        match oid.to_string().as_str() {
            "1.3.14.3.2.26" => Some(Hash::Sha1),
            "2.16.840.1.101.3.4.2.1" => Some(Hash::Sha256),
            "2.16.840.1.101.3.4.2.2" => Some(Hash::Sha384),
            "2.16.840.1.101.3.4.2.3" => Some(Hash::Sha512),
            _ => None,
        }
    }

    /// The digest of some bytes.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(bytes).to_vec(),
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// Whether a signature of a message was made with the key; `digest` is that of signatures that name none.
pub fn fits(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: ObjectIdentifier,
    digest: Option<Hash>,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, String> {
    let name = algorithm.to_string();
    let unknown = || format!("a signature of the kind {name} is not known to this version: check it with `openssl ts -verify`");
    let key_bytes = key.to_der().map_err(|_| "the certificate's key can't be read".to_owned())?;
    let (rsa, hash) = match name.as_str() {
        "1.2.840.113549.1.1.1" => (true, digest.ok_or_else(unknown)?),
        "1.2.840.113549.1.1.11" => (true, Hash::Sha256),
        "1.2.840.113549.1.1.12" => (true, Hash::Sha384),
        "1.2.840.113549.1.1.13" => (true, Hash::Sha512),
        "1.2.840.10045.4.3.2" => (false, Hash::Sha256),
        "1.2.840.10045.4.3.3" => (false, Hash::Sha384),
        "1.2.840.10045.4.3.4" => (false, Hash::Sha512),
        _ => return Err(unknown()),
    };
    if rsa {
        return match hash {
            Hash::Sha256 => rsa_fits::<Sha256>(&key_bytes, message, signature),
            Hash::Sha384 => rsa_fits::<Sha384>(&key_bytes, message, signature),
            Hash::Sha512 => rsa_fits::<Sha512>(&key_bytes, message, signature),
            // SHA-1 can be forged: a signature by it shows nothing.
            Hash::Sha1 => Err(unknown()),
        };
    }
    let digest = hash.digest(message);
    if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(&key_bytes) {
        return Ok(p256::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&digest, &s).is_ok()));
    }
    if let Ok(key) = p384::ecdsa::VerifyingKey::from_public_key_der(&key_bytes) {
        return Ok(p384::ecdsa::Signature::from_der(signature).is_ok_and(|s| key.verify_prehash(&digest, &s).is_ok()));
    }
    Err("the certificate's key lies on a curve that is not known to this version: check it with `openssl ts -verify`".to_owned())
}

fn rsa_fits<D>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<bool, String>
where
    D: Digest + sha2::digest::const_oid::AssociatedOid,
    rsa::pkcs1v15::VerifyingKey<D>: DecodePublicKey + Verifier<rsa::pkcs1v15::Signature>,
{
    let key =
        rsa::pkcs1v15::VerifyingKey::<D>::from_public_key_der(key).map_err(|e| format!("the certificate's key can't be used: {e}"))?;
    Ok(rsa::pkcs1v15::Signature::try_from(signature).is_ok_and(|s| key.verify(message, &s).is_ok()))
}
