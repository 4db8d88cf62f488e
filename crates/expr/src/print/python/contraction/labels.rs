//! Index lists of factors.

use crate::Index;

pub(super) fn distinct(labels: &[Index]) -> bool {
    labels.iter().enumerate().all(|(k, l)| !labels[..k].contains(l))
}

pub(super) fn in_order(labels: &[Index], output: &[Index]) -> bool {
    let rest: Vec<Index> = labels.iter().copied().filter(|l| output.contains(l)).collect();
    rest == kept(labels, output)
}

/// The labels that are in `order`, in its order.
pub(super) fn kept(labels: &[Index], order: &[Index]) -> Vec<Index> {
    order.iter().copied().filter(|l| labels.contains(l)).collect()
}
