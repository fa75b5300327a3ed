"""Give a function the derivative that its formula does not have: a rule of its own.

Two formulas that are fine on paper: log(1 + exp(x)), whose exponential overflows, and the length of a vector, whose
square root has no derivative at 0.

python examples/delicate_functions.py
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero import custom_jvp, custom_vjp, grad, vmap

Floats: TypeAlias = NDArray[np.float64]


def naive_softplus(x: Floats) -> Floats:
    value: Floats = np.log(1 + np.exp(x))
    return value


def _push(primals: tuple[Floats], tangents: tuple[Floats]) -> tuple[Floats, Floats]:
    """Its derivative is the logistic function, written here so that it has derivatives of all orders everywhere."""
    (x,), (tangent,) = primals, tangents
    return softplus(x), 0.5 * (1 + np.tanh(0.5 * x)) * tangent


@custom_jvp(_push)
def softplus(x: Floats) -> Floats:
    """log(1 + exp(x)) without overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def naive_length(x: Floats) -> np.float64:
    value: np.float64 = np.sqrt(np.sum(x**2))
    return value


def _forward(x: Floats) -> tuple[np.float64, tuple[Floats, np.float64]]:
    found = naive_length(x)
    return found, (x, found)


def _backward(kept: tuple[Floats, np.float64], cotangent: np.float64) -> tuple[Floats]:
    """x / |x|; and 0 at 0, the shortest of the subgradients there."""
    x, found = kept
    return (cotangent * x / np.where(found == 0, 1, found),)


@custom_vjp(_forward, _backward)
def length(x: Floats) -> np.float64:
    return naive_length(x)


def show_softplus() -> None:
    print("log(1 + exp(x))")
    print("       x  derivative: naive  custom   second: naive  custom")
    for x in (-1000.0, -1.0, 0.0, 1.0, 1000.0):
        with np.errstate(all="ignore"):
            naive = grad(naive_softplus)(np.array(x)), grad(grad(naive_softplus))(np.array(x))
        custom = grad(softplus)(np.array(x)), grad(grad(softplus))(np.array(x))
        print(f"{x:8}{naive[0]:19.4f}{custom[0]:8.4f}{naive[1]:16.4f}{custom[1]:8.4f}")
        logistic = 1 / (1 + np.exp(np.clip(-x, -700, 700)))
        np.testing.assert_allclose(custom, (logistic, logistic * (1 - logistic)), atol=1e-15)
    assert np.isnan(naive).all()


def show_length() -> None:
    print("\nthe derivative of a vector's length")
    points = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, -2.0]])
    with np.errstate(all="ignore"):
        naive = vmap(grad(naive_length))(points)
    custom = vmap(grad(length))(points)
    for row in zip(points, naive, custom, strict=True):
        print("at {}: naive {}, custom {}".format(*row))
    assert np.isnan(naive[1]).all()
    np.testing.assert_allclose(custom, [[0.6, 0.8], [0.0, 0.0], [0.0, -1.0]], rtol=1e-15)


if __name__ == "__main__":
    show_softplus()
    show_length()
