"""Differentiate functions of SciPy that are written for the arrays of any library.

With the environment variable SCIPY_ARRAY_API=1, set before SciPy is imported, many of SciPy's functions compute by the
array API standard: with the functions of the library that their arguments are from. A Variable names
`pydezero.array_api`, whose functions are differentiable. So these functions of SciPy have derivatives.

python examples/array_api.py
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

os.environ["SCIPY_ARRAY_API"] = "1"

from scipy import stats  # SciPy reads the variable when it is imported
from scipy.integrate import cubature
from scipy.spatial.transform import Rotation

from pydezero import grad, hessian, numerical_diff

Floats: TypeAlias = NDArray[np.float64]
# To SciPy's types a Variable is no array.
Scipys: TypeAlias = Any

MARKERS: Final = np.random.default_rng(17).standard_normal((20, 3))


def spread_of_a_sample(x: Scipys) -> Scipys:
    """How heavy the tails of a sample are, and how skew it is."""
    return stats.kurtosis(x) + stats.skew(x) ** 2


def alignment(rotation_vector: Scipys, seen: Floats) -> Scipys:
    """The squared distance of rotated markers from where they were seen."""
    turned = MARKERS @ Rotation.from_rotvec(rotation_vector).as_matrix().T
    return ((turned - seen) ** 2).sum()


def mass_below(bound: Scipys) -> Scipys:
    """The integral of a density over a box, up to a bound in each direction."""

    def density(x: Scipys) -> Scipys:
        xp = x.__array_namespace__()
        return xp.exp(-xp.sum(x * x, axis=-1)) * (1 + x[:, 0] * x[:, 1])

    return cubature(density, bound * 0, bound, rtol=1e-9).estimate


def compare(name: str, f: Callable[[Any], Any], x: Floats) -> None:
    gradient = grad(f)(x)
    differences = numerical_diff(f, x)
    error = np.max(np.abs(gradient - differences))
    assert error < 1e-6
    print(f"{name:12} gradient {np.array2string(gradient, precision=4)}, error {error:.0e}")


def align() -> None:
    """Find the rotation of a rigid body by Newton's method, through SciPy's rotations."""
    true = np.array([0.4, -1.1, 0.7])
    seen = Rotation.from_rotvec(true).apply(MARKERS)
    found = np.array([0.3, -1.0, 0.5])
    for step in range(4):
        slope, curvature = grad(alignment)(found, seen), hessian(alignment)(found, seen)
        found = found - np.linalg.solve(curvature, slope)
        print(f"step {step}: rotation vector {found}")
    assert np.allclose(found, true)
    print("the rotation of the markers is found again")


def main() -> None:
    compare("kurtosis", spread_of_a_sample, np.array([0.3, 1.2, 0.7, 2.1, 1.5]))
    compare("Rotation", lambda x: alignment(x, MARKERS), np.array([0.3, 0.2, -0.5]))
    compare("cubature", mass_below, np.array([0.8, 1.1]))
    align()


if __name__ == "__main__":
    main()
