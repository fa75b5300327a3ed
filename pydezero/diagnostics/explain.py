"""`explain`: where time and memory of a gradient go, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Concatenate, Final, Generic, ParamSpec, overload

import attrs
import numpy as np

from pydezero.core.foreign import arrayed, is_delayed
from pydezero.core.level import Level, next_level
from pydezero.core.placing import beside
from pydezero.core.snapshot import is_number, snapshot
from pydezero.core.source import Line
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, bottom, is_numeric, reverse_node, variable_at
from pydezero.diagnostics.costs import Costs, LineCost
from pydezero.diagnostics.observer import Observer, Step
from pydezero.graph.backward import pull_back
from pydezero.graph.walk import reachable
from pydezero.lazy import load
from pydezero.transforms.boundary.arguments import call, check_function
from pydezero.transforms.boundary.description import Returned, always
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Result, Returning, Traced
from pydezero.tree import Tree, flatten, unflatten

P = ParamSpec("P")

_COSTS: Final = Returned("The costs of the gradient of {f}, line by line.", always(Costs))


class ExplainOfVariable(Returning[Variable, P, Costs], Generic[P]):
    """`explain(f)` for a function of Variables: arrays and numbers may be given as well."""


@overload
def explain(f: Callable[Concatenate[Traced, P], Result]) -> ExplainOfVariable[P]: ...
@overload
def explain(f: Callable[P, Any]) -> Callable[P, Costs]: ...
def explain(f: Callable[..., Any]) -> Any:
    """The function that tells where time and memory of a gradient of f go, for given arguments.

    f and its reverse pass run once, with every operation timed by itself. That is for finding the lines that cost most.
    It is no benchmark: what pydezero adds to each operation is left out, the first call of anything takes longer, and
    small differences mean nothing.

    Args:
        f: a function of arrays and containers of arrays that returns an array or a container of them. It is
            differentiated with respect to all floats and complex numbers in its arguments (if there are none: to the
            integers, as floats). An array in its result is summed.

    Returns:
        A function with the arguments of f that returns `Costs`: a row for each line of the user's, which `print` lays
        out as a table.

    Raises:
        TypeError: f is no function; (when called) there is no number and no array among the arguments.

    >>> import numpy as np
    >>> from pydezero import explain
    >>> costs = explain(lambda x: np.sum(np.sin(x) * x))(np.ones(1000))
    >>> [(row.operations, row.forward_bytes, row.kept_bytes) for row in costs.rows]
    [(3, 16008, 16000)]
    """
    check_function(f, "explain", "runs")
    name = name_of(f)

    def explained(*args: Any, **kwargs: Any) -> Costs:
        observer = _CostObserver(f"explain({name})")
        level = next_level()
        xs, named, inputs = _lifted(observer, level, args, kwargs, f"explain({name})")
        try:
            output = call(f, xs, named)
        finally:
            level.finished = observer.level.finished = f"explain({name})"
        results = [leaf for leaf in flatten(output) if isinstance(leaf, Variable) and leaf.node.level == level]
        times = Counter([reverse_node(leaf) for leaf in results])
        seeds: dict[Node, Array] = {
            reverse_node(leaf): observer.variable(snapshot(beside(_filled(leaf, times[reverse_node(leaf)]), leaf)))
            for leaf in results
        }
        observer.keep(reachable(seeds, min([node.order for node in inputs])))
        del output, results  # the reverse pass frees what it is done with
        observer.is_backward = True
        pull_back(seeds, inputs)
        return Costs(name, observer.rows())

    return transformed(explained, explain, f, result=_COSTS)


def _filled(x: Variable, value: int) -> Array:
    return np.full(x.shape, value, x.dtype)


class _CostObserver(Observer):
    """An observer that adds up the costs of the operations of each line."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where: Final = where
        self.is_backward = False
        self._costs: dict[Line, LineCost] = {}

    def see(self, step: Step) -> Sequence[None]:
        _check_not_delayed(step.results, self.where)
        made = sum([_memory_made(x, step.operands) for x in step.results])
        if self.is_backward:
            self._add(step.place.line, backward_operations=1, backward_seconds=step.seconds, backward_bytes=made)
        else:
            self._add(step.place.line, operations=1, forward_seconds=step.seconds, forward_bytes=made)
        return [None] * len(step.results)

    def keep(self, nodes: Iterable[Node]) -> None:
        """Add what some nodes keep, each piece of memory once."""
        seen: dict[int, Array] = {}
        for node in nodes:
            place = self.place_of(node.order)
            for array in _arrays([residual for _, _, residual in node.edges]):
                memory = _memory_of(array)
                if id(memory) not in seen and place is not None:
                    self._add(place.line, kept_bytes=memory.nbytes)
                seen[id(memory)] = memory  # alive, so that its id stays its own

    def rows(self) -> tuple[LineCost, ...]:
        """A record for each line, in the order of the source."""
        return tuple([attrs.evolve(self._costs[line], text=line.text) for line in sorted(self._costs)])

    def _add(self, line: Line, **costs: Any) -> None:  # Any: the fields have the types
        cost = LineCost(line.file, line.number, **costs)
        self._costs[line] = self._costs[line] + cost if line in self._costs else cost


def _lifted(
    observer: Observer, level: Level, args: tuple[Tree, ...], kwargs: Mapping[str, Tree], where: str
) -> tuple[tuple[Tree, ...], dict[str, Tree], list[Node]]:
    """The arguments, differentiated and watched, and the nodes of their arrays.

    Raises:
        TypeError: there is nothing to differentiate among them, or a Dask array.
    """
    given: tuple[Tree, ...] = (args, dict(kwargs))
    leaves = [np.asarray(leaf) if is_number(leaf) else arrayed(leaf) for leaf in flatten(given)]
    _check_not_delayed(leaves, where)
    kinds = [leaf.dtype.kind if is_numeric(leaf) else "" for leaf in leaves]
    chosen = "fc" if set(kinds) & set("fc") else "iu"
    variables = [
        variable_at(observer.lifted(leaf if kind in "fc" else leaf.astype(np.float64)), level)
        if kind and kind in chosen
        else None
        for leaf, kind in zip(leaves, kinds, strict=True)
    ]
    inputs = [reverse_node(x) for x in variables if x is not None]
    if not inputs:
        raise TypeError(
            f"{where}: there is no number and no array among the arguments to differentiate with respect to"
        )
    parts = [leaf if x is None else x for leaf, x in zip(flatten(given), variables, strict=True)]
    xs, named = unflatten(given, parts)
    return xs, named, inputs


def _check_not_delayed(values: Iterable[Any], where: str) -> None:
    """Raise a TypeError if a value is a Dask array: its time and memory are spent when it is computed."""
    for x in map(bottom, values):
        if is_delayed(x):
            load("pydezero.arrays.dask", "check_known")(x, where)
            raise TypeError(
                f"{where}: a Dask array of shape {x.shape} takes time and memory when it is computed, chunk by chunk; "
                "look at one chunk, x.blocks[0].compute(), or use Dask's own profilers (dask.diagnostics)"
            )


def _arrays(kept: object) -> Iterator[Array]:
    """The arrays in what a node keeps: residuals, and records of calls with residuals in them."""
    todo = [kept]
    while todo:
        x = todo.pop()
        if isinstance(x, Variable):
            x = bottom(x)
        if isinstance(x, np.ndarray):
            yield x
        elif isinstance(x, list | tuple):
            todo += x
        elif isinstance(x, dict):
            todo += x.values()
        elif attrs.has(cls := type(x)) and not issubclass(cls, Node):
            todo += [getattr(x, field.name) for field in attrs.fields(cls)]


def _memory_made(result: Array, operands: Sequence[Array]) -> int:
    """The bytes that were allocated for a result: none for a view of an operand."""
    memory = _memory_of(bottom(result))
    is_view = isinstance(memory, np.ndarray) and any(
        np.may_share_memory(memory, y) for y in map(bottom, operands) if isinstance(y, np.ndarray)
    )
    return 0 if is_view else getattr(memory, "nbytes", 0)


def _memory_of(x: Array) -> Array:
    """The array that an array is a view of."""
    while isinstance(x, np.ndarray) and isinstance(x.base, np.ndarray):
        x = x.base
    return x
