//! zlib, bounded both ways.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use crate::cookie::envelope::Refused;

/// What a payload may inflate to: twenty times the 3 kB of zlib that fit into a
/// cookie of 4 kB, while JSON shrinks to a third or a tenth. zlib itself allows
/// three megabytes.
pub(super) const MAX_INFLATED: usize = 64 * 1024;

/// `None` for what would be refused when it comes back. Such a payload stays as
/// it is, and is an error for its size.
pub(super) fn deflate(payload: &str) -> Option<Vec<u8>> {
    if payload.len() > MAX_INFLATED {
        return None;
    }
    // This zlib's best is as good as the default of Python's.
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(payload.as_bytes()).ok()?;
    encoder.finish().ok()
}

/// One whole zlib stream, and nothing after it.
pub(super) fn inflate(deflated: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut inflater = Decompress::new(true);
    let mut out = Vec::new();
    loop {
        // The output grows while there is more, up to one byte too many.
        let room = (out.len() * 2).max(deflated.len() * 4).min(MAX_INFLATED + 1);
        out.reserve_exact(room - out.len());
        let rest = deflated.get(consumed(&inflater)..).unwrap_or_default();
        let before = (inflater.total_in(), out.len());
        let status = inflater.decompress_vec(rest, &mut out, FlushDecompress::None);
        match status.map_err(|_| Refused::Payload)? {
            _ if out.len() > MAX_INFLATED => return Err(Refused::TooLong),
            Status::StreamEnd if consumed(&inflater) == deflated.len() => return Ok(out),
            Status::StreamEnd => return Err(Refused::Payload),
            // No progress: the stream is cut.
            _ if before == (inflater.total_in(), out.len()) => return Err(Refused::Payload),
            _ => {}
        }
    }
}

fn consumed(inflater: &Decompress) -> usize {
    usize::try_from(inflater.total_in()).unwrap_or(usize::MAX)
}
