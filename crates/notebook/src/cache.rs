//! Outputs under the digests of what they were made from, apart from any document.

use crate::{Output, Shown};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many bytes of numbers are kept together.
const MOST_BYTES: usize = 256 << 20;
/// What an output weighs beside its numbers.
const EACH: usize = 4 << 10;
/// What a figure weighs: curves of some hundred points, contours of some thousand.
const FIGURE: usize = 256 << 10;

/// Outputs that sessions share: a clone is another handle to the same ones.
///
/// The oldest are forgotten when there are more than it holds, or when they are too large together.
///
/// ```
/// use gradus_notebook::{Bundled, Document, Limits, Session};
/// use std::sync::Arc;
/// let session = || Session::new(Document::read("```gr\nderive x^2 wrt x\n```\n"), Limits::default(), Arc::new(Bundled));
/// let mut first = session();
/// first.run(&mut ());
/// let mut second = session();
/// assert_eq!(second.waiting().len(), 1);
/// assert!(second.set_cache(first.cache().clone()).is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Cache(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    outputs: HashMap<u128, Output>,
    order: VecDeque<(u128, usize)>,
    bytes: usize,
    most: usize,
}

impl Cache {
    /// A cache of at most so many outputs.
    pub fn new(most: usize) -> Cache {
        let kept = Kept { outputs: HashMap::new(), order: VecDeque::new(), bytes: 0, most };
        Cache(Arc::new(Mutex::new(kept)))
    }

    fn held(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The output under a digest.
    pub fn get(&self, key: u128) -> Option<Output> {
        self.held().outputs.get(&key).cloned()
    }

    pub(crate) fn put(&self, key: u128, output: Output) {
        let weight = weight(&output);
        if weight > MOST_BYTES {
            return;
        }
        let mut kept = self.held();
        if kept.outputs.insert(key, output).is_none() {
            kept.order.push_back((key, weight));
            kept.bytes += weight;
        }
        while kept.order.len() > kept.most || kept.bytes > MOST_BYTES {
            let Some((oldest, weight)) = kept.order.pop_front() else { return };
            kept.outputs.remove(&oldest);
            kept.bytes -= weight;
        }
    }
}

impl Default for Cache {
    fn default() -> Self {
        Cache::new(10_000)
    }
}

/// About how many bytes an output takes.
fn weight(output: &Output) -> usize {
    let Output::Results(all) = output.inner() else { return EACH };
    let numbers = |n: usize| 8 * n;
    let one = |shown: &Shown| match shown {
        Shown::Values(v) => numbers(v.tensor.data.len()),
        Shown::Figure(_) => FIGURE,
        Shown::Solved(s) => {
            let values: usize = s.report.values.values().map(|t| t.data.len()).sum();
            numbers(values) + FIGURE * s.figures.len()
        }
        Shown::Verdict(_) | Shown::Check(_) | Shown::Facts(_) | Shown::Formula(_) | Shown::Failed(_) => 0,
    };
    EACH + all.iter().map(one).sum::<usize>()
}
