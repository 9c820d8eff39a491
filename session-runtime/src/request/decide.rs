//! What becomes of the session when its request ends.
//!
//! One function, without effects, decides it; a table holds it to every row of
//! the documented behaviour.

use std::time::Duration;

use crate::config::{Config, Refresh};
use crate::cookie::envelope::Stamp;

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    lifetime: Duration,
    absolute: Option<Duration>,
    refresh: Refresh,
}

impl Policy {
    pub(crate) fn new(config: &Config) -> Policy {
        Policy {
            lifetime: config.lifetime,
            absolute: config.absolute_lifetime,
            refresh: config.refresh,
        }
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
    /// The visitor has signed in: the session's age counts from now on.
    pub(crate) begins_anew: bool,
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
    /// A `Set-Cookie` that removes the cookie of no session.
    Forget,
    /// The session ends, and its cookie goes.
    End,
    /// A new session and its cookie. If there was one, or the cookie leads to
    /// one, that ends.
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
    /// The owner is taken away from the session that the cookie leads to.
    SignOut { consume: bool },
    /// What was written belongs to no session any more.
    Drop,
    /// A plain 500 in the response's place.
    Fail,
}

impl StoredAction {
    /// If something changed is written: whether messages that were read are
    /// left out.
    pub(crate) fn consumes(&self) -> Option<bool> {
        match *self {
            StoredAction::Create { consume, .. }
            | StoredAction::Patch { consume, changed: true, .. }
            | StoredAction::Rename { consume, .. } => Some(consume),
            StoredAction::Keep
            | StoredAction::Forget
            | StoredAction::End
            | StoredAction::Patch { .. }
            | StoredAction::SignOut { .. }
            | StoredAction::Drop
            | StoredAction::Fail => None,
        }
    }
}

/// What the store has under the cookie's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// A session was there, and was renewed or ended not long ago.
    Former,
    Session,
}

/// What matters to a store besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub(crate) found: Found,
    /// A new identifier is asked for.
    pub(crate) renewed: bool,
    /// The owner was set, or taken away.
    pub(crate) signed_in: bool,
    pub(crate) signed_out: bool,
    /// The store has another owner of it.
    pub(crate) refiled: bool,
    /// Whether the browser keeps the cookie, or for how long, has changed.
    pub(crate) permanence: bool,
}

pub(crate) fn decide_stored(end: &End, identity: Identity, policy: &Policy) -> StoredAction {
    if end.abandoned {
        return StoredAction::Keep;
    }
    if end.failed {
        return StoredAction::Fail;
    }
    let Identity { found, renewed, signed_in, signed_out, refiled, permanence } = identity;
    let (consume, content) = end.content();
    let stamp = end.stamp();
    let forget = if end.sent { StoredAction::Forget } else { StoredAction::Keep };
    match found {
        Found::Nothing if end.cleared && content.empty => forget,
        _ if end.cleared && content.empty => StoredAction::End,
        _ if end.cleared => StoredAction::Create { stamp, consume },

        Found::Nothing if !content.changed => StoredAction::Keep,
        Found::Nothing if content.empty => forget,
        Found::Nothing => StoredAction::Create { stamp, consume },

        Found::Former if signed_in => StoredAction::Create { stamp, consume },
        Found::Former if signed_out => StoredAction::SignOut { consume },
        Found::Former if content.changed => StoredAction::Drop,
        Found::Former => StoredAction::Keep,

        Found::Session if renewed => StoredAction::Rename { stamp, consume },
        Found::Session => {
            let changed = content.changed || signed_out || refiled;
            let again = if changed { Some(stamp) } else { end.reissued(policy) };
            again.map_or(StoredAction::Keep, |stamp| {
                let is_current = end.loaded.is_some_and(|(_, current)| current);
                let cookie = end.permanent || permanence || !is_current;
                StoredAction::Patch { stamp, consume, cookie, changed }
            })
        }
    }
}

impl End {
    /// Whether nobody sees what is in the response.
    fn is_unread(&self) -> bool {
        self.head || self.status == 304 || self.status >= 500
    }

    /// Whether messages that were read are gone, and what would be kept.
    fn content(&self) -> (bool, Content) {
        if self.is_unread() { (false, self.unshown) } else { (true, self.shown) }
    }

    /// The session that came with the request, unless it was cleared.
    fn kept(&self) -> Option<(Stamp, bool)> {
        self.loaded.filter(|_| !self.cleared)
    }

    /// That of a session that is issued now.
    fn stamp(&self) -> Stamp {
        let kept = self.kept().filter(|_| !self.begins_anew);
        let created = kept.map_or(self.now, |(stamp, _)| stamp.created);
        Stamp { created, issued: self.now, lifetime: self.lifetime }
    }

    /// The stamp of an unchanged session, if it is to be issued again.
    fn reissued(&self, policy: &Policy) -> Option<Stamp> {
        let (old, is_current) = self.kept()?;
        if policy.is_due(&old, self.permanent, self.now) {
            return Some(self.stamp());
        }
        // An old key's session moves to the first key. That alone makes it no
        // younger if nothing is to be refreshed.
        let issued = if policy.refresh == Refresh::Never { old.issued } else { self.now };
        (!is_current).then(|| Stamp { issued, ..self.stamp() })
    }
}

pub(crate) fn decide(end: &End, policy: &Policy) -> Action {
    if end.abandoned {
        return Action::Keep;
    }
    if end.failed {
        return Action::Fail;
    }
    let (consume, content) = end.content();
    // A session that was cleared is another one, even with the same fields.
    let changed = content.changed
        || end.cleared
        || (end.begins_anew && policy.absolute.is_some() && !content.empty);
    if !changed {
        return end.reissued(policy).map_or(Action::Keep, |stamp| Action::Issue {
            stamp,
            consume,
            changed: false,
        });
    }
    match content.empty {
        true if end.sent => Action::Remove,
        true => Action::Keep,
        false => Action::Issue { stamp: end.stamp(), consume, changed: true },
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
            begins_anew: false,
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
    fn a_sign_in_begins_the_absolute_lifetime_anew() {
        let policy = Policy { absolute: Some(Duration::from_secs(21 * DAY)), ..POLICY };
        let signed_in = End { begins_anew: true, ..read() };
        assert_eq!(decide(&signed_in, &policy), issue(NOW, NOW, true, true));
        // Under the same name, without a limit: not a change.
        assert_eq!(decide(&signed_in, &POLICY), Action::Keep);
    }

    #[test]
    fn every_row_of_the_table_of_stores() {
        let stamp = |created| Stamp { created, issued: NOW, lifetime: None };
        let old = stamp(NOW - 20 * DAY);
        let patch =
            |consume, cookie, changed| StoredAction::Patch { stamp: old, consume, cookie, changed };
        let create = StoredAction::Create { stamp: stamp(NOW), consume: true };
        let rename = StoredAction::Rename { stamp: old, consume: true };
        let sign_out = StoredAction::SignOut { consume: true };
        let session = Identity {
            found: Found::Session,
            renewed: false,
            signed_in: false,
            signed_out: false,
            refiled: false,
            permanence: false,
        };
        let nothing = Identity { found: Found::Nothing, ..session };
        let former = Identity { found: Found::Former, ..session };
        let renewed = |identity| Identity { renewed: true, ..identity };
        let signs_in = |identity| Identity { renewed: true, signed_in: true, ..identity };
        let signs_out = |identity| Identity { signed_out: true, ..identity };
        let permanence = Identity { permanence: true, ..session };
        let aged = End { loaded: Some((self::stamp(5 * DAY), true)), ..read() };
        let old_key = End { loaded: Some((self::stamp(DAY), false)), ..read() };
        let changed = changed_to(CHANGED);
        let permanent = End { permanent: true, ..changed };
        let cleared = |content| End { cleared: true, ..changed_to(content) };
        let fresh = |content| End { cleared: true, ..new(content, true) };
        let head = End { head: true, ..changed_to(EMPTIED) };
        let anew = End { begins_anew: true, ..changed };
        let rows = [
            ("read", read(), session, StoredAction::Keep),
            ("new and written", new(CHANGED, false), nothing, create),
            ("unknown and written", new(CHANGED, true), nothing, create),
            ("new, written and renewed", new(CHANGED, false), renewed(nothing), create),
            ("new and emptied", new(EMPTIED, false), nothing, StoredAction::Keep),
            ("unknown and emptied", new(EMPTIED, true), nothing, StoredAction::Forget),
            ("unknown and cleared", fresh(NOTHING), nothing, StoredAction::Forget),
            ("unknown, cleared and written", fresh(CHANGED), nothing, create),
            ("changed", changed, session, patch(true, false, true)),
            ("changed, permanent", permanent, session, patch(true, true, true)),
            ("no longer permanent", changed, permanence, patch(true, true, true)),
            ("changed, 500", End { status: 500, ..changed }, session, patch(false, false, true)),
            ("touched", aged, session, patch(true, false, false)),
            (
                "touched, permanent",
                End { permanent: true, ..aged },
                session,
                patch(true, true, false),
            ),
            ("old key", old_key, session, patch(true, true, false)),
            ("renewed", changed, renewed(session), rename),
            ("renewed, permanent", permanent, renewed(session), rename),
            (
                "signed in",
                anew,
                signs_in(session),
                StoredAction::Rename { stamp: stamp(NOW), consume: true },
            ),
            ("emptied", changed_to(EMPTIED), session, patch(true, false, true)),
            ("emptied, HEAD", head, session, patch(false, false, true)),
            ("renewed and emptied", changed_to(EMPTIED), renewed(session), rename),
            ("signed out, and had no owner", read(), signs_out(session), patch(true, false, true)),
            ("filed anew", read(), Identity { refiled: true, ..session }, patch(true, false, true)),
            ("cleared", cleared(EMPTIED), session, StoredAction::End),
            ("cleared and written", cleared(CHANGED), session, create),
            ("panic", End { abandoned: true, ..changed }, renewed(session), StoredAction::Keep),
            ("cannot be kept", End { failed: true, ..changed }, session, StoredAction::Fail),
            ("former, read", new(NOTHING, true), former, StoredAction::Keep),
            ("former, changed", new(CHANGED, true), former, StoredAction::Drop),
            ("former, emptied", new(EMPTIED, true), former, StoredAction::Drop),
            ("former, renewed", new(CHANGED, true), renewed(former), StoredAction::Drop),
            ("former, signed in", new(CHANGED, true), signs_in(former), create),
            ("former, signed out", new(CHANGED, true), signs_out(former), sign_out),
            ("former, cleared", fresh(NOTHING), former, StoredAction::End),
            ("former, cleared and written", fresh(CHANGED), former, create),
        ];
        for (row, end, identity, action) in rows {
            assert_eq!(decide_stored(&end, identity, &POLICY), action, "{row}");
        }
    }
}
