"""The text of a graph: a line for each constant and each equation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, product
from string import ascii_lowercase
from typing import Any, Final, Protocol

import numpy as np

from pydezero.containers import HOLE
from pydezero.core.types import Array
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.staging.equation import Constant, Equation, Reference
from pydezero.tree import Tree, filled, flatten, unflatten

_FEW: Final = 8
"""Arrays of so many elements are written out."""


class _Word(str):
    """Text that is not put in quotes where a container is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def short_form(shape: Sequence[int], dtype: np.dtype[Any]) -> str:
    """Shape and dtype in a word.

    >>> short_form((3, 4), np.dtype(np.float64))
    'f64[3,4]'
    """
    return f"{dtype_name(dtype)}[{','.join(map(str, shape))}]"


def dtype_name(dtype: np.dtype[Any]) -> str:
    """The short name of a dtype: f64, i32, bool."""
    return "bool" if dtype.kind == "b" else f"{dtype.kind}{8 * dtype.itemsize}"


def value_names() -> Iterator[str]:
    """The letters of the values of a graph: a, b, ..., z, aa, ab, ..."""
    for length in count(1):
        yield from map("".join, product(ascii_lowercase, repeat=length))


class Writable(Protocol):
    """A graph, as far as its text says."""

    @property
    def name(self) -> str: ...
    @property
    def arguments(self) -> tuple[tuple[Tree, ...], dict[str, Tree]]: ...
    @property
    def inputs(self) -> tuple[Reference, ...]: ...
    @property
    def constants(self) -> tuple[Constant, ...]: ...
    @property
    def equations(self) -> tuple[Equation, ...]: ...
    @property
    def result(self) -> Tree: ...
    @property
    def outputs(self) -> tuple[Reference, ...]: ...


def written(graph: Writable) -> str:
    """The text of a graph."""
    values = [
        *graph.inputs,
        *[constant.reference for constant in graph.constants],
        *[reference for equation in graph.equations for reference in equation.outputs],
    ]
    names = dict(zip([reference.number for reference in values], value_names(), strict=False))
    constants = [
        f"    {_declared(names, constant.reference)} = constant({_contents(constant.value)})"
        for constant in graph.constants
    ]
    equations = [
        line for equation in graph.equations for line in (f"    {_equation(names, equation)}", *_bodies(equation))
    ]
    results = [_Word(names[reference.number]) for reference in graph.outputs]
    returned = repr(filled(_with_words(graph.result), results))
    return "\n".join([f"{graph.name}{signature_of(graph)}:", *constants, *equations, f"    return {returned}"])


def signature_of(graph: Writable) -> str:
    """The arguments, with names where they are traced. The inputs are the first to be named."""
    names = dict(zip([reference.number for reference in graph.inputs], value_names(), strict=False))
    inputs = [_Word(_declared(names, reference)) for reference in graph.inputs]
    args, kwargs = filled(_with_words(graph.arguments), inputs)
    return f"({', '.join([*map(repr, args), *[f'{key}={value!r}' for key, value in kwargs.items()]])})"


def _with_words(tree: Tree) -> Tree:
    return unflatten(tree, [leaf if leaf is HOLE else _Word(shown({}, leaf)) for leaf in flatten(tree)])


def _declared(names: Mapping[int, str], reference: Reference) -> str:
    return f"{names[reference.number]}: {short_form(reference.shape, reference.dtype)}"


def _equation(names: Mapping[int, str], equation: Equation) -> str:
    left = ", ".join([_declared(names, reference) for reference in equation.outputs])
    inputs = [shown(names, x) for x in equation.inputs]
    said = {**equation.primitive.facts, **equation.parameters}
    parameters = [f"{key}={shown(names, value)}" for key, value in said.items()]
    return f"{left} = {equation.name}({', '.join([*inputs, *parameters])})"


def _bodies(equation: Equation) -> Iterator[str]:
    """The lines of the functions that an equation applies, below it."""
    for name, graph in equation.primitive.bodies.items():
        lines = written(graph).split("\n")
        yield f"        {name}: {lines[0]}"
        yield from [f"        {line}" for line in lines[1:]]


def shown(names: Mapping[int, str], x: Any) -> str:  # noqa: C901  # one line for each kind of parameter
    """A parameter or number, in words that are the same in every run: no addresses."""
    if type(x) is Reference:
        return names[x.number]
    if x is Ellipsis:
        return "..."
    if isinstance(x, slice):
        parts = [x.start, x.stop] if x.step is None else [x.start, x.stop, x.step]
        return ":".join(["" if part is None else shown(names, part) for part in parts])
    if type(x) is tuple:
        return f"({', '.join([shown(names, item) for item in x])}{',' if len(x) == 1 else ''})"
    if type(x) is list:
        return f"[{', '.join([shown(names, item) for item in x])}]"
    if type(x) is dict:
        return f"{{{', '.join([f'{key!r}: {shown(names, item)}' for key, item in x.items()])}}}"
    if isinstance(x, np.ndarray):
        return _contents(x) if x.size <= _FEW else short_form(x.shape, x.dtype)
    if isinstance(x, np.generic):
        return f"{dtype_name(x.dtype)}({x.item()!r})"
    if isinstance(x, np.dtype):
        return dtype_name(x)
    if callable(x):
        return name_of(x)
    if _inherits(x, "__repr__"):
        return type(x).__name__  # its repr would be an address
    return repr(x) if isinstance(x, str) or _inherits(x, "__str__") else str(x)


def _inherits(x: object, method: str) -> bool:
    """Whether the type of x leaves a method as it is in any object."""
    return getattr(type(x), method) is getattr(object, method)


def _contents(value: Array) -> str:
    return repr(value.tolist()) if isinstance(value, np.ndarray | np.generic) and value.size <= _FEW else "..."
