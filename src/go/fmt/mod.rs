//! `fmt`: values as text, for `print`, `printf`, `println`, and for what a template writes.
//!
//! Pointers all have one address. A map that holds itself, which overflows Go's stack, is refused by its depth.

mod format;
mod print;
mod printf;

use bstr::BString;

use crate::limits::Exhausted;
use crate::value::{Heap, Value};
use print::Printer;

/// `fmt.Sprint`: a space stands between operands when neither is a string.
pub fn sprint<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<BString, Exhausted> {
    let mut p = Printer::new(heap);
    let mut after_string = true;
    for arg in args {
        let is_string = matches!(arg, Value::Str(_));
        if !is_string && !after_string {
            p.out.write(" ")?;
        }
        p.argument(*arg, 'v')?;
        after_string = is_string;
    }
    Ok(p.out.into_bytes().into())
}

/// `fmt.Sprintln`: a space stands between all operands, a newline at the end.
pub fn sprintln<'h>(heap: &Heap<'h>, args: &[Value<'h>]) -> Result<BString, Exhausted> {
    let mut p = Printer::new(heap);
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            p.out.write(" ")?;
        }
        p.argument(*arg, 'v')?;
    }
    p.out.write("\n")?;
    Ok(p.out.into_bytes().into())
}

/// `fmt.Sprintf`: mistakes show in the text (`%!d(string=hi)`), they are not errors.
pub fn sprintf<'h>(heap: &Heap<'h>, format: &[u8], args: &[Value<'h>]) -> Result<BString, Exhausted> {
    let mut p = Printer::new(heap);
    printf::printf(&mut p, format, args)?;
    Ok(p.out.into_bytes().into())
}

/// What text/template writes for the value of a pipeline (`printValue`): a nil is `<no value>`, a pointer is followed.
pub fn print_value<'h>(heap: &Heap<'h>, value: Value<'h>, out: &mut Vec<u8>) -> Result<(), Exhausted> {
    match value {
        Value::Invalid | Value::Nil => out.extend_from_slice(b"<no value>"),
        Value::Str(text) => {
            heap.reserve(text.len())?;
            out.extend_from_slice(text);
        }
        Value::Object(object) if object.is_pointer() && object.text(heap).is_none() => {
            let mut p = Printer::new(heap);
            p.followed(object)?;
            out.extend_from_slice(&p.out.into_bytes());
        }
        value => out.extend_from_slice(&sprint(heap, &[value])?),
    }
    Ok(())
}
