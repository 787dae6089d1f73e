//! Sprig's and Helm's functions (`src/template/funcs`), held to the real ones: the list of them, their signatures, and
//! generated calls with mean arguments, which must give the same value, the same error, and leave the arguments the same.

#[path = "../golibs_oracle/generate.rs"]
#[allow(dead_code)]
mod generate;
#[path = "../common/oracle.rs"]
#[allow(dead_code)]
mod oracle;
#[path = "../common/transport.rs"]
mod transport;
#[path = "../gotext_oracle/values.rs"]
#[allow(dead_code)]
mod values;

mod arguments;
mod certificates;

use std::collections::BTreeMap;

use bstr::ByteSlice;
use fastrand::Rng;
use plimsoll::dialect::{DIALECTS, Dialect};
use plimsoll::limits::Limits;
use plimsoll::template::funcs::{self, Call, Memo};
use plimsoll::value::{CallError, Heap, Ty, Value};
use plimsoll::world::{Site, World};

use oracle::{Answer, ask, ask_all, fields, split};

/// Functions that need the executor, and so live beside it.
const EXECUTORS: [&str; 6] = ["fail", "getHostByName", "include", "lookup", "required", "tpl"];

/// Functions whose results are random, take the clock, or cost too much for thousands of calls.
const NOT_GENERATED: [&str; 28] = [
    "ago",
    "bcrypt",
    "buildCustomCert",
    "dateModify",
    "date_modify",
    "derivePassword",
    "encryptAES",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "htpasswd",
    "mustDateModify",
    "must_date_modify",
    "now",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "shuffle",
    "unixEpoch",
    "uuidv4",
    "hello",
];

/// The oracle's name for a dialect: Helm's major version.
fn major(dialect: &Dialect) -> &'static str {
    dialect.version.get(..1).unwrap()
}

/// Runs `work` with a heap of its own.
fn with_heap<T>(dialect: &'static Dialect, work: impl for<'h> FnOnce(&Heap<'h>) -> T) -> T {
    let arena = bumpalo::Bump::new();
    work(&Heap::new(&arena, &Limits::default(), dialect))
}

/// Calls one of ours.
fn call<'h>(heap: &Heap<'h>, name: &str, args: &[Value<'h>]) -> Result<Value<'h>, CallError> {
    let func = funcs::find(name, heap.dialect()).unwrap_or_else(|| panic!("{name} is there"));
    let world = World::seeded(1, 1_700_000_000);
    let call = Call { heap, visit: &world.visit(), site: Site::default(), memo: &Memo::default() };
    (func.body)(&call, args)
}

/// What the oracle knows: name -> Go type.
fn theirs(dialect: &Dialect) -> BTreeMap<String, String> {
    let Answer::Ok(list) = ask("funcs.list", major(dialect).as_bytes()) else { panic!("funcs.list") };
    let lines = list.to_str().unwrap().lines().map(|line| line.split_once(' ').unwrap());
    lines.map(|(name, ty)| (name.to_string(), ty.to_string())).collect()
}

#[test]
fn every_function_is_there_and_no_other() {
    for dialect in DIALECTS.iter().filter(|d| ["4.3.1", "3.22.0"].contains(&d.version)) {
        let mut expected: Vec<_> = theirs(dialect).into_keys().collect();
        expected.retain(|name| !EXECUTORS.contains(&name.as_str()));
        let ours: Vec<_> = funcs::names(dialect).map(str::to_string).collect();
        assert_eq!(ours, expected, "{}", dialect.version);
    }
}

/// The parameters as Go prints a function's type.
fn go_parameters(func: &funcs::Func) -> String {
    let shown = |ty: Ty| match ty {
        Ty::Any => "interface {}",
        Ty::Bool => "bool",
        Ty::Int => "int",
        Ty::Uint32 => "uint32",
        Ty::Float64 => "float64",
        Ty::Str => "string",
        Ty::MapAny => "map[string]interface {}",
        Ty::ListAny => "[]interface {}",
        Ty::Object(name) => name,
        other => panic!("no function takes {other:?}"),
    };
    let mut all: Vec<String> = func.signature.params.iter().map(|ty| shown(*ty).to_string()).collect();
    all.extend(func.signature.variadic.map(|ty| format!("...{}", shown(ty))));
    format!("func({})", all.join(", "))
}

#[test]
fn signatures_are_go_s() {
    for dialect in DIALECTS.iter().filter(|d| ["4.3.1", "3.22.0"].contains(&d.version)) {
        for (name, ty) in theirs(dialect) {
            let Some(func) = funcs::find(&name, dialect) else { continue };
            let ours = go_parameters(func);
            assert!(ty.starts_with(&format!("{ours} ")), "{name}: Go has {ty}, we have {ours}");
        }
    }
}

/// A result without what is not determined. Go's maps have no order: what these make of one is compared as a set.
fn unordered<'h>(heap: &Heap<'h>, name: &str, result: &[u8]) -> Vec<u8> {
    if !["keys", "values"].contains(&name) {
        return result.to_vec();
    }
    let Value::List(list) = transport::decode(heap, result) else { return result.to_vec() };
    let mut items: Vec<_> = list.items(heap).iter().map(|item| transport::encode(heap, *item)).collect();
    items.sort();
    items.concat()
}

struct Case {
    name: &'static str,
    args: Vec<Vec<u8>>,
}

fn generated_calls(dialect: &'static Dialect, seed: u64, cases: usize) {
    let mut rng = Rng::with_seed(seed);
    let names: Vec<&'static str> = funcs::names(dialect).filter(|name| !NOT_GENERATED.contains(name)).collect();
    let cases: Vec<Case> = (0..cases)
        .map(|i| {
            let name = names[i % names.len()];
            let args = with_heap(dialect, |heap| {
                let args = arguments::of(heap, &mut rng, funcs::find(name, dialect).unwrap());
                args.iter().map(|arg| transport::encode(heap, *arg)).collect()
            });
            Case { name, args }
        })
        .collect();
    let payloads: Vec<_> = cases
        .iter()
        .map(|case| {
            let head = [major(dialect).as_bytes().to_vec(), case.name.as_bytes().to_vec()];
            fields(&head.iter().chain(&case.args).collect::<Vec<_>>())
        })
        .collect();
    let mut differences: BTreeMap<&str, usize> = BTreeMap::new();
    let mut accepted = 0;
    for (case, theirs) in cases.iter().zip(ask_all("funcs.call", &payloads)) {
        accepted += usize::from(matches!(theirs, Answer::Ok(_)));
        let difference = with_heap(dialect, |heap| {
            let args: Vec<_> = case.args.iter().map(|arg| transport::decode(heap, arg)).collect();
            let shown = shown(heap, &args);
            let ours = match call(heap, case.name, &args) {
                Ok(value) => {
                    let mut all = vec![unordered(heap, case.name, &transport::encode(heap, value))];
                    all.extend(args.iter().map(|arg| transport::encode(heap, *arg)));
                    Ok(all)
                }
                Err(CallError::Failed(text)) => Err(text.into_bytes()),
                Err(CallError::Exhausted(e)) => Err(format!("{e:?}").into_bytes()),
            };
            let theirs = match &theirs {
                Answer::Ok(answer) => {
                    let mut all = split(answer);
                    all[0] = unordered(heap, case.name, &all[0]);
                    Ok(all)
                }
                // An error's text is text here: invalid UTF-8 in it is replaced.
                Answer::Err(text) | Answer::Panic(text) => Err(text.to_str_lossy().into_owned().into_bytes()),
            };
            (ours != theirs)
                .then(|| format!("{} {shown}\n  go:   {}\n  ours: {}", case.name, show(&theirs), show(&ours)))
        });
        if let Some(text) = difference {
            let count = differences.entry(case.name).or_default();
            *count += 1;
            if *count <= 3 {
                eprintln!("{text}");
            }
        }
    }
    println!(
        "Helm {}: {} calls of {} functions, {accepted} of them accepted by Go",
        dialect.version,
        cases.len(),
        names.len()
    );
    assert!(differences.is_empty(), "differences by function: {differences:?}");
}

fn shown<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> String {
    args.iter().map(|arg| format!(" {}", plimsoll::go::fmt::sprintf(heap, b"%#v", &[*arg]).unwrap())).collect()
}

fn show(answer: &Result<Vec<Vec<u8>>, Vec<u8>>) -> String {
    match answer {
        Ok(all) => format!("{:?}", all.iter().map(|one| one.as_bstr()).collect::<Vec<_>>()),
        Err(text) => format!("error {:?}", text.as_bstr()),
    }
}

#[test]
fn calls_of_helm_4_give_what_go_gives() {
    generated_calls(Dialect::find("4.3.1").unwrap(), 41, oracle::cases(20_000));
}

#[test]
fn calls_of_helm_3_give_what_go_gives() {
    generated_calls(Dialect::find("3.22.0").unwrap(), 31, oracle::cases(20_000) / 4);
}
