"""Units and labels of the arrays in containers: pint's, xarray's, whose arrays are containers of the array in them."""

from __future__ import annotations

import sys
from typing import Any

from pydezero.arrays.wrappers import WRAPPERS, Shell, kind_of, rebuilt
from pydezero.containers import HOLE, children_of, with_parts
from pydezero.core.variable import is_numeric
from pydezero.lazy import load
from pydezero.tree import Tree, bounded, flatten, same_structure, unflatten


def without_wrappers(tree: Tree) -> Tree:
    """A container in which arrays with labels or a unit are replaced by what they hold.

    >>> without_wrappers([1.0, {"a": 2.0}])
    [1.0, {'a': 2.0}]
    """
    children = children_of(tree)
    if children is None:
        return tree
    parts = [without_wrappers(child) for child in children]
    wrapper = WRAPPERS[type(tree)]
    return with_parts(tree, parts) if wrapper is None else wrapper.bare(tree, parts)


def same_but_for_names(a: Tree, b: Tree, *, or_units: bool) -> bool:
    """Whether two containers are built alike but for the names of arrays with labels, and for units if that is said.

    It is asked where `same_structure` says no, since both containers are built again.

    >>> same_but_for_names([1.0], [2.0], or_units=False), same_but_for_names([1.0], (2.0,), or_units=True)
    (True, False)
    """
    return same_structure(_unmarked(a, or_units), _unmarked(b, or_units))


@bounded
def _unmarked(tree: Tree, without_units: bool) -> Tree:
    """A container without the names of its arrays with labels, and perhaps without units."""
    children = children_of(tree)
    if children is None:
        return tree
    parts = [_unmarked(child, without_units) for child in children]
    wrapper = WRAPPERS[type(tree)]
    if wrapper is None:
        return with_parts(tree, parts)
    if without_units and wrapper.unit(tree) is not None:
        return wrapper.bare(tree, parts)
    return rebuilt(wrapper.nameless(tree), parts)


def units(tree: Tree) -> list[Any]:
    """For each leaf of a container, in the order of `flatten`, the unit of pint's that it has, or None.

    >>> units([1.0, {"a": 2.0}])
    [None, None]
    """
    children = children_of(tree)
    if children is None:
        return [None]
    wrapper = WRAPPERS[type(tree)]
    unit = None if wrapper is None else wrapper.unit(tree)
    return [unit if inner is None else inner for child in children for inner in units(child)]


def without_unit_of_result(gradients: Tree, params: Tree, where: str) -> Tree:
    """Gradients that are built like params but for units, in containers like params.

    Their numbers are those of one result, by numbers in the units of params: a gradient times what it is taken by has
    the unit of the result. What is built otherwise is returned as it is.

    Raises:
        TypeError: two gradients are not of one result, as their units tell.

    >>> without_unit_of_result([1.0], [2.0], "update")
    [1.0]
    """
    if "pint" not in sys.modules or same_structure(gradients, params):
        return gradients
    if not same_but_for_names(gradients, params, or_units=True):
        return gradients
    leaves = flatten(gradients)
    of_gradients, of_params = units(gradients), units(params)
    places = [i for i, leaf in enumerate(leaves) if is_numeric(leaf)]
    products = [load("pydezero.arrays", "product_unit")(of_gradients[i], of_params[i]) for i in places]
    _, factors = load("pydezero.arrays", "sum_unit")(products, f"{where}: gradients, each times its parameter")
    for i, factor in zip(places, factors, strict=True):
        leaves[i] = leaves[i] if factor == 1 else leaves[i] * factor
    return unflatten(params, leaves)


def units_at_holes(template: Tree) -> list[Any]:
    """The unit of each hole of a template, in the order of `flatten`; None for one that has none."""
    return [unit for leaf, unit in zip(flatten(template), units(template), strict=True) if leaf is HOLE]


def with_unit_powers(tree: Tree, power: int) -> Tree:
    """A container like another, in which quantities are in a power of the unit of their differences.

    So the first power is for tangents, the power -1 for cotangents.

    >>> with_unit_powers([1.0, {"a": 2.0}], -1)
    [1.0, {'a': 2.0}]
    """
    return _with_unit_powers(tree, power) if "pint" in sys.modules else tree


@bounded
def _with_unit_powers(tree: Tree, power: int) -> Tree:
    children = children_of(tree)
    if children is None:
        return tree
    parts = [_with_unit_powers(child, power) for child in children]
    wrapper = WRAPPERS[type(tree)]
    unit = None if wrapper is None else wrapper.unit(tree)
    if unit is None:
        return with_parts(tree, parts)
    kind = kind_of(tree)
    return rebuilt(Shell(kind, kind(1.0, unit**power), []), parts)
