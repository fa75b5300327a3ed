"""Variables that a function refers to without being given them, and values without them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from pydezero.core.level import DELAYED, Level
from pydezero.core.operation import unboxed
from pydezero.core.operators import EscapeError
from pydezero.core.variable import Variable, new_variable
from pydezero.tree import Tree, map_leaves


class CapturedError(EscapeError):
    """A function computes with a Variable that has not one value, and that it was not given."""


def captured_levels(leaves: Collection[Any], where: str) -> set[Level]:
    """The levels of differentiating transforms whose Variables a function of plain values has returned.

    Raises:
        EscapeError: a Variable among them has not one value.
    """
    found: set[Level] = set()
    for leaf in leaves:
        x = leaf
        while type(x) is Variable:
            _check_has_value(x, where)
            if x.node.differentiates:
                found.add(x.node.level)
            x = x._value
    return found


def values_only(tree: Tree, where: str, before: int | None = None) -> Tree:
    """A container with the bare values in the place of Variables; of those older than a level alone, if one is given.

    They are copies, because a solver may write into them.

    Raises:
        EscapeError: a Variable has not one value.
    """

    def bare(leaf: Any) -> Any:
        given_leaf = leaf
        while type(leaf) is Variable and (before is None or leaf.node.level < before):
            _check_has_value(leaf, where)
            leaf = unboxed(leaf._value, leaf.node)
        return np.array(leaf) if leaf is not given_leaf and isinstance(leaf, np.ndarray) else leaf

    return map_leaves(bare, tree)


def _check_has_value(x: Variable, where: str) -> None:
    if x.node.level == DELAYED:
        raise EscapeError(
            f"{where}: the function computes with a Dask array, which has no values before it is computed, and a "
            "solver looks at values; let it compute what the solver gets: pydezero.value(x).compute()"
        )
    if not x.node.has_one_value:
        raise CapturedError(
            f"{where}: the function computes with a Variable of vmap or trace that it was not given, for which there "
            "is not one solution; pass it as a parameter"
        )


def without(tree: Tree, levels: Collection[int]) -> Tree:
    """A container in which nothing depends on the arguments of the transforms with these levels."""
    return map_leaves(lambda leaf: _without(leaf, levels), tree) if levels else tree


def _without(x: Any, levels: Collection[int]) -> Any:
    if type(x) is not Variable:
        return x
    value = _without(x._value, levels)
    if x.node.level in levels:
        return unboxed(value, x.node)
    return x if value is x._value else new_variable(value, x.node)


def constants(tree: Tree) -> Tree:
    """A container of which nothing has a derivative; what stands for many examples or for any value stays so."""

    def constant(x: Any) -> Any:
        if type(x) is not Variable:
            return x
        value = constant(x._value)
        return value if x.node.has_one_value else new_variable(value, x.node)

    return map_leaves(constant, tree)
