use std::time::Instant;
fn main() {
    let reader = nianbao::Reader::default();
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let _ = reader.read(&bytes, None);
        let mut best = f64::MAX;
        for _ in 0..9 {
            let t = Instant::now();
            for _ in 0..200 {
                std::hint::black_box(reader.read(&bytes, None).unwrap());
            }
            best = best.min(t.elapsed().as_secs_f64() / 200.0 * 1e6);
        }
        println!("{path}: {best:.1} µs");
    }
}
