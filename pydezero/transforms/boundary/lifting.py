"""Arguments on the way in: what becomes of their numbers and arrays, which are differentiated."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import NUMPY, WORDS
from pydezero.arrays.restoring import RESTORERS
from pydezero.containers import HOLE
from pydezero.core.bind import PYTHON_NUMBERS, as_number
from pydezero.core.foreign import arrayed, converted, is_convertible, is_delayed, placed
from pydezero.core.level import Level
from pydezero.core.scalar_arrays import as_array_node, as_scalar_array
from pydezero.core.snapshot import LARGE_BYTES, check_numeric, is_array, is_number, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Node, Variable, check_open, input_node, is_numeric, new_variable
from pydezero.lazy import load
from pydezero.transforms.boundary.lending import Loan, lent, lent_foreign
from pydezero.tree import Tree, filled, flatten, unflatten
from pydezero.units import units_at_holes

# The arguments that are met most: no container.
_SINGLE: Final = frozenset({np.ndarray, Variable, float, int})


@attrs.define(eq=False, repr=False)  # not frozen, which takes twice as long to make, in every call of a transform
class Lifted:
    """The arguments that a function is differentiated by, as the function gets to see them.

    Attributes:
        template: the arguments, with `HOLE` in the place of each number and array.
        variables: the Variable that each number and array became.
        nodes: their nodes.
        trees: the arguments with the Variables in their places.
        outer: a node of the highest level among the Variables they were given as, None if they were plain values.
        scalar_arrays: the places among the variables of those that were arrays of shape (), and no numbers.
        restored: the functions that make the like of an argument, a dataframe or a tensor, of an array: by its place.
        units: the unit that each of the variables has, if one has any.
    """

    template: tuple[Tree, ...]
    variables: list[Variable]
    nodes: list[Node]
    trees: tuple[Tree, ...]
    outer: AnyNode | None
    scalar_arrays: Sequence[int] = ()
    restored: Mapping[int, Callable[[Any], Any]] = MappingProxyType({})
    units: Sequence[Any] | None = None

    def like_arguments(self, gradients: list[Any]) -> list[Any]:
        """The list of what belongs to the variables, each like its argument.

        Arrays of shape () stand for scalars where the argument is one; dataframes and tensors come where it is that.
        """
        for i in self.scalar_arrays:
            gradients[i] = as_scalar_array(gradients[i])
        for i, like in self.restored.items():
            if isinstance(gradients[i], np.ndarray | np.generic):
                gradients[i] = like(gradients[i])
        return gradients

    def derivatives(self, values: list[Any], unit: Any) -> list[Any]:
        """The derivatives by the variables of something that has a unit, or None: each like its argument."""
        values = self.like_arguments(values)
        if unit is None and self.units is None:
            return values
        per_unit = load("pydezero.arrays", "per_unit")
        return [per_unit(x, unit, by) for x, by in zip(values, self.units or [None] * len(values), strict=True)]

    def filled(self, values: Sequence[Any]) -> tuple[Tree, ...]:
        """The arguments with these in the places of the Variables."""
        if len(values) == len(self.template) == self.template.count(HOLE):
            return tuple(values)  # no argument is a container
        if len(self.template) == 1:
            return (filled(self.template[0], values),)
        trees: tuple[Tree, ...] = filled(self.template, values)
        return trees


def lift(  # noqa: C901  # one straight path, on which a call costs as much as an operation
    arguments: Iterable[Tree], positions: Sequence[int], level: Level, where: str, loans: list[Loan] | None = None
) -> Lifted:
    """Make Variables at a level of the arrays and numbers in some arguments; `positions` are for the messages.

    Arrays are copied, or lent where there is a list for the loans.

    Raises:
        TypeError: in one of them there is nothing to differentiate, or an array that holds no numbers.
    """
    variables: list[Variable] = []
    nodes: list[Node] = []
    templates: list[Tree] = []
    trees: list[Tree] = []
    scalar_arrays: list[int] = []
    restored: dict[int, Callable[[Any], Any]] = {}
    outer: AnyNode | None = None
    has_containers = False
    for argument, position in zip(arguments, positions, strict=True):
        kind = type(argument)
        if kind is float or (kind is np.ndarray and argument.dtype.kind in "fc"):
            # What the lines below do with by far the most frequent arguments, without most of the calls.
            node = input_node(level)
            if kind is float:
                value: Array = np.float64(argument)
                as_number(node)
            elif argument.ndim:
                value = _kept(argument, level, loans)
            else:
                value = argument[()]
                scalar_arrays.append(len(variables))
                as_array_node(node)
            variable = new_variable(value, node)
            nodes.append(node)
            variables.append(variable)
            templates.append(HOLE)
            trees.append(variable)
            continue
        is_single = kind in _SINGLE or WORDS.get(kind, NUMPY).is_known
        leaves = [argument] if is_single else flatten(argument)
        lifted: list[Variable | None] = []
        for leaf in leaves:
            value = _liftable(leaf, where, position, level, loans)
            if value is None:
                lifted.append(None)
                continue
            node = input_node(level)
            if type(leaf) in PYTHON_NUMBERS or (type(leaf) is Variable and leaf.node.is_number):
                as_number(node)
            elif leaf.node.is_array if type(leaf) is Variable else isinstance(leaf, np.ndarray) and not leaf.ndim:
                scalar_arrays.append(len(variables))
                as_array_node(node)
            elif type(leaf) is not np.ndarray and RESTORERS[type(leaf)] is not None:
                restored[len(variables)] = RESTORERS[type(leaf)].like(leaf)
            variable = new_variable(value, node)
            nodes.append(node)
            variables.append(variable)
            lifted.append(variable)
            if type(leaf) is Variable and (outer is None or leaf.node.level > outer.level):
                outer = leaf.node
        if len(leaves) == 1 and leaves[0] is argument and lifted[0] is not None:
            templates.append(HOLE)
            trees.append(lifted[0])
            continue
        if leaves and all(x is None for x in lifted):
            if is_delayed(argument):
                load("pydezero.arrays.dask", "check_known")(argument, f"{where}: argument {position}")
            if is_convertible(argument):
                converted(argument, f"{where}: argument {position}")  # says why it was not
            raise _without_numbers(argument, f"{where}: argument {position}")
        has_containers = True
        pairs = list(zip(leaves, lifted, strict=True))
        templates.append(unflatten(argument, [leaf if x is None else HOLE for leaf, x in pairs]))
        trees.append(unflatten(argument, [leaf if x is None else x for leaf, x in pairs]))
    template = tuple(templates)
    own_units = _units_of(template) if has_containers and "pint" in sys.modules else None
    return Lifted(template, variables, nodes, tuple(trees), outer, scalar_arrays, restored, own_units)


def _without_numbers(argument: Tree, what: str) -> TypeError:
    """The error for an argument in which nothing can be differentiated; `what` it is."""
    kind = repr(argument) if isinstance(argument, str | None) else f"a {type(argument).__name__}"
    if isinstance(argument, Collection) and not isinstance(argument, str | bytes | dict | list | tuple | AbstractSet):
        plain = "dict" if isinstance(argument, Mapping) else "list"
        return TypeError(f"{what} is {kind}, whose elements are not looked at; pass {plain}(x), which is a container")
    has_attributes = hasattr(argument, "__dict__") and not isinstance(argument, type)
    if has_attributes and any(map(is_numeric, flatten(list(vars(argument).values())))):
        return TypeError(
            f"{what} is {kind}, whose attributes are not looked at; make it a container: write @dataclass or "
            "@attrs.frozen above the class, or pass a dict, list or tuple of the numbers"
        )
    return TypeError(
        f"{what} is {kind}, in which there is no number and no array to differentiate with respect to; choose another "
        "argument with argnums, where the transform takes it, or let the function capture this one: lambda x: f(x, ...)"
    )


def _units_of(template: tuple[Tree, ...]) -> list[Any] | None:
    """The unit of each hole of a template, None if none has one."""
    found = units_at_holes(template)
    return found if any(unit is not None for unit in found) else None


def _liftable(leaf: Any, where: str, position: int, level: Level, loans: list[Loan] | None) -> Array | None:
    """The value of a number or array as a graph keeps it, None for what is neither."""
    if type(leaf) is np.ndarray and leaf.dtype.kind in "fc":  # by far the most frequent case
        return _kept(leaf, level, loans) if leaf.ndim else leaf[()]
    if type(leaf) is float:
        return np.float64(leaf)
    words = WORDS.get(type(leaf), NUMPY)
    if words.is_known and leaf.dtype.kind in "fc":
        return leaf if loans is not None and lent_foreign(leaf, level, loans) else words.copy(leaf)
    if isinstance(leaf, Variable):
        if leaf.node.level.finished:
            check_open(leaf)
        return leaf if leaf._value.dtype.kind in "fc" else leaf.astype(np.float64)
    if is_number(leaf):
        leaf = np.asarray(leaf)
    elif not is_array(leaf):
        leaf = _arrayed(leaf, f"{where}: argument {position}")
        if not is_array(leaf):
            return None
    check_numeric(leaf, f"{where}: argument {position}")
    leaf = placed(leaf)
    is_foreign = not isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fc"
    if loans is not None and is_foreign and lent_foreign(leaf, level, loans):
        return leaf
    return snapshot(leaf if leaf.dtype.kind in "fc" else leaf.astype(np.float64))


def _kept(x: NDArray[Any], level: Level, loans: list[Loan] | None) -> NDArray[Any]:
    """An array as a graph keeps it: a copy, or lent if it is large."""
    if x.nbytes < LARGE_BYTES:
        return np.array(x)
    return snapshot(x) if loans is None else lent(x, level, loans)


def _arrayed(leaf: Any, where: str) -> Any:
    """The array of a dataframe or tensor, anything else as it is; raises for numbers that cannot be converted."""
    restorer = RESTORERS[type(leaf)]
    return converted(leaf, where) if restorer is not None and restorer.has_numbers(leaf) else arrayed(leaf)
