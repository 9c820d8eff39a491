//! What a request does with its session: the rules, without a framework.

pub(crate) mod decide;
pub(crate) mod origin;
