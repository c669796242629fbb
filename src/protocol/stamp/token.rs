//! The answer of an authority: is it of this digest and this request, and does its signature fit.

use super::request::{Imprint, SHA_256};
use super::signature::{Hash, fits};
use super::{Stamp, trace};
use crate::digest::hex;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{AnyRef, OctetStringRef};
use der::{Any, Decode, Encode, Tag, Tagged};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_2: &str = "1.2.840.113549.1.9.16.2.47";

/// Checks a token, or the answer that holds one: message imprint, number, signature, certificate. `sha256` and `nonce`
/// are hexadecimal digits. Without authorities the certificate is only known by what the token itself says.
///
/// # Errors
/// What does not hold, in a sentence.
pub fn check(bytes: &[u8], sha256: &str, nonce: Option<&str>, authorities: Option<&[u8]>) -> Result<Stamp, String> {
    let unreadable = |what: &str| format!("{what} can't be read");
    let content = content(bytes)?;
    if content.content_type.to_string() != SIGNED_DATA {
        return Err("the answer holds no signed data".to_owned());
    }
    let signed: SignedData = content.content.decode_as().map_err(|_| unreadable("its signed data"))?;
    if signed.encap_content_info.econtent_type.to_string() != TST_INFO {
        return Err("what is signed is no time stamp".to_owned());
    }
    let info = signed.encap_content_info.econtent.as_ref().ok_or_else(|| unreadable("what is signed"))?;
    let info: &OctetStringRef = info.decode_as().map_err(|_| unreadable("what is signed"))?;
    let stamped = stamped(info.as_bytes()).ok_or_else(|| unreadable("the time stamp"))?;
    if stamped.imprint.algorithm.oid != SHA_256 || hex(stamped.imprint.digest.as_bytes()) != sha256 {
        return Err("it is the stamp of other bytes than those of the lock".to_owned());
    }
    let repeats = nonce.map(|nonce| stamped.nonce.as_deref() == Some(nonce));
    if repeats == Some(false) {
        return Err("it does not repeat the number of the request, and answers another one".to_owned());
    }
    let certificates: Vec<Certificate> = signed
        .certificates
        .iter()
        .flat_map(|set| set.0.iter())
        .filter_map(|choice| if let CertificateChoices::Certificate(c) = choice { Some(c.clone()) } else { None })
        .collect();
    let known = authorities.map(trace::read).transpose()?;
    let signers: Vec<&SignerInfo> = signed.signer_infos.0.iter().collect();
    let [signer] = signers[..] else { return Err(format!("{} have signed it, and a time stamp has one signer", signers.len())) };
    let certificate = certificates
        .iter()
        .chain(known.iter().flatten())
        .find(|c| is_of(c, &signer.sid))
        .ok_or("the certificate of its signer is neither in it nor among the authorities given")?;
    signature(signer, certificate, info.as_bytes())?;
    trace::may_stamp(certificate, stamped.seconds)?;
    let traced = known.as_ref().map(|known| trace::authority(certificate, &certificates, known, stamped.seconds)).transpose()?;
    Ok(Stamp { time: stamped.time, signer: trace::name(certificate), traced, repeats })
}

/// The token in an answer, or the token alone.
fn content(bytes: &[u8]) -> Result<ContentInfo, String> {
    if let Ok(content) = ContentInfo::from_der(bytes) {
        return Ok(content);
    }
    let parts = Vec::<Any>::from_der(bytes).map_err(|_| "it is no answer of a time-stamp authority".to_owned())?;
    let status: Vec<Any> = parts.first().and_then(|s| s.decode_as().ok()).ok_or("it is no answer of a time-stamp authority")?;
    let granted = status.first().filter(|s| s.tag() == Tag::Integer).is_some_and(|s| matches!(s.value(), [0 | 1]));
    match parts.get(1) {
        Some(token) if granted => {
            let bytes = token.to_der().map_err(|_| "its token can't be read".to_owned())?;
            ContentInfo::from_der(&bytes).map_err(|_| "its token can't be read".to_owned())
        }
        _ => Err("the authority did not grant the request".to_owned()),
    }
}

/// What an authority signs.
struct Stamped {
    imprint: Imprint,
    time: String,
    seconds: u64,
    nonce: Option<String>,
}

/// Version, policy, imprint, serial number and time, then what may be left out, told apart by tags.
fn stamped(bytes: &[u8]) -> Option<Stamped> {
    let parts = Vec::<AnyRef>::from_der(bytes).ok()?;
    let imprint: Imprint = parts.get(2)?.decode_as().ok()?;
    let time = parts.get(4).filter(|p| p.tag() == Tag::GeneralizedTime)?;
    let (time, seconds) = instant(std::str::from_utf8(time.value()).ok()?)?;
    let nonce = parts.get(5..)?.iter().find(|p| p.tag() == Tag::Integer).map(|n| hex(n.value()));
    Some(Stamped { imprint, time, seconds, nonce })
}

/// `20221003120000Z`, with or without parts of a second, as RFC 3339 and in seconds since 1970.
fn instant(text: &str) -> Option<(String, u64)> {
    let digits = text.strip_suffix('Z')?;
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() != 14 || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| whole.get(from..to)?.parse::<u8>().ok();
    let year: u16 = whole.get(..4)?.parse().ok()?;
    let time = der::DateTime::new(year, number(4, 6)?, number(6, 8)?, number(8, 10)?, number(10, 12)?, number(12, 14)?).ok()?;
    Some((time.to_string(), time.unix_duration().as_secs()))
}

fn is_of(certificate: &Certificate, sid: &SignerIdentifier) -> bool {
    let tbs = certificate.tbs_certificate();
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(id) => id.issuer == *tbs.issuer() && id.serial_number == *tbs.serial_number(),
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            tbs.get_extension::<SubjectKeyIdentifier>().ok().flatten().is_some_and(|(_, own)| own == *id)
        }
    }
}

/// The signature over the attributes, which hold the digest of what is signed and that of the certificate.
fn signature(signer: &SignerInfo, certificate: &Certificate, info: &[u8]) -> Result<(), String> {
    let hash = Hash::of(signer.digest_alg.oid).ok_or("its digest is of a kind that is not known to this version")?;
    let attributes = signer.signed_attrs.as_ref().ok_or("it lacks the attributes that are signed")?;
    let value = |oid: &str| attributes.iter().find(|a| a.oid.to_string() == oid).and_then(|a| a.values.iter().next());
    let content_type = value(CONTENT_TYPE).and_then(|v| v.decode_as::<der::asn1::ObjectIdentifier>().ok());
    if content_type.is_none_or(|oid| oid.to_string() != TST_INFO) {
        return Err("what was signed is not said to be a time stamp".to_owned());
    }
    if value(MESSAGE_DIGEST).map(Any::value) != Some(&hash.digest(info)[..]) {
        return Err("the digest that was signed is not that of its time stamp".to_owned());
    }
    if !names(value(SIGNING_CERTIFICATE_2), Hash::Sha256, certificate) && !names(value(SIGNING_CERTIFICATE), Hash::Sha1, certificate) {
        return Err("it does not name the certificate it was signed with".to_owned());
    }
    let message = attributes.to_der().map_err(|_| "its attributes can't be read".to_owned())?;
    let key = certificate.tbs_certificate().subject_public_key_info();
    match fits(key, signer.signature_algorithm.oid, Some(hash), &message, signer.signature.as_bytes())? {
        true => Ok(()),
        false => Err("its signature does not fit".to_owned()),
    }
}

/// Whether an attribute names a certificate, by a digest of it (RFC 2634, RFC 5816).
fn names(attribute: Option<&Any>, default: Hash, certificate: &Certificate) -> bool {
    let first = |any: &Any| any.decode_as::<Vec<Any>>().ok().filter(|v| !v.is_empty());
    let id = attribute.and_then(first).and_then(|a| first(&a[0])).and_then(|certs| first(&certs[0]));
    let Some(id) = id else { return false };
    let hash = match first(&id[0]) {
        Some(algorithm) if id[0].tag() == Tag::Sequence => algorithm[0].decode_as().ok().and_then(Hash::of),
        _ => Some(default),
    };
    let digest = id.iter().find(|p| p.tag() == Tag::OctetString);
    let bytes = certificate.to_der().ok();
    hash.zip(digest).zip(bytes).is_some_and(|((hash, digest), bytes)| hash.digest(&bytes) == digest.value())
}
