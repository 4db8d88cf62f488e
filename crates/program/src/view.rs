//! Strided windows on buffers: transposes, diagonals, slices, broadcasts and reshapes without copying.
//!
//! Entry (i, j, ...) of a view is at `offset + i*strides[0] + j*strides[1] + ...` of its buffer. A stride of 0
//! repeats (a broadcast).

/// A strided window on the buffer of that number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct View {
    pub(crate) buffer: usize,
    pub(crate) offset: isize,
    pub(crate) shape: Vec<usize>,
    pub(crate) strides: Vec<isize>,
}

/// The strides of a contiguous tensor.
pub(crate) fn contiguous_strides(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = 1isize;
    for (s, n) in strides.iter_mut().zip(shape).rev() {
        *s = step;
        step = step.saturating_mul(*n as isize);
    }
    strides
}

/// The number of entries of a shape.
pub(crate) fn count(shape: &[usize]) -> usize {
    shape.iter().fold(1, |p, n| p.saturating_mul(*n))
}

impl View {
    /// The whole of a buffer.
    pub(crate) fn whole(buffer: usize, shape: &[usize]) -> View {
        View { buffer, offset: 0, shape: shape.to_vec(), strides: contiguous_strides(shape) }
    }

    pub(crate) fn len(&self) -> usize {
        count(&self.shape)
    }

    /// Do the entries lie one after another, in order?
    pub(crate) fn is_contiguous(&self) -> bool {
        let mut step = 1;
        self.len() == 0
            || self.shape.iter().zip(&self.strides).rev().all(|(n, s)| {
                let fits = *n == 1 || *s == step;
                step *= *n as isize;
                fits
            })
    }

    /// Is every entry the same one?
    pub(crate) fn is_scalar(&self) -> bool {
        self.shape.iter().zip(&self.strides).all(|(n, s)| *n == 1 || *s == 0)
    }

    /// The view with axes that run as one joined, and axes of length 1 left out.
    pub(crate) fn collapsed(&self) -> View {
        let mut shape: Vec<usize> = Vec::new();
        let mut strides: Vec<isize> = Vec::new();
        for (n, s) in self.shape.iter().zip(&self.strides) {
            if *n == 1 {
                continue;
            }
            match (shape.last_mut(), strides.last_mut()) {
                (Some(m), Some(t)) if *t == s * *n as isize => {
                    *m *= n;
                    *t = *s;
                }
                _ => {
                    shape.push(*n);
                    strides.push(*s);
                }
            }
        }
        View { buffer: self.buffer, offset: self.offset, shape, strides }
    }

    /// Copies entries `start..start + out.len()`, in row-major order, into `out`.
    pub(crate) fn read(&self, data: &[f64], start: usize, out: &mut [f64]) {
        let rank = self.shape.len();
        if rank == 0 {
            out.fill(data[self.offset as usize]);
            return;
        }
        let (last, step) = (self.shape[rank - 1], self.strides[rank - 1]);
        let (mut done, mut at) = (0, start);
        while done < out.len() {
            let inner = at % last;
            let run = (last - inner).min(out.len() - done);
            let mut from = self.start_of(at / last) + inner as isize * step;
            let target = &mut out[done..done + run];
            match step {
                0 => target.fill(data[from as usize]),
                1 => target.copy_from_slice(&data[from as usize..from as usize + run]),
                _ => {
                    for x in target {
                        *x = data[from as usize];
                        from += step;
                    }
                }
            }
            done += run;
            at += run;
        }
    }

    /// The view at the first entry of an axis, without that axis.
    pub(crate) fn clone_without(&self, axis: usize) -> View {
        let mut v = self.clone();
        v.shape.remove(axis);
        v.strides.remove(axis);
        v
    }

    /// The place of row `row` (counted over all axes but the last).
    fn start_of(&self, mut row: usize) -> isize {
        let mut place = self.offset;
        for (n, s) in self.shape.iter().zip(&self.strides).rev().skip(1) {
            place += (row % n) as isize * s;
            row /= n;
        }
        place
    }

    /// The place in the buffer of the entry at `position` in row-major order.
    pub(crate) fn place(&self, mut position: usize) -> usize {
        let mut place = self.offset;
        for (n, s) in self.shape.iter().zip(&self.strides).rev() {
            place += (position % n) as isize * s;
            position /= n;
        }
        place as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposes_broadcasts_and_reversals_are_read_in_order() {
        let data = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let read = |shape: &[usize], strides: &[isize], offset| {
            let v = View { buffer: 0, offset, shape: shape.to_vec(), strides: strides.to_vec() };
            let mut out = vec![-1.0; v.len()];
            v.read(&data, 0, &mut out);
            let places: Vec<f64> = (0..v.len()).map(|k| data[v.place(k)]).collect();
            assert_eq!(out, places);
            let mut joined = vec![-1.0; v.len()];
            v.collapsed().read(&data, 0, &mut joined);
            assert_eq!(out, joined);
            out
        };
        assert_eq!(read(&[3, 2], &[1, 3], 0), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        assert_eq!(read(&[2, 2], &[0, 1], 1), [1.0, 2.0, 1.0, 2.0]);
        assert_eq!(read(&[3], &[-2], 5), [5.0, 3.0, 1.0]);
        assert_eq!(read(&[2, 3], &[3, 1], 0), data);
        assert_eq!(read(&[], &[], 4), [4.0]);
    }
}
