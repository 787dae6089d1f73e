use bstr::BStr;
use bumpalo::Bump;

use super::Run;
use crate::diagnostic::{Kind, Refusal};
use crate::dialect::V4_3;
use crate::limits::{Limits, Stack};
use crate::template::{Library, SourceFile};
use crate::value::{Heap, MapType, Value};
use crate::world::World;

/// Renders one template as a file `a`, with a root that holds `list: [1, 2]`.
fn render(text: &str, limits: &Limits) -> Result<String, Refusal> {
    let arena = Bump::new();
    let stack = Stack::of_size(1 << 20);
    let file = SourceFile { name: BStr::new("a"), text: text.as_bytes() };
    let program = Library::new(&arena, &V4_3).link([file], stack)?;
    let heap = Heap::new(&arena, limits, &V4_3);
    let world = World::seeded(1, 0);
    let visit = world.visit();
    let root = heap.map(MapType::Values);
    root.set(&heap, BStr::new("list"), heap.any_list(&[Value::int(1), Value::int(2)]));
    let mut out = Vec::new();
    let mut run = Run::new(&program, &heap, &visit, stack);
    run.file(BStr::new("a"), Value::Map(root), &mut out).map_err(|e| e.refusal(V4_3.error_style))?;
    Ok(String::from_utf8(out).unwrap())
}

fn place(refusal: &Refusal) -> (Kind, u32, u32) {
    let place = refusal.place.as_ref().unwrap();
    (refusal.kind, place.line, place.column)
}

#[test]
fn budgets_end_a_render_at_a_place() {
    let small = Limits { fuel: 10_000, bytes: 1 << 20, ..Limits::default() };
    let refusal = render("\n{{ range 1000000000 }}x{{ end }}", &small).unwrap_err();
    assert_eq!((refusal.kind, place(&refusal).1), (Kind::Limit, 2));
    let refusal = render(
        "{{ define \"r\" }}{{ tpl \"{{ template \\\"r\\\" }}\" . }}{{ end }}{{ template \"r\" }}",
        &Limits::default(),
    );
    assert_eq!(refusal.unwrap_err().kind, Kind::Limit);
    let deep = format!("{}1{}", "(".repeat(9_000), ")".repeat(9_000));
    assert_eq!(render(&format!("{{{{ {deep} }}}}"), &Limits::default()).unwrap_err().kind, Kind::Limit);
}

#[test]
fn an_error_stands_where_go_was_last() {
    let refusal = render("a\n  {{ .list | len | index .list }}", &Limits::default()).unwrap_err();
    assert_eq!(place(&refusal), (Kind::Exec, 2, 20));
    assert!(refusal.message.contains("reflect: slice index out of range"), "{}", refusal.message);
}

#[test]
fn a_skipped_declaration_leaves_the_outer_variable() {
    let text = "{{ $y := 0 }}{{ range .list }}{{ or (eq . 1) ($y := .) }}{{ $y }};{{ end }}";
    assert_eq!(render(text, &Limits::default()).unwrap(), "true0;22;");
}
