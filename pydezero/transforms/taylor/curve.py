"""Arguments that move along a curve on the way in, and the coefficients of results on the way out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pydezero.core.level import Level, next_level
from pydezero.core.power_series import Series
from pydezero.core.snapshot import snapshot
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, is_numeric, kept_beside, new_variable
from pydezero.functions.elementwise.slopes import may_hold
from pydezero.graph.linear import zeros_for
from pydezero.transforms.boundary.export import export, export_owned, handed_on, like_result
from pydezero.transforms.boundary.lifting import Lifted
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.boundary.seeds import checked_seed, is_marked_tangent
from pydezero.transforms.taylor.node import TaylorNode
from pydezero.tree import Tree, same_structure, values_at_holes


def level_of_order(order: int) -> Level:
    """The level of a call that takes so many derivatives."""
    level = next_level()
    level.orders = order
    return level


def checked_derivatives(
    inputs: Lifted, trees: Sequence[Tree], names: Sequence[tuple[str, str]], where: str
) -> tuple[list[Array], AnyNode | None]:
    """A derivative of the curve for each Variable of the inputs, and the highest node among the derivatives.

    For messages, `names` has the name of each argument and that of its derivative.

    Raises:
        TypeError: a derivative is not built like its argument, holds something else than numbers, or complex ones for
            real.
        ValueError: one has another shape.
    """
    variables = iter(inputs.variables)
    found: list[Array] = []
    top: AnyNode | None = None
    for i, (template, tree, (of, what)) in enumerate(zip(inputs.template, trees, names, strict=True)):
        if not (same_structure(template, tree) or is_marked_tangent(template, tree)):
            raise TypeError(
                f"{where}: {what} must be built like {of}, {describe_structure(inputs.trees[i])}; "
                f"got {describe_structure(tree)}"
            )
        for t in values_at_holes(template, tree):
            found.append(checked_seed(t, next(variables), where, of=of, what=what))
            if type(t) is Variable:
                top = higher(top, t.node)
    return found, top


def higher(a: AnyNode | None, b: AnyNode | None) -> AnyNode | None:
    """The node of the higher level, of two that may be None."""
    return b if a is None or (b is not None and b.level > a.level) else a


def moving(inputs: Lifted, derivatives: Sequence[Sequence[Array | None]], order: int, level: Level) -> tuple[Tree, ...]:
    """Lifted arguments as Variables of a level that move along a curve.

    `derivatives` has the derivatives of the curve, from the first on, each with an array for each Variable of the
    inputs; those that it does not have are zero.
    """
    variables: list[Variable] = []
    for place, x in enumerate(inputs.variables):
        value = x._value
        coefficients: list[Array | None] = [value]
        for k, of_order in enumerate(derivatives, 1):
            t = of_order[place]
            if t is not None:
                t = kept_beside(t, (value,), level) if type(value) is Variable else snapshot(t, level)
                t = t if k == 1 else t / math.factorial(k)
            coefficients.append(t)
        node = TaylorNode(level, order, Series(coefficients), is_number=x.node.is_number, is_array=x.node.is_array)
        variables.append(new_variable(value, node))
    return inputs.filled(variables)


def coefficients_of(y: Any, level: Level, order: int) -> Iterator[Array | None]:
    """The coefficients of a result after its value; None is zero. After one that is not known, none is known."""
    node = y.node if type(y) is Variable and y.node.level == level else None
    lost: Array | None = None
    for k in range(1, order + 1):
        x = node.series(k) if isinstance(node, TaylorNode) else None
        if lost is not None:
            x = np.where(lost, np.nan, zeros_for(y) if x is None else x)
        yield x
        if x is not None:
            unknown = np.isnan(x)
            if may_hold(unknown):
                lost = unknown if lost is None else lost | unknown


def along_series(
    f: Callable[..., Sequence[Any]], values: Sequence[Array], stacks: Sequence[Array], order: int
) -> tuple[list[Array], list[Array]]:
    """The results of a function, and their coefficients after the values in stacks, for arguments with such stacks."""
    level = level_of_order(order)
    try:
        results = f(
            *[
                new_variable(x, TaylorNode(level, order, Series([x, *[stack[k] for k in range(order)]])))
                for x, stack in zip(values, stacks, strict=True)
            ]
        )
    finally:
        level.finished = "the Taylor series of a loop"
    found = [stacked(list(coefficients_of(y, level, order)), y) for y in results]
    return [y._value if type(y) is Variable and y.node.level == level else y for y in results], found


def stacked(coefficients: Sequence[Array | None], value: Array) -> Array:
    """Coefficients in a stack, along the first axis."""
    zeros = zeros_for(value)
    return np.stack([zeros if x is None else x for x in coefficients])


def exported_derivatives(
    y: Any, level: Level, order: int, of_primals: AnyNode | None, of_all: AnyNode | None
) -> list[Any]:
    """A leaf of a result and its derivatives of all orders, as the caller gets them. The value depends on no series."""
    if not is_numeric(y):
        return [y] * (order + 1)
    is_own = type(y) is Variable and y.node.level == level
    found = [like_result(export(y._value, of_primals), y) if is_own else handed_on(y, of_primals)]
    for k, x in enumerate(coefficients_of(y, level, order), 1):
        box = [zeros_for(y) if x is None else x if k == 1 else x * math.factorial(k)]
        found.append(like_result(export_owned(box, of_all), y))
    return found
