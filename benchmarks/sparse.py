"""Sparse derivatives beside hand-written NumPy and dense ones: `python -m benchmarks.sparse`, with one thread.

Bratu's residual on a grid of 100 x 100 points (its Jacobian has 49,600 elements), and the Hessian of Rosenbrock's chain
of 10,000 elements (29,998). What is written by hand knows the matrix, and computes its elements alone.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.machine import restart_with_threads, surroundings
from benchmarks.measure import Plan, interleaved, keep_freed_memory, stopwatch
from pydezero import hessian, jacfwd, jit, sparse_hessian, sparse_jacobian

Floats = NDArray[np.float64]

SIDE: Final = 100
SPACING: Final = 1 / (SIDE + 1)
# The dense derivative is measured at this many elements; its time grows with the square of them.
DENSE: Final = 1600


def bratu(u: Floats) -> Floats:
    p = np.pad(u, 1)
    total: Floats = p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:] - 4 * u + SPACING**2 * np.exp(u)
    return total


def rosenbrock(x: Floats) -> np.float64:
    total: np.float64 = np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    return total


def bratu_by_hand() -> Callable[[Floats], Any]:
    """Its Jacobian: four ones in a row, and the diagonal."""
    matrix = sparse_jacobian(bratu)(np.zeros((SIDE, SIDE)))
    diagonal = np.flatnonzero(matrix.data < -1)

    def jacobian(u: Floats) -> Any:
        data = np.ones(matrix.nnz)
        data[diagonal] = (SPACING**2 * np.exp(u) - 4).ravel()
        return csr_array((data, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)

    return jacobian


def rosenbrock_by_hand(x: Floats) -> Any:
    """Its Hessian: three diagonals."""
    n = len(x)
    beside = -400 * x[:-1]
    middle = np.zeros(n)
    middle[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    middle[1:] += 200
    data = np.empty(3 * n - 2)
    data[::3] = middle
    data[1::3] = beside
    data[2::3] = beside
    indices = (np.arange(3 * n - 2) + 1) // 3
    indices[1::3] = np.arange(1, n)
    indices[2::3] = np.arange(n - 1)
    return csr_array((data, indices, np.append(0, np.minimum(3 * np.arange(1, n + 1) - 1, 3 * n - 2))), shape=(n, n))


@attrs.frozen(eq=False)
class Case:
    """A function, its derivative in the ways that are compared, and an argument."""

    name: str
    f: Callable[[Any], Any]
    sparse: Any  # the overloads of the two transforms differ in their options
    dense: Callable[[Any], Any]
    by_hand: Callable[[Any], Any]
    x: Floats


def measured(case: Case, plan: Plan) -> dict[str, float]:
    """The best time of each way, in milliseconds, after a check that they agree."""
    start = perf_counter()
    prepared = case.sparse(case.f).prepare(case.x)
    first = perf_counter() - start
    compiled = case.sparse(jit(case.f)).prepare(case.x)
    expected = case.by_hand(case.x)
    for found in (prepared(case.x), compiled(case.x)):
        assert abs(found - expected).max() <= 1e-9 * abs(expected).max(), case.name
    small = case.x.ravel()[:DENSE]
    side = int(DENSE**0.5)
    part = small if case.x.ndim == 1 else small.reshape(side, side)
    runs = {
        "f": lambda: case.f(case.x),
        "by hand": lambda: case.by_hand(case.x),
        "prepare": lambda: case.sparse(case.f).prepare(case.x),
        "evaluate": lambda: prepared(case.x),
        "with jit": lambda: compiled(case.x),
        f"dense, {DENSE}": lambda: case.dense(part),
    }
    samples = interleaved({name: stopwatch(run, 0) for name, run in runs.items()}, plan, lambda: None)
    times = {"first prepare": 1e3 * first} | {name: 1e3 * min(found) for name, found in samples.items()}
    return times | {"dense, extrapolated": times[f"dense, {DENSE}"] * (case.x.size / DENSE) ** 2}


def main(plan: Plan = Plan()) -> None:  # noqa: B008  # frozen
    keep_freed_memory()
    rng = np.random.default_rng(0)
    cases = [
        Case("Bratu", bratu, sparse_jacobian, jacfwd(bratu), bratu_by_hand(), rng.normal(size=(SIDE, SIDE))),
        Case(
            "Rosenbrock", rosenbrock, sparse_hessian, hessian(rosenbrock), rosenbrock_by_hand, rng.normal(size=10_000)
        ),
    ]
    found = {case.name: measured(case, plan) for case in cases}
    print(f"{'ms':22}" + "".join(f"{name:>12}" for name in found))
    for what in found[cases[0].name]:
        print(f"{what:22}" + "".join(f"{times[what]:12.3f}" for times in found.values()))
    print(surroundings([], 1))


if __name__ == "__main__":
    restart_with_threads(1)
    main()
