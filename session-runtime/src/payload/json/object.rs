//! The payload, written.

/// A JSON object that is being written.
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn with_capacity(bytes: usize) -> Object {
        let mut out = String::with_capacity(bytes);
        out.push('{');
        Object(out)
    }

    pub(crate) fn member(&mut self, key: impl FnOnce(&mut String), value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        key(&mut self.0);
        self.0.push(':');
        self.0.push_str(value);
    }

    pub(crate) fn own_member(&mut self, key: &str, value: &str) {
        self.member(|out| out.extend(["\"", key, "\""]), value);
    }

    pub(crate) fn close(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
