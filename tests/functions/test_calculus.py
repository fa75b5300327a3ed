"""Differences, convolutions, interpolation and functions along axes: laws, kinks, corners and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydezero import Variable, functions, grad, jvp, vjp, vmap
from tests.functions.case import Array, ArrayCallable, generator

# NumPy, as no checker knows it: its stubs have no Variables.
N: Final[Any] = np

_settings: Final = settings(max_examples=100)
_NAN: Final = np.nan
_INF: Final = np.inf


def _drawn(seed: str, n: int, is_complex: bool) -> Array:
    rng = generator(seed)
    x = rng.uniform(-1, 1, n)
    return x + 1j * rng.uniform(-1, 1, n) if is_complex else x


@_settings
@given(
    name=st.sampled_from(["convolve", "correlate"]),
    mode=st.sampled_from(["full", "same", "valid"]),
    lengths=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    are_complex=st.tuples(st.booleans(), st.booleans()),
)
def test_convolutions_of_all_lengths(
    name: str, mode: str, lengths: tuple[int, int], are_complex: tuple[bool, bool]
) -> None:
    """They are linear in each factor (real-linear where one is conjugated): the derivative is exact, either way."""
    f = getattr(np, name)
    x, y = (_drawn(f"{name} {i}", n, c) for i, (n, c) in enumerate(zip(lengths, are_complex, strict=True)))
    t, u = (_drawn(f"tangent {i}", n, c) for i, (n, c) in enumerate(zip(lengths, are_complex, strict=True)))
    out, moved = jvp(lambda x, y: f(x, y, mode), (x, y), (t, u))
    np.testing.assert_allclose(out, f(x, y, mode), rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(moved, f(t, y, mode) + f(x, u, mode), rtol=1e-13, atol=1e-14)

    _, pullback = vjp(lambda x, y: f(x, y, mode), x, y)
    g = _drawn("cotangent", out.size, any(are_complex))
    of_x, of_y = pullback(g)
    expected = np.sum(np.real(g * moved))
    np.testing.assert_allclose(np.sum(np.real(of_x * t)) + np.sum(np.real(of_y * u)), expected, atol=1e-13)

    xs, ys = np.stack([x, t, x]), np.stack([u, y, y])
    each = np.stack([f(a, b, mode) for a, b in zip(xs, ys, strict=True)])
    np.testing.assert_allclose(vmap(lambda x, y: f(x, y, mode))(xs, ys), each, rtol=1e-13, atol=1e-14)


def test_a_batch_of_longer_convolutions() -> None:
    rng = generator("longer")
    x, y, t = rng.normal(size=(3, 2, 90)), rng.normal(size=(2, 50)), rng.normal(size=(3, 2, 90))
    for mode in ("full", "same", "valid"):
        each = np.stack([[N.convolve(a, b, mode) for a, b in zip(row, y, strict=True)] for row in x])
        of_all: Any = vmap(vmap(partial(N.convolve, mode=mode)), (0, None))
        of_first: Any = lambda x, f=of_all: f(x, y)
        out, moved = jvp(of_first, (x,), (t,))
        np.testing.assert_allclose(out, each, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(moved, of_all(t, y), rtol=1e-12, atol=1e-13)
    assert vmap(N.convolve)(x[:0, 0], y[:0]).shape == (0, 139)


def test_convolutions_with_many_elements() -> None:
    rng = generator("many")
    x, y, g = rng.normal(size=10_003), rng.normal(size=10_001), rng.normal(size=3)
    out, pullback = vjp(lambda x, y: N.convolve(x, y, "valid"), x, y)
    np.testing.assert_allclose(out, [x[i : i + len(y)] @ y[::-1] for i in range(3)], rtol=1e-9)
    of_x, of_y = pullback(g)
    np.testing.assert_allclose([of_x @ x, of_y @ y], [g @ out] * 2, rtol=1e-9)


@_settings
@given(
    points=st.lists(st.integers(-4, 4), min_size=1, max_size=5, unique=True).map(sorted),
    at=st.lists(st.integers(-12, 12), min_size=1, max_size=6),
    period=st.sampled_from([None, 3.0, -8.5]),
    ends=st.tuples(st.sampled_from([None, -1.0]), st.sampled_from([None, 2.0])),
)
def test_interpolation_at_and_between_and_beyond_points(
    points: list[int], at: list[int], period: float | None, ends: tuple[float | None, float | None]
) -> None:
    x, xp = np.array(at) / 2, np.array(points, float)
    if period is not None and len(np.unique(xp % abs(period))) < len(xp):
        return
    fp = generator("interp").uniform(-1, 1, len(xp))

    def f(x: Any, xp: Any, fp: Any) -> Any:
        return N.interp(x, xp, fp, *ends, period=period)

    y, pullback = vjp(f, x, xp, fp)
    np.testing.assert_allclose(y, f(x, xp, fp), rtol=0, atol=1e-15)
    found = pullback(np.ones_like(y))
    # A central difference gives each piece its half, as the rules do; except at a jump, to `left` or `right`.
    eps = 1e-6
    if period is None and (x[:, np.newaxis] == xp[[0, -1]]).any() and ends != (None, None):
        return
    expected_x = (f(x + eps, xp, fp) - f(x - eps, xp, fp)) / (2 * eps)
    np.testing.assert_allclose(found[0], expected_x, atol=1e-5)
    for i, (of_point, of_value) in enumerate(zip(found[1], found[2], strict=True)):
        step = eps * np.eye(len(xp))[i]
        expected_point = np.sum(f(x, xp + step, fp) - f(x, xp - step, fp)) / (2 * eps)
        expected_value = np.sum(f(x, xp, fp + step) - f(x, xp, fp - step)) / (2 * eps)
        np.testing.assert_allclose(of_value, expected_value, atol=1e-8)
        np.testing.assert_allclose(of_point, expected_point, atol=1e-5)


@pytest.mark.parametrize(
    ("x", "slope"),
    [(-1.0, 0.0), (0.0, 1.0), (0.5, 2.0), (1.0, 0.5), (2.0, -1.0), (3.0, -0.5), (4.0, 0.0)],
)
def test_each_piece_gets_half_at_a_point(x: float, slope: float) -> None:
    assert grad(lambda x: N.interp(x, [0.0, 1.0, 3.0], [0.0, 2.0, 0.0]))(x) == slope


@pytest.mark.parametrize(
    ("xp", "fp"),
    [
        ([0.0, 1.0, 2.0], [1.0, _NAN, 3.0]),
        ([0.0, 1.0, 2.0], [1.0, _INF, 3.0]),
        ([0.0, 1.0, 2.0], [_INF, _INF, -_INF]),
        ([0.0, 1.0, 1.0, 2.0], [1.0, 2.0, 5.0, 3.0]),
        ([0.0], [1.0]),
    ],
)
def test_interpolation_of_what_is_not_finite_or_steps_is_numpys(xp: list[float], fp: list[float]) -> None:
    x = np.array([-_INF, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, _INF, _NAN])
    np.testing.assert_array_equal(functions.interp(Variable(x), xp, fp).data, N.interp(x, xp, fp))


def test_a_step_between_points_at_one_place() -> None:
    x, xp, fp = np.array([0.5, 1.5]), np.array([0.0, 1.0, 1.0, 2.0]), np.array([1.0, 2.0, 5.0, 3.0])
    _, pullback = vjp(N.interp, x, xp, fp)
    of_x, of_xp, of_fp = pullback(np.ones(2))
    np.testing.assert_array_equal(of_x, [1, -2])
    np.testing.assert_array_equal(of_xp, [-0.5, -0.5, 1, 1])
    np.testing.assert_array_equal(of_fp, [0.5, 0.5, 0.5, 0.5])


def test_interpolation_ends_and_period_are_differentiated() -> None:
    x, fp = np.array([-1.0, 0.5, 2.0, 3.0]), [1.0, 2.0]
    left, right = grad(lambda a, b: np.sum(functions.interp(x, [0.0, 1.0], fp, a, b)), (0, 1))(0.0, 0.0)
    assert (left, right) == (1.0, 2.0)
    # At 2.5 with a period of 2: 0.5 less a step of the period has the slope of the piece.
    assert grad(lambda p: functions.interp(2.5, [0.0, 1.0], fp, period=p))(2.0) == -1.0


def test_points_that_differ_between_examples() -> None:
    rng = generator("points")
    x, xp, fp = rng.uniform(0, 3, (4, 5)), np.cumsum(rng.uniform(0.1, 1, (4, 3)), axis=1), rng.normal(size=(4, 3))
    for batched in ((0, 0, 0), (None, 0, None), (None, None, 0), (0, None, None)):
        values = [a if axis == 0 else a[0] for a, axis in zip((x, xp, fp), batched, strict=True)]
        rows = [[a if axis is None else a[i] for a, axis in zip(values, batched, strict=True)] for i in range(4)]
        np.testing.assert_array_equal(vmap(N.interp, batched)(*values), [N.interp(*row) for row in rows])


def test_cross_products_in_the_plane_are_numpys() -> None:
    rng = generator("plane")
    x, y, z = rng.normal(size=(4, 2)), rng.normal(size=(4, 2)), rng.normal(size=(4, 3))
    for a, b in ((x, y), (x, z), (z, y)):
        if np.lib.NumpyVersion(np.__version__) >= "2.5.0":  # NumPy takes no such vectors any more, and neither do we
            with pytest.raises(ValueError, match="vectors"):
                N.cross(Variable(a), b)
            continue
        with pytest.warns(DeprecationWarning, match="2-dimensional"):
            expected = N.cross(a, b)
        with pytest.warns(DeprecationWarning, match="2-dimensional"):
            y_found, pullback = vjp(N.cross, a, b)
        np.testing.assert_allclose(y_found, expected, rtol=1e-15)
        g = rng.normal(size=expected.shape)
        with pytest.warns(DeprecationWarning, match="2-dimensional"):
            np.testing.assert_allclose(np.sum(pullback(g)[0] * a), np.sum(g * N.cross(a, b)), rtol=1e-12)


def test_differences_of_conditions() -> None:
    xs = generator("conditions").normal(size=(3, 4))
    found = vmap(lambda x: N.diff(x > 0))(xs)
    np.testing.assert_array_equal(found, N.diff(xs > 0))


def test_coordinates_that_are_constants() -> None:
    f = np.array([1.0, 4.0, 2.0, 8.0])
    for coordinates in (np.array([1, 2, 4, 7], np.uint8), [0.0, 0.5, 1.0, 1.5], np.array([3.0, 2.0, 1.5, -1.0])):
        for edge_order in (1, 2):
            found = N.gradient(Variable(f), coordinates, edge_order=edge_order)
            np.testing.assert_allclose(found.data, N.gradient(f, coordinates, edge_order=edge_order), rtol=1e-14)
    assert N.gradient(Variable(np.float32(f)), 0.1).dtype == np.float32  # type: ignore[arg-type]  # to the types a list is no operand
    assert N.gradient(Variable(np.array([1, 2, 4])), 2).dtype == np.float64


def test_functions_along_axes_give_plain_results_for_plain_functions() -> None:
    x = generator("along").normal(size=(2, 3, 4))
    found: Any = N.apply_along_axis(np.argmax, 1, Variable(x))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, np.argmax(x, axis=1))
    of_lists = N.apply_along_axis(lambda v: [v[0], v[1] * 2], 0, Variable(x))
    np.testing.assert_array_equal(of_lists.data, np.stack([x[0], x[1] * 2]))


_MISTAKES: Final[tuple[tuple[ArrayCallable, type[Exception], str], ...]] = (
    (lambda x: N.diff(x, n=-1), ValueError, "n must not be negative"),
    (lambda x: N.diff(x[0, 0]), ValueError, "at least one axis"),
    (lambda x: N.diff(x, axis=2), np.exceptions.AxisError, "out of bounds"),
    (lambda x: N.diff(x, prepend=np.ones((3, 3))), ValueError, "match"),
    (lambda x: N.ediff1d(x, to_end=1j), TypeError, "to_end of complex128"),
    (lambda x: N.trapezoid(x, axis=2), np.exceptions.AxisError, "out of bounds"),
    (lambda x: N.trapezoid(x, np.ones(4)), ValueError, "broadcast"),
    (lambda x: N.gradient(x, edge_order=3), ValueError, "edge_order"),
    (lambda x: N.gradient(x, edge_order=2), ValueError, "axis 0 of f"),
    (lambda x: N.gradient(x, 1.0, 2.0, 3.0), TypeError, "got 3"),
    (lambda x: N.gradient(x, np.ones(3)), TypeError, "got 1"),
    (lambda x: N.gradient(x, np.ones(2), axis=1), ValueError, "length 3"),
    (lambda x: N.gradient(x, np.ones((3, 3)), axis=1), ValueError, "length 3"),
    (lambda x: N.cross(x[0, 0], np.ones(3)), ValueError, "at least one axis"),
    (lambda x: N.cross(x, np.ones(4)), ValueError, "cross|vectors"),
    (lambda x: N.convolve(x, np.ones(2)), ValueError, "one axis"),
    (lambda x: N.convolve(x[0], np.ones(0)), ValueError, "empty"),
    (lambda x: N.convolve(x[0], np.ones(2), "half"), ValueError, "mode"),
    (lambda x: N.correlate(x[0], 2.0), ValueError, "one axis"),
    (lambda x: N.correlate(x[0], np.ones(2), "half"), ValueError, "mode"),
    (lambda x: N.interp(x, np.ones((2, 2)), np.ones(2)), ValueError, "object too deep"),
    (lambda x: N.interp(0.5, np.ones(2), x[0]), ValueError, "same length"),
    (lambda x: N.interp(x, [0.0, 1.0], [0.0, 1.0], period=0), ValueError, "period"),
    (lambda x: N.apply_along_axis(np.sum, 2, x), np.exceptions.AxisError, "out of bounds"),
    (lambda x: N.apply_along_axis(np.sum, 0, x[:, :0]), ValueError, "no vectors"),
    (lambda x: N.apply_over_axes(lambda a, i: a.ravel()[0], x, 0), ValueError, "keep the number of axes"),
    (lambda x: N.vectorize(lambda a: a * 2)(x), TypeError, "array"),
    (lambda x: N.vectorize(np.sum, signature="(n)->()")(x), TypeError, "array"),
    (lambda x: N.frompyfunc(lambda a: a * 2, 1, 1)(x), TypeError, "cannot be differentiated"),
    (lambda x: N.polynomial.polynomial.polyval(1.0, x), TypeError, "array"),
    (lambda x: N.polynomial.Polynomial(x[0]), TypeError, "array"),
)


@pytest.mark.parametrize(("f", "error", "message"), _MISTAKES)
def test_mistakes(f: Callable[..., Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.arange(6.0).reshape(2, 3)))


@pytest.mark.parametrize("name", ["chebval", "hermeval", "hermval", "lagval", "legval", "polyval"])
def test_series_of_the_newer_polynomials_are_differentiated_in_x(name: str) -> None:
    modules: Sequence[Any] = (
        np.polynomial.chebyshev,
        np.polynomial.hermite,
        np.polynomial.hermite_e,
        np.polynomial.laguerre,
        np.polynomial.legendre,
        np.polynomial.polynomial,
    )
    f = next(getattr(module, name) for module in modules if hasattr(module, name))
    x, c = generator(name).normal(size=3), [1.0, 2.0, 3.0, 4.0]
    expected = (f(x + 1e-6, c) - f(x - 1e-6, c)) / 2e-6
    np.testing.assert_allclose(grad(lambda x: np.sum(f(x, c)))(x), expected, rtol=1e-7)
