//! A plot as SVG: lines over two axes, and their names beside it.

use std::fmt::Write;

const COLOURS: [&str; 7] =
    ["#1b6ca8", "#d1495b", "#2e8b57", "#e08e0b", "#6a4c93", "#8d6e63", "#00838f"];
const DASHES: [&str; 3] = ["", "6 3", "2 2"];
const LEFT: f64 = 70.0;
const RIGHT: f64 = 500.0;
const TOP: f64 = 40.0;
const LINE: f64 = 18.0;

pub struct Plot<'a> {
    pub title: &'a str,
    pub x: &'a str,
    pub y: &'a str,
    /// Both axes are logarithmic. Otherwise they start at zero.
    pub log: bool,
    pub ticks: &'a [(&'a str, f64)],
    /// Names and points.
    pub lines: Vec<(String, Vec<(f64, f64)>)>,
}

impl Plot<'_> {
    pub fn svg(mut self) -> String {
        // The names stand in the order in which the lines end.
        let end = |line: &(String, Vec<(f64, f64)>)| line.1.last().map_or(0.0, |point| point.1);
        self.lines.retain(|line| !line.1.is_empty());
        self.lines.sort_by(|a, b| end(b).total_cmp(&end(a)));
        let bottom = TOP + (LINE * self.lines.len() as f64).max(300.0);
        let values = || self.lines.iter().flat_map(|line| line.1.iter().map(|point| point.1));
        let marks = if self.log { decades } else { steps };
        let marks =
            marks(values().fold(f64::INFINITY, f64::min).max(0.1), values().fold(1.0, f64::max));
        let scale = |value: f64| if self.log { value.ln() } else { value };
        let first = if self.log { self.ticks[0].1 } else { 0.0 };
        let across = |value: f64, from: f64, to: f64| {
            (scale(value) - scale(from)) / (scale(to) - scale(from))
        };
        let x =
            |value: f64| LEFT + (RIGHT - LEFT) * across(value, first, self.ticks.last().unwrap().1);
        let y =
            |value: f64| bottom - (bottom - TOP) * across(value, marks[0], *marks.last().unwrap());

        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 780 {height}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"780\" height=\"{height}\" fill=\"white\"/>\n\
             <text x=\"{LEFT}\" y=\"20\" font-size=\"15\">{}</text>\n\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(16 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
            self.title,
            (LEFT + RIGHT) / 2.0,
            bottom + 40.0,
            self.x,
            (TOP + bottom) / 2.0,
            self.y,
            height = bottom + 55.0,
        );
        for mark in &marks {
            let y = y(*mark);
            writeln!(
                svg,
                "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#ddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{mark}</text>",
                LEFT - 6.0,
                y + 4.0
            )
            .unwrap();
        }
        for (label, value) in self.ticks {
            let x = x(*value);
            writeln!(
                svg,
                "<path d=\"M{x:.1} {bottom}v5\" stroke=\"#888\"/>\
                 <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
                bottom + 19.0
            )
            .unwrap();
        }
        for (n, (name, points)) in self.lines.iter().enumerate() {
            let colour = COLOURS[n % COLOURS.len()];
            let dash = DASHES[n / COLOURS.len() % DASHES.len()];
            let points: Vec<_> =
                points.iter().map(|(a, b)| format!("{:.1},{:.1}", x(*a), y(*b))).collect();
            // This library's own.
            let width = if name.starts_with("session") { 3.0 } else { 1.5 };
            let beside = TOP + LINE * (n as f64 + 0.5);
            writeln!(
                svg,
                "<g stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dash}\" fill=\"none\">\
                 <polyline points=\"{}\"/><path d=\"M{} {beside}h24\"/></g>\
                 <text x=\"{}\" y=\"{}\">{name}</text>",
                points.join(" "),
                RIGHT + 20.0,
                RIGHT + 50.0,
                beside + 4.0
            )
            .unwrap();
        }
        svg + "</svg>\n"
    }
}

/// From zero, in about five steps of 1, 2 or 5 times a power of ten.
fn steps(_: f64, most: f64) -> Vec<f64> {
    let power = 10_f64.powf((most / 5.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * power);
    let step = step.into_iter().find(|step| most / step <= 6.0).unwrap_or(most);
    (0..=(most / step).ceil() as u32).map(|n| f64::from(n) * step).collect()
}

/// 1, 2 and 5 times each power of ten, around all values.
fn decades(least: f64, most: f64) -> Vec<f64> {
    let all = (-1..9).flat_map(|power| [1.0, 2.0, 5.0].map(|n| n * 10_f64.powi(power)));
    let all: Vec<_> = all.collect();
    let first = all.iter().rposition(|mark| *mark <= least).unwrap_or(0);
    let last = all.iter().position(|mark| *mark >= most).unwrap_or(all.len() - 1);
    all[first..=last.max(first + 1)].to_vec()
}
