//! A list that only grows.
//!
//! A reference that an accessor returned (`session.username()`) must stay valid
//! while another handle of the same request writes the field. Nothing is ever
//! overwritten, then: a write appends, and what it replaced is freed with the
//! request. Buckets double in size, so that an element, once placed, never
//! moves; the first element has its place in the list itself, because most
//! fields are written once or never.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bucket `n` holds `2^n` elements: enough for more than fit into memory.
const BUCKETS: usize = 40;

type Bucket<T> = OnceLock<Box<[OnceLock<T>]>>;

/// An append-only list that hands out references for as long as it lives.
pub(crate) struct History<T> {
    len: AtomicUsize,
    first: OnceLock<T>,
    rest: OnceLock<Box<[Bucket<T>]>>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        History { len: AtomicUsize::new(0), first: OnceLock::new(), rest: OnceLock::new() }
    }
}

impl<T> History<T> {
    /// Appends `value` and returns its index.
    pub(crate) fn push(&self, mut value: T) -> usize {
        loop {
            let index = self.len.load(Ordering::Acquire);
            let placed = self.place(index).set(value);
            // Whoever won the place, it is taken now.
            self.len.fetch_max(index + 1, Ordering::AcqRel);
            match placed {
                Ok(()) => return index,
                Err(back) => value = back,
            }
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        if index == 0 {
            return self.first.get();
        }
        let (bucket, offset) = position(index);
        self.rest.get()?[bucket].get()?[offset].get()
    }

    pub(crate) fn last(&self) -> Option<&T> {
        self.get(self.len().checked_sub(1)?)
    }

    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    fn place(&self, index: usize) -> &OnceLock<T> {
        if index == 0 {
            return &self.first;
        }
        let (bucket, offset) = position(index);
        let rest = self.rest.get_or_init(|| cells(BUCKETS));
        &rest[bucket].get_or_init(|| cells(1 << bucket))[offset]
    }
}

fn cells<T>(count: usize) -> Box<[OnceLock<T>]> {
    (0..count).map(|_| OnceLock::new()).collect()
}

/// Indices 1, 2–3, 4–7, … live in buckets 0, 1, 2, …
fn position(index: usize) -> (usize, usize) {
    let bucket = index.ilog2() as usize;
    (bucket, index - (1 << bucket))
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn keeps_every_element_where_it_was() {
        let list = History::default();
        let early = {
            list.push("first".to_owned());
            list.get(0).unwrap()
        };
        for n in 1..1000 {
            assert_eq!(list.push(n.to_string()), n);
        }
        assert_eq!(early, "first");
        assert_eq!(list.last().unwrap(), "999");
        assert_eq!(list.len(), 1000);
        assert!(list.get(1000).is_none());
        assert_eq!(list.iter().nth(512).unwrap(), "512");
    }

    #[test]
    fn takes_pushes_from_many_threads() {
        let list = History::default();
        let (threads, each) = if cfg!(miri) { (3, 20) } else { (8, 1000) };
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let list = &list;
                scope.spawn(move || {
                    (0..each).for_each(|n| {
                        list.push(thread * each + n);
                    })
                });
            }
        });
        let mut seen: Vec<_> = list.iter().copied().collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..threads * each).collect::<Vec<_>>());
    }
}
