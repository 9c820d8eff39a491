//! Figures in a file, as the other commands print them.

use std::fs;

use crate::measure::Row;

pub fn read(file: &str) -> Vec<Row> {
    let text = fs::read_to_string(file).expect("a file of figures");
    let row = |line: &str| {
        let fields: Vec<_> = line.split('\t').collect();
        let [what, name, case, size, value] = fields[..] else { return None };
        Some(Row::new(what, name, case, size, value.parse().ok()?))
    };
    text.lines().filter_map(row).collect()
}

pub fn get(rows: &[Row], what: &str, name: &str, case: &str, size: &str) -> Option<f64> {
    let mut found = rows
        .iter()
        .filter(|row| (&*row.what, &*row.name, &*row.case, &*row.size) == (what, name, case, size));
    found.next().map(|row| row.value)
}
