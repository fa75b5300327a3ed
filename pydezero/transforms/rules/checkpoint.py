"""`checkpoint`: compute again in the backward pass, instead of keeping.

What f recorded is thrown away after the call, down to what is older than the call: the nodes of the arguments, and of
whatever Variables f refers to without being given them. They become the parents of one node that runs f again when its
cotangent has arrived, and takes the cotangent through the new record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

import attrs
import numpy as np

from pydezero.core.cotangent import resolved
from pydezero.core.level import Level, reopened
from pydezero.core.operation import ArraySpec, CalledPrimitive, cotangent_spec, record_call
from pydezero.core.snapshot import is_array, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, bottom, levels_of, new_node, new_variable, next_order, reverse_node
from pydezero.graph.backward import pull_back
from pydezero.graph.seeds import add_seed
from pydezero.graph.taken import results_of_used
from pydezero.transforms.boundary.arguments import call, check_function
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.rules.fingerprint import Fingerprint, fingerprint
from pydezero.tree import flatten, map_leaves, unflatten

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])


def checkpoint(f: F) -> F:
    """A function like f that takes less memory: reverse mode keeps its arguments and output, and computes it again.

    A chain of n steps in blocks of sqrt(n), each of them checkpointed, takes the memory of 2 sqrt(n) steps and the time
    of one more evaluation (T. Chen et al., "Training deep nets with sublinear memory cost", 2016); with checkpoints in
    checkpoints memory grows as slowly as log(n) (A. Griewank, "Achieving logarithmic growth of temporal and spatial
    complexity in reverse automatic differentiation", 1992). In all transforms but reverse mode, f is simply called.

    Args:
        f: a function of anything, that returns anything. It gives the same result when it is called again: random
            numbers are an argument of it, not drawn inside. It may refer to Variables that are not among its arguments
            (the parameters of a layer); they get their derivatives too.

    Returns:
        A function with the signature of f.

    Raises:
        TypeError: f is no function.
        ValueError: (in the reverse pass) f gives another result than it gave before, or computes it with other numbers.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> block = checkpoint(lambda x: np.sin(np.sin(np.sin(x))))
    >>> grad(lambda x: block(block(x)))(0.0)
    np.float64(1.0)
    """
    check_function(f, "checkpoint", "recomputes")
    name = name_of(f)

    def function(*args: Any, **kwargs: Any) -> Any:
        start = next_order()
        output = call(f, args, kwargs)
        leaves = flatten(output)
        if not any(type(leaf) is Variable for leaf in leaves):
            return output
        # The caller may write into an array afterwards, and f is called again with the values of now.
        held_args, held_kwargs = map_leaves(_held, (args, kwargs))
        levels = levels_of([*flatten((args, kwargs)), *leaves])
        run = _Run(lambda: flatten(call(f, held_args, held_kwargs)), name, levels)
        return unflatten(output, run.condensed(leaves, start))

    return cast(F, transformed(function, checkpoint, f))  # cast: it takes and returns what f does


def _held(leaf: Any) -> Any:
    """An argument as it is now, for the second run: an array of shape () stays one, as which `jit` captures it."""
    if isinstance(leaf, np.ndarray) and not leaf.ndim:
        return np.array(leaf)
    return snapshot(leaf) if is_array(leaf) else leaf


@attrs.frozen(eq=False)
class _Run:
    """A computation that can be run again: without arguments, to a list of leaves.

    `levels` are those of the Variables that it computes with, whose calls may have returned in between.
    """

    function: Callable[[], list[Any]]
    name: str
    levels: frozenset[Level]

    def again(self) -> list[Any]:
        """The leaves, computed again."""
        with reopened(self.levels):
            return self.function()

    def condensed(self, leaves: list[Any], start: int) -> list[Any]:
        """The leaves, of which everything is forgotten that was recorded from `start` on."""
        replaced: dict[Node, Node] = {}
        for level, found in _by_level(leaves, start).items():
            nodes = [reverse_node(variable) for _, variable in found]
            record = fingerprint(nodes, start)
            parents = record.parents
            if not parents:
                replaced |= {node: new_node(None, level=level) for node in nodes}
                continue
            places = tuple([place for place, _ in found])
            values = tuple([bottom(variable) for _, variable in found])
            outs = [variable._value for _, variable in found]
            block = _Block(self, level, places, parents, values, tuple(map(cotangent_spec, outs)), record)
            # An output that nobody uses leaves out what it alone depends on.
            primitive = _Checkpoint(f"checkpoint({self.name})", record.holds_choice or len(outs) > 1)
            variables = record_call(primitive, block, parents, outs, level)
            replaced |= dict(zip(nodes, map(reverse_node, variables), strict=True))
        return [_with_nodes(leaf, replaced) for leaf in leaves]


@attrs.frozen(eq=False)
class _Checkpoint(CalledPrimitive):
    """The primitive of a block, which has its name."""

    name: str
    holds_choice: bool
    knows_unused = True


@attrs.frozen(eq=False)
class _Block:
    """A run of which one level was forgotten: where its Variables are among the leaves, and what they depend on.

    `values` are the arrays under the Variables: of a batch the values of all examples, of a trace those of its example.
    `record` is what had been recorded. By both of them the second run is known for the same as the first.
    """

    run: _Run
    level: Level
    places: tuple[int, ...]
    parents: tuple[Node, ...]
    values: tuple[Array, ...]
    specs: tuple[ArraySpec, ...]
    record: Fingerprint

    @property
    def residual(self) -> Fingerprint:
        return self.record

    def pull(self, cotangents: Sequence[Array | None]) -> Sequence[Array]:
        used = [g is not None for g in cotangents]
        if not all(used):
            like = cotangents[used.index(True)]
            gs = [spec.zeros(like) if g is None else g for g, spec in zip(cotangents, self.specs, strict=True)]
            return results_of_used(self.pull, gs, used)
        # To enclosing transforms this, too, is a computation that is better done again than kept.
        run = _Run(lambda: self._pulled(cotangents), self.run.name, self.run.levels | levels_of(cotangents))
        start = next_order()
        return run.condensed(run.again(), start)

    def _pulled(self, cotangents: Sequence[Array]) -> list[Array]:
        start = new_node(None, level=self.level)
        found = dict(_by_level(self.run.again(), start.order).get(self.level, ()))
        seeds: dict[Node, Array] = {}
        for place, value, g in zip(self.places, self.values, cotangents, strict=True):
            self._check_same(found.get(place), value)
            add_seed(seeds, reverse_node(found[place]), g)
        if not fingerprint(seeds, start.order).agrees(self.record):
            self._raise()
        # The pass ends at what is older than the start, and what arrives there is left in the seeds.
        pull_back(seeds, [start])
        gs = [seeds[node] for node in self.parents]
        return list(map(resolved, gs))

    def _check_same(self, variable: Variable | None, value: Array) -> None:
        if variable is None or not _alike(bottom(variable), value):
            self._raise()

    def _raise(self) -> None:
        raise ValueError(
            f"checkpoint({self.run.name}): the function gave another result when it was called again in the backward "
            "pass; it must depend on its arguments alone, so pass random numbers (or their seed) and whatever else "
            "changes as arguments"
        )


def _by_level(leaves: Iterable[Any], start: int) -> dict[Level, list[tuple[int, Variable]]]:
    """The Variables of reverse mode that were made from `start` on, under the levels, with the places of their leaves.

    In a leaf there is one for each reverse transform around it.
    """
    found: dict[Level, list[tuple[int, Variable]]] = {}
    for place, x in enumerate(leaves):
        # A tangent, as whatever a node carries, has a graph of its own beside that of the value; both stay as they are.
        while type(x) is Variable and not x.node.carries:
            if isinstance(x.node, Node) and x.node.order >= start:
                found.setdefault(x.node.level, []).append((place, x))
            x = x._value
    return found


def _with_nodes(x: Any, replaced: dict[Node, Node]) -> Any:
    """A leaf with other nodes in the place of its own."""
    if type(x) is not Variable or x.node.carries:
        return x
    node = replaced.get(x.node, x.node) if isinstance(x.node, Node) else x.node
    return new_variable(_with_nodes(x._value, replaced), node)


def _alike(a: Array, b: Array) -> bool:
    """Whether two results of the same computation can be told apart by more than rounding."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if not isinstance(a, np.ndarray | np.generic) or np.array_equal(a, b, equal_nan=True):
        return True
    if a.dtype.kind not in "fc":
        return False
    rtol = float(np.finfo(b.dtype).eps) ** 0.5
    largest = float(np.max(np.abs(b), initial=0.0, where=np.isfinite(b)))
    return np.allclose(a, b, rtol=rtol, atol=rtol * largest, equal_nan=True)
