//! Floats as Python writes them.

use std::fmt::{Debug, Display, LowerExp};
use std::str::FromStr;

use serde::ser::Error;

use crate::payload::Unencodable;

/// The shortest digits that read back as the same float, the even ones where
/// two are equally near.
///
/// Rust's `Debug` and Python's `repr` agree on how many digits there are and on
/// when there is an exponent. They differ in ties (2111272859535333.25 has a 3
/// in the end in Rust), and in the exponent: `1e16` is `1e+16`, and `1e-5` is
/// `1e-05`.
pub(super) fn repr<T>(value: T) -> Result<String, Unencodable>
where
    T: Copy + Debug + Display + LowerExp + FromStr + PartialEq + Into<f64>,
{
    if !value.into().is_finite() {
        return Err(Unencodable::custom("a float that is not finite has no form in JSON"));
    }
    let shortest = format!("{value:?}");
    let (mantissa, exponent) = match shortest.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (&*shortest, None),
    };
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    // With a given number of digits Rust, too, rounds to even.
    let even = match exponent {
        Some(_) => format!("{value:.decimals$e}"),
        None => format!("{value:.decimals$}"),
    };
    let same = even.parse().is_ok_and(|parsed: T| parsed == value);
    let text = if same { even } else { shortest };
    let Some((mantissa, exponent)) = text.split_once('e') else { return Ok(text) };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    Ok(format!("{mantissa}e{sign}{exponent:0>2}"))
}
