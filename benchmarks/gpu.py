"""Gradients on a GPU: pydezero on CuPy's arrays beside PyTorch and JAX on the same card, in float32.

`python -m benchmarks.gpu` prints the medians and their ratio to PyTorch's, and for each contender where its time goes:
the kernels, the host that starts them, the Python of this library (see `gpu_anatomy`). The gradient by hand on CuPy is
what there is to gain without other kernels. In the end it prints what single calls of CuPy take. `--only NAME` chooses
workloads, `--without JAX` leaves a contender out, `--kernels` prints the kernels that each starts, `--json FILE` writes
what was measured.

The card is synchronised before a clock is read. Each contender is in a process of its own, as in a user's program, and
they are measured turn and turn about; before a sample is timed, a contender runs for half as long, as in a loop of many
steps. Matrix products are in float32 everywhere, not TF32.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import attrs
import numpy as np

from benchmarks.gpu_anatomy import Run, anatomy, described, pieces
from benchmarks.tools import Arrays
from benchmarks.workload import ByHand
from benchmarks.workloads.chain import problem as chain_problem
from benchmarks.workloads.chain import sin_times_x
from benchmarks.workloads.logistic import by_hand as logistic_by_hand
from benchmarks.workloads.logistic import loss as logistic_loss
from benchmarks.workloads.logistic import problem as logistic_problem
from benchmarks.workloads.mixture import by_hand as mixture_by_hand
from benchmarks.workloads.mixture import loss as mixture_loss
from benchmarks.workloads.mixture import problem as mixture_problem
from benchmarks.workloads.mlp import by_hand as mlp_by_hand
from benchmarks.workloads.mlp import loss as mlp_loss
from benchmarks.workloads.mlp import problem as mlp_problem
from pydezero import jit, value_and_grad

_ROUNDS: Final = 11
_SAMPLE_SECONDS: Final = 0.06


@attrs.frozen
class Workload:
    """A loss `loss(xp, *arguments)`, its arguments, how many of them it is differentiated by, and its gradient by hand.

    `target` is the most that pydezero may take, as a multiple of PyTorch's time.
    """

    name: str
    loss: Callable[..., Any]
    problem: Callable[[], Arrays]
    count: int
    by_hand: ByHand
    target: float


_WIDTHS: Final = (784, 1024, 1024, 10)

_CHAIN, _CHAIN_BY_HAND = sin_times_x(10, chosen=False)
_MIXTURE: Final = partial(mixture_problem, 100_000, 25, 16)

WORKLOADS: Final = (
    Workload("chain of 10, 1e7 elements", _CHAIN, partial(chain_problem, 10_000_000), 1, _CHAIN_BY_HAND, 1.0),
    Workload("MLP 784-1024-1024-10, batch 1,024", mlp_loss, partial(mlp_problem, 1024, _WIDTHS), 6, mlp_by_hand, 1.3),
    Workload("MLP 784-1024-1024-10, batch 64", mlp_loss, partial(mlp_problem, 64, _WIDTHS), 6, mlp_by_hand, 1.2),
    Workload(
        "logistic regression, 1e6 x 100", logistic_loss, partial(logistic_problem, 10**6), 2, logistic_by_hand, 1.1
    ),
    Workload("Gaussian mixture, 1e5 x 25 x 16", mixture_loss, _MIXTURE, 3, mixture_by_hand, 1.3),
)


def _pydezero(workload: Workload, arguments: Sequence[Any]) -> tuple[Run, Run]:
    cupy = importlib.import_module("cupy")
    arrays = [cupy.asarray(a) for a in arguments]
    run = partial(value_and_grad(partial(workload.loss, np), tuple(range(workload.count))), *arrays)
    return run, cupy.cuda.Device().synchronize


def _compiled(workload: Workload, arguments: Sequence[Any]) -> tuple[Run, Run]:
    cupy = importlib.import_module("cupy")
    arrays = [cupy.asarray(a) for a in arguments]
    compiled: Any = jit(value_and_grad(partial(workload.loss, np), tuple(range(workload.count))))
    return partial(compiled, *arrays), cupy.cuda.Device().synchronize


def _by_hand(workload: Workload, arguments: Sequence[Any]) -> tuple[Run, Run]:
    cupy = importlib.import_module("cupy")
    arrays = [cupy.asarray(a) for a in arguments]
    return partial(workload.by_hand, *arrays), cupy.cuda.Device().synchronize


def _torch(workload: Workload, arguments: Sequence[Any]) -> tuple[Run, Run]:
    torch = importlib.import_module("torch")
    tensors = [torch.from_numpy(a).cuda() for a in arguments]
    inputs = tensors[: workload.count]
    for x in inputs:
        x.requires_grad_(True)

    def run() -> Any:
        value = workload.loss(torch, *tensors)
        return value, torch.autograd.grad(value, inputs)

    return run, torch.cuda.synchronize


def _jax(workload: Workload, arguments: Sequence[Any]) -> tuple[Run, Run]:
    jax = importlib.import_module("jax")
    jax.config.update("jax_default_matmul_precision", "highest")
    arrays = [jax.numpy.asarray(a) for a in arguments]
    compiled = jax.jit(jax.value_and_grad(partial(workload.loss, jax.numpy), tuple(range(workload.count))))
    last: list[Any] = []

    def run() -> Any:
        last[:] = [compiled(*arrays)]
        return last[0]

    return run, lambda: jax.block_until_ready(last)


CONTENDERS: Final[Mapping[str, tuple[str, Callable[..., tuple[Run, Run]]]]] = {
    "pydezero on CuPy": ("cupy", _pydezero),
    "pydezero, jit, on CuPy": ("cupy", _compiled),
    "by hand on CuPy": ("cupy", _by_hand),
    "PyTorch": ("torch", _torch),
    "JAX jit": ("jax", _jax),
}


class Worker:
    """A contender in a process of its own, which answers a line of text with one."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "benchmarks.gpu", "--worker", name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, command: str) -> None:
        assert self._process.stdin is not None
        print(command, file=self._process.stdin, flush=True)

    def answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        self.tell("end")
        self._process.wait()


def work(name: str) -> None:
    """The loop of a worker: it prepares the workload of a number, or takes a sample of the one that it has prepared."""
    run: Run = list
    synchronize: Run = list
    calls = 0
    for line in sys.stdin:
        if line.startswith("end"):
            return
        found: Any
        if line.startswith("sample"):
            _seconds(run, synchronize, -(-calls // 2))
            found = _seconds(run, synchronize, calls)
        elif line.startswith("anatomy"):
            found = anatomy(run, synchronize)
        elif line.startswith("pieces"):
            found = pieces()
        else:
            workload = WORKLOADS[int(line)]
            run = synchronize = list  # so that the arrays of the one before are freed
            run, synchronize = CONTENDERS[name][1](workload, _arguments(workload))
            found = _fingerprint(run())
            calls = _calls(run, synchronize)
            gc.collect()
            gc.freeze()
        print(json.dumps(found), flush=True)


def _arguments(workload: Workload) -> list[Any]:
    return [np.asarray(a, np.float32) for a in workload.problem()]


def measured(number: int, workers: Mapping[str, Worker]) -> dict[str, float]:
    """The median seconds of each contender, after a check that all compute the same."""
    for worker in workers.values():
        worker.tell(str(number))
    found = {name: np.array(worker.answer()) for name, worker in workers.items()}
    first = next(iter(found))
    for name, values in found.items():
        if not np.allclose(found[first], values, rtol=2e-3):
            raise AssertionError(f"{first} and {name} differ: {found[first]} and {values}")
    samples: dict[str, list[float]] = {name: [] for name in workers}
    order = list(workers)
    for _ in range(_ROUNDS):
        for name in order:
            workers[name].tell("sample")
            samples[name].append(workers[name].answer())
        order.reverse()
    return {name: statistics.median(times) for name, times in samples.items()}


def _fingerprint(result: Any) -> list[float]:
    """The value, and of each gradient the size and a weighted sum of the elements."""
    found = [float(_host(result[0]))]
    for gradient in result[1]:
        g = np.ravel(_host(gradient))
        weights = 1 + np.arange(g.size) * 0.618 % 1
        found += [float(np.linalg.norm(g)), float(weights @ np.abs(g))]
    return found


def _host(x: Any) -> Any:
    array = x.get() if hasattr(x, "get") else np.asarray(x.detach().cpu() if hasattr(x, "detach") else x)
    return np.asarray(array, np.float64)


def _seconds(run: Run, synchronize: Run, calls: int) -> float:
    synchronize()
    start = perf_counter()
    for _ in range(calls):
        run()
    synchronize()
    return (perf_counter() - start) / calls


def _calls(run: Run, synchronize: Run) -> int:
    """As many calls in a row as take a sample's time."""
    _seconds(run, synchronize, 3)
    return max(1, int(_SAMPLE_SECONDS / _seconds(run, synchronize, 3)))


def main(argv: Sequence[str]) -> None:
    parser = ArgumentParser(prog="python -m benchmarks.gpu", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", metavar="NAME", help="workloads whose names contain this")
    parser.add_argument("--without", nargs="+", default=[], metavar="NAME", help="contenders to leave out")
    parser.add_argument("--kernels", action="store_true", help="print the kernels, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured there")
    parser.add_argument("--worker", default="", help=SUPPRESS)
    options = parser.parse_args(argv)
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    if options.worker:
        work(options.worker)
        return
    names = [name for name, (module, _) in CONTENDERS.items() if importlib.util.find_spec(module) is not None]
    workers = {name: Worker(name) for name in names if not any(word in name for word in options.without)}
    table: dict[str, dict[str, Any]] = {}
    for number, workload in enumerate(WORKLOADS):
        if options.only not in workload.name:
            continue
        times = table[workload.name] = measured(number, workers)
        ratio = times["pydezero on CuPy"] / times["PyTorch"] if "PyTorch" in times else float("nan")
        shown = ", ".join(f"{name} {1e3 * seconds:.3f} ms" for name, seconds in times.items())
        print(f"{workload.name}: {shown}; {ratio:.2f} x PyTorch, the target is {workload.target}", flush=True)
        for name, worker in workers.items():
            worker.tell("anatomy")
            found = table[workload.name][f"{name}, parts"] = worker.answer()
            print(described(name, found, with_kernels=options.kernels), flush=True)
    if "pydezero on CuPy" in workers:
        print("Single calls: the host returns after, the GPU is done after")
        workers["pydezero on CuPy"].tell("pieces")
        for name, host, wall in workers["pydezero on CuPy"].answer():
            print(f"  {1e6 * host:8.1f} us {1e6 * wall:8.1f} us  {name}")
    for worker in workers.values():
        worker.end()
    if options.json:
        options.json.write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
