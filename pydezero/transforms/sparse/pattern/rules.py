"""Sets from the derivative rule of an operation, where nothing simpler is known of it.

The tangent of a result is computed from tangents that carry sets, by the rule of the operation. The residuals that the
rule computes with are numbers of these arguments alone, so they are taken for other than zero everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from pydezero.core.level import next_level
from pydezero.core.operation import Operation
from pydezero.core.primitive import Primitive
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, new_variable
from pydezero.graph.linear import ones_for, record_linear
from pydezero.transforms.forward.rules import pushed_through
from pydezero.transforms.rules.function import FunctionOperation
from pydezero.transforms.rules.operation import Ruled
from pydezero.transforms.sparse.pattern.application import Application, Run
from pydezero.transforms.sparse.pattern.sets import Sets, Share, dense, gathered

# From a level, sets and a run to a node of a Variable with these sets.
MakeNode = Callable[[Any, Sets, Run], AnyNode]


def of_rule(of: Application, make: MakeNode) -> Sets:
    """The sets of the result of a primitive with a rule for each argument."""
    arguments = [of.primitive.argument(i) for i in range(len(of.values))]
    places = [i for i in of.places if arguments[i].rule is not None]

    def moved(values: Sequence[Array], out: Array, tangents: Sequence[Array | None]) -> list[Array]:
        def pulled(cotangents: Sequence[Array]) -> list[Array]:
            return [arguments[i].pull(cotangents[0], arguments[i].pick(values, out, of.params, i)) for i in places]

        return record_linear(pulled, [of.out]).transposed([tangents[i] for i in places])

    (found,) = _ruled(of.primitive, of.values, [of.out], of.sets, of.run, make, moved)
    return found


def of_operation(
    operation: Operation, values: Sequence[Array], outs: Sequence[Array], sets: Sequence[Sets], run: Run, make: MakeNode
) -> list[Sets]:
    """The sets of each output of an operation with one rule for all arguments."""

    def moved(
        values: Sequence[Array],
        out: Array,  # noqa: ARG001  # the rules of other primitives take it
        tangents: Sequence[Array | None],
    ) -> Sequence[Array | None]:
        push = operation.push_forward
        _, found = pushed_through(operation, values, tangents) if push is None else push(values, tangents)
        tangents_of_outputs: Sequence[Array | None] = operation.as_tuple(found)
        return tangents_of_outputs

    return _ruled(operation, values, outs, sets, run, make, moved)


def of_declared(
    operation: Ruled | FunctionOperation,
    values: Sequence[Array],
    outs: Sequence[Array],
    sets: Sequence[Sets],
    run: Run,
    make: MakeNode,
) -> list[Sets] | None:
    """The sets of each output as the user declares them, None if nothing is declared."""
    level = next_level()
    given = values
    if run.scope == "global":  # of which the user's function may use the shapes alone
        given = [new_variable(_shaped(x), make(level, (), run)) for x in values]
    try:
        found = operation.declared(given, [y.shape for y in outs])
    finally:
        level.finished = f"the pattern of {operation.name}"
    if found is None:
        return None
    return [
        gathered([Share(some, places[i][1], places[i][0]) for some, places in zip(sets, found, strict=True)], y.shape)
        for i, y in enumerate(outs)
    ]


def _ruled(
    primitive: Primitive,
    values: Sequence[Array],
    outs: Sequence[Array],
    sets: Sequence[Sets],
    run: Run,
    make: MakeNode,
    moved: Callable[[Sequence[Array], Array, Sequence[Array | None]], Sequence[Array | None]],
) -> list[Sets]:
    """The sets of the tangents of the results; those of results that depend on everything, if the rule fails."""
    shapes = [y.shape for y in map(_shaped, outs)]
    everything = [dense(sets, shape) for shape in shapes]
    if primitive.name in run.inside:  # its rule computes with the operation itself
        return everything
    level = next_level()
    inner = attrs.evolve(run, residuals=True, inside=run.inside | {primitive.name})

    def residual(x: Array) -> Array:
        return x if run.scope == "local" else new_variable(_shaped(x), make(level, (), inner))

    tangents = [
        new_variable(ones_for(x), make(level, some, inner)) if some else None
        for x, some in zip(values, sets, strict=True)
    ]
    try:
        with np.errstate(all="ignore"):
            found = moved([residual(x) for x in values], residual(outs[0]), tangents)
    except Exception:  # a rule may do with its arguments what sets cannot follow
        return everything
    finally:
        level.finished = f"the rule of {primitive.name}"
    return [_sets_of(t, level, shape, all_of) for t, shape, all_of in zip(found, shapes, everything, strict=True)]


def _shaped(x: Array) -> Array:
    return x if isinstance(x, Variable) else np.asarray(x)


def _sets_of(tangent: Array | None, level: Any, shape: tuple[int, ...], everything: Sets) -> Sets:
    if not isinstance(tangent, Variable):
        # A rule is linear in tangents of ones: what is no Variable and not zero has lost what it was computed from.
        return () if tangent is None or not np.any(tangent) else everything
    if tangent.node.level != level or tangent.shape != shape:
        return everything
    sets: Sets = tangent.node.sets  # type: ignore[attr-defined]  # the nodes of this level have them
    return sets
