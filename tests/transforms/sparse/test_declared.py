"""The pattern of a function with rules of the user's, as it is declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

import pydezero
from pydezero import Pattern, custom_jvp, custom_vjp, sparse_jacobian, sparsity, vmap

X: Final = np.array([1.0, 2.0, 3.0])
DIFFERENCES: Final = np.eye(3) - np.eye(3, k=-1)


def two_diagonals(x: Any) -> Pattern:
    i = np.arange(len(x))
    return Pattern.from_coordinates(np.r_[i, i[1:]], np.r_[i, i[:-1]], (len(x), len(x)))


def through_fft(x: Any) -> Any:
    return np.fft.irfft(np.fft.rfft(x), len(X))


@custom_vjp(lambda x: (x, None), lambda _, g: (np.clip(g, -1, 1),), pattern="elementwise")
def clipped(x: Any) -> Any:
    return x


@custom_vjp(lambda x: (DIFFERENCES @ x, None), lambda _, g: (through_fft(DIFFERENCES.T @ g),), pattern=two_diagonals)
def differences(x: Any) -> Any:
    return DIFFERENCES @ x


@custom_jvp(
    lambda primals, tangents: (differences(primals[0]), through_fft(DIFFERENCES @ tangents[0])), pattern=two_diagonals
)
def pushed_differences(x: Any) -> Any:
    return DIFFERENCES @ x


def of_both(k: float, p: dict[str, Any], y: Any) -> tuple[Pattern, Pattern]:
    n = len(y)
    i = np.arange(n)
    by_p = Pattern.from_coordinates(np.r_[i, i, i + n], np.r_[i, i + n, i], (2 * n, 2 * n))
    return by_p, Pattern.from_coordinates(i + n, i, (2 * n, n))


# What goes through a Fourier transform and back couples everything, to whom follows the rules.
@custom_vjp(
    lambda k, p, y: ((p["a"] * p["b"], k * y + p["a"]), p),
    lambda k, p, g: (
        {"a": through_fft(g[0] * p["b"] + g[1]), "b": through_fft(g[0] * p["a"])},
        through_fft(k * g[1]),
    ),
    nondiff_argnums=0,
    pattern=of_both,
)
def two_outputs(k: float, p: dict[str, Any], y: Any) -> Any:
    return p["a"] * p["b"], k * y + p["a"]


product = pydezero.Function(
    lambda x, y: x * y, lambda g, x, y: (through_fft(g * y), np.sum(g * x)), pattern="elementwise"
)

# The function, and the rows of its Jacobian at X.
DECLARED: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "elementwise": (clipped, "#.. .#. ..#"),
    "by a function": (differences, "#.. ##. .##"),
    "of a rule of forward mode": (pushed_differences, "#.. ##. .##"),
    "of containers": (lambda x: two_outputs(2.0, {"a": x, "b": X}, X), "#.. .#. ..# #.. .#. ..#"),
    "of one argument of two": (lambda x: two_outputs(2.0, {"a": X, "b": X}, x), "... ... ... #.. .#. ..#"),
    "broadcast": (lambda x: product(x, x[0]), "#.. ##. #.#"),
    "of a batch": (lambda x: vmap(differences)(np.stack([x, 2 * x]).reshape(2, 3)), "#.. ##. .## #.. ##. .##"),
    "of a batch of one argument": (
        lambda x: vmap(product, in_axes=(None, 0))(X, x),
        "#.. #.. #.. .#. .#. .#. ..# ..# ..#",
    ),
}


@pytest.mark.parametrize("scope", ["local", "global"])
@pytest.mark.parametrize(("f", "rows"), DECLARED.values(), ids=list(DECLARED))
def test_a_declared_pattern(f: Callable[[Any], Any], rows: str, scope: Any) -> None:
    found = sparsity(f, scope=scope)(X).toarray()
    assert " ".join("".join(".#"[int(x)] for x in row) for row in found) == rows


def test_products_are_saved() -> None:
    plan = sparse_jacobian(differences).prepare(X)
    assert plan.colouring.number == 2
    np.testing.assert_allclose(plan(X).toarray(), DIFFERENCES, atol=1e-12)


def test_a_declared_pattern_that_is_too_small_raises() -> None:
    with pytest.raises(ValueError, match=r"does not cover the derivative.*\(2, 0\)"):
        sparse_jacobian(custom_jvp(lambda p, t: (np.cumsum(p[0]), np.cumsum(t[0])), pattern="elementwise")(np.cumsum))(
            X
        )


WRONG: Final[dict[str, tuple[Any, type[Exception], str]]] = {
    "an array": (
        lambda x: np.eye(3),
        TypeError,
        r"pattern returned an array of shape \(3, 3\) .* must return a Pattern",
    ),
    "shape": (lambda x: two_diagonals(x[1:]), ValueError, r"a Pattern of shape \(2, 2\) .*: \(3, 3\)"),
    "count": (lambda x: (None, None), ValueError, "returned 2 patterns for 1 arguments"),
    "word": ("diagonal", TypeError, r"custom_jvp\(rule\): pattern must be 'elementwise', or a function"),
}


@pytest.mark.parametrize(("pattern", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_what_is_no_pattern_is_named(pattern: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        sparsity(custom_jvp(lambda p, t: (p[0], t[0]), pattern=pattern)(lambda x: x))(X)


def test_what_cannot_be_elementwise_is_named() -> None:
    with pytest.raises(ValueError, match=r"Function.*argument of shape \(3,\) is not broadcast to .* shape \(\)"):
        sparsity(pydezero.Function(np.sum, lambda g, x: g + 0 * x, pattern="elementwise"))(X)


def test_for_all_values_a_pattern_is_declared_by_shapes() -> None:
    by_value = custom_jvp(lambda p, t: (p[0], t[0]), pattern=lambda x: two_diagonals(x) if x[0] > 0 else None)
    with pytest.raises(TypeError, match="scope 'global'"):
        sparsity(by_value(lambda x: x), scope="global")(X)
