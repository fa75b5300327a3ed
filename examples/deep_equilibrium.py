"""Train a deep equilibrium layer: a network of endless depth whose output is a fixed point.

The layer repeats z <- tanh(W z + U x + b) until z stays what it is. Its derivative follows from the equation of the
fixed point (`custom_fixed_point`), so that of the iterations nothing is recorded: the gradient costs one system of
linear equations for each example, however many iterations there were. It is compared with that through the iterations.

(S. Bai, J. Z. Kolter, V. Koltun, "Deep equilibrium models", 2019)

python examples/deep_equilibrium.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pydezero import custom_fixed_point, flatten, grad, vmap

Floats: TypeAlias = NDArray[np.float64]

UNITS: Final = 8
EXAMPLES: Final = 40


@attrs.frozen
class Layer:
    """The weights of the layer, and of the output."""

    inner: Floats
    outer: Floats
    bias: Floats
    output: Floats


def step(z: Floats, layer: Layer, x: Floats) -> Floats:
    """One repetition; the inner matrix is scaled to a norm below 1, so that there is one fixed point."""
    inner: Floats = layer.inner / (1.0 + np.sqrt(np.sum(layer.inner**2)))
    return np.tanh(inner @ z + layer.outer * x + layer.bias)


def iterate(f: Callable[[Floats], Floats], z: Floats, *_params: Any) -> Floats:  # Any: the solver needs none of them
    """The fixed point of a contraction."""
    for _ in range(200):
        z, before = f(z), z
        if np.max(np.abs(z - before)) < 1e-10:
            return z
    raise RuntimeError("no fixed point after 200 iterations")


equilibrium: Final = custom_fixed_point(step, iterate)
START: Final = np.zeros(UNITS)


def predicted(layer: Layer, x: Floats) -> Floats:
    """The output of the layer for one number."""
    return layer.output @ equilibrium(START, layer, x)


def predicted_by_unrolling(layer: Layer, x: Floats) -> Floats:
    """The same with the iterations recorded."""
    z = START
    for _ in range(200):
        z = step(z, layer, x)
    return layer.output @ z


def loss(layer: Layer, xs: Floats, ys: Floats) -> np.float64:
    """The mean square error of a batch."""
    return np.sum((vmap(predicted, in_axes=(None, 0))(layer, xs) - ys) ** 2) / len(ys)


def main() -> None:
    rng = np.random.default_rng(2019)
    layer = Layer(
        rng.standard_normal((UNITS, UNITS)),
        2.0 * rng.standard_normal(UNITS),
        rng.standard_normal(UNITS),
        rng.standard_normal(UNITS) / UNITS,
    )
    x = np.asarray(0.7)
    one, other = (flatten(grad(f)(layer, x))[0] for f in (predicted, predicted_by_unrolling))
    np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-9)
    print("gradient of the fixed point: that through 200 recorded iterations")

    xs = np.linspace(-2.0, 2.0, EXAMPLES)
    ys = np.sin(2.0 * xs) * np.exp(-(xs**2) / 4.0)
    weights, unflatten = flatten(layer)

    def of_weights(v: Floats) -> np.float64:
        return loss(unflatten(v), xs, ys)

    found = minimize(of_weights, weights, jac=grad(of_weights), method="L-BFGS-B", options={"maxiter": 30})
    print(
        f"mean square error: {loss(layer, xs, ys):.1e} before and {found.fun:.1e} after {found.nit} steps of L-BFGS-B"
    )
    assert found.fun < 1e-3


if __name__ == "__main__":
    main()
