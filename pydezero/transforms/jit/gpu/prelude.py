"""The C++ functions that kernels call beside those of CUDA."""

from __future__ import annotations

from typing import Final

PRELUDE: Final = r"""
__device__ inline float inff_() { return __int_as_float(0x7f800000); }
__device__ inline double inf_() { return __longlong_as_double(0x7ff0000000000000LL); }
__device__ inline float nanf_() { return __int_as_float(0x7fc00000); }
__device__ inline double nan_() { return __longlong_as_double(0x7ff8000000000000LL); }

// The smaller of `high` and the larger of x and `low`; where it is no number, it is equal to nothing.
template <class T> __device__ inline T clipped_(T x, T low, T high) {
    const T larger = (x > low || x != x) ? x : low;
    return (larger < high || larger != larger) ? larger : high;
}

template <class T> __device__ inline T largest_(T x, T y) { return (x > y || x != x) ? x : y; }
template <class T> __device__ inline T smallest_(T x, T y) { return (x < y || x != x) ? x : y; }

__device__ inline float fmod_(float x, float y) { return fmodf(x, y); }
__device__ inline double fmod_(double x, double y) { return fmod(x, y); }

// Quotients that are rounded down, and what they leave, as NumPy has them.
template <class T> __device__ inline T remainder_of_floats_(T x, T y) {
    const T left = fmod_(x, y);
    return left != 0 ? ((left < 0) != (y < 0) ? left + y : left) : (T)copysign(0.0, (double)y);
}
template <class T> __device__ inline T quotient_of_floats_(T x, T y) {
    if (y == 0) return x / y;
    const T left = fmod_(x, y);
    T found = (x - left) / y;
    if (left != 0 && (left < 0) != (y < 0)) found -= 1;
    if (found == 0) return (T)copysign(0.0, (double)(x / y));
    const T whole = (T)floor((double)found);
    return found - whole > (T)0.5 ? whole + 1 : whole;
}
template <class T> __device__ inline T remainder_(T x, T y) {
    if (y == 0 || y == (T)-1) return y == 0 || (T)-1 < 0 ? 0 : x % y;
    const T left = x % y;
    return left != 0 && (left < 0) != (y < 0) ? left + y : left;
}
template <class T> __device__ inline T floor_divide_(T x, T y) {
    if (y == 0) return 0;
    if (y == (T)-1 && (T)-1 < 0) return (T)(0ULL - (unsigned long long)x);
    const T found = x / y;
    return x % y != 0 && (x < 0) != (y < 0) ? found - 1 : found;
}
__device__ inline float remainder_(float x, float y) { return remainder_of_floats_(x, y); }
__device__ inline double remainder_(double x, double y) { return remainder_of_floats_(x, y); }
__device__ inline float floor_divide_(float x, float y) { return quotient_of_floats_(x, y); }
__device__ inline double floor_divide_(double x, double y) { return quotient_of_floats_(x, y); }

// 1 - y * y for y = tanh(x) and e = exp(-2 |x|)
template <class T> __device__ inline T sech_squared_(T y, T e, T least) {
    const T found = 1 - y * y;
    return (found >= least || found != found) ? found : 4 * e / ((1 + e) * (1 + e));
}

__device__ inline float expit_(float x) {
    const float e = expf(-fabsf(x));
    return (x > 0 ? 1 : e) / (1 + e);
}
__device__ inline double expit_(double x) {
    const double e = exp(-fabs(x));
    return (x > 0 ? 1 : e) / (1 + e);
}

__device__ inline float log_expit_(float x) { return (x < 0 ? x : -0.0f) - log1pf(expf(-fabsf(x))); }
__device__ inline double log_expit_(double x) { return (x < 0 ? x : -0.0) - log1p(exp(-fabs(x))); }

__device__ inline float logaddexp_(float x, float y) {
    return x == y ? x + 0.6931471805599453f : largest_(x, y) + log1pf(expf(-fabsf(x - y)));
}
__device__ inline double logaddexp_(double x, double y) {
    return x == y ? x + 0.6931471805599453 : largest_(x, y) + log1p(exp(-fabs(x - y)));
}

// For -inf it is what SciPy gives.
__device__ inline float gammaln_(float x) { return x == -inff_() ? x : lgammaf(x); }
__device__ inline double gammaln_(double x) { return x == -inf_() ? x : lgamma(x); }

// The recurrence up to 10, then Stirling's series (DLMF 5.11.2); near the root it is expanded about the root; the
// reflection below 0.
__device__ inline double digamma_(double x) {
    if (x != x || x == inf_()) return x;
    if (x == -inf_()) return nan_();
    if (x == 0) return copysign(inf_(), -x);
    double shift = 0;
    if (x < 0) {
        if (floor(x) == x) return nan_();
        const double rest = x - floor(x);
        shift = -3.141592653589793 / tan(3.141592653589793 * (rest > 0.5 ? rest - 1 : rest));
        x = 1 - x;
    }
    // psi(x) = psi(root) + ..., by its differences: every term has the factor x - root, so that no digits are lost.
    const double root = 1.4616321449683622, root_low = 9.549995429965697e-17;
    const double d = (x - root) - root_low;
    if (fabs(d) < 0.25) {
        double total = 0;
        for (int k = 15; k >= 0; --k) total += d / ((x + k) * (root + k));
        const double y = x + 16, z = root + 16;
        const double iy = 1 / (y * y), iz = 1 / (z * z);
        const double series = (iz - iy) * (1.0 / 12 - (iy + iz) * (1.0 / 120) + (iy * iy + iy * iz + iz * iz) / 252
            - (iy + iz) * (iy * iy + iz * iz) / 240);
        return shift + (total + log1p(d / z) + d / (2 * y * z) + series);
    }
    double below = 0;
    for (; x < 10; x += 1) below += 1 / x;
    const double s = 1 / (x * x);
    const double series = s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132
        - s * (691.0 / 32760 - s / 12))))));
    return shift + (log(x) - 0.5 / x - series - below);
}
__device__ inline float digamma_(float x) { return (float)digamma_((double)x); }
"""
