"""All rows of the tables through compiled graphs: `python -m tests.transforms.jit.every_function`.

A row is compiled for its value, its derivative by reverse mode and that by forward mode. Since a compilation takes most
of a second whatever is compiled, many rows are in one graph.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero import jvp, trace, vjp
from pydezero.transforms.jit.compile import compiled
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.passes import simplify
from tests.functions.case import Array, ArrayCallable, Call, Results, generator
from tests.functions.cases import WHOLE_CALLS
from tests.functions.checks import call_through_numpy, chosen, cotangent_of, leaves
from tests.functions.table_elementwise import ELEMENTWISE

CALLS: Final = [call for call in WHOLE_CALLS if not call.case.shaped_by_values and not call.case.typed_by_values]

_ELEMENTWISE: Final = frozenset(case.name for case in ELEMENTWISE)
_ULPS: Final = 4
_RELATIVE: Final = 1e-12
_RELATIVE_IN_SINGLE_PRECISION: Final = 1e-5


@attrs.frozen
class Failure:
    """A row that fails: of which row, in which of its results, and how."""

    row: str
    single: bool
    what: str

    def __str__(self) -> str:
        return f"{self.row}{' (float32)' if self.single else ''}: {self.what}"


@attrs.frozen(eq=False)
class _Chunk:
    """Rows in one graph; for each output of the graph the row that it is of, and what it is."""

    calls: Sequence[Call]
    graph: Graph[..., Any]
    inputs: list[Array]
    outputs: list[tuple[Call, str]]


Compute: TypeAlias = Callable[[Graph[..., Any], Sequence[Array]], list[Array]]
"""The results of a graph, for arrays in the place of its inputs."""


def by_numba(graph: Graph[..., Any], values: Sequence[Array]) -> list[Array]:
    """What a program of machine code computes."""
    return compiled(graph).run(values)


def failures(calls: Sequence[Call], *, single: bool = False, compute: Compute = by_numba) -> list[Failure]:
    """The rows of which a compiled graph of all of them computes something else than the graph."""
    try:
        chunk = _chunk(calls, single)
        with np.errstate(all="ignore"):
            found, expected = compute(chunk.graph, chunk.inputs), chunk.graph.run(chunk.inputs)
    except Exception as error:  # whatever a row does, the others are of interest
        if len(calls) == 1:
            return [Failure(str(calls[0]), single, f"{type(error).__name__}: {error}")]
        middle = len(calls) // 2
        halves = calls[:middle], calls[middle:]
        return [x for half in halves for x in failures(half, single=single, compute=compute)]
    different = _different(chunk, found, expected, single)
    return [Failure(str(call), single, f"{what}: {text}") for call, what, text in different]


def _chunk(calls: Sequence[Call], single: bool) -> _Chunk:
    outputs: list[tuple[Call, str]] = []
    arguments = [[_without_axes(x) for x in chosen(call, call.case.draw(single=single))] for call in calls]

    functions = [call_through_numpy(call, call.case.draw(single=single)) for call in calls]
    cotangents = [
        cotangent_of(vjp(f, *xs)[0], str(call)) for call, f, xs in zip(calls, functions, arguments, strict=True)
    ]

    def all_results(arguments: list[list[Any]]) -> list[Any]:
        outputs.clear()
        results: list[Any] = []
        for call, f, xs, cotangent in zip(calls, functions, arguments, cotangents, strict=True):
            for what, result in _results(call, f, xs, cotangent):
                outputs.append((call, what))
                results.append(result)
        return results

    graph = simplify(trace(all_results)(arguments))
    return _Chunk(calls, graph, [x for xs in arguments for x in xs], outputs)


def _without_axes(x: Array) -> Array:
    """An array, or the number in it."""
    return x if x.ndim else x[()]


def _results(call: Call, f: ArrayCallable, xs: Sequence[Any], cotangent: Results) -> Iterator[tuple[str, Any]]:
    """The value of a row and its derivatives, each array with what it is."""
    y, pullback = vjp(f, *xs)
    yield from [(f"value {i}", part) for i, part in enumerate(leaves(y))]
    yield from [(f"gradient {i}", part) for i, part in enumerate(pullback(cotangent))]
    rng = generator(f"tangents of {call}")
    tangents = tuple([np.asarray(rng.uniform(-1, 1, np.shape(x)), x.dtype) for x in xs])
    yield from [(f"tangent {i}", part) for i, part in enumerate(leaves(jvp(f, tuple(xs), tangents)[1]))]


def _different(
    chunk: _Chunk, found: list[Array], expected: list[Array], single: bool
) -> Iterator[tuple[Call, str, str]]:
    for (call, what), y, e in zip(chunk.outputs, found, expected, strict=True):
        if y.dtype != e.dtype or np.shape(y) != np.shape(e):
            yield call, what, f"{y.dtype} of shape {np.shape(y)} instead of {e.dtype} of shape {np.shape(e)}"
            continue
        if e.dtype.kind not in "fc":
            if not np.array_equal(y, e):
                yield call, what, f"{y!r} instead of {e!r}"
            continue
        is_elementwise = call.case.name in _ELEMENTWISE and what.startswith("value")
        if not _is_close(np.asarray(y), np.asarray(e), is_elementwise=is_elementwise, single=single):
            error = np.max(np.abs(y - e), initial=0.0) / np.max(np.abs(e), initial=0.0)
            yield call, what, f"relative error {error:.1e}: {y!r} instead of {e!r}"


def _is_close(y: Array, e: Array, *, is_elementwise: bool, single: bool) -> bool:
    finite = np.isfinite(e)
    if not np.array_equal(y[~finite], e[~finite], equal_nan=True):
        return False
    y, e = y[finite], e[finite]
    error = np.abs(y - e)
    if is_elementwise and e.dtype.kind == "f":
        return bool(np.all(error <= _ULPS * np.spacing(np.abs(e))))
    relative = _RELATIVE_IN_SINGLE_PRECISION if single else _RELATIVE
    return bool(np.all(error <= relative * np.max(np.abs(e), initial=0.0)))


def main(compute: Compute = by_numba) -> int:
    """All rows; the status is 1 if one fails."""
    parser = argparse.ArgumentParser(description="Compare compiled graphs of all rows with the graphs.")
    parser.add_argument("--rows", type=int, default=40, help="how many rows a graph has (default: 40)")
    parser.add_argument("--every", type=int, default=1, help="take each so many rows one (default: 1)")
    parser.add_argument("--single", action="store_true", help="in single precision")
    options = parser.parse_args()
    calls = CALLS[:: options.every]
    found: list[Failure] = []
    for i in range(0, len(calls), options.rows):
        new = failures(calls[i : i + options.rows], single=options.single, compute=compute)
        found += new
        for failure in new:
            print(failure, flush=True)
        print(f"{min(i + options.rows, len(calls))} of {len(calls)} rows", file=sys.stderr, flush=True)
    print(f"{len(calls)} rows, {len({failure.row for failure in found})} of them fail")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
