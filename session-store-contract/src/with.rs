//! Records and patches with some fields of their own.

/// `with!(base, field = value)` is `Record { field: value, ..base }`. Records and
/// patches may get more fields, so only their own crate can write that.
macro_rules! with {
    ($base:expr, $($field:ident = $value:expr),* $(,)?) => {{
        let mut changed = $base;
        $(changed.$field = $value;)*
        changed
    }};
}
pub(crate) use with;
