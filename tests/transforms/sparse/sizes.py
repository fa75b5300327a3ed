"""How long patterns of large functions take, and how much memory: `python -m tests.transforms.sparse.sizes`."""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import cache
from time import perf_counter
from typing import Any, Final

import numpy as np
from scipy import sparse

from pydezero import Pattern, hessian_sparsity, sparsity


def bratu(u: Any) -> Any:
    """The residual of Bratu's problem on a square."""
    p = np.pad(u, 1)
    return p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2] - 4 * u + np.exp(u) / (len(u) + 1) ** 2


def rosenbrock(x: Any) -> Any:
    """Rosenbrock's function, as a chain."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def nine_points(u: Any) -> Any:
    """A sum over nine neighbours, of a function of each."""
    v = np.sin(u)
    n, m = u.shape
    return sum(v[i : n - 2 + i, j : m - 2 + j] ** 2 for i in range(3) for j in range(3))


def by_elements(x: Any) -> Any:
    """A sum of products that a loop of Python's takes one by one."""
    return sum(x[i] * x[i + 1] for i in range(len(x) - 1))


@cache
def _matrix() -> Any:  # SciPy's stubs know many kinds of sparse arrays
    rng = np.random.default_rng(0)
    places = rng.integers(100_000, size=(2, 1_000_000))
    return sparse.coo_array((rng.random(1_000_000), tuple(places)), (100_000, 100_000)).tocsr()


ROWS: Final[dict[str, tuple[Callable[[], Pattern], str]]] = {
    "Bratu, 100 x 100": (lambda: sparsity(bratu)(np.zeros((100, 100))), "0.1 s"),
    "Rosenbrock's Hessian, 10,000": (lambda: hessian_sparsity(rosenbrock)(np.ones(10_000)), "0.1 s"),
    "nine points, 1,000 x 1,000": (lambda: sparsity(nine_points)(np.ones((1000, 1000))), "10 s, 4 GB"),
    "nine points twice, 500 x 500": (lambda: sparsity(lambda u: nine_points(nine_points(u)))(np.ones((500, 500))), ""),
    "Bratu's Hessian, 1,000 x 1,000": (
        lambda: hessian_sparsity(lambda u: np.sum(bratu(u) ** 2))(np.ones((1000, 1000))),
        "",
    ),
    "A sin(A x), A sparse, 100,000": (
        lambda: sparsity(lambda x: _matrix() @ np.sin(_matrix() @ x))(np.ones(100_000)),
        "10 s, 4 GB",
    ),
    "a loop over 2,000 elements": (lambda: hessian_sparsity(by_elements)(np.ones(2000)), ""),
}

if __name__ == "__main__":
    for name, (found, target) in ROWS.items():
        times = []
        for _ in range(3):
            start = perf_counter()
            pattern = found()
            times.append(perf_counter() - start)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{name:32} {min(times):8.4f} s {memory:6.2f} GB so far {pattern.nnz:>12,} nonzeros  {target}", flush=True
        )
