"""Statistics where the tables do not reach: ties, zeros, nan, mistakes, and all methods on drawn elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from pydezero import Variable, functions, grad, hessian, vjp, vmap
from pydezero.testing import check_grads
from pydezero.tree import flatten
from tests.functions.case import Array
from tests.functions.table_quantiles import CONTINUOUS, STEPS

# Any: NumPy's stubs know no Variable.
Function = Callable[[Any], Any]

NAN: Final = np.nan
X: Final = np.array([[0.3, -0.7, 1.2], [2.0, 0.1, -1.5]])
QUANTILE: Final[Callable[..., Any]] = np.quantile

_settings: Final = settings(max_examples=60)


def gradient(f: Function, x: Any) -> Array:
    """The gradient of the sum of all results, each with a weight of its own."""

    def weighted(x: Any) -> Any:
        y = f(x)
        return np.sum(y * (1 + np.arange(y.size, dtype=float).reshape(y.shape)))

    found: Array = grad(weighted)(np.asarray(x, float))
    return found


_TIES_AND_NAN: Final[tuple[tuple[str, Function, Any, Any], ...]] = (
    ("median", np.median, [3, 1, 2, 4], [0.5, 0, 0.5, 0]),
    ("median with ties", np.median, [2, 2, 1, 2, 5], [0, 1, 0, 0, 0]),
    ("median of equal elements", np.median, [2, 2, 2, 2], [0, 0.5, 0.5, 0]),
    ("median with nan", np.median, [1, NAN, 2], [0, 1, 0]),
    ("nanmedian", np.nanmedian, [1, NAN, 2], [0.5, 0, 0.5]),
    ("nanmedian of nan", lambda x: np.nanmedian(x, axis=1), [[NAN, NAN], [1, 3]], [[0, 0], [1, 1]]),
    ("quantile with ties", lambda x: np.quantile(x, 0.25), [2, 1, 1], [0, 0.5, 0.5]),
    ("quantile with nan", lambda x: np.quantile(x, 0.5, axis=1), [[1, NAN], [1, 3]], [[0, 1], [1, 1]]),
    ("nanquantile of nan", lambda x: np.nanquantile(x, 0.5, axis=1), [[NAN, NAN], [NAN, 3]], [[0, 0], [0, 2]]),
    ("ptp of equal elements", np.ptp, [2, 2], [0, 0]),
    ("ptp with ties", np.ptp, [2, 3, 2, 3, 3], [-1 / 2, 1 / 3, -1 / 2, 1 / 3, 1 / 3]),
    ("nanmax with ties", np.nanmax, [2, NAN, 2, 1], [0.5, 0, 0.5, 0]),
    ("nanmax of nan", lambda x: np.nanmax(x, axis=1), [[NAN, NAN], [NAN, 3]], [[0, 0], [0, 2]]),
    ("nanmax of infinities", np.nanmax, [NAN, -np.inf], [0, 1]),
    ("nanmin with ties", np.nanmin, [2, NAN, 2, 3], [0.5, 0, 0.5, 0]),
    ("max at its initial value", lambda x: np.max(x, initial=3), [1, 3], [0, 0.5]),
    ("max below its initial value", lambda x: np.max(x, initial=4), [1, 3], [0, 0]),
    ("max of nothing", lambda x: np.max(x, where=False, initial=4), [1, 3], [0, 0]),
    ("nansum", np.nansum, [1, NAN, 2], [1, 0, 1]),
    ("nanprod", np.nanprod, [2, NAN, 3], [3, 0, 2]),
    ("nanmean", np.nanmean, [1, NAN, 2], [0.5, 0, 0.5]),
    ("nanstd of equal elements", np.nanstd, [2, NAN, 2], [0, 0, 0]),
    ("std of equal elements of some", lambda x: np.std(x, where=[True, True, False]), [2, 2, 5], [0, 0, 0]),
    ("masked nan", lambda x: np.mean(x, where=[True, False, True]), [1, NAN, 2], [0.5, 0, 0.5]),
    ("masked infinity", lambda x: np.var(x, where=[True, False, True]), [1, np.inf, 3], [-1, 0, 1]),
    ("nancumsum", np.nancumsum, [1, NAN, 2], [6, 0, 3]),
    ("nancumprod", np.nancumprod, [2, NAN, 3], [1 + 2 + 9, 0, 6]),
    ("cumprod with a zero", np.cumprod, [2, 0, 3], [1, 2 * 2 + 3 * 6, 0]),
    ("cumprod with two zeros", np.cumprod, [0, 3, 0], [1 + 2 * 3, 0, 0]),
    ("cumprod of zeros", np.cumprod, [0, 0], [1, 0]),
    ("cumulative_prod initial", lambda x: functions.cumulative_prod(x, include_initial=True), [0, 3], [2 + 9, 0]),
)


@pytest.mark.parametrize(
    ("f", "x", "expected"), [row[1:] for row in _TIES_AND_NAN], ids=[row[0] for row in _TIES_AND_NAN]
)
def test_at_ties_zeros_and_nan(f: Function, x: Any, expected: Any) -> None:
    np.testing.assert_allclose(gradient(f, x), expected, rtol=1e-14, atol=1e-15)
    x = np.asarray(x, float)
    np.testing.assert_allclose(vmap(lambda x: gradient_of_batch(f, x))(x[np.newaxis])[0], expected, rtol=1e-14)


def gradient_of_batch(f: Function, x: Any) -> Any:
    y_shape = np.shape(np.asarray(f(np.ones(x.shape))))
    weights = 1 + np.arange(np.prod(y_shape), dtype=float).reshape(y_shape)
    return grad(lambda x: np.sum(f(x) * weights))(x)


@pytest.mark.parametrize(
    "f",
    [
        np.nansum,
        np.nanprod,
        np.nanmean,
        np.nanvar,
        np.nanstd,
        np.nanmax,
        np.nanmin,
        np.nanmedian,
        np.nancumsum,
        np.nancumprod,
        lambda x: np.nanquantile(x, 0.3),
        lambda x: np.nanpercentile(x, [30, 60]),
    ],
)
def test_derivatives_of_either_order_are_those_without_the_nan(f: Any) -> None:
    x = np.array([1.5, NAN, 0.7, -2.0, NAN])
    present = ~np.isnan(x)

    def squares(x: Any) -> Any:
        return np.sum(f(x) ** 2) if np.ndim(f(x)) == 0 else np.sum(f(x)[-1] ** 2)

    of_rest = x[present]
    np.testing.assert_allclose(grad(squares)(x)[present], grad(squares)(of_rest), rtol=1e-12)
    np.testing.assert_array_equal(grad(squares)(x)[~present], 0)
    second, expected = hessian(squares)(x), hessian(squares)(of_rest)
    np.testing.assert_allclose(second[np.ix_(present, present)], expected, rtol=1e-12, atol=1e-14)
    assert not second[~present].any()
    assert not second[:, ~present].any()


def test_second_derivatives_of_cumprod_at_zeros() -> None:
    x = np.array([2.0, 0.0, 3.0, 0.0])
    np.testing.assert_array_equal(
        hessian(lambda x: np.cumprod(x)[-1])(x), [[0, 0, 0, 0], [0, 0, 0, 6], [0, 0, 0, 0], [0, 6, 0, 0]]
    )
    np.testing.assert_array_equal(
        hessian(lambda x: np.cumprod(x)[2])(x), [[0, 3, 0, 0], [3, 0, 2, 0], [0, 2, 0, 0], [0, 0, 0, 0]]
    )


@pytest.mark.parametrize("n", [*range(10), 16, 17, 100])
def test_cumprod_of_any_length(n: int) -> None:
    rng = np.random.default_rng(n)
    x, g = rng.uniform(0.5, 1.5, n), rng.normal(size=n)
    # Where nothing is zero the cotangents may be divided by the elements.
    expected = np.cumsum((g * np.cumprod(x))[::-1])[::-1] / x
    np.testing.assert_allclose(vjp(np.cumprod, x)[1](g)[0], expected, rtol=1e-11, atol=1e-12)


_numbers: Final = st.one_of(st.integers(-3, 3).map(float), st.floats(-5, 5, width=16))
_samples: Final = stn.arrays(float, stn.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5), elements=_numbers)
_part: Final = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.floats(0, 1))
_parts: Final = st.one_of(_part, st.lists(_part, min_size=1, max_size=4).map(np.array))


@_settings
@given(x=_samples, q=_parts, method=st.sampled_from((*CONTINUOUS, *STEPS)), data=st.data())
def test_quantiles_are_numpys(x: Array, q: Any, method: Any, data: st.DataObject) -> None:
    axis = data.draw(st.one_of(st.none(), stn.valid_tuple_axes(x.ndim, min_size=1), st.integers(-x.ndim, x.ndim - 1)))
    keepdims = data.draw(st.booleans())
    expected = np.quantile(x, q, axis=axis, method=method, keepdims=keepdims)
    for v, part in ((Variable(x), q), (x, Variable(np.asarray(q))), (Variable(x), Variable(np.asarray(q)))):
        found = QUANTILE(v, part, axis=axis, method=method, keepdims=keepdims)
        found = np.asarray(found.data if isinstance(found, Variable) else found)
        assert (found.shape, found.dtype) == (np.shape(expected), np.asarray(expected).dtype)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)


@_settings
@given(x=_samples, q=_parts, data=st.data())
def test_weighted_quantiles_are_numpys(x: Array, q: Any, data: st.DataObject) -> None:
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    weights = data.draw(stn.arrays(float, x.shape[axis], elements=st.integers(0, 3).map(float)))
    weights[data.draw(st.integers(0, len(weights) - 1))] = 1.0
    params: Any = {"axis": axis, "method": "inverted_cdf", "weights": weights}
    found = QUANTILE(Variable(x), q, **params)
    np.testing.assert_array_equal(found.data, np.quantile(x, q, **params))


@_settings
@given(x=_samples, holes=st.integers(0, 2**16), q=_parts, method=st.sampled_from((*CONTINUOUS, *STEPS)))
@pytest.mark.filterwarnings("ignore:All-NaN slice")
def test_quantiles_without_nan_are_numpys(x: Array, holes: int, q: Any, method: Any) -> None:
    x = np.where(np.random.default_rng(holes).random(x.shape) < 0.3, NAN, x)
    for axis in (None, 0):
        v: Any = Variable(x)
        found: Any = np.nanquantile(v, q, axis=axis, method=method)
        np.testing.assert_allclose(found.data, np.nanquantile(x, q, axis=axis, method=method), rtol=1e-13, atol=1e-13)
        found = np.nanmedian(v, axis=axis)
        np.testing.assert_allclose(found.data, np.nanmedian(x, axis=axis), rtol=1e-15)


@_settings
@given(x=stn.arrays(float, 6, elements=_numbers), q=st.floats(0, 1), method=st.sampled_from(CONTINUOUS))
def test_derivative_with_respect_to_the_part(x: Array, q: float, method: Any) -> None:
    """It lies between the slopes on either side, which are the same except at an element."""
    step = 1e-7
    ends = [(q - step, q), (q, q + step)]
    inside = [(a, b) for a, b in ends if a >= 0 and b <= 1]
    slopes = [np.diff(np.quantile(x, pair, method=method))[0] / step for pair in inside]
    found = grad(lambda q: QUANTILE(x, q, method=method))(q)
    tolerance = 1e-6 * (1 + np.abs(x).max())
    assert min(slopes) - tolerance <= found <= max(slopes) + tolerance


@pytest.mark.parametrize(
    ("q", "method", "expected"),
    [
        (0.5, "linear", (2 * 1 + 2 * 4) / 2),
        (0.0, "linear", 2 * 1),
        (1.0, "linear", 2 * 4),
        (0.25, "linear", 2 * 1),
        (0.5, "hazen", (3 * 1 + 3 * 4) / 2),
        (1.0, "hazen", 0),
        (0.25, "weibull", (0 + 4 * 1) / 2),
        (0.75, "weibull", (4 * 4 + 0) / 2),
    ],
)
def test_at_an_element_the_derivative_with_respect_to_the_part_is_the_mean_of_both_slopes(
    q: float, method: Any, expected: float
) -> None:
    def of_part(q: Any) -> Any:
        return np.quantile([2.0, 1.0, 6.0], q, method=method)

    assert grad(of_part)(q) == expected
    assert vmap(grad(of_part))(np.array([q]))[0] == expected


@pytest.mark.parametrize("method", STEPS)
def test_between_its_steps_a_quantile_does_not_change_with_the_part(method: Any) -> None:
    x = np.array([1.0, 2.0, 4.0])
    assert grad(lambda q: np.quantile(x, q, method=method) + 0 * q)(0.4) == 0
    assert grad(lambda q: QUANTILE(Variable(x), q, method=method) + 0 * q)(0.4) == 0


@pytest.mark.parametrize("ties", [False, True])
def test_a_long_array_needs_no_whole_order(ties: bool) -> None:
    rng = np.random.default_rng(0)
    x = rng.permutation(4000).astype(float)
    x = x // 3 if ties else x
    order = np.argsort(x, kind="stable")
    for f, places in ((np.median, (1999, 2000)), (lambda x: np.quantile(x, 0.5), (1999, 2000))):
        expected = np.zeros_like(x)
        np.add.at(expected, order[list(places)], 0.5)
        np.testing.assert_array_equal(grad(f)(x), expected)


def test_the_weights_of_a_quantile_have_no_derivative() -> None:
    x = np.array([3.0, 1.0, 2.0])

    def f(w: Any) -> Any:
        return np.quantile(x, 0.5, method="inverted_cdf", weights=w) + 0 * np.sum(w)

    np.testing.assert_array_equal(grad(f)(np.array([1.0, 2.0, 1.0])), np.zeros(3))


def test_the_counts_of_a_histogram_are_plain() -> None:
    x: Any = Variable(np.array([1.0, 2.0, 4.0]))
    hist, edges = np.histogram(x, 2)
    expected, expected_edges = np.histogram(x.data, 2)
    assert type(hist) is np.ndarray
    np.testing.assert_array_equal(hist, expected, strict=True)
    np.testing.assert_array_equal(edges.data, expected_edges, strict=True)
    assert type(np.histogram(x, [0, 2, 4])[1]) is np.ndarray
    found = np.histogramdd([x, x], 2)[0]
    np.testing.assert_array_equal(found, np.histogramdd([x.data, x.data], 2)[0], strict=True)
    np.testing.assert_array_equal(np.histogram2d(x, x)[0], np.histogram2d(x.data, x.data)[0], strict=True)
    counted: Any = Variable(np.array([0, 2, 2]))  # Any: NumPy's stubs know no Variable
    np.testing.assert_array_equal(np.bincount(counted), [1, 0, 2])


_ENDS: Final = np.array([-1.0, 1.3])
_OF_EDGES: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    "histogram": (lambda x: functions.histogram(x, 3)[1], (X,)),
    "histogram density": (lambda x: functions.histogram(x, "auto", density=True)[0], (X,)),
    "histogram rule in a range": (
        lambda x: functions.histogram(x, "sqrt", (-1, 3.1), density=True)[0] + np.sum(x),
        (X,),
    ),
    "histogram weights": (lambda x, w: functions.histogram(x, 3, density=True, weights=w)[0], (X, 1 + X**2)),
    "histogram range": (lambda x, r: functions.histogram(x, 3, (r[0], r[1]), density=True)[0], (X, _ENDS)),
    "histogram edges": (lambda x, e: functions.histogram(x, e, density=True)[0], (X, np.linspace(-1, 1, 4) ** 3)),
    "histogram edges in a list": (lambda r: functions.histogram(X, [r[0], 0, r[1]], density=True)[0], (_ENDS,)),
    "histogram_bin_edges of one": (lambda x: functions.histogram_bin_edges(x, 2), (np.array([2.0]),)),
    "histogram2d": (lambda x, y: functions.histogram2d(x, y, [3, 2], density=True), (X[0], X[1])),
    "histogram2d edges": (lambda x, e: functions.histogram2d(x, x, (e, 3), density=True), (X[0], _ENDS)),
    "histogram2d one edges": (lambda x, e: functions.histogram2d(x, x, e, density=True), (X[0], np.arange(-2.0, 2))),
    "histogramdd": (lambda x: functions.histogramdd(x, 2, [None, (-2.1, 2.2)], density=True), (X.T,)),
}


@pytest.mark.parametrize(("f", "args"), _OF_EDGES.values(), ids=_OF_EDGES)
def test_the_edges_of_a_histogram_have_a_derivative(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    found = flatten(vjp(f, *args)[0])
    for x, expected in zip(found, flatten(f(*args)), strict=True):
        np.testing.assert_allclose(x, expected, rtol=1e-14)
    check_grads(f, args, order=2)


def test_a_histogram_of_a_batch_of_values() -> None:
    xs, edges = np.array([[0.5, 1.5, 3.5], [0.0, 2.5, 9.0]]), np.array([0.0, 1.0, 2.0, 4.0])
    expected = [np.histogram(x, edges)[0] for x in xs]
    np.testing.assert_array_equal(vmap(lambda x: np.histogram(x, edges)[0])(xs), expected)
    uniform = [np.histogram(x, 3, (0, 4), density=True)[0] for x in xs]
    by_position: Any = (3, (0, 4), True)  # Any: NumPy's stubs take density by its name alone
    np.testing.assert_allclose(vmap(lambda x: np.histogram(x, *by_position)[0])(xs), uniform, rtol=1e-14)


def test_sums_of_the_weights_are_returned() -> None:
    x, w = np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 3.0])
    for axis, weights, keepdims in ((None, None, False), (0, None, True), (1, w, False), (1, w, True)):
        params: Any = {"axis": axis, "weights": weights, "keepdims": keepdims, "returned": True}
        found: Any = np.average(Variable(x), **params)
        expected = np.average(x, **params)
        np.testing.assert_allclose(found[0].data, expected[0])
        np.testing.assert_array_equal(found[1], expected[1], strict=True)


def test_correlations_stay_within_their_bounds() -> None:
    x = np.random.default_rng(0).normal(size=(1, 50)) * np.array([[1.0], [3.0], [-7.0]])
    v: Any = Variable(x)
    found = np.corrcoef(v)
    np.testing.assert_array_equal(np.abs(found.data) <= 1, True)
    np.testing.assert_allclose(found.data, np.corrcoef(x), rtol=1e-15)
    of_itself = grad(lambda x: np.corrcoef(x)[0, 1])(np.array([[1.0, 2.0, 4.0], [2.0, 4.0, 8.0]]))
    np.testing.assert_allclose(of_itself, 0, atol=1e-15)


def test_half_precision_is_computed_in_single() -> None:
    x: Any = np.full(2000, 60.0, np.float16)
    of_halves: tuple[Function, ...] = (lambda x: np.mean(x, where=[True]), np.median)
    for f in of_halves:
        found = f(Variable(x))
        assert found.dtype == np.float16
        assert found.data == 60.0


_OF_INTEGERS: Final[tuple[Function, ...]] = (
    lambda n: np.mean(n, where=n > 1),
    lambda n: np.var(n, where=n > 1),
    lambda n: np.average(n, axis=1, weights=[1, 2, 1]),
    lambda n: np.quantile(n, 0.3, axis=1),
    np.median,
    np.cov,
    np.nanmean,
    lambda n: np.sum(n, where=n > 1, initial=2),
    lambda n: np.max(n, where=n < 3, initial=-7, axis=0),
    lambda n: np.min(n, where=n < 3, initial=7, axis=0),
    lambda n: np.sum(n, dtype=np.int16),
    lambda n: np.cumsum(n, dtype=np.int16),
    lambda n: np.cumprod(n, 1, np.int16),
    lambda n: np.quantile(n, [0, 1]),
    lambda n: np.quantile(n, 0.3, method="lower"),
    lambda n: np.nanquantile(n, 0.3, method="higher", axis=0),
    np.nanmax,
    np.cumprod,
    np.ptp,
)


@pytest.mark.parametrize("f", _OF_INTEGERS)
def test_integers_have_numpys_results(f: Function) -> None:
    n = np.array([[1, 4, 3], [5, 2, 6]])
    found, expected = f(Variable(n)), np.asarray(f(n))
    found = np.asarray(found.data if isinstance(found, Variable) else found)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert found.dtype == expected.dtype


_MISTAKES: Final[dict[str, tuple[Function, type[Exception], str]]] = {
    "initial of several": (lambda x: np.sum(x, initial=X[0]), ValueError, r"sum: initial .* scalar.*\(3,\)"),
    "where without initial": (lambda x: np.max(x, where=X > 0), ValueError, r"max: where= .*initial="),
    "nan where without initial": (lambda x: np.nanmin(x, where=X > 0), ValueError, r"min: where= .*initial="),
    "where of another shape": (lambda x: np.sum(x, where=[True, False]), ValueError, "broadcast"),
    "ddof twice": (lambda x: np.var(x, ddof=1, correction=1), ValueError, "var: ddof and correction"),
    "part beyond 1": (lambda x: np.quantile(x, 1.5), ValueError, r"quantile: q must be between 0 and 1, got 1\.5"),
    "nan part": (lambda x: np.nanquantile(x, [0.5, NAN]), ValueError, "nanquantile: q must be between 0 and 1"),
    "percent": (lambda x: np.percentile(x, -1), ValueError, "percentile: q must be between 0 and 100, got -1"),
    "method": (lambda x: QUANTILE(x, 0.5, method="best"), ValueError, "best"),
    "weighted method": (lambda x: np.quantile(x, 0.5, weights=X), ValueError, "inverted_cdf"),
    "quantile of nothing": (
        lambda x: np.quantile(x[:0], 0.5),
        ValueError,
        r"quantile: there are no elements.*\(0, 3\)",
    ),
    "complex quantile": (lambda x: np.quantile(x + 1j, 0.5), TypeError, "real"),
    "weights of another shape": (
        lambda x: np.quantile(x, 0.5, 0, method="inverted_cdf", weights=[1, 2, 3]),
        ValueError,
        r"quantile: weights along axis 0 .*\(2, 3\).*\(2,\).*got \(3,\)",
    ),
    "negative weights": (
        lambda x: np.percentile(x, 50, 1, method="inverted_cdf", weights=[1, 2, -3]),
        ValueError,
        "percentile: weights must not be negative",
    ),
    "zero weights": (
        lambda x: np.quantile(x, 0.5, 1, method="inverted_cdf", weights=[0, 0, 0]),
        ValueError,
        "quantile: weights must be finite, and not all of them zero",
    ),
    "average, zero weights": (
        lambda x: np.average(x, axis=1, weights=[1.0, -1.0, 0.0]),
        ZeroDivisionError,
        "average: the weights along axis 1 add up to zero",
    ),
    "average, axis": (
        lambda x: np.average(x, weights=[1, 2, 3]),
        TypeError,
        r"average: weights of shape \(3,\).*axis=",
    ),
    "average, shape": (lambda x: np.average(x, 0, [1, 2, 3]), ValueError, r"average: weights along axis 0 .*\(3,\)"),
    "cumulative": (
        lambda x: functions.cumulative_prod(x),
        ValueError,
        r"cumulative_prod: of x of shape \(2, 3\) axis=",
    ),
    "cov, axes": (lambda x: np.cov(x[None]), ValueError, r"cov: m must have one or two axes.*\(1, 2, 3\)"),
    "cov, ddof": (lambda x: np.cov(x, ddof=0.5), ValueError, r"cov: ddof must be an integer, got 0\.5"),
    "cov, fweights": (lambda x: np.cov(x, fweights=X[0] ** 2), ValueError, "cov: fweights must be integers"),
    "cov, aweights": (lambda x: np.cov(x, aweights=[1, 1, -1]), ValueError, "cov: aweights must not be negative"),
    "cov, lengths": (lambda x: np.cov(x, aweights=[1, 1]), ValueError, r"cov: aweights .* 3 observations.*\(2,\)"),
    "bincount, lengths": (lambda x: np.bincount([0, 1], x[0]), ValueError, r"bincount: weights .*\(2,\).*\(3,\)"),
    "bincount, complex": (lambda x: np.bincount([0, 1, 2], 1j * x[0]), TypeError, "bincount: weights must be real"),
    "bincount, floats": (lambda x: np.bincount(X[1], x[1]), TypeError, "Cannot cast"),
    "histogram, lengths": (lambda x: np.histogram([0, 1], weights=x[0]), ValueError, r"histogram: weights .*\(2,\)"),
    "histogram, rule": (lambda x: np.histogram(X, "auto", weights=x), TypeError, "histogram: bins='auto'"),
    "histogram, edges": (lambda x: np.histogram(X, [2, 1], weights=x), ValueError, "monotonic"),
    "histogramdd, lengths": (lambda x: np.histogramdd(X, weights=x[0]), ValueError, r"histogramdd: weights .*\(2,\)"),
}


@pytest.mark.parametrize(("f", "error", "message"), _MISTAKES.values(), ids=list(_MISTAKES))
def test_mistakes_are_named(f: Function, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"(?s){message}"):
        f(Variable(X))


def test_bins_that_depend_on_a_batch() -> None:
    with pytest.raises(TypeError, match=r"np\.histogram of it without bins=edges or range="):
        vmap(lambda x: np.histogram(x, 3)[0])(X)
    with pytest.raises(TypeError, match=r"np\.bincount of it, whose length"):
        vmap(lambda x: np.bincount(x))(np.array([[0, 1], [1, 1]]))
