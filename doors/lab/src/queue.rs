//! Newest request wins, one in flight.
//!
//! A hand that drags asks for a picture many times while one is computed. Only the newest question matters: it waits
//! while the one before it is answered, and whatever waited before it is forgotten. The picture is then never older than
//! two computations, however slow they are.

use std::collections::BTreeMap;

/// For each key, whether a request is in flight, and the newest that waits.
pub(crate) struct Newest<K, T> {
    flying: BTreeMap<K, Option<T>>,
}

impl<K: Ord, T> Newest<K, T> {
    pub(crate) fn new() -> Self {
        Self { flying: BTreeMap::new() }
    }

    /// The request, if it may start now. Otherwise it waits, and what waited is forgotten.
    pub(crate) fn offer(&mut self, key: K, request: T) -> Option<T> {
        match self.flying.get_mut(&key) {
            Some(waiting) => {
                *waiting = Some(request);
                None
            }
            None => {
                self.flying.insert(key, None);
                Some(request)
            }
        }
    }

    /// The request that waited for this answer, which starts now.
    pub(crate) fn answered(&mut self, key: &K) -> Option<T> {
        let next = self.flying.get_mut(key)?.take();
        if next.is_none() {
            self.flying.remove(key);
        }
        next
    }

    /// How many keys have a request in flight.
    pub(crate) fn flying(&self) -> usize {
        self.flying.len()
    }

    /// Forgets what waits and is chosen by `judge`.
    pub(crate) fn forget(&mut self, judge: impl Fn(&T) -> bool) {
        for waiting in self.flying.values_mut() {
            if waiting.as_ref().is_some_and(&judge) {
                *waiting = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_flies_the_newest_waits_and_the_rest_are_forgotten() {
        let mut queue = Newest::new();
        assert_eq!(queue.offer("surface", 1), Some(1));
        assert_eq!(queue.offer("surface", 2), None);
        assert_eq!(queue.offer("surface", 3), None);
        assert_eq!(queue.offer("grid", 4), Some(4));
        assert_eq!(queue.flying(), 2);
        assert_eq!(queue.answered(&"surface"), Some(3));
        assert_eq!(queue.answered(&"surface"), None);
        assert_eq!(queue.offer("surface", 5), Some(5));
        assert_eq!(queue.offer("surface", 6), None);
        queue.forget(|&r| r == 6);
        assert_eq!(queue.answered(&"surface"), None);
        assert_eq!(queue.answered(&"nothing"), None);
    }
}
