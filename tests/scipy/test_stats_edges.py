"""Distributions of `pydezero.scipy.stats` at the edges of their supports, of invalid parameters, and far out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import mpmath as mp
import numpy as np
import pytest
import scipy.stats
from numpy.testing import assert_allclose

from pydezero import Variable, grad, jvp, vmap
from pydezero.scipy import stats
from tests.scipy.stats_examples import EXAMPLES, Example
from tests.scipy.table_exact import lower_beta
from tests.versions import is_there, needs

theirs: Any = scipy.stats  # the stubs know no distribution by such arguments
ours: Any = stats
CONTINUOUS: Final = [example for example in EXAMPLES if "loc" in example.arguments]
DISCRETE: Final = [example for example in EXAMPLES if "loc" in example.given]
INF: Final = math.inf
NAN: Final = math.nan

_EVERYWHERE: Final = np.array([-INF, -700.0, -3.0, -1.0, 0.0, 0.25, 0.5, 1.0, 2.5, 3.0, 40.0, 700.0, INF, NAN])

_NEWER: Final = {"f": [needs("scipy>=1.17", "fdtr of inf and fdtri of 0 are no nan")]}


@pytest.mark.parametrize("sign", [1.0, -1.0, 0.0, NAN])
@pytest.mark.parametrize(
    "example",
    [
        pytest.param(example, id=example.name, marks=_NEWER.get(example.name, ()))
        for example in (*CONTINUOUS, *DISCRETE)
    ],
)
def test_values_at_edges_and_of_invalid_parameters(example: Example, sign: float) -> None:
    """Where SciPy's value has lost digits that ours has, ours is finer: by a little at most."""
    shapes = {**example.given, **example.arguments}
    shapes = {name: value for name, value in shapes.items() if name not in ("x", "loc", "scale")}
    last = list(shapes)[-1] if shapes else "scale"
    named = {**shapes, last: np.asarray(sign * shapes.get(last, np.array(1.3)))}
    x = _EVERYWHERE[:, None]
    for function in example.functions:
        if example.name == "vonmises" and function in ("ppf", "isf") and not sign > 0:
            continue  # SciPy's solver fails
        with np.errstate(all="ignore"):
            expected = getattr(getattr(theirs, example.name), function)(x, **named)
            found = getattr(getattr(ours, example.name), function)(x, **{**named, last: Variable(named[last])}).data
        same = np.isclose(found, expected, rtol=1e-9, atol=1e-15, equal_nan=True)
        underflows = np.isneginf(expected) & (found < -700)
        scipy_misses = np.isnan(found) & ~np.isfinite(sign) | np.isnan(found) & (sign <= 0)
        assert np.all(same | underflows | scipy_misses), (function, x.ravel(), found, expected)


# A function of one number, where it is taken, its value and its derivative.
EDGES: Final[dict[str, tuple[Callable[[Any], Any], float, float, float]]] = {
    "below the support": (lambda x: ours.expon.logpdf(x), -1.0, -INF, 0.0),
    "below, by loc": (lambda loc: ours.gamma.pdf(1.0, 2.0, loc=loc), 1.5, 0.0, 0.0),
    "below, by a": (lambda a: ours.gamma.logcdf(-1.0, a), 2.0, -INF, 0.0),
    "below, logsf": (lambda x: ours.beta.logsf(x, 2.0, 3.0), -1.0, 0.0, 0.0),
    "above the support": (lambda x: ours.uniform.cdf(x), 1.5, 1.0, 0.0),
    "above, by scale": (lambda scale: ours.beta.pdf(1.0, 2.0, 3.0, scale=scale), 0.5, 0.0, 0.0),
    "above, binom": (lambda p: ours.binom.cdf(7, 5, p), 0.3, 1.0, 0.0),
    "above, weibull_max": (lambda x: ours.weibull_max.logpdf(x, 2.0), 0.5, -INF, 0.0),
    "no integer": (lambda mu: ours.poisson.logpmf(1.5, mu), 2.0, -INF, 0.0),
    "no integer, cdf": (lambda mu: ours.poisson.cdf(1.5, mu), 2.0, 3 * math.exp(-2), -2 * math.exp(-2)),
    "edge of expon": (lambda x: ours.expon.logpdf(x), 0.0, 0.0, -1.0),
    "edge of expon, cdf": (lambda x: ours.expon.cdf(x), 0.0, 0.0, 1.0),
    "edge of gamma": (lambda x: ours.gamma.pdf(x, 2.0), 0.0, 0.0, 1.0),
    "edge of gamma, log": (lambda x: ours.gamma.logpdf(x, 2.0), 0.0, -INF, INF),
    "edge of beta": (lambda x: ours.beta.pdf(x, 2.0, 2.0), 1.0, 0.0, -6.0),
    "edge of chi2": (lambda x: ours.chi2.cdf(x, 2.0), 0.0, 0.0, 0.5),
    "edge of lognorm": (lambda x: ours.lognorm.pdf(x, 0.5), 0.0, 0.0, 0.0),
    "edge of uniform": (lambda x: ours.uniform.pdf(x), 1.0, 1.0, 0.0),
    "edge of weibull_min": (lambda x: ours.weibull_min.pdf(x, 2.0), 0.0, 0.0, 2.0),
    "above, truncnorm": (lambda b: ours.truncnorm.logpdf(2.5, -1.0, b), 2.0, -INF, 0.0),
    "below geom": (lambda p: ours.geom.pmf(0, p), 0.5, 0.0, 0.0),
    "edge of bernoulli": (lambda p: ours.bernoulli.logpmf(1, p), 1.0, 0.0, 1.0),
    "edge of geom": (lambda p: ours.geom.pmf(2, p), 1.0, 0.0, -1.0),
    "edge of halfcauchy": (lambda x: ours.halfcauchy.cdf(x), 0.0, 0.0, 2 / math.pi),
    "edge of halfnorm": (lambda x: ours.halfnorm.ppf(x), 0.0, 0.0, math.sqrt(math.pi / 2)),
    "edge of pareto": (lambda b: ours.pareto.logpdf(1.0, b), 2.0, math.log(2), 0.5),
    "edge of invgamma": (lambda x: ours.invgamma.pdf(x, 2.0), 0.0, 0.0, 0.0),
    "truncnorm, no end": (lambda b: ours.truncnorm.logpdf(0.5, 0.0, b), INF, float(theirs.halfnorm.logpdf(0.5)), 0.0),
    "truncnorm, far out": (lambda a: ours.truncnorm.sf(a + 0.05, a, INF), 40.0, 0.134997682862771, -0.00674568643132),
    "isf of nearly 1, f": (lambda q: ours.f.isf(q, 2.0, 5.0), 1 - 2**-40, 2.5 * math.expm1(0.4 * 2**-40), -1.0),
    "edge of f, by dfn": (lambda m: ours.f.cdf(0.0, m, 3.0), 1.0, 0.0, 0.0),
    "edges of truncnorm": (lambda y: ours.truncnorm.cdf(y, 0.0, INF), 0.0, 0.0, math.sqrt(2 / math.pi)),
    "above, truncnorm, by b": (lambda b: ours.truncnorm.sf(2.0, -1.0, b), 2.0, 0.0, 0.0659556831),
    "quantile at an end": (lambda q: ours.truncnorm.ppf(q, 0.0, INF), 0.0, 0.0, math.sqrt(math.pi / 2)),
    "quantile at an end, by it": (lambda a: ours.truncnorm.ppf(0.0, a, INF), 2.0, 2.0, 1.0),
    "quantile without an end": (lambda a: ours.truncnorm.ppf(0.3, a, INF), 2.0, 2.1462857884786, 0.94799731),
    "isf without an end": (lambda b: ours.truncnorm.isf(0.3, -INF, b), -2.0, -2.1462857884786, 0.94799731),
    "truncnorm, narrow": (lambda b: ours.truncnorm.pdf(0.0, -1e-9, b), 1e-9, 5e8, -2.5e17),
    "edge of binom": (lambda p: ours.binom.pmf(1, 5, p), 0.0, 0.0, 5.0),
    "edge of poisson": (lambda mu: ours.poisson.logpmf(0, mu), 0.0, 0.0, -1.0),
    "kink of laplace": (lambda x: ours.laplace.logpdf(x), 0.0, -math.log(2), 0.0),
    "middle of laplace": (lambda x: ours.laplace.cdf(x), 0.0, 0.5, 0.5),
    "middle of t, by df": (lambda df: ours.t.cdf(0.0, df), 3.0, 0.5, 0.0),
    "infinite df": (lambda x: ours.t.logpdf(x, INF), 1.5, float(theirs.norm.logpdf(1.5)), -1.5),
    "uniform of kappa 0": (lambda x: ours.vonmises.cdf(x, 0.0), 1.0, 0.5 + 0.5 / math.pi, 0.5 / math.pi),
    "vonmises, a turn later": (lambda k: ours.vonmises.cdf(1 + 2 * math.pi, k), 0.0, 1.5 + 0.5 / math.pi, 0.1339243),
    "invalid scale": (lambda x: ours.norm.logpdf(x, 0.0, -1.0), 0.5, NAN, NAN),
    "invalid scale, by scale": (lambda scale: ours.norm.cdf(0.5, 0.0, scale), 0.0, NAN, NAN),
    "invalid a, below": (lambda x: ours.gamma.pdf(x, -1.0), -1.0, NAN, NAN),
    "invalid p": (lambda p: ours.binom.pmf(9, 5, p), 1.5, NAN, NAN),
    "invalid q": (lambda q: ours.expon.ppf(q), 1.5, NAN, NAN),
    "nan": (lambda x: ours.uniform.pdf(x), NAN, NAN, NAN),
}


@pytest.mark.parametrize(("f", "x", "value", "slope"), EDGES.values(), ids=list(EDGES))
def test_edges(f: Callable[[Any], Any], x: float, value: float, slope: float) -> None:
    with np.errstate(all="ignore"):
        assert_allclose(f(Variable(np.array(x))).data, value, rtol=1e-12, atol=1e-15)
        assert_allclose(grad(f)(x), slope, rtol=1e-6, atol=1e-15)
        assert_allclose(jvp(f, (x,), (1.0,))[1], slope, rtol=1e-6, atol=1e-15)
        assert_allclose(vmap(grad(f))(np.array([x, x])), [slope, slope], rtol=1e-6, atol=1e-15)


def test_outside_and_inside_do_not_mix() -> None:
    x = np.array([-1.0, 0.5, 3.0])
    assert_allclose(grad(lambda x: np.sum(ours.expon.pdf(x)))(x), [0.0, -math.exp(-0.5), -math.exp(-3)])
    scale = np.array([1.0, -1.0, 2.0])
    found = grad(lambda scale: np.sum(ours.norm.logpdf(0.0, 0.0, scale)))(scale)
    assert_allclose(found, [-1.0, NAN, -0.5])


def _normal(x: Any) -> Any:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _student(x: Any, n: Any) -> Any:
    below = lower_beta(n / 2, mp.mpf(1) / 2, n / (n + x * x)) / 2
    return below if x < 0 else 1 - below


_LINE: Final = (-1e4, -300.0, -40.0, -2.0, 0.5, 3.0, 40.0, 300.0, 1e4)
_LEFT: Final = (1e-200, 1e-30, 1e-5, 0.3)

# The distribution function and its complement in mpmath, the shape parameters, and points.
TAILS: Final[dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[float, ...], tuple[float, ...]]]] = {
    "norm": (_normal, lambda x: _normal(-x), (), _LINE),
    "halfnorm": (lambda x: mp.erf(x / mp.sqrt(2)), lambda x: 2 * _normal(-x), (), (*_LEFT, 3.0, 40.0, 1e4)),
    "halfcauchy": (
        lambda x: 2 * mp.atan2(x, 1) / mp.pi,
        lambda x: 2 * mp.atan2(1, x) / mp.pi,
        (),
        (*_LEFT, 3.0, 300.0, 1e20, 1e100),
    ),
    "pareto": (lambda x, b: 1 - x**-b, lambda x, b: x**-b, (2.5,), (1.001, 1.5, 40.0, 1e20)),
    "invgamma": (
        lambda x, a: mp.gammainc(a, 1 / x, mp.inf, regularized=True),
        lambda x, a: mp.gammainc(a, 0, 1 / x, regularized=True),
        (2.5,),
        (1e-4, 1e-2, 0.3, 5.0, 40.0, 1e20),
    ),
    "f": (
        lambda x, m, n: lower_beta(m / 2, n / 2, m * x / (m * x + n)),
        lambda x, m, n: lower_beta(n / 2, m / 2, n / (m * x + n)),
        (3.0, 5.0),
        (1e-30, 1e-5, 0.3, 3.0, 40.0, 1e6),
    ),
    "truncnorm": (
        lambda x, a, b: (_normal(x) - _normal(a)) / (_normal(b) - _normal(a)),
        lambda x, a, b: (_normal(-x) - _normal(-b)) / (_normal(-a) - _normal(-b)),
        (-3.0, 30.0),
        (-2.99, -1.0, 0.5, 3.0, 8.0, 20.0),
    ),
    "truncnorm on the right": (
        lambda x, a, b: (_normal(x) - _normal(a)) / (_normal(b) - _normal(a)),
        lambda x, a, b: (_normal(-x) - _normal(-b)) / (_normal(-a) - _normal(-b)),
        (3.0, 40.0),
        (3.001, 4.0, 9.0, 30.0),
    ),
    "lognorm": (
        lambda x, s: _normal(mp.log(x) / s),
        lambda x, s: _normal(-mp.log(x) / s),
        (0.7,),
        (*_LEFT, 5.0, 1e5, 1e100),
    ),
    "expon": (lambda x: -mp.expm1(-x), lambda x: mp.exp(-x), (), (*_LEFT, 5.0, 300.0, 1e4)),
    "laplace": (
        lambda x: mp.exp(x) / 2 if x < 0 else 1 - mp.exp(-x) / 2,
        lambda x: mp.exp(-x) / 2 if x > 0 else 1 - mp.exp(x) / 2,
        (),
        _LINE,
    ),
    "logistic": (lambda x: 1 / (1 + mp.exp(-x)), lambda x: 1 / (1 + mp.exp(x)), (), _LINE),
    "gumbel_r": (lambda x: mp.exp(-mp.exp(-x)), lambda x: -mp.expm1(-mp.exp(-x)), (), (-5.0, -2.0, *_LINE[4:])),
    "gumbel_l": (lambda x: -mp.expm1(-mp.exp(x)), lambda x: mp.exp(-mp.exp(x)), (), (*_LINE[:5], 2.0, 5.0)),
    "weibull_min": (
        lambda x, c: -mp.expm1(-(x**c)),
        lambda x, c: mp.exp(-(x**c)),
        (1.5,),
        (*_LEFT, 5.0, 40.0),
    ),
    "cauchy": (
        lambda x: mp.atan2(1, -x) / mp.pi,
        lambda x: mp.atan2(1, x) / mp.pi,
        (),
        (-1e100, -1e20, *_LINE, 1e20, 1e100),
    ),
    "t": (_student, lambda x, n: _student(-x, n), (2.5,), (-1e50, *_LINE, 1e50)),
    "t of large df": (_student, lambda x, n: _student(-x, n), (1000.0,), (-1e3, -40.0, -2.0, 3.0, 1e3)),
    "gamma": (
        lambda x, a: mp.gammainc(a, 0, x, regularized=True),
        lambda x, a: mp.gammainc(a, x, mp.inf, regularized=True),
        (2.5,),
        (1e-150, *_LEFT[1:], 5.0, 40.0, 600.0, 1e4, 1e8),
    ),
    "chi2": (
        lambda x, n: mp.gammainc(n / 2, 0, x / 2, regularized=True),
        lambda x, n: mp.gammainc(n / 2, x / 2, mp.inf, regularized=True),
        (3.0,),
        (1e-30, 1e-5, 0.3, 5.0, 40.0, 1200.0),
    ),
    "beta": (
        lambda x, a, b: lower_beta(a, b, x),
        lambda x, a, b: lower_beta(b, a, 1 - x),
        (2.5, 0.7),
        (1e-150, *_LEFT[1:], 0.9, 1 - 1e-6, 1 - 1e-12),
    ),
    "beta of large a": (
        lambda x, a, b: lower_beta(a, b, x),
        lambda x, a, b: lower_beta(b, a, 1 - x),
        (500.0, 300.0),
        (1e-10, 0.1, 0.6, 0.65, 0.95, 0.999),
    ),
}


@pytest.mark.parametrize("name", TAILS)
def test_tails(name: str) -> None:
    lower, upper, shapes, points = TAILS[name]
    distribution = getattr(ours, name.split()[0])
    x = np.array(points)
    right: dict[str, list[float]] = {"logpdf": [], "logcdf": [], "logsf": []}
    quantiles: list[tuple[str, float, float, float, float]] = []
    for point in points:
        with mp.workdps(100 + 2 * abs(int(np.log10(abs(point))))):
            at, parameters, step = mp.mpf(point), [mp.mpf(s) for s in shapes], abs(mp.mpf(point)) * mp.mpf(10) ** -25
            is_low = lower(at, *parameters) < 0.5
            values = [
                lower(at + i * step, *parameters) if is_low else -upper(at + i * step, *parameters) for i in (-1, 0, 1)
            ]
            density = (values[2] - values[0]) / (2 * step)
            change = (values[2] - 2 * values[1] + values[0]) / step**2
            right["logpdf"].append(float(change / density))
            right["logcdf"].append(float(density / lower(at, *parameters)))
            right["logsf"].append(float(-density / upper(at, *parameters)))
            for function, share in (("ppf", lower(at, *parameters)), ("isf", upper(at, *parameters))):
                slope = 1 / density if function == "ppf" else -1 / density
                # What the rounding of the share makes of the point.
                rounded = at + (mp.mpf(float(share)) - share) * slope
                if 1e-290 < share < 1 - 1e-4:
                    quantiles.append((function, float(share), float(rounded), float(slope), 1e-15 * share / density))
    for function, slopes in right.items():
        f = getattr(distribution, function)
        found = grad(lambda x, f=f: np.sum(f(x, *shapes)))(x)
        assert_allclose(found, slopes, rtol=1e-10, atol=1e-300, err_msg=function)
    # Before, stdtrit and fdtri lose digits far out.
    for function, share, point, slope, rounding in quantiles if is_there("scipy>=1.17") else ():
        f = getattr(distribution, function)
        assert_allclose(f(Variable(np.array(share)), *shapes).data, point, rtol=1e-10, atol=float(rounding))
        assert_allclose(grad(f)(share, *shapes), slope, rtol=1e-9, err_msg=function)


# The logarithm of a tail that underflows, as a function of a parameter; its value by mpmath; where it is taken.
UNDERFLOWS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], float]]] = {
    "gamma.logsf": (lambda a: ours.gamma.logsf(2e3, a), lambda a: mp.gammainc(a, 2000, regularized=True), 3.0),
    "gamma.logcdf": (lambda a: ours.gamma.logcdf(0.1, a), lambda a: mp.gammainc(a, 0, 0.1, regularized=True), 400.0),
    "poisson.logcdf": (lambda m: ours.poisson.logcdf(3, m), lambda m: mp.gammainc(4, m, regularized=True), 2e3),
    "poisson.logsf": (lambda m: ours.poisson.logsf(400, m), lambda m: mp.gammainc(401, 0, m, regularized=True), 0.5),
    "binom.logsf": (lambda p: ours.binom.logsf(500, 900, p), lambda p: lower_beta(501, 400, p), 0.01),
    "binom.logcdf": (lambda p: ours.binom.logcdf(20, 900, p), lambda p: lower_beta(880, 21, 1 - p), 0.9),
    "nbinom.logcdf, n": (
        lambda n: ours.nbinom.logcdf(3, n, 0.01),
        lambda n: lower_beta(n, 4, mp.mpf(0.01)),
        400.0,
    ),
    "t.logsf, df": (lambda n: ours.t.logsf(1e3, n), lambda n: _student(-mp.mpf(1000), n), 500.0),
}


@pytest.mark.parametrize(("f", "probability", "at"), UNDERFLOWS.values(), ids=list(UNDERFLOWS))
def test_tails_that_underflow(f: Callable[[Any], Any], probability: Callable[[Any], Any], at: float) -> None:
    with mp.workdps(80):
        step = mp.mpf(at) * mp.mpf(10) ** -20
        logs = [mp.log(probability(mp.mpf(at) + i * step)) for i in (-1, 0, 1)]
        value, slope, second = logs[1], (logs[2] - logs[0]) / (2 * step), (logs[2] - 2 * logs[1] + logs[0]) / step**2
        assert_allclose(f(Variable(np.array(at))).data, float(value), rtol=1e-12)
        assert_allclose([grad(f)(at), jvp(f, (at,), (1.0,))[1]], float(slope), rtol=1e-10)
        assert_allclose(grad(grad(f))(at), float(second), rtol=1e-7)
