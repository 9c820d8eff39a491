//! Sessions that are too old, or from the future.

use std::time::Duration;

use session_runtime::Refused;
use session_tests::{DAY, HOUR, NOW, at, clock, fairing};

use super::{forge, is_accepted, is_refused, visitor, visitor_of};

const PAYLOAD: &str = r#"{"n":1}"#;

#[test]
fn line_11_one_second_past_the_lifetime_is_a_new_session() {
    let value = forge().sign(PAYLOAD, NOW);
    is_accepted(&visitor_of(fairing(&at(NOW + 31 * DAY))), &value);
    let late = visitor_of(fairing(&at(NOW + 31 * DAY + 1)));
    is_refused(&late, &value, Refused::Expired);
    assert_eq!(late.take_cookie(value).get("/set").issued().stamp().created, NOW + 31 * DAY + 1);
}

#[test]
fn line_11_one_second_past_the_absolute_limit_is_a_new_session_under_steady_traffic() {
    let clock = clock();
    let limited = fairing(&clock).lifetime(Duration::from_secs(HOUR));
    let browser = visitor_of(limited.absolute_lifetime(Duration::from_secs(DAY)));
    browser.get("/set");
    for _ in 0..24 * 4 {
        clock.advance(Duration::from_secs(HOUR / 4));
        assert_eq!(browser.get("/read").body, "1");
    }
    clock.advance(Duration::from_secs(1));
    assert_eq!(browser.get("/read").body, "none");
    assert_eq!(browser.stats().refused(Refused::Expired), 1);
}

#[test]
fn line_11_times_at_the_end_of_the_format_do_not_overflow() {
    let last = (1 << 40) - 1;
    let browser = visitor();
    for (created, issued, lifetime) in
        [(0, 0, u32::MAX), (NOW, NOW, u32::MAX), (0, NOW, u32::MAX), (NOW, NOW, 0)]
    {
        let stamp = forge().stamp(created, issued).lifetime(lifetime).encode();
        is_accepted(&browser, &forge().seal(PAYLOAD, &stamp));
    }
    for (created, issued) in [(last, last), (0, last), (last, 0), (last, NOW)] {
        let stamp = forge().stamp(created, issued).lifetime(u32::MAX).encode();
        is_refused(&browser, &forge().seal(PAYLOAD, &stamp), Refused::Future);
    }
    is_refused(&browser, &forge().sign(PAYLOAD, 0), Refused::Expired);
}

#[test]
fn line_12_an_issue_time_in_the_future_is_tolerated_for_60_seconds() {
    let browser = visitor();
    is_accepted(&browser, &forge().sign(PAYLOAD, NOW + 60));
    is_refused(&browser, &forge().sign(PAYLOAD, NOW + 61), Refused::Future);
    let created_later = forge().stamp(NOW + 61, NOW).encode();
    is_refused(&browser, &forge().seal(PAYLOAD, &created_later), Refused::Future);
}
