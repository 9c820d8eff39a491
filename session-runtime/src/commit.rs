//! What becomes of the session when its request ends.
//!
//! One function, without effects, decides it; a table holds it to every row of
//! the documented behaviour.

use std::time::Duration;

use crate::config::{Config, Refresh};
use crate::envelope::Stamp;

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    lifetime: Duration,
    absolute: Option<Duration>,
    refresh: Refresh,
}

impl Policy {
    pub(crate) fn new(config: &Config) -> Policy {
        Policy { lifetime: config.lifetime, absolute: config.absolute, refresh: config.refresh }
    }

    /// The last second of a session.
    pub(crate) fn expires(&self, stamp: &Stamp) -> u64 {
        let idle = stamp.issued.saturating_add(self.life(stamp));
        let absolute = self.absolute.map(|limit| stamp.created.saturating_add(limit.as_secs()));
        absolute.map_or(idle, |absolute| idle.min(absolute))
    }

    fn life(&self, stamp: &Stamp) -> u64 {
        stamp.lifetime.unwrap_or(self.lifetime).as_secs()
    }

    /// Whether an unchanged session is to be issued again.
    fn is_due(&self, stamp: &Stamp, permanent: bool, now: u64) -> bool {
        let half = now >= stamp.issued.saturating_add(self.life(stamp).div_ceil(2));
        let extends = self.expires(&Stamp { issued: now, ..*stamp }) > self.expires(stamp);
        match self.refresh {
            Refresh::Never => false,
            Refresh::Always if permanent => true,
            Refresh::Always | Refresh::HalfLife => half && extends,
        }
    }
}

/// A request's end, as far as the session is concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// The handler panicked while it held the session.
    pub(crate) abandoned: bool,
    /// Something was set that cannot be kept.
    pub(crate) failed: bool,
    /// The visitor sent a cookie of the session's name, valid or not.
    pub(crate) sent: bool,
    /// The header of the valid one, and whether it would be made the same way today.
    pub(crate) loaded: Option<(Stamp, bool)>,
    pub(crate) cleared: bool,
    pub(crate) permanent: bool,
    pub(crate) lifetime: Option<Duration>,
    /// If the messages that were read count as shown.
    pub(crate) shown: Content,
    /// If they do not.
    pub(crate) unshown: Content,
    pub(crate) status: u16,
    pub(crate) head: bool,
    pub(crate) now: u64,
}

/// What would be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) changed: bool,
    pub(crate) empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// No `Set-Cookie`.
    Keep,
    /// A `Set-Cookie` with the session.
    Issue {
        stamp: Stamp,
        /// Whether messages that were read are left out.
        consume: bool,
        /// Whether the handler changed it. If not, and it cannot be issued, the
        /// response is good all the same.
        changed: bool,
    },
    /// A `Set-Cookie` that removes it.
    Remove,
    /// A plain 500 in the response's place.
    Fail,
}

/// What becomes of a session that a store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoredAction {
    /// Neither a write nor a `Set-Cookie`.
    Keep,
    /// A new row and its cookie. If there was a session, it ends.
    Create { stamp: Stamp, consume: bool },
    /// What changed is written, or nothing but the time.
    Patch {
        stamp: Stamp,
        consume: bool,
        /// Whether the browser must be told: the cookie's age, or its key. The
        /// identifier in it stays, and a `Set-Cookie` that is not needed could
        /// only overtake one that a renewal sent.
        cookie: bool,
        /// As in [`Action::Issue`].
        changed: bool,
    },
    /// The same under another identifier.
    Rename { stamp: Stamp, consume: bool },
    /// Nothing is left of it: the row goes unless another request has filled it
    /// meanwhile, and the cookie with it. What is left then has a new identifier
    /// if it was `renewed`.
    Empty { stamp: Stamp, consume: bool, renewed: bool },
    /// The session ends, if there is one, and its cookie goes.
    Destroy,
    /// A plain 500 in the response's place.
    Fail,
}

/// What matters to a store besides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Identity {
    /// A new identifier is asked for, or the owner is another one.
    pub(crate) renewed: bool,
    /// Whether, or how long, the browser keeps the cookie is another thing now.
    pub(crate) permanence: bool,
}

pub(crate) fn decide_stored(end: &End, identity: Identity, policy: &Policy) -> StoredAction {
    let loaded = end.kept();
    match decide(end, policy) {
        Action::Keep => StoredAction::Keep,
        Action::Fail => StoredAction::Fail,
        Action::Remove if loaded.is_none() => StoredAction::Destroy,
        Action::Remove => StoredAction::Empty {
            stamp: end.stamp(),
            consume: !end.is_unread(),
            renewed: identity.renewed,
        },
        Action::Issue { stamp, consume, changed } => match loaded {
            None => StoredAction::Create { stamp, consume },
            Some(_) if identity.renewed => StoredAction::Rename { stamp, consume },
            Some((_, current)) => {
                let cookie = end.permanent || identity.permanence || !current;
                StoredAction::Patch { stamp, consume, cookie, changed }
            }
        },
    }
}

impl End {
    /// Whether nobody sees what is in the response.
    fn is_unread(&self) -> bool {
        self.head || self.status == 304 || self.status >= 500
    }

    /// The session that came with the request, unless it was cleared.
    fn kept(&self) -> Option<(Stamp, bool)> {
        self.loaded.filter(|_| !self.cleared)
    }

    /// That of a session that is issued now.
    fn stamp(&self) -> Stamp {
        let created = self.kept().map_or(self.now, |(stamp, _)| stamp.created);
        Stamp { created, issued: self.now, lifetime: self.lifetime }
    }
}

pub(crate) fn decide(end: &End, policy: &Policy) -> Action {
    if end.abandoned {
        return Action::Keep;
    }
    if end.failed {
        return Action::Fail;
    }
    let (consume, content) = if end.is_unread() { (false, end.unshown) } else { (true, end.shown) };
    // A session that was cleared is another one, even with the same fields.
    let changed = content.changed || end.cleared;
    let stamp = end.stamp();
    match end.kept() {
        _ if changed && content.empty && end.sent => Action::Remove,
        _ if changed && content.empty => Action::Keep,
        _ if changed => Action::Issue { stamp, consume, changed: true },
        Some((old, _)) if policy.is_due(&old, end.permanent, end.now) => {
            Action::Issue { stamp, consume, changed: false }
        }
        // An old key's session moves to the first key. That alone makes it no
        // younger if nothing is to be refreshed.
        Some((old, false)) => {
            let issued = if policy.refresh == Refresh::Never { old.issued } else { end.now };
            Action::Issue { stamp: Stamp { issued, ..stamp }, consume, changed: false }
        }
        _ => Action::Keep,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60;
    const NOW: u64 = 1_700_000_000;

    const POLICY: Policy = Policy {
        lifetime: Duration::from_secs(10 * DAY),
        absolute: None,
        refresh: Refresh::HalfLife,
    };

    fn stamp(age: u64) -> Stamp {
        Stamp { created: NOW - 20 * DAY, issued: NOW - age, lifetime: None }
    }

    const SAME: Content = Content { changed: false, empty: false };
    const CHANGED: Content = Content { changed: true, empty: false };
    const EMPTIED: Content = Content { changed: true, empty: true };
    const NOTHING: Content = Content { changed: false, empty: true };

    /// A fresh session that was read.
    fn read() -> End {
        End {
            abandoned: false,
            failed: false,
            sent: true,
            loaded: Some((stamp(DAY), true)),
            cleared: false,
            permanent: false,
            lifetime: None,
            shown: SAME,
            unshown: SAME,
            status: 200,
            head: false,
            now: NOW,
        }
    }

    fn changed_to(content: Content) -> End {
        End { shown: content, unshown: content, ..read() }
    }

    /// A visitor without a valid session.
    fn new(content: Content, sent: bool) -> End {
        End { sent, loaded: None, ..changed_to(content) }
    }

    fn issue(created: u64, issued: u64, consume: bool, changed: bool) -> Action {
        Action::Issue { stamp: Stamp { created, issued, lifetime: None }, consume, changed }
    }

    #[test]
    fn every_row_of_the_table() {
        let old = NOW - 20 * DAY;
        let flash_read = End { shown: CHANGED, ..read() };
        let last_flash_read = End { shown: EMPTIED, ..read() };
        let aged = |age| End { loaded: Some((stamp(age), true)), ..read() };
        let old_key = End { loaded: Some((stamp(DAY), false)), ..read() };
        let rows = [
            ("read, not changed", read(), Action::Keep),
            ("new and untouched", new(NOTHING, false), Action::Keep),
            ("forged and untouched", new(NOTHING, true), Action::Keep),
            ("new and written", new(CHANGED, false), issue(NOW, NOW, true, true)),
            ("forged and written", new(CHANGED, true), issue(NOW, NOW, true, true)),
            ("changed", changed_to(CHANGED), issue(old, NOW, true, true)),
            ("changed to empty", changed_to(EMPTIED), Action::Remove),
            ("new, written and emptied", new(EMPTIED, false), Action::Keep),
            ("forged and cleared", End { cleared: true, ..new(NOTHING, true) }, Action::Remove),
            ("new and cleared", End { cleared: true, ..new(NOTHING, false) }, Action::Keep),
            ("cleared", End { cleared: true, ..changed_to(EMPTIED) }, Action::Remove),
            (
                "cleared and written",
                End { cleared: true, ..changed_to(CHANGED) },
                issue(NOW, NOW, true, true),
            ),
            (
                "cleared and written alike",
                End { cleared: true, ..read() },
                issue(NOW, NOW, true, true),
            ),
            ("flash read", flash_read, issue(old, NOW, true, true)),
            ("last flash read", last_flash_read, Action::Remove),
            ("flash read, 404", End { status: 404, ..flash_read }, issue(old, NOW, true, true)),
            ("flash read, 303", End { status: 303, ..flash_read }, issue(old, NOW, true, true)),
            ("flash read, 500", End { status: 500, ..flash_read }, Action::Keep),
            ("flash read, 503", End { status: 503, ..flash_read }, Action::Keep),
            ("flash read, 304", End { status: 304, ..flash_read }, Action::Keep),
            ("flash read, HEAD", End { head: true, ..last_flash_read }, Action::Keep),
            (
                "changed, 500",
                End { status: 500, ..changed_to(CHANGED) },
                issue(old, NOW, false, true),
            ),
            (
                "changed, HEAD",
                End { head: true, ..changed_to(CHANGED) },
                issue(old, NOW, false, true),
            ),
            ("half of the life is not over", aged(5 * DAY - 1), Action::Keep),
            ("half of the life is over", aged(5 * DAY), issue(old, NOW, true, false)),
            ("old key", old_key, issue(old, NOW, true, false)),
            ("old key, emptied", End { shown: EMPTIED, ..old_key }, Action::Remove),
            ("panic", End { abandoned: true, ..changed_to(CHANGED) }, Action::Keep),
            (
                "panic after a failure",
                End { abandoned: true, failed: true, ..read() },
                Action::Keep,
            ),
            ("panic with an old key", End { abandoned: true, ..old_key }, Action::Keep),
            ("cannot be kept", End { failed: true, ..read() }, Action::Fail),
            ("permanent, not changed", End { permanent: true, ..read() }, Action::Keep),
        ];
        for (row, end, action) in rows {
            assert_eq!(decide(&end, &POLICY), action, "{row}");
        }
    }

    #[test]
    fn refresh_always_is_for_permanent_sessions() {
        let policy = Policy { refresh: Refresh::Always, ..POLICY };
        let old = NOW - 20 * DAY;
        let permanent = End { permanent: true, ..read() };
        assert_eq!(decide(&permanent, &policy), issue(old, NOW, true, false));
        assert_eq!(decide(&read(), &policy), Action::Keep);
        let aged = End { loaded: Some((stamp(9 * DAY), true)), ..read() };
        assert_eq!(decide(&aged, &policy), issue(old, NOW, true, false));
    }

    #[test]
    fn refresh_never_extends_nothing_not_even_for_an_old_key() {
        let policy = Policy { refresh: Refresh::Never, ..POLICY };
        let aged = End { permanent: true, loaded: Some((stamp(9 * DAY), true)), ..read() };
        assert_eq!(decide(&aged, &policy), Action::Keep);
        let old_key = End { loaded: Some((stamp(9 * DAY), false)), ..read() };
        let same_age = issue(NOW - 20 * DAY, NOW - 9 * DAY, true, false);
        assert_eq!(decide(&old_key, &policy), same_age);
    }

    #[test]
    fn nothing_extends_the_absolute_limit() {
        let policy = Policy { absolute: Some(Duration::from_secs(21 * DAY)), ..POLICY };
        assert_eq!(policy.expires(&stamp(0)), NOW + DAY);
        let aged = End { loaded: Some((stamp(9 * DAY), true)), ..read() };
        // Until the absolute limit there is a day either way.
        assert_eq!(decide(&aged, &policy), Action::Keep);
        assert_eq!(policy.expires(&stamp(12 * DAY)), NOW - 2 * DAY);
    }

    #[test]
    fn a_session_has_its_own_lifetime() {
        let own = Some(Duration::from_secs(DAY));
        let short = Stamp { lifetime: own, ..stamp(DAY / 2) };
        assert_eq!(POLICY.expires(&short), NOW + DAY / 2);
        let end = End { loaded: Some((short, true)), lifetime: own, ..read() };
        let again = Stamp { created: short.created, issued: NOW, lifetime: own };
        assert_eq!(
            decide(&end, &POLICY),
            Action::Issue { stamp: again, consume: true, changed: false }
        );
    }

    #[test]
    fn every_row_of_the_table_of_stores() {
        let stamp = |created| Stamp { created, issued: NOW, lifetime: None };
        let old = stamp(NOW - 20 * DAY);
        let patch =
            |consume, cookie, changed| StoredAction::Patch { stamp: old, consume, cookie, changed };
        let create = StoredAction::Create { stamp: stamp(NOW), consume: true };
        let rename = StoredAction::Rename { stamp: old, consume: true };
        let empty = |consume, renewed| StoredAction::Empty { stamp: old, consume, renewed };
        let same = Identity::default();
        let renewed = Identity { renewed: true, ..same };
        let permanence = Identity { permanence: true, ..same };
        let aged = End { loaded: Some((self::stamp(5 * DAY), true)), ..read() };
        let old_key = End { loaded: Some((self::stamp(DAY), false)), ..read() };
        let changed = changed_to(CHANGED);
        let permanent = End { permanent: true, ..changed };
        let cleared = |content| End { cleared: true, ..changed_to(content) };
        let rows = [
            ("read", read(), same, StoredAction::Keep),
            ("new and written", new(CHANGED, false), same, create),
            ("unknown and written", new(CHANGED, true), same, create),
            ("new, written and renewed", new(CHANGED, false), renewed, create),
            ("new and emptied", new(EMPTIED, false), same, StoredAction::Keep),
            ("unknown and emptied", new(EMPTIED, true), same, StoredAction::Destroy),
            ("changed", changed, same, patch(true, false, true)),
            ("changed, permanent", permanent, same, patch(true, true, true)),
            ("no longer permanent", changed, permanence, patch(true, true, true)),
            ("changed, 500", End { status: 500, ..changed }, same, patch(false, false, true)),
            ("touched", aged, same, patch(true, false, false)),
            ("touched, permanent", End { permanent: true, ..aged }, same, patch(true, true, false)),
            ("old key", old_key, same, patch(true, true, false)),
            ("renewed", changed, renewed, rename),
            ("renewed, permanent", permanent, renewed, rename),
            ("emptied", changed_to(EMPTIED), same, empty(true, false)),
            ("emptied, HEAD", End { head: true, ..changed_to(EMPTIED) }, same, empty(false, false)),
            ("renewed and emptied", changed_to(EMPTIED), renewed, empty(true, true)),
            ("cleared", cleared(EMPTIED), same, StoredAction::Destroy),
            ("cleared and written", cleared(CHANGED), same, create),
            ("panic", End { abandoned: true, ..changed }, renewed, StoredAction::Keep),
            ("cannot be kept", End { failed: true, ..changed }, same, StoredAction::Fail),
        ];
        for (row, end, identity, action) in rows {
            assert_eq!(decide_stored(&end, identity, &POLICY), action, "{row}");
        }
    }
}
