//! The request: which digest is to be stamped, and a number that the answer repeats.

use super::Asked;
use crate::digest::{hex, unhex};
use der::asn1::{Any, AnyRef, Int, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence, Tag, Tagged};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// SHA-256.
pub const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// A digest with its algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub struct Imprint {
    pub algorithm: AlgorithmIdentifierOwned,
    pub digest: OctetString,
}

#[derive(Debug, Clone, Sequence)]
struct Request {
    version: u8,
    imprint: Imprint,
    nonce: Int,
    certificate: bool,
}

/// A request for the stamp of a SHA-256, given in hexadecimal digits, with the authority's certificate in the answer.
/// None if the digest is none.
pub fn request(sha256: &str, nonce: u64) -> Option<Vec<u8>> {
    let algorithm = AlgorithmIdentifierOwned { oid: SHA_256, parameters: Some(Any::null()) };
    let imprint = Imprint { algorithm, digest: OctetString::new(unhex(sha256).filter(|d| d.len() == 32)?).ok()? };
    // A whole number of DER begins with the sign: a zero byte keeps it positive.
    let bytes: Vec<u8> = std::iter::once(0).chain(nonce.to_be_bytes()).collect();
    let start = (0..8).find(|&i| bytes[i] != 0 || bytes[i + 1] >= 0x80).unwrap_or(8);
    Request { version: 1, imprint, nonce: Int::new(&bytes[start..]).ok()?, certificate: true }.to_der().ok()
}

/// What a request asks for; none if it is not a request.
pub fn asked(bytes: &[u8]) -> Option<Asked> {
    let parts = Vec::<AnyRef>::from_der(bytes).ok()?;
    let imprint: Imprint = parts.get(1)?.decode_as().ok()?;
    let nonce = parts.get(2..)?.iter().find(|p| p.tag() == Tag::Integer);
    Some(Asked { imprint: hex(imprint.digest.as_bytes()), nonce: nonce.map(|n| hex(n.value())) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_asks_for_what_was_put_in() {
        let digest = "c989b91ab3f5b1b76552df2af17639b10f0c743b9e9979e14688087 4df8d877c".replace(' ', "");
        for (nonce, read) in [(1, "01"), (0x80, "0080"), (u64::MAX, "00ffffffffffffffff"), (0, "00")] {
            let bytes = request(&digest, nonce).expect("a request");
            assert_eq!(asked(&bytes), Some(Asked { imprint: digest.clone(), nonce: Some(read.to_owned()) }));
        }
        assert_eq!(request("c989", 1), None);
        assert_eq!(asked(b"nothing of the kind"), None);
    }
}
