"""The parts of a derivative: the operations of the function, and those that each derivative adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeAlias

import attrs

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.provenance import provenance_of
from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.recorder import Recorder, TraceNode
from pydezero.transforms.staging.trace import trace
from pydezero.tree import flatten

# The order of a derivative, and the range of the equations that were recorded while it was computed.
Span: TypeAlias = tuple[int, int, int]


@attrs.frozen
class Parts:
    """The titles of the parts of a graph, and the part of each of its equations; no titles where there is one part."""

    titles: tuple[str, ...] = ()
    of: tuple[int, ...] = ()


def trace_in_parts(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Graph[..., Any], Parts]:
    """The graph of f for some arguments, and its parts.

    A gradient knows its function, and how it would be made of another one. So it is made again, of a function that
    notes when it is called and when it returns: the equations in between are the function's, all others the backward
    pass's. (Forward mode computes derivatives while the function runs, so it has no part of its own.)
    """
    spans: list[Span] = []
    watched, order = _watched(f, spans)
    graph = trace(watched)(*args, **kwargs)
    if not order:
        return graph, Parts()
    of = [order] * len(graph.equations)
    for inner, start, stop in sorted(spans, reverse=True):
        of[start:stop] = [inner] * (stop - start)
    return graph, Parts(("forward", *_backward(order)), tuple(of))


def _watched(f: Callable[..., Any], spans: list[Span]) -> tuple[Callable[..., Any], int]:
    """A function that computes f and notes its spans, and the number of backward passes of f."""
    provenance = provenance_of(f)
    if provenance is None:
        return _noting(f, 0, spans), 0
    inner, order = _watched(provenance.of, spans)
    again = provenance.again(inner)
    return (_noting(again, order + 1, spans), order + 1) if provenance.backward else (again, order)


def _backward(order: int) -> list[str]:
    """The titles of the backward passes."""
    return ["backward"] if order == 1 else [f"derivative {i}" for i in range(1, order + 1)]


def _noting(f: Callable[..., Any], order: int, spans: list[Span]) -> Callable[..., Any]:
    @wraps(f)
    def noting(*args: Any, **kwargs: Any) -> Any:
        recorder = _recorder(flatten((args, kwargs)))
        start = len(recorder.equations) if recorder else 0
        result = f(*args, **kwargs)
        if recorder:
            spans.append((order, start, len(recorder.equations)))
        return result

    return noting


def _recorder(leaves: Iterable[object]) -> Recorder | None:
    """The trace that some arguments belong to, under whatever transforms are around it."""
    for leaf in leaves:
        x = leaf
        while isinstance(x, Variable):
            if isinstance(x.node, TraceNode):
                return x.node.recorder
            x = x._value
    return None
