"""The names in error messages: of functions, of containers, and of arguments down to their leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from typing import Any

import attrs
import numpy as np

from pydezero.arrays.wrappers import WRAPPERS, kind_of
from pydezero.containers import HOLE
from pydezero.core.snapshot import is_array
from pydezero.core.variable import Variable
from pydezero.tree import Tree, paths


def name_of(function: object) -> str:
    """The name of a function for an error message."""
    return str(getattr(function, "__name__", type(function).__name__))


def describe_structure(tree: Tree, depth: int = 5) -> str:
    """A container in a word or a few, for an error message; down to a depth, since it may contain itself."""
    if isinstance(tree, Variable) or (is_array(tree) and WRAPPERS[type(tree)] is None):
        return f"an array of shape {tree.shape}"
    if tree is HOLE:
        return "an array"
    if tree is None:
        return "None (is a return missing?)"
    if isinstance(tree, list | tuple) and type(tree) in (list, tuple):
        parts = ", ".join([describe_structure(part, depth - 1) for part in tree]) if depth else "..."
        return f"a {type(tree).__name__} of {len(tree)} ({parts})" if tree else f"an empty {type(tree).__name__}"
    if WRAPPERS[type(tree)] is not None:
        unit = WRAPPERS[type(tree)].unit(tree)
        return f"{_with_article(kind_of(tree))} " + (_labels(tree) if unit is None else f"in the unit {unit}")
    return _with_article(type(tree))


def _with_article(kind: type) -> str:
    """The name of a type with its article: "an int", "a str"."""
    return f"{'an' if kind.__name__[0] in 'aeioAEIO' else 'a'} {kind.__name__}"


def _labels(tree: Tree) -> str:
    """The axes of an array with labels, and some of the labels."""
    labelled = WRAPPERS[type(tree)].shell(tree)
    shown = [
        f"{name} = {np.array2string(np.asarray(values), threshold=6, edgeitems=2)}"
        for name, values in getattr(labelled, "coords", {}).items()
    ]
    return f"with its labels along ({', '.join(map(str, labelled.dims))})" + ": " * bool(shown) + ", ".join(shown)


@attrs.frozen(eq=False, repr=False)
class ArgumentLeaf:
    """A leaf of the arguments of a call.

    Attributes:
        key: the position of the argument, or its keyword.
        name: the name of the parameter, "" where the signature does not say.
        is_positional: the argument belongs to a parameter of its own, not to `*args`.
        path: how the leaf is reached from the argument, "" if it is the argument.
        index, count: which leaf of the argument it is, of how many.
    """

    key: int | str
    name: str
    is_positional: bool
    path: str
    index: int
    count: int

    @property
    def label(self) -> str:
        """The argument with its name, and the number of the leaf: "argument 0 (params), leaf 1"."""
        name = f" ({self.name})" if self.is_positional else ""
        leaf = f", leaf {self.index}" if self.count > 1 else ""
        return f"argument {self.key}{name}{leaf}"

    @property
    def short_label(self) -> str:
        """The argument by its position or keyword: "leaf 1 of argument 0"."""
        return f"leaf {self.index} of argument {self.key!r}" if self.count > 1 else f"argument {self.key!r}"


def argument_leaves(
    f: Callable[..., Any] | None, args: Sequence[Tree], kwargs: Mapping[str, Tree]
) -> list[ArgumentLeaf]:
    """The leaves of the arguments of a call of f, in the order of `flatten`; without names where f is None.

    >>> [leaf.name + leaf.path for leaf in argument_leaves(lambda x, *rest: x, (1.0, [2.0], 3.0), {})]
    ['x', 'rest[0][0]', 'rest[1]']
    """
    parameters = _parameters(f)
    leaves: list[ArgumentLeaf] = []
    for i, tree in enumerate(args):
        name, is_positional = parameter_name(parameters, i)
        found = paths(tree)
        leaves += [ArgumentLeaf(i, name, is_positional, path, k, len(found)) for k, path in enumerate(found)]
    for key, tree in kwargs.items():
        found = paths(tree)
        leaves += [ArgumentLeaf(key, key, False, path, k, len(found)) for k, path in enumerate(found)]
    return leaves


def _parameters(f: Callable[..., Any] | None) -> list[Parameter]:
    try:
        return [] if f is None else list(signature(f).parameters.values())
    except (TypeError, ValueError):  # a builtin
        return []


def parameter_name(parameters: Sequence[Parameter], position: int) -> tuple[str, bool]:
    """The name of the argument at a position, and whether it is that of a parameter of its own."""
    for i, parameter in enumerate(parameters[: position + 1]):
        if parameter.kind is Parameter.VAR_POSITIONAL:
            return f"{parameter.name}[{position - i}]", False
        if i == position:
            return parameter.name, True
    return "", False
