"""`pydezero.scipy.interpolate`: values, derivatives to second order, batches, kinks, and what raises."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

import numpy as np
import pytest
import scipy.interpolate
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import linalg

from pydezero import Variable, grad, hessian, jacfwd, jvp, trace, vmap
from pydezero import functions as F
from pydezero.core.operators import EscapeError
from pydezero.scipy import interpolate as ours
from pydezero.testing import check_grads
from tests.functions.case import generator
from tests.versions import needs

scipys: Any = scipy.interpolate  # whose stubs have literals for methods and conditions

X: Final = np.array([0.0, 0.6, 1.1, 2.2, 3.0, 4.1])
Y: Final = generator("values").normal(size=6)
ROWS: Final = generator("rows").normal(size=(2, 6))
AT: Final = np.array([-0.4, 0.25, 1.7, 2.9, 3.7, 4.4])
# Sites, the ends and what is beyond them among the places.
ANYWHERE: Final = np.array([[-0.3, 0.0, 0.4, 1.1], [2.2, 3.9, 4.1, 5.2]])
KNOTS: Final = np.array([0.0, 0.1, 0.2, 1.0, 2.3, 3.9, 4.0, 4.1, 4.2])
GRID: Final = (np.array([0.0, 0.5, 1.2, 2.0, 3.0, 3.5]), np.array([3.0, 2.0, 1.5, 0.5, 0.0, -1.0]))
VALUES: Final = generator("grid").normal(size=(6, 6))
PLACES: Final = np.array([[0.3, 1.2], [1.3, 0.2], [2.9, 1.7]])
METHODS: Final = ("linear", "nearest", "slinear", "cubic", "quintic", "pchip", "cubic_legacy")


def closed(z: Any) -> Any:
    return np.concatenate([z, z[:1]])


def of_variables(make: Callable[..., Any], x: Any, y: Any, expected: Any, rtol: float = 1e-9) -> None:
    """What is made of a Variable, of values or of sites, is what SciPy makes, and so are its values."""
    for args in ((x, Variable(y)), (Variable(x), y)):
        found = make(*args)
        assert (found.axis, found.extrapolate) == (expected.axis, expected.extrapolate)
        assert_allclose(np.asarray(found.c.data), expected.c, rtol=rtol, atol=1e-9)
        calls: list[Callable[[Any], Any]] = [
            *[lambda f, nu=nu: f(ANYWHERE, nu) for nu in range(getattr(expected, "k", 4) + 1)],
            lambda f: f(ANYWHERE, 0, False),
            lambda f: f(ANYWHERE, 1, "periodic"),
            lambda f: f.integrate(0.3, 3.3),
            lambda f: f.integrate(7.3, -3.3, True),
            lambda f: f.integrate(1.0, 9.0, "periodic"),
            lambda f: f.derivative(min(2, getattr(f, "k", 2)))(ANYWHERE),
            lambda f: f.antiderivative(2)(ANYWHERE),
        ]
        for call in calls:
            assert_allclose(call(found).data, call(expected), rtol=1e-7, atol=1e-7)
    plain = make(x, y)
    assert_array_equal(plain(ANYWHERE), expected(ANYWHERE), strict=True)
    assert_array_equal(plain.c, expected.c, strict=True)
    assert_allclose(plain(Variable(ANYWHERE)).data, expected(ANYWHERE), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_cubic_splines_are_scipys(n: int) -> None:
    x, y = X[:n], generator("y").normal(size=(2, n, 2))
    y[:, -1] = y[:, 0]
    d = generator("d").normal(size=(2, 2))
    conditions = ["not-a-knot", "periodic", ((1, d), "not-a-knot"), ("natural", (2, d)), ("clamped", "natural")]
    for bc_type in conditions:
        options: Any = {"axis": 1, "bc_type": bc_type}
        of_variables(lambda x, y, o=options: ours.CubicSpline(x, y, **o), x, y, scipys.CubicSpline(x, y, **options))
    of_variables(lambda x, y: ours.PchipInterpolator(x, y, 1), x, y, scipys.PchipInterpolator(x, y, 1, True))
    methods: tuple[Any, ...] = ("akima", "makima")
    for method in methods if n > 2 else ():
        expected: Any = scipys.Akima1DInterpolator(x, y, 1, method=method)
        of_variables(lambda x, y, m=method: ours.Akima1DInterpolator(x, y, 1, method=m), x, y, expected)


@pytest.mark.parametrize("n", [3, 4, 6])
def test_interpolating_splines_are_scipys(n: int) -> None:
    x, y = X[:n], generator("y").normal(size=(2, n, 2))
    y[:, -1] = y[:, 0]
    d = generator("d").normal(size=(2, 2))
    kinds: list[tuple[int, Any]] = [
        *[(k, None) for k in (1, 2, 3, 5)],
        *[(k, "periodic") for k in (2, 3, 4)],
        (3, "natural"),
        (3, ([(1, d)], [(2, d)])),
        (3, (None, [(1, d), (2, d)])),
    ]
    for k, bc_type in kinds:
        if n <= k and bc_type is None:
            continue
        options: Any = {"k": k, "bc_type": bc_type, "axis": 1}
        expected = scipys.make_interp_spline(x, y, **options)
        of_variables(lambda x, y, o=options: ours.make_interp_spline(x, y, **o), x, y, expected)
    steps = ours.make_interp_spline(x, Variable(y), 0, axis=1)
    assert_array_equal(steps(ANYWHERE).data, scipys.make_interp_spline(x, y, 0, axis=1)(ANYWHERE))


def test_arrays_that_decrease_are_scipys() -> None:
    assert_array_equal(ours.PPoly(ROWS[:, :5], X[::-1])(AT), scipys.PPoly(ROWS[:, :5], X[::-1])(AT))


def test_beyond_the_degree_derivatives_are_zero() -> None:
    spline = ours.BSpline(KNOTS, Variable(Y[:5]), 3)
    for f in (spline, spline.derivative(3), ours.PPoly(Variable(ROWS[:, :5]), X)):
        assert_array_equal(f(ANYWHERE, 4).data, np.zeros(ANYWHERE.shape))


def test_a_b_spline_without_extrapolation() -> None:
    for c in (Y[:5], generator("c").normal(size=(5, 2))):
        expected = scipys.BSpline(KNOTS, c, 3, extrapolate=False)
        found = ours.BSpline(KNOTS, Variable(c), 3, extrapolate=False)
        assert_allclose(found(ANYWHERE).data, expected(ANYWHERE))
        assert_allclose(found.integrate(-1.0, 2.0).data, expected.integrate(-1.0, 2.0))


@pytest.mark.parametrize("method", METHODS)
def test_grids_are_scipys(method: str) -> None:
    beyond = np.concatenate([PLACES, [[1.2, 0.5], [0.0, -1.0], [3.5, 3.0], [4.0, 1.0], [np.nan, 1.0], [1.0, -1.5]]])
    # With a solver that has no tolerance.
    options: Any = {"solver": linalg.spsolve} if method in ("slinear", "cubic", "quintic") else {}
    for bounds_error, fill_value in ((True, np.nan), (False, None), (False, 7.0)):
        places = PLACES if bounds_error else beyond
        for values in (VALUES, np.stack([VALUES, VALUES**2], axis=-1)):
            given = GRID, values, method, bounds_error, fill_value
            expected = scipys.RegularGridInterpolator(*given, **options)
            plain: Any = ours.RegularGridInterpolator(*given, **options)
            found: Any = ours.RegularGridInterpolator(GRID, Variable(values), method, bounds_error, fill_value)
            assert_array_equal(plain(places), expected(places), strict=True)
            assert_allclose(plain(Variable(places)).data, expected(places), rtol=1e-9, atol=1e-9)
            assert_allclose(found(places).data, expected(places), rtol=1e-8, atol=1e-8)
            assert_allclose(found((1.2, PLACES[:, 1])).data, expected((1.2, PLACES[:, 1])), rtol=1e-8, atol=1e-8)
            if options:
                assert_allclose(found(places, nu=(1, 0)).data, expected(places, nu=(1, 0)), rtol=1e-8, atol=1e-8)
            assert_allclose(found(places, "linear").data, expected(places, "linear"), rtol=1e-9)


# Functions of arrays, and where their derivatives are checked.
CASES: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    "not-a-knot": (lambda x, y, v: ours.CubicSpline(x, y)(v), (X, Y, AT)),
    "natural": (lambda x, y: ours.CubicSpline(x, y, 1, "natural")(AT), (X, ROWS)),
    "clamped": (lambda x, y, v: ours.CubicSpline(x, y, bc_type="clamped")(v, 1), (X[:3], Y[:3], AT)),
    "periodic": (lambda x, z, v: ours.CubicSpline(x, closed(z), bc_type="periodic")(v), (X, Y[:-1], AT)),
    "conditions": (lambda x, y, d: ours.CubicSpline(x, y, bc_type=((1, d), (2, d)))(AT), (X, Y, 0.3)),
    "parabola": (lambda x, y: ours.CubicSpline(x, y)(AT), (X[:3], Y[:3])),
    "complex": (lambda x, y: ours.CubicSpline(x, y)(AT), (X, Y + 1j * Y[::-1])),
    "integral": (lambda x, y, a, b: ours.CubicSpline(x, y).integrate(a, b), (X, Y, 0.3, 5.0)),
    "integral of a periodic one": (
        lambda z, b: ours.CubicSpline(X, closed(z), bc_type="periodic").integrate(0.2, b),
        (Y[:-1], 9.0),
    ),
    "antiderivative": (lambda x, y: ours.CubicSpline(x, y).antiderivative(2).derivative()(AT), (X, Y)),
    "pchip": (lambda x, y, v: ours.PchipInterpolator(x, y)(v), (X, Y, AT)),
    "pchip rising": (lambda x, y: ours.PchipInterpolator(x, y)(AT), (X, np.cumsum(np.abs(Y)))),
    "akima": (lambda x, y, v: ours.Akima1DInterpolator(x, y)(v), (X, Y, AT[1:-1])),
    "makima": (lambda x, y: ours.Akima1DInterpolator(x, y, method="makima")(AT[1:-1]), (X, Y)),
    "akima of two": (lambda x, y: ours.Akima1DInterpolator(x, y, 1)(0.5 * (x[0] + x[1])), (X[:2], ROWS[:, :2])),
    "pchip of two": (lambda x, y: ours.PchipInterpolator(x, y, 1)(AT), (X[:2], ROWS[:, :2])),
    "hermite": (lambda x, y, d, v: ours.CubicHermiteSpline(x, y, d)(v), (X, Y, Y[::-1], AT)),
    **{f"degree {k}": (lambda x, y, v, k=k: ours.make_interp_spline(x, y, k)(v), (X, Y, AT)) for k in (1, 2, 3, 5)},
    "degree 2 periodic": (
        lambda x, z: ours.make_interp_spline(x, closed(z), 2, bc_type="periodic")(AT),
        (np.array([0.0, 0.9, 1.8, 2.4, 3.2, 4.1]), Y[:-1]),
    ),
    "degree 3 periodic": (
        lambda x, z: ours.make_interp_spline(x, closed(z), bc_type="periodic")(AT, 1),
        (X, Y[:-1]),
    ),
    "ends": (lambda x, y, d: ours.make_interp_spline(x, y, bc_type=([(1, d)], [(2, d)]))(AT), (X, Y, 0.3)),
    "knots": (
        lambda x, y, t: ours.make_interp_spline(x, y, 2, np.concatenate([x[:1], x[:1], x[:1], t, *[x[-1:]] * 3]))(AT),
        (X, Y, np.array([0.9, 1.6, 2.5])),
    ),
    "b-spline": (lambda t, c, v: ours.BSpline(t, c, 3)(v, 1), (KNOTS, ROWS.T[:5], AT)),
    "b-spline integral": (lambda t, c, a: ours.BSpline(t, c, 3).integrate(a, 2.0), (KNOTS, Y[:5], 0.3)),
    "b-spline derivative": (lambda t, c: ours.BSpline(t, c, 3).derivative()(AT), (KNOTS, Y[:5])),
    "polynomials": (lambda c, x, v: ours.PPoly(c, x)(v, 1), (ROWS[:, :5, None] * Y, X, AT)),
    **{
        f"grid {method}": (
            lambda values, at, method=method: ours.RegularGridInterpolator(GRID[:1], values, method)(at),
            (VALUES, PLACES[:, :1]),
        )
        for method in METHODS[:-1]
    },
    **{
        f"places in a grid {method}": (
            lambda at, method=method: ours.RegularGridInterpolator(GRID, VALUES, method)(at),
            (PLACES,),
        )
        for method in METHODS
    },
    "grid": (lambda values, at: ours.RegularGridInterpolator(GRID, values)(at), (VALUES, PLACES)),
    "grid pchip in two axes": (
        lambda values, at: ours.RegularGridInterpolator(GRID, values, "pchip")(at),
        (VALUES, PLACES),
    ),
    "grid fill_value": (
        lambda values, at, f: ours.RegularGridInterpolator(GRID, values, bounds_error=False, fill_value=f)(2 * at),
        (VALUES, PLACES, 0.5),
    ),
}


# In an older SciPy, which computes the differences.
_NEWER: Final = {"akima of two": [needs("scipy>=1.17", "a line through two points is one for Akima1DInterpolator")]}


@pytest.mark.parametrize(
    ("f", "args"), [pytest.param(*case, id=name, marks=_NEWER.get(name, ())) for name, case in CASES.items()]
)
def test_derivatives(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args)
    batch = [np.stack([x, 1.04 * np.asarray(x)]) for x in args]
    examples = list(zip(*batch, strict=True))
    slope = grad(lambda *args: np.sum(np.sin(np.real(f(*args)))), argnums=tuple(range(len(args))))
    # The solver of SciPy for grids, which is that of arrays alone, has a tolerance.
    assert_allclose(vmap(f)(*batch), [f(*one) for one in examples], rtol=1e-6, atol=1e-6)
    each = [slope(*one) for one in examples]
    for found, expected in zip(vmap(slope)(*batch), zip(*each, strict=True), strict=True):
        assert_allclose(found, np.stack(expected), rtol=1e-8, atol=1e-9)
    assert_allclose(trace(f)(*args)(*args), f(*args), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("method", ["cubic", "quintic"])
def test_the_values_of_a_grid(method: str) -> None:
    """Of values the interpolation is linear, so its derivative is that of SciPy's solver without a tolerance."""
    weights: Any = grad(lambda values: ours.RegularGridInterpolator(GRID, values, method)(PLACES)[0])(VALUES)
    expected = scipys.RegularGridInterpolator(GRID, VALUES, method, solver=linalg.spsolve)(PLACES)[0]
    assert_allclose(np.sum(weights * VALUES), expected, rtol=1e-10)


def test_at_a_breakpoint_the_derivative_is_the_mean_of_both() -> None:
    bend = ours.PPoly(np.array([[1.0, 3.0], [0.0, 1.0]]), np.array([0.0, 1.0, 2.0]))
    assert grad(bend)(1.0) == 2.0
    assert hessian(lambda v: bend(v) ** 2)(1.0) == 8.0
    step = ours.PPoly(np.array([[1.0, 5.0]]), np.array([0.0, 1.0, 2.0]))
    assert step(Variable(np.array(1.0))).data == 5.0
    assert_array_equal(grad(lambda c: ours.PPoly(c, step.x)(1.0))(step.c), [[0.0, 1.0]])
    assert_array_equal(grad(lambda x: ours.PPoly(bend.c, x)(1.0))(bend.x), [0.0, -2.0, 0.0])
    linear: Any = ours.make_interp_spline(X, Y, 1)
    assert grad(linear)(X[2]) == pytest.approx(0.5 * (linear(X[2], 1) + linear(X[2] - 0.1, 1)))
    grid: Any = ours.RegularGridInterpolator(GRID, VALUES)
    slopes = [(grid((u, 1.7)) - grid((1.2, 1.7))) / (u - 1.2) for u in (1.1, 1.3)]
    assert grad(lambda p: grid(p)[0])(np.array([1.2, 1.7]))[0] == pytest.approx(np.mean(slopes))
    cubic: Any = ours.CubicSpline(X, Y)
    third = jacfwd(jacfwd(jacfwd(lambda v: cubic(v))))(X[3])
    assert third == pytest.approx(0.5 * (cubic(X[3], 3) + cubic(X[3] - 0.1, 3)))


INTERPOLATING: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "cubic": lambda x, y: ours.CubicSpline(x, y),
    "pchip": lambda x, y: ours.PchipInterpolator(x, y),
    "akima": lambda x, y: ours.Akima1DInterpolator(x, y),
    "makima": lambda x, y: ours.Akima1DInterpolator(x, y, method="makima"),
    "hermite": lambda x, y: ours.CubicHermiteSpline(x, y, np.cos(y)),
    "polynomial": lambda x, y: ours.PPoly(np.stack([(y[1:] - y[:-1]) / (x[1:] - x[:-1]), y[:-1]]), x),
    **{f"degree {k}": partial(ours.make_interp_spline, k=k) for k in (1, 2, 3, 5)},
}


@pytest.mark.parametrize("name", INTERPOLATING)
def test_at_its_own_sites_a_function_does_not_move_with_them(name: str) -> None:
    weights = np.arange(1.0, len(X) + 1)

    def f(x: Any, y: Any) -> Any:
        return np.sum(INTERPOLATING[name](x, y)(x) * weights)

    options: Any = {"rtol": 1e-10, "atol": 1e-9}
    assert_allclose(grad(f)(X, Y), 0 * X, **options)
    assert_allclose(jvp(f, (X, Y), (np.cos(X), np.sin(X)))[1], weights @ np.sin(X), **options)
    assert_allclose(vmap(grad(f))(np.stack([X, 2 * X]), np.stack([Y, Y])), np.zeros((2, len(X))), **options)
    assert_allclose(trace(grad(f, 1))(X, Y)(X, Y), weights, **options)
    assert_allclose(jacfwd(grad(f), 1)(X, Y), np.zeros((len(X), len(X))), **options)


# Values with equal neighbours, with a slope of 0 at an end, and with one of three times the first secant.
KINKS: Final = (
    [0.0, 1.0, 1.0, 2.0, 3.0],
    [0.0, 0.0, 1.0, 2.0, 1.0],
    [3.0, 1.0, 1.0, 1.0, 0.0],
    [0.0, 1.0, 4.0, 5.0, 7.0],
    [0.0, 1.0, -2.0, 5.0, 6.0],
)


@pytest.mark.parametrize("values", KINKS)
def test_kinks_of_pchip(values: list[float]) -> None:
    x, y, weights = np.arange(5.0), np.array(values), np.array([1.0, 2.0, 3.0, 4.0])

    def f(y: Any) -> Any:
        return np.sum(weights * ours.PchipInterpolator(x, y)(np.array([0.4, 1.3, 2.7, 3.6])))

    expected = [(f(y + e) - f(y - e)) / 2e-6 for e in 1e-6 * np.eye(5)]
    assert_allclose(grad(f)(y), expected, rtol=1e-5, atol=1e-6)
    assert_allclose(jacfwd(f)(y), grad(f)(y), rtol=1e-12)
    with np.errstate(invalid="ignore"):
        for second in (hessian(f)(y), jacfwd(jacfwd(f))(y)):
            at_kinks = np.isnan(second)
            assert np.any(at_kinks)
            for i, e in enumerate(1e-5 * np.eye(5)):
                difference = (grad(f)(y + e) - grad(f)(y - e)) / 2e-5
                known = ~at_kinks[i]
                assert_allclose(second[i][known], difference[known], rtol=1e-3, atol=1e-3)


@needs("scipy>=1.14", "Akima1DInterpolator has the parameter extrapolate")
def test_akima_outside_of_the_knots() -> None:
    check_grads(lambda x, y: ours.Akima1DInterpolator(x, y, extrapolate=True)(AT), (X, Y))


def test_corners_of_akima() -> None:
    methods: tuple[Any, ...] = ("akima", "makima")
    x, corner = np.arange(7.0), np.array([-1.0, -1.0, -1.0, 0.0, 1.0, 1.0, 1.0])
    for values in (corner, x, 0 * x):
        for method in methods:
            found = ours.Akima1DInterpolator(x, Variable(values), method=method)
            assert_allclose(found.c.data, scipys.Akima1DInterpolator(x, values, method=method).c, atol=1e-15)
    slopes = jacfwd(lambda y: ours.Akima1DInterpolator(x, y).c[2])(corner)
    assert_array_equal(np.isnan(slopes).any(axis=1), [False, False, True, False, True, False])
    # Of a line both secants have the weight 1/2.
    assert_allclose(grad(lambda y: ours.Akima1DInterpolator(x, y).derivative()(3.0))(x), [0, 0, -0.5, 0, 0.5, 0, 0])
    assert np.all(np.isfinite(hessian(lambda y: ours.Akima1DInterpolator(x, y)(2.3))(x)))


def test_level_values_of_pchip() -> None:
    level = grad(lambda y: F.sum(ours.PchipInterpolator(X, y)(AT)))(np.ones(6))
    assert np.all(np.isfinite(level))
    assert np.sum(level) == pytest.approx(len(AT))


def test_what_is_checked_of_every_example() -> None:
    with pytest.raises(ValueError, match="x must be finite and increase"):
        vmap(lambda x: ours.CubicSpline(x, Y)(0.5))(np.stack([X, -X]))
    with pytest.raises(ValueError, match="must be equal"):
        vmap(lambda y: ours.CubicSpline(X, y, bc_type="periodic")(0.5))(np.stack([np.ones(6), Y]))
    grid: Any = ours.RegularGridInterpolator(GRID, VALUES)
    with pytest.raises(ValueError, match="outside of the grid"):
        vmap(grid)(np.stack([PLACES, 9 * PLACES]))
    assert_array_equal(np.isnan(trace(grid)(PLACES)(PLACES * [[1.0], [9.0], [1.0]])), [False, True, False])


@pytest.mark.parametrize("method", METHODS)
def test_the_dtype_of_a_grid(method: str) -> None:
    for values in (VALUES.astype(np.float32), np.arange(36).reshape(6, 6)):
        expected = scipys.RegularGridInterpolator(GRID, values, method)
        found: Any = ours.RegularGridInterpolator(GRID, values, method)
        assert found(Variable(PLACES)).dtype == expected(PLACES).dtype
        if values.dtype.kind == "f":
            of_variable: Any = ours.RegularGridInterpolator(GRID, Variable(values), method)
            assert of_variable(PLACES).dtype == expected(PLACES).dtype
            assert grad(lambda v: F.sum(ours.RegularGridInterpolator(GRID, v, method)(PLACES)))(values).dtype == "f4"


@pytest.mark.parametrize("method", METHODS)
def test_a_place_that_is_nan_has_no_influence(method: str) -> None:
    def f(values: Any, places: Any) -> Any:
        return ours.RegularGridInterpolator(GRID, values, method, bounds_error=False)(places)[1]

    slopes = grad(f, argnums=(0, 1))(VALUES, np.array([[np.nan, 1.0], [1.3, 0.7]]))
    assert np.all(np.isfinite(slopes[0]))
    assert_array_equal(slopes[1][0], [0.0, 0.0])


def test_what_is_kept_is_a_copy() -> None:
    x, y, t, p = X.copy(), Y.copy(), KNOTS.copy(), GRID[0].copy()
    made: list[Any] = [
        ours.CubicSpline(x, Variable(Y)),
        ours.CubicSpline(Variable(X), y),
        ours.BSpline(t, Variable(Y), 3),
        ours.RegularGridInterpolator((p,), Variable(Y)),
    ]
    at = PLACES[:1, :1]
    expected = [f(at).data for f in made]
    for array in (x, y, t, p):
        array[:] = 7.0
    for f, value in zip(made, expected, strict=True):
        assert_array_equal(f(at).data, value)


def test_a_place_in_a_tuple_of_numbers_gives_a_number() -> None:
    places: tuple[Any, ...] = ((1.0, 0.5), ([1.0, 1.2], 0.5), [1.0, 0.5], [[1.0, 0.5]])
    for xi in places:
        expected = scipys.RegularGridInterpolator(GRID, VALUES)(xi)
        found = ours.RegularGridInterpolator(GRID, Variable(VALUES))(xi)
        assert_allclose(found.data, expected)
        assert found.shape == np.shape(expected)


def test_nearest_has_no_slope() -> None:
    grid: Any = ours.RegularGridInterpolator(GRID, VALUES, "nearest")
    assert_array_equal(grad(lambda p: np.sum(grid(p)))(PLACES), np.zeros((3, 2)))


REFUSED: Final[dict[str, tuple[Callable[[Any], Any], type[Exception], str]]] = {
    "sites": (lambda y: ours.CubicSpline(X[::-1], y), ValueError, "x must be finite and increase"),
    "few sites": (lambda y: ours.CubicSpline(X[:1], y), ValueError, "x has the shape"),
    "values": (lambda y: ours.PchipInterpolator(X[1:], y), ValueError, "y has the shape"),
    "infinite": (lambda y: ours.CubicSpline(X, y / 0.0), ValueError, "y must be finite"),
    "not periodic": (lambda y: ours.CubicSpline(X, y, bc_type="periodic"), ValueError, "must be equal"),
    "condition": (lambda y: ours.CubicSpline(X, y, bc_type="odd"), ValueError, "bc_type has 'odd'"),
    "order": (lambda y: ours.CubicSpline(X, y, bc_type=((3, 0.0), "natural")), ValueError, "bc_type has"),
    "value": (lambda y: ours.CubicSpline(X, y, bc_type=((1, Y), "natural")), ValueError, "bc_type has a value"),
    "pair": (lambda y: ours.CubicSpline(X, y, bc_type=("natural", "periodic")), ValueError, "bc_type is"),
    "akima": (
        lambda y: ours.Akima1DInterpolator(X, y, method=cast(Any, "odd")),
        NotImplementedError,
        "method is 'odd'",
    ),
    "complex akima": (lambda y: ours.Akima1DInterpolator(X, y * 1j), ValueError, "y is complex"),
    "complex": (lambda y: ours.PchipInterpolator(X, y * 1j), ValueError, "y is complex"),
    "slopes": (lambda y: ours.CubicHermiteSpline(X, y, Y[1:]), ValueError, "dydx has the shape"),
    "roots": (lambda y: ours.CubicSpline(X, y).roots(), TypeError, "have no derivative"),
    "knots": (lambda y: ours.make_interp_spline(X, y, t=KNOTS), ValueError, "t has the shape"),
    "site and knots": (
        lambda y: ours.make_interp_spline(X, y, 1, [0.0, 0.0, 0.01, 0.02, 0.03, 0.04, 4.1, 4.1]),
        np.linalg.LinAlgError,
        "singular",
    ),
    "degree": (lambda y: ours.make_interp_spline(X, y, -1), ValueError, "k is -1"),
    "degree 1": (lambda y: ours.make_interp_spline(X, y, 1, bc_type="natural"), ValueError, "bc_type must be None"),
    "period": (lambda y: ours.make_interp_spline(X, y, bc_type="periodic"), ValueError, "must be equal"),
    "complex period": (
        lambda y: ours.make_interp_spline(X, 0j * y, bc_type="periodic"),
        ValueError,
        "y is complex",
    ),
    "few knots": (lambda y: ours.BSpline(KNOTS[:4], y, 3), ValueError, "needs at least 8 knots"),
    "coefficients": (lambda y: ours.BSpline(KNOTS, y[:4], 3), ValueError, "it must have 5 elements"),
    "step": (
        lambda y: ours.BSpline(np.array([0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0]), y, 1).derivative(),
        ValueError,
        "knots are equal",
    ),
    "polynomials": (lambda y: ours.PPoly(y, X), ValueError, "do not fit"),
    "decreasing": (lambda y: ours.PPoly(ROWS[:, :5], X[::-1])(y), ValueError, "x must be finite and increase"),
    "method": (lambda y: ours.RegularGridInterpolator((X,), y, "odd"), ValueError, "method is 'odd'"),
    "grid": (lambda y: ours.RegularGridInterpolator((X[1:],), y), ValueError, "values has the shape"),
    "level grid": (lambda y: ours.RegularGridInterpolator((0 * X,), y), ValueError, "points along axis 0"),
    "small grid": (lambda y: ours.RegularGridInterpolator((X[:3],), y[:3], "cubic"), ValueError, "needs 4"),
    "complex fill_value": (
        lambda y: ours.RegularGridInterpolator((X,), y, fill_value=1j),
        ValueError,
        "fill_value is complex",
    ),
    "solver": (lambda y: ours.RegularGridInterpolator((X,), y, solver=len), TypeError, "solver is for"),
    "outside": (lambda y: ours.RegularGridInterpolator((X,), y)([[9.0]]), ValueError, "outside of the grid"),
    "places": (lambda y: ours.RegularGridInterpolator((X,), y)([[1.0, 2.0]]), ValueError, "xi has the shape"),
    "nu": (lambda y: ours.RegularGridInterpolator((X,), y)([[1.0]], nu=(1,)), ValueError, "nu is for"),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(call: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message), np.errstate(divide="ignore"):
        call(Variable(Y))


@pytest.mark.parametrize(
    "name", ["Akima1DInterpolator", "CubicSpline", "PchipInterpolator", "make_interp_spline", "BSpline"]
)
def test_scipys_functions_name_ours(name: str) -> None:
    args: Any = (KNOTS, Variable(Y), 3) if name == "BSpline" else (X, Variable(Y))
    with pytest.raises(EscapeError, match=rf"pydezero\.scipy\.interpolate\.{name}"):
        getattr(scipys, name)(*args)
    if name != "make_interp_spline":
        plain = getattr(scipys, name)(*[Y if type(x) is Variable else x for x in args])
        with pytest.raises(EscapeError, match=rf"pydezero\.scipy\.interpolate\.{name}"):
            plain(Variable(AT))
