"""Look at a function, and at its derivative, as graphs: what is computed, operation by operation.

python examples/graph.py
"""

from __future__ import annotations

from collections import Counter
from textwrap import fill
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero import Graph, grad, simplify, trace

Floats: TypeAlias = NDArray[np.float64]


def energy(distances: Floats, sigma: float) -> np.float64:
    """The Lennard-Jones potential of pairs of atoms, as in a textbook: sigma / r is computed twice."""
    attraction = (sigma / distances) ** 6
    repulsion = (sigma / distances) ** 12
    return np.sum(4.0 * (repulsion - attraction))


def operations(graph: Graph[..., Any]) -> str:
    counts = Counter(equation.name for equation in graph.equations)
    return f"{counts.total()} operations: " + " ".join(f"{name} {counts[name]}" for name in sorted(counts))


def main() -> None:
    distances, sigma = np.array([1.0, 1.5, 2.5]), 1.2
    print("The function")
    print(trace(energy)(distances, sigma))

    print("\nIts gradient")
    gradient = trace(grad(energy))(distances, sigma)
    print(operations(gradient))

    print("\nIts gradient, simplified")
    simple = simplify(gradient)
    print(simple)
    print(operations(simple))
    assert len(simple.equations) < len(gradient.equations)

    # A graph is a function of other values, too: here of the distance at which there is no force, 2^(1/6) sigma.
    at_rest = np.full(3, 2 ** (1 / 6) * 3.0)
    print("\nCalled with other values:", np.round(simple(at_rest, 3.0), 12))
    assert np.max(np.abs(simple(at_rest, 3.0))) < 1e-12
    # Simplified, it computes the same to the last bit.
    assert np.array_equal(simple(distances, sigma), grad(energy)(distances, sigma))
    # It is a function like any other, so it can be differentiated.
    curvature = grad(lambda r: np.sum(simple(r, sigma)))(distances)
    by_hand = 4 * (156 * sigma**12 / distances**14 - 42 * sigma**6 / distances**8)
    np.testing.assert_allclose(curvature, by_hand, rtol=1e-12)

    print("\nA graph holds for all values, so nothing in it may depend on one:")
    try:
        trace(lambda r: r if r > 1 else -r)(2.0)
    except TypeError as error:
        print(fill(str(error), 79))
    else:
        raise AssertionError("a branch was traced")


if __name__ == "__main__":
    main()
