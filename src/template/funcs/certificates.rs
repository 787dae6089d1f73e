//! Keys and certificates. Source: sprig crypto.go; the formats are in `go::crypto`.

use std::net::IpAddr;

use bstr::{BStr, ByteSlice};
use num_bigint::BigUint;

use super::args::{Out, any, int, text};
use super::conversion::sprint;
use super::random::stream;
use super::{Call, Func};
use crate::go::crypto::{Issuer, Kind, PrivateKey, Random, Template, Use, create, decode, encode};
use crate::go::encode::base64_decode;
use crate::value::{CallError, Field, Heap, Object, Signature, Ty, Value};
use crate::world::Stream;

const CERTIFICATE: Ty = Ty::Object("sprig.certificate");

pub(super) const FUNCS: &[Func] = &[
    Func::new("buildCustomCert", &[Ty::Str, Ty::Str], |c, a| build(c, text(a, 0), text(a, 1))),
    Func::new("genCA", &[Ty::Str, Ty::Int], |c, a| {
        issue(c, Order { common_name: text(a, 0), days: int(a, 1), ..Order::default() })
    }),
    Func::new("genCAWithKey", &[Ty::Str, Ty::Int, Ty::Str], |c, a| {
        issue(c, Order { common_name: text(a, 0), days: int(a, 1), key: Some(text(a, 2)), ..Order::default() })
    }),
    Func::new("genPrivateKey", &[Ty::Str], |c, a| {
        let kind = match text(a, 0).as_bytes() {
            b"" | b"rsa" => Kind::Rsa4096,
            b"dsa" => Kind::Dsa,
            b"ecdsa" => Kind::Ecdsa,
            b"ed25519" => Kind::Ed25519,
            other => return Ok(c.heap.str([b"Unknown type ", other].concat())),
        };
        Ok(c.heap.str(generate(c, &mut stream(c)?, kind)?.to_pem()))
    }),
    Func::new("genSelfSignedCert", &[Ty::Str, Ty::ListAny, Ty::ListAny, Ty::Int], |c, a| {
        issue(c, Order { leaf: true, names: Some((any(a, 1), any(a, 2))), days: int(a, 3), ..Order::of(text(a, 0)) })
    }),
    Func::new("genSelfSignedCertWithKey", &[Ty::Str, Ty::ListAny, Ty::ListAny, Ty::Int, Ty::Str], |c, a| {
        let key = Some(text(a, 4));
        issue(
            c,
            Order { leaf: true, names: Some((any(a, 1), any(a, 2))), days: int(a, 3), key, ..Order::of(text(a, 0)) },
        )
    }),
    Func::new("genSignedCert", &[Ty::Str, Ty::ListAny, Ty::ListAny, Ty::Int, CERTIFICATE], |c, a| {
        let (names, authority) = (Some((any(a, 1), any(a, 2))), Some(any(a, 4)));
        issue(c, Order { leaf: true, names, days: int(a, 3), authority, ..Order::of(text(a, 0)) })
    }),
    Func::new("genSignedCertWithKey", &[Ty::Str, Ty::ListAny, Ty::ListAny, Ty::Int, CERTIFICATE, Ty::Str], |c, a| {
        let (names, authority, key) = (Some((any(a, 1), any(a, 2))), Some(any(a, 4)), Some(text(a, 5)));
        issue(c, Order { leaf: true, names, days: int(a, 3), authority, key, ..Order::of(text(a, 0)) })
    }),
];

/// What a certificate is wanted for.
#[derive(Default)]
struct Order<'h> {
    common_name: &'h BStr,
    days: i64,
    leaf: bool,
    /// Lists of addresses and of DNS names.
    names: Option<(Value<'h>, Value<'h>)>,
    /// A `sprig.certificate`; without it the certificate signs itself.
    authority: Option<Value<'h>>,
    /// PEM; without it a key is made.
    key: Option<&'h BStr>,
}

impl<'h> Order<'h> {
    fn of(common_name: &'h BStr) -> Self {
        Order { common_name, ..Order::default() }
    }
}

fn issue<'h>(c: &Call<'_, 'h>, order: Order<'h>) -> Out<'h> {
    let mut random = stream(c)?;
    let key = match order.key {
        Some(pem) => PrivateKey::from_pem(pem).map_err(|e| failed("parsing private key", e))?,
        None => generate(c, &mut random, Kind::Rsa2048)?,
    };
    let authority = order.authority.map(|authority| read_authority(c, authority)).transpose()?;
    let (ips, dns) = order.names.unwrap_or((Value::Nil, Value::Nil));
    let mut ip_addresses = Vec::new();
    for ip in items(c, ips) {
        let Some(text) = ip.as_str() else {
            let shown = sprint(c, *ip)?;
            return Err(CallError::failed(format!("error parsing ip: {shown} is not a string")));
        };
        let parsed = text.to_str().ok().and_then(parse_ip);
        ip_addresses.push(parsed.ok_or_else(|| CallError::failed(format!("error parsing ip: {text}")))?);
    }
    let mut dns_names: Vec<&[u8]> = Vec::new();
    for name in items(c, dns) {
        let Some(text) = name.as_str() else {
            let shown = sprint(c, *name)?;
            return Err(CallError::failed(format!("error processing alternate dns name: {shown} is not a string")));
        };
        dns_names.push(text);
    }
    let mut serial = [0; 16];
    random.fill(&mut serial);
    // Nanoseconds: a validity beyond 292 years wraps around, as it does in Go.
    let (seconds, nanos) = c.visit.now();
    let validity = order.days.wrapping_mul(24 * 3600 * 1_000_000_000);
    let template = Template {
        common_name: order.common_name,
        ips: ip_addresses,
        dns_names,
        not_before: seconds,
        not_after: seconds + (i128::from(nanos) + i128::from(validity)).div_euclid(1_000_000_000) as i64,
        serial: BigUint::from_bytes_be(&serial),
        purpose: if order.leaf { Use::Leaf } else { Use::Authority },
    };
    // Signing costs a modular power.
    c.heap.spend(100_000)?;
    let (issuer, signer) = match &authority {
        Some((issuer, signer)) => (Some(issuer), signer),
        None => (None, &key),
    };
    let der = create(&template, &key, issuer, signer).map_err(|e| failed("error creating certificate", e))?;
    Ok(certificate(c.heap, encode("CERTIFICATE", &der), key.to_pem()))
}

fn generate(c: &Call<'_, '_>, random: &mut Stream, kind: Kind) -> Result<PrivateKey, CallError> {
    // About what the search for primes takes, in steps of some ten nanoseconds.
    c.heap.spend(match kind {
        Kind::Rsa4096 | Kind::Dsa => 20_000_000,
        Kind::Rsa2048 => 4_000_000,
        Kind::Ecdsa | Kind::Ed25519 => 20_000,
    })?;
    let key = c.visit.key(kind, random, |random| {
        let mut fill = |out: &mut [u8]| random.fill(out);
        PrivateKey::generate(kind, &mut Random(&mut fill))
    });
    key.ok_or_else(|| CallError::failed("failed to generate private key: no primes"))
}

/// The authority's certificate and key.
fn read_authority<'h>(c: &Call<'_, 'h>, value: Value<'h>) -> Result<(Issuer, PrivateKey), CallError> {
    let field = |name| match value {
        Value::Object(o) => o.field(c.heap, name).and_then(Value::as_str).unwrap_or_default(),
        _ => BStr::new(""),
    };
    let (_, der) = decode(field("Cert")).ok_or_else(|| CallError::failed("unable to decode certificate"))?;
    let issuer =
        Issuer::of_certificate(&der).map_err(|e| failed("error parsing certificate: decodedSignerCert.Bytes", e))?;
    let key = PrivateKey::from_pem(field("Key")).map_err(|e| failed("error parsing private key", e))?;
    Ok((issuer, key))
}

/// A user's own certificate and key, both PEM in base64, once they have been read.
fn build<'h>(c: &Call<'_, 'h>, cert: &[u8], key: &[u8]) -> Out<'h> {
    c.heap.reserve((cert.len() + key.len()).saturating_mul(2))?;
    let cert = base64_decode(cert).map_err(|_| CallError::failed("unable to decode base64 certificate"))?;
    let key = base64_decode(key).map_err(|_| CallError::failed("unable to decode base64 private key"))?;
    let (_, der) = decode(&cert).ok_or_else(|| CallError::failed("unable to decode certificate"))?;
    Issuer::of_certificate(&der).map_err(|e| failed("error parsing certificate: decodedCert.Bytes", e))?;
    PrivateKey::from_pem(&key).map_err(|e| failed("error parsing private key", e))?;
    Ok(certificate(c.heap, cert, key))
}

fn failed(what: &str, error: String) -> CallError {
    CallError::failed(format!("{what}: {error}"))
}

fn items<'h>(c: &Call<'_, 'h>, list: Value<'h>) -> &'h [Value<'h>] {
    match list {
        Value::List(list) => list.items(c.heap),
        _ => &[],
    }
}

/// `net.ParseIP`: like Rust's, but an IPv6 address may end in an IPv4 one only after a colon, which both agree on.
fn parse_ip(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// `sprig.certificate`.
struct Certificate<'h> {
    cert: Value<'h>,
    key: Value<'h>,
}

fn certificate<'h>(heap: &Heap<'h>, cert: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Value<'h> {
    heap.object(Certificate { cert: heap.str(cert), key: heap.str(key) })
}

impl<'h> Object<'h> for Certificate<'h> {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "sprig.certificate".into()
    }

    fn is_pointer(&self) -> bool {
        false
    }

    fn fields(&self, _: &Heap<'h>) -> Vec<Field<'h>> {
        let field = |name, value| Field { name, json: Some(name), omit_empty: false, value };
        vec![field("Cert", self.cert), field("Key", self.key)]
    }

    fn method(&self, _: &str) -> Option<&'static Signature> {
        None
    }

    fn call(&self, _: &Heap<'h>, name: &str, _: &[Value<'h>]) -> Result<Value<'h>, CallError> {
        Err(CallError::failed(format!("no method {name}")))
    }

    fn text(&self, _: &Heap<'h>) -> Option<String> {
        None
    }

    fn json_text(&self, _: &Heap<'h>) -> Option<String> {
        None
    }
}
