//! A small seeded generator (splitmix64): the same seed gives the same report for ever, whatever crates are updated.

/// Random numbers from a seed.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Numbers of their own for `purpose`: leaving one operator out changes nothing for the others.
    pub fn of(seed: u64, purpose: &str) -> Rng {
        // FNV-1a: the hasher of the standard library promises no stability.
        let name = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        let mut rng = Rng(seed ^ name);
        Rng(rng.next() ^ seed.rotate_left(17))
    }

    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Up to `most` of the numbers below `n`, at least one if there is one, in rising order.
    pub fn some(&mut self, n: usize, most: usize) -> Vec<usize> {
        if n == 0 {
            return Vec::new();
        }
        let count = self.range(1, most.min(n));
        let mut taken = std::collections::BTreeSet::new();
        while taken.len() < count {
            taken.insert(self.below(n));
        }
        taken.into_iter().collect()
    }
}
