"""`const_graph`, by `pydezero.trace`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pydezero.transforms.staging.graph import Graph
from pydezero.transforms.staging.trace import trace


def const_graph(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """The function with some of its arguments given, recorded at the first call and repeated from the record after."""
    graphs: list[Graph[..., Any]] = []

    def repeated(*rest: Any) -> Any:
        if not graphs:
            graphs.append(trace(partial(fun, *args, **kwargs))(*rest))
        return graphs[0](*rest)

    return repeated
