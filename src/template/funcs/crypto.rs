//! Digests, passwords, encryption. Source: sprig crypto.go.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use bstr::{BStr, ByteSlice};
use sha2::{Digest, Sha256, Sha512};

use super::args::{Out, int, text};
use super::panics::{Bound, index_out_of_range, slice_range};
use super::random::stream;
use super::{Call, Func};
use crate::go::encode;
use crate::value::{CallError, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("adler32sum", &[Ty::Str], |c, a| {
        c.heap.spend(text(a, 0).len() as u64 / 16)?;
        Ok(c.heap.str(adler2::adler32_slice(text(a, 0)).to_string()))
    }),
    Func::new("bcrypt", &[Ty::Str], |c, a| Ok(c.heap.str(bcrypt(c, text(a, 0))?))),
    Func::new("decryptAES", &[Ty::Str, Ty::Str], |c, a| decrypt(c, text(a, 0), text(a, 1))),
    Func::new("derivePassword", &[Ty::Uint32, Ty::Str, Ty::Str, Ty::Str, Ty::Str], |c, a| {
        derive_password(c, int(a, 0) as u32, text(a, 1), [text(a, 2), text(a, 3), text(a, 4)])
    }),
    Func::new("encryptAES", &[Ty::Str, Ty::Str], |c, a| encrypt(c, text(a, 0), text(a, 1))),
    Func::new("htpasswd", &[Ty::Str, Ty::Str], |c, a| {
        let user = text(a, 0);
        if user.contains(&b':') {
            return Ok(c.heap.str([b"invalid username: ", user.as_bytes()].concat()));
        }
        Ok(c.heap.str([user.as_bytes(), b":", bcrypt(c, text(a, 1))?.as_bytes()].concat()))
    }),
    Func::new("sha1sum", &[Ty::Str], |c, a| digest(c, text(a, 0), |t| hex(&sha1::Sha1::digest(t)))),
    Func::new("sha256sum", &[Ty::Str], |c, a| digest(c, text(a, 0), |t| hex(&Sha256::digest(t)))),
    Func::new("sha512sum", &[Ty::Str], |c, a| digest(c, text(a, 0), |t| hex(&Sha512::digest(t)))),
];

/// What one bcrypt and one scrypt cost in steps: about 50 ms and 150 ms of a processor.
const BCRYPT_STEPS: u64 = 4_000_000;
const SCRYPT_STEPS: u64 = 8_000_000;

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(DIGITS[usize::from(n)])).collect()
}

fn digest<'h>(c: &Call<'_, 'h>, text: &[u8], digest: fn(&[u8]) -> String) -> Out<'h> {
    c.heap.spend(8 + text.len() as u64 / 8)?;
    Ok(c.heap.str(digest(text)))
}

/// At Go's default cost, 10. The error is text, as Sprig has it.
fn bcrypt(c: &Call<'_, '_>, password: &[u8]) -> Result<String, CallError> {
    const COST: u32 = 10;
    const MOST: usize = 72;
    if password.len() > MOST {
        return Ok("failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".into());
    }
    c.heap.spend(BCRYPT_STEPS)?;
    let mut salt = [0; 16];
    stream(c)?.fill(&mut salt);
    // The password ends with a zero byte where there is room for one.
    let mut key = [password, b"\0"].concat();
    key.truncate(MOST);
    let hash = c.visit.bcrypt(&key, salt, || bcrypt::bcrypt(COST, salt, &key));
    let (salt, hash) = (bcrypt_base64(&salt), bcrypt_base64(hash.get(..23).unwrap_or_default()));
    Ok(format!("$2a${COST}${salt}{hash}"))
}

/// bcrypt's own base64: other letters, no padding.
fn bcrypt_base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for i in 0..=group.len() {
            out.push(char::from(LETTERS[(bits >> (18 - 6 * i) & 63) as usize]));
        }
    }
    out
}

/// The key is the password's first 32 bytes, zeros behind a shorter one.
fn cipher(password: &[u8]) -> Aes256 {
    let mut key = [0u8; 32];
    key.iter_mut().zip(password).for_each(|(to, from)| *to = *from);
    Aes256::new(&key.into())
}

const BLOCK: usize = 16;

/// AES-256-CBC with PKCS #7 padding, behind its initialisation vector, in base64.
fn encrypt<'h>(c: &Call<'_, 'h>, password: &[u8], plain: &[u8]) -> Out<'h> {
    if plain.is_empty() {
        return Ok(Value::str(""));
    }
    c.heap.reserve(plain.len().saturating_mul(3).saturating_add(64))?;
    let padding = BLOCK - plain.len() % BLOCK;
    let mut out = vec![0u8; BLOCK];
    stream(c)?.fill(&mut out);
    out.extend_from_slice(plain);
    out.resize(out.len() + padding, padding as u8);
    let cipher = cipher(password);
    let mut previous = [0u8; BLOCK];
    for (i, chunk) in out.chunks_exact_mut(BLOCK).enumerate() {
        if i > 0 {
            chunk.iter_mut().zip(previous).for_each(|(b, p)| *b ^= p);
            let mut block = Block::<Aes256>::default();
            block.copy_from_slice(chunk);
            cipher.encrypt_block(&mut block);
            chunk.copy_from_slice(&block);
        }
        previous.copy_from_slice(chunk);
    }
    Ok(c.heap.str(encode::base64_encode(&out)))
}

/// What [`encrypt`] made. Sprig checks nothing: what is too short or padded wrongly panics.
fn decrypt<'h>(c: &Call<'_, 'h>, password: &[u8], encrypted: &BStr) -> Out<'h> {
    if encrypted.is_empty() {
        return Ok(Value::str(""));
    }
    c.heap.reserve(encrypted.len().saturating_mul(2))?;
    let data = encode::base64_decode(encrypted).map_err(|e| CallError::failed(e.to_string()))?;
    if data.len() < BLOCK {
        // Go sees the capacity, which is that of the buffer made for the text.
        slice_range(0, Some(BLOCK as i64), encrypted.len() / 4 * 3, Bound::Capacity)?;
        slice_range(BLOCK as i64, None, data.len(), Bound::Capacity)?;
    }
    let (iv, body) = data.split_at_checked(BLOCK).unwrap_or((&data, &[]));
    if body.len() % BLOCK != 0 {
        return Err(CallError::failed("crypto/cipher: input not full blocks"));
    }
    let cipher = cipher(password);
    let mut plain = Vec::with_capacity(body.len());
    let mut previous = iv;
    for chunk in body.chunks_exact(BLOCK) {
        let mut block = Block::<Aes256>::default();
        block.copy_from_slice(chunk);
        cipher.decrypt_block(&mut block);
        plain.extend(block.iter().zip(previous).map(|(b, p)| b ^ p));
        previous = chunk;
    }
    let Some(padding) = plain.last() else { return Err(index_out_of_range(-1, 0)) };
    let end = plain.len() as i64 - i64::from(*padding);
    let range = slice_range(0, Some(end), plain.len(), Bound::Capacity)?;
    Ok(c.heap.str(plain.get(range).unwrap_or_default()))
}

/// The master password algorithm: scrypt over the user's name, HMAC over the site's, letters by a template.
fn derive_password<'h>(c: &Call<'_, 'h>, counter: u32, kind: &BStr, [password, user, site]: [&BStr; 3]) -> Out<'h> {
    const SEED: &[u8] = b"com.lyndir.masterpassword";
    let Some(templates) = password_templates(kind) else {
        return Ok(c.heap.str([b"cannot find password template ", kind.as_bytes()].concat()));
    };
    c.heap.spend(SCRYPT_STEPS + (password.len() + user.len() + site.len()) as u64)?;
    let length = |text: &[u8]| (text.len() as u32).to_be_bytes();
    let salt = [SEED, &length(user), user].concat();
    let mut key = [0u8; 64];
    let parameters = scrypt::Params::new(15, 8, 2).map_err(|e| CallError::failed(e.to_string()))?;
    scrypt::scrypt(password, &salt, &parameters, &mut key).map_err(|e| CallError::failed(e.to_string()))?;
    let message = [SEED, &length(site), site, &counter.to_be_bytes()].concat();
    let seed = hmac_sha256(&key, &message);
    let template = templates[usize::from(seed[0]) % templates.len()];
    let pick = |(class, byte): (char, &u8)| {
        let letters = letters_of(class).as_bytes();
        letters[usize::from(*byte) % letters.len()]
    };
    Ok(c.heap.str(template.chars().zip(&seed[1..]).map(pick).collect::<Vec<u8>>()))
}

/// A key of one block needs no hashing first.
fn hmac_sha256(key: &[u8; 64], message: &[u8]) -> [u8; 32] {
    let pad = |byte: u8| key.map(|k| k ^ byte);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

fn password_templates(kind: &[u8]) -> Option<&'static [&'static str]> {
    Some(match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

/// The letters that a place of a template may take.
fn letters_of(class: char) -> &'static str {
    match class {
        'V' => "AEIOU",
        'C' => "BCDFGHJKLMNPQRSTVWXYZ",
        'v' => "aeiou",
        'c' => "bcdfghjklmnpqrstvwxyz",
        'a' => "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        'n' => "0123456789",
        'o' => "@&%?,=[]_:-+*$#!'^~;()/.",
        _ => "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}
