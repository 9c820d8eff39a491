//! zlib, with bounded input and output.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::cookie::envelope::Refused;

/// The most bytes that a payload may inflate to. A 4 kB cookie has room for 3 kB
/// of zlib, and JSON shrinks to between a third and a tenth, so twenty times 3 kB
/// is enough. zlib itself would allow three megabytes.
pub(super) const MAX_INFLATED: usize = 64 * 1024;

/// What zlib writes for a short text that does not shrink, beyond the text.
const OVERHEAD: usize = 64;

thread_local! {
    // zlib allocates about 470 kB to compress, and 50 kB to inflate, which would be
    // mapped and faulted in for every cookie. This zlib's best level compresses as well
    // as Python's default.
    static DEFLATER: RefCell<Compress> = RefCell::new(Compress::new(Compression::best(), true));
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// `None` for a payload too long to be inflated again. It stays uncompressed, and
/// its cookie is refused for its size. Also `None` if the result is longer than the
/// payload by more than [`OVERHEAD`].
pub(super) fn deflate(payload: &str) -> Option<Vec<u8>> {
    if payload.len() > MAX_INFLATED {
        return None;
    }
    let mut out = Vec::with_capacity(payload.len() + OVERHEAD);
    let status = DEFLATER.with_borrow_mut(|deflater| {
        deflater.reset();
        deflater.compress_vec(payload.as_bytes(), &mut out, FlushCompress::Finish)
    });
    matches!(status, Ok(Status::StreamEnd)).then_some(out)
}

/// Inflates exactly one complete zlib stream.
pub(super) fn inflate(deflated: &[u8]) -> Result<Vec<u8>, Refused> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(true);
        inflate_with(inflater, deflated)
    })
}

fn inflate_with(inflater: &mut Decompress, deflated: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut out = Vec::new();
    loop {
        // Grow the output while there is more, up to one byte beyond the limit.
        let room = (out.len() * 2).max(deflated.len() * 4).min(MAX_INFLATED + 1);
        out.reserve_exact(room - out.len());
        let rest = deflated.get(consumed(inflater)..).unwrap_or_default();
        let before = (inflater.total_in(), out.len());
        let status = inflater.decompress_vec(rest, &mut out, FlushDecompress::None);
        match status.map_err(|_| Refused::Payload)? {
            _ if out.len() > MAX_INFLATED => return Err(Refused::TooLong),
            Status::StreamEnd if consumed(inflater) == deflated.len() => return Ok(out),
            Status::StreamEnd => return Err(Refused::Payload),
            // No progress: the stream is truncated.
            _ if before == (inflater.total_in(), out.len()) => return Err(Refused::Payload),
            _ => {}
        }
    }
}

fn consumed(inflater: &Decompress) -> usize {
    usize::try_from(inflater.total_in()).unwrap_or(usize::MAX)
}
