//! The payload, written.

/// A JSON object that is being written.
pub(super) struct Object(String);

impl Object {
    pub(super) fn with_capacity(bytes: usize) -> Object {
        let mut out = String::with_capacity(bytes);
        out.push('{');
        Object(out)
    }

    pub(super) fn member(&mut self, key: impl FnOnce(&mut String), value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        key(&mut self.0);
        self.0.push(':');
        self.0.push_str(value);
    }

    pub(super) fn own_member(&mut self, key: &str, value: &str) {
        self.member(|out| out.extend(["\"", key, "\""]), value);
    }

    pub(super) fn close(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
