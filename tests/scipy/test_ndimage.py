"""`pydezero.scipy.ndimage`: values in all modes, derivatives to second order, batches, kinks, and what raises."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, Final

import numpy as np
import pytest
import scipy.ndimage
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, grad, hessian, jacfwd, trace, vmap
from pydezero.core.operators import EscapeError
from pydezero.scipy import ndimage as ours
from pydezero.scipy.ndimage import splines
from pydezero.scipy.ndimage.arguments import PAD_MODES
from pydezero.testing import check_grads
from tests.functions.case import generator

scipys: Any = scipy.ndimage  # whose stubs have literals for modes and orders

MODES: Final = sorted(PAD_MODES)
SHAPES: Final = ((1,), (2,), (5,), (3, 4), (1, 3))
X: Final = generator("ndimage").normal(size=(4, 5))
W: Final = generator("weights").normal(size=(2, 3))
Z: Final = X + 1j * X[::-1]
U: Final = np.array([[0.3, 1.7, 2.6, 0.2, 3.2], [3.3, 0.4, 1.9, -1.3, 5.1]])


def places(shape: tuple[int, ...]) -> Any:
    """Places within and far beyond an array, at elements, between them, and at its ends among them."""
    u = generator("places").uniform(-25, 25, size=(len(shape), 40))
    u[:, :10], u[:, 10:20] = np.round(u[:, :10]), np.round(2 * u[:, 10:20]) / 2
    u[:, 20:30] = generator("near").uniform(-1, np.array(shape)[:, None], size=(len(shape), 10))
    return u


@pytest.mark.parametrize("mode", MODES)
def test_filters_are_scipys(mode: str) -> None:
    for shape in SHAPES:
        x = X.ravel()[: np.prod(shape)].reshape(shape)
        for length in (1, 2, 3, 4, 12):  # longer than the array, too
            w = generator("kernel").normal(size=(length, *(3,) * (len(shape) - 1)))
            for origin in (0, -1) if length > 1 else (0,):
                for name in ("correlate", "convolve"):
                    options: Any = {"mode": mode, "cval": 0.7, "origin": origin}
                    found = getattr(ours, name)(Variable(x), w, **options).data
                    assert_allclose(found, getattr(scipys, name)(x, w, **options), rtol=1e-12, atol=1e-12)
        for order in range(4):
            found = ours.gaussian_filter(Variable(x), 0.8, order, mode=mode, cval=0.3).data
            assert_allclose(found, scipys.gaussian_filter(x, 0.8, order, mode=mode, cval=0.3), atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_coordinates_are_scipys(mode: str) -> None:
    for shape in SHAPES:
        x = X.ravel()[: np.prod(shape)].reshape(shape)
        for order in range(6):
            for prefilter in (True, False):
                options: Any = {"order": order, "mode": mode, "cval": 0.3, "prefilter": prefilter}
                found = ours.map_coordinates(Variable(x), places(shape), **options).data
                assert_allclose(found, scipys.map_coordinates(x, places(shape), **options), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("mode", MODES)
def test_a_place_that_is_nan_is_nowhere(mode: str) -> None:
    u = np.array([[np.nan, 1.2], [1.0, 2.7]])
    for order in (1, 3):
        found = ours.map_coordinates(Variable(X), u, order=order, mode=mode, cval=0.3).data
        assert_array_equal(np.isnan(found), [mode in ("nearest", "grid-constant"), False])
        slopes = grad(lambda x, u, o=order: ours.map_coordinates(x, u, order=o, mode=mode)[1], argnums=(0, 1))(X, u)
        assert np.all(np.isfinite(slopes[0]))
        assert_array_equal(slopes[1] == 0, [[True, False], [True, False]])


@pytest.mark.parametrize("mode", sorted(set(MODES) - {"grid-mirror", "grid-constant"}))
def test_the_transpose_of_interpolation(mode: str) -> None:
    """What an element contributes to the values at places, as SciPy has it, is what it gets back from them."""
    for n in (1, 2, 3, 6):
        u = places((n,))
        for order in range(6):
            contributions = [
                scipys.map_coordinates(one, u, order=order, mode=mode, prefilter=False) for one in np.eye(n)
            ]
            found = np.zeros((n, u.shape[1]))
            for element, weight in splines.Spline(order, mode).taps(u, (n,), (0,)):
                found[element, np.arange(u.shape[1])] += weight
            assert_allclose(found, contributions, atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_the_transpose_of_the_filter(mode: str) -> None:
    for n in (1, 2, 5, 31, 32, 40):
        for order in (2, 3, 5):
            matrix = scipys.spline_filter1d(np.eye(n), order, axis=0, mode=mode)
            assert_allclose(splines.filter_p.raw(np.eye(n), 0, order, mode, True), matrix.T, atol=1e-13)


# Functions of arrays, and where their derivatives are checked.
CASES: Final[dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    "correlate": (lambda x, w, c: ours.correlate(x, w, mode="constant", cval=c, origin=(-1, 1)), (X, W, 0.4)),
    "correlate axes": (lambda x, w: ours.correlate(x, w, axes=1, mode="wrap"), (X, W[0])),
    "convolve": (lambda x, w: ours.convolve(x, w, mode="mirror"), (X[:2], W)),
    "convolve long": (lambda x, w: ours.convolve(x, w, mode="nearest"), (X[:2, :2], X[:, :3])),
    "convolve axes": (lambda x, w: ours.convolve(x, w, origin=(0, -1), axes=(1, 0)), (X, W)),
    "correlate complex": (ours.correlate, (Z[:2], W * 1j)),
    "convolve complex weights": (ours.convolve, (X[:2], W * (1 - 1j))),
    "gaussian_filter": (lambda x, s: ours.gaussian_filter(x, [s, 0.6], radius=3), (X[:3, :3], 0.7)),
    "gaussian_filter order": (
        lambda x, s, c: ours.gaussian_filter(x, [s, 0.9], (1, 2), mode=["constant", "wrap"], cval=c, radius=2),
        (X[:3, :3], 0.7, 0.2),
    ),
    "gaussian_filter complex": (lambda x: ours.gaussian_filter(x, 0.7, axes=0), (Z,)),
    "map_coordinates complex": (ours.map_coordinates, (Z, U)),
    "map_coordinates cval": (lambda x, u, c: ours.map_coordinates(x, u, cval=c), (X, U, 0.3)),
    "map_coordinates in a list": (lambda u, v: ours.map_coordinates(X, [u, v]), (U[0], U[1])),
    "map_coordinates of coefficients": (lambda x, u: ours.map_coordinates(x, u, prefilter=False), (X, U)),
    **{
        f"map_coordinates {order} {mode}": (
            lambda x, u, order=order, mode=mode: ours.map_coordinates(x, u, order=order, mode=mode, cval=0.2),
            (X, U[:, :4]),
        )
        for mode in MODES
        for order in ((1, 3) if mode != "reflect" else (1, 2, 3, 4, 5))
    },
}


# Which SciPy's filters have not always had.
_NEEDS_AXES: Final = pytest.mark.skipif(
    "axes" not in signature(scipys.convolve).parameters, reason="convolve of this SciPy has no parameter axes"
)


@pytest.mark.parametrize(
    ("f", "args"),
    [pytest.param(*case, id=name, marks=_NEEDS_AXES if " axes" in name else ()) for name, case in CASES.items()],
)
def test_derivatives(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(f, args)
    batch = [np.stack([x, 1.1 * np.asarray(x)]) for x in args]
    slope = grad(lambda *args: np.sum(np.sin(np.real(f(*args)))), argnums=tuple(range(len(args))))
    assert_allclose(vmap(f)(*batch), [f(*one) for one in zip(*batch, strict=True)], rtol=1e-11, atol=1e-12)
    each = [slope(*one) for one in zip(*batch, strict=True)]
    for found, expected in zip(vmap(slope)(*batch), zip(*each, strict=True), strict=True):
        assert_allclose(found, np.stack(expected), rtol=1e-10, atol=1e-11)
    assert_allclose(trace(f)(*args)(*args), f(*args), rtol=1e-12, atol=1e-12)


def test_one_batch_of_two() -> None:
    images, kernels, coordinates = np.stack([X, 2 * X]), np.stack([W, W**2]), np.stack([U, U + 0.1])
    cases: list[tuple[Callable[[Any], Any], Any]] = [
        (lambda x: ours.correlate(x, W), images),
        (lambda w: ours.correlate(X, w), kernels),
        (lambda x: ours.map_coordinates(x, U), images),
        (lambda u: ours.map_coordinates(X, u), coordinates),
        (lambda s: ours.gaussian_filter(X, s, radius=3), np.array([0.5, 1.0])),
    ]
    for f, batch in cases:
        assert_allclose(vmap(f)(batch), [f(one) for one in batch], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("f", "args"),
    [(ours.correlate, (W,)), (ours.gaussian_filter, (0.8,)), (ours.map_coordinates, (U,))],
    ids=["correlate", "gaussian_filter", "map_coordinates"],
)
def test_single_precision_is_kept(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    x = X.astype(np.float32)
    found = f(Variable(x), *args).data
    assert_array_equal(found, getattr(scipys, f.__name__)(x, *args), strict=True)
    assert grad(lambda x: np.sum(f(x, *args)))(x).dtype == np.float32
    assert f(Variable(x), *args, output=np.float64).dtype == np.float64


def test_the_slope_at_an_element_is_between_its_neighbours() -> None:
    squares = np.arange(5.0) ** 2
    u = np.array([[0.0, 1.0, 2.0, 4.0]])

    def slopes(mode: str, **options: Any) -> Any:
        return jacfwd(lambda u: ours.map_coordinates(squares, u, mode=mode, **options))(u)[:, 0].diagonal()

    assert_array_equal(slopes("mirror", order=1), [0.0, 2.0, 4.0, 0.0])
    assert_array_equal(slopes("nearest", order=1), [0.5, 2.0, 4.0, 3.5])
    assert_array_equal(slopes("reflect", order=1), [0.5, 2.0, 4.0, 3.5])
    assert_array_equal(slopes("grid-wrap", order=1), [0.5 * (1 - 16), 2.0, 4.0, 0.5 * (7 - 16)])
    # Where the values jump, that from within.
    assert_array_equal(slopes("constant", order=1), [1.0, 2.0, 4.0, 7.0])
    assert_array_equal(slopes("wrap", order=1), [1.0, 2.0, 4.0, 7.0])
    assert_array_equal(slopes("constant", order=0), np.zeros(4))


def test_beyond_the_ends_nothing_is_differentiated() -> None:
    u = np.array([[-3.0, 1.2], [1.0, 2.7]])
    slopes = grad(lambda x, u: ours.map_coordinates(x, u, cval=np.nan)[1], argnums=(0, 1))(X, u)
    assert np.all(np.isfinite(slopes[0]))
    assert_array_equal(slopes[1][:, 0], [0.0, 0.0])
    assert np.all(slopes[1][:, 1] != 0)


def test_the_third_derivative_of_a_cubic_spline() -> None:
    x = generator("line").normal(size=8)
    third = jacfwd(jacfwd(jacfwd(lambda u: ours.map_coordinates(x, np.reshape(u, (1, 1)), mode="mirror")[0])))
    expected = 0.5 * (third(np.array(3.5)) + third(np.array(2.5)))  # it is constant from element to element
    assert_allclose(third(np.array(3.0)), expected, rtol=1e-12)
    assert third(np.array(3.5)) != pytest.approx(third(np.array(2.5)))
    assert hessian(lambda u: ours.map_coordinates(x, np.reshape(u, (1, 1)), order=1)[0])(2.5) == 0


REFUSED: Final[dict[str, tuple[Callable[[Any], Any], type[Exception], str]]] = {
    "integers": (lambda x: ours.correlate(np.arange(20).reshape(4, 5), x), TypeError, "input has the dtype int64"),
    "output of integers": (lambda x: ours.convolve(x, W, output=int), TypeError, "output has the dtype int64"),
    "output": (lambda x: ours.gaussian_filter(x, 1.0, output=np.ones((4, 5))), TypeError, "output is an array"),
    "kernel": (lambda x: ours.correlate(x, W[0]), ValueError, r"weights has the shape \(3,\)"),
    "mode": (lambda x: ours.correlate(x, W, mode="odd"), ValueError, "mode is 'odd'"),
    "origin": (lambda x: ours.correlate(x, W, origin=2), ValueError, "origin is 2"),
    "origins": (lambda x: ours.correlate(x, W, origin=[0]), ValueError, "origin has 1 elements"),
    "axes": (lambda x: ours.correlate(x, W, axes=(0, 0)), ValueError, "axes is"),
    "cval": (lambda x: ours.correlate(x, W, cval=1j), ValueError, "cval is complex"),
    "cvals": (lambda x: ours.correlate(x, W, cval=np.ones(2)), ValueError, "cval has the shape"),
    "radius": (lambda x: ours.gaussian_filter(x, 1.0, radius=-1), ValueError, "radius is -1"),
    "derivative": (lambda x: ours.gaussian_filter(x, 1.0, -1), ValueError, "order is -1"),
    "sigma": (lambda x: vmap(lambda s: ours.gaussian_filter(X, s))(np.ones(2)), TypeError, "give radius="),
    "order": (lambda x: ours.map_coordinates(x, U, order=6), ValueError, "order is 6"),
    "places": (lambda x: ours.map_coordinates(x, U[:1]), ValueError, r"coordinates has the shape \(1, 5\)"),
    "complex places": (lambda x: ours.map_coordinates(x, U * 1j), TypeError, "coordinates has the dtype complex128"),
    "mode of places": (lambda x: ours.map_coordinates(x, U, mode="odd"), ValueError, "mode is 'odd'"),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(call: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Variable(X))


@pytest.mark.parametrize("name", ["convolve", "correlate", "gaussian_filter", "map_coordinates"])
def test_scipys_functions_name_ours(name: str) -> None:
    with pytest.raises(EscapeError, match=rf"pydezero\.scipy\.ndimage\.{name}"):
        getattr(scipys, name)(Variable(X), W)


def test_arrays_give_what_scipy_gives() -> None:
    for found, expected in [
        (ours.convolve(np.arange(5), np.arange(3)), scipys.convolve(np.arange(5), np.arange(3))),
        (ours.gaussian_filter(np.arange(5), 1), scipys.gaussian_filter(np.arange(5), 1)),
    ]:
        assert_array_equal(found, expected, strict=True)
