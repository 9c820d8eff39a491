//! A field with the name of what every session can do.

use session_runtime::prelude::*;

#[session(clear: bool)]
pub struct Clear;

#[session(renew: bool)]
pub struct Renew;

#[session(is_empty: bool)]
pub struct IsEmpty;

#[session(is_permanent: bool)]
pub struct IsPermanent;

#[session(set_permanent: bool)]
pub struct SetPermanent;

#[session(set_lifetime: bool)]
pub struct SetLifetime;

#[session(flash: bool)]
pub struct Flash;

#[session(flashes: bool)]
pub struct Flashes;

#[session(flashes_in: bool)]
pub struct FlashesIn;

#[session(peek_flashes: bool)]
pub struct PeekFlashes;

#[session(keep_flashes: bool)]
pub struct KeepFlashes;

#[session(keep_input: bool)]
pub struct KeepInput;

#[session(keep_input_without: bool)]
pub struct KeepInputWithout;

#[session(old_input: bool)]
pub struct OldInput;

#[session(view: bool)]
pub struct View;

#[session(try_view: bool)]
pub struct TryView;

#[session(loaded: bool)]
pub struct Loaded;

#[session(info: bool)]
pub struct Info;

#[session(into: bool)]
pub struct Into;

#[session(try_into: bool)]
pub struct TryInto;

#[session(render: bool)]
pub struct Render;

fn main() {}
