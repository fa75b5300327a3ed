"""Arrays without axes, without elements, or with too few of them: each mode gives what NumPy gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import check_finite, grad, hessian, jacfwd, jvp, linearize, simplify, trace, value_and_grad, vmap
from pydezero.testing import check_grads
from tests.functions.case import Array

# Any: NumPy's stubs know no Variable.
_Function = Callable[..., Any]

_OF_NO_AXES: Final[dict[str, _Function]] = {
    "1 / x[()]": lambda x: 1 / x[()],
    "x[()] / 3": lambda x: x[()] / 3,
    "x[()] * x[()]": lambda x: x[()] * x[()],
    "3 ** x[()]": lambda x: 3 ** x[()],
    "x[...] * x": lambda x: x[...] * x,
    "x[None]": lambda x: np.sum(x[None] ** 2),
    "x[None, ...] / x[()]": lambda x: np.sum(x[None, ...] / (1 + x[()])),
    "sum of x[()]": lambda x: np.sum(x[()]) * x[()],
    "x[()] in an array": lambda x: np.sum(np.stack([x[()], 2 / x]) ** 2),
}


@pytest.mark.parametrize("f", _OF_NO_AXES.values(), ids=list(_OF_NO_AXES))
def test_an_index_without_entries(f: _Function) -> None:
    x = np.array(1.7)
    check_grads(f, (x,), order=2)
    slope = grad(f)(x)
    for g in (trace(grad(f))(x), simplify(trace(grad(f))(x)), grad(trace(f)(x)), grad(check_finite(f)), jacfwd(f)):
        np.testing.assert_allclose(g(x), slope, rtol=1e-14)
    np.testing.assert_allclose(linearize(f, x)[1](1.0), slope, rtol=1e-14)
    xs = np.array([1.7, 0.4, -2.1])
    np.testing.assert_allclose(vmap(f)(xs), [f(x) for x in xs], rtol=1e-14)
    np.testing.assert_allclose(vmap(grad(f))(xs), [grad(f)(x) for x in xs], rtol=1e-14)
    np.testing.assert_allclose(grad(lambda v: f(v[0]) + f(v[1]))(xs), [grad(f)(xs[0]), grad(f)(xs[1]), 0], rtol=1e-14)


_OF_NO_ELEMENTS: Final[dict[str, _Function]] = {
    "max initial": lambda x: np.max(x, initial=0.25),
    "min initial": lambda x: np.min(x, initial=0.25),
    "max initial axis": lambda x: np.max(x[None], axis=1, initial=0.25),
    "max initial where": lambda x: np.max(x, initial=0.25, where=x > 0),
    "fmax.reduce initial": lambda x: np.fmax.reduce(x, initial=0.25),
    "nanmax initial": lambda x: np.nanmax(x, initial=0.25),
    "sum where": lambda x: np.sum(x, where=x > 0),
    "prod": np.prod,
    "logaddexp.reduce": np.logaddexp.reduce,
    "split": lambda x: np.concatenate([*np.split(x, 2), *np.split(x, [0])]),
    "array_split": lambda x: np.array_split(x, 3)[1],
    "hsplit": lambda x: np.hsplit(x, 2)[0],
    "polymul": lambda x: np.polymul(x, np.array([1.0, 2.0])),
    "polymul with itself": lambda x: np.polymul(x, x),
    "polyadd": lambda x: np.polyadd(x, x),
    "polysub": lambda x: np.polysub(x, np.ones(2)),
    "polyder": np.polyder,
    "polyint": np.polyint,
    "polyval": lambda x: np.polyval(x, np.array([2.0, 3.0])),
    "poly": np.poly,
    "piecewise": lambda x: np.piecewise(x, [x > 0], [np.sin, np.cos]),
    "piecewise of constants": lambda x: np.piecewise(x, [x > 0], [1.0, 2.0]),
    "select": lambda x: np.select([x > 0], [np.sin(x)], x),
    "where": lambda x: np.where(x > 0, x, -x),
    "sort": np.sort,
    "cumprod": np.cumprod,
    "diff": np.diff,
    "trapezoid": np.trapezoid,
    "interp": lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0]),
    "kron": lambda x: np.kron(x, x),
    "pad": lambda x: np.pad(x, 1),
    "tile": lambda x: np.tile(x, 2),
    "insert": lambda x: np.insert(x, 0, 1),
    "take": lambda x: np.take(x, np.zeros(0, int)),
    "bincount": lambda x: np.bincount(np.zeros(0, int), x, 3),
    "unwrap": np.unwrap,
    "vander": lambda x: np.vander(x, 2),
    "norm": np.linalg.norm,
    "det": lambda x: np.linalg.det(x[:, None] * x),
    "einsum": lambda x: np.einsum("i,j->ij", x, np.ones(2)),
}


@pytest.mark.filterwarnings("ignore:polyval was given:UserWarning")
@pytest.mark.parametrize("f", _OF_NO_ELEMENTS.values(), ids=list(_OF_NO_ELEMENTS))
def test_no_elements(f: _Function) -> None:
    x = np.zeros(0)
    expected = np.asarray(f(x))
    batch = np.stack([expected, expected])

    def total(x: Any) -> Any:
        return np.sum(f(x))

    modes = {
        "grad": value_and_grad(total)(x)[0],
        "jvp": jvp(f, (x,), (x,))[0],
        "trace": trace(f)(x)(x),
        "simplify": simplify(trace(f)(x))(x),
    }
    for name, value in modes.items():
        np.testing.assert_array_equal(value, np.sum(expected) if name == "grad" else expected, name)
    np.testing.assert_array_equal(vmap(f)(np.zeros((2, 0))), batch)
    assert grad(total)(x).shape == trace(grad(total))(x)(x).shape == (0,)
    assert vmap(grad(total))(np.zeros((2, 0))).shape == (2, 0)
    assert hessian(total)(x).shape == (0, 0)


def test_pieces_under_trace_depend_on_the_conditions() -> None:
    def f(x: Any) -> Any:
        return np.piecewise(x, [x > 0], [1.0, lambda v: 2 * v])

    graph = trace(f)(np.array([1.0, -1.0]))
    np.testing.assert_array_equal(graph(np.array([-3.0, 5.0])), [-6.0, 1.0])
    np.testing.assert_array_equal(vmap(f)(np.array([[1.0, -1.0], [-3.0, 5.0]])), [[1.0, -2.0], [-6.0, 1.0]])


_EINSUMS: Final[dict[str, tuple[str, tuple[int, ...], tuple[int, ...]]]] = {
    "a summed axis of length 1": ("ij,ij->i", (2, 1), (2, 3)),
    "both axes": ("ij,ij->", (1, 1), (2, 3)),
    "either": ("ij,ij->i", (2, 1), (1, 3)),
    "i,i": ("i,i", (2,), (1,)),
    "batch": ("...i,...i", (1, 2, 1), (3, 1, 4)),
    "kept": ("ij,ij->ij", (2, 1), (2, 3)),
}


@pytest.mark.parametrize(("subscripts", "a_shape", "b_shape"), _EINSUMS.values(), ids=list(_EINSUMS))
def test_axes_of_length_1_in_einsum(subscripts: str, a_shape: tuple[int, ...], b_shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, a_shape), rng.uniform(-1, 1, b_shape)

    def f(a: Any, b: Any) -> Any:
        return np.einsum(subscripts, a, b)

    check_grads(f, (a, b), order=2)
    check_grads(lambda b: f(a, b), (b,), order=2)
    np.testing.assert_allclose(trace(f)(a, b)(a, b), f(a, b), rtol=1e-14)
    found = vmap(f)(np.stack([a, 2 * a]), np.stack([b, b]))
    np.testing.assert_allclose(found, np.stack([f(a, b), f(2 * a, b)]), rtol=1e-14)


_SPREADS: Final = ("var", "std", "nanvar", "nanstd")
_WHERE: Final = np.array([True, True, False])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own
@pytest.mark.parametrize("name", _SPREADS)
@pytest.mark.parametrize("options", [{}, {"keepdims": True}, {"where": _WHERE}, {"correction": 3.5}], ids=str)
@pytest.mark.parametrize("ddof", [2, 3, 3.5, np.uint8(200)])
@pytest.mark.parametrize("x", [np.arange(3.0), np.ones(3), np.array([0.0, 1.0, np.nan])], ids=str)
def test_no_degrees_of_freedom(name: str, options: dict[str, Any], ddof: float, x: Array) -> None:
    """NumPy's value, and a derivative that is nan where the value is no number."""
    options = options if "correction" in options else {**options, "ddof": ddof}

    def f(x: Any) -> Any:
        return np.sum(getattr(np, name)(x, **options))

    expected = f(x)
    gradients = grad(f)(x)
    slope = jvp(f, (x,), (np.ones(3),))
    for value in (value_and_grad(f)(x)[0], slope[0], trace(f)(x)(x), vmap(f)(x[None])[0]):
        np.testing.assert_array_equal(value, expected)
    if not np.isfinite(expected):
        counted = np.isfinite(x) & options.get("where", True) if name.startswith("nan") else options.get("where", True)
        assert np.all(np.isnan(gradients[np.broadcast_to(counted, (3,))]))
        assert np.isnan(slope[1])
        np.testing.assert_array_equal(vmap(grad(f))(x[None])[0], gradients)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_degrees_of_freedom_in_one_of_two_rows() -> None:
    x = np.array([[0.3, 1.1, np.nan, np.nan], [0.2, -0.7, 1.9, np.nan]])
    for f in (np.nanvar, np.nanstd):
        of_second = grad(lambda x, f=f: f(x, ddof=2))(x[1])
        found = grad(lambda x, f=f: np.sum(f(x, axis=1, ddof=2)))(x)
        np.testing.assert_allclose(found, [[np.nan, np.nan, 0, 0], of_second], rtol=1e-14)
        np.testing.assert_array_equal(value_and_grad(lambda x, f=f: f(x, axis=1, ddof=2)[1])(x)[0], f(x[1], ddof=2))
