"""Minimise Rosenbrock's function in 100 dimensions by Newton's method; its Hessian is never formed.

SciPy's Newton methods with conjugate gradients ask for the Hessian times a vector, which `hvp` gives exactly. The
function is that of `scipy.optimize.rosen`, whose derivatives SciPy has written by hand: they are compared with.

python examples/newton_cg.py
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, rosen_der, rosen_hess_prod

from pydezero import grad, hvp

Floats: TypeAlias = NDArray[np.float64]
DIMENSIONS: Final = 100
METHODS: Final = ("BFGS", "Newton-CG", "trust-ncg", "trust-krylov")


def rosenbrock(x: Floats) -> np.float64:
    """A curved valley, lowest at (1, ..., 1): H. H. Rosenbrock, The Computer Journal 3 (1960) 175, made longer."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def gradient(x: Floats) -> Floats:
    return grad(rosenbrock)(x)


def hessian_product(x: Floats, direction: Floats) -> Floats:
    return hvp(rosenbrock, (x,), (direction,))


def compare_with_derivatives_by_hand() -> None:
    x, direction = np.random.default_rng(1960).standard_normal((2, DIMENSIONS))
    np.testing.assert_allclose(gradient(x), rosen_der(x), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(hessian_product(x, direction), rosen_hess_prod(x, direction), rtol=1e-12, atol=1e-9)
    print("gradient and Hessian product: as written by hand, to rounding")


def main() -> None:
    compare_with_derivatives_by_hand()
    start = np.tile([-1.2, 1.0], DIMENSIONS // 2)
    print("method        steps  gradients  Hessian products  largest error")
    for method in METHODS:
        # BFGS makes an approximate Hessian of gradients: what the others have to be compared with.
        second = None if method == "BFGS" else hessian_product
        found = minimize(rosenbrock, start, method=method, jac=gradient, hessp=second, tol=1e-8)
        error = np.max(np.abs(found.x - 1.0))
        print(f"{method:12}{found.nit:7}{found.njev:11}{found.get('nhev', 0):18}{error:15.0e}")
        assert error < 1e-6


if __name__ == "__main__":
    main()
