//! The inner loops do not allocate: memory is requested before the second iterate and after the last, never
//! between.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ops::ControlFlow;

use gradus_optimize::{Bounds, Iterate, ResidualFunction, Smooth};
use gradus_optimize::{lbfgs, lbfgsb, levenberg_marquardt, trust_region};

thread_local! {
    static REQUESTS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting the requests of each thread.
struct Counting;

// Implementing an allocator is unsafe by nature; this one only forwards.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = REQUESTS.try_with(|n| n.set(n.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Remembers the number of requests at the second and at the latest iterate.
#[derive(Default)]
struct Watch {
    first: Option<usize>,
    last: usize,
    seen: usize,
}

impl gradus_optimize::Observer for Watch {
    fn observe(&mut self, iterate: &Iterate<'_>) -> ControlFlow<()> {
        let now = REQUESTS.with(Cell::get);
        if iterate.iteration >= 1 {
            self.first.get_or_insert(now);
        }
        self.last = now;
        self.seen += 1;
        ControlFlow::Continue(())
    }
}

impl Watch {
    fn check(&self, method: &str) {
        assert!(self.seen > 8, "{method} saw {} iterates only", self.seen);
        assert_eq!(self.first, Some(self.last), "{method} allocates in its loop");
    }
}

#[test]
fn inner_loops_do_not_allocate() {
    let rosenbrock = |x: &[f64], g: &mut [f64]| {
        let (u, v) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        g.copy_from_slice(&[-400.0 * x[0] * u - 2.0 * v, 200.0 * u]);
        100.0 * u * u + v * v
    };
    let product = |x: &[f64], v: &[f64], out: &mut [f64]| {
        out[0] = (1200.0 * x[0] * x[0] - 400.0 * x[1] + 2.0) * v[0] - 400.0 * x[0] * v[1];
        out[1] = -400.0 * x[0] * v[0] + 200.0 * v[1];
    };
    let start = [-1.2, 1.0];
    let mut f = Smooth::new(2, rosenbrock).with_hessian_vector(product);

    let mut watch = Watch::default();
    lbfgs::minimize(&mut f, &start, &lbfgs::Lbfgs::default(), &mut watch).expect("a good question");
    watch.check("L-BFGS");

    let mut watch = Watch::default();
    let bounds = Bounds { lower: vec![-2.0; 2], upper: vec![0.9; 2] };
    let settings = lbfgsb::Lbfgsb { bounds, ..Default::default() };
    lbfgsb::minimize(&mut f, &start, &settings, &mut watch).expect("a good question");
    watch.check("L-BFGS-B");

    let mut watch = Watch::default();
    trust_region::minimize(&mut f, &start, &Default::default(), &mut watch).expect("a good question");
    watch.check("trust region");

    let mut watch = Watch::default();
    let mut r = ResidualFunction::new(2, 2, |x: &[f64], r: &mut [f64], j: Option<&mut [f64]>| {
        r.copy_from_slice(&[10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]]);
        if let Some(j) = j {
            j.copy_from_slice(&[-20.0 * x[0], 10.0, -1.0, 0.0]);
        }
    });
    levenberg_marquardt::minimize(&mut r, &start, &Default::default(), &mut watch).expect("a good question");
    watch.check("Levenberg-Marquardt");
}
