"""A computation as data: equations, how they are evaluated, and how they are written down.

A graph is made by `trace`, and made into another one by the functions in `passes`. Nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, product
from os import PathLike
from string import ascii_lowercase
from types import MappingProxyType
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeAlias, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.bind import bind, top_node
from pydezero.core.operation import Operation
from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import check_numeric, is_array, is_number
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.pictures.notebook import ShowsPicture, picture_of
from pydezero.transforms.boundary.boundary import describe_structure, export, name_of
from pydezero.tree import Tree, flatten, same_structure, unflatten

P = ParamSpec("P")
Q = ParamSpec("Q")
R_co = TypeVar("R_co", covariant=True)

# A number where an equation takes an array: kept as it was, because a Python number takes the dtype of what it meets.
Number: TypeAlias = Any

TRACED: Final = object()
"""What stands in a container of arguments or results where a graph has an array."""


@attrs.frozen
class Reference:
    """A value in a graph: an input, a constant or the result of an equation. Its number is its own in the graph."""

    number: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@attrs.frozen(eq=False)
class Constant:
    """A captured array, as it was when it was captured; read-only."""

    reference: Reference
    value: Array


def _read_only(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(parameters))


@attrs.frozen(eq=False)
class Equation:
    """One operation: `outputs = operation(*inputs, **parameters)`.

    `operation` is a primitive, or one of the user's own (a `Function`), which may have several outputs. An input is a
    reference or a number. Parameters are what does not depend on the inputs of the graph: axes, a shape, an index.
    """

    operation: Primitive | Operation
    inputs: tuple[Reference | Number, ...]
    outputs: tuple[Reference, ...]
    parameters: Mapping[str, Any] = attrs.field(converter=_read_only)

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.operation.name if isinstance(self.operation, Primitive) else self.operation._name

    @property
    def references(self) -> tuple[Reference, ...]:
        """The inputs that are no numbers."""
        return tuple([x for x in self.inputs if type(x) is Reference])

    def evaluate(self, values: Mapping[int, Array]) -> tuple[Array, ...]:
        """The outputs, given the values of the references by number."""
        inputs = [values[x.number] if type(x) is Reference else x for x in self.inputs]
        if not isinstance(self.operation, Primitive):
            outputs = self.operation(*inputs)
            return outputs if isinstance(outputs, tuple) else (outputs,)
        return (as_numpy(bind(self.operation, *inputs, **self.parameters)),)


@attrs.frozen(eq=False, repr=False)
class Graph(ShowsPicture, Generic[P, R_co]):
    """A function as a sequence of equations, for arguments of the shapes and dtypes that it was traced with.

    Calling it evaluates the equations one after the other. The same graph serves all transforms: `grad(graph)` and
    their like treat it as any other function. `str(graph)` has a line for each constant and each equation:

        loss(a: f64[2,3], b: f64[3]):
            c: f64[3] = constant([1.0, 2.0, 3.0])
            d: f64[2] = matmul(a, b)
            ...
            return f

    Attributes:
        name: the name of the function that was traced.
        arguments: a pair, the tuple of positional and the dict of keyword arguments, with `TRACED` in the place of each
            number or array, and everything else (None, a string) as it was given.
        inputs: a reference for each `TRACED` in the arguments, from left to right.
        constants: what the equations need beside the inputs.
        equations: in an order in which each needs only what comes before it.
        result: what the function returned, with `TRACED` in the place of each array; like `arguments`.
        outputs: a reference for each `TRACED` in the result.
        names: what the function that was traced calls each input (`params['w'][0]`), as far as its signature says.
    """

    name: str
    arguments: tuple[tuple[Tree, ...], dict[str, Tree]]
    inputs: tuple[Reference, ...]
    constants: tuple[Constant, ...]
    equations: tuple[Equation, ...]
    result: Tree
    outputs: tuple[Reference, ...]
    names: tuple[str, ...] = ()
    # The numbers of the values that are not needed after each equation, so that they may be freed.
    _done: tuple[tuple[int, ...], ...] = attrs.field(init=False)

    @_done.default
    def _find_done(self) -> tuple[tuple[int, ...], ...]:
        needed = {reference.number for reference in self.outputs}
        done: list[tuple[int, ...]] = []
        for equation in reversed(self.equations):
            seen = {reference.number for reference in (*equation.references, *equation.outputs)}
            done.append(tuple(seen - needed))
            needed |= seen
        return tuple(reversed(done))

    @overload
    def __call__(
        self: Graph[Concatenate[Variable, Q], Variable], x: Variable, /, *args: Q.args, **kwargs: Q.kwargs
    ) -> Variable: ...
    @overload
    def __call__(
        self: Graph[Concatenate[Variable, Q], Variable], x: ArrayLike, /, *args: Q.args, **kwargs: Q.kwargs
    ) -> NDArray[Any]: ...
    @overload
    def __call__(self: Graph[[Variable, Variable], Variable], x: ArrayLike, y: ArrayLike, /) -> NDArray[Any]: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        """Evaluate the graph.

        Args:
            *args: containers like those it was traced with; the arrays in them have the shapes and dtypes of then. A
                Python number stands for one of the dtype that was traced, as it does in NumPy. All else must be equal.
                Any may be Variables, of any transform.
            **kwargs: likewise.

        Returns:
            What the traced function returns, in fresh arrays; Variables where there are any among the arguments.

        Raises:
            TypeError: an argument is not built like the one that was traced.
            ValueError: an array has another shape or dtype, or something that is no array another value.
        """
        leaves = self._fitted(args, kwargs)
        values = {constant.reference.number: constant.value for constant in self.constants}
        values.update(zip([reference.number for reference in self.inputs], leaves, strict=True))
        for equation, done in zip(self.equations, self._done, strict=True):
            outputs = equation.evaluate(values)
            values.update(zip([reference.number for reference in equation.outputs], outputs, strict=True))
            for number in done:
                del values[number]
        outer = top_node(leaves)
        return filled(self.result, [export(values[reference.number], outer) for reference in self.outputs])

    def __str__(self) -> str:
        return _written(self)

    def __repr__(self) -> str:
        counts = ((self.inputs, "input"), (self.constants, "constant"), (self.equations, "equation"))
        words = [f"{len(items)} {word}{'' if len(items) == 1 else 's'}" for items, word in counts]
        return f"<Graph of {self.name}: {', '.join(words)}>"

    @property
    def __name__(self) -> str:
        return self.name

    def to_dot(self) -> str:
        """The picture of the graph in the language of Graphviz, with loops folded; `draw` has more to choose from."""
        return picture_of(self).to_dot()

    def to_mermaid(self) -> str:
        """The picture of the graph in the language of Mermaid, with loops folded; `draw` has more to choose from."""
        return picture_of(self).to_mermaid()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture of the graph into a file.

        Args:
            path: ends in .svg, .png, .pdf, .dot or .mmd (Mermaid), which says what is written.

        Raises:
            ValueError: it ends in something else.
            ImportError: an image is asked for, and the Python package graphviz is not installed.
            RuntimeError: likewise, and the program `dot` of Graphviz is not installed.
        """
        picture_of(self).save(path)

    def _fitted(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Array]:
        """The arrays among the arguments, which must be those that the graph is for."""
        given = arranged(args, kwargs)
        if not same_structure(self.arguments, given):
            raise TypeError(
                f"the graph of {self.name} takes arguments built like those it was traced with, "
                f"{_signature(self)}; got {describe_structure(given[0])}"
                + (f" and {given[1].keys()}" if given[1] else "")
            )
        fitted: list[Array] = []
        for label, traced, x in zip(labels(self.arguments), flatten(self.arguments), flatten(given), strict=True):
            where = f"the graph of {self.name}: {label}"
            if traced is TRACED:
                fitted.append(_fitted(x, self.inputs[len(fitted)], where))
            elif not (x is traced or (type(x) is type(traced) and bool(x == traced))):
                raise ValueError(f"{where} was {traced!r} when it was traced, and is part of the graph; got {x!r}")
        return fitted


def arranged(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """All arguments of a call as one container, in which the order of keywords makes no difference."""
    return args, {key: kwargs[key] for key in sorted(kwargs)}


def labels(arguments: tuple[tuple[Tree, ...], Mapping[str, Tree]]) -> Iterator[str]:
    """What to call each leaf of the arguments in a message."""
    args, kwargs = arguments
    for name, argument in (*enumerate(args), *kwargs.items()):
        leaves = flatten(argument)
        for i in range(len(leaves)):
            yield f"argument {name!r}" if len(leaves) == 1 else f"leaf {i} of argument {name!r}"


def filled(tree: Tree, values: Iterable[Any]) -> Tree:
    """A container with values in the places that say `TRACED`."""
    remaining = iter(values)
    return unflatten(tree, [next(remaining) if leaf is TRACED else leaf for leaf in flatten(tree)])


def as_numpy(x: Array) -> Array:
    """What a NumPy function returned, as a value with a dtype: some return a Python bool or int."""
    return np.asarray(x)[()] if type(x) is bool or type(x) is int else x


def _fitted(x: Any, reference: Reference, where: str) -> Array:
    """An argument as a graph takes it."""
    expected = f"{where} was traced as {form(reference.shape, reference.dtype)}"
    if not (is_number(x) or is_array(x) or isinstance(x, Variable)):
        raise TypeError(f"{expected}, got {describe_structure(x)}")
    if isinstance(x, bool | int | float | complex) and not isinstance(x, np.generic):
        if reference.shape == () and np.result_type(reference.dtype, x) == reference.dtype:
            return reference.dtype.type(x)
        x = np.asarray(x)
    if not isinstance(x, Variable):
        check_numeric(x, where)
    if (x.shape, x.dtype) != (reference.shape, reference.dtype):
        raise ValueError(
            f"{expected}, got {form(x.shape, x.dtype)} (shape {x.shape}, dtype {x.dtype}); "
            "a graph is for these shapes and dtypes alone: trace the function again"
        )
    return x[()] if type(x) is np.ndarray and not x.ndim else x


# How a graph is written.

_FEW: Final = 8
"""Arrays of so many elements are written out."""


class _Word(str):
    """Text that is not put in quotes where a container is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def form(shape: Sequence[int], dtype: np.dtype[Any]) -> str:
    """Shape and dtype in a word.

    >>> form((3, 4), np.dtype(np.float64))
    'f64[3,4]'
    """
    return f"{_short(dtype)}[{','.join(map(str, shape))}]"


def _short(dtype: np.dtype[Any]) -> str:
    return "bool" if dtype.kind == "b" else f"{dtype.kind}{8 * dtype.itemsize}"


def value_names() -> Iterator[str]:
    """a, b, ..., z, aa, ab, ..."""
    for length in count(1):
        yield from map("".join, product(ascii_lowercase, repeat=length))


def _written(graph: Graph[Any, Any]) -> str:
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
    equations = [f"    {_equation(names, equation)}" for equation in graph.equations]
    results = [_Word(names[reference.number]) for reference in graph.outputs]
    returned = repr(filled(_with_words(graph.result), results))
    return "\n".join([f"{graph.name}{_signature(graph)}:", *constants, *equations, f"    return {returned}"])


def _signature(graph: Graph[Any, Any]) -> str:
    """The arguments, with names where they are traced. The inputs are the first to be named."""
    names = dict(zip([reference.number for reference in graph.inputs], value_names(), strict=False))
    inputs = [_Word(_declared(names, reference)) for reference in graph.inputs]
    args, kwargs = filled(_with_words(graph.arguments), inputs)
    return f"({', '.join([*map(repr, args), *[f'{key}={value!r}' for key, value in kwargs.items()]])})"


def _with_words(tree: Tree) -> Tree:
    return unflatten(tree, [leaf if leaf is TRACED else _Word(shown({}, leaf)) for leaf in flatten(tree)])


def _declared(names: Mapping[int, str], reference: Reference) -> str:
    return f"{names[reference.number]}: {form(reference.shape, reference.dtype)}"


def _equation(names: Mapping[int, str], equation: Equation) -> str:
    left = ", ".join([_declared(names, reference) for reference in equation.outputs])
    inputs = [shown(names, x) for x in equation.inputs]
    parameters = [f"{key}={shown(names, value)}" for key, value in equation.parameters.items()]
    return f"{left} = {equation.name}({', '.join([*inputs, *parameters])})"


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
        return _contents(x) if x.size <= _FEW else form(x.shape, x.dtype)
    if isinstance(x, np.generic):
        return f"{_short(x.dtype)}({x.item()!r})"
    if isinstance(x, np.dtype):
        return _short(x)
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
