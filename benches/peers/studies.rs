//! The studies that are timed: the same on every machine.

/// Variances log-uniform on [0.01, 1], effects normal with variance v + 0.1.
pub fn studies(k: usize) -> (Vec<f64>, Vec<f64>) {
    let mut state = 2026_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    (0..k)
        .map(|_| {
            let v = 0.01 * libm::pow(100.0, uniform());
            let radius = libm::sqrt(-2.0 * libm::log(uniform()));
            let z = radius * libm::cos(std::f64::consts::TAU * uniform());
            (z * libm::sqrt(v + 0.1), v)
        })
        .unzip()
}
