//! Room at the end of a buffer, for rows that are put together from many short pieces.
//!
//! Most pieces of a row are some bytes long, and a run has millions of them: asking for each whether the buffer must grow, and calling a copy
//! that serves any length, takes longer than the copying. Here a row asks once, and short pieces are copied as one or two words.

/// The end of a buffer. What it holds beyond that is cut off when this is dropped.
#[derive(Debug)]
pub(super) struct Room<'a> {
    out: &'a mut Vec<u8>,
    /// Where the next byte goes.
    at: usize,
}

/// The buffer grows by so much at least.
const STEP: usize = 1 << 12;

impl<'a> Room<'a> {
    /// Goes on behind what `out` holds.
    pub(super) fn new(out: &'a mut Vec<u8>) -> Room<'a> {
        let at = out.len();
        Room { out, at }
    }

    /// Makes room for `bytes` more. Whatever is put in without asking still finds room, but slowly.
    #[inline]
    pub(super) fn reserve(&mut self, bytes: usize) {
        if self.out.len() - self.at < bytes {
            self.grow(bytes);
        }
    }

    #[cold]
    fn grow(&mut self, bytes: usize) {
        self.out.resize(self.at + bytes.max(STEP), 0);
    }

    /// Bytes so far.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.at
    }

    /// What was put in since there were `start` bytes.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &[u8] {
        self.out.get(start..self.at).unwrap_or_default()
    }

    /// Adds `piece`.
    #[inline]
    pub(super) fn put(&mut self, piece: &[u8]) {
        let end = self.at + piece.len();
        match self.out.get_mut(self.at..end) {
            Some(to) => copy(piece, to),
            None => self.put_behind(piece),
        }
        self.at = end;
    }

    /// Copies a piece for which there is no room yet.
    #[cold]
    fn put_behind(&mut self, piece: &[u8]) {
        self.grow(piece.len());
        self.out[self.at..self.at + piece.len()].copy_from_slice(piece);
    }

    /// Adds a byte.
    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.put(&[byte]);
    }

    /// Adds the digits of `number`.
    #[inline]
    pub(super) fn count(&mut self, number: u64) {
        match number {
            // Most cells hold such a number.
            0..=9 => self.byte(b'0' + number as u8),
            10..=99 => self.put(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]),
            _ => self.put(itoa::Buffer::new().format(number).as_bytes()),
        }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.out.truncate(self.at);
    }
}

/// Copies `from` to `to`, which is as long.
#[inline]
fn copy(from: &[u8], to: &mut [u8]) {
    match from.len() {
        33.. => to.copy_from_slice(from),
        16.. => ends::<16>(from, to),
        8.. => ends::<8>(from, to),
        4.. => ends::<4>(from, to),
        2.. => ends::<2>(from, to),
        1 => to[0] = from[0],
        0 => {}
    }
}

/// Copies what has between `N` and 2 `N` bytes: the first `N` and the last `N` of them are all.
#[inline]
fn ends<const N: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) {
        if let Some(to) = to.first_chunk_mut::<N>() {
            *to = *first;
        }
        if let Some(to) = to.last_chunk_mut::<N>() {
            *to = *last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_every_length_stand_one_behind_the_other() {
        let source: Vec<u8> = (0..200u32).map(|i| (i * 7 % 251) as u8).collect();
        for reserved in [0, 100, 100_000] {
            let (mut out, mut expected) = (b"before".to_vec(), b"before".to_vec());
            {
                let mut room = Room::new(&mut out);
                room.reserve(reserved);
                for length in 0..=200 {
                    room.put(&source[..length]);
                    expected.extend_from_slice(&source[..length]);
                }
                for number in [0, 9, 10, 42, 99, 100, 12_345, u64::MAX] {
                    room.count(number);
                    expected.extend_from_slice(number.to_string().as_bytes());
                }
            }
            assert_eq!(out, expected);
        }
    }
}
