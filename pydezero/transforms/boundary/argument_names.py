"""What a function calls its arguments, down to the leaves of containers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from typing import Any

from pydezero.tree import Tree, paths


def argument_names(f: Callable[..., Any], args: Sequence[Tree], kwargs: Mapping[str, Tree]) -> list[str]:
    """A name for each leaf of the arguments: `x`, `params['w'][0]`; nothing where the signature of f is not known.

    >>> argument_names(lambda x, *rest: x, (1.0, [2.0], 3.0), {})
    ['x', 'rest[0][0]', 'rest[1]']
    """
    try:
        parameters = list(signature(f).parameters.values())
    except (TypeError, ValueError):  # a builtin
        parameters = []
    of_args = [_joined(_name(parameters, i), path) for i, tree in enumerate(args) for path in paths(tree)]
    return of_args + [name + path for name, tree in kwargs.items() for path in paths(tree)]


def _name(parameters: Sequence[Parameter], position: int) -> str:
    """The name of the argument at a position."""
    for i, parameter in enumerate(parameters[: position + 1]):
        if parameter.kind is Parameter.VAR_POSITIONAL:
            return f"{parameter.name}[{position - i}]"
        if i == position:
            return parameter.name
    return ""


def _joined(name: str, path: str) -> str:
    return name and name + path
