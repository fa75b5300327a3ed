"""Dask arrays on a cluster of processes: more data than the memory of a worker, and a worker that is killed.

One step of L-BFGS of a logistic regression on 416 MB, for workers of 400 MB; with PYDEZERO_LARGE=1 in the environment
three steps of both models on 2 GB.
"""

from __future__ import annotations

import importlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from pydezero import value_and_grad

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
IS_LARGE: Final = bool(os.environ.get("PYDEZERO_LARGE"))
LIMIT: Final = 400 * 10**6


@pytest.fixture(scope="module")
def example() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(EXAMPLES)
        # The workers import the functions of the example, and this library, from where the test does.
        root = str(Path(__file__).parents[2])
        patch.setenv("PYTHONPATH", os.pathsep.join([root, str(EXAMPLES)]))
        yield importlib.import_module("larger_than_memory")


@pytest.fixture(scope="module")
def cluster(example: Any) -> Iterator[LocalCluster]:
    with example.local_cluster(str(LIMIT)) as cluster, Client(cluster):
        yield cluster


def test_the_example(example: Any, cluster: LocalCluster, capsys: pytest.CaptureFixture[str]) -> None:
    example.report(example.table_of(36 * 10**6), steps=1)  # raises unless NumPy and Dask agree
    said = capsys.readouterr().out
    assert "36 MB in 3 chunks" in said
    assert said.isascii()
    assert max(map(len, said.splitlines())) <= 80


def gradient(example: Any, loss: Any, table: Any) -> Any:
    return value_and_grad(loss)(example.STARTS[loss], table)


def as_list(result: Any) -> list[Any]:
    value, gradients = result
    return [value, *[gradients[name] for name in sorted(gradients)]]


@pytest.mark.parametrize("name", ["logistic_loss", "mixture_loss"] if IS_LARGE else ["logistic_loss"])
def test_more_data_than_the_memory_of_a_worker(example: Any, cluster: LocalCluster, name: str) -> None:
    loss = getattr(example, name)
    # Each step adds to what the noise of the first rows makes of the parameters, so more steps need more of them.
    steps, size, chunks = (3, 2 * 10**9, 32) if IS_LARGE else (1, 416 * 10**6, 4)
    table = example.table_of(size)
    assert table.nbytes > LIMIT
    found = example.fit(loss, table, steps)
    # The same steps of the first rows, which NumPy holds: what is fitted to so many rows differs by their noise alone.
    first = np.asarray(table[: chunks * example.ROWS_PER_CHUNK].compute(scheduler="threads"))
    expected = example.fit(loss, first, steps)
    assert example.largest_difference(found, expected) < 0.02
    assert abs(found.loss - expected.loss) < 5e-3


def test_a_cluster_that_is_gone(example: Any) -> None:
    """`compute` is Dask's, which says what it misses: this library is not called any more."""
    loss = example.logistic_loss
    start, table = example.STARTS[loss], example.table_of(1 << 20)
    with LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as cluster, Client(cluster):
        of_chunks = as_list(gradient(example, loss, table))
        of_kept_chunks = as_list(gradient(example, loss, table.persist()))
        expected = dask.compute(*of_kept_chunks)
    value, slopes = value_and_grad(loss)(start, dask.compute(table)[0])
    for found in (expected, dask.compute(*of_chunks, scheduler="threads")):  # as Dask does without a cluster
        for x, y in zip(found, as_list((value, slopes)), strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-8)
    with pytest.raises(ValueError, match="Missing dependency"):  # the chunks were in the memory of the workers
        dask.compute(*of_kept_chunks, scheduler="threads")


def test_a_worker_that_is_killed_does_not_change_the_answer(example: Any, cluster: LocalCluster) -> None:
    table = example.table_of(32 * 10**6)
    result = as_list(gradient(example, example.mixture_loss, table))
    expected = dask.compute(*result, scheduler="threads")
    client = Client.current()
    before = client.run(os.getpid)
    futures = client.compute(result)
    deadline = time.monotonic() + 60
    while not any(client.processing().values()) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(next(iter(before.values())), signal.SIGKILL)
    found = client.gather(futures)
    for x, y in zip(found, expected, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-12)
    client.wait_for_workers(2, timeout=60)
    assert client.run(os.getpid) != before
