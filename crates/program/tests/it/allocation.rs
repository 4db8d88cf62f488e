//! Running allocates nothing.

use super::logistic;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature; every call goes to the system's")]
// SAFETY: every call is passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_run_allocates_nothing() {
    let mut ws = logistic::bound(300, 5);
    ws.run().unwrap();
    let before = COUNT.get();
    let mut total = 0.0;
    for k in 0..100 {
        let w = [f64::from(k), 1.0, -1.0, 0.5, 0.25];
        ws.set("w", &w).unwrap();
        ws.run().unwrap();
        total += ws.output("value").unwrap()[0] + ws.output("gradient").unwrap()[0];
    }
    assert_eq!(COUNT.get() - before, 0);
    assert!(total.is_finite());
}
