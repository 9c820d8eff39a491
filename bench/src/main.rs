//! `measure`, `http`, `soak`, `instructions` and `builds` print figures, one a line; `tables`
//! and `report` read them. `serve`, `load` and `repeat` are what `http` and `instructions` start.

mod builds;
mod contender;
mod contenders;
mod figures;
mod goals;
mod http;
mod instructions;
mod measure;
mod plot;
mod redis;
mod report;
mod rockets;
mod server;
mod soak;
mod visitor;

use contender::Contender;
use measure::Row;

/// The requests of a round. With fewer, what a round costs is to find its code in the
/// processor's caches again.
const REQUESTS: usize = 500;

fn find(name: &str) -> Box<dyn Contender> {
    let mut all = contenders::all();
    let place =
        all.iter().position(|contender| contender.name() == name).expect("no such contender");
    all.swap_remove(place)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["measure", rounds] => {
            let all = contenders::all();
            print(redis::round_trips(&all));
            print(measure::in_process(&all, rounds.parse().unwrap(), REQUESTS));
        }
        ["measure", rounds, ref names @ ..] => {
            let some: Vec<_> = names.iter().map(|name| find(name)).collect();
            print(measure::in_process(&some, rounds.parse().unwrap(), REQUESTS));
        }
        ["instructions"] => print(instructions::all()),
        ["repeat", name, case, times] => {
            instructions::repeat(&*find(name), case, times.parse().unwrap())
        }
        ["http", seconds] => print(http::all(seconds.parse().unwrap())),
        ["serve", name, items, port] => {
            find(name).serve(items.parse().unwrap(), port.parse().unwrap())
        }
        ["load", address, path, connections, seconds] => {
            http::load(address, path, connections.parse().unwrap(), seconds.parse().unwrap());
        }
        ["soak", seconds] => print(soak::all(seconds.parse().unwrap())),
        ["builds", folder] => print(builds::all(folder)),
        ["tables", file] => println!("{}", report::tables(&figures::read(file))),
        ["report", file, machine, folder] => {
            let machine = std::fs::read_to_string(machine).expect("a file about the machine");
            report::write(&figures::read(file), &machine, folder);
        }
        _ => panic!(
            "measure ROUNDS [CONTENDER...] | instructions | http SECONDS | soak SECONDS | \
             builds FOLDER | tables FILE | report FILE MACHINE FOLDER"
        ),
    }
}

fn print(rows: Vec<Row>) {
    for Row { what, name, case, size, value } in rows {
        println!("{what}\t{name}\t{case}\t{size}\t{value}");
    }
}
