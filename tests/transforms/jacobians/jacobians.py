"""The Jacobians of all modes, and functions to differentiate, for the tests of this folder."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import numerical_diff
from pydezero.transforms.jacobians.jacobian import jacfwd, jacobian, jacrev

Array = NDArray[np.float64]
Transform = Callable[..., Any]

TALL = np.arange(6.0).reshape(3, 2) - 2.5
WIDE = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
SQUARE = np.array([[2.0, -1.0, 0.5], [0.25, 1.5, -0.5], [1.0, 0.75, 3.0]])
X = np.array([0.4, -1.2, 0.9])


def forward(f: Callable[..., Any], argnums: Any = 0) -> Any:
    return jacobian(f, argnums, "forward")


def reverse(f: Callable[..., Any], argnums: Any = 0) -> Any:
    return jacobian(f, argnums, "reverse")


ALL: dict[str, Transform] = {
    "jacfwd": jacfwd,
    "jacrev": jacrev,
    "jacobian": jacobian,
    "forward": forward,
    "reverse": reverse,
}
each_transform = pytest.mark.parametrize("transform", ALL.values(), ids=list(ALL))


def numerical(f: Callable[[Any], Any], x: Any) -> Array:
    """The Jacobian by central differences, one element of the result after the other."""

    def row(i: tuple[int, ...]) -> Array:
        return numerical_diff(lambda x: np.asarray(f(x))[i], x)

    shape = np.shape(f(x))
    return np.reshape(np.stack([row(i) for i in np.ndindex(shape)]), shape + np.shape(x))


def softmax(x: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x))


def rosenbrock(x: Any) -> Any:
    """H. H. Rosenbrock, The Computer Journal 3 (1960) 175, in more dimensions."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_gradient(x: Array) -> Array:
    slope = np.zeros_like(x)
    slope[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    slope[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return slope
