//! A list that only grows.
//!
//! An accessor returns a reference into the log (`session.username()`), which
//! must stay valid while another handle of the same request writes the field. So
//! nothing is overwritten: a write appends, and what it replaced is freed with
//! the request. The first element has its place in the list itself, because most
//! requests write once or never. The others are in chunks, each twice as long as
//! the one before, so that an element never moves.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// The length of the first chunk.
const FIRST_CHUNK: usize = 4;

/// An append-only list that hands out references for as long as it lives.
pub(super) struct Log<T> {
    len: AtomicUsize,
    first: OnceLock<T>,
    rest: OnceLock<Box<Chunk<T>>>,
}

struct Chunk<T> {
    places: Box<[OnceLock<T>]>,
    next: OnceLock<Box<Chunk<T>>>,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Log { len: AtomicUsize::new(0), first: OnceLock::new(), rest: OnceLock::new() }
    }
}

impl<T> Log<T> {
    /// Appends `value` and returns its index.
    pub(super) fn push(&self, mut value: T) -> usize {
        loop {
            let index = self.len();
            let placed = self.place(index).set(value);
            // Whoever won the place, it is taken now.
            self.len.fetch_max(index + 1, Ordering::AcqRel);
            match placed {
                Ok(()) => return index,
                Err(back) => value = back,
            }
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&T> {
        let Some(mut index) = index.checked_sub(1) else { return self.first.get() };
        let mut chunk = self.rest.get()?;
        while index >= chunk.places.len() {
            index -= chunk.places.len();
            chunk = chunk.next.get()?;
        }
        chunk.places[index].get()
    }

    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    fn place(&self, index: usize) -> &OnceLock<T> {
        let Some(mut index) = index.checked_sub(1) else { return &self.first };
        let mut chunk = self.rest.get_or_init(|| Chunk::new(FIRST_CHUNK));
        while index >= chunk.places.len() {
            index -= chunk.places.len();
            chunk = chunk.next.get_or_init(|| Chunk::new(2 * chunk.places.len()));
        }
        &chunk.places[index]
    }
}

/// A place in a log, if there is one yet: one more than an index, or 0.
#[derive(Default)]
pub(super) struct Mark(AtomicU32);

impl Mark {
    pub(super) fn get(&self) -> Option<usize> {
        self.0.load(Ordering::Acquire).checked_sub(1).map(|index| index as usize)
    }

    pub(super) fn set(&self, index: usize) {
        // Memory ends long before.
        self.0.store(u32::try_from(index + 1).unwrap_or(u32::MAX), Ordering::Release);
    }
}

impl<T> Chunk<T> {
    fn new(len: usize) -> Box<Chunk<T>> {
        let places = (0..len).map(|_| OnceLock::new()).collect();
        Box::new(Chunk { places, next: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn keeps_every_element_where_it_was() {
        let list = Log::default();
        let early = {
            list.push("first".to_owned());
            list.get(0).unwrap()
        };
        for n in 1..1000 {
            assert_eq!(list.push(n.to_string()), n);
        }
        assert_eq!(early, "first");
        assert_eq!(list.get(999).unwrap(), "999");
        assert_eq!(list.len(), 1000);
        assert!(list.get(1000).is_none());
        assert_eq!(list.get(512).unwrap(), "512");
    }

    #[test]
    fn takes_pushes_from_many_threads() {
        let list = Log::default();
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
        let mut seen: Vec<_> = (0..list.len()).map(|index| *list.get(index).unwrap()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..threads * each).collect::<Vec<_>>());
    }
}
