"""SciPy's special functions: their derivatives in mpmath, over their whole domain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import mpmath as mp
import numpy as np

from tests.functions.exact import Exact, Floats, Number, Slope, within
from tests.scipy.table_elliptic import ELLIPTIC

_MAGNITUDES: Final = [
    1e-20,
    1e-9,
    1e-4,
    0.03,
    0.3,
    0.8,
    1.2,
    2.3,
    4.6,
    8.0,
    15.0,
    25.0,
    38.5,
    70.0,
    150.0,
    300.0,
    700.0,
]
_FAR: Final = [740.0, 1e5, 1e8, 1e12, 1e50]
_NEAR: Final = [1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 1e-2, 0.1]

_POSITIVE: Final = np.array([*_MAGNITUDES, *_FAR])
_MODERATE: Final = np.array(_MAGNITUDES)
_LINE: Final = np.concatenate([-_POSITIVE[::-1], [0.0], _POSITIVE])
_NONZERO: Final = np.concatenate([-_POSITIVE[::-1], _POSITIVE])
_PROBABILITY: Final = np.array(sorted([1e-300, 1e-150, *_NEAR, 0.3, 0.5, 0.7, *[1 - d for d in _NEAR]]))
_UNIT: Final = np.concatenate([-_PROBABILITY[::-1], _PROBABILITY])
_within: Final = partial(within, points=_LINE)
_SHORT: Final = np.array([1e-9, 0.03, 0.3, 1.0, 2.3, 8.0, 38.5, 300.0])
_SHORT_LINE: Final = np.concatenate([-_SHORT[::-1], [0.0], _SHORT])
_WIDE: Final = np.array([1e-310, 1e-160, *_SHORT[::2], 1e5, 1e12, 1e160, 1e300])
_WIDE_LINE: Final = np.concatenate([-_WIDE[::-1], [0.0], _WIDE])

_SCIPY: Final = "SciPy's own function, of which the derivative is made, has fewer digits elsewhere"
_PLAIN: Final = _SHORT[2:6]
_PLAIN_LINE: Final = np.concatenate([-_PLAIN[:-1][::-1], [0.0], _PLAIN[:-1]])
_CANCELS: Final = "the second derivative is a difference of larger numbers where an argument is very small or large"


def _one(slope: Slope, points: Floats, *given: float, **more: Any) -> Exact:
    return Exact((slope,), (points,), given, **{"second_points": (points[1 :: max(3, points.size // 8)],), **more})


def _two(x_slope: Slope, y_slope: Slope, x: Floats, y: Floats, **more: Any) -> Exact:
    return Exact((x_slope, y_slope), (x, y), **more)


def _zero(*xs: Number) -> Number:
    return mp.mpf(0)


def _degree() -> Number:
    return mp.pi / 180


def _density(x: Number) -> Number:
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _dawson(x: Number) -> Number:
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def _hazard(x: Number) -> Number:
    return _density(x) / (mp.erfc(-x / mp.sqrt(2)) / 2)


def _quantile(p: Number) -> Number:
    return _solved(
        lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2) - mp.log(p), _hazard, mp.mpf(float(_scipy().ndtri(float(p))))
    )


def _scipy() -> Any:
    from scipy import special

    return special


def _solved(f: Callable[[Number], Number], slope: Callable[[Number], Number], start: Number) -> Number:
    """The zero of f near a start of double precision, by Newton's method."""
    x = start
    for _ in range(60):
        step = f(x) / slope(x)
        x -= step
        if abs(step) <= abs(x) * mp.ldexp(1, -(mp.mp.prec * 2) // 3):
            return x
    raise ArithmeticError(f"no zero near {start}")


def _ellipk(m: Number) -> Number:
    return mp.pi / 8 if not m else (mp.ellipe(m) - (1 - m) * mp.ellipk(m)) / (2 * m * (1 - m))


def _ellipe(m: Number) -> Number:
    return -mp.pi / 8 if not m else (mp.ellipe(m) - mp.ellipk(m)) / (2 * m)


def _kolmogorov(x: Number) -> Number:
    """The derivative of the series in exp(-2 k^2 x^2), which at this precision has all digits for small x, too."""
    return -8 * x * sum((-1) ** (k - 1) * k * k * mp.exp(-2 * k * k * x * x) for k in range(1, 15 + int(15 / x)))


def _kolmogorov_quantile(p: Number) -> Number:
    def f(x: Number) -> Number:
        return 2 * sum((-1) ** (k - 1) * mp.exp(-2 * k * k * x * x) for k in range(1, 15 + int(15 / x))) - p

    return _solved(f, _kolmogorov, mp.mpf(float(_scipy().kolmogi(float(p)))))


def _smirnov(n: Number, d: Number) -> Number:
    def terms(j: int) -> Number:
        up, down = d + mp.mpf(j) / n, 1 - d - mp.mpf(j) / n
        slope = 1 / d + (j - 1) / up - (n - j) / down
        return mp.binomial(n, j) * d * up ** (j - 1) * down ** (n - j) * slope

    return sum(terms(j) for j in range(int(mp.floor(n * (1 - d))) + 1))


def _exprel(x: Number) -> Number:
    if abs(x) > 1e4:
        return 1 / (x * x) if x < 0 else mp.exp(x) * (x - 1) / (x * x)
    return mp.mpf(1) / 2 if not x else (mp.exp(x) * (x - 1) + 1) / (x * x)


def _boxcox(x: Number, y: Number) -> Number:
    log = mp.log(x)
    return log * log * _exprel(y * log)


def _inverse_boxcox(y: Number, k: Number) -> Number:
    return mp.exp(y) if not k else (1 + k * y) ** (1 / k)


def _inverse_boxcox_in_k(y: Number, k: Number) -> Number:
    if not k:
        return mp.exp(y) * -y * y / 2
    return _inverse_boxcox(y, k) * (y / (k * (1 + k * y)) - mp.log(1 + k * y) / (k * k))


def _over(f: Callable[[Number], Number], at_zero: float) -> Slope:
    return lambda x: f(x) / x if x else mp.mpf(at_zero)


def _bessel(f: Callable[..., Number], sign: int) -> Slope:
    return lambda n, x: (f(n - 1, x) + sign * f(n + 1, x)) / 2


def _scaled(f: Callable[..., Number], sign: int) -> Slope:
    return lambda n, x: mp.exp(-abs(x)) * (_bessel(f, sign)(n, x) - mp.sign(x) * f(n, x))


def _scaled_k(n: Number, x: Number) -> Number:
    return mp.exp(x) * (mp.besselk(n, x) - (mp.besselk(n - 1, x) + mp.besselk(n + 1, x)) / 2)


def _spherical(f: Callable[..., Number], sign: int) -> Slope:
    """The derivative of sqrt(pi / (2 x)) f(n + 1/2, x)."""

    def slope(n: Number, x: Number) -> Number:
        half = n + mp.mpf(1) / 2
        return mp.sqrt(mp.pi / (2 * x)) * (_derivative(f, sign, half, x) - f(half, x) / (2 * x))

    return slope


def _derivative(f: Callable[..., Number], sign: int, n: Number, x: Number) -> Number:
    s = -1 if f is mp.besselk else 1
    return (s * f(n - 1, x) + sign * f(n + 1, x)) / 2


def _gamma_density(a: Number, x: Number) -> Number:
    return x ** (a - 1) * mp.exp(-x) / mp.gamma(a)


def _beta_density(a: Number, b: Number, x: Number) -> Number:
    return x ** (a - 1) * (1 - x) ** (b - 1) / mp.beta(a, b)


def _student_density(n: Number, x: Number) -> Number:
    return (1 + x * x / n) ** (-(n + 1) / 2) / (mp.sqrt(n) * mp.beta(n / 2, mp.mpf(1) / 2))


def _student(n: Number, x: Number) -> Number:
    tail = mp.betainc(n / 2, mp.mpf(1) / 2, 0, n / (n + x * x), regularized=True) / 2
    return tail if x < 0 else 1 - tail


def _fisher_density(m: Number, n: Number, x: Number) -> Number:
    return (m / n) ** (m / 2) * x ** (m / 2 - 1) * (1 + m * x / n) ** (-(m + n) / 2) / mp.beta(m / 2, n / 2)


def _inverse(name: str, f: Slope, density: Slope, sign: int = 1) -> Slope:
    """The derivative of the inverse of a distribution function f, found from SciPy's value of it."""

    def slope(*args: Number) -> Number:
        *given, p = args
        start = mp.mpf(float(getattr(_scipy(), name)(*map(float, args))))
        x = _solved(
            lambda x: mp.log(f(*given, x)) - mp.log(p), lambda x: sign * density(*given, x) / f(*given, x), start
        )
        return sign / density(*given, x)

    return slope


def _lower_gamma(a: Number, x: Number) -> Number:
    return mp.gammainc(a, 0, x, regularized=True)


def _upper_gamma(a: Number, x: Number) -> Number:
    return mp.gammainc(a, x, mp.inf, regularized=True)


def lower_beta(a: Number, b: Number, x: Number) -> Number:
    return mp.betainc(a, b, 0, x, regularized=True)


def _upper_beta(a: Number, b: Number, x: Number) -> Number:
    return mp.betainc(a, b, x, 1, regularized=True)


def _k_of_complement(p: Number) -> Number:
    return -mp.elliprd(0, 1, p) / 6


def _binom(n: Number, k: Number, *, in_k: bool) -> Number:
    first = -mp.psi(0, k + 1) if in_k else mp.psi(0, n + 1)
    return mp.binomial(n, k) * (first + (mp.psi(0, n - k + 1) if in_k else -mp.psi(0, n - k + 1)))


def _of_j0(x: Number) -> Number:
    """The derivative of ber + i bei."""
    turn = mp.exp(3j * mp.pi / 4)
    return -turn * mp.besselj(1, x * turn)


def _of_k0(x: Number) -> Number:
    """The derivative of ker + i kei."""
    turn = mp.exp(1j * mp.pi / 4)
    return -turn * mp.besselk(1, x * turn)


_UNARY: Final = {
    "airy[0]": _one(lambda x: mp.airyai(x, derivative=1), _within(-1e3, 1e3), output=0),
    "airy[1]": _one(lambda x: x * mp.airyai(x), _within(-1e3, 1e3), output=1),
    "airy[2]": _one(lambda x: mp.airybi(x, derivative=1), _within(-1e3, 1e3), output=2),
    "airy[3]": _one(lambda x: x * mp.airybi(x), _within(-1e3, 1e3), output=3),
    "cbrt": _one(lambda x: 1 / (3 * mp.cbrt(x * x)), _NONZERO),
    "cosdg": _one(lambda x: -_degree() * mp.sin(_degree() * x), _within(-1e8, 1e8)),
    "cosm1": _one(lambda x: -mp.sin(x), _LINE),
    "cotdg": _one(lambda x: -_degree() / mp.sin(_degree() * x) ** 2, within(-1e8, 1e8, _NONZERO)),
    "bei": _one(lambda x: _of_j0(x).imag, _within(-20, 20)[::3]),
    "ber": _one(lambda x: _of_j0(x).real, _within(-20, 20)[::3]),
    "kei": _one(lambda x: _of_k0(x).imag, _within(1e-3, 20)[::3]),
    "ker": _one(lambda x: _of_k0(x).real, _within(1e-3, 20)[::3]),
    "ellipkm1": _one(_k_of_complement, _PROBABILITY),
    "factorial": _one(lambda x: mp.gamma(x + 1) * mp.psi(0, x + 1), _within(0, 169)[::2]),
    "dawsn": _one(lambda x: 1 - 2 * x * _dawson(x), _within(-1e51, 1e51)),
    "ellipe": _one(_ellipe, np.concatenate([-_POSITIVE, _UNIT])),
    "ellipk": _one(_ellipk, np.concatenate([-_POSITIVE, _UNIT])),
    "entr": _one(lambda x: -mp.log(x) - 1, _POSITIVE),
    "erf": _one(lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), _LINE),
    "erfc": _one(lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x), _LINE),
    "erfcinv": _one(
        lambda p: -mp.sqrt(mp.pi / 2) * mp.exp(_quantile(p / 2) ** 2 / 2) / mp.sqrt(2),
        np.append(_PROBABILITY, [1.2, 1.9, 2 - 1e-9]),
    ),
    "erfcx": _one(lambda x: 2 * x * mp.exp(x * x) * mp.erfc(x) - 2 / mp.sqrt(mp.pi), _LINE),
    "erfi": _one(lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(x * x), _LINE),
    "erfinv": _one(lambda y: mp.sqrt(mp.pi) / 2 * mp.exp(_quantile((1 + y) / 2) ** 2 / 2), _UNIT),
    "exp1": _one(lambda x: -mp.exp(-x) / x, _POSITIVE),
    "exp10": _one(lambda x: mp.power(10, x) * mp.log(10), _LINE),
    "exp2": _one(lambda x: mp.power(2, x) * mp.log(2), _LINE),
    "expi": _one(lambda x: mp.exp(x) / x, _NONZERO),
    "expit": _one(lambda x: 1 / (2 + 2 * mp.cosh(x)), _LINE),
    "expm1": _one(mp.exp, _LINE),
    "exprel": _one(_exprel, _LINE),
    "fresnel[0]": _one(lambda x: mp.sin(mp.pi * x * x / 2), _within(-1e3, 1e3), output=0),
    "fresnel[1]": _one(lambda x: mp.cos(mp.pi * x * x / 2), _within(-1e3, 1e3), output=1),
    "gamma": _one(lambda x: mp.gamma(x) * mp.psi(0, x), np.append(_within(0, 180), [-0.5, -1.3, -20.7])),
    "gammaln": _one(lambda x: mp.psi(0, x), np.append(_POSITIVE, [-0.5, -1.3, -20.7])),
    "gammasgn": _one(_zero, np.append(_POSITIVE, [-0.5, -1.3, -20.7])),
    "i0": _one(lambda x: mp.besseli(1, x), _within(-705, 705)),
    "i0e": _one(
        lambda x: mp.exp(-abs(x)) * (mp.besseli(1, x) - mp.sign(x) * mp.besseli(0, x)), within(-1e13, 1e13, _NONZERO)
    ),
    "i1": _one(lambda x: (mp.besseli(0, x) + mp.besseli(2, x)) / 2, _within(-705, 705)),
    "i1e": _one(lambda x: _scaled(mp.besseli, 1)(mp.mpf(1), x), within(-1e13, 1e13, _NONZERO)),
    "j0": _one(lambda x: -mp.besselj(1, x), _within(-1e4, 1e4)),
    "j1": _one(lambda x: (mp.besselj(0, x) - mp.besselj(2, x)) / 2, _within(-1e4, 1e4)),
    "k0": _one(lambda x: -mp.besselk(1, x), _POSITIVE[:-3], second_points=(_PLAIN,)),
    "k0e": _one(lambda x: mp.exp(x) * (mp.besselk(0, x) - mp.besselk(1, x)), _POSITIVE[:-1], second_points=(_PLAIN,)),
    "k1": _one(lambda x: -(mp.besselk(0, x) + mp.besselk(2, x)) / 2, _POSITIVE[:-3], second_points=(_PLAIN,)),
    "k1e": _one(lambda x: _scaled_k(mp.mpf(1), x), _POSITIVE[:-1], second_points=(_PLAIN,)),
    "kolmogi": _one(lambda p: 1 / _kolmogorov(_kolmogorov_quantile(p)), np.array([1e-12, 1e-4, 0.1, 0.27, 0.5, 0.99])),
    "kolmogorov": _one(_kolmogorov, np.array([0.2, 0.6, 0.999, 1.0, 1.3, 3.0, 8.0, 18.0])),
    "log1p": _one(lambda x: 1 / (1 + x), np.append(_POSITIVE, -_PROBABILITY)),
    "log_expit": _one(lambda x: 1 / (1 + mp.exp(x)), _LINE, second_points=(_within(-100, 701),)),
    "log_ndtr": _one(_hazard, _within(-1e51, 1e51)),
    "loggamma": _one(lambda x: mp.psi(0, x), _POSITIVE),
    "logit": _one(lambda x: 1 / (x * (1 - x)), _PROBABILITY),
    "ndtr": _one(_density, _LINE),
    "ndtri": _one(lambda p: 1 / _density(_quantile(p)), _PROBABILITY),
    "ndtri_exp": _one(lambda y: 1 / _hazard(_quantile(mp.exp(y))), -_POSITIVE[1:-1][_POSITIVE[1:-1] < 700]),
    "psi": _one(lambda x: mp.psi(1, x), np.append(_POSITIVE, [-0.5, -1.3, -20.7])),
    "rgamma": _one(lambda x: -mp.psi(0, x) * mp.rgamma(x), np.append(_within(1e-5, 180), [-0.5, -1.3, -20.7])),
    "round": _one(_zero, np.array([-2.3, 0.1, 1e5 + 0.2])),
    "shichi[0]": _one(_over(mp.sinh, 1), _LINE, output=0, second_points=(_within(0.1, 700)[::3],), reason=_CANCELS),
    "shichi[1]": _one(_over(mp.cosh, 1), _NONZERO, output=1),
    "sici[0]": _one(_over(mp.sin, 1), _LINE, output=0),
    "sici[1]": _one(_over(mp.cos, 1), _POSITIVE, output=1),
    "sindg": _one(lambda x: _degree() * mp.cos(_degree() * x), _within(-1e8, 1e8)),
    "spence": _one(
        lambda x: mp.log(x) / (1 - x), np.append(_POSITIVE, [*[1 + d for d in _NEAR], *[1 - d for d in _NEAR]])
    ),
    "tandg": _one(lambda x: _degree() / mp.cos(_degree() * x) ** 2, _within(-1e8, 1e8)),
    "wrightomega": _one(lambda x: (lambda w: w / (1 + w))(mp.lambertw(mp.exp(x)).real), _within(-1e4, 1e9)),
    "y0": _one(lambda x: -mp.bessely(1, x), _POSITIVE[_POSITIVE < 1e4], second_points=(_PLAIN,)),
    "y1": _one(
        lambda x: (mp.bessely(0, x) - mp.bessely(2, x)) / 2, _POSITIVE[_POSITIVE < 1e4], second_points=(_PLAIN,)
    ),
}
_BINARY: Final = {
    "binom": _two(
        lambda n, k: _binom(n, k, in_k=False),
        lambda n, k: _binom(n, k, in_k=True),
        np.array([0.4, 2.3, 7.6, 1e4, 1e12]),
        np.array([1e-9, 0.3, 1.7, 12.2]),
    ),
    "poch": _two(
        lambda z, m: mp.rf(z, m) * (mp.psi(0, z + m) - mp.psi(0, z)),
        lambda z, m: mp.rf(z, m) * mp.psi(0, z + m),
        np.array([1e-3, 0.6, 2.3, 40.0]),
        np.array([1e-9, 0.3, 4.0, 20.5]),
        second_points=(np.array([1e-3, 0.6, 2.3, 40.0]), np.array([0.3, 4.0, 20.5])),
        reason=_CANCELS,
    ),
    "beta": _two(
        lambda a, b: mp.beta(a, b) * (mp.psi(0, a) - mp.psi(0, a + b)),
        lambda a, b: mp.beta(a, b) * (mp.psi(0, b) - mp.psi(0, a + b)),
        _SHORT,
        _SHORT,
        second_points=(_SHORT[2:], _SHORT[2:]),
        reason=_CANCELS,
    ),
    "betaln": _two(
        lambda a, b: mp.psi(0, a) - mp.psi(0, a + b), lambda a, b: mp.psi(0, b) - mp.psi(0, a + b), _SHORT, _SHORT
    ),
    "boxcox": _two(
        lambda x, y: x ** (y - 1), _boxcox, _SHORT, _SHORT_LINE, second_points=(_PLAIN, _PLAIN_LINE), reason=_CANCELS
    ),
    "boxcox1p": _two(
        lambda x, y: (1 + x) ** (y - 1),
        lambda x, y: _boxcox(1 + x, y),
        _SHORT,
        _SHORT_LINE,
        second_points=(_PLAIN, _PLAIN_LINE),
        reason=_CANCELS,
    ),
    "huber": _two(
        lambda d, r: max(abs(r) - d, mp.mpf(0)),
        lambda d, r: d * mp.sign(r) if abs(r) > d else r,
        _SHORT,
        _SHORT_LINE,
        except_at=lambda d, r: np.abs(r) == d,
        second_points=(_PLAIN, _PLAIN_LINE),
        reason=_CANCELS,
    ),
    "inv_boxcox": _two(
        lambda y, k: _inverse_boxcox(y, k) / (1 + k * y),
        _inverse_boxcox_in_k,
        _WIDE_LINE,
        _WIDE_LINE,
        except_at=lambda y, k: 1 + k * y <= 0,
        second_points=(_SHORT_LINE, _SHORT_LINE),
    ),
    "inv_boxcox1p": _two(
        lambda y, k: _inverse_boxcox(y, k) / (1 + k * y),
        _inverse_boxcox_in_k,
        _WIDE_LINE,
        _WIDE_LINE,
        except_at=lambda y, k: 1 + k * y <= 0,
        second_points=(_SHORT_LINE, _SHORT_LINE),
    ),
    "kl_div": _two(lambda x, y: mp.log(x / y), lambda x, y: 1 - x / y, _WIDE, _WIDE, second_points=(_SHORT, _SHORT)),
    "owens_t": _two(
        lambda h, a: -_density(h) * mp.erf(a * h / mp.sqrt(2)) / 2,
        lambda h, a: mp.exp(-h * h * (1 + a * a) / 2) / (2 * mp.pi * (1 + a * a)),
        _SHORT_LINE,
        _SHORT_LINE,
    ),
    "powm1": _two(
        lambda x, y: y * x ** (y - 1),
        lambda x, y: x**y * mp.log(x),
        _SHORT,
        _SHORT_LINE,
    ),
    "pseudo_huber": _two(
        lambda d, r: 2 * d * (mp.sqrt(1 + (r / d) ** 2) - 1) - r * r / (d * mp.sqrt(1 + (r / d) ** 2)),
        lambda d, r: r / mp.sqrt(1 + (r / d) ** 2),
        _SHORT,
        _SHORT_LINE,
    ),
    "pseudo_huber, small": _two(
        lambda d, r: 2 * d * (mp.sqrt(1 + (r / d) ** 2) - 1) - r * r / (d * mp.sqrt(1 + (r / d) ** 2)),
        lambda d, r: r / mp.sqrt(1 + (r / d) ** 2),
        np.array([1e-180, 3e-160]),
        np.array([-1e-180, 1e-170, 2e-160]),
    ),
    "rel_entr": _two(lambda x, y: mp.log(x / y) + 1, lambda x, y: -x / y, _WIDE, _WIDE, second_points=(_SHORT, _SHORT)),
    "xlog1py": _two(lambda x, y: mp.log(1 + y), lambda x, y: x / (1 + y), _SHORT_LINE, _SHORT),
    "xlogy": _two(lambda x, y: mp.log(y), lambda x, y: x / y, _SHORT_LINE, _SHORT),
}
_POLYNOMIALS: Final = {
    "eval_chebyc": _one(lambda n, x: 3 * x * x - 3, _LINE, 3),
    "eval_chebys": _one(lambda n, x: 3 * x * x - 2, _LINE, 3),
    "eval_chebyt": _one(lambda n, x: 12 * x * x - 3, _LINE, 3),
    "eval_chebyu": _one(lambda n, x: 24 * x * x - 4, _LINE, 3),
    "eval_gegenbauer": _one(lambda n, a, x: 4 * (24 * x * x - 3), _LINE, 3, 2),
    "eval_genlaguerre": _one(lambda n, a, x: -(x * x / 2 - 5 * x + 10), _LINE, 3, 2),
    "eval_hermite": _one(lambda n, x: 24 * x * x - 12, _LINE, 3),
    "eval_hermitenorm": _one(lambda n, x: 3 * x * x - 3, _LINE, 3),
    "eval_jacobi": _one(lambda n, a, b, x: mp.mpf(7) / 2 * mp.jacobi(2, 2, 3, x), _LINE, 3, 1, 2),
    "eval_laguerre": _one(lambda n, x: (-x * x + 6 * x - 6) / 2, _LINE, 3),
    "eval_legendre": _one(lambda n, x: (15 * x * x - 3) / 2, _LINE, 3, second_points=(_PLAIN_LINE,), reason=_SCIPY),
    "eval_sh_chebyt": _one(lambda n, x: 2 * (12 * (2 * x - 1) ** 2 - 3), _LINE, 3),
    "eval_sh_chebyu": _one(lambda n, x: 2 * (24 * (2 * x - 1) ** 2 - 4), _LINE, 3),
    "eval_sh_legendre": _one(lambda n, x: 15 * (2 * x - 1) ** 2 - 3, _LINE, 3),
}
_ARGUMENT: Final = _within(0, 701)
_ABOVE_ZERO: Final = _ARGUMENT[_ARGUMENT > 1e-10]
_OF_ORDER: Final = {
    "expn": _one(lambda n, x: -mp.expint(n - 1, x), _ABOVE_ZERO, 3),
    "expn 1": _one(lambda n, x: -mp.exp(-x) / x, _POSITIVE, 1),
    "iv": _one(_bessel(mp.besseli, 1), _within(-701, 701), 1),
    "ive": _one(_scaled(mp.besseli, 1), within(-1e9, 1e9, _NONZERO), 2),
    "jv": _one(_bessel(mp.besselj, -1), _within(-1e4, 1e4), 3),
    "jve": _one(_bessel(mp.besselj, -1), _within(-1e4, 1e4), 3),
    "kn": _one(
        lambda n, x: -(mp.besselk(n - 1, x) + mp.besselk(n + 1, x)) / 2, _ARGUMENT[1:-1], 3, second_points=(_PLAIN,)
    ),
    "kv": _one(lambda n, x: -(mp.besselk(n - 1, x) + mp.besselk(n + 1, x)) / 2, _ARGUMENT[1:-1], 2.5),
    "kve": _one(_scaled_k, _POSITIVE[1:-2], 2.5),
    "modstruve": _one(lambda n, x: mp.struvel(n - 1, x) - n / x * mp.struvel(n, x), _ABOVE_ZERO, 1),
    "struve": _one(lambda n, x: mp.struveh(n - 1, x) - n / x * mp.struveh(n, x), np.append(_ABOVE_ZERO, [1e4, 1e6]), 1),
    "polygamma": _one(lambda n, x: mp.psi(n + 1, x), _POSITIVE[1:-1], 1),
    "spherical_in": _one(_spherical(mp.besseli, 1), _ABOVE_ZERO, 2),
    "spherical_jn": _one(_spherical(mp.besselj, -1), _ABOVE_ZERO, 2),
    "spherical_kn": _one(_spherical(mp.besselk, -1), _ABOVE_ZERO[:-1], 2),
    "spherical_yn": _one(_spherical(mp.bessely, -1), _ABOVE_ZERO, 2),
    "yn": _one(_bessel(mp.bessely, -1), _ABOVE_ZERO, 3, second_points=(_PLAIN,)),
    "yv": _one(_bessel(mp.bessely, -1), _ABOVE_ZERO, 2.5),
    "yve": _one(_bessel(mp.bessely, -1), _ABOVE_ZERO, 2.5),
    "zeta": _one(lambda s, q: -s * mp.zeta(s + 1, q), _POSITIVE[1:-1], 2),
}
_ORDINATES: Final = np.array([-0.99, -0.5, 0.0, 1e-5, 0.3, 0.9])
_FEW: Final = np.array([1e-12, 1e-4, 0.1, 0.5, 0.9, 0.9999])
_OF_PARAMETERS: Final = {
    "bdtr": _one(lambda k, n, p: -30 * p**2 * (1 - p) ** 2, _PROBABILITY, 2, 5),
    "bdtrc": _one(lambda k, n, p: 30 * p**2 * (1 - p) ** 2, _PROBABILITY, 2, 5),
    "betainc": _one(_beta_density, _PROBABILITY, 1.5, 2.5),
    "betainc, large": _one(_beta_density, np.array([0.0313, 0.0321, 0.0325, 0.0333]), 1e5, 3e6),
    "betainc, large b": _one(_beta_density, np.array([1e-40, 1e-8, 2e-6, 1e-5]), 0.3, 1e6),
    "betaincc": _one(lambda a, b, x: -_beta_density(a, b, x), _PROBABILITY, 1.5, 0.5),
    "betaincinv": _one(_inverse("betaincinv", lower_beta, _beta_density), _FEW, 1.5, 2.5),
    "betainccinv": _one(_inverse("betainccinv", _upper_beta, _beta_density, -1), _FEW, 1.5, 2.5),
    "chdtr": _one(lambda v, x: _gamma_density(v / 2, x / 2) / 2, _POSITIVE, 3),
    "chdtrc": _one(lambda v, x: -_gamma_density(v / 2, x / 2) / 2, _POSITIVE, 3),
    "chdtri": _one(
        _inverse("chdtri", lambda v, x: _upper_gamma(v / 2, x / 2), lambda v, x: _gamma_density(v / 2, x / 2) / 2, -1),
        _FEW,
        3,
    ),
    "fdtr": _one(_fisher_density, _POSITIVE, 3, 4),
    "fdtrc": _one(lambda m, n, x: -_fisher_density(m, n, x), _POSITIVE, 3, 4),
    "gammainc": _one(_gamma_density, _POSITIVE, 2.5),
    "gammainc, large": _one(_gamma_density, 1e7 + np.array([-1e4, -3e3, -1e3, 1.0, 1e3, 1e4]), 1e7),
    "gammaincc": _one(lambda a, x: -_gamma_density(a, x), _POSITIVE, 0.5),
    "gammaincinv": _one(_inverse("gammaincinv", _lower_gamma, _gamma_density), _FEW, 2.5),
    "gammainccinv": _one(_inverse("gammainccinv", _upper_gamma, _gamma_density, -1), _FEW, 2.5),
    "hyp0f1": _one(lambda v, x: mp.hyp0f1(v + 1, x) / v, _within(-1e4, 1e4), 2),
    "hyp1f1": _one(lambda a, b, x: a / b * mp.hyp1f1(a + 1, b + 1, x), _within(-701, 701), 1, 2),
    "hyp2f1": _one(
        lambda a, b, c, x: a * b / c * mp.hyp2f1(a + 1, b + 1, c + 1, x), np.append(-_MODERATE, _PROBABILITY), 1, 2, 3
    ),
    "hyperu": _one(
        lambda a, b, x: -a * mp.hyperu(a + 1, b + 1, x), _ABOVE_ZERO, 1.5, 2.0, second_points=(_PLAIN,), reason=_SCIPY
    ),
    "lpmv": _one(
        lambda m, v, x: (
            -(2 * mp.sqrt(1 - x * x) ** -1 * mp.mpf(3) / 2 * (5 * x * x - 1) * -x / 2 + 15 * x * mp.sqrt(1 - x * x))
        ),
        _ORDINATES,
        1,
        3,
    ),
    "wright_bessel": _one(
        lambda a, b, x: mp.nsum(lambda k: x**k / (mp.factorial(k) * mp.gamma(a * k + a + b)), [0, mp.inf]),
        np.array([1e-6, 0.4, 3.0, 60.0]),
        1.5,
        0.5,
        second_points=(np.array([0.4, 3.0]),),
    ),
    "nbdtr": _one(lambda k, n, p: 105 * p**4 * (1 - p) ** 2, _PROBABILITY, 2, 5),
    "nbdtrc": _one(lambda k, n, p: -105 * p**4 * (1 - p) ** 2, _PROBABILITY, 2, 5),
    "pdtr": _one(lambda k, m: -_gamma_density(k + 1, m), _POSITIVE, 2),
    "pdtrc": _one(lambda k, m: _gamma_density(k + 1, m), _POSITIVE, 2),
    "smirnov": _one(_smirnov, np.array([0.02, 0.15, 0.4, 0.7, 0.95]), 9),
    "stdtr": _one(_student_density, _LINE, 3),
    "stdtrit": _one(_inverse("stdtrit", _student, _student_density), _FEW, 3),
}
EXACT: Final[dict[str, Exact]] = {**ELLIPTIC, **_UNARY, **_BINARY, **_POLYNOMIALS, **_OF_ORDER, **_OF_PARAMETERS}

# What has no row.
NO_ROW: Final = {
    "bdtri": "the inverse of bdtr, as betaincinv is of betainc, by the same rule",
    "beip": "the derivative of bei, whose second derivative is compared",
    "berp": "the derivative of ber, whose second derivative is compared",
    "comb": "binom where it counts",
    "ellipj": "the inverse of ellipkinc; its rules are made of that of ellipkinc, see test_special",
    "eval_sh_jacobi": "eval_jacobi of 2 x - 1 over a constant",
    "fdtri": "the inverse of fdtr, by the same density",
    "gdtrix": "the inverse of gdtr, as gammaincinv is of gammainc, by the same rule",
    "keip": "the derivative of kei, whose second derivative is compared",
    "kerp": "the derivative of ker, whose second derivative is compared",
    "nbdtri": "the inverse of nbdtr, by the same density",
    "smirnovi": "the inverse of smirnov, by the same derivative",
    "pdtri": "the inverse of pdtr, by the same density",
    "perm": "poch where it counts",
    "sph_harm_y": "complex; a product of exponentials and lpmv, which has a row",
    "gdtr": "gammainc of a product; its rule is that of gammainc",
    "gdtrc": "gammaincc of a product; its rule is that of gammaincc",
    "hankel1": "the sum of jv and i yv, by the same rule",
    "hankel1e": "complex for a real argument",
    "hankel2": "the difference of jv and i yv, by the same rule",
    "hankel2e": "complex for a real argument",
    "lambertw": "complex; wrightomega has a row",
    "log_softmax": "of a whole axis, see test_logarithms_of_sums",
    "logsumexp": "of a whole axis, see test_logarithms_of_sums",
    "multigammaln": "a sum of gammaln",
    "softmax": "of a whole axis, see test_logarithms_of_sums",
    "wofz": "complex for a real argument; erfcx has a row, and is the same function on the imaginary axis",
}
