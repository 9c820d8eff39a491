//! How a page looks: on which screen, with which preference of the visitor's.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::Browser;

/// A screen, and whether the visitor's system is dark.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// In CSS pixels.
    pub(crate) width: u32,
    pub(crate) dark: bool,
}

/// A telephone and a desk, by day and by night.
pub(crate) const LOOKS: [Look; 4] = [
    Look { width: 360, dark: false },
    Look { width: 360, dark: true },
    Look { width: 1280, dark: false },
    Look { width: 1280, dark: true },
];

impl Look {
    fn name(self) -> &'static str {
        match (self.is_narrow(), self.dark) {
            (true, false) => "narrow-light",
            (true, true) => "narrow-dark",
            (false, false) => "wide-light",
            (false, true) => "wide-dark",
        }
    }

    fn is_narrow(self) -> bool {
        self.width < 600
    }
}

impl Browser {
    /// Changes the screen and the system, also for the page that is shown.
    #[track_caller]
    pub(crate) fn look(&self, look: Look) {
        self.screen(look, 800);
        let scheme = if look.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    #[track_caller]
    fn screen(&self, look: Look, height: u64) {
        let Look { width, .. } = look;
        // Telephones lay their scroll bar over the page.
        let mobile = look.is_narrow();
        let screen =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// Writes the page into the target folder, at its whole height.
    #[track_caller]
    pub(crate) fn screenshot(&self, page: &str, look: Look) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        fs::create_dir_all(&folder).expect("a folder");
        let height = self.script("return document.documentElement.scrollHeight");
        self.screen(look, height.as_u64().expect("a height"));
        let png = self.get("screenshot");
        let png = STANDARD.decode(png.as_str().expect("base64")).expect("base64");
        self.screen(look, 800);
        fs::write(folder.join(format!("{page}-{}.png", look.name())), png).expect("a file");
    }

    /// The colour behind everything.
    #[track_caller]
    pub(crate) fn background(&self) -> String {
        let color = self.script("return getComputedStyle(document.body).backgroundColor");
        color.as_str().expect("a colour").to_owned()
    }
}
