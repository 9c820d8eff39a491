//! zlib, with bounded input and output.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use crate::cookie::envelope::Refused;

/// The most bytes that a payload may inflate to. A 4 kB cookie has room for 3 kB
/// of zlib, and JSON shrinks to between a third and a tenth, so twenty times 3 kB
/// is enough. zlib itself would allow three megabytes.
pub(super) const MAX_INFLATED: usize = 64 * 1024;

/// `None` for a payload too long to be inflated again. It stays uncompressed, and
/// its cookie is refused for its size.
pub(super) fn deflate(payload: &str) -> Option<Vec<u8>> {
    if payload.len() > MAX_INFLATED {
        return None;
    }
    // This zlib's best level compresses as well as Python's default.
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(payload.as_bytes()).ok()?;
    encoder.finish().ok()
}

/// Inflates exactly one complete zlib stream.
pub(super) fn inflate(deflated: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut inflater = Decompress::new(true);
    let mut out = Vec::new();
    loop {
        // Grow the output while there is more, up to one byte beyond the limit.
        let room = (out.len() * 2).max(deflated.len() * 4).min(MAX_INFLATED + 1);
        out.reserve_exact(room - out.len());
        let rest = deflated.get(consumed(&inflater)..).unwrap_or_default();
        let before = (inflater.total_in(), out.len());
        let status = inflater.decompress_vec(rest, &mut out, FlushDecompress::None);
        match status.map_err(|_| Refused::Payload)? {
            _ if out.len() > MAX_INFLATED => return Err(Refused::TooLong),
            Status::StreamEnd if consumed(&inflater) == deflated.len() => return Ok(out),
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
