"""Fit two models to more data than a machine's memory holds, on a cluster of processes; the loss is plain NumPy code.

The rows are drawn in chunks whenever they are needed, as they would be read from files. `value_and_grad` of a Dask
array computes nothing: it tells Dask what to compute, chunk by chunk, and the sums over the rows go up in a tree. Only
the value and the gradient, of the size of the parameters, come back to SciPy's optimiser.

python examples/larger_than_memory.py            (64 MB, in some seconds)
python examples/larger_than_memory.py 10GB
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import attrs
import dask
import dask.array as da
import numpy as np
from dask.utils import parse_bytes
from distributed import Client, LocalCluster
from numpy.typing import NDArray
from scipy.optimize import minimize

from pydezero import value_and_grad
from pydezero.scipy.special import logsumexp

Floats: TypeAlias = NDArray[np.float64]
FEATURES: Final = 31  # and a label, of 4 bytes each
ROWS_PER_CHUNK: Final = 1 << 17  # 16 MB
CENTRES: Final = np.array([-1.5, 0.0, 2.0])[:, None] * np.where(np.arange(FEATURES) % 3, 1.0, -0.5)
SLOPES: Final = np.linspace(-0.5, 0.5, FEATURES)


def draw(block: NDArray[np.int64]) -> NDArray[np.float32]:
    """The rows of a chunk: features around one of the centres, and a label, the same whenever they are drawn."""
    seed, rows = block[0]
    rng = np.random.default_rng([2026, seed])
    table = rng.random((rows, FEATURES + 1), np.float32)
    features = table[:, :-1]
    features -= 0.5
    features *= np.float32(12**0.5)  # of variance 1
    features += CENTRES.astype(np.float32)[rng.integers(len(CENTRES), size=rows)]
    table[:, -1] = table[:, -1] < 1 / (1 + np.exp(-features @ SLOPES.astype(np.float32)))
    return table


def table_of(size: int) -> Any:  # Any: Dask's types say less than those of the losses
    """A table of so many bytes, as a Dask array that is drawn chunk by chunk."""
    rows = max(1, size // (4 * (FEATURES + 1)))
    lengths = [min(ROWS_PER_CHUNK, rows - start) for start in range(0, rows, ROWS_PER_CHUNK)]
    seeds = da.from_array(np.array(list(enumerate(lengths))), chunks=(1, 2))
    return seeds.map_blocks(draw, chunks=(tuple(lengths), (FEATURES + 1,)), dtype=np.float32)


def logistic_loss(parameters: dict[str, Any], table: Any) -> Any:
    """The mean negative log likelihood of the labels, of a logistic regression."""
    z = table[:, :-1] @ parameters["slopes"] + parameters["offset"]
    return np.mean(np.logaddexp(0, z) - table[:, -1] * z)


def mixture_loss(parameters: dict[str, Any], table: Any) -> Any:
    """The mean negative log likelihood of the features, of a mixture of Gaussians with diagonal covariances."""
    x = table[:, :-1]
    centres, log_scales, logits = parameters["centres"], parameters["log_scales"], parameters["logits"]
    precisions = np.exp(-2 * log_scales)
    squares = (x * x) @ precisions.T - 2 * (x @ (centres * precisions).T) + np.sum(centres**2 * precisions, axis=1)
    of_each = logits - logsumexp(logits) - 0.5 * squares - np.sum(log_scales, axis=1)
    return -np.mean(logsumexp(of_each, axis=1)) / FEATURES


STARTS: Final[dict[Callable[..., Any], dict[str, Floats]]] = {
    logistic_loss: {"offset": np.zeros(()), "slopes": np.zeros(FEATURES)},
    mixture_loss: {
        "centres": 0.8 * CENTRES + 0.1,
        "log_scales": np.zeros((len(CENTRES), FEATURES)),
        "logits": np.zeros(len(CENTRES)),
    },
}


@attrs.frozen
class Fit:
    """The fitted parameters, the loss there, and how often the data was gone through."""

    parameters: dict[str, Floats]
    loss: float
    passes: int


def fit(loss: Callable[..., Any], table: Any, steps: int = 6, start: dict[str, Floats] | None = None) -> Fit:
    """Minimise a loss over the parameters, by at most so many steps of L-BFGS; the table is NumPy's or Dask's."""
    start = STARTS[loss] if start is None else start
    ends = np.cumsum([x.size for x in start.values()])[:-1]

    def unpacked(flat: Floats) -> dict[str, Floats]:
        parts = np.split(flat, ends)
        return {name: np.reshape(part, x.shape) for (name, x), part in zip(start.items(), parts, strict=True)}

    def value_and_slopes(flat: Floats) -> tuple[float, Floats]:
        value, gradient = dask.compute(*value_and_grad(loss)(unpacked(flat), table))  # the two in one pass
        return float(value), np.concatenate([np.ravel(gradient[name]) for name in start])

    first: Floats = np.concatenate([np.ravel(x) for x in start.values()])
    found = minimize(
        value_and_slopes, first, jac=True, method="L-BFGS-B", options={"maxiter": steps, "gtol": 1e-6, "ftol": 0.0}
    )
    return Fit(unpacked(found.x), float(found.fun), int(found.nfev))


def largest_difference(a: Fit, b: Fit) -> float:
    """The largest difference of a parameter of two fits."""
    return max([float(np.max(np.abs(a.parameters[name] - b.parameters[name]))) for name in a.parameters])


def local_cluster(memory_limit: str) -> LocalCluster:
    """Two processes of one thread each, which may use so much memory each."""
    return LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        memory_limit=memory_limit,
        dashboard_address=":0",
        silence_logs=logging.ERROR,
    )


def report(table: Any, steps: int = 6) -> None:
    """Fit both models to the first rows by NumPy and by Dask, which must agree, and go on from there with all rows."""
    first = table[: 2 * ROWS_PER_CHUNK]
    in_memory = np.asarray(first.compute(scheduler="threads"))
    print(f"{table.nbytes / 1e6:.0f} MB in {table.npartitions} chunks")
    for loss in STARTS:
        by_numpy, by_dask = [fit(loss, rows, steps) for rows in (in_memory, first)]
        difference = largest_difference(by_numpy, by_dask)
        assert difference < 1e-6, difference
        of_all = fit(loss, table, max(1, steps // 2), by_numpy.parameters)  # each step goes through all the data
        print(f"{loss.__name__}: {of_all.loss:.4f} after {of_all.passes} passes")
        print(f"  the first rows, by NumPy and by Dask: {difference:.0e} apart")
        print(f"  all rows and the first ones: {largest_difference(of_all, by_numpy):.0e} apart")


def main(size: int) -> None:
    with local_cluster("1GB") as cluster, Client(cluster):
        report(table_of(size))


if __name__ == "__main__":
    main(parse_bytes(sys.argv[1] if len(sys.argv) > 1 else "64MB"))
