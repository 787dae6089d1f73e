//! Keys, certificates and passwords: ours are read by Go, and say what Go's say.

use bstr::ByteSlice;
use plimsoll::dialect::DIALECTS;
use plimsoll::value::{Heap, Value};

use crate::oracle::{Answer, ask, fields, split};
use crate::{call, with_heap};

fn field<'h>(heap: &Heap<'h>, certificate: Value<'h>, name: &str) -> String {
    let Value::Object(object) = certificate else { panic!("not a certificate") };
    object.field(heap, name).and_then(Value::as_str).unwrap().to_string()
}

/// What Go's x509 reads in a certificate; Go checks the signature against the parent.
fn described(cert: &str, parent: &str) -> String {
    match ask("funcs.certificate", &fields(&[cert, parent])) {
        Answer::Ok(text) => text.to_str_lossy().into_owned(),
        other => panic!("{other:?}"),
    }
}

/// What Sprig itself makes of the same order, without what is random or the clock's.
fn sprigs(name: &str, args: &[&str]) -> String {
    let all: Vec<&str> = [name].into_iter().chain(args.iter().copied()).collect();
    match ask("funcs.issue", &fields(&all)) {
        Answer::Ok(text) => text.to_str_lossy().into_owned(),
        other => panic!("{other:?}"),
    }
}

fn strings<'h>(heap: &Heap<'h>, items: &[&str]) -> Value<'h> {
    let items: Vec<_> = items.iter().map(|item| heap.str(item)).collect();
    heap.any_list(&items)
}

#[test]
fn certificates_say_what_sprig_s_say() {
    with_heap(DIALECTS[0], |heap| {
        let days = Value::int(30);
        let ca = call(heap, "genCA", &[Value::str("my-ca"), days]).unwrap();
        let (ca_cert, ca_key) = (field(heap, ca, "Cert"), field(heap, ca, "Key"));
        assert_eq!(described(&ca_cert, &ca_cert), sprigs("genCA", &["my-ca", "30"]));
        let ips = ["10.0.0.1", "::1", "::ffff:1.2.3.4"];
        let names = ["a.svc", "*.a.svc"];
        for common_name in ["db", "*.x", "höst", ""] {
            let args = [heap.str(common_name), strings(heap, &ips), strings(heap, &names), days];
            let own = call(heap, "genSelfSignedCert", &args).unwrap();
            let expected = sprigs("genSelfSignedCert", &[common_name, "30", &ips.join(","), &names.join(",")]);
            let cert = field(heap, own, "Cert");
            assert_eq!(described(&cert, &cert), expected);
            let signed = call(heap, "genSignedCert", &[args[0], args[1], args[2], args[3], ca]).unwrap();
            let order = [common_name, "30", &ips.join(","), &names.join(","), &ca_cert, &ca_key];
            assert_eq!(described(&field(heap, signed, "Cert"), &ca_cert), sprigs("genSignedCert", &order));
        }
    });
}

#[test]
fn keys_of_every_kind_sign_and_are_read() {
    with_heap(DIALECTS[0], |heap| {
        for kind in ["ecdsa", "ed25519", "rsa"] {
            let key = call(heap, "genPrivateKey", &[Value::str(kind)]).unwrap();
            let args = [Value::str("x"), Value::int(1), key];
            let ca = call(heap, "genCAWithKey", &args).unwrap();
            let cert = field(heap, ca, "Cert");
            let key = key.as_str().unwrap().to_string();
            assert_eq!(described(&cert, &cert), sprigs("genCAWithKey", &["x", "1", &key]), "{kind}");
            assert_eq!(field(heap, ca, "Key"), key, "{kind}");
        }
        let dsa = call(heap, "genPrivateKey", &[Value::str("dsa")]).unwrap();
        let refused = call(heap, "genCAWithKey", &[Value::str("x"), Value::int(1), dsa]).err().unwrap();
        let Answer::Err(theirs) =
            ask("funcs.issue", &fields(&["genCAWithKey", "x", "1", &dsa.as_str().unwrap().to_string()]))
        else {
            panic!("Go takes a DSA key")
        };
        assert_eq!(refused, plimsoll::value::CallError::Failed(theirs.to_str_lossy().into_owned()));
    });
}

#[test]
fn foreign_keys_are_taken_as_go_takes_them() {
    // Keys in every format that Go writes, and what Go makes of each when it signs.
    let Answer::Ok(keys) = ask("funcs.keys", b"") else { panic!("funcs.keys") };
    with_heap(DIALECTS[0], |heap| {
        for key in split(&keys) {
            let ours = call(heap, "genCAWithKey", &[Value::str("x"), Value::int(1), heap.str(&key)]);
            let theirs = ask("funcs.issue", &fields(&[b"genCAWithKey".as_slice(), b"x", b"1", &key]));
            let (ours, theirs) = match (ours, theirs) {
                (Ok(ca), Answer::Ok(theirs)) => {
                    let cert = field(heap, ca, "Cert");
                    (described(&cert, &cert), theirs.to_str_lossy().into_owned())
                }
                (Err(ours), Answer::Err(theirs)) => {
                    (format!("{ours:?}"), format!("Failed({:?})", theirs.to_str().unwrap()))
                }
                (ours, theirs) => panic!("{}\nours: {:?}\ngo: {theirs:?}", key.as_bstr(), ours.map(|_| ())),
            };
            assert_eq!(ours, theirs, "{}", key.as_bstr());
        }
    });
}

#[test]
fn passwords_are_go_s() {
    with_heap(DIALECTS[0], |heap| {
        for password in ["", "secret", "pässwörd", &"x".repeat(71), &"y".repeat(72)] {
            let hash = call(heap, "bcrypt", &[heap.str(password)]).unwrap().as_str().unwrap();
            assert_eq!(ask("funcs.bcrypt", &fields(&[hash.as_bytes(), password.as_bytes()])), Answer::Ok(vec![]));
        }
        for kind in ["maximum", "long", "medium", "short", "basic", "pin", "none"] {
            let text = ["pass", "user", "example.com"];
            let args = [
                Value::Uint(plimsoll::value::UintType::Uint32, 7),
                Value::str(kind),
                heap.str(text[0]),
                heap.str(text[1]),
                heap.str(text[2]),
            ];
            let ours = call(heap, "derivePassword", &args).unwrap();
            let mut payload = vec![b"4".to_vec(), b"derivePassword".to_vec()];
            payload.extend(args.iter().map(|arg| crate::transport::encode(heap, *arg)));
            let Answer::Ok(theirs) = ask("funcs.call", &fields(&payload)) else { panic!("derivePassword") };
            assert_eq!(crate::transport::encode(heap, ours), split(&theirs)[0], "{kind}");
        }
        for plain in ["a", "sixteen bytes ok", "longer than one block of bytes"] {
            let encrypted = call(heap, "encryptAES", &[Value::str("key"), heap.str(plain)]).unwrap();
            let mut payload = vec![b"4".to_vec(), b"decryptAES".to_vec()];
            payload.extend([Value::str("key"), encrypted].map(|arg| crate::transport::encode(heap, arg)));
            let Answer::Ok(theirs) = ask("funcs.call", &fields(&payload)) else { panic!("decryptAES") };
            assert_eq!(crate::transport::decode(heap, &split(&theirs)[0]).as_str().unwrap(), plain);
            let back = call(heap, "decryptAES", &[Value::str("key"), encrypted]).unwrap();
            assert_eq!(back.as_str().unwrap(), plain);
        }
    });
}
