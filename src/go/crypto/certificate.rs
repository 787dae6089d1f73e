//! X.509 certificates, made as Sprig makes them. Source: sprig crypto.go `getBaseCertTemplate`, `getCertAndKey`;
//! crypto/x509 `CreateCertificate`, `ParseCertificate`.

use std::net::IpAddr;

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

use super::asn1::{self, OID, Reader, context, element, integer, sequence};
use super::key::PrivateKey;
use crate::go::{strconv, utf8};

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Signs other certificates.
    Authority,
    /// Servers and clients.
    Leaf,
}

/// What a certificate says.
pub struct Template<'t> {
    /// Left out when empty.
    pub common_name: &'t [u8],
    pub ips: Vec<IpAddr>,
    pub dns_names: Vec<&'t [u8]>,
    /// Seconds since 1970.
    pub not_before: i64,
    pub not_after: i64,
    pub serial: BigUint,
    pub purpose: Use,
}

/// Who signs.
pub struct Issuer {
    subject: Vec<u8>,
    key_id: Option<Vec<u8>>,
    /// The key that its certificate is about; `None` when it is of a kind that x509 does not know.
    public: Option<(Vec<u8>, Vec<u8>)>,
}

/// DER of `template` about `subject`'s public key, signed with `signer`: by `issuer`, or by itself when there is none.
/// Errors have Go's words.
pub fn create(
    template: &Template<'_>,
    subject: &PrivateKey,
    issuer: Option<&Issuer>,
    signer: &PrivateKey,
) -> Result<Vec<u8>, String> {
    let algorithm = signer.signature_algorithm()?;
    let (key_algorithm, key) = subject.public()?;
    let name = name(template.common_name)?;
    let issued_by = issuer.map_or(&name, |i| &i.subject);
    if let Some(public) = issuer.and_then(|i| i.public.as_ref())
        && *public != signer.public()?
    {
        return Err("x509: provided PrivateKey doesn't match parent's PublicKey".into());
    }
    let authority_key = issuer.and_then(|i| i.key_id.as_deref()).filter(|_| *issued_by != name);
    let to_be_signed = sequence(&[
        element(context(0), &integer(&2u8.into())),
        integer(&template.serial),
        algorithm.clone(),
        issued_by.clone(),
        sequence(&[time(template.not_before), time(template.not_after)]),
        name.clone(),
        sequence(&[key_algorithm, asn1::bit_string(&key)]),
        element(context(3), &extensions(template, &key, authority_key)?),
    ]);
    let signature = signer.sign(&to_be_signed)?;
    Ok(sequence(&[to_be_signed, algorithm, asn1::bit_string(&signature)]))
}

/// `2.5.29.n`.
const fn extension_oid(n: u8) -> [u8; 3] {
    [0x55, 0x1d, n]
}

const SUBJECT_KEY_ID: u8 = 14;

fn extensions(template: &Template<'_>, key: &[u8], authority_key: Option<&[u8]>) -> Result<Vec<u8>, String> {
    let authority = template.purpose == Use::Authority;
    let extension = |n: u8, critical: bool, value: Vec<u8>| {
        let critical = if critical { element(asn1::BOOLEAN, &[0xff]) } else { Vec::new() };
        sequence(&[element(OID, &extension_oid(n)), critical, element(asn1::OCTET_STRING, &value)])
    };
    // Digital signature and key encipherment; an authority signs certificates as well.
    let usage: &[u8] = if authority { &[2, 0b1010_0100] } else { &[5, 0b1010_0000] };
    // Server and client authentication: 1.3.6.1.5.5.7.3.1 and .2
    let purpose = |n: u8| element(OID, &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, n]);
    let constraints = if authority { vec![element(asn1::BOOLEAN, &[0xff])] } else { Vec::new() };
    let mut all = vec![
        extension(15, true, element(asn1::BIT_STRING, usage)),
        extension(37, false, sequence(&[purpose(1), purpose(2)])),
        extension(19, true, sequence(&constraints)),
    ];
    if authority {
        // RFC 7093, method 1.
        let digest = Sha256::digest(key);
        let id = digest.get(..20).unwrap_or_default();
        all.push(extension(SUBJECT_KEY_ID, false, element(asn1::OCTET_STRING, id)));
    }
    if let Some(id) = authority_key {
        all.push(extension(35, false, sequence(&[element(0x80, id)])));
    }
    if !template.dns_names.is_empty() || !template.ips.is_empty() {
        let mut names = Vec::new();
        for name in &template.dns_names {
            if !name.is_ascii() {
                return Err(format!("x509: {} cannot be encoded as an IA5String", strconv::quote(name)));
            }
            names.push(element(0x82, name));
        }
        for ip in &template.ips {
            names.push(match ip.to_canonical() {
                IpAddr::V4(ip) => element(0x87, &ip.octets()),
                IpAddr::V6(ip) => element(0x87, &ip.octets()),
            });
        }
        // A certificate without a subject is about these names only.
        all.push(extension(17, template.common_name.is_empty(), sequence(&names)));
    }
    Ok(sequence(&all))
}

/// A distinguished name of a common name only.
fn name(common_name: &[u8]) -> Result<Vec<u8>, String> {
    if common_name.is_empty() {
        return Ok(sequence(&[]));
    }
    let printable = |b: &u8| b.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(b);
    let tag = if common_name.iter().all(printable) {
        asn1::PRINTABLE_STRING
    } else if utf8::runes(common_name).all(|(_, r)| r.valid) {
        asn1::UTF8_STRING
    } else {
        return Err("asn1: string not valid UTF-8".into());
    };
    let attribute = sequence(&[element(OID, &[0x55, 0x04, 0x03]), element(tag, common_name)]);
    Ok(sequence(&[element(asn1::SET, &attribute)]))
}

/// UTCTime from 1950 to 2049, GeneralizedTime else.
fn time(seconds: i64) -> Vec<u8> {
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let rest = format!("{month:02}{day:02}{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60);
    if (1950..2050).contains(&year) {
        element(asn1::UTC_TIME, format!("{:02}{rest}", year % 100).as_bytes())
    } else {
        element(asn1::GENERALIZED_TIME, format!("{year:04}{rest}").as_bytes())
    }
}

/// Year, month and day of a number of days since 1970, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years that begin in March put the leap day last.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let month_of_year = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month_of_year <= 2), month_of_year, day - (153 * month + 2) / 5 + 1)
}

impl Issuer {
    /// Reads what signing needs to know of a certificate. Errors have Go's words.
    pub fn of_certificate(der: &[u8]) -> Result<Issuer, String> {
        let bad = |what: &'static str| move || format!("x509: malformed {what}");
        let mut outer = Reader::new(der).enter().ok_or_else(bad("certificate"))?;
        let mut tbs = outer.enter().ok_or_else(bad("tbs certificate"))?;
        if let Some(version) = tbs.optional(context(0)).ok_or_else(bad("version"))? {
            match Reader::new(version).integer().ok_or_else(bad("version"))? {
                (true, _) => return Err(bad("version")()),
                (false, n) if n > BigUint::from(2u8) => return Err("x509: invalid version".into()),
                _ => {}
            }
        }
        let serial = tbs.integer().ok_or_else(bad("serial number"))?;
        if serial.0 {
            return Err("x509: negative serial number".into());
        }
        let inner_algorithm = tbs.take(asn1::SEQUENCE).ok_or_else(bad("signature algorithm identifier"))?;
        let outer_algorithm = outer.take(asn1::SEQUENCE).ok_or_else(bad("algorithm identifier"))?;
        if inner_algorithm != outer_algorithm {
            return Err("x509: inner and outer signature algorithm identifiers don't match".into());
        }
        tbs.enter().ok_or_else(bad("issuer"))?;
        let mut validity = tbs.enter().ok_or_else(bad("validity"))?;
        for _ in 0..2 {
            match validity.any().map(|e| e.tag) {
                Some(asn1::UTC_TIME | asn1::GENERALIZED_TIME) => {}
                _ => return Err("x509: unsupported time format".into()),
            }
        }
        let subject = tbs.element(asn1::SEQUENCE).ok_or_else(bad("issuer"))?.whole.to_vec();
        let mut key = tbs.enter().ok_or_else(bad("spki"))?;
        let algorithm = key.element(asn1::SEQUENCE).ok_or_else(bad("public key algorithm identifier"))?;
        let public = key.bits().ok_or_else(bad("subjectPublicKey"))?;
        let mut key_id = None;
        while let Some(element) = tbs.any() {
            if element.tag == context(3) {
                key_id = subject_key_id(element.content)?;
            }
        }
        outer.bits().ok_or_else(bad("signature"))?;
        Ok(Issuer { subject, key_id, public: Some((algorithm.whole.to_vec(), public)) })
    }
}

fn subject_key_id(extensions: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut list = Reader::new(extensions).enter().ok_or("x509: malformed extensions")?;
    let mut found = None;
    while !list.is_empty() {
        let mut extension = list.enter().ok_or("x509: malformed extension")?;
        let oid = extension.take(OID).ok_or("x509: malformed extension OID field")?;
        extension.optional(asn1::BOOLEAN).ok_or("x509: malformed extension critical field")?;
        let value = extension.take(asn1::OCTET_STRING).ok_or("x509: malformed extension value field")?;
        if oid == extension_oid(SUBJECT_KEY_ID) {
            let id = Reader::new(value).take(asn1::OCTET_STRING).ok_or("x509: invalid subject key identifier")?;
            found = Some(id.to_vec());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(-1), (1969, 12, 31));
    }

    #[test]
    fn far_times_are_generalized() {
        assert_eq!(time(0), b"\x17\x0d700101000000Z");
        assert_eq!(time(2_524_608_000), b"\x18\x0f20500101000000Z");
    }
}
