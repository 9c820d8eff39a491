//! Decides what happens to the session when its request ends.
//!
//! [`decide`] is a pure function. A table in its tests covers every row of the
//! documented behaviour.

use std::time::Duration;

use super::policy::Policy;
use crate::cookie::envelope::Stamp;
use crate::store::Key;

/// Everything that the decision depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// The handler panicked while it held the session.
    pub(crate) abandoned: bool,
    /// Something was set that cannot be kept.
    pub(crate) failed: bool,
    /// The visitor sent a cookie of the session's name, valid or not.
    pub(crate) sent: bool,
    /// When the session that came with the request was issued, and whether its
    /// cookie would be made with the same key and format today.
    pub(crate) loaded: Option<(Stamp, bool)>,
    pub(crate) place: Place,
    pub(crate) cleared: bool,
    /// The handler asked for a new identifier.
    pub(crate) renewed: bool,
    /// The visitor has signed in: the session's age counts from now.
    pub(crate) begins_anew: bool,
    /// The owner was set or removed.
    pub(crate) signed_in: bool,
    pub(crate) signed_out: bool,
    /// The store has a different owner for this session.
    pub(crate) refiled: bool,
    pub(crate) permanent: bool,
    /// Whether the browser keeps the cookie, or for how long, has changed.
    pub(crate) permanence_changed: bool,
    pub(crate) lifetime: Option<Duration>,
    /// What to save if the messages that were read count as shown.
    pub(crate) shown: Content,
    /// What to save if they do not.
    pub(crate) unshown: Content,
    pub(crate) status: u16,
    pub(crate) head: bool,
    pub(crate) now: u64,
}

/// Where the session is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Cookie,
    /// In a store, which has nothing under the cookie's identifier.
    Nowhere,
    /// In a store. The session under this key was renewed or ended recently.
    Former(Key),
    Stored(Key),
}

/// The session that would be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) changed: bool,
    pub(crate) empty: bool,
}

/// How to save the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keep {
    pub(crate) stamp: Stamp,
    /// Whether messages that were read are left out.
    pub(crate) consume: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Neither a write nor a `Set-Cookie`.
    Nothing,
    /// Replace the response with a plain 500.
    Fail,
    /// A `Set-Cookie` that removes the cookie.
    Forget,
    /// A `Set-Cookie` with the session. If the handler did not change the session,
    /// a failure to issue it does not spoil the response.
    Issue { keep: Keep, changed: bool },
    /// End the session in the store and remove its cookie.
    End(Key),
    /// Create a session and send its cookie. The session that the old cookie named
    /// ends. If it was cleared, it ends first, so that the sign-out holds even if
    /// the store has no room for the new session.
    Create { keep: Keep, in_place_of: Option<Key>, ends_first: bool },
    /// Write what changed, or only the time.
    Patch {
        key: Key,
        keep: Keep,
        /// Whether to send a cookie, because its age or its key has changed. The
        /// identifier in it stays the same. An unneeded `Set-Cookie` could
        /// overwrite one that a concurrent renewal sent.
        cookie: bool,
        /// Whether the handler changed the session. If not, a failed write does
        /// not spoil the response.
        changed: bool,
    },
    /// Move the session to a new identifier. If another request has renewed or
    /// ended it meanwhile, a visitor who has signed in gets a new session.
    Rename { key: Key, keep: Keep, signed_in: bool },
    /// Remove the owner from the session that the cookie names.
    SignOut { key: Key, consume: bool },
    /// Discard the changes: the session that they belong to was renewed or ended.
    Drop,
}

pub(crate) fn decide(facts: &Facts, policy: &Policy) -> Action {
    if facts.abandoned {
        return Action::Nothing;
    }
    if facts.failed {
        return Action::Fail;
    }
    let (consume, content) = facts.content();
    let keep = Keep { stamp: facts.stamp(), consume };
    let forget = if facts.sent { Action::Forget } else { Action::Nothing };
    let create = |in_place_of| Action::Create { keep, in_place_of, ends_first: facts.cleared };
    match facts.place {
        Place::Cookie => {
            // A cleared session is a new one, even if it has the same fields.
            let changed = content.changed
                || facts.cleared
                || (facts.begins_anew && policy.is_limited() && !content.empty);
            match changed {
                true if content.empty => forget,
                true => Action::Issue { keep, changed },
                false => facts.reissued(policy).map_or(Action::Nothing, |stamp| Action::Issue {
                    keep: Keep { stamp, consume },
                    changed,
                }),
            }
        }

        Place::Nowhere if content.empty && (content.changed || facts.cleared) => forget,
        Place::Nowhere if content.changed || facts.cleared => create(None),
        Place::Nowhere => Action::Nothing,

        Place::Former(key) | Place::Stored(key) if facts.cleared && content.empty => {
            Action::End(key)
        }
        Place::Former(key) | Place::Stored(key) if facts.cleared => create(Some(key)),

        Place::Former(key) if facts.signed_in => create(Some(key)),
        Place::Former(key) if facts.signed_out => Action::SignOut { key, consume },
        Place::Former(_) if content.changed => Action::Drop,
        Place::Former(_) => Action::Nothing,

        Place::Stored(key) if facts.renewed => {
            Action::Rename { key, keep, signed_in: facts.signed_in }
        }
        Place::Stored(key) => {
            let changed = content.changed || facts.signed_out || facts.refiled;
            let again = if changed { Some(keep.stamp) } else { facts.reissued(policy) };
            again.map_or(Action::Nothing, |stamp| {
                let is_current = facts.loaded.is_some_and(|(_, current)| current);
                let cookie = facts.permanent || facts.permanence_changed || !is_current;
                Action::Patch { key, keep: Keep { stamp, consume }, cookie, changed }
            })
        }
    }
}

impl Facts {
    /// Whether nobody sees the response's body.
    fn is_unread(&self) -> bool {
        self.head || self.status == 304 || self.status >= 500
    }

    /// Whether messages that were read are removed, and what would be saved.
    fn content(&self) -> (bool, Content) {
        if self.is_unread() { (false, self.unshown) } else { (true, self.shown) }
    }

    /// The session that came with the request, unless it was cleared.
    fn kept(&self) -> Option<(Stamp, bool)> {
        self.loaded.filter(|_| !self.cleared)
    }

    /// The stamp of a session that is issued now.
    fn stamp(&self) -> Stamp {
        let kept = self.kept().filter(|_| !self.begins_anew);
        let created = kept.map_or(self.now, |(stamp, _)| stamp.created);
        Stamp { created, issued: self.now, lifetime: self.lifetime }
    }

    /// The stamp of an unchanged session that should be issued again.
    fn reissued(&self, policy: &Policy) -> Option<Stamp> {
        let (old, is_current) = self.kept()?;
        if policy.is_due(&old, self.permanent, self.now) {
            return Some(self.stamp());
        }
        // A session under an old key moves to the first key. If sessions are never
        // refreshed, that must not extend its life.
        let issued = if policy.refreshes() { self.now } else { old.issued };
        (!is_current).then(|| Stamp { issued, ..self.stamp() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Refresh;

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
    fn read() -> Facts {
        Facts {
            abandoned: false,
            failed: false,
            sent: true,
            loaded: Some((stamp(DAY), true)),
            place: Place::Cookie,
            cleared: false,
            renewed: false,
            begins_anew: false,
            signed_in: false,
            signed_out: false,
            refiled: false,
            permanent: false,
            permanence_changed: false,
            lifetime: None,
            shown: SAME,
            unshown: SAME,
            status: 200,
            head: false,
            now: NOW,
        }
    }

    fn changed_to(content: Content) -> Facts {
        Facts { shown: content, unshown: content, ..read() }
    }

    /// A visitor without a valid session.
    fn new(content: Content, sent: bool) -> Facts {
        Facts { sent, loaded: None, ..changed_to(content) }
    }

    fn issue(created: u64, issued: u64, consume: bool, changed: bool) -> Action {
        Action::Issue {
            keep: Keep { stamp: Stamp { created, issued, lifetime: None }, consume },
            changed,
        }
    }

    #[test]
    fn every_row_of_the_table() {
        let old = NOW - 20 * DAY;
        let flash_read = Facts { shown: CHANGED, ..read() };
        let last_flash_read = Facts { shown: EMPTIED, ..read() };
        let aged = |age| Facts { loaded: Some((stamp(age), true)), ..read() };
        let old_key = Facts { loaded: Some((stamp(DAY), false)), ..read() };
        let rows = [
            ("read, not changed", read(), Action::Nothing),
            ("new and untouched", new(NOTHING, false), Action::Nothing),
            ("forged and untouched", new(NOTHING, true), Action::Nothing),
            ("new and written", new(CHANGED, false), issue(NOW, NOW, true, true)),
            ("forged and written", new(CHANGED, true), issue(NOW, NOW, true, true)),
            ("changed", changed_to(CHANGED), issue(old, NOW, true, true)),
            ("changed to empty", changed_to(EMPTIED), Action::Forget),
            ("new, written and emptied", new(EMPTIED, false), Action::Nothing),
            ("forged and cleared", Facts { cleared: true, ..new(NOTHING, true) }, Action::Forget),
            ("new and cleared", Facts { cleared: true, ..new(NOTHING, false) }, Action::Nothing),
            ("cleared", Facts { cleared: true, ..changed_to(EMPTIED) }, Action::Forget),
            (
                "cleared and written",
                Facts { cleared: true, ..changed_to(CHANGED) },
                issue(NOW, NOW, true, true),
            ),
            (
                "cleared and written with the same fields",
                Facts { cleared: true, ..read() },
                issue(NOW, NOW, true, true),
            ),
            ("flash read", flash_read, issue(old, NOW, true, true)),
            ("last flash read", last_flash_read, Action::Forget),
            ("flash read, 404", Facts { status: 404, ..flash_read }, issue(old, NOW, true, true)),
            ("flash read, 303", Facts { status: 303, ..flash_read }, issue(old, NOW, true, true)),
            ("flash read, 500", Facts { status: 500, ..flash_read }, Action::Nothing),
            ("flash read, 503", Facts { status: 503, ..flash_read }, Action::Nothing),
            ("flash read, 304", Facts { status: 304, ..flash_read }, Action::Nothing),
            ("flash read, HEAD", Facts { head: true, ..last_flash_read }, Action::Nothing),
            (
                "changed, 500",
                Facts { status: 500, ..changed_to(CHANGED) },
                issue(old, NOW, false, true),
            ),
            (
                "changed, HEAD",
                Facts { head: true, ..changed_to(CHANGED) },
                issue(old, NOW, false, true),
            ),
            ("before half of the lifetime", aged(5 * DAY - 1), Action::Nothing),
            ("after half of the lifetime", aged(5 * DAY), issue(old, NOW, true, false)),
            ("old key", old_key, issue(old, NOW, true, false)),
            ("old key, emptied", Facts { shown: EMPTIED, ..old_key }, Action::Forget),
            ("panic", Facts { abandoned: true, ..changed_to(CHANGED) }, Action::Nothing),
            (
                "panic after a failure",
                Facts { abandoned: true, failed: true, ..read() },
                Action::Nothing,
            ),
            ("panic with an old key", Facts { abandoned: true, ..old_key }, Action::Nothing),
            ("cannot be kept", Facts { failed: true, ..read() }, Action::Fail),
            ("permanent, not changed", Facts { permanent: true, ..read() }, Action::Nothing),
        ];
        for (row, end, action) in rows {
            assert_eq!(decide(&end, &POLICY), action, "{row}");
        }
    }

    #[test]
    fn refresh_always_is_for_permanent_sessions() {
        let policy = Policy { refresh: Refresh::Always, ..POLICY };
        let old = NOW - 20 * DAY;
        let permanent = Facts { permanent: true, ..read() };
        assert_eq!(decide(&permanent, &policy), issue(old, NOW, true, false));
        assert_eq!(decide(&read(), &policy), Action::Nothing);
        let aged = Facts { loaded: Some((stamp(9 * DAY), true)), ..read() };
        assert_eq!(decide(&aged, &policy), issue(old, NOW, true, false));
    }

    #[test]
    fn refresh_never_extends_nothing_not_even_for_an_old_key() {
        let policy = Policy { refresh: Refresh::Never, ..POLICY };
        let aged = Facts { permanent: true, loaded: Some((stamp(9 * DAY), true)), ..read() };
        assert_eq!(decide(&aged, &policy), Action::Nothing);
        let old_key = Facts { loaded: Some((stamp(9 * DAY), false)), ..read() };
        let same_age = issue(NOW - 20 * DAY, NOW - 9 * DAY, true, false);
        assert_eq!(decide(&old_key, &policy), same_age);
    }

    #[test]
    fn nothing_extends_the_absolute_limit() {
        let policy = Policy { absolute: Some(Duration::from_secs(21 * DAY)), ..POLICY };
        assert_eq!(policy.expires(&stamp(0)), NOW + DAY);
        let aged = Facts { loaded: Some((stamp(9 * DAY), true)), ..read() };
        // A refresh would not help: the absolute limit is a day away either way.
        assert_eq!(decide(&aged, &policy), Action::Nothing);
        assert_eq!(policy.expires(&stamp(12 * DAY)), NOW - 2 * DAY);
    }

    #[test]
    fn a_session_has_its_own_lifetime() {
        let own = Some(Duration::from_secs(DAY));
        let short = Stamp { lifetime: own, ..stamp(DAY / 2) };
        assert_eq!(POLICY.expires(&short), NOW + DAY / 2);
        let end = Facts { loaded: Some((short, true)), lifetime: own, ..read() };
        let again = Stamp { created: short.created, issued: NOW, lifetime: own };
        assert_eq!(
            decide(&end, &POLICY),
            Action::Issue { keep: Keep { stamp: again, consume: true }, changed: false }
        );
    }

    #[test]
    fn a_sign_in_begins_the_absolute_lifetime_anew() {
        let policy = Policy { absolute: Some(Duration::from_secs(21 * DAY)), ..POLICY };
        let signed_in = Facts { begins_anew: true, ..read() };
        assert_eq!(decide(&signed_in, &policy), issue(NOW, NOW, true, true));
        // The same owner again, without an absolute limit, is not a change.
        assert_eq!(decide(&signed_in, &POLICY), Action::Nothing);
    }

    #[test]
    fn every_row_of_the_table_of_stores() {
        const KEY: Key = Key::from_bytes([7; 32]);
        let stamp = |created| Stamp { created, issued: NOW, lifetime: None };
        let old = Keep { stamp: stamp(NOW - 20 * DAY), consume: true };
        let anew = Keep { stamp: stamp(NOW), consume: true };
        let patch = |cookie, changed| Action::Patch { key: KEY, keep: old, cookie, changed };
        let unread = Action::Patch {
            key: KEY,
            keep: Keep { consume: false, ..old },
            cookie: false,
            changed: true,
        };
        let create =
            |in_place_of, ends_first| Action::Create { keep: anew, in_place_of, ends_first };
        let rename = |keep, signed_in| Action::Rename { key: KEY, keep, signed_in };
        let sign_out = Action::SignOut { key: KEY, consume: true };

        let stored = |facts| Facts { place: Place::Stored(KEY), ..facts };
        let nowhere = |content, sent| Facts { place: Place::Nowhere, ..new(content, sent) };
        let former = |content| Facts { place: Place::Former(KEY), ..new(content, true) };
        let renewed = |facts| Facts { renewed: true, ..facts };
        let signs_in = |facts| Facts { renewed: true, signed_in: true, ..facts };
        let signs_out = |facts| Facts { signed_out: true, ..facts };
        let cleared = |facts| Facts { cleared: true, ..facts };

        let unchanged = stored(read());
        let changed = stored(changed_to(CHANGED));
        let emptied = stored(changed_to(EMPTIED));
        let permanent = Facts { permanent: true, ..changed };
        let aged = Facts { loaded: Some((self::stamp(5 * DAY), true)), ..unchanged };
        let old_key = Facts { loaded: Some((self::stamp(DAY), false)), ..unchanged };
        let rows = [
            ("read", unchanged, Action::Nothing),
            ("new and written", nowhere(CHANGED, false), create(None, false)),
            ("unknown and written", nowhere(CHANGED, true), create(None, false)),
            ("new, written and renewed", renewed(nowhere(CHANGED, false)), create(None, false)),
            ("new and emptied", nowhere(EMPTIED, false), Action::Nothing),
            ("unknown and emptied", nowhere(EMPTIED, true), Action::Forget),
            ("unknown and cleared", cleared(nowhere(NOTHING, true)), Action::Forget),
            ("unknown, cleared and written", cleared(nowhere(CHANGED, true)), create(None, true)),
            ("changed", changed, patch(false, true)),
            ("changed, permanent", permanent, patch(true, true)),
            (
                "no longer permanent",
                Facts { permanence_changed: true, ..changed },
                patch(true, true),
            ),
            ("changed, 500", Facts { status: 500, ..changed }, unread),
            ("touched", aged, patch(false, false)),
            ("touched, permanent", Facts { permanent: true, ..aged }, patch(true, false)),
            ("old key", old_key, patch(true, false)),
            ("renewed", renewed(changed), rename(old, false)),
            ("renewed, permanent", renewed(permanent), rename(old, false)),
            ("signed in", Facts { begins_anew: true, ..signs_in(changed) }, rename(anew, true)),
            ("emptied", emptied, patch(false, true)),
            ("emptied, HEAD", Facts { head: true, ..emptied }, unread),
            ("renewed and emptied", renewed(emptied), rename(old, false)),
            ("signed out without an owner", signs_out(unchanged), patch(false, true)),
            (
                "another owner in the store",
                Facts { refiled: true, ..unchanged },
                patch(false, true),
            ),
            ("cleared", cleared(emptied), Action::End(KEY)),
            ("cleared and written", cleared(changed), create(Some(KEY), true)),
            ("panic", Facts { abandoned: true, ..renewed(changed) }, Action::Nothing),
            ("cannot be kept", Facts { failed: true, ..changed }, Action::Fail),
            ("former, read", former(NOTHING), Action::Nothing),
            ("former, changed", former(CHANGED), Action::Drop),
            ("former, emptied", former(EMPTIED), Action::Drop),
            ("former, renewed", renewed(former(CHANGED)), Action::Drop),
            ("former, signed in", signs_in(former(CHANGED)), create(Some(KEY), false)),
            ("former, signed out", signs_out(former(CHANGED)), sign_out),
            ("former, cleared", cleared(former(NOTHING)), Action::End(KEY)),
            ("former, cleared and written", cleared(former(CHANGED)), create(Some(KEY), true)),
        ];
        for (row, facts, action) in rows {
            assert_eq!(decide(&facts, &POLICY), action, "{row}");
        }
    }
}
