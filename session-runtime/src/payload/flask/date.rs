//! Dates: an instant in seconds as Flask, chrono, time and the standard
//! library write it.

use std::str::FromStr;

use time::{Date, Month, OffsetDateTime};

/// A date that Flask can read back, in UTC and whole seconds: to Python, a year before
/// 100 is one of this century or the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instant(OffsetDateTime);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const DAY: i64 = 24 * 60 * 60;

impl Instant {
    pub(super) fn from_seconds(seconds: i64) -> Option<Instant> {
        let date = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        (100..10_000).contains(&date.year()).then_some(Instant(date))
    }

    pub(super) fn seconds(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// A day of a year, the time of that day, and how far its clocks are ahead.
    pub(super) fn from_ordinal(year: i64, day: i64, time: i64, ahead: i64) -> Option<Instant> {
        let new_year = Date::from_ordinal_date(year.try_into().ok()?, 1).ok()?;
        let seconds = new_year.midnight().assume_utc().unix_timestamp();
        let valid = (1..=366).contains(&day);
        if valid { Instant::from_seconds(seconds + (day - 1) * DAY + time - ahead) } else { None }
    }

    fn from_date(year: i32, month: u8, day: u8, time: i64, ahead: i64) -> Option<Instant> {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        Instant::from_ordinal(year.into(), date.ordinal().into(), time, ahead)
    }

    /// The nine numbers of time's `OffsetDateTime`: the year, the day of it, hour,
    /// minute and second, and four that are zero here.
    pub(super) fn numbers(self) -> [i64; 9] {
        let Instant(date) = self;
        let [hour, minute, second] = [date.hour(), date.minute(), date.second()].map(i64::from);
        [date.year().into(), date.ordinal().into(), hour, minute, second, 0, 0, 0, 0]
    }

    /// As Flask writes it: `Thu, 29 Feb 2024 23:59:59 GMT`.
    pub(super) fn to_http(self) -> String {
        let Instant(date) = self;
        let weekday = WEEKDAYS[usize::from(date.weekday().number_days_from_monday())];
        let (day, month, year) = (date.day(), MONTHS[date.month() as usize - 1], date.year());
        let (hour, minute, second) = date.to_hms();
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// A date as Flask writes it, or as it reads it too: with a two-digit year
    /// and hyphens (RFC 850), with an offset instead of GMT.
    pub(super) fn from_http(text: &str) -> Option<Instant> {
        let (weekday, rest) = text.split_once(", ")?;
        // Python takes another word for a part of the date.
        if !weekday.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let mut words = rest.split(' ');
        let first = words.next()?;
        let (day, month, year) = match first.split_once('-') {
            Some((day, rest)) => {
                let (month, year) = rest.split_once('-')?;
                (day, month, year)
            }
            None => (first, words.next()?, words.next()?),
        };
        let (time, zone) = (words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        let month = u8::try_from(month).ok()?;
        let year = match number(year)? {
            year @ 0..69 => year + 2000,
            year @ 69..100 => year + 1900,
            year => year,
        };
        let ahead = match zone {
            "GMT" => 0,
            _ => offset(zone, "")?,
        };
        // Python has no leap seconds.
        Instant::from_date(year, month, number(day)?, clock(time, 59)?, ahead)
    }

    /// `2024-02-29T23:59:59Z`: RFC 3339, in whole seconds.
    pub(super) fn to_rfc3339(self) -> String {
        let Instant(date) = self;
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        let (hour, minute, second) = date.to_hms();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// The whole seconds of a date in RFC 3339.
    pub(super) fn from_rfc3339(text: &str) -> Option<Instant> {
        let (date, rest) = text.split_once('T')?;
        let mut date = date.split('-');
        let (year, month, day) = (date.next()?, date.next()?, date.next()?);
        let (time, zone) = rest.split_at(rest.find(['Z', '+', '-'])?);
        let time = time.split_once('.').map_or(time, |(whole, _)| whole);
        let ahead = if zone == "Z" { 0 } else { offset(zone, ":")? };
        Instant::from_date(number(year)?, number(month)?, number(day)?, clock(time, 60)?, ahead)
    }
}

/// `23:59:59`, or `23:59:60` in the last minute of some days, where the last
/// second may be that one.
fn clock(text: &str, last: i64) -> Option<i64> {
    let mut parts = text.split(':').map(number::<i64>);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let valid = parts.next().is_none() && hour < 24 && minute < 60 && second <= last;
    valid.then_some(hour * 3600 + minute * 60 + second)
}

/// `+05:30`, or `+0530` with no separator, in seconds: less than a day.
fn offset(text: &str, separator: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = rest.split_at_checked(2)?;
    let minutes = rest.strip_prefix(separator).filter(|minutes| minutes.len() == 2)?;
    let seconds = number::<i64>(hours)? * 3600 + number::<i64>(minutes)? * 60;
    (seconds < DAY).then_some(sign * seconds)
}

/// Up to four digits, and nothing else.
fn number<T: FromStr>(digits: &str) -> Option<T> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike, Utc};

    use super::Instant;

    #[test]
    fn every_day_is_the_one_that_chrono_says() {
        let (start, end) = (-59_011_459_200_i64, 253_402_300_799);
        assert!(Instant::from_seconds(start - 1).is_none());
        assert!(Instant::from_seconds(end + 1).is_none());
        // A prime number of seconds, to meet all times of the day.
        for seconds in (start..=end).step_by(8_640_007).chain([end, -1, 0]) {
            let date = Instant::from_seconds(seconds).unwrap();
            let theirs = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap();
            let http = theirs.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            assert_eq!(date.to_http(), http);
            assert_eq!(date.numbers()[1], i64::from(theirs.ordinal()));
            assert_eq!(Instant::from_http(&http), Some(date));
            assert_eq!(Instant::from_rfc3339(&date.to_rfc3339()), Some(date));
        }
        for year in 100..10_000 {
            for day in ["01-01T00:00:00", "02-28T23:59:59", "03-01T00:00:00", "12-31T23:59:59"] {
                let text = format!("{year:04}-{day}Z");
                let theirs: DateTime<Utc> = text.parse().unwrap();
                let date = Instant::from_rfc3339(&text).unwrap();
                assert_eq!((date.seconds(), date.to_rfc3339()), (theirs.timestamp(), text));
            }
        }
    }

    #[test]
    fn reads_the_dates_that_flask_reads() {
        let seconds = |text: &str| Instant::from_http(text).map(Instant::seconds);
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds("Sun, 06 Nov 1994 10:49:37 +0200"), Some(784_111_777));
        assert_eq!(seconds("Sun, 06 Nov 1994 07:19:37 -0130"), Some(784_111_777));
        assert_eq!(seconds("Sun, 01 Jan 0068 00:00:00 GMT"), Some(3_092_601_600));
        assert_eq!(seconds("Wed, 01 Jan 0069 00:00:00 GMT"), Some(-31_536_000));
        for text in [
            "",
            "Sun, 06 Nov 1994",
            "06 Nov 1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 29 Feb 2023 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 19940 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
            "Sun, 06 Nov 1994 +8:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 +é0",
            // What Python reads as none, or as another date.
            "Sun, 06 Nov 1994 08:49:60 GMT",
            "Sun, 06 Nov 1994 08:49:37 +2400",
            "Sun, 06 Nov 1994 08:49:37 +053",
            "Sun, 06 Nov 1994 08:49:37 +05300",
            "Sun 6, 06 Nov 1994 08:49:37 GMT",
            "Sun\u{a0}, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
