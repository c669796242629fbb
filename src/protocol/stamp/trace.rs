//! Certificates: may this one sign time stamps, and which authority vouches for it.

use super::signature::fits;
use der::{Decode, Encode};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage};

/// More steps than any chain has.
const LONGEST: usize = 10;

/// The purpose of time stamps.
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// Certificates of a PEM text, or one as DER.
pub fn read(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    if bytes.starts_with(&[0x30]) {
        return Ok(vec![Certificate::from_der(bytes).map_err(|e| format!("the certificate can't be read: {e}"))?]);
    }
    let text = String::from_utf8_lossy(bytes);
    // A bundle may hold comments and other blocks between its certificates.
    let blocks: Vec<String> = text
        .split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|rest| rest.split_once("-----END CERTIFICATE-----"))
        .map(|(body, _)| format!("-----BEGIN CERTIFICATE-----{}-----END CERTIFICATE-----\n", body.replace('\r', "")))
        .collect();
    if blocks.is_empty() {
        return Err("there is no certificate in the file of authorities".to_owned());
    }
    let one = |block: &String| {
        <Certificate as der::DecodePem>::from_pem(block.as_bytes())
            .map_err(|e| format!("a certificate of the file of authorities can't be read: {e}"))
    };
    blocks.iter().map(one).collect()
}

/// Whether a certificate may sign time stamps at that time, in seconds since 1970; why not.
pub fn may_stamp(certificate: &Certificate, at: u64) -> Result<(), String> {
    let tbs = certificate.tbs_certificate();
    let usage = tbs.get_extension::<ExtendedKeyUsage>().ok().flatten();
    if !usage.is_some_and(|(_, usage)| usage.0.iter().any(|purpose| purpose.to_string() == TIME_STAMPING)) {
        return Err("its certificate is not one for time stamps".to_owned());
    }
    valid(certificate, at)
}

fn valid(certificate: &Certificate, at: u64) -> Result<(), String> {
    let validity = certificate.tbs_certificate().validity();
    let (from, to) = (validity.not_before.to_unix_duration().as_secs(), validity.not_after.to_unix_duration().as_secs());
    if (from..=to).contains(&at) {
        Ok(())
    } else {
        Err(format!("the certificate of {} was not valid at the time of the stamp", name(certificate)))
    }
}

/// The authority of those given that a certificate goes back to, over others that the token holds.
pub fn authority(signer: &Certificate, others: &[Certificate], authorities: &[Certificate], at: u64) -> Result<String, String> {
    let mut now = signer.clone();
    for _ in 0..LONGEST {
        if authorities.contains(&now) {
            return Ok(name(&now));
        }
        let issuer = authorities.iter().chain(others).find(|c| issued(c, &now));
        let Some(issuer) = issuer.filter(|c| **c != now) else {
            return Err(format!("the certificate of {} goes back to none of the authorities given", name(&now)));
        };
        valid(issuer, at)?;
        now = issuer.clone();
    }
    Err("the chain of certificates is too long".to_owned())
}

/// Whether one certificate was issued with the key of another, which may issue.
fn issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    let is_authority = issuer.tbs_certificate().get_extension::<BasicConstraints>().ok().flatten().is_some_and(|(_, b)| b.ca);
    if !is_authority || issuer.tbs_certificate().subject() != tbs.issuer() {
        return false;
    }
    let Ok(message) = tbs.to_der() else { return false };
    let signature = certificate.signature().raw_bytes();
    fits(issuer.tbs_certificate().subject_public_key_info(), certificate.signature_algorithm().oid, None, &message, signature) == Ok(true)
}

/// The name in a certificate.
pub fn name(certificate: &Certificate) -> String {
    certificate.tbs_certificate().subject().to_string()
}
