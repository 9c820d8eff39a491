//! The teas that the shop sells.

use rocket::form::{self, FromFormField, ValueField};
use rocket::serde::Serialize;

/// A tea.
#[derive(Debug, Serialize)]
#[serde(crate = "rocket::serde")]
pub(crate) struct Tea {
    /// What forms and sessions call it.
    pub(crate) sku: &'static str,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// In cents, for 100 g.
    pub(crate) price: u32,
    /// The colour in the cup, in CSS notation.
    pub(crate) color: &'static str,
}

pub(crate) static TEAS: [Tea; 6] = [
    Tea {
        sku: "sencha",
        name: "Sencha",
        about: "Steamed green leaves from Uji. Fresh grass, a little sea.",
        price: 890,
        color: "#b9c05a",
    },
    Tea {
        sku: "oolong",
        name: "Iron Goddess",
        about: "Half-fermented oolong, rolled by hand. Orchid and butter.",
        price: 1450,
        color: "#d9a441",
    },
    Tea {
        sku: "darjeeling",
        name: "Darjeeling First Flush",
        about: "The first leaves of spring. Light, floral, gone by May.",
        price: 1690,
        color: "#d98b3f",
    },
    Tea {
        sku: "assam",
        name: "Assam Breakfast",
        about: "Malty and strong. Made for milk and for mornings.",
        price: 640,
        color: "#a8481f",
    },
    Tea {
        sku: "rooibos",
        name: "Rooibos",
        about: "Red bush from the Cederberg. No caffeine, all evening.",
        price: 520,
        color: "#b5361c",
    },
    Tea {
        sku: "peppermint",
        name: "Peppermint",
        about: "Whole dried leaves. Three minutes, and the head is clear.",
        price: 480,
        color: "#9bb13c",
    },
];

/// The tea of that name, if the shop has it.
pub(crate) fn find(sku: &str) -> Option<&'static Tea> {
    TEAS.iter().find(|tea| tea.sku == sku)
}

/// A form names a tea, and the handler gets that tea. A form with another name is
/// refused before the handler runs.
impl<'v> FromFormField<'v> for &'v Tea {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        find(field.value).ok_or_else(|| form::Error::validation("We do not have that tea.").into())
    }
}

/// The template filter `euros`: cents to "8.90 €".
pub(crate) fn euros(cents: u32) -> String {
    format!("{}.{:02} €", cents / 100, cents % 100)
}
