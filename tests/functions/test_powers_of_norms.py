"""Second derivatives of smooth functions that a norm is inside of, at the kink of the norm: right, or nan."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, Final

import numpy as np
import pytest
import scipy.special as special
from numpy.testing import assert_allclose

from pydezero import derivative, grad, hessian, hvp, jacfwd, jacrev, jit, jvp, trace, vjp, vmap
from tests.functions.case import Array
from tests.rows import over_rows

Function = Callable[[Any], Any]

_NESTINGS: Final[dict[str, Callable[[Function], Function]]] = {
    "forward over reverse": lambda f: jacfwd(grad(f)),
    "reverse over reverse": lambda f: jacrev(grad(f)),
    "forward over forward": lambda f: jacfwd(jacfwd(f)),
    "reverse over forward": lambda f: jacrev(jacfwd(f)),
    "hessian": hessian,
    "traced": lambda f: lambda x: hessian(trace(f)(x))(x),
    "traced gradient": lambda f: lambda x: jacrev(trace(grad(f))(x))(x),
    "in a batch": lambda f: lambda x: vmap(hessian(f))(np.stack([x + 1, x]))[1],
    "by hvp": lambda f: lambda x: vmap(lambda v: hvp(f, (x,), (v,)))(np.eye(len(x))),
}

_AT: Final = np.array([1.0, -2.0, 3.0])
_CENTRED: Final = np.eye(3) - 1 / 3


def _of_fourier(x: Any) -> Any:
    return np.sum(np.abs(np.fft.fft(x)) ** 2)


# The function, where it is differentiated, the gradient there, and the second derivative.
_POWERS: Final[dict[str, tuple[Function, Array, Any, Any]]] = {
    "norm ** 2": (lambda x: np.linalg.norm(x - _AT) ** 2, _AT, 0, 2 * np.eye(3)),
    "norm ** 2.0": (lambda x: np.linalg.norm(x - _AT) ** 2.0, _AT, 0, 2 * np.eye(3)),
    "square of norm": (lambda x: np.square(np.linalg.norm(x - _AT)), _AT, 0, 2 * np.eye(3)),
    "norm times itself": (lambda x: (lambda n: n * n)(np.linalg.norm(x - _AT)), _AT, 0, 2 * np.eye(3)),
    "norm ** 3": (lambda x: np.linalg.norm(x - _AT) ** 3, _AT, 0, np.zeros((3, 3))),
    "norm ** 4": (lambda x: np.linalg.norm(x - _AT) ** 4, _AT, 0, np.zeros((3, 3))),
    "a bell": (lambda x: np.exp(-(np.linalg.norm(x - _AT) ** 2) / 2), _AT, 0, -np.eye(3)),
    "norms of rows": (
        lambda x: np.sum(np.linalg.norm(np.stack([x, x - _AT]), axis=1) ** 2),
        _AT,
        2 * _AT,
        4 * np.eye(3),
    ),
    "norms with keepdims": (
        lambda x: np.sum(np.linalg.norm(np.stack([x, x - _AT]), axis=1, keepdims=True) ** 2),
        _AT,
        2 * _AT,
        4 * np.eye(3),
    ),
    "Frobenius": (lambda x: np.linalg.norm(np.outer(x - _AT, _AT), "fro") ** 2, _AT, 0, 2 * (_AT @ _AT) * np.eye(3)),
    "vector_norm": (lambda x: np.linalg.vector_norm(x - _AT) ** 2, _AT, 0, 2 * np.eye(3)),
    "norm of complex": (lambda x: np.linalg.norm((1 + 2j) * (x - _AT)) ** 2, _AT, 0, 10 * np.eye(3)),
    "complex absolute": (_of_fourier, np.ones(3), 6 * np.ones(3), 6 * np.eye(3)),
    "complex absolute ** 4": (lambda x: np.sum(np.abs(1j * x) ** 4), np.zeros(3), 0, np.zeros((3, 3))),
    "absolute": (lambda x: np.sum(np.abs(x) ** 2), np.array([0.0, 1.0]), [0, 2], 2 * np.eye(2)),
    "absolute ** 3": (lambda x: np.sum(np.abs(x) ** 3), np.array([0.0, -1.0]), [0, -3], np.diag([0.0, 6.0])),
    "fabs": (lambda x: np.sum(np.fabs(x) ** 2), np.array([0.0, 1.0]), [0, 2], 2 * np.eye(2)),
    "hypot": (lambda x: np.hypot(x[0], x[1]) ** 2, np.zeros(2), 0, 2 * np.eye(2)),
    "hypot with a constant": (lambda x: np.sum(np.hypot(x, 0.0) ** 2), np.zeros(2), 0, 2 * np.eye(2)),
    "hypot of broadcast": (lambda x: np.sum(np.hypot(x, x[:1]) ** 2), np.zeros(2), 0, np.diag([6.0, 2.0])),
    "root of squares": (lambda x: np.sqrt(np.sum(x**2)) ** 2, np.zeros(2), 0, 2 * np.eye(2)),
    "root of a number": (lambda x: np.sum(np.sqrt(x) ** 2), np.array([0.0, 4.0]), 1, np.zeros((2, 2))),
    "std": (lambda x: np.std(x) ** 2, np.full(3, 0.1), 0, 2 / 3 * _CENTRED),
    "std with ddof": (lambda x: np.std(x, ddof=1) ** 2, np.full(3, 0.1), 0, _CENTRED),
    "std of rows": (
        lambda x: np.sum(np.std(np.stack([x, 2 * x]), axis=1, keepdims=True) ** 2),
        np.full(3, 0.1),
        0,
        10 / 3 * _CENTRED,
    ),
    "largest of x and -x": (lambda x: np.sum(np.maximum(x, -x) ** 2), np.array([0.0, 1.0]), [0, 2], 2 * np.eye(2)),
    "smallest of x and -x": (lambda x: np.sum(np.minimum(x, -x) ** 4), np.array([0.0, 1.0]), [0, 4], np.diag([0, 12])),
    "fmax of x and -x": (lambda x: np.sum(np.square(np.fmax(-x, x))), np.array([0.0, 1.0]), [0, 2], 2 * np.eye(2)),
    "fmin of x and -x": (lambda x: np.sum(np.fmin(-x, x) ** 2), np.array([0.0, 1.0]), [0, 2], 2 * np.eye(2)),
    "max of x and -x": (
        lambda x: np.sum(np.max(np.stack([x, -x]), axis=0) ** 2),
        np.array([0.0, 1.0]),
        [0, 2],
        2 * np.eye(2),
    ),
    "min of x and -x": (
        lambda x: np.sum(np.min(np.stack([x, -x]), axis=0, keepdims=True) ** 3),
        np.array([0.0, 1.0]),
        [0, -3],
        np.diag([0, -6]),
    ),
    # The mean of the second derivatives on either side, like that of the slopes.
    "squared hinge": (
        lambda x: np.sum(np.maximum(x, 0) ** 2),
        np.array([0.0, 1.0, -1.0]),
        [0, 2, 0],
        np.diag([1, 2, 0]),
    ),
    "clipped": (lambda x: np.sum(np.clip(x, 1, 2) ** 2), np.array([1.0, 1.5, 3.0]), [1, 3, 0], np.diag([1, 2, 0])),
    "clipped by what varies": (
        lambda x: np.sum(np.clip(5.0, 0.0, x) ** 2),
        np.array([3.0, 6.0]),
        [6, 0],
        np.diag([2, 0]),
    ),
    "copysign": (lambda x: np.sum(np.copysign(x, 1.0) ** 2), np.array([0.0, -1.0]), [0, -2], 2 * np.eye(2)),
    "negative copysign": (lambda x: np.sum(np.copysign(x, -1.0) ** 3), np.array([0.0, 1.0]), [0, -3], np.diag([0, -6])),
    "the larger of two": (lambda x: np.maximum(x[0], x[1]) ** 2, np.array([3.0, 3.0]), 3, np.eye(2)),
    "max of two": (lambda x: np.max(x) ** 2, np.array([3.0, 3.0, 1.0]), [3, 3, 0], np.diag([1, 1, 0])),
    "largest norm": (lambda x: np.linalg.norm(x, np.inf) ** 2, np.array([2.0, 0.0]), [4, 0], np.diag([2, 0])),
    "Huber's loss of a norm": (
        lambda x: (lambda n: np.where(n < 1, n**2 / 2, n - 0.5))(np.linalg.norm(x)),
        np.zeros(2),
        0,
        np.eye(2),
    ),
}


# A branch that is not taken has a derivative that is not known, which these cannot leave out.
_OR_NAN: Final = {
    ("Huber's loss of a norm", "reverse over forward"),
    ("Huber's loss of a norm", "traced gradient"),
}


@over_rows(product(_NESTINGS, _POWERS), by=lambda row: row[0])
def test_powers(row: tuple[str, str]) -> None:
    nesting, name = row
    f, x, gradient, expected = _POWERS[name]
    assert_allclose(grad(f)(x), np.broadcast_to(gradient, x.shape), atol=1e-14)
    with np.errstate(divide="ignore", invalid="ignore"):  # of a root itself, at 0 in forward mode
        found = _NESTINGS[nesting](f)(x)
    if (name, nesting) in _OR_NAN:
        assert np.all(np.isnan(found) | np.isclose(found, expected))
    else:
        assert_allclose(found, expected, atol=1e-13)


# Smooth functions of norms that are no powers, and functions of norms whose second derivative does not exist.
_UNKNOWN: Final[dict[str, tuple[Function, Array]]] = {
    "scaled norm": (lambda x: (np.linalg.norm(x) / 2) ** 2, np.zeros(2)),
    "product of norms": (lambda x: np.linalg.norm(x) * np.linalg.norm(x), np.zeros(2)),
    "cosh of a norm": (lambda x: np.cosh(np.linalg.norm(x)), np.zeros(2)),
    "scaled norm of order 3": (lambda x: np.linalg.norm(x, 3) ** 2, np.zeros(2)),
    "scaled complex absolute": (lambda x: np.sum((np.abs(1j * x) / 2) ** 2), np.zeros(2)),
    "scaled hypot": (lambda x: (np.hypot(x[0], x[1]) / 2) ** 2, np.zeros(2)),
    "scaled std": (lambda x: (np.std(x) / 2) ** 2, np.full(2, 0.1)),
    "scaled root of squares": (lambda x: (np.sqrt(np.sum(x**2)) / 2) ** 2, np.zeros(2)),
    "scaled absolute": (lambda x: np.sum((np.abs(x) / 2) ** 2), np.array([1.0, 0.0])),
    "scaled fabs": (lambda x: np.sum((np.fabs(x) / 2) ** 2), np.array([1.0, 0.0])),
    "product of absolutes": (lambda x: np.sum(np.abs(x) * np.abs(x)), np.array([1.0, 0.0])),
    "cosh of an absolute": (lambda x: np.sum(np.cosh(np.abs(x))), np.array([1.0, 0.0])),
    "product of sums with an absolute": (lambda x: np.sum((1 + np.abs(x)) * (1 - np.abs(x))), np.array([1.0, 0.0])),
    "softplus by hand": (
        lambda x: np.sum(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))),
        np.array([1.0, 0.0]),
    ),
    "product of the larger and the smaller": (lambda x: np.maximum(x[0], x[1]) * np.minimum(x[0], x[1]), np.ones(2)),
    "product of fmax and fmin": (lambda x: np.fmax(x[0], x[1]) * np.fmin(x[0], x[1]), np.ones(2)),
    "cosh of copysign": (lambda x: np.sum(np.cosh(np.copysign(x, 1.0))), np.array([1.0, 0.0])),
    "cosh of hypot with a constant": (lambda x: np.sum(np.cosh(np.hypot(x, 0.0))), np.array([1.0, 0.0])),
    "norm of order 1": (lambda x: np.linalg.norm(x, 1) ** 2, np.zeros(2)),
    "norm of order inf": (lambda x: np.linalg.norm(x, np.inf) ** 2, np.zeros(2)),
    "norm of order -inf": (lambda x: np.linalg.norm(x, -np.inf) ** 2, np.zeros(2)),
    "norm of columns": (lambda x: np.linalg.norm(np.reshape(x, (2, 2)), 1) ** 2, np.zeros(4)),
    "norm of rows": (lambda x: np.linalg.norm(np.reshape(x, (2, 2)), np.inf) ** 2, np.zeros(4)),
    "square of a cosine of arctan2": (
        lambda x: np.hypot(x[0], x[1]) ** 2 * np.cos(np.arctan2(x[0], x[1])) ** 2,
        np.zeros(2),
    ),
    "angle by arctan2": (lambda x: np.arctan2(x[0], x[1]), np.zeros(2)),
    "angle": (lambda x: np.angle(x[0] + 1j * x[1]), np.zeros(2)),
    "direction": (lambda x: np.real(np.sign(x[0] + 1j * x[1])), np.zeros(2)),
    "pseudo_huber": (lambda x: special.pseudo_huber(x[0], x[1]), np.zeros(2)),
    "relative entropy of zeros": (lambda x: special.rel_entr(x[0], x[1]), np.zeros(2)),
    "divergence of zeros": (lambda x: special.kl_div(x[0], x[1]), np.zeros(2)),
    "xlogy of zeros": (lambda x: special.xlogy(x[0], x[1]), np.zeros(2)),
    "xlog1py of zeros": (lambda x: special.xlog1py(x[0], x[1]), np.array([0.0, -1.0])),
    "nuclear norm": (lambda x: np.linalg.norm(np.reshape(x, (2, 2)), "nuc") ** 2, np.zeros(4)),
    "spectral norm": (lambda x: np.linalg.norm(np.reshape(x, (2, 2)), 2) ** 2, np.zeros(4)),
    "singular values": (
        lambda x: np.sum(np.linalg.svdvals(np.reshape(x, (2, 2))) ** 2),
        np.array([1.0, 0.0, 0.0, 0.0]),
    ),
}


@over_rows(product(list(_NESTINGS)[:4], _UNKNOWN), by=lambda row: row[0])
def test_what_is_not_known_is_nan(row: tuple[str, str]) -> None:
    nesting, (f, x) = _NESTINGS[row[0]], _UNKNOWN[row[1]]
    try:
        with np.errstate(all="ignore"):
            found = nesting(f)(x)
    except np.linalg.LinAlgError:
        return
    # Of the square of a scaled norm the derivative in the direction of an element is known not to be 0.
    assert np.isnan(found[-1, -1])


@pytest.mark.parametrize("n", [2, 2.0, 3, 4, 2.5])
def test_values_and_first_derivatives_are_those_of_the_parts(n: float) -> None:
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((2, 3, 4))
    norms: dict[str, Function] = {
        "norm": np.linalg.norm,
        "rows": lambda x: np.linalg.norm(x, axis=-1),
        "absolute": np.abs,
        "fabs": np.fabs,
        "complex": lambda x: np.abs(x * (1 - 3j)),
        "hypot": lambda x: np.hypot(x, x[0]),
        "sqrt": lambda x: np.sqrt(x**2 + 1),
        "std": lambda x: np.std(x, axis=0),
    }
    for norm in norms.values():
        value = norm(x)

        def of_norm(x: Any, norm: Function = norm) -> Any:
            return norm(x) ** n

        power, slope = jvp(of_norm, (x,), (t,))
        assert np.array_equal(power, value**n)
        assert_allclose(slope, n * value ** (n - 1) * jvp(norm, (x,), (t,))[1], rtol=1e-12)
        found = vjp(of_norm, x)[1](np.ones_like(value))[0]
        assert_allclose(np.sum(found * t), np.sum(slope), rtol=1e-12)


@pytest.mark.parametrize("n", [1, 1.5, 0, -1, 2 + 1j])
def test_other_exponents_are_those_of_a_power(n: complex) -> None:
    x = np.array([3.0, 4.0])
    found = grad(lambda x: np.real(np.linalg.norm(x) ** n))(x)
    assert_allclose(found, np.real(n * 5 ** (n - 1 + 0j)) * x / 5, atol=1e-14)


def test_a_power_of_the_root_of_a_negative_number_is_nan() -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(grad(lambda x: np.sqrt(x) ** 2)(-1.0))
        assert np.isnan(jvp(lambda x: np.sqrt(x) ** 2, (-1.0,), (1.0,))[1])


def test_third_derivatives_of_the_square_of_a_norm() -> None:
    def f(x: Any) -> Any:
        return np.linalg.norm(x) ** 2

    def of_complex(x: Any) -> Any:
        return np.abs(x * 1j) ** 4

    assert_allclose(jacfwd(hessian(f))(np.zeros(2)), np.zeros((2, 2, 2)), atol=0)
    assert grad(grad(grad(of_complex)))(0.0) == 0


def test_a_mask_of_zeros_takes_no_part() -> None:
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    mask = np.array([0.0, 1.0])
    found = hessian(lambda x: np.sum(mask * np.linalg.norm(x, axis=1)))(x)
    assert_allclose(found[0], np.zeros((2, 2, 2)), atol=0)
    assert np.all(np.isfinite(found))


@pytest.mark.parametrize("f", [np.abs, np.fabs, lambda x: np.linalg.norm(x, 1), lambda x: 3 * np.sum(np.abs(x))])
def test_a_kink_that_nothing_multiplies_has_the_second_derivative_0(f: Function) -> None:
    assert_allclose(hessian(lambda x: np.sum(f(x)))(np.array([0.0, 2.0])), np.zeros((2, 2)), atol=0)


@pytest.mark.parametrize("nesting", ["forward over reverse", "reverse over reverse"])
def test_a_smooth_function_of_copysign_is_not_known(nesting: str) -> None:
    found = _NESTINGS[nesting](lambda x: np.sum(np.cosh(np.copysign(x, 1.0))))(np.array([1.0, 0.0]))
    assert np.isnan(found[1, 1])


def test_a_tie_that_cancels_leaves_what_is_known() -> None:
    """The logarithm of a sum of exponentials is smooth where its largest is taken out first, and a hinge has a side."""

    def by_hand(x: Any) -> Any:
        m = np.maximum(x[0], x[1])
        return m + np.log(np.exp(x[0] - m) + np.exp(x[1] - m))

    assert_allclose(hessian(by_hand)(np.zeros(2)), [[0.25, -0.25], [-0.25, 0.25]], atol=1e-15)
    assert_allclose(hessian(lambda x: np.sum(np.exp(x) * np.maximum(x, 0)))(np.zeros(1)), [[1.0]], atol=1e-15)


@pytest.mark.parametrize("f", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_an_extreme_of_a_number_and_itself_is_that_number(f: Any) -> None:
    def power(x: Any) -> Any:
        return np.exp(f(x, x))

    for slope in (grad(power), jit(grad(power)), derivative(power)):
        assert_allclose(grad(slope)(0.7), np.exp(0.7), rtol=1e-14)
        assert_allclose(jvp(slope, (0.7,), (1.0,))[1], np.exp(0.7), rtol=1e-14)
        assert_allclose(vmap(grad(slope))(np.array([0.7, -1.0])), np.exp([0.7, -1.0]), rtol=1e-14)


def test_a_kink_that_does_not_move_has_no_part() -> None:
    """The distance of a point from itself is 0 wherever it is."""

    def total(x: Any) -> Any:
        return np.sum(np.exp(-np.abs(x[:, None] - x)))

    x = np.array([0.0, 1.0])
    e = 2 * np.exp(-1.0)
    assert_allclose(hessian(total)(x), [[e, -e], [-e, e]], rtol=1e-14)


@pytest.mark.parametrize("axis", [0, -1, (0, 1)])
@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200, np.inf])
def test_zeros_take_no_part_in_the_largest_norm(axis: Any, scale: float) -> None:
    x = np.array([[2.0 * scale, 0.0], [0.0, scale]])
    expected = grad(lambda x: np.sum(np.max(np.abs(x), axis=axis)))(x)

    def norms(x: Any) -> Any:
        return np.sum(np.linalg.vector_norm(x, ord=np.inf, axis=axis))

    assert_allclose(grad(norms)(x), expected, atol=0)
    assert_allclose(hessian(norms)(x), np.zeros((2, 2, 2, 2)), atol=0)
    assert_allclose(jacrev(lambda x: grad(norms)(x))(x), np.zeros((2, 2, 2, 2)), atol=0)


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2"])
def test_powers_of_extremes_of_many_that_tie(dtype: str) -> None:
    x = np.full(4000, 2, dtype)
    x[0] = 1
    found = jvp(grad(lambda x: np.max(x) ** 2), (x,), (x,))[1]
    assert found.dtype == x.dtype
    assert found[0] == 0
    assert_allclose(found[1:], 4 / 3999, rtol=2e-3 if dtype == "f2" else 1e-5)
    assert_allclose(grad(lambda x: np.max(x) ** 2)(x)[1:], 4 / 3999, rtol=2e-3 if dtype == "f2" else 1e-5)


@pytest.mark.parametrize("f", [np.maximum, np.minimum, np.fmax, np.fmin])
@pytest.mark.parametrize("n", [2, 3, 2.5])
def test_powers_of_extremes_are_those_of_the_parts(f: Any, n: float) -> None:
    x, y, t, u = np.array([[1.0, 2.0, 2.0, 0.0], [2.0, 1.0, 2.0, 1.0], [1.0, 2.0, 3.0, 4.0], [0.5, 0.25, 0.125, 1.0]])
    x[3] = -np.inf if f in (np.maximum, np.fmax) else np.inf  # is left out
    slope = jvp(f, (x, y), (t, u))[1]
    value, found = jvp(lambda x, y: f(x, y) ** n, (x, y), (t, u))
    assert np.array_equal(value, f(x, y) ** n)
    assert_allclose(found, n * f(x, y) ** (n - 1) * slope)
    for position, x_or_y in enumerate((x, y)):
        pulled = vjp(lambda x, y: f(x, y) ** n, x, y)[1](np.ones(4))[position]
        of_parts = n * f(x, y) ** (n - 1) * vjp(f, x, y)[1](np.ones(4))[position]
        assert_allclose(pulled[np.isfinite(x_or_y)], of_parts[np.isfinite(x_or_y)])
