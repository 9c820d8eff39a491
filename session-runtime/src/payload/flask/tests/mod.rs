//! Flask's format against Flask: the texts are what Flask 3.1.3 writes.

mod fields;
mod golden;
mod properties;
mod types;
